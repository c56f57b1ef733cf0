"""Listing: who applied is shown to the owner, a few at a time, with reasons; nobody is left waiting unseen."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.actions.match import barring, others
from bot.actions.match.lineup import Placed, is_meeting, reasons_for, unseen
from bot.errors import Refusal
from bot.payloads import card_payload
from bot.profiles import profile_for_owner
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.match.applicants import applicant_card
from flows.messages import Button, Look, Message
from flows.rules.match.lineup import ENOUGH, LIST_AFTER, MOST, helping
from flows.talent.talents import terms_line
from storage.postings import Posting, State
from storage.talents import Application, Stage

MORE, AGAIN = "ほかの方も見る", "もう一度見る"
CHOOSE = "会ってみたい方を選んでください。"


def list_due(turn: Turn, subject: str) -> None:
    """On day 10 and each week after: whoever has applied since is shown, however few."""
    posting = turn.work.postings.lock(UUID(subject))
    if posting is None or posting.state != State.OPEN.name:
        return
    turn.work.dues.add("short_list", subject, turn.now + LIST_AFTER)
    if turn.work.talents.ready(posting.id):
        offer(turn, posting)


def applied(turn: Turn, posting: Posting, application: Application) -> None:
    """Somebody has just applied: three make a list at once; whom a hard limit bars, the staff hear of.

    While cards lie before the owner, more come by his tap, or with the next week's list.
    """
    placed, barred = unseen(turn, posting)
    if application in barred:
        barring.hold_back(turn, application, barred[application])
    elif len(placed) >= ENOUGH and not turn.work.talents.of_posting(posting.id, Stage.SHOWN):
        offer(turn, posting)


def offer(turn: Turn, posting: Posting) -> None:
    """Show who waits unseen, unless the owner is about to meet somebody: then they wait with the others."""
    if not is_meeting(turn, posting):
        show_list(turn, posting)


def show_list(turn: Turn, posting: Posting) -> bool:
    """Send the owner the next few cards, the best first; tell whether there was anybody to show."""
    placed, barred = unseen(turn, posting)
    for application, why in barred.items():
        barring.hold_back(turn, application, why)
    if not placed:
        return False
    is_first = posting.lists == 0
    now = placed[: helping(len(placed), is_first=is_first)]
    left = len(placed) - len(now)
    posting.lists += 1
    note_shown(turn, posting, now)
    owner = turn.work.parties.handle(posting.handle_id)
    words = introduced(len(placed), len(now), is_first=is_first, is_his=turn.is_answering(owner))
    deal(turn, posting, words, [each.application for each in now], left)
    return True


def introduced(waiting: int, shown: int, *, is_first: bool, is_his: bool) -> str:
    """Say who comes now: the first of many, the new ones of a week, or the others he asked to see."""
    if is_his and not is_first:
        return f"ほかの{shown}人の方です。{CHOOSE}"
    new = "" if is_first else "新しく"
    few = f"まず{shown}人をご紹介します。" if shown < waiting else ""
    return f"{new}{waiting}人の方から応募がありました。{few}{CHOOSE}"


def note_shown(turn: Turn, posting: Posting, placed: Sequence[Placed]) -> None:
    """Keep the order and the reasons as they were shown; from now on the owner's silence is counted."""
    last = max((each.place for each in turn.work.talents.of_posting(posting.id, *Stage)), default=0)
    for place, each in enumerate(placed, start=last + 1):
        application = each.application
        application.stage, application.place = Stage.SHOWN.name, place
        application.reasons, application.barred = list(each.ranked.reasons), ""
        others.wait_from_now(turn, application)
        home = turn.work.parties.handle(application.handle_id)
        turn.refresh(f"home:{home.id.hex}", handle=home)
    others.watch_owner(turn, posting)


