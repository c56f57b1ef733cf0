"""Tidying: words that nobody needs any more are forgotten, a few rows at a time, by whichever worker comes first."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from bot.turn_thread import Rank, TurnThread
from storage.retention import RULES, Rule, forget_before_meeting, forget_journals, tidy
from storage.unit_of_work import begin

log = logging.getLogger("smallwin.tidying")

Page = Callable[[Session, datetime, UUID | None], UUID | None]


async def tidy_up(engine: Engine, thread: TurnThread, real: datetime) -> None:
    """Apply every rule to all that is past its age; people's events go before each few rows."""
    for name, page in pages():
        after, many = None, -1
        while many < 0 or after is not None:
            after = await thread.do(_one, engine, page, real, after, rank=Rank.TIME)
            many += 1
        if many:
            log.info("tidied", extra={"action": "tidy", "what": name, "pages": many})


def pages() -> list[tuple[str, Page]]:
    """Name every rule with what applies it to the next few rows."""

    def of(rule: Rule) -> Page:
        return lambda session, real, after: tidy(session, rule, real, after)

    return [
        *((rule.name, of(rule)) for rule in RULES),
        ("before meeting", forget_before_meeting),
        ("journals", forget_journals),
    ]


def _one(engine: Engine, page: Page, real: datetime, after: UUID | None) -> UUID | None:
    with begin(engine) as work:
        return page(work.session, real, after)
