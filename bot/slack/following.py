"""Following: what is done on Slack after a turn: forms opened, a word to one person, late answers shown."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import uuid4

from bot.arrivals import Answered, Arrived
from bot.sends.sending import Result
from bot.slack.client import SlackClient
from bot.slack.limits import safe_modal
from bot.slack.render import processing
from bot.slack.submissions import view_of
from bot.slack.texts import clean, escape

Json = dict[str, Any]
T = TypeVar("T")

log = logging.getLogger("smallwin.slack")

TRIGGER_SECONDS = 3.0
TRIES = (0.3, 0.6, 1.2, 2.4)  # an update may overtake the answer that shows what it updates
SORRY = Answered(notice="すみません、うまくいきませんでした。もう一度お送りください。")


class Following:
    """Keeps a hold on everything under way, so that nothing is dropped and a shutdown can wait for it."""

    def __init__(
        self,
        client: SlackClient,
        offer_form: Callable[[str, str], Awaitable[None]],
        form_shown: Callable[[Arrived], Awaitable[None]],
    ) -> None:
        self._client, self._offer_form, self._form_shown = client, offer_form, form_shown
        self._tasks: set[asyncio.Task[Any]] = set()

    def keep(self, work: Awaitable[T]) -> asyncio.Task[T]:
        """Start work that outlives the request that began it."""
        task = asyncio.ensure_future(_run(work))
        self._tasks.add(task)
        task.add_done_callback(self._end)
        return task

    async def close(self, seconds: float) -> None:
        """Let everything come to its end; what began meanwhile too."""
        ends = asyncio.get_running_loop().time() + seconds
        while self._tasks and (left := ends - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(set(self._tasks), timeout=left)
        for task in self._tasks:
            task.cancel()

    async def follow(self, answered: Answered, came: Arrived, trigger_id: str) -> None:
        """Open the form the turn asks for, or offer it in a message; say the notice."""
        if answered.form is not None:
            view = safe_modal(answered.form)
            if not (trigger_id and await self._open(trigger_id, view)):
                await self._offer_form(came.sender, answered.form.conversation)
            await self._form_shown(came)
        channel = channel_of(came)
        if answered.notice and channel and came.sender:
            await self._client.ephemeral(channel, came.sender, escape(clean(answered.notice)))

    async def after(self, turn: asyncio.Task[Answered], came: Arrived) -> None:
        """Follow a turn that outlasted its request: its trigger is dead."""
        await asyncio.wait({turn})
        if not turn.cancelled() and turn.exception() is None:
            await self.follow(turn.result(), came, "")

    def wait_for(self, turn: asyncio.Task[Answered], came: Arrived, view: Json) -> Json:
        """Answer a submission with 「処理中」, to be replaced when the turn ends."""
        external_id = f"wait.{uuid4().hex}"
        self.keep(self._show(turn, came, view, external_id))
        return {"response_action": "update", "view": processing(external_id)}

    async def _show(self, turn: asyncio.Task[Answered], came: Arrived, view: Json, external_id: str) -> None:
        await asyncio.wait({turn})
        is_broken = turn.cancelled() or turn.exception() is not None
        answered = SORRY if is_broken else turn.result()
        shown = {**view_of(answered, view), "external_id": external_id}  # the name lasts, should we try again
        is_shown = await self._update(external_id, shown)
        conversation = str(view.get("private_metadata", "")).partition(":")[0]
        if answered.form is not None:
            if not is_shown:
                await self._offer_form(came.sender, answered.form.conversation)
            await self._form_shown(came)
        elif answered.errors and conversation and not is_shown:
            await self._offer_form(came.sender, conversation)

    async def _open(self, trigger_id: str, view: Json) -> bool:
        try:
            async with asyncio.timeout(TRIGGER_SECONDS):
                outcome = await self._client.open_view(trigger_id, view)
        except TimeoutError:
            return False
        if outcome.result is not Result.SENT:
            log.warning("form not opened", extra={"action": "open_view", "error": outcome.error})
        return outcome.result is Result.SENT

    async def _update(self, external_id: str, view: Json) -> bool:
        """Update a view, more than once if need be: doing it twice does no harm."""
        for pause in TRIES:
            await asyncio.sleep(pause)
            outcome = await self._client.update_view(external_id, view)
            if outcome.result is Result.SENT:
                return True
            await asyncio.sleep(min(outcome.after, 5.0))
        return False  # closed meanwhile, most likely

    def _end(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("slack work failed", extra={"action": "follow_slack", "error": type(error).__name__})


async def _run(work: Awaitable[T]) -> T:
    return await work


def channel_of(came: Arrived) -> str:
    """Name the channel an action was made in; a view has none."""
    channel = came.body.get("channel")
    given = channel.get("id") if isinstance(channel, dict) else came.body.get("channel_id")
    return given if isinstance(given, str) and "view" not in came.body else ""
