"""Judging: nothing came outside hours, stale, twice or in another order, whoever died meanwhile."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.rules.calendar import JST, is_business_day
from storage.outbox import FAILED, SEND, SENT, OutMessage
from storage.parties import Handle
from tests.year.days import OWNER, TALENT, Days, Line, Pair
from tests.year.operator import Operator
from tests.year.screens import mark

STARTS = re.compile(r"(\d+)月(\d+)日\(.\) (\d+)時(?:(\d+)分)?から、")
SAME_DAY = ("まもなく", "お待ちです", "うまく入れない", "会えませんでした")
AT_ONCE = timedelta(minutes=2)  # after his own doing he may hear at any hour
FIRST_MONTH = 9  # pushes: the hour before is told at the first three meetings
MOST_PUSHES, TWICE_A_WEEK = 6, 9  # of a normal month; where meetings move or nobody taps
LOOKING_BACK = 15  # of the month in which both look back, read each other, and settle what they wish
QUIET = ("1_careful", "5_days_off")


@dataclass(frozen=True)
class Sent:
    """A message as our own books have it."""

    to: str
    number: int
    at: datetime
    how: str
    id: str  # LINE's, or the mark in Slack


def sent_to(operator: Operator) -> list[Sent]:
    """Read in the books what went to whom, in the order in which it was asked for; none may have failed."""
    with Session(operator.eye) as session:
        rows = session.execute(
            select(OutMessage, Handle.external_id)
            .join(Handle, Handle.id == OutMessage.handle_id)
            .where(OutMessage.op == SEND)
            .order_by(OutMessage.handle_id, OutMessage.number)
        ).all()
        assert not [row.error for row, _ in rows if row.status == FAILED]
        return [
            Sent(
                to,
                row.number or 0,
                row.sent_at,
                row.how,
                row.external_id if row.platform == "line" else row.id.hex,
            )
            for row, to in rows
            if row.status == SENT and row.sent_at is not None
        ]


def judge(days: Days, sent: list[Sent]) -> None:
    """Raise where something came wrong."""
    for pair in days.pairs:
        comes_in_time(pair)
        comes_once(pair)
        comes_in_order(days.operator, pair, sent)
        few(pair, sent)


def comes_in_time(pair: Pair) -> None:
    """Owners hear by day on business days, talents by day; no notice of what has begun."""
    did = {(line.who, line.at) for line in pair.lines if line.seen is None}
    for line in pair.lines:
        if line.seen is None:
            continue
        here = line.seen.at.astimezone(JST)
        is_his = any((line.who, at) in did for at in (line.at, line.at - AT_ONCE))
        if line.who == OWNER and not is_his and not line.seen.text.startswith(SAME_DAY):
            assert is_business_day(here.date()), line
            assert time(8) <= here.time() < time(19), line
        if line.who == TALENT and not is_his:
            assert time(8) <= here.time() < time(20), line
        if hit := STARTS.match(line.seen.text):
            month, day, hour, minute = (int(part or 0) for part in hit.groups())
            starts = datetime(here.year + (month < here.month), month, day, hour, minute, tzinfo=JST)
            assert starts > line.seen.at, line


def comes_once(pair: Pair) -> None:
    """No notice of one meeting comes twice, and nothing comes twice in one breath."""
    heard = [line for line in pair.lines if line.seen is not None]
    said = Counter((line.who, line.words) for line in heard if STARTS.match(line.words.removeprefix("← ")))
    assert [words for words, times in said.items() if times > 1] == []
    for who in (OWNER, TALENT):
        his = [line for line in pair.lines if line.who == who]
        assert [one for one, next in pairwise(his) if is_echo(one, next)] == []


def is_echo(one: Line, next: Line) -> bool:
    return one.seen is not None and (one.words, one.at) == (next.words, next.at)


def comes_in_order(operator: Operator, pair: Pair, sent: list[Sent]) -> None:
    """What stands on each screen stands there in the order of the books, each once."""
    shown = [bubble.id for bubble in operator.sandbox.line.chat(pair.phone.id) if bubble.by == "bot"]
    assert_order(shown, [each.id for each in sent if each.to == pair.phone.id])
    channel = operator.sandbox.slack.state.channels[pair.desk.place]
    posted = [mark(each) for each in channel.messages.values() if each.get("metadata")]
    assert_order(posted, [each.id for each in sent if each.to == pair.desk.id])


def assert_order(shown: list[str], booked: list[str]) -> None:
    assert len(shown) == len(set(shown))
    places = {id: place for place, id in enumerate(shown)}
    order = [places[id] for id in booked if id in places]
    assert order == sorted(order)


def few(pair: Pair, sent: list[Sent]) -> None:
    """What LINE counts stays small: what can wait rides on a reply or on the week's notice.

    A week whose meeting moves costs one more, for the notice of the other day; so does the hour before, where the owner
    is not to be trusted to know: in the first month, and while he taps nothing.
    """
    since = pair.lines[0].at
    mine = (each for each in sent if each.to == pair.phone.id and each.how == "push" and each.at >= since)
    left = {
        each.at.astimezone(JST) for each in mine
    }  # of one moment: in one call or two, as processes come to it
    first, normal, *later = [many for _, many in sorted(Counter((at.year, at.month) for at in left).items())]
    assert first <= (FIRST_MONTH if "move" not in pair.name else 2 * FIRST_MONTH), (pair.name, first)
    assert normal <= (MOST_PUSHES if pair.name in QUIET else TWICE_A_WEEK), (pair.name, normal)
    assert max(later, default=0) <= LOOKING_BACK, (pair.name, later)


def differs(written: dict[str, str], diaries: dict[str, str]) -> str:
    """Say where diaries differ from the written ones."""
    told = []
    for name in sorted({*written, *diaries}):
        was, now = (each.get(name, "").splitlines() for each in (written, diaries))
        told += (
            [
                f"--- {name}",
                *list(difflib.unified_diff(was, now, "written", "played", lineterm="", n=1))[2:30],
            ]
            if was != now
            else []
        )
    return "\n".join(told)
