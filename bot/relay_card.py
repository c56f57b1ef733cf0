"""Relay card: the staff see what the two sides of an engagement write each other, and can step in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from bot.pages.page_links import FILE as FILE_PAGE
from bot.payloads import card_payload
from flows.messages import Button, Card, Line, Message
from flows.rules.calendar import say_moment
from storage.engagements import Engagement
from storage.relays import BACK, FILE, FIX, KEPT_BACK, LOST, PHOTO, TAKEN, THINGS, WAITS, Relayed
from storage.unit_of_work import Work

LAST = 6  # words on the card
MOST = 200  # characters of each
MARKS = {WAITS: "まだ", KEPT_BACK: "止めました", TAKEN: "取り消し", LOST: "届けていません"}
KINDS = {PHOTO: "写真", FILE: "ファイル", FIX: "訂正", BACK: "取り消しの連絡"}
MOST_BUTTONS = 3  # the newest things

Address = Callable[[str, UUID, datetime], str]


def relay_card(work: Work, engagement: Engagement, address: Address, now: datetime) -> Message:
    """Show the last words of both, each once however many read them."""
    talent = work.parties.handle(engagement.talent_handle_id)
    seen: dict[object, Relayed] = {}
    for row in work.relays.of_engagement(engagement.id, LAST * 2):
        seen.setdefault((row.from_id, row.event_id, row.attachment_id, row.kind), row)
    lines, things = [], [row for row in seen.values() if row.kind in THINGS and row.is_ready]
    for row in list(seen.values())[-LAST:]:
        who = "お相手" if row.from_id == talent.id else "会社"
        mark = MARKS.get(row.status) or say_moment(row.left_at or row.said_at, row.said_at)
        mark = mark if row.is_ready else "受け取り中"
        words = row.words if len(row.words) <= MOST else f"{row.words[: MOST - 1]}…"
        named = f"{KINDS[row.kind]}、{mark}" if row.kind in KINDS else mark
        lines.append(Line(f"{who}({named})", words or "-", is_quote=True))
    title = work.postings.get(engagement.posting_id).title
    note = "お二人には、担当も読むことを伝えてあります。"
    buttons = (
        *opening(things, address, now),
        Button("会社の方に送る", card_payload("engagement", engagement.id, 0, "step_owner")),
        Button("お相手に送る", card_payload("engagement", engagement.id, 0, "step_talent")),
        Button("終わりの相談", card_payload("engagement", engagement.id, 0, "part")),
    )
    return Message(card=Card(f"お二人のやりとり：{title}"[:100], tuple(lines), note=note), buttons=buttons)


def opening(things: Sequence[Relayed], address: Address, now: datetime) -> tuple[Button, ...]:
    """Give the staff a way to open what went over, or was stopped."""
    shown = [row for row in things if row.status not in (TAKEN, LOST) and row.attachment_id][-MOST_BUTTONS:]
    addresses = ((row, address(FILE_PAGE, row.attachment_id, now)) for row in shown if row.attachment_id)
    return tuple(Button(f"{KINDS[row.kind]}：{row.words}"[:30], "", url=url) for row, url in addresses if url)
