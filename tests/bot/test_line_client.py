"""Client: every answer of LINE, and every silence, becomes one outcome that delivery can act on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import web

from bot.line.client import LineClient, LineRefused
from bot.line.render import safe
from bot.sends.sending import Outcome, Result
from tests.bot.line_samples import MESSAGES
from tests.sandbox.line_bench import TOKEN, Line, a_line, serving

HELLO = [{"type": "text", "text": "こんにちは、田中さん"}]
STRANGER = "U" + "9" * 32


@asynccontextmanager
async def a_client(base: str, seconds: float = 5.0, token: str = TOKEN) -> AsyncIterator[LineClient]:
    client = LineClient(token, base, seconds=seconds)
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def a_talk(seconds: float = 5.0, **given: Any) -> AsyncIterator[tuple[Line, LineClient, str]]:
    """A platform, our client and one friend."""
    async with a_line(**given) as line, a_client(line.host, seconds) as client:
        yield line, client, await line.friend()


@asynccontextmanager
async def a_server(answer: Callable[[], web.Response]) -> AsyncIterator[str]:
    """A stranger in LINE's place, who answers everything alike."""

    async def serve(request: web.Request) -> web.Response:
        return answer()

    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", serve)
    async with serving(app) as address:
        yield address


def key() -> str:
    return str(uuid4())


def seen(line: Line, user: str) -> list[dict[str, Any]]:
    return [bubble.message for bubble in line.world.chat(user) if bubble.by == "bot"]


async def test_a_reply_arrives_and_brings_its_ids() -> None:
    """A drawn message goes out as it was drawn; the ids come back in order."""
    async with a_talk() as (line, client, user):
        drawn = safe(MESSAGES["card and long question"])
        await line.world.say(user, "はい")
        outcome = await client.reply(line.bot.token, drawn[:5])
        assert outcome.result is Result.SENT
        assert outcome.ids == tuple(bubble.id for bubble in line.world.chat(user) if bubble.by == "bot")
        assert seen(line, user) == list(drawn[:5])
        assert line.wire.violations == []


async def test_a_reply_token_works_once() -> None:
    """A used token is gone; the caller learns that, not a mere failure."""
    async with a_talk() as (line, client, user):
        await line.world.say(user, "はい")
        await client.reply(line.bot.token, HELLO)
        assert (await client.reply(line.bot.token, HELLO)).result is Result.TOKEN_GONE
        assert len(seen(line, user)) == 1


async def test_a_reply_whose_answer_was_lost_is_settled_by_the_same_token() -> None:
    """After an error that came too late the outcome is unknown; asking again tells that it was delivered."""
    async with a_talk() as (line, client, user):
        await line.world.say(user, "はい")
        line.chaos.order("reply", "error_after")
        assert (await client.reply(line.bot.token, HELLO)).result is Result.UNKNOWN
        assert (await client.reply(line.bot.token, HELLO)).result is Result.TOKEN_GONE
        assert len(seen(line, user)) == 1


@pytest.mark.parametrize("fault", ["error_before", "error_after", "drop_after", "hang"])
async def test_a_push_under_the_same_key_arrives_once(fault: Any) -> None:
    """Whatever went wrong the first time, the second try is sent, and the person reads one message."""
    async with a_talk(seconds=0.5) as (line, client, user):
        retry_key = key()
        line.chaos.order("push", fault)
        assert (await client.push(user, HELLO, retry_key)).result is Result.UNKNOWN
        again = await client.push(user, HELLO, retry_key)
        assert again.result is Result.SENT
        assert again.ids == tuple(bubble.id for bubble in line.world.chat(user) if bubble.by == "bot")
        assert len(again.ids) == 1


async def test_too_many_calls_are_tried_later() -> None:
    """429 for the rate is surely not accepted; it says to wait."""
    async with a_talk() as (line, client, user):
        line.chaos.order("push", "rate_limited")
        outcome = await client.push(user, HELLO, key())
        assert (outcome.result, outcome.after) == (Result.RETRY, 1.0)
        assert seen(line, user) == []


async def test_a_spent_month_is_told_apart() -> None:
    """429 for the quota is no reason to try again soon; replies still go."""
    async with a_talk(monthly_limit=1) as (line, client, user):
        assert (await client.push(user, HELLO, key())).result is Result.SENT
        assert (await client.push(user, HELLO, key())).result is Result.QUOTA
        assert await client.quota() == (1, 1)
        await line.world.say(user, "はい")
        assert (await client.reply(line.bot.token, HELLO)).result is Result.SENT


async def test_no_limit_is_none() -> None:
    """A plan without a limit has no number to run out of."""
    async with a_talk() as (_line, client, user):
        await client.push(user, HELLO, key())
        assert await client.quota() == (None, 1)


@pytest.mark.parametrize("to", [STRANGER, "nobody"])
async def test_who_does_not_exist_cannot_be_reached(to: str) -> None:
    """What LINE will never take is permanent, and the reason names no one."""
    async with a_talk() as (_line, client, _user):
        outcome = await client.push(to, HELLO, key())
        assert outcome.result is Result.PERMANENT
        assert outcome.error.startswith("400 ")
        assert to not in outcome.error


async def test_a_refused_message_says_where_not_what() -> None:
    """The reason has LINE's pointer to the fault, and nothing of what was said."""
    async with a_talk() as (_line, client, user):
        outcome = await client.push(user, [{"type": "text", "text": "あ" * 5_001}], key())
        assert outcome == Outcome(
            Result.PERMANENT,
            error="400 The request body has 1 error(s) | messages[0].text: Length must be between 0 and 5000",
        )


