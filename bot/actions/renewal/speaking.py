"""Speaking: who answers a look back for the firm, who reads what the talent wrote, and what the owner is asked to confirm."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import both, close_talks, everybody, side_of
from bot.facts import other_name
from bot.talking import begin
from bot.turn import Turn
from flows.messages import Message
from flows.renewal.sharing import shared
from flows.together import MF
from prompts.knowledge import verbatim
from storage.engagements import Engagement, Round, Side
from storage.parties import Handle

REMIND, STAFF = (2, 5), 5  # days after which the owner is reminded to confirm; business days, then the staff
WROTE = "会社のお答えは、{who}が書きました。これからのことは、社長が確かめています。"


def choose_speaker(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Who worked with the talent answers, where he is on LINE and can be reached; else the owner does."""
    id = engagement.partner_handle_id
    is_there = id is not None and turn.work.parties.handle(id).is_reachable
    kept.firm, kept.firm_said = (id if is_there else None), None


def ask_all(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Put the four questions to both; an owner who only confirms reads who answers for him."""
    about = {"engagement": engagement.id.hex, "number": kept.number}
    for side, id in both(engagement):
        asked = kept.firm if side is Side.OWNER and kept.firm else id
        begin(turn, "feedback", turn.work.parties.handle(asked), about)
    if kept.firm:
        who, talent = writer(turn, engagement, kept, Side.OWNER), other_name(turn, engagement, Side.OWNER)
        turn.tell(
            turn.work.parties.handle(engagement.owner_handle_id),
            Message(f"{who}に、{talent}とのふりかえりをお願いしました。"),
            Message("続けるかどうかと、時間とお支払いのことだけ、あとで社長にうかがいます。"),
        )


def seat_in(engagement: Engagement, kept: Round, handle: UUID) -> Side:
    """Tell whose side somebody answers for in a round; anybody but the two and who speaks for the firm is refused."""
    return Side.OWNER if handle == kept.firm else side_of(engagement, handle)


def author(turn: Turn, engagement: Engagement, kept: Round, side: Side) -> Handle:
    """Return who wrote a side's answers: his yes is asked before they are shown alone; the owner's, where he left."""
    wrote = turn.work.parties.handle(kept.firm) if side is Side.OWNER and kept.firm else None
    if wrote is not None and wrote.is_reachable:
        return wrote
    return turn.work.parties.handle(dict(both(engagement))[side])


def writer(turn: Turn, engagement: Engagement, kept: Round, side: Side) -> str:
    """Name who wrote a side's answers, as the other side knows him."""
    if side is Side.OWNER and kept.firm:
        return turn.work.postings.get(engagement.posting_id).partner_shown or "一緒に進める方"
    return other_name(turn, engagement, side.other)


def readers(turn: Turn, engagement: Engagement, kept: Round, side: Side) -> list[Handle]:
    """Return who reads on a side: the owner, and who spoke for the firm."""
    ids = [dict(both(engagement))[side], *([kept.firm] if side is Side.OWNER and kept.firm else [])]
    return [turn.work.parties.handle(id) for id in ids]


def all_readers(turn: Turn, engagement: Engagement, kept: Round) -> list[Handle]:
    return [handle for side in Side for handle in readers(turn, engagement, kept, side)]


def share(turn: Turn, engagement: Engagement, kept: Round, to: Sequence[Side] = tuple(Side)) -> None:
    """Show sides what the other wrote, as it stands: all who read on a side at the same moment."""
    texts = verbatim().texts()
    for side in to:
        asked = [(texts[key], said) for key, said in zip(MF, kept.of(side.other), strict=True)]
        who = writer(turn, engagement, kept, side.other)
        by = (Message(WROTE.format(who=who)),) if side is Side.TALENT and kept.firm else ()
        for handle in readers(turn, engagement, kept, side):
            turn.tell(handle, *by, *shared(f"{who}のふりかえり", asked))


def stop_asking(turn: Turn, engagement: Engagement, flows: tuple[str, ...]) -> None:
    """Ask nobody of the pair, nor who goes along, any more."""
    for id in everybody(engagement):
        close_talks(turn, turn.work.parties.handle(id), flows, "engagement", engagement.id)


def ask_owner(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Let who decides money read the answer about going on; he is reminded, and then the staff hear of it."""
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    close_talks(turn, owner, ("confirm_wish",), "engagement", engagement.id)
    begin(turn, "confirm_wish", owner, {"engagement": engagement.id.hex, "number": kept.number})
    subject = f"{engagement.id.hex}:MF:{kept.number}"
    turn.work.dues.clear(subject, ("confirm_wait", "confirm_staff"), turn.now)
    for days in REMIND:
        turn.work.dues.add("confirm_wait", subject, turn.now + timedelta(days=days))
    turn.work.dues.add("confirm_staff", subject, waits.noon_after(turn.now, STAFF))


def confirm_now(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """The staff have read it: the owner is asked, unless he is at it already."""
    live = turn.work.conversations.live(engagement.owner_handle_id)
    if not any(t.flow == "confirm_wish" and t.subject["engagement"] == engagement.id.hex for t in live):
        ask_owner(turn, engagement, kept)


def remind(turn: Turn, subject: str) -> None:
    """The owner has not confirmed yet."""
    waits.remind_of(turn, subject, is_to_confirm=True)


def tell_staff(turn: Turn, subject: str) -> None:
    """He still has not: a person should ask him."""
    waits.tell_staff_of(turn, subject, is_to_confirm=True)
