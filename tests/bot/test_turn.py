"""Turn: an event is carried to all its consequences or to none, once, and harms nobody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.carry import carry
from bot.errors import Refusal
from bot.sends.repair import replay
from bot.taking import Job, take_turns
from bot.turn import Turn
from flows.questions import Choice, Text
from flows.steps import Steps, ask, say
from storage.conversations import CLOSED, OPEN, Conversation
from storage.inbox import DONE, FAILED, RECEIVED
from tests.bot.house import OTHER, OWNER, SETTINGS, House, begins, said, taught


@dataclass(frozen=True)
class Done:
    """What the flows of these tests end with."""

    words: str


def two_questions(_: Any) -> Steps[Done]:
    yield from say("二つだけうかがいます。")
    name = yield from ask("name", Text("お名前は？"))
    place = yield from ask("place", Choice(f"{name}さん、場所は？", choices=("会社", "家"), or_words=True))
    yield from say("ありがとうございます。")
    return Done(f"{name}@{place}")


class Doing:
    """An action that keeps what it did, and refuses or fails as told."""

    def __init__(self, *fates: Exception | None) -> None:
        self.fates, self.did = list(fates), list[str]()

    def __call__(self, turn: Turn, talk: Conversation, outcome: Done) -> None:
        turn.post("staff", message_of(outcome.words))
        fate = self.fates.pop(0) if self.fates else None
        if fate is not None:
            raise fate
        self.did.append(outcome.words)


def message_of(words: str) -> Any:
    from flows.messages import Message

    return Message(words)


def test_one_event_is_acted_on_once_by_ten_threads(house: House) -> None:
    """Ten processes that take the same event give one journal entry and one next question."""
    house.plays_to("now")
    id = house.store(house.heard_on_line(OWNER, said("月2件")))
    assert id is not None
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda _: house.turn(id), range(10)))
    assert len(house.news()) == 1
    assert house.answers()["now"] == "月2件"
    assert house.event().status == DONE


def test_a_redelivered_event_does_nothing(house: House) -> None:
    """LINE brings a webhook again: nothing is said twice."""
    house.plays_to("now")
    came = house.heard_on_line(OWNER, said("月2件"))
    house.take(came)
    assert len(house.news()) == 1
    house.take(came)
    assert house.news() == []


def test_people_at_once_do_not_stand_in_each_other_s_way(house: House) -> None:
    """Eight people write at the same moment, twice each; everyone gets his own answers."""
    people = [f"U{n:032x}" for n in range(8)]
    came = [
        house.heard_on_line(who, said(words)) for who in people for words in ("こんにちは！", "はじめまして")
    ]
    ids = [house.store(each) for each in came]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(house.turn, [id for id in ids if id]))
    for who in people:
        assert len(house.news(who)) >= 2
        assert [talk.flow for talk in house.talks(who)] == ["hello"]


def test_a_flow_that_breaks_harms_only_its_own_event(house: House) -> None:
    """The event is kept as failed, the person hears one apology, staff are told, and others go on."""
    is_broken = True

    def brittle(_: Any) -> Steps[Done]:
        name = yield from ask("name", Text("お名前は？"))
        if is_broken:
            raise ZeroDivisionError
        return Done(name)

    doing = Doing()
    with taught(house, brittle, Done, doing) as flow:
        begins(house, flow)
        [sorry] = house.says("山崎")
        assert "こちらの不調" in sorry
        failed = house.event()
        assert (failed.status, failed.error) == (FAILED, "ZeroDivisionError")
        assert "しくみの不調" in house.news("staff")[0]
        assert house.answers() == {}
        house.plays_to("consent", OTHER)

        house.says("山崎")  # it fails again, and stays one failure more
        url = house.engine.url.render_as_string(hide_password=False)
        done, again = replay(SETTINGS.model_copy(update={"database_url": url}))
        assert (done, len(again)) == (0, 2)
        assert sum("こちらの不調" in each for each in texts_of(house)) == 2  # once for each event

        is_broken = False
        with house.work() as work:
            work.inbox.reopen([failed.id], house.now)
        house.turn(failed.id)
        assert doing.did == ["山崎"]


def texts_of(house: House, who: str = OWNER) -> list[str]:
    return [row.body for row in house.messages(who)]


def test_somebody_new_hears_the_apology_too(house: House) -> None:
    """The very first word of a person fails: his handle is undone with it, and he hears from us all the same."""
    from dataclasses import replace

    def broken(_: Any) -> Any:
        raise ZeroDivisionError

    house.rules = replace(house.rules, read={**house.rules.read, "line": broken})
    assert "こちらの不調" in house.says("こんにちは")[0]


def test_a_database_that_stumbles_costs_nothing(house: House) -> None:
    """A deadlock is no failure of the event: it is undone whole, and waits to be taken again."""
    deadlock = OperationalError("deadlock", {}, Exception())
    doing = Doing(deadlock, deadlock, deadlock)
    with taught(house, two_questions, Done, doing) as flow:
        begins(house, flow)
        house.says("山崎")
        id = house.store(house.heard_on_line(OWNER, said("会社")))
        assert id is not None
        with pytest.raises(OperationalError):
            house.turn(id)
        assert house.event().status == RECEIVED
        assert house.news() == []
        house.turn(id)  # one more stumble, and taken again at once
        assert doing.did == ["山崎@会社"]
        assert house.event().status == DONE


def test_an_action_that_fails_writes_nothing(house: House) -> None:
    """What it had written and said is undone; the answers stand once the event is carried again."""
    doing = Doing(KeyError("bug"), KeyError("bug"))  # straight, and under its savepoint
    with taught(house, two_questions, Done, doing) as flow:
        begins(house, flow)
        house.says("山崎")
        house.says("会社")
        assert house.event().status == FAILED
        assert not any("山崎@会社" in each for each in house.news("staff"))
        assert house.answers() == {"name": "山崎"}


def test_a_refusal_with_a_key_asks_that_key_again(house: House) -> None:
    """The reason is said, the named question is open again, and the second answer finishes."""
    no = Refusal("その場所は使えません。", "place")
    doing = Doing(no, no)  # straight, and under its savepoint
    with taught(house, two_questions, Done, doing) as flow:
        begins(house, flow)
        house.says("山崎")
        heard = house.says("会社")
        assert any("その場所は使えません。" in each for each in heard)
        assert "場所は？" in heard[-1]
        assert "ありがとうございます。" not in " ".join(heard)  # what the undone end said is not said
        assert house.open_key() == "place"
        assert house.news("staff") == []
        house.taps("家")
        assert doing.did == ["山崎@家"]
        assert house.talks()[-1].status == CLOSED


def test_a_refusal_without_a_key_ends_the_talk_kindly(house: House) -> None:
    """The reason is said once; the floor is free, and what waited is asked."""
    no = Refusal("もう終わっています。")
    doing = Doing(no, no)
    with taught(house, two_questions, Done, doing) as flow:
        begins(house, flow)
        begins(house, flow)
        house.says("山崎")
        heard = house.says("会社")
        assert any("もう終わっています。" in each for each in heard)
        first, second = house.talks()
        assert (first.status, second.status) == (CLOSED, OPEN)
        assert house.handle().floor == second.id
        assert "お名前は？" in heard[-1]


def test_what_is_refused_in_a_batch_harms_nobody_else(house: House) -> None:
    """Two finish in one batch and the first is refused: he is asked again, the other's end holds, each once."""

    def doing(turn: Turn, talk: Conversation, outcome: Done) -> None:
        turn.post("staff", message_of(outcome.words))
        if outcome.words == "山崎@会社":
            raise Refusal("その場所は使えません。", "place")

    with taught(house, two_questions, Done, doing) as flow:
        for owner, name in ((OWNER, "山崎"), (OTHER, "田中")):
            begins(house, flow, owner)
            house.says(name, owner)
        ids = [house.store(house.heard_on_line(owner, said("会社"))) for owner in (OWNER, OTHER)]
        take_turns(house.engine, house.rules, carry, [Job(id) for id in ids if id], house.now)
        house.all_leave()
        assert ["田中" in each and "山崎" not in each for each in house.news("staff")] == [True]
        assert "場所は？" in house.news(OWNER)[-1]
        assert house.answers(OTHER)["place"] == "会社"
        assert house.open_key() == "place"


def test_a_refused_newcomer_is_answered(house: House) -> None:
    """Somebody we never met taps a forged card: he hears why not, and his event is done."""
    house.in_review()
    payload = house.card_payload("公開する")
    [no] = house.taps_payload(payload, OTHER)
    assert "運営スタッフだけ" in no
    assert house.event().status == DONE
    assert house.presses_payload(payload, "U0NEW").notice
    assert house.event().status == DONE
    assert house.postings()[0].state == "REVIEW"


def test_what_we_cannot_read_is_kept_and_done(house: House) -> None:
    """New event types, group chats and stand-by events are stored, marked done and not answered."""
    for event in (
        {"type": "membership", "membership": {"type": "joined"}},
        {"type": "message", "message": {"type": "hologram", "id": "1"}, "mode": "standby"},
        {"type": "message", "message": {"type": "text", "id": "1", "text": "x"}, "source": {"type": "group"}},
    ):
        house.line(OWNER, event)
        assert house.event().status == DONE
    assert house.news() == []
