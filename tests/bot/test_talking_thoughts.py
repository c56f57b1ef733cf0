"""Talking while the model thinks: late, failed and outdated answers harm nobody."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Engine, select

from flows.steps import Flow, Steps, ask, think
from prompts.catalog import POLISH, READ_WISH
from storage.conversations import PARKED
from storage.inbox import DONE
from storage.time_rows import ANSWERED, ASKED, ThoughtRow
from tests.bot.house import House, a_house
from tests.bot.trial import WISH, Done, trial


@pytest.fixture
def thinking_house(engine: Engine) -> House:
    return a_house(engine, with_model=True)


GO = {"route": "go", "codes": ["EC-01"], "sure": True, "quote": "", "also_price": False, "kind": ""}


def thoughts(house: House) -> list[ThoughtRow]:
    with house.work() as work:
        return list(work.session.scalars(select(ThoughtRow).order_by(ThoughtRow.id)))


def test_a_late_thought_is_ignored(thinking_house: House) -> None:
    """The wish was changed while the model thought: the answer to the old one does nothing."""
    house = thinking_house
    house.plays_to("wish")
    house.says("ネットで売りたい")
    [old] = thoughts(house)
    house.says("戻る")
    house.says("倉庫を片づけたい")
    new = thoughts(house)[-1]
    house.news()
    house.think(old.conversation_id, old.key, old.given, GO)
    assert house.news() == []
    house.think(new.conversation_id, new.key, new.given, GO)
    assert house.open_key() == "stuck"
    house.think(new.conversation_id, new.key, new.given, {**GO, "codes": ["EC-02"]})  # the lease had ended
    assert house.answers()["reading"]["codes"] == ["EC-01"]


def test_words_changed_to_and_fro_are_answered(thinking_house: House) -> None:
    """A wish, another, and the first once more: the model is asked again, and the talk goes on."""
    house = thinking_house
    house.plays_to("wish")
    for words in ("ネットで売りたい", "倉庫を片づけたい", "ネットで売りたい"):
        house.says(words)
        row = next(each for each in thoughts(house) if each.status == ASKED)
        with house.work() as work:
            work.thoughts.set(row.id, status=ANSWERED)
        house.think(row.conversation_id, row.key, row.given, GO)
        assert house.open_key() == "stuck"
        if words.startswith("ネット") and len(thoughts(house)) == 2:
            break
        house.says("戻る")
    assert len(thoughts(house)) == 2


def test_a_model_that_fails_for_good_leaves_it_to_the_rules(thinking_house: House) -> None:
    """An answer of None is answered by the rules in the same turn."""
    house = thinking_house
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    [row] = thoughts(house)
    assert house.open_key() == "reading"
    house.think(row.conversation_id, row.key, row.given, None)
    assert house.open_key() == "stuck"


def test_a_thought_for_somebody_who_rests_does_not_wake_him(thinking_house: House) -> None:
    """あとで, then the model answers: nothing is said until he comes back, and then the talk goes on."""
    house = thinking_house
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    [row] = thoughts(house)
    house.says("あとで")
    house.think(row.conversation_id, row.key, row.given, GO)
    assert house.news() == []
    assert house.talks()[-1].status == PARKED
    house.says("つづき")
    assert house.open_key() == "stuck"


def test_a_deploy_that_changes_a_prompt_s_answer_thinks_again(thinking_house: House) -> None:
    """An old answer that the new shape cannot read is no failure of the talk."""
    house = thinking_house

    def by(prompt: Any) -> Flow:
        def flow(_: Any) -> Steps[Done]:
            thought = yield from think("thought", prompt, given="x", rules=lambda given: None)
            return Done((thought, (yield from ask("last", WISH))))

        return flow

    with trial(house, by(READ_WISH)) as flow:
        flow.begins()
        [row] = thoughts(house)
        house.think(row.conversation_id, row.key, row.given, GO)
        assert house.open_key() == "last"
        flow.deploy(by(POLISH))
        house.says("味噌")
        assert house.event().status == DONE
        assert house.open_key() == "last" or house.open_key() == "thought"


def test_what_is_typed_while_we_think_is_answered(thinking_house: House) -> None:
    """He hears that we think, and his words are no answer to a question nobody asked."""
    house = thinking_house
    house.plays_to("wish")
    house.says("ネットでもっと味噌を売りたい")
    heard = house.says("まだかな")
    assert "考えて" in " ".join(heard)
    assert set(house.answers()) == {"wish"}
