"""Meetings: what the tests of an agreed hour look at, before it and after it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from storage.interviews import Interview
from storage.unit_of_work import begin
from tests.story.stages import Cast
from tests.story.world import TAKAHASHI

MINUTE = timedelta(minutes=1)
CANARY = "金糸雀のひみつ"


def interview(cast: Cast) -> Interview:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(Interview).order_by(Interview.id.desc())).first() or Interview()


def starts(cast: Cast) -> datetime:
    found = interview(cast).starts_at
    assert found is not None
    return found


def since(cast: Cast, who: Any, at: datetime) -> str:
    """Give what somebody read since a moment."""
    return "\n".join(item.text for item in cast.world.seen if item.to == who.id and item.at >= at)


def lives_in(cast: Cast, zone: str) -> None:
    with begin(cast.world.engine) as work:
        work.parties.set_zones("slack", {TAKAHASHI: zone})
