"""Views: triggers, hashes, the stack, the home, and what typing survives."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.sandbox.slack_stage import (
    Stage,
    actions,
    button,
    field_of,
    home,
    modal,
    option,
    section,
    slack_stage,
    text_field,
)


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    async with slack_stage(trigger_seconds=0.3) as made:
        yield made


async def trigger(stage: Stage, user: str) -> str:
    """Use a shortcut and give its trigger_id."""
    await stage.world.shortcut(user, "open")
    return str(stage.got("shortcut")[-1]["trigger_id"])


async def test_trigger_serves_once(stage: Stage, user: str) -> None:
    """A trigger opens one view; used again, made up or forgotten it has its own error."""
    one = await trigger(stage, user)
    await stage.client.views_open(trigger_id=one, view=modal())
    assert await stage.error("views.open", trigger_id=one, view=modal()) == "exchanged_trigger_id"
    assert stage.wire.violations == []
    assert await stage.error("views.open", trigger_id="1.2.abc", view=modal()) == "invalid_trigger_id"
    assert await stage.error("views.open", view=modal()) == "invalid_arguments"
    assert len(stage.wire.violations) == 2


async def test_trigger_dies(stage: Stage, user: str) -> None:
    """A trigger older than its three seconds is dead, which is a race and no violation."""
    one = await trigger(stage, user)
    await asyncio.sleep(0.35)
    assert await stage.error("views.open", trigger_id=one, view=modal()) == "expired_trigger_id"
    assert stage.wire.violations == []


async def test_refused_view_spends_no_trigger(stage: Stage, user: str) -> None:
    """A view that was refused leaves the trigger to a better one."""
    one = await trigger(stage, user)
    refusal = await stage.fails("views.open", trigger_id=one, view={"type": "modal", "blocks": [section()]})
    assert refusal["error"] == "invalid_arguments"
    assert refusal["response_metadata"]["messages"] == [
        "[ERROR] missing required field: title [json-pointer:/view]"
    ]
    assert (await stage.client.views_open(trigger_id=one, view=modal()))["ok"]


async def test_stack_of_three(stage: Stage, user: str) -> None:
    """Views pile up to three; each knows the one below; a closed form cannot be pushed on."""
    opened = await stage.client.views_open(
        trigger_id=await trigger(stage, user), view=modal(actions(button()))
    )
    await stage.world.press(user, "modal", "go")
    push = stage.got("action")[-1]["trigger_id"]
    second = await stage.client.views_push(trigger_id=push, view=modal(actions(button())))
    assert second["view"]["previous_view_id"] == second["view"]["root_view_id"] == opened["view"]["id"]
    await stage.client.views_push(trigger_id=await trigger(stage, user), view=modal())
    last = await trigger(stage, user)
    assert await stage.error("views.push", trigger_id=last, view=modal()) == "push_limit_reached"
    await stage.world.close(user, clear=True)
    assert await stage.error("views.push", trigger_id=last, view=modal()) == "not_found"


async def test_hash_tells_the_stale(stage: Stage, user: str) -> None:
    """Each change makes a new hash; an update with an old one conflicts; a closed view is not found."""
    opened = (await stage.client.views_open(trigger_id=await trigger(stage, user), view=modal()))["view"]
    changed = await stage.client.views_update(view_id=opened["id"], view=modal(), hash=opened["hash"])
    assert changed["view"]["hash"] != opened["hash"]
    stale = {"view_id": opened["id"], "view": modal(), "hash": opened["hash"]}
    assert await stage.error("views.update", **stale) == "hash_conflict"
    await stage.world.close(user)
    assert await stage.error("views.update", view_id=opened["id"], view=modal()) == "not_found"
    assert stage.wire.violations == []
    assert await stage.error("views.update", view_id="V0NOWHERE", view=modal()) == "not_found"
    assert len(stage.wire.violations) == 1


async def test_external_id(stage: Stage, user: str) -> None:
    """A view can be updated by external_id, which only one open view may have."""
    other = stage.world.add_person("外 人", "soto@example.com")
    view = modal(external_id="form-1")
    await stage.client.views_open(trigger_id=await trigger(stage, user), view=view)
    taken = await stage.error("views.open", trigger_id=await trigger(stage, other), view=view)
    assert taken == "duplicate_external_id"
    await stage.client.views_update(external_id="form-1", view=modal(section("後"), external_id="form-1"))
    shown = stage.world.modal(user)
    assert shown is not None
    assert shown["blocks"][0]["text"]["text"] == "後"


async def test_typing_survives_updates(stage: Stage, user: str) -> None:
    """Typed values stay where block_id and action_id stay, and go where they change."""
    view = modal(text_field("a"), text_field("b"))
    opened = (await stage.client.views_open(trigger_id=await trigger(stage, user), view=view))["view"]
    await stage.world.fill(user, {"a": "残る", "b": "消える"})
    await stage.client.views_update(
        view_id=opened["id"], view=modal(text_field("a"), text_field("b2", initial_value="新"))
    )
    shown = stage.world.modal(user)
    assert shown is not None
    values = shown["state"]["values"]
    assert values["a"]["typed"]["value"] == "残る"
    assert values["b2"]["typed"]["value"] == "新"


async def test_fields_that_speak(stage: Stage, user: str) -> None:
    """A dispatching field and a menu in a section tell the bot at once; plain fields do not."""
    menu = {"type": "static_select", "action_id": "m", "options": [option("a"), option("b")]}
    view = modal(text_field("quiet"), field_of("loud", menu, dispatch_action=True))
    await stage.client.views_open(trigger_id=await trigger(stage, user), view=view)
    await stage.world.fill(user, {"quiet": "…", "loud": "b"})
    (body,) = stage.got("action")
    assert body["actions"][0]["selected_option"]["value"] == "b"
    assert body["view"]["state"]["values"]["quiet"]["typed"]["value"] == "…"
    with pytest.raises(LookupError):
        await stage.world.fill(user, {"loud": "z"})
    with pytest.raises(LookupError):
        await stage.world.fill(user, {"nowhere": "x"})
    with pytest.raises(LookupError):
        await stage.world.press(user, "modal", "typed", value="x")


async def test_home(stage: Stage, user: str) -> None:
    """A published home is what the person sees and presses; old hashes conflict; nobody is notified."""
    first = await stage.client.views_publish(user_id=user, view=home(actions(button("next", "7"))))
    assert await stage.world.press(user, "home", "next") == 200
    body = stage.got("action")[0]
    assert body["container"] == {"type": "view", "view_id": first["view"]["id"]}
    assert "response_url" not in body
    await stage.client.views_publish(user_id=user, view=home(), hash=first["view"]["hash"])
    stale = {"user_id": user, "view": home(), "hash": first["view"]["hash"]}
    assert await stage.error("views.publish", **stale) == "hash_conflict"
    with pytest.raises(LookupError):
        await stage.world.press(user, "home", "next")
    assert stage.world.notifications(user) == 0


async def test_what_may_not_be_a_home(stage: Stage, user: str) -> None:
    """A home has no submit, no close, is no modal, and belongs to someone; the tab must be on."""
    plain = {"type": "plain_text", "text": "送る"}
    wrong: list[dict[str, Any]] = [home(submit=plain), home(close=plain), modal(), {"type": "home"}]
    for view in wrong:
        assert await stage.error("views.publish", user_id=user, view=view) == "invalid_arguments"
    assert await stage.error("views.publish", user_id="U0NOBODY", view=home()) == "invalid_arguments"
    assert (
        await stage.error("views.open", trigger_id=await trigger(stage, user), view=home())
        == "invalid_arguments"
    )
    async with slack_stage(home_tab=False) as closed:
        someone = closed.world.add_person("佐藤", "s@example.com")
        assert await closed.error("views.publish", user_id=someone, view=home()) == "not_enabled"


async def test_too_large(stage: Stage, user: str) -> None:
    """A view over 250 kB is refused as too large."""
    view = modal(*(section("あ" * 2900) for _ in range(30)))
    one = await trigger(stage, user)
    assert await stage.error("views.open", trigger_id=one, view=view) == "view_too_large"


async def test_progress_then_result(stage: Stage, user: str) -> None:
    """A submission may show progress at once and be finished later by external_id."""

    async def answer(body: Any, ack: Any, client: Any) -> None:
        await ack(response_action="update", view=modal(section("処理中"), external_id="later"))

    stage.answers["view"] = answer
    await stage.client.views_open(trigger_id=await trigger(stage, user), view=modal())
    assert (await stage.world.submit(user)).outcome == "update"
    await stage.client.views_update(external_id="later", view=modal(section("できました")))
    shown = stage.world.modal(user)
    assert shown is not None
    assert shown["blocks"][0]["text"]["text"] == "できました"
