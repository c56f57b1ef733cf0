"""Forms: what arrives when they are submitted, and what the bot may answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.slack_stage import (
    Stage,
    field_of,
    modal,
    option,
    section,
    slack_stage,
    text_field,
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with slack_stage(retry_after=(0.02, 0.04, 0.06), answer_seconds=0.3) as made:
        yield made


async def open_modal(stage: Stage, user: str, view: dict[str, Any]) -> None:
    """Have the bot open a view when the person uses a shortcut."""

    async def answer(body: Any, ack: Any, client: Any) -> None:
        await client.views_open(trigger_id=body["trigger_id"], view=view)
        await ack()

    stage.answers["shortcut"] = answer
    assert await stage.world.shortcut(user, "open") == 200


async def test_form_and_back(stage: Stage, user: str) -> None:
    """A filled form arrives with its typed values; an empty ack closes it."""
    menu = {"type": "static_select", "action_id": "m", "options": [option("a"), option("b")]}
    boxes = {"type": "checkboxes", "action_id": "c", "options": [option("x"), option("y")]}
    view = modal(
        text_field(),
        field_of("menu", menu),
        field_of("boxes", boxes),
        callback_id="form",
        private_metadata="p",
    )
    await open_modal(stage, user, view)
    await stage.world.fill(user, {"words": "毎週金曜", "menu": "b", "boxes": ["x", "y"]})
    done = await stage.world.submit(user)
    assert (done.status, done.outcome, done.is_accepted) == (200, "close", True)
    sent = stage.got("view")[0]["view"]
    values = sent["state"]["values"]
    assert values["words"]["typed"] == {"type": "plain_text_input", "value": "毎週金曜"}
    assert values["menu"]["m"]["selected_option"]["value"] == "b"
    assert [o["value"] for o in values["boxes"]["c"]["selected_options"]] == ["x", "y"]
    assert (sent["callback_id"], sent["private_metadata"]) == ("form", "p")
    assert stage.world.modal(user) is None


async def test_initial_values_and_empty_ones(stage: Stage, user: str) -> None:
    """Fields nobody touched carry their initial values; empty optional ones are null or an empty list."""
    boxes = {"type": "checkboxes", "action_id": "c", "options": [option("x")]}
    view = modal(
        text_field(initial_value="前回"),
        field_of("boxes", boxes, optional=True),
        field_of("day", {"type": "datepicker", "action_id": "d"}, optional=True),
    )
    await open_modal(stage, user, view)
    await stage.world.submit(user)
    values = stage.got("view")[0]["view"]["state"]["values"]
    assert values["words"]["typed"]["value"] == "前回"
    assert values["boxes"]["c"]["selected_options"] == []
    assert values["day"]["d"]["selected_date"] is None


async def test_slack_checks_the_form_itself(stage: Stage, user: str) -> None:
    """Slack's client keeps back a form with empty required fields or wrong numbers; the bot hears nothing."""
    number = {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "max_value": "10"}
    view = modal(text_field(min_length=3), field_of("number", number))
    await open_modal(stage, user, view)
    done = await stage.world.submit(user)
    assert (done.outcome, set(done.errors)) == ("unsent", {"words", "number"})
    await stage.world.fill(user, {"words": "二字", "number": "11"})
    assert set((await stage.world.submit(user)).errors) == {"words", "number"}
    await stage.world.fill(user, {"words": "三文字", "number": "10"})
    assert (await stage.world.submit(user)).outcome == "close"
    assert len(stage.got("view")) == 1


async def test_answers_to_a_form(stage: Stage, user: str) -> None:
    """errors, update, push and clear do what Slack says they do."""
    answers: list[dict[str, Any]] = [
        {"response_action": "errors", "errors": {"words": "もう少し"}},
        {"response_action": "update", "view": modal(text_field(), section("二頁"))},
        {"response_action": "push", "view": modal(section("上"))},
        {"response_action": "clear"},
    ]

    async def answer(body: Any, ack: Any, client: Any) -> None:
        await ack(**answers.pop(0))

    stage.answers["view"] = answer
    await open_modal(stage, user, modal(text_field()))
    await stage.world.fill(user, {"words": "短"})
    done = await stage.world.submit(user)
    assert (done.outcome, done.errors) == ("errors", {"words": "もう少し"})
    shown = stage.world.modal(user)
    assert shown is not None
    assert shown["errors"] == {"words": "もう少し"}
    assert (await stage.world.submit(user)).outcome == "update"
    shown = stage.world.modal(user)
    assert shown is not None
    assert shown["state"]["values"]["words"]["typed"]["value"] == "短"
    assert (await stage.world.submit(user)).outcome == "push"
    assert (await stage.world.submit(user)).outcome == "clear"
    assert stage.world.modal(user) is None
    assert stage.wire.violations == []


@pytest.mark.parametrize(
    "answer",
    [
        {"response_action": "errors", "errors": {"nowhere": "x"}},
        {"response_action": "errors", "errors": {}},
        {"response_action": "update", "view": {"type": "modal"}},
        {"response_action": "dance"},
        {"text": "ありがとう"},
    ],
)
async def test_bad_answers_to_a_form(stage: Stage, user: str, answer: dict[str, Any]) -> None:
    """Any other answer shows "trouble connecting", keeps the form open and is a violation."""

    async def reply(body: Any, ack: Any, client: Any) -> None:
        await ack(**answer)

    stage.answers["view"] = reply
    await open_modal(stage, user, modal(text_field(initial_value="x")))
    assert (await stage.world.submit(user)).outcome == "trouble"
    assert stage.world.modal(user) is not None
    assert len(stage.wire.violations) == 1


async def test_view_closed_only_on_request(stage: Stage, user: str) -> None:
    """Closing tells the bot only where notify_on_close is set, without the typed values."""
    await open_modal(stage, user, modal())
    assert await stage.world.close(user) == 0
    await open_modal(stage, user, modal(text_field(), notify_on_close=True))
    await stage.world.fill(user, {"words": "x"})
    assert await stage.world.close(user, clear=True) == 200
    body = stage.got("closed")[0]
    assert (body["is_cleared"], body["view"]["state"]["values"]) == (True, {})
