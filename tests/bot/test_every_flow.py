"""Every flow, on LINE: whatever a person does at whichever question, he is answered, and loses nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from bot.edits import QUICK
from flows.beside import detour, nudging
from flows.messages import Message
from flows.questions import Text, Yen
from flows.registry import FLOWS
from flows.steps import Steps, ask, say
from storage.conversations import HUMAN
from tests.bot.defaults import Known, Place, Walk, is_form, known, places, registered, some_of
from tests.bot.deployed import AFTER, RELEASES, TO_FORMS, Release
from tests.bot.house import SATO

LONG = "長い話です。" * 1_700  # over 10,000 characters
NOT_NOW = "いまはよい"

Event = Callable[[Walk], None]


def stays(walk: Walk, act: Callable[[], Any]) -> None:
    """Do something that is no answer: every answer stays, and so does the question."""
    key, kept = walk.key, walk.kept()
    act()
    assert (walk.key, walk.kept()) == (key, kept)
    assert walk.is_asked


def may_answer(walk: Walk, act: Callable[[], Any]) -> None:
    """Do something that some questions take for an answer: what was answered before stays, and it goes on."""
    kept = walk.kept()
    act()
    if walk.is_over:
        assert len(walk.did) == 1
    elif walk.is_asked:
        assert {key: walk.kept().get(key) for key in kept} == kept
    else:  # a person was offered: his answer comes back
        raise AssertionError(f"nothing is asked at {walk.key!r}")


def empty(walk: Walk) -> None:
    may_answer(walk, lambda: walk.says("　 "))


def sticker(walk: Walk) -> None:
    thing = {"type": "sticker", "id": "s1", "packageId": "1", "stickerId": "2", "keywords": ["OK"]}
    may_answer(walk, lambda: walk.does({"type": "message", "message": thing}))


def no_answer(walk: Walk) -> None:
    """A photo, a place on a map, 使いかた and メニュー, one after the other."""
    things = (
        {"type": "image", "id": "p1"},
        {"type": "location", "id": "l1", "title": "店", "latitude": 35.5, "longitude": 137.8},
    )
    for thing in things:
        stays(walk, partial(walk.does, {"type": "message", "message": thing}))
    for word in ("使いかた", "メニュー"):
        stays(walk, partial(walk.says, word))


def long_words(walk: Walk) -> None:
    may_answer(walk, lambda: walk.says(LONG))


def back(walk: Walk) -> None:
    """戻る asks the last answer again; it stands again by one tap."""
    key, kept = walk.key, walk.kept()
    if not kept:
        return stays(walk, lambda: walk.says("戻る"))
    walk.says("戻る")
    assert walk.key == list(kept)[-1]
    assert walk.is_asked
    walk.taps(detour.STAY)
    assert (walk.key, walk.kept()) == (key, kept)
    assert walk.is_asked


def fix(walk: Walk) -> None:
    """直す lists the answers; one that is asked again stands again by one tap."""
    key, kept = walk.key, walk.kept()
    asked = walk.open_question
    if asked and "直す" in {option.label for option in asked.question.options()}:
        return may_answer(walk, lambda: walk.says("直す"))  # a button just offered wins over the word
    walk.says("直す")
    assert (walk.key, walk.kept()) == (key, kept)
    assert walk.is_asked
    edits = [payload for _, payload in walk.last_buttons() if payload.endswith(":edit")]
    for payload in edits[:1]:
        walk.taps_payload(payload)
        assert f":{walk.key}:" in payload
        walk.taps(detour.STAY)
        assert (walk.key, walk.kept()) == (key, kept)
        assert walk.is_asked


def old_tap(walk: Walk) -> None:
    """A button of every question answered before: it may be changed, and is not by the tap."""
    walk.house.now += 2 * QUICK
    for key in list(walk.kept()):
        for payload in list(walk.buttons(key).values())[:1]:
            stays(walk, partial(walk.taps_payload, payload))
            if detour.STAY in dict(walk.last_buttons()):
                stays(walk, lambda: walk.taps(detour.STAY))
    never_drawn = f"a:{walk.talk.id.hex}:{walk.key}:99:x"
    stays(walk, lambda: walk.taps_payload(never_drawn))


def double_tap(walk: Walk) -> None:
    """The same answer brought twice, by his finger or by LINE, is one answer."""
    asked = walk.open_question
    assert asked is not None
    way, given = walk.answer_to(asked)
    if way == "tap":
        payload = walk.buttons(asked.key)[given]
        walk.taps_payload(payload)
        key, kept = walk.key, walk.kept()
        walk.taps_payload(payload)
        assert (walk.key, walk.kept()) == (key, kept)
    else:
        walk.brings_twice(given)
    assert walk.count_of(asked.key) <= 1
    assert len(walk.did) == (walk.is_over)


def person(walk: Walk) -> None:
    """人と話す, and then rather not: the question comes back."""
    key, kept = walk.key, walk.kept()
    walk.says("人と話す")
    if walk.known.name != "call":
        walk.taps(NOT_NOW)
    assert (walk.key, walk.kept()) == (key, kept)
    assert walk.is_asked


def staff_speaks(walk: Walk) -> None:
    """A person of the staff speaks with him: the bot is quiet, and 対応おわり brings the question back."""
    key, kept = walk.key, walk.kept()
    staff_write(walk)
    walk.says("これは担当の方へ")
    assert (walk.key, walk.kept()) == (key, kept)
    walk.house.presses("対応おわり", SATO)
    assert walk.heard()
    assert (walk.key, walk.kept()) == (key, kept)
    assert walk.is_asked


def rather_goes_on(walk: Walk) -> None:
    """A person of the staff speaks with him, and he would rather go on: 前回のつづき brings the question back."""
    key, kept = walk.key, walk.kept()
    staff_write(walk)
    walk.says("前回のつづき")
    assert (walk.key, walk.kept()) == (key, kept)
    assert walk.is_asked


def starts_anew(walk: Walk) -> None:
    """A person of the staff speaks with him, and he says 相談する: he is told who has the word, and loses nothing."""
    key, kept = walk.key, walk.kept()
    staff_write(walk)
    walk.says("相談する")
    assert (walk.key, walk.kept()) == (key, kept)


def staff_write(walk: Walk) -> None:
    walk.says("人と話す")
    form = walk.house.presses("オーナーに送る", SATO).form
    walk.house.submits(form, {"send.words": "お電話しましょうか"}, SATO)
    walk.house.moves(walk.house.now + timedelta(seconds=11))
    assert walk.heard()
    assert any(talk.status == HUMAN for talk in walk.house.talks(walk.who))


def silence(walk: Walk) -> None:
    """Eight days without a word: two gentle words, none where reminders of their own exist; then his answer counts."""
    key, kept, heard = walk.key, walk.kept(), list[str]()
    for _ in range(8):
        walk.house.moves(walk.house.now + timedelta(days=1))
        heard += walk.heard()
    assert len(heard) == (0 if walk.known.name in nudging.QUIET else 2)
    assert (walk.key, walk.kept()) == (key, kept)
    walk.answer()
    assert walk.key != key
    assert walk.is_over or {name: walk.kept().get(name) for name in kept} == kept


def restart(walk: Walk) -> None:
    """The process dies here, and again before each event that follows; the flow ends as it would have."""
    for _ in range(60):
        if walk.is_over:
            break
        walk.restarts()
        stays(walk, lambda: walk.says("使いかた"))
        walk.restarts()
        walk.answer()
    walk.ends()


EVENTS: list[Event] = [
    empty,
    sticker,
    no_answer,
    long_words,
    back,
    fix,
    old_tap,
    double_tap,
    person,
    staff_speaks,
    rather_goes_on,
    starts_anew,
    silence,
]


def everywhere(known: Known, event: Event) -> None:
    """Let something happen at each question of a flow."""
    with registered(known):
        for place in places(known):
            walk = Walk(known, "line", place)
            event(walk)


def from_the_start(known: Known, event: Event) -> None:
    with registered(known):
        walk = Walk(known, "line")
        event(walk)


def dear_places(known: Known) -> list[Place]:
    """Give the places from which all the rest is walked: of a form, which a person sees as a whole, some do."""
    return some_of(places(known)) if known.name != "tiny" and is_form(known.name) else places(known)


def over_a_deploy(known: Known, release: Release) -> None:
    """At each question: a release comes, he answers what he saw, and comes to the end once."""
    with registered(known):
        old = FLOWS[known.name]
        for place in dear_places(known):
            if release is TO_FORMS and not place.is_form:
                continue  # nothing of what he sees would change
            walk = Walk(known, "line", place)
            asked = walk.open_question
            assert asked is not None
            value = walk.value_of(asked)
            before = walk.written()
            walk.deploys(release.of(old, asked.key, value))
            walk.gives(asked)
            if not walk.is_over:
                assert {key: walk.written().get(key) for key in before} == before
                assert walk.key in walk.talk.asked
            walk.ends()
            walk.deploys(old)


def after_a_renaming(known: Known, *, says_so: bool) -> None:
    """A question answered already is renamed: with ``was`` its answer holds, without it is asked again."""
    with registered(known):
        old, renaming = FLOWS[known.name], RELEASES[4 if says_so else 3]
        for place in dear_places(known)[1:]:
            walk = Walk(known, "line", place)
            first = next(iter(walk.kept()), "")
            if not first:
                continue
            walk.deploys(renaming.of(old, first, walk.kept()[first]))
            walk.says("前回のつづき")
            assert (walk.key == first + AFTER) is not says_so
            walk.ends()
            walk.deploys(old)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.__name__)
@pytest.mark.parametrize("flow", FLOWS)
def test_whatever_happens_at_any_question(flow: str, event: Event) -> None:
    """He is answered, his answers stay, the question stays open, nothing fails and nothing is doubled."""
    everywhere(known(flow), event)


@pytest.mark.parametrize("flow", FLOWS)
def test_a_restart_between_any_two_events(flow: str) -> None:
    """Nothing lives in memory: with a new process for each event a flow comes to its end."""
    from_the_start(known(flow), restart)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: release.name)
@pytest.mark.parametrize("flow", FLOWS)
def test_a_deploy_at_any_question(flow: str, release: Release) -> None:
    """A question added, removed or renamed under his finger costs him no answer, and he comes to the end."""
    over_a_deploy(known(flow), release)


@pytest.mark.parametrize("says_so", [True, False], ids=["was", "no was"])
@pytest.mark.parametrize("flow", FLOWS)
def test_a_deploy_renames_what_was_answered(flow: str, says_so: bool) -> None:
    """An answer holds under its new name where the flow says so; else it is asked once more."""
    after_a_renaming(known(flow), says_so=says_so)


def tiny(facts: Any) -> Steps[Message]:
    """A flow nobody has seen before."""
    yield from say("こんにちは。")
    wish = yield from ask("tiny.wish", Text("何をしましょうか？", label="やること"))
    pay = yield from ask("tiny.pay", Yen("おいくらですか？", least=1_000, most=90_000, examples=(5_000,)))
    return Message(f"{wish} {pay}")


def test_a_new_flow_gets_them_for_free() -> None:
    """A flow that was just written is put to every test above without a line of its own."""
    new = Known("tiny")
    with registered(new, tiny):
        for event in EVENTS:
            everywhere(new, event)
        from_the_start(new, restart)
        for release in RELEASES:
            over_a_deploy(new, release)
        after_a_renaming(new, says_so=False)
    assert "tiny" not in FLOWS
