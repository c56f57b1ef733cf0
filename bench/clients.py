"""Clients: the same push and the same post by our clients, by the SDKs as they come, and by aiohttp alone."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any
from uuid import uuid4

import aiohttp
from linebot.v3.messaging import (
    AsyncApiClient,
    AsyncMessagingApi,
    Configuration,
    PushMessageRequest,
    TextMessage,
)
from slack_sdk.web.async_client import AsyncWebClient

from bench.measuring import WentWrong
from bench.platforms import PUSH
from bench.talk import owner_id
from bot.line.client import LineClient
from bot.sends.sending import Result
from bot.slack.client import SlackClient

Call = Callable[[], Awaitable[None]]

OWNERS = 500
NUMBERS = count()
POSTED = {
    "text": "打ち合わせは、水曜の10時からです。",
    "blocks": [
        {"type": "section", "text": {"type": "plain_text", "text": "打ち合わせは、水曜の10時からです。"}}
    ],
}


class Refused(WentWrong):
    """A platform that takes everything was not understood."""


@dataclass
class Calling:
    """Measures calls a second, so many in the air at a time; counts them."""

    call: Call
    at_once: int
    done: int = 0

    async def __call__(self, seconds: float) -> float:
        self.done, started = 0, time.perf_counter()
        await asyncio.gather(*(self._keep_calling(started + seconds) for _ in range(self.at_once)))
        return self.done / (time.perf_counter() - started)

    async def _keep_calling(self, until: float) -> None:
        while time.perf_counter() < until:
            await self.call()
            self.done += 1


def text() -> tuple[str, str]:
    """Give whom to write to, and a number that only grows."""
    number = next(NUMBERS)
    return owner_id(number % OWNERS), str(number)


@asynccontextmanager
async def our_push(address: str) -> AsyncIterator[Call]:
    client = LineClient("token", address)

    async def call() -> None:
        to, words = text()
        outcome = await client.push(to, [{"type": "text", "text": words}], str(uuid4()))
        if outcome.result is not Result.SENT or not outcome.ids:
            raise Refused(outcome.error)

    try:
        yield call
    finally:
        await client.close()


@asynccontextmanager
async def raw_push(address: str) -> AsyncIterator[Call]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def call() -> None:
            to, words = text()
            body = json.dumps({"to": to, "messages": [{"type": "text", "text": words}]})
            headers = {"Authorization": "Bearer token", "X-Line-Retry-Key": str(uuid4())}
            headers["Content-Type"] = "application/json"
            async with session.post(f"{address}{PUSH}", data=body, headers=headers) as answer:
                if not (await answer.json())["sentMessages"]:
                    raise Refused(str(answer.status))

        yield call


@asynccontextmanager
async def stock_push(address: str) -> AsyncIterator[Call]:
    async with AsyncApiClient(Configuration(host=address, access_token="token")) as client:
        api = AsyncMessagingApi(client)

        async def call() -> None:
            to, words = text()
            message: Any = TextMessage(text=words)  # type: ignore[call-arg]
            request = PushMessageRequest(to=to, messages=[message])  # type: ignore[call-arg]
            if not (await api.push_message(request, x_line_retry_key=str(uuid4()))).sent_messages:
                raise Refused("no message id")

        yield call


@asynccontextmanager
async def our_post(address: str) -> AsyncIterator[Call]:
    client = SlackClient("token", f"{address}/api/")

    async def call() -> None:
        outcome = await client.post("C0000000", POSTED, uuid4().hex)
        if outcome.result is not Result.SENT or not outcome.ids:
            raise Refused(outcome.error)

    try:
        yield call
    finally:
        await client.close()


@asynccontextmanager
async def stock_post(address: str) -> AsyncIterator[Call]:
    client = AsyncWebClient("token", base_url=f"{address}/api/")

    async def call() -> None:
        answer = await client.chat_postMessage(channel="C0000000", **POSTED)  # type: ignore[arg-type]
        if not answer["ts"]:
            raise Refused("no ts")

    yield call