async def test_a_wrong_access_token_is_permanent() -> None:
    """401 is ours to mend: what waits is not thrown away."""
    async with a_line() as line, a_client(line.host, token="wrong") as client:
        assert (await client.push(STRANGER, HELLO, key())).result is Result.RETRY
        with pytest.raises(LineRefused) as refused:
            await client.bot_info()
        assert refused.value.status == 401


async def test_nobody_at_the_door_is_tried_again() -> None:
    """A refused connection surely carried nothing."""
    async with serving(web.Application()) as gone:
        pass
    async with a_client(gone) as client:
        outcome = await client.push(STRANGER, HELLO, key())
        assert outcome.result is Result.RETRY
        with pytest.raises(LineRefused) as refused:
            await client.quota()
        assert refused.value.status == 0


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (lambda: web.Response(status=200, text="OK"), Result.SENT),
        (lambda: web.json_response({"sentMessages": "x"}), Result.SENT),
        (lambda: web.json_response({"sentMessages": [{"id": 5}, {}, None]}), Result.SENT),
        (lambda: web.Response(status=502, body="障害".encode("cp932")), Result.UNKNOWN),
        (lambda: web.Response(status=503, text="<html>"), Result.UNKNOWN),
        (lambda: web.Response(status=408), Result.UNKNOWN),
        (
            lambda: web.Response(status=200, body=b"\xff", headers={"Content-Type": "x; charset=no-such"}),
            Result.UNKNOWN,
        ),
        (lambda: web.Response(status=403, text="[]"), Result.RETRY),
        (lambda: web.json_response({"message": 5, "details": [1, {}]}, status=400), Result.PERMANENT),
        (lambda: web.Response(status=429, headers={"Retry-After": "7"}), Result.RETRY),
    ],
)
async def test_strange_answers_are_outcomes_too(answer: Callable[[], web.Response], result: Result) -> None:
    """A proxy's page, a broken body, a new shape: never an exception."""
    async with a_server(answer) as address, a_client(address) as client:
        outcome = await client.push(STRANGER, HELLO, key())
        assert outcome.result is result
        assert outcome.after == {"429": 7.0, "403": 30.0}.get(outcome.error[:3], 0.0)


async def test_no_word_and_no_id_is_in_an_error_or_a_log(caplog: pytest.LogCaptureFixture) -> None:
    """Even when LINE's complaint repeats what a person wrote, it is not kept."""
    echo = {"message": f"no {STRANGER}: 田中さん", "details": [{"property": "to", "message": "こんにちは"}]}
    caplog.set_level(logging.DEBUG)
    async with a_server(lambda: web.json_response(echo, status=400)) as address, a_client(address) as client:
        outcome = await client.push(STRANGER, HELLO, key())
    for secret in (STRANGER, "田中", "こんにちは"):
        assert secret not in outcome.error
        assert secret not in "".join(
            record.getMessage() for record in caplog.records if record.name != "aiohttp"
        )


async def test_loading_is_shown() -> None:
    """The person sees that we think; for a group LINE refuses."""
    async with a_talk() as (line, client, user):
        assert (await client.loading(user)).result is Result.SENT
        assert line.world.is_loading(user)
        assert (await client.loading("C" + "1" * 32)).result is Result.PERMANENT


async def test_the_platform_tells_about_itself() -> None:
    """What doctor asks: who we are, and whether our webhook is reached."""
    async with a_talk() as (line, client, _user):
        assert (await client.bot_info())["userId"] == line.world.settings.bot_user_id
        assert (await client.webhook_test())["success"] is True
        line.bot.statuses.append(503)
        assert (await client.webhook_test(line.world.settings.webhook_url))["success"] is False


async def test_a_block_shows_in_the_profile_only() -> None:
    """Pushes to somebody who blocked us look sent; the profile tells."""
    async with a_talk() as (line, client, user):
        assert await client.profile_exists(user)
        await line.world.block(user)
        assert not await client.profile_exists(user)
        assert (await client.push(user, HELLO, key())).result is Result.SENT
        assert seen(line, user) == []
        with pytest.raises(LineRefused):
            await client.profile_exists("nobody")


async def test_content_is_bytes_not_yet_or_gone() -> None:
    """A photo is there at once, a voice note takes its time, what was taken back is refused."""
    async with a_talk() as (line, client, user):
        await line.world.photo(user, b"\xff\xd8 photo")
        photo = line.bot.events[-1]["message"]["id"]
        assert await client.content(photo) == b"\xff\xd8 photo"
        await line.world.voice(user, b"voice", preparing=5.0)
        voice = line.bot.events[-1]["message"]["id"]
        assert await client.content(voice) is None
        line.clock.now += 6
        assert await client.content(voice) == b"voice"
        await line.world.unsend(user, photo)
        for id, status in ((photo, 410), ("404", 404)):
            with pytest.raises(LineRefused) as refused:
                await client.content(id)
            assert refused.value.status == status


async def test_a_hundred_pushes_at_once_share_one_session() -> None:
    """The pool is ours, not five per CPU; every message arrives."""
    async with a_talk() as (line, client, user):
        outcomes = await asyncio.gather(*(client.push(user, HELLO, key()) for _ in range(100)))
        assert {outcome.result for outcome in outcomes} == {Result.SENT}
        assert len(seen(line, user)) == 100


async def test_environment_proxies_are_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment costs 2.5 times the speed and would take local calls away."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    async with a_talk() as (_line, client, user):
        assert (await client.push(user, HELLO, key())).result is Result.SENT


async def test_closing_twice_or_before_the_first_call_is_fine() -> None:
    """The client can be made anywhere and closed always."""
    client = LineClient("token", None)
    await client.close()
    await client.close()
