"""Staffing: who of the staff looks after which firm, how he is reached, and what becomes of it when he leaves."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.actions.posting.drafts import show
from bot.calls import show as show_task
from bot.errors import Refusal
from bot.talking import begin_once
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.messages import Message
from flows.outcomes import HandOver, KeepContact
from storage.companies import Company
from storage.conversations import Conversation
from storage.parties import Handle
from storage.staff import StaffProfile

MOST_NAMED = 5  # firms in one line
ONLY_STAFF = "この操作は、運営スタッフだけができます。"


def one_of_staff(turn: Turn) -> Handle:
    if not turn.person().is_staff:
        raise Refusal(ONLY_STAFF)
    return turn.person()


def contact_tapped(turn: Turn, tap: CardTapped) -> None:
    """わたしの連絡先: opens one's own form, whosever home the button came from."""
    begin_once(turn, "staff_contact", one_of_staff(turn), {})


def keep_contact(turn: Turn, talk: Conversation, outcome: KeepContact) -> None:
    """Keep it; from now on the owners of his firms are told so."""
    me = one_of_staff(turn)
    deputy = colleague(turn, outcome.deputy, "mine.DEPUTY") if outcome.deputy else None
    profile = StaffProfile(
        handle_id=me.id,
        hours=outcome.hours,
        phone=outcome.phone,
        deputy_id=deputy.id if deputy else None,
    )
    turn.work.staff.keep(profile)
    turn.refresh(f"home:{me.id.hex}", handle=me)


def hand_over_tapped(turn: Turn, tap: CardTapped) -> None:
    """担当を代わる."""
    me = one_of_staff(turn)
    if not turn.work.staff.firms_of(me.id):
        raise Refusal("いま担当している会社はありません。")
    if len(turn.work.parties.staff()) < 2:
        raise Refusal("代わる人がいません。運営チャンネルに入ると、選べるようになります。")
    begin_once(turn, "hand_over", me, {})


def hand_over(turn: Turn, talk: Conversation, outcome: HandOver) -> None:
    """The firm goes to a colleague, who hears of it with the others."""
    me = one_of_staff(turn)
    to = colleague(turn, outcome.to, "over.TO")
    postings = turn.work.staff.in_hand(me.id, UUID(outcome.company))
    firm = turn.work.companies.lock(UUID(outcome.company))
    if firm is None or firm.staff_id != me.id:
        raise Refusal("この会社の担当は、もう代わっています。")
    firm.staff_id = to.id
    for posting in postings:
        posting.taken_by = to.id
        show(turn, posting)
    turn.post(
        STAFF, Message(f"「{firm.legal_name}」の担当は、{name(turn, me)}から{name(turn, to)}に代わりました。")
    )
    turn.refresh_homes()


def colleague(turn: Turn, handle: str, key: str) -> Handle:
    """Return another of the staff; he may have left while the form was open."""
    other = turn.work.parties.handle(UUID(handle))
    if not other.is_staff or other.id == turn.person().id:
        raise Refusal("その方は、いまスタッフではありません。", key)
    return other


def pass_on(turn: Turn) -> None:
    """What people who left the staff had in hand goes to their deputies, or to nobody; the staff hear one line each."""
    staff = turn.work.staff
    for posting in staff.left_postings():
        posting.taken_by = heir(turn, posting.taken_by)
        show(turn, posting)
    for task in staff.left_tasks():
        task.taken_by = heir(turn, task.taken_by)
        show_task(turn, task)
    firms = staff.left_firms()
    for gone in dict.fromkeys(firm.staff_id for firm in firms):
        tell_of(turn, gone, [firm for firm in firms if firm.staff_id == gone])


def heir(turn: Turn, gone: UUID | None) -> UUID | None:
    stands_in = turn.work.staff.answering(gone)
    return stands_in.id if stands_in else None


def tell_of(turn: Turn, gone: UUID | None, firms: Sequence[Company]) -> None:
    """Give the firms of one who left to who stands in for him, and say so once."""
    who = turn.work.parties.name(gone) or "担当"
    titles = "".join(f"「{firm.legal_name}」" for firm in firms[:MOST_NAMED])
    titles += f"ほか{len(firms) - MOST_NAMED}社" if len(firms) > MOST_NAMED else ""
    stands_in = turn.work.staff.answering(gone)
    for firm in firms:
        firm.staff_id = stands_in.id if stands_in else None
    now = (
        f"{name(turn, stands_in)}に代わりました。"
        if stands_in
        else "いません。次に引き受けた人が担当になります。"
    )
    turn.post(STAFF, Message(f"{who}さんがスタッフを離れました。{titles}の担当は、{now}"))


def name(turn: Turn, handle: Handle) -> str:
    return f"{turn.work.parties.name(handle.id) or 'お名前なし'}さん"
