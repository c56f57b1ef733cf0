"""Deployed: the next release of any flow, with a question more, a question less, or one of another name."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, fields, make_dataclass, replace
from types import MappingProxyType
from typing import Any

from flows.questions import Question, Text, question
from flows.steps import Ask, Fill, Flow, Step, Steps, ask

NEW = "brought_by_deploy"
NEW_QUESTION = Text("もう一つだけ。何色がお好きですか？", label="お好きな色")
NOTHING: Mapping[str, tuple[str, ...]] = MappingProxyType({})
AFTER = "_2"  # what a renamed key ends in

Change = Callable[[Step], tuple[Step | None, Callable[[Any], Any]]]


def added(flow: Flow) -> Flow:
    """Ask one thing more, before all others."""

    def later(facts: Any) -> Steps[Any]:
        yield from ask(NEW, NEW_QUESTION)
        return (yield from flow(facts))

    return later


def added_field(flow: Flow, key: str = "") -> Flow:
    """Ask one thing more in each form, or in the one that asks ``key``."""

    def change(step: Step) -> tuple[Step | None, Callable[[Any], Any]]:
        if not isinstance(step, Fill) or (key and key not in step.questions()):
            return step, _same
        shape = _shape({**_questions(step), NEW: NEW_QUESTION})
        return replace(step, form=shape), lambda given: step.form(
            **{each.name: getattr(given, each.name) for each in fields(step.form)}
        )

    return _changed(flow, change)


def removed(flow: Flow, key: str, value: Any) -> Flow:
    """Ask one thing less; the flow takes ``value`` for it."""

    def change(step: Step) -> tuple[Step | None, Callable[[Any], Any]]:
        if isinstance(step, Ask) and step.key == key:
            return None, lambda _: step.question.restore(value)
        if not isinstance(step, Fill) or key not in step.questions():
            return step, _same
        name = key.rpartition(".")[2]
        stays = {each: asked for each, asked in _questions(step).items() if each != name}
        gone = step.questions()[key].restore(value)
        if not stays:
            return None, lambda _: step.form(**{name: gone})
        return replace(step, form=_shape(stays)), lambda given: step.form(
            **{each: getattr(given, each) for each in stays}, **{name: gone}
        )

    return _changed(flow, change)


def renamed(flow: Flow, key: str, *, says_so: bool) -> Flow:
    """Ask the same under another key; ``says_so``: the flow tells what it was called before."""

    def change(step: Step) -> tuple[Step | None, Callable[[Any], Any]]:
        if isinstance(step, Ask) and step.key == key:
            return replace(step, key=key + AFTER, was=(key,) if says_so else ()), _same
        if not isinstance(step, Fill) or key not in step.questions():
            return step, _same
        name = key.rpartition(".")[2]
        names = {each: each + AFTER if each == name else each for each in _questions(step)}
        former = {names[name]: (name,)} if says_so else {}
        shape = _shape({names[each]: asked for each, asked in _questions(step).items()}, former)
        return replace(step, form=shape), lambda given: step.form(
            **{each: getattr(given, now) for each, now in names.items()}
        )

    return _changed(flow, change)


def _changed(flow: Flow, change: Change) -> Flow:
    def later(facts: Any) -> Generator[Step, Any, Any]:
        steps, reply = flow(facts), None
        try:
            while True:
                step, back = change(steps.send(reply))
                reply = back((yield step) if step is not None else None)
        except StopIteration as end:
            return end.value

    return later


def _questions(step: Fill) -> dict[str, Question[Any]]:
    return {key.rpartition(".")[2]: asked for key, asked in step.questions().items()}


def _shape(questions: dict[str, Question[Any]], was: Mapping[str, tuple[str, ...]] = NOTHING) -> type[Any]:
    declared = [(name, object, question(asked, was=was.get(name, ()))) for name, asked in questions.items()]
    return make_dataclass("Shape", declared)


def _same(given: Any) -> Any:
    return given


@dataclass(frozen=True)
class Release:
    """A deploy: what it makes of a flow while ``key`` is the question somebody sees, answered with ``value``."""

    name: str
    of: Callable[[Flow, str, Any], Flow]


TO_FORMS = Release("added to a form", lambda flow, key, value: added_field(flow, key))
RELEASES = (
    Release("added", lambda flow, key, value: added(flow)),
    TO_FORMS,
    Release("removed", removed),
    Release("renamed", lambda flow, key, value: renamed(flow, key, says_so=False)),
    Release("renamed with was", lambda flow, key, value: renamed(flow, key, says_so=True)),
)
