"""Marking: how long a message is tried counts from its first trial, not from the night it waited through."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot.sends.marking import Carried, mark
from bot.sends.sending import Outcome, Result
from storage.outbox import DUE, UNKNOWN, Outgoing, OutMessage
from tests.bot.house import OWNER, House

FRIDAY = timedelta(hours=60)  # how long ago it was written: it waited for Monday


def tried(house: House, outcome: Outcome, first: datetime) -> OutMessage:
    """Write a message long ago, try it first at this moment, and mark what became of it now."""
    with house.work() as work:
        handle = work.parties.meet("line", OWNER, "owner", house.now)
        row = Outgoing("line", "{}", house.now, house.now - FRIDAY, handle.id)
        work.outbox.add([row], house.now)
    with house.work() as work:
        [parcel] = work.outbox.claim(house.now, first)
    with house.work() as work:
        mark(work, house.rules, [Carried(parcel, outcome, "push")], house.now, house.now)
    with house.work() as work:
        return work.session.get_one(OutMessage, parcel.head.id)


@pytest.mark.parametrize("result", [Result.UNKNOWN, Result.RETRY])
def test_what_waited_over_a_weekend_is_tried_again(house: House, result: Result) -> None:
    """One timeout or one refusal at its first trial on Monday: it keeps its place and goes again."""
    row = tried(house, Outcome(result, error="502"), house.now)
    assert row.status == DUE
    assert row.number is not None


def test_who_gives_up_says_so(house: House) -> None:
    """After a day of trials nobody knows whether it arrived: the staff are told, once."""
    row = tried(house, Outcome(Result.UNKNOWN, error="timeout"), house.now - timedelta(hours=24))
    assert row.status == UNKNOWN
    told = [each for each in house.messages("staff") if "届いたか分からない" in each.body]
    assert len(told) == 1
