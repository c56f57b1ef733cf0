"""Gone: somebody's account in the workspace was closed. Staff hear it once, and so does whoever waits for him."""

from __future__ import annotations

from bot.turn import STAFF, Turn
from flows.messages import Message
from storage.engagements import Engagement, Phase
from storage.parties import Handle

MAY_BE_OVER = (Phase.QUESTIONS.name, Phase.DECIDING.name)  # such a pair ends with his application


def gone(turn: Turn, handle: Handle) -> None:
    """Close what waits for him; his applications leave the owners' lists in a turn of their own, people locked first."""
    turn.work.outbox.close_unreachable(handle.id)
    if not handle.is_reachable:
        return
    handle.is_reachable = False
    name = turn.work.parties.name(handle.id) or "お名前のまだない方"
    open = [each for each in turn.work.engagements.of_handle(handle.id) if each.phase != Phase.ENDED.name]
    titles = "、".join(f"「{turn.work.postings.get(each.posting_id).title}」" for each in open)
    work = f"進行中のお仕事：{titles}。" if open else ""
    turn.post(
        STAFF, Message(f"{name}さんに、Slackでは届かなくなりました。{work}ほかの方法でご連絡ください。")
    )
    turn.work.dues.add("talent_gone", handle.id.hex, turn.now)
    for engagement in open:
        if engagement.phase not in MAY_BE_OVER:
            _tell_owner(turn, engagement, name)


def _tell_owner(turn: Turn, engagement: Engagement, name: str) -> None:
    """Who waits for an answer, or is reminded of a meeting, must not wait in silence."""
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    staff = turn.house(owner.party_id).staff
    words = f"{name}さんと、いま連絡がとれていません。担当の{staff}が確かめて、お知らせします。"
    turn.tell(owner, Message(words), purpose="reminder")
