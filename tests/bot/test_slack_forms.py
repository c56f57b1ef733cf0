"""Forms: what a submission answers, at once or late; nothing typed is lost, nobody waits for ever."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from bot.arrivals import Answered
from bot.slack.limits import safe
from flows.inbound import Ignored, Submitted
from flows.messages import FormField
from tests.bot.slack_bench import CARD, FORM, TALK, Slack, a_slack


@asynccontextmanager
async def an_open_form(patience: float = 2.3) -> AsyncIterator[Slack]:
    """A person has the form before him and has typed."""
    async with a_slack(patience) as slack:
        await slack.show(safe(CARD))
        slack.house.answers = [Answered(form=FORM)]
        await slack.world.press(slack.user, slack.dm, "tap.0")
        await slack.world.fill(slack.user, {"done": "棚を A&B に分けた", "mood": "bad"})
        yield slack
        assert slack.world.wire.violations == []


def shown(slack: Slack) -> dict[str, Any]:
    modal = slack.world.modal(slack.user)
    assert modal is not None
    return modal


async def test_a_submission_brings_the_raw_values() -> None:
    """Every field comes back by its key, with the turn the form was drawn in."""
    async with an_open_form() as slack:
        assert (await slack.world.submit(slack.user)).outcome == "close"
        sent = slack.house.read()[-1]
        assert isinstance(sent, Submitted)
        assert (sent.conversation, sent.turn) == (TALK, 3)
        assert sent.values == {"done": "棚を A&B に分けた", "mood": "bad", "note": ""}


async def test_errors_stand_at_their_fields() -> None:
    """What is wrong is said at the field it concerns; the form stays open with what was typed."""
    async with an_open_form() as slack:
        slack.house.answers = [Answered(errors={"done": "もう少し具体的に。"})]
        result = await slack.world.submit(slack.user)
        assert result.outcome == "errors"
        assert result.errors == {"done": "もう少し具体的に。"}


async def test_an_error_without_a_field_is_still_said() -> None:
    """An error at a key the form does not show stands at the first field; so does a failure's notice."""
    async with an_open_form() as slack:
        slack.house.answers = [Answered(errors={"gone": "時間が変わりました。"})]
        assert (await slack.world.submit(slack.user)).errors == {"done": "時間が変わりました。"}
        slack.house.answers = [Answered(notice="うまくいきませんでした。")]
        assert (await slack.world.submit(slack.user)).errors == {"done": "うまくいきませんでした。"}


async def test_the_next_page_takes_the_place_of_the_first() -> None:
    """A form that follows replaces the one submitted."""
    async with an_open_form() as slack:
        second = replace(FORM, turn=4, title="つづき", fields=(FormField("more", "ほかには？"),))
        slack.house.answers = [Answered(form=second)]
        assert (await slack.world.submit(slack.user)).outcome == "update"
        assert shown(slack)["private_metadata"] == f"{TALK}:4"


async def test_the_form_closes() -> None:
    """A form that is done leaves the screen."""
    async with an_open_form() as slack:
        slack.house.answers = [Answered(is_closed=True)]
        assert (await slack.world.submit(slack.user)).outcome == "clear"
        assert slack.world.modal(slack.user) is None


async def test_a_slow_turn_shows_that_it_works_and_then_the_answer() -> None:
    """A turn over the patience shows 「処理中」 within three seconds, and then what it came to."""
    async with an_open_form(patience=0.2) as slack:
        slack.house.answers, slack.house.seconds = [Answered(form=replace(FORM, turn=4, title="つづき"))], 0.5
        before = time.monotonic()
        assert (await slack.world.submit(slack.user)).outcome == "update"
        assert time.monotonic() - before < 0.45
        assert shown(slack)["title"]["text"] == "処理中"
        await slack.door.close()
        assert shown(slack)["title"]["text"] == "つづき"


async def test_late_errors_give_back_what_was_typed() -> None:
    """When errors come late the form comes back with every answer in it and the error above its field."""
    async with an_open_form(patience=0.1) as slack:
        slack.house.answers, slack.house.seconds = [Answered(errors={"done": "もう少し具体的に。"})], 0.3
        await slack.world.submit(slack.user)
        await slack.door.close()
        view = shown(slack)
        texts = [block["text"]["text"] for block in view["blocks"] if block["type"] == "section"]
        assert "⚠️ もう少し具体的に。" in texts
        slack.house.seconds = 0
        assert (await slack.world.submit(slack.user)).outcome == "close"
        sent = slack.house.read()[-1]
        assert isinstance(sent, Submitted)
        assert sent.values == {"done": "棚を A&B に分けた", "mood": "bad", "note": ""}


async def test_a_late_failure_gives_the_form_back() -> None:
    """A turn that breaks after 「処理中」 ends in the form again, with an apology."""
    async with an_open_form(patience=0.1) as slack:
        slack.house.answers, slack.house.seconds = [RuntimeError("no database")], 0.3
        await slack.world.submit(slack.user)
        await slack.door.close()
        assert "すみません" in str(shown(slack)["blocks"])


async def test_a_view_closed_while_waiting_is_offered_again() -> None:
    """Who closes 「処理中」 is offered the next page in a message."""
    async with an_open_form(patience=0.1) as slack:
        slack.house.answers, slack.house.seconds = [Answered(form=FORM)], 0.2
        await slack.world.submit(slack.user)
        await slack.world.close(slack.user)
        await slack.door.close()
        assert slack.house.offered == [(slack.user, TALK)]


async def test_a_closed_form_is_kept_and_ignored() -> None:
    """Closing a form tells us so, under a name of its own."""
    async with an_open_form() as slack:
        assert await slack.world.close(slack.user) == 200
        assert isinstance(slack.house.read()[-1], Ignored)
        assert slack.house.came[-1].external_id.startswith("V")


async def test_closing_the_door_waits_for_what_is_under_way() -> None:
    """A shutdown loses no turn that was begun."""
    async with a_slack(patience=0.05, retry_after=()) as slack:
        slack.house.answers, slack.house.seconds = [Answered(form=FORM)], 0.3
        await slack.world.dm(slack.user, "ふりかえり")
        await slack.door.close()
        assert slack.house.offered == [(slack.user, TALK)]


@pytest.mark.parametrize("fault", ["error_after", "rate_limited"])
async def test_a_late_answer_survives_a_fault(fault: Any) -> None:
    """Updating a view is tried again: twice does no harm."""
    async with an_open_form(patience=0.1) as slack:
        slack.chaos.order("views.update", fault)
        slack.house.answers, slack.house.seconds = [Answered(is_closed=True)], 0.2
        await slack.world.submit(slack.user)
        await asyncio.sleep(0.3)
        await slack.door.close()
        assert shown(slack)["title"]["text"] == "お知らせ"