def deal(turn: Turn, posting: Posting, words: str, shown: Sequence[Application], left: int = 0) -> None:
    """Lay cards before the owner, and say how many more wait."""
    owner = turn.work.parties.handle(posting.handle_id)
    cards = tuple(card for each in shown if (card := card_of(turn, posting, each)))
    purpose = "answer" if turn.is_answering(owner) else "news"
    said = (Message(words), Message(deck=cards), *more_of(posting, left))
    for part, message in enumerate(said if cards else ()):
        key = f"deck:{posting.id.hex}:{posting.lists}:{len(shown)}:{turn.now:%Y%m%d%H%M}:{part}"
        turn.tell(owner, message, purpose=purpose, dedupe=key)  # a double tap lays the same cards once


def more_of(posting: Posting, left: int) -> tuple[Message, ...]:
    """Offer the next helping, where somebody waits for it."""
    return (Message(f"ほかに{left}人の方がいます。", buttons=(on(posting, MORE, "more"),)),) if left else ()


def on(posting: Posting, label: str, verb: str) -> Button:
    return Button(label, card_payload("posting", posting.id, posting.version, verb))


def owned(turn: Turn, tap: CardTapped) -> Posting:
    """Lock the owner's own open posting."""
    posting = turn.work.postings.lock(UUID(tap.id))
    if posting is None or posting.owner_id != turn.person().party_id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    if posting.state != State.OPEN.name:
        raise Refusal(f"この募集は、いま「{State[posting.state].value}」です。")
    return posting


def more(turn: Turn, tap: CardTapped) -> None:
    """ほかの方も見る: the next helping; where nobody new waits, those he has seen."""
    posting = owned(turn, tap)
    others.looked(turn, posting)
    if not show_list(turn, posting):
        show_again(turn, posting)


def again(turn: Turn, tap: CardTapped) -> None:
    """もう一度見る: the cards that may be far up by now; where none is left, whoever is new."""
    posting = owned(turn, tap)
    others.looked(turn, posting)
    if not turn.work.talents.of_posting(posting.id, Stage.SHOWN) and show_list(turn, posting):
        return
    show_again(turn, posting)


def show_again(turn: Turn, posting: Posting, lead: str = "") -> None:
    """Lay before the owner whom he has seen and not decided on, in the order he knows."""
    seen = sorted(turn.work.talents.of_posting(posting.id, Stage.SHOWN), key=lambda each: each.place)
    if not seen:
        words = "いまお待ちの方はいません。新しい応募があったら、ここでお知らせします。"
        turn.tell(turn.work.parties.handle(posting.handle_id), Message(words))
        return
    new, _ = unseen(turn, posting)
    shown = seen[:MOST]
    words = lead or f"{len(seen)}人の方が、お返事を待っています。"
    deal(turn, posting, f"{words}{CHOOSE}", shown, len(seen) - len(shown) + len(new))


def table_again(turn: Turn, posting: Posting) -> None:
    """It came to nothing with the one he was to meet: the others are on the table again."""
    turn.work.postings.lock(posting.id)
    if posting.state != State.OPEN.name or is_meeting(turn, posting):
        return
    others.back(turn, posting)
    if turn.work.talents.of_posting(posting.id, Stage.SHOWN):
        return show_again(turn, posting)
    if not show_list(turn, posting):
        owner = turn.work.parties.handle(posting.handle_id)
        turn.tell(owner, Message("募集は続いています。新しい応募があったら、ここでお知らせします。"))


def card_of(turn: Turn, posting: Posting, application: Application) -> Message | None:
    """Draw an applicant; None where he has deleted himself meanwhile."""
    profile = profile_for_owner(turn, application)
    if profile is None:
        return None
    reasons = reasons_for(turn, posting, application)
    fee = turn.rules.house.fee_yen

    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("application", application.id, application.version, verb), look)

    before = application.terms if application.terms != terms_line(profile) else ""
    card = applicant_card(profile, tuple(application.answers), reasons, fee, before)
    return Message(
        card=card,
        buttons=(
            button("会ってみたい", "meet", Look.PRIMARY),
            button("聞きたい", "ask"),
            button("見送る", "decline"),
        ),
    )
