"""Noticing: the week's one notice to each side, at four the business day before. Named by the sweep, drawn when it leaves."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

from bot.actions.people.riding import along_with
from bot.actions.people.sides import handle_of
from bot.actions.renewal.quarters import is_month_five
from bot.actions.weekly.reminding import is_off, notice, riding
from bot.actions.weekly.slotting import HOUR, say_in
from bot.turn import Left, Turn
from flows.messages import Message
from flows.rules.renewal.ending import MONTH_FIVE
from storage.engagements import Side
from storage.mail import TOO_LATE
from storage.noticing import coming
from storage.undrawn import Bare
from storage.unit_of_work import Work

REMIND = "remind"  # the purpose of the moment, and how the key of a notice begins: remind:<meeting>:<sequence>:<side>.0


def load(work: Work, keys: Sequence[str]) -> None:
    """Lock the pairs of many meetings, and read at once what their notices say."""
    work.lock_meetings({meeting_of(key) for key in keys})


def meeting_of(key: str) -> UUID:
    return UUID(key.split(":")[1])


def announce(turn: Turn, subjects: Sequence[str]) -> None:
    """Name the notices of many meetings: to whom, and from when to when. Until one leaves, much may change."""

    @cache
    def least(platform: str, zone: str, meets_at: datetime) -> str:
        words = f"{say_in(meets_at, zone)}から、打ち合わせです。"
        return turn.bodies(platform, Message(words))[0]

    rows, hours = [], dict[tuple[object, ...], datetime]()
    for each in coming(turn.work.session, {UUID(subject) for subject in subjects}, turn.now):
        reader, until = each.reader, each.meets_at - HOUR  # so late the word of the hour before helps
        kind = reader[1:]  # all but who he is
        leaves = hours.get(kind) or hours.setdefault(kind, turn.hour_for(reader))
        if not reader.is_reachable or leaves >= until:
            continue
        key = f"{REMIND}:{each.id.hex}:{each.sequence}:{each.side.name}.0"
        body = least(reader.platform, reader.zone, each.meets_at)
        rows.append(Bare(reader.id, reader.platform, key, body, leaves, until))
    turn.work.undrawn.add(rows, turn.now)


def remind(turn: Turn, subject: str) -> None:
    announce(turn, [subject])


def draw(turn: Turn, key: str) -> Left:
    """Say the notice as things stand now: when, with whom, and how last week's promise went."""
    _, id, sequence, name = key.split(":")
    meeting = turn.work.engagements.meeting(UUID(id))
    engagement, side = turn.work.engagements.get(meeting.engagement_id), Side[name]
    if is_off(turn, engagement, meeting) or meeting.sequence != int(sequence):
        return Left("no more, or moved")  # who moved it has told both
    handle = handle_of(turn, engagement, side)
    leaves, until = turn.hour_for(handle), meeting.meets_at - HOUR
    if not handle.is_reachable or leaves >= until:
        return Left(TOO_LATE if handle.is_reachable else "not reachable")
    if leaves > turn.now:
        return Left(until=leaves)
    last = turn.work.engagements.before(meeting)
    promises = turn.work.weeks.promises_of(last.id) if last else {}
    message = notice(turn, engagement, meeting, side, last, promises)
    words = along_with(turn, engagement, handle, key) if side is Side.OWNER else ()
    along = (*words, *riding(turn, engagement, side))
    turn.tell(handle, message, *along, purpose="reminder", dedupe=key, until=until, as_one=True)
    if side is Side.OWNER and is_month_five(
        turn, engagement
    ):  # of its own key: a week moved does not unsay it
        said = f"month_five:{engagement.id.hex}"
        turn.tell(handle, Message(MONTH_FIVE), purpose="reminder", dedupe=said)
    return Left()
