"""Carrying: one call to a platform for each parcel, never in a transaction; whatever comes of it is an outcome."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol

from prometheus_client import Counter, Histogram

from bot import metrics
from bot.menus import Shown
from bot.sends.marking import Carried
from bot.sends.quota import Quota
from bot.sends.sending import Outcome, Result
from bot.turn import Rules
from bot.views import Drawing
from storage.claiming import is_unsure
from storage.mail import Letter, bubbles_of
from storage.outbox import LOADING, REFRESH, Parcel

log = logging.getLogger("smallwin.delivery")


class Line(Protocol):
    """What delivery needs of LINE."""

    async def reply(self, token: str, messages: Sequence[dict[str, Any]]) -> Outcome: ...
    async def push(self, to: str, messages: Sequence[dict[str, Any]], retry_key: str) -> Outcome: ...
    async def loading(self, user: str, seconds: int = 20) -> Outcome: ...
    async def link_menu(self, user: str, menu: str) -> Outcome: ...
    async def quota(self) -> tuple[int | None, int]: ...


class Slack(Protocol):
    """What delivery needs of Slack."""

    async def post(self, channel: str, body: dict[str, Any], marker: str) -> Outcome: ...
    async def update(self, channel: str, ts: str, body: dict[str, Any]) -> Outcome: ...
    async def publish_home(self, user: str, view: dict[str, Any]) -> Outcome: ...
    async def open_dm(self, user: str) -> str: ...
    async def find_marker(self, channel: str, marker: str, thread: str = "") -> str | None: ...


@dataclass(frozen=True)
class Load:
    """A parcel with what was drawn for it, and where its card already hangs."""

    parcel: Parcel
    drawing: Drawing | None = None
    posted: tuple[str, str] | None = None  # channel, ts: of the card, or of what its thread hangs under
    menu: Shown | None = None
    is_broken: bool = False  # it cannot be drawn


@cache
def _counters(platform: str, result: Result) -> tuple[Counter, Histogram]:
    return metrics.SENDS.labels(platform, result.value), metrics.SEND_SECONDS.labels(platform)


class Carrier:
    """Knows the platforms; holds no rows and no transaction."""

    def __init__(
        self,
        rules: Rules,
        line: Line | None,
        slack: Slack | None,
        channels: dict[str, str],
        home: Callable[[Sequence[Any]], dict[str, Any]],
    ) -> None:
        self.rules, self.line, self.slack, self.channels, self.draw_home = rules, line, slack, channels, home
        self.quota = Quota(line)

    async def carry(self, load: Load) -> Carried:
        """Make the call a parcel asks for; whatever happens comes back as an outcome."""
        head, started = load.parcel.head, time.perf_counter()
        try:
            carried = await self._call(load)
        except Exception as why:  # one message must not stop the others; whether it left is not known
            log.exception("carrying failed", extra={"action": "deliver", "message_id": str(head.id)})
            carried = Carried(load.parcel, Outcome(Result.UNKNOWN, error=type(why).__name__), "")
        sends, seconds = _counters(head.platform, carried.outcome.result)
        sends.inc()
        seconds.observe(time.perf_counter() - started)
        return carried

    async def _call(self, load: Load) -> Carried:
        if load.parcel.head.op == REFRESH:
            is_menu = load.parcel.head.platform == "line"
            return await (self._show_menu(load) if is_menu else self._refresh(load))
        if load.parcel.head.platform == "line":
            return await self._to_line(load.parcel)
        return await self._to_slack(load.parcel, load.posted[1] if load.posted else "")

    async def _to_line(self, parcel: Parcel) -> Carried:
        head = parcel.head
        if self.line is None:
            return Carried(parcel, Outcome(Result.PERMANENT, error="LINE is not connected"), "none")
        if head.op == LOADING:
            await self.line.loading(parcel.recipient)
            return Carried(parcel, Outcome(Result.SENT), "loading")  # a nicety: never tried twice
        messages = [bubble for row in parcel.rows for bubble in bubbles_of(row.body)]
        if head.reply_token:
            return Carried(parcel, await self.line.reply(head.reply_token, messages), "reply")
        if no := await self.quota.refusal(head.purpose):
            return Carried(parcel, no, "push")
        outcome = await self.line.push(parcel.recipient, messages, str(head.id))
        if outcome.result is Result.QUOTA:
            await self.quota.refused()
        return Carried(parcel, outcome, "push")

    async def _show_menu(self, load: Load) -> Carried:
        """Link a person to the menu of where he stands; one that is not deployed yet is noted for the deploy."""
        if load.is_broken:
            return Carried(load.parcel, Outcome(Result.PERMANENT, error="could not be drawn"), "none")
        if load.menu is None:
            return Carried(load.parcel, Outcome(Result.SENT), "gone")
        outcome = Outcome(Result.SENT)
        if self.line is not None and load.menu.external_id:
            outcome = await self.line.link_menu(load.parcel.recipient, load.menu.external_id)
        return Carried(load.parcel, outcome, "menu", menu=load.menu.state)

    async def _to_slack(self, parcel: Parcel, thread: str = "") -> Carried:
        head, body = parcel.head, json.loads(parcel.head.body)
        if self.slack is None:
            return Carried(parcel, Outcome(Result.PERMANENT, error="Slack is not connected"), "none")
        try:
            channel = await self._channel(head, parcel.recipient)
        except SlackAway as why:
            return Carried(parcel, why.outcome, "post")
        if is_unsure(head) and head.handle_id:
            ts = await self.slack.find_marker(channel, head.id.hex, thread)
            if ts:
                return Carried(parcel, Outcome(Result.SENT, (ts,)), "found", channel)
        body |= {"thread_ts": thread} if thread else {}
        outcome = await self.slack.post(channel, body, head.id.hex)
        return Carried(parcel, outcome, "post", channel)

    async def _refresh(self, load: Load) -> Carried:
        """Draw a home or a card anew; a card not posted yet is posted now."""
        head, drawing = load.parcel.head, load.drawing
        if load.is_broken:
            return Carried(load.parcel, Outcome(Result.PERMANENT, error="could not be drawn"), "none")
        if self.slack is None or drawing is None:
            return Carried(load.parcel, Outcome(Result.SENT), "gone")
        if drawing.is_home:
            view = self.draw_home(drawing.messages)
            return Carried(load.parcel, await self.slack.publish_home(load.parcel.recipient, view), "home")
        body = self.rules.draw["slack"](drawing.messages[0])[0]
        if load.posted:
            channel, ts = load.posted
            return Carried(load.parcel, await self.slack.update(channel, ts, body), "update", channel)
        try:
            channel = await self._channel(head, load.parcel.recipient)
        except SlackAway as why:
            return Carried(load.parcel, why.outcome, "post")
        if is_unsure(head) and head.handle_id:
            found = await self.slack.find_marker(channel, head.id.hex)
            if found:
                return Carried(load.parcel, Outcome(Result.SENT, (found,)), "found", channel)
        return Carried(load.parcel, await self.slack.post(channel, body, head.id.hex), "post", channel)

    async def _channel(self, head: Letter, recipient: str) -> str:
        assert self.slack is not None
        if head.handle_id is None:
            if recipient not in self.channels:
                raise SlackAway(Outcome(Result.PERMANENT, error=f"no channel is set for {recipient}"))
            if not self.channels[recipient]:
                raise SlackAway(Outcome(Result.RETRY, after=5, error=f"channel {recipient} not found yet"))
            return self.channels[recipient]
        try:
            return await self.slack.open_dm(recipient)
        except Exception as why:
            outcome = getattr(why, "outcome", None)
            raise SlackAway(outcome or Outcome(Result.RETRY, after=5, error=type(why).__name__)) from why


class SlackAway(Exception):
    """A channel or a conversation with a person could not be opened."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.error)
        self.outcome = outcome
