"""Relay card: the staff see what the two sides of an engagement write each other, and can step in."""

from __future__ import annotations

from bot.payloads import card_payload
from flows.messages import Button, Card, Line, Message
from flows.rules.calendar import say_moment
from storage.engagements import Engagement
from storage.relays import KEPT_BACK, TAKEN, WAITS, Relayed
from storage.unit_of_work import Work

LAST = 6  # words on the card
MOST = 200  # characters of each
MARKS = {WAITS: "まだ", KEPT_BACK: "止めました", TAKEN: "取り消し"}


def relay_card(work: Work, engagement: Engagement) -> Message:
    """Show the last words of both, each once however many read them."""
    talent = work.parties.handle(engagement.talent_handle_id)
    seen: dict[object, Relayed] = {}
    for row in work.relays.of_engagement(engagement.id, LAST * 2):
        seen.setdefault((row.from_id, row.event_id), row)
    lines = []
    for row in list(seen.values())[-LAST:]:
        who = "お相手" if row.from_id == talent.id else "会社"
        mark = MARKS.get(row.status) or say_moment(row.left_at or row.said_at, row.said_at)
        words = row.words if len(row.words) <= MOST else f"{row.words[: MOST - 1]}…"
        lines.append(Line(f"{who}({mark})", words, is_quote=True))
    title = work.postings.get(engagement.posting_id).title
    note = "お二人には、担当も読むことを伝えてあります。"
    buttons = (
        Button("会社の方に送る", card_payload("engagement", engagement.id, 0, "step_owner")),
        Button("お相手に送る", card_payload("engagement", engagement.id, 0, "step_talent")),
        Button("終わりの相談", card_payload("engagement", engagement.id, 0, "part")),
    )
    return Message(card=Card(f"お二人のやりとり：{title}"[:100], tuple(lines), note=note), buttons=buttons)
