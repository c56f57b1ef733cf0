"""Quota: how many pushes LINE still carries this month. Reminders go before news; nothing is tried in vain."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Protocol

from bot import metrics
from bot.line.client import LineRefused
from bot.sends.sending import Outcome, Result

log = logging.getLogger("smallwin.quota")

NEWS_SHARE = 0.8  # past this share of the month's pushes, news waits and reminders go
SECONDS = 600.0  # between two looks; LINE's own count is only approximate
AGAIN_SECONDS = 5.0  # many refusals at once are one reason to look
FIRST_SECONDS = 20.0  # after the start
NEWS_WAITS, SPENT = "news waits", "spent"


class Counts(Protocol):
    async def quota(self) -> tuple[int | None, int]: ...


class Quota:
    """Asked now and then, by one call at a time; while LINE does not say, what was last known holds."""

    def __init__(self, line: Counts | None, now: Callable[[], float] = time.monotonic) -> None:
        self._line, self._now = line, now
        self._asked_at: float | None = None
        self._limit: int | None = None
        self._used = 0
        self._asking = asyncio.Lock()

    async def refusal(self, purpose: str) -> Outcome | None:
        """Tell why a push need not be tried now, if so."""
        if purpose == "news":
            await self.look()
        if self._limit is None:
            return None
        if self._used >= self._limit and not self._is_old():
            return Outcome(Result.QUOTA, error=SPENT)
        if purpose == "news" and self._used >= self._limit * NEWS_SHARE:
            return Outcome(Result.QUOTA, error=NEWS_WAITS)
        return None

    async def refused(self) -> None:
        """LINE said that the month is spent; one answer may be mistaken, so its own count is asked."""
        if self._asked_at is None or self._now() - self._asked_at > AGAIN_SECONDS:
            self._asked_at = None
        await self.look()

    async def look(self) -> None:
        """Ask, unless it was asked lately."""
        async with self._asking:
            if self._line is None or not self._is_old():
                return
            self._asked_at = self._now()
            try:
                self._limit, self._used = await self._line.quota()
            except LineRefused as why:  # asked again in a while; a push of unknown quota is simply tried
                log.warning("quota not read", extra={"action": "quota", "error": str(why.status)})
                return
        if self._limit is not None:
            metrics.QUOTA_LEFT.set(max(self._limit - self._used, 0))

    async def watch(self) -> None:
        """Keep the number that the operator watches."""
        await asyncio.sleep(FIRST_SECONDS)
        while self._line is not None:
            await self.look()
            await asyncio.sleep(SECONDS)

    def _is_old(self) -> bool:
        return self._asked_at is None or self._now() - self._asked_at > SECONDS
