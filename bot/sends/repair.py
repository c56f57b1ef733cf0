"""Repair: what an operator does when something stuck: look at the outbox, send again, carry failed events again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, select

from bot.clock import Clock
from bot.forms import carry_and_keep
from bot.settings import Settings
from bot.taking import take_turn
from bot.wiring import Bot
from flows.rules.calendar import JST
from storage.database import open_engine
from storage.inbox import DONE, Event
from storage.mail import is_now
from storage.outbox import DUE, FAILED, HELD, SENDING, UNKNOWN, OutMessage
from storage.unit_of_work import Work, begin

# How an operator reads a status, and what there is to do about it; what is worst stands first.
STATES = {
    FAILED: ("届きませんでした", "わけを直し、smallwin outbox --again ID で送ります。"),
    UNKNOWN: (
        "届いたか分かりません",
        "相手の画面で確かめます。なければ smallwin outbox --again ID で送ります(あれば二重になります)。",
    ),
    DUE: ("順番を待っています", "回数が増えるときは smallwin doctor で確かめます。"),
    SENDING: ("送っています", "1分たっても変わらなければ、ほかのプロセスが引き取ります。待ってください。"),
    HELD: ("あとの時間に送ります", "夜や休日、通数切れで待っています。すぐにすることはありません。"),
}
MOST = 200


@dataclass(frozen=True)
class Failure:
    """An event that could not be carried; never its words."""

    id: str
    came: str
    kind: str
    error: str


def unfinished(settings: Settings, most: int = MOST) -> list[dict[str, Any]]:
    """List messages that have not arrived, trouble first, then oldest first; never their words."""
    with begin(open_engine(settings.database_url)) as work:
        looks = (is_now(FAILED, UNKNOWN), is_now(DUE, SENDING), is_now(HELD))
        rows = [row for look in looks for row in _first(work, look, most)][:most]
    return [_told(row) for row in rows]


def _first(work: Work, look: ColumnElement[bool], most: int) -> Sequence[OutMessage]:
    return work.session.scalars(select(OutMessage).where(look).order_by(OutMessage.id).limit(most)).all()


def _told(row: OutMessage) -> dict[str, Any]:
    return {
        "id": row.id.hex,
        "to": row.channel or f"{row.platform}:{str(row.handle_id)[-8:]}",
        "status": row.status,
        "attempts": row.attempts,
        "next_at": row.next_at.isoformat(timespec="minutes"),
        "error": row.error,
        "purpose": row.purpose,
        "since": row.created_at.isoformat(timespec="minutes"),
        "event": row.event_id.hex if row.event_id else "",
        "state": STATES[row.status][0],
        "todo": STATES[row.status][1],
    }


def send_again(settings: Settings, ids: Sequence[str]) -> int:
    """Let messages that failed, or may not have arrived, leave once more. Return how many there were."""
    wanted = [id.replace("-", "") for id in ids]
    now = Clock().now()
    with begin(open_engine(settings.database_url)) as work:
        rows = work.session.scalars(
            select(OutMessage).where(is_now(FAILED, UNKNOWN)).order_by(OutMessage.id).with_for_update()
        )
        chosen = [row for row in rows if "all" in wanted or row.id.hex in wanted]
        for row in chosen:  # out of its line: what came after it has long arrived
            row.status, row.next_at, row.attempts, row.error = DUE, now, 0, ""
            row.number, row.reply_token, row.leased_until, row.left_at = None, "", None, None
    return len(chosen)


def replay(settings: Settings) -> tuple[int, list[Failure]]:
    """Carry failed and parked events again. Return how many went well, and those that failed once more."""
    engine, clock = open_engine(settings.database_url), Clock()
    rules = Bot.rules_of(settings, {})
    with begin(engine) as work:
        ids = work.inbox.failed()
        work.inbox.reopen(ids, clock.now())
    for id in ids:
        take_turn(engine, rules, carry_and_keep, id, clock.now())
    with begin(engine) as work:
        return _sorted_out(work, ids)


def _sorted_out(work: Work, ids: Sequence[UUID]) -> tuple[int, list[Failure]]:
    events = [work.session.get_one(Event, id) for id in ids]
    failed = [
        Failure(event.id.hex, local(event.received_at), f"{event.platform} {event.kind}", event.error)
        for event in events
        if event.status != DONE
    ]
    return len(events) - len(failed), failed


def local(at: datetime) -> str:
    """Say a moment as an operator reads it."""
    return f"{at.astimezone(JST):%m/%d %H:%M}"
