"""Monthly: what a month brought, as a card, and as a page an owner can print for his bank."""

from __future__ import annotations

from bot.actions.people.sides import side_of
from bot.pages import week_view
from bot.pages.page_links import MONTH
from bot.turn import Turn
from flows.messages import Button, Message
from flows.weekly.week_cards import month_card
from storage.engagements import Side

NONE_YET = "まとめは、打ち合わせが始まってからお見せできます。"


def show(turn: Turn) -> None:
    """今月のまとめ: of each pair this person works in; the fee is for the owner's eyes."""
    me = turn.person()
    running = [item for item in turn.work.engagements.of_handle(me.id) if item.started_on is not None]
    if not running:
        turn.tell(me, Message(NONE_YET))
        return
    for engagement in running[:3]:
        is_owner = side_of(engagement, me.id) is Side.OWNER
        card = month_card(week_view.month_view(turn, engagement, turn.now, has_fee=is_owner))
        url = turn.rules.page_url(MONTH, engagement.id, turn.now) if is_owner else ""
        printed = (Button("印刷できるページ", "", url=url),) if url else ()
        turn.tell(me, Message(card=card, buttons=printed))
