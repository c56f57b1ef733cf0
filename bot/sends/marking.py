"""Marking: what becomes of messages after a platform has answered, or has not."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from bot import metrics
from bot.gone import gone
from bot.sends.quota import NEWS_WAITS
from bot.sends.sending import Outcome, Result
from bot.turn import STAFF, Rules, Turn
from flows.messages import Message
from storage.claiming import is_unsure
from storage.mail import IN_THREAD, Letter
from storage.outbox import (
    DUE,
    FAILED,
    HELD,
    LOADING,
    QUOTA,
    REFRESH,
    UNKNOWN,
    UNREACHABLE,
    UNSURE,
    Parcel,
)
from storage.unit_of_work import Work

log = logging.getLogger("smallwin.delivery")

HOLDS_LINE = timedelta(minutes=2)  # a retried message lets the others pass after this
GIVE_UP = timedelta(hours=23)  # LINE knows a retry key for 24 h
QUOTA_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Carried:
    """A parcel and what became of it; ``channel`` is where a Slack post went, ``menu`` what a person sees now."""

    parcel: Parcel
    outcome: Outcome
    how: str
    channel: str = ""
    menu: str = ""


def mark(work: Work, rules: Rules, carried: Sequence[Carried], now: datetime, real: datetime) -> None:
    """Write down all outcomes in one transaction; staff hear once of what will never arrive."""
    turn = Turn(work, rules, now)
    ordered = sorted(carried, key=lambda each: each.parcel.head.id.int)
    arrived, others = list[Carried](), list[Carried]()
    for item in ordered:
        (arrived if has_arrived(item) else others).append(item)
    _sent(turn, arrived, now)
    for item in others:
        _mark(turn, item, now, real)
    if others:
        turn.finish()
    _say(arrived, logging.INFO)
    _say(others, logging.WARNING)


def is_plain(item: Carried) -> bool:
    """Tell of what has arrived and changes nothing else: marking it locks nobody."""
    return not item.menu and has_arrived(item)


def has_arrived(item: Carried) -> bool:
    """Tell what is done with: accepted, or refused because the first try, of unknown outcome, had arrived."""
    result = item.outcome.result
    return result is Result.SENT or (result is Result.TOKEN_GONE and is_unsure(item.parcel.head))


def _mark(turn: Turn, item: Carried, now: datetime, real: datetime) -> None:
    match item.outcome.result:
        case Result.TOKEN_GONE:
            _again(turn, item, real, now, reply_token="", error="reply token was gone")
        case Result.RETRY:
            _retry(turn, item, now, real)
        case Result.UNKNOWN:
            _unknown(turn, item, now, real)
        case Result.QUOTA:
            _quota(turn, item, now)
        case Result.UNREACHABLE:
            _set(turn, item, status=UNREACHABLE, error=item.outcome.error[:300])
            _gone(turn, item)
        case Result.PERMANENT if (
            len(item.parcel.rows) > 1
        ):  # one of them is wrong: from now on each by itself
            _again(turn, item, real, now, reply_token="", error=item.outcome.error[:300])
        case Result.PERMANENT:
            _failed(turn, item)


def may_be_doubled(item: Carried) -> bool:
    """Tell of what went out again while nothing could tell whether it had arrived: a push has its key, a DM its history."""
    head = item.parcel.head
    is_once_a_reply = item.how == "push" and head.token_until is not None
    return is_unsure(head) and (is_once_a_reply or (item.how == "post" and head.handle_id is None))


def _sent(turn: Turn, arrived: Sequence[Carried], now: datetime) -> None:
    """Mark all that arrived, by the way it went, with one statement each."""
    by_way: dict[str, dict[UUID, str]] = {}
    for item in arrived:
        way = by_way.setdefault(item.how, {})
        ids = item.outcome.ids
        for place, row in enumerate(item.parcel.rows):
            way[row.id] = ids[place][:80] if place < len(ids) else ""
    for how in sorted(by_way):
        turn.work.outbox.set_sent(by_way[how], how, now)
    for item in arrived:
        head = item.parcel.head
        if head.error and may_be_doubled(item):
            metrics.AGAIN.labels(item.how).inc()
        if item.menu and head.handle_id:
            turn.work.parties.locked_by_id(head.handle_id).menu = item.menu
        is_card = head.subject and not head.subject.startswith(IN_THREAD)
        if item.how in ("post", "found") and is_card and item.outcome.ids:
            turn.work.outbox.posted(head.subject, item.channel, item.outcome.ids[0])


def _say(carried: Sequence[Carried], level: int) -> None:
    """Log what became of each, with the event that asked for it: the end of an event's way."""
    if not log.isEnabledFor(level):
        return
    for item in carried:
        head = item.parcel.head
        extra: dict[str, object] = {
            "action": "send",
            "event": str(head.event_id or ""),
            "platform": head.platform,
        }
        extra |= {"message_ids": " ".join(str(row.id) for row in item.parcel.rows), "how": item.how}
        extra |= {"result": item.outcome.result.value, "attempts": head.attempts}
        if level == logging.INFO:
            log.info("sent", extra=extra)
        else:
            log.warning("not sent", extra={**extra, "error": item.outcome.error})


