"""Thinking: a model that is slow, wrong or away never keeps a person waiting for long, nor anybody else."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.model import strict
from prompts.catalog import PROMPTS
from sandbox.chaos import Fault
from storage.time_rows import ANSWERED, GIVEN_UP, THINKING, ThoughtRow
from storage.unit_of_work import begin
from tests.e2e.stage import Stage, people, staged


async def statuses(stage: Stage) -> list[str]:
    def read() -> list[str]:
        with begin(stage.bot.engine) as work:
            return list(work.session.scalars(select(ThoughtRow.status).order_by(ThoughtRow.id)))

    return await stage.bot.thread.do(read)


async def wished(stage: Stage) -> list[str]:
    owner, _ = people(stage)
    await owner.follow()
    await owner.tap("同意して始める")
    return await owner.say("ネットでもっと味噌を売りたい")


async def test_a_thought_comes_back_as_an_event(tmp_path: Path) -> None:
    """The model is asked outside any turn; its answer leads to the next question, with what it cost kept."""
    async with staged(tmp_path, with_model=True) as stage:
        heard = await wished(stage)
        assert heard
        assert await statuses(stage) == [ANSWERED]
        assert [call.status for call in stage.sandbox.wire.calls if call.platform == "model"] == [200]


@pytest.mark.parametrize("fault", ["error_before", "nonsense", "rate_limited", "drop_after"])
async def test_a_model_that_fails_twice_leaves_it_to_the_rules(tmp_path: Path, fault: Fault) -> None:
    """Two tries, then the rules answer: the person hears the next question all the same."""
    async with staged(tmp_path, with_model=True) as stage:
        stage.sandbox.chaos.order("model", fault, times=2)
        heard = await wished(stage)
        assert heard
        assert (await statuses(stage))[0] == GIVEN_UP
        asked = [call.injected for call in stage.sandbox.wire.calls if call.platform == "model"]
        assert asked[:2] == [fault, fault]


async def test_a_model_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    """The second answer counts."""
    async with staged(tmp_path, with_model=True) as stage:
        stage.sandbox.chaos.order("model", "nonsense")
        assert await wished(stage)
        assert await statuses(stage) == [ANSWERED]


async def test_one_slow_thought_holds_up_nobody_else(tmp_path: Path) -> None:
    """While the model ponders one owner's wish, another owner hears his next question."""
    async with staged(tmp_path, with_model=True) as stage:
        stage.sandbox.chaos.hang_seconds = 5.0
        stage.sandbox.chaos.order("model", "hang")
        line = stage.sandbox.line
        both = [line.add_person("甲"), line.add_person("乙")]
        for who in both:
            await line.follow(who)
            await stage.rest()
            await line.tap(who, next(each for each in line.buttons(who) if each["label"] == "同意して始める"))
            await stage.rest()
        for who in both:
            await line.say(who, "ネットでもっと味噌を売りたい")
            for _ in range(200):
                if len(await statuses(stage)) > both.index(who):
                    break
                await asyncio.sleep(0.02)
        for _ in range(200):
            if ANSWERED in await statuses(stage):
                break
            await asyncio.sleep(0.02)
        assert sorted(await statuses(stage)) == sorted([ANSWERED, THINKING])


def test_every_prompt_s_schema_is_strict() -> None:
    """Structured output takes a schema only when all fields are required and none besides are allowed."""
    for prompt in PROMPTS.values():
        shape = strict(prompt.result.model_json_schema())
        assert shape["required"] == list(shape["properties"])
        assert shape["additionalProperties"] is False
        assert "default" not in str(shape)


def test_a_process_without_a_key_does_not_load_the_model_s_library() -> None:
    """Its half second is paid by workers that think, not by every start."""
    code = "import sys, bot.wiring, bot.doctor, bot.cli; sys.exit('openai' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
