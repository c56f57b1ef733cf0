"""Roads: where a talk really went after a wish, in the names a set uses. The one place that maps the two."""

from __future__ import annotations

from collections.abc import Iterable

from bot.evaluating.stage import Asked
from flows.beside.answers import answer
from flows.facts import House
from flows.messages import Message
from flows.words import ANSWERS
from prompts.results import Route

# A road may be right under more than one name: who is short of hands is asked whether he wants to hire.
NAMES: dict[Route, tuple[str, ...]] = {
    Route.GO: ("draft",),
    Route.VAGUE: ("ask",),
    Route.TOO_BIG: ("ask",),
    Route.EMPTY: ("ask",),
    Route.HIRE_OR_EASE: ("ask", "X-HIRE"),
    Route.ROUTINE: ("X-ROUTINE",),
    Route.ROUTINE_HIRE: ("X-HIRE", "X-ROUTINE"),
    Route.HIRE: ("X-HIRE",),
    Route.ONEOFF: ("X-ONEOFF",),
    Route.LICENSED: ("X-LICENSE",),
    Route.WORKER: ("X-WORKER",),
    Route.PRIVACY: ("X-PRIVACY",),
    Route.ILLEGAL: ("X-BAN",),
    Route.BIASED: ("X-UNFAIR", "X-BAN"),
    Route.UNPAID: ("X-UNFAIR",),
    Route.ANONYMOUS: ("X-UNFAIR",),
    Route.DISTRESS: ("X-HUMAN",),
    Route.MIGRATION: ("X-HIRE", "X-OFFTOPIC", "ask"),
    Route.OFF_TOPIC: ("X-OFFTOPIC",),
    Route.PRICE: ("X-INFO",),
}


def reaction(
    asked: Asked, read: Route | None, is_named: bool, said: Iterable[Message], house: House
) -> tuple[str, ...]:
    """Name the first reaction, the main road first; ``read`` is how the wish was read, if it was taken as one.

    A question about us that was answered on the way counts beside the road; so does a big wish that we begin small,
    and one of which we ask whether it is the work we name (``is_named``).
    """
    told = ("X-INFO",) if is_answered(said, house) else ()
    return tuple(dict.fromkeys([*_main(asked, read, is_named, bool(told)), *told]))


def _main(asked: Asked, read: Route | None, is_named: bool, is_told: bool) -> tuple[str, ...]:
    if asked.flow == "call":
        return ("X-HUMAN",)
    if turned_down := asked.about("after"):
        return NAMES[Route(turned_down.partition(":")[0])]
    if read is None:  # nothing was taken as a wish: a question to us, or words beside the road
        return ("X-INFO",) if is_told else ("ask",)
    if asked.key.startswith("road."):
        if read is Route.VAGUE and is_named:  # 「銀行への説明」のことで、合っていますか？
            return ("ask", "draft")
        return NAMES[read] if read is not Route.GO else ("ask",)
    return ("draft", "ask") if read is Route.TOO_BIG else ("draft",)


def is_answered(said: Iterable[Message], house: House) -> bool:
    """Tell whether one of the six answer cards was given."""
    known = {message.as_text() for word in ANSWERS for message in answer(word, house)}
    return any(text and text in message.as_text() for message in said for text in known)