def _retry(turn: Turn, item: Carried, now: datetime, real: datetime) -> None:
    """Surely not accepted this time; an earlier try may have been, and that is not forgotten."""
    head = item.parcel.head
    if is_unsure(head):
        return _unknown(turn, item, now, real)
    if tried_for(item, real) > GIVE_UP:
        return _failed(turn, item)
    _again(turn, item, real, now + pause(item), error=item.outcome.error[:300])


def _unknown(turn: Turn, item: Carried, now: datetime, real: datetime) -> None:
    """May have arrived. LINE: the same token or the same key tells; Slack: looked up, or posted once more."""
    head, error = item.parcel.head, f"{UNSURE}: {item.outcome.error}"[:300]
    is_tried_again = item.outcome.result is Result.UNKNOWN and is_unsure(head)
    is_in_channel = head.platform == "slack" and head.handle_id is None and item.how == "post"
    if (is_in_channel and is_tried_again) or tried_for(item, real) > GIVE_UP:
        _set(turn, item, status=UNKNOWN, error=error)
        return _tell(turn, head, "届いたか分からない連絡があります")
    if not head.reply_token:
        return _again(turn, item, real, now + pause(item), error=error)
    if head.can_ask_token(real):  # the same rows, in line: the token answers for all of them together
        soon = now + timedelta(seconds=1)
        return _set(turn, item, status=DUE, next_at=soon, leased_until=None, error=error)
    _again(turn, item, real, now, error=error, reply_token="")


def tried_for(item: Carried, real: datetime) -> timedelta:
    """Return how long it has been tried, in real time: before, it may have waited days for a decent hour."""
    left_at = item.parcel.head.left_at
    return real - left_at if left_at else timedelta(0)


def _quota(turn: Turn, item: Carried, now: datetime) -> None:
    """Wait outside the line; the staff hear once a month that news waits, and once that everything does."""
    waits = dict(status=HELD, number=None, next_at=now + QUOTA_WAIT, error=QUOTA)
    _set(turn, item, **waits, leased_until=None, left_at=None)
    if item.outcome.error == NEWS_WAITS:
        words = "今月のLINEのお知らせ通数が残り少なくなりました。お知らせは待ち、約束の連絡を先にします。"
        return _tell_once(turn, f"quota:{now:%Y-%m}", words)
    words = "今月のLINEのお知らせ通数がなくなりました。届くのは返事だけです。プランを確かめてください。"
    _tell_once(turn, f"quota-spent:{now:%Y-%m}", words)


def _gone(turn: Turn, item: Carried) -> None:
    """The person left the workspace, as his next message shows."""
    if (id := item.parcel.head.handle_id) is not None:
        gone(turn, turn.work.parties.locked_by_id(id))


def _again(turn: Turn, item: Carried, real: datetime, at: datetime, **values: object) -> None:
    if tried_for(item, real) > HOLDS_LINE and item.parcel.head.op == "send":
        values |= {"number": None, "reply_token": ""}  # out of the line: what comes after may pass
    _set(turn, item, status=DUE, next_at=at, leased_until=None, **values)


def _failed(turn: Turn, item: Carried) -> None:
    head = item.parcel.head
    _set(turn, item, status=FAILED, error=item.outcome.error[:300])
    if head.op == REFRESH and item.how == "update":
        return turn.work.outbox.unpost(head.subject)  # deleted by hand; the next change posts it anew
    _tell(turn, head, f"お届けできなかった連絡があります({item.outcome.error[:80]})")


def _tell(turn: Turn, head: Letter, what: str) -> None:
    if head.op in (REFRESH, LOADING) or head.channel == STAFF:
        return  # nobody to tell it to but the log and `smallwin outbox`
    _tell_once(turn, f"failed:{head.id.hex}", f"{what}。`smallwin outbox` で確かめてください。")


def _tell_once(turn: Turn, key: str, words: str) -> None:
    turn.post(STAFF, Message(words), dedupe=key)


def _set(turn: Turn, item: Carried, **values: object) -> None:
    """Write down what became of it, unless somebody took it over meanwhile."""
    rows = item.parcel.rows
    turn.work.outbox.set([row.id for row in rows], lease=rows[0].leased_until, **values)


def pause(item: Carried) -> timedelta:
    """Wait as long as the platform asked, or longer each time; never all at once."""
    asked = item.outcome.after * random.uniform(1.0, 1.2)
    if item.outcome.is_limited:
        return timedelta(seconds=asked)
    return timedelta(seconds=max(asked, backoff(item.parcel.head.attempts)))


def backoff(attempts: int) -> float:
    """Wait longer each time, up to five minutes, never all at once."""
    return float(min(300, 2 ** min(attempts, 8)) * random.uniform(0.5, 1.0))
