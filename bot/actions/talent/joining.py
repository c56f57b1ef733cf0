"""Joining: what is said when somebody on Slack turns out to be a professional of our list, or has another one's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.profiles import profile_buttons
from bot.tables.talent_rows import MAIL
from bot.turn import STAFF, Turn
from flows.messages import Message
from storage.forgetting import mark_of
from storage.joining import Joined
from storage.parties import MOST_MAIL, Handle
from storage.records import Kind

WELCOME = (
    "登録していただいていた自己紹介を、引き継ぎました。いまの内容を確かめて、ちがうところを直してください。"
)


@dataclass(frozen=True)
class Person:
    """What Slack says of somebody; without the scope for it there is no address."""

    email: str = ""
    zone: str = ""


def looked_up(turn: Turn, handle: Handle, person: Person) -> None:
    """Keep who somebody is, and give him the profile that waits under his address."""
    turn.work.parties.lock([handle.id])
    handle.looked_up_at = turn.now
    turn.work.parties.set_zones(handle.platform, {handle.external_id: person.zone})
    email = person.email.strip().lower()
    if handle.is_staff or not MAIL.fullmatch(email) or len(email) > MOST_MAIL:
        return
    if turn.work.talents.profile(handle.party_id) is not None:
        turn.work.records.remove(Kind.GONE, mark_of(email))
    elif turn.work.records.get(Kind.GONE, mark_of(email)) is not None:
        return  # he had himself forgotten, and has not come back
    is_news = handle.email != email
    handle.email = email
    joined = turn.work.joining.join(handle)
    if joined is Joined.TAKEN_OVER:
        buttons = profile_buttons(turn.work.talents.profile(handle.party_id), handle)
        turn.tell(handle, Message(WELCOME, buttons=buttons[:1]), purpose="news")
        turn.refresh(f"home:{handle.id.hex}", handle=handle)
    elif joined is Joined.ANOTHER and is_news:
        who = turn.work.parties.name(handle.id) or "お名前がまだの方"
        turn.post(STAFF, Message(taken(who)), dedupe=f"mail:{handle.id.hex}:{turn.now:%Y%m%d}")


def taken(who: str) -> str:
    return f"Slackの「{who}」さんのメールアドレスは、ほかの方の登録にあります。ご本人かどうか、確かめてください。"


def everybody(turn: Turn, people: Mapping[str, Person]) -> None:
    """Keep what Slack says of all who are here: who was away when he came is looked up now."""
    for handle in turn.work.parties.on("slack"):
        person = people.get(handle.external_id)
        is_new = person is not None and person.email.strip().lower() != (handle.email or "")
        if person is not None and (is_new or handle.looked_up_at is None):
            looked_up(turn, handle, person)
