"""Profiles: kept as their talent writes them, put to rest and taken up again."""

from __future__ import annotations

from bot.errors import Refusal
from bot.talking import begin, begin_once
from bot.turn import Turn
from flows.facts import Profile
from flows.inbound import CardTapped
from flows.messages import Message
from flows.outcomes import KeepProfile
from flows.rules.japanese.names import bare_name
from flows.rules.japanese.prefectures import prefectures_in
from flows.rules.japanese.tax_numbers import is_firm_number
from flows.rules.match.permission import is_much, may_sign
from flows.rules.match.skills import works_of
from flows.rules.match.slots import mask, slots_of
from flows.talent.profile import Named, Onsite
from storage.conversations import Conversation
from storage.forgetting import mark_of
from storage.parties import Handle
from storage.records import Kind
from storage.talents import Stage, Talent

KEPT = "自己紹介を登録しました。いつでも「ホーム」から直せます。"
ASK_FIRST = "勤め先の副業の決まりは、契約の前に確かめてください。それまでも応募はできます。確かめたら「自己紹介を直す」で教えてください。"
MUCH = "お勤めのほかに週15時間をこえそうです。どうぞ無理のない時間にしてください。"
NO_WORKS = "お仕事の種類が一つも選ばれていません。選んでおくと、合う募集をお知らせできます。"
OTHER_NUMBER = "登録番号は、会社の番号の決まりと合いませんでした。個人の番号なら、そのままで大丈夫です。"
RESTS = (
    "承知しました。お休みのあいだは、新しいご案内をしません。「ホーム」の「再開する」で、いつでも戻れます。"
)
RESTS_APPLIED = "社長にまだお見せしていない応募は、そのままお預かりします。"
BACK = "おかえりなさい。また募集をご案内します。"


def open_profile(turn: Turn, tap: CardTapped) -> None:
    begin_once(turn, "profile", turn.person(), {})


def keep_profile(turn: Turn, talk: Conversation, outcome: KeepProfile) -> None:
    """Keep the profile, and go on to the application it was made for."""
    work, said = turn.work, outcome.profile
    work.parties.lock([talk.handle_id])
    handle = work.parties.handle(talk.handle_id)
    work.talents.keep(
        Talent(
            party_id=talk.party_id,
            handle_id=talk.handle_id,
            is_own=True,
            updated_at=turn.now,
            **columns_of(said),
        )
    )
    work.session.flush()
    guessed = works_of(said.headline, "。".join((said.by_hand, said.routine, said.bio)), said.skills)
    work.pool.confirm_works(talk.party_id, said.works, guessed)
    work.parties.party(talk.party_id).call_name = bare_name(said.name)
    keep_zone(handle, said.zone)
    if handle.email:  # whom Slack's hour found already; anybody else is joined when it comes
        work.records.remove(Kind.GONE, mark_of(handle.email))
        work.joining.join(handle)
    elif handle.looked_up_at is not None:
        handle.looked_up_at = None  # he had been forgotten, and came again
    turn.refresh(f"home:{handle.id.hex}", handle=handle)
    hints = hints_about(said)
    if not outcome.posting:
        hints = (KEPT, *hints)
    for words in hints:
        turn.tell(handle, Message(words))
    if outcome.posting:
        begin(turn, "apply", handle, {"posting": outcome.posting})


def columns_of(said: Profile) -> dict[str, object]:
    """Give the columns of ``Talent`` that a profile tells."""
    return {
        "name": bare_name(said.name),
        "headline": said.headline,
        "by_hand": said.by_hand,
        "routine": said.routine,
        "skills": said.skills,
        "bio": said.bio,
        "ties": said.ties,
        "tied": list(prefectures_in(said.ties)),
        "hours_month": said.hours,
        "pay_month_yen": said.pay,
        "hourly_yen": said.pay // said.hours,
        "slots": said.slots,
        "times": mask(slots_of(said.slots)),
        "is_remote": said.onsite == Onsite.AFAR.name,
        "is_named": said.named == Named.NOW.name,
        "employment": said.employment,
        "permission": said.permission,
        "conflicts": said.conflicts,
        "insurance": said.insurance,
        "insurer": said.insurer,
        "invoice": said.invoice,
    }


def keep_zone(handle: Handle, zone: str) -> None:
    """Where he lives is as he says, from now on; as long as he agrees with Slack, it is as Slack says."""
    if zone and zone != (handle.zone or "Asia/Tokyo"):
        handle.zone, handle.zone_is_own = zone, True


def hints_about(said: Profile) -> tuple[str, ...]:
    """Say what he should know about what he wrote; nothing of it stands in his way."""
    is_odd = bool(said.invoice) and not is_firm_number(said.invoice[1:])
    found = (
        (not may_sign(said.employment, said.permission), ASK_FIRST),
        (is_much(said.employment, said.hours), MUCH),
        (not said.works, NO_WORKS),
        (is_odd, OTHER_NUMBER),
    )
    return tuple(words for is_so, words in found if is_so)


def pause(turn: Turn, tap: CardTapped) -> None:
    """休む: neither ranked nor invited nor shown to anybody new."""
    me, talent = turn.person(), own_profile(turn)
    talent.is_paused = True
    waits = any(item.stage == Stage.APPLIED.name for item in turn.work.talents.of_party(me.party_id))
    turn.tell(me, Message(RESTS + (RESTS_APPLIED if waits else "")))
    turn.refresh(f"home:{me.id.hex}", handle=me)


def resume(turn: Turn, tap: CardTapped) -> None:
    """再開する."""
    me, talent = turn.person(), own_profile(turn)
    talent.is_paused = False
    turn.tell(me, Message(BACK))
    turn.refresh(f"home:{me.id.hex}", handle=me)


def own_profile(turn: Turn) -> Talent:
    """Lock the profile of whoever tapped, whosever home the button came from."""
    talent = turn.work.talents.lock_profile(turn.person().party_id)
    if talent is None:
        raise Refusal("まだ自己紹介がありません。「ホーム」の「自己紹介を書く」からどうぞ。")
    return talent
