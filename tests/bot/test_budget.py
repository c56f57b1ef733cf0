"""Budget: what the model costs is kept and shown; past a limit the rules think, and the staff hear of it once a day."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import metrics
from bot.budget import DAY, TALK, Budget, Prices, day_of
from bot.clock import Clock
from sandbox.chaos import Fault
from storage.conversations import JournalEntry
from storage.time_rows import ANSWERED, GIVEN_UP, OVER, ThoughtRow
from storage.unit_of_work import begin
from tests.flows.mind import SandboxMind
from tests.flows.talk import HELLO, Talk, World

WISH = "ネットでもっと味噌を売りたい"
OWNERS = count(1)


@pytest.fixture(scope="module")
def thinking_mind() -> Iterator[SandboxMind]:
    """The sandbox's model, sane unless a fault is ordered."""
    mind = SandboxMind("sandbox-sane", seconds=20.0)
    yield mind
    mind.close()


@pytest.fixture
def mind(thinking_mind: SandboxMind) -> SandboxMind:
    """The same, as if nothing had been asked of it."""
    thinking_mind.budget, thinking_mind.prices = Budget(), Prices()
    thinking_mind.chaos.orders.clear()
    thinking_mind.wire.calls.clear()
    return thinking_mind


@pytest.fixture
def world(mind: SandboxMind, tmp_path: Path) -> Iterator[World]:
    """One operator with that model."""
    opened = World(url=f"sqlite:///{tmp_path / 'world.db'}", mind=mind)
    yield opened
    opened.close()


def wished(world: World, words: str = WISH) -> Talk:
    talk = Talk(world, f"U{next(OWNERS)}")
    talk.play(*HELLO, words)
    return talk


def rows(world: World) -> list[ThoughtRow]:
    with begin(world.engine) as work:
        return list(work.session.scalars(select(ThoughtRow).order_by(ThoughtRow.id)))


def asked(mind: SandboxMind) -> list[list[dict[str, Any]]]:
    return [call.request["messages"] for call in mind.wire.calls if call.platform == "model"]


def test_an_unsound_answer_is_put_right_once(world: World, mind: SandboxMind) -> None:
    """The second question carries the first answer and what was wrong with it, as data; the second answer counts."""
    mind.chaos.order("model", "garbage")
    wished(world)
    first, second = asked(mind)
    assert [message["role"] for message in first] == ["system", "user"]
    assert [message["role"] for message in second] == ["system", "user", "assistant", "user"]
    told = json.loads(second[3]["content"])
    assert told["faults"]
    assert rows(world)[0].status == ANSWERED


@pytest.mark.parametrize("fault", ["garbage", "broken", "nonsense", "error_before", "rate_limited"])
def test_after_two_bad_answers_the_rules_answer(world: World, mind: SandboxMind, fault: Fault) -> None:
    """Never a third question: the owner hears his next question from the rules, and the journal says so."""
    mind.chaos.order("model", fault, times=2)
    talk = wished(world)
    assert talk.heard[-1].buttons
    assert len(asked(mind)) == 2
    assert rows(world)[0].status == GIVEN_UP
    assert by(world) == ["rules"]


def by(world: World) -> list[str]:
    with begin(world.engine) as work:
        return list(
            work.session.scalars(select(JournalEntry.thought_by).where(JournalEntry.key == "reading"))
        )


def test_the_journal_says_who_thought(world: World) -> None:
    """Prompt, version and model stand beside the answer."""
    wished(world)
    assert by(world) == ["read_wish/2 sandbox-sane"]


def test_what_a_thought_cost_is_kept(world: World, mind: SandboxMind) -> None:
    """Tokens of every try are added up, also of an answer that was thrown away; the yen follow from the prices."""
    mind.prices = Prices(yen_in=10.0, yen_out=100.0)
    before = yen("sandbox-sane")
    wished(world)
    [once] = rows(world)
    assert once.tokens_in > 1_000
    assert once.tokens_out > 10
    assert once.yen == pytest.approx((once.tokens_in * 10 + once.tokens_out * 100) / 1_000_000)
    assert yen("sandbox-sane") - before == pytest.approx(once.yen)
    mind.chaos.order("model", "nonsense")
    wished(world)
    assert rows(world)[1].tokens_in > 2 * once.tokens_in  # the second try carries what was wrong


def test_an_answer_that_never_came_counts_as_asked(world: World, mind: SandboxMind) -> None:
    """A service that is too slow bills all the same: what was put to it counts towards the budget."""
    mind.chaos.hang_seconds, mind.seconds = 0.6, 0.15
    try:
        mind.chaos.order("model", "hang", times=2)
        wished(world)
    finally:
        mind.chaos.hang_seconds, mind.seconds = 30.0, 20.0
    [row] = rows(world)
    assert row.status == GIVEN_UP
    assert row.tokens_in > 2_000
    assert row.tokens_out == 0


def yen(model: str) -> float:
    return float(metrics.REGISTRY.get_sample_value("smallwin_thought_yen_total", {"model": model}) or 0.0)


def test_past_the_day_s_budget_the_rules_think_and_staff_hear_it_once(
    world: World, mind: SandboxMind
) -> None:
    """The first owner is read by the model; the next ones by the rules, with one word to the staff between them."""
    mind.budget = Budget(per_day=100)
    wished(world)
    talks = [wished(world), wished(world)]
    assert [row.status for row in rows(world)] == [ANSWERED, OVER, OVER]
    assert len(asked(mind)) == 1
    assert all(talk.heard[-1].buttons for talk in talks)
    news = [item.message.text for talk in talks for item in talk.seen if "上限" in item.message.text]
    assert len(news) == 1
    assert by(world) == ["read_wish/2 sandbox-sane", "rules", "rules"]


def test_past_a_talk_s_budget_only_that_talk_is_the_rules(world: World, mind: SandboxMind) -> None:
    """One owner who goes to and fro uses up his own share, nobody else's."""
    mind.budget = Budget(per_talk=100)
    first = wished(world)
    first.play("戻る", "見積もりを早く出したい")
    assert [row.status for row in rows(world)] == [ANSWERED, OVER]
    wished(world)
    assert [row.status for row in rows(world)][-1] == ANSWERED


def test_a_budget_is_for_today(world: World, mind: SandboxMind) -> None:
    """What was spent yesterday is not counted; without a limit nothing is."""
    wished(world)
    [row] = rows(world)
    real = Clock().real()
    with begin(world.engine) as work:
        assert Budget(per_day=1).over(work, row.conversation_id, real) == DAY
        assert Budget(per_talk=1).over(work, row.conversation_id, real) == TALK
        assert Budget().over(work, row.conversation_id, real) == ""
        work.thoughts.set(row.id, ended_at=day_of(real).replace(year=2020))
    with begin(world.engine) as work:
        assert Budget(per_day=1).over(work, row.conversation_id, real) == ""


@pytest.mark.parametrize("changes", [{"prompt": "of_old"}, {"prompt": "polish"}, {"input": {"other": "x"}}])
def test_a_question_of_another_release_is_left_to_the_rules(
    world: World, mind: SandboxMind, changes: dict[str, Any]
) -> None:
    """A prompt that is gone, or that takes other inputs now, costs nothing and holds nobody up."""

    def older(where: World, row: ThoughtRow) -> None:
        for name, value in changes.items():
            setattr(row, name, value)
        mind(where, row)

    world.mind = older
    talk = wished(world)
    assert talk.heard[-1].buttons
    assert asked(mind) == []
    assert by(world) == ["rules"]
