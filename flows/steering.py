"""Steering: from any words to work that fits three months, in at most three questions."""

from __future__ import annotations

from dataclasses import dataclass

from flows.answers import price
from flows.facts import House
from flows.outcomes import NeedsPerson, TurnDown
from flows.questions import Choice
from flows.roads import FIXED, Road, road_for
from flows.rules.coach import read_wish
from flows.steps import Say, Steps, ask, say, think
from flows.words import Word
from prompts.catalog import READ_WISH
from prompts.knowledge import job_codes
from prompts.results import Route, WishReading

MOST_QUESTIONS = 3

HARD = frozenset(
    {
        Route.DISTRESS,
        Route.PRIVACY,
        Route.ILLEGAL,
        Route.LICENSED,
        Route.WORKER,
        Route.BIASED,
        Route.UNPAID,
        Route.ANONYMOUS,
    }
)
TURNED_DOWN = frozenset({Route.ILLEGAL, Route.WORKER, Route.PRIVACY})


@dataclass(frozen=True)
class Heard:
    """A wish we can work on: the owner's words, the work it is, and a piece of it to quote."""

    wish: str
    code: str
    quote: str


def steer(wish: str, house: House) -> Steps[Heard | TurnDown | NeedsPerson]:
    """Lead a wish to a work code, or to a person."""
    reading = yield from understand("reading", wish)
    for n in range(1, MOST_QUESTIONS + 1):
        if reading.also_price or reading.route is Route.PRICE:
            for message in price(house):
                yield Say(message)
        if reading.route in TURNED_DOWN:
            return TurnDown(reading.route.value, reading.kind, wish)
        if reading.route is Route.DISTRESS:
            return NeedsPerson("distress", wish)
        if reading.route in (Route.GO, Route.TOO_BIG) and reading.codes:
            if reading.route is Route.TOO_BIG:
                yield from say("いいですね。まず小さく一つから始めましょう。")
            return Heard(wish, reading.codes[0], reading.quote)
        road = road_for(reading)
        led, is_way = yield from follow(f"road.{n}", road, reading)
        if is_way and led == "!":
            return NeedsPerson("unsure", wish)
        if is_way:
            return Heard(wish, led.removeprefix("="), reading.quote)
        wish = led
        reading = yield from understand(f"reading.{n}", led)
        if not reading.codes and road.otherwise:
            return Heard(led, road.otherwise, reading.quote)
    return NeedsPerson("unsure", wish)


def follow(key: str, road: Road, given: object) -> Steps[tuple[str, bool]]:
    """Walk along a road. Give back a way (``=code``, or ``!`` for a person) and True, or the owner's words and False."""
    for turn in range(1, MOST_QUESTIONS + 1):
        if road.says:
            yield from say(road.says)
        asked = Choice(road.asks, choices=road.choices, or_words=True, words=(Word.PERSON,))
        led = yield from ask(f"{key}.{turn}", asked, given=given)
        if led not in {option.value for option in road.choices}:
            return led, False  # his words, whatever they look like, choose no way
        if led == ">rest":
            return "!", True
        if not led.startswith(">"):
            return led, True
        road = FIXED[led[1:]]
    return "!", True


def understand(key: str, words: str) -> Steps[WishReading]:
    """Read a wish, by the model where there is one; the rules keep the last word on the hard roads."""
    thought = yield from think(key, READ_WISH, given=words, rules=read_wish)
    return safest(words, thought)


def safest(words: str, thought: WishReading) -> WishReading:
    """Keep a model's reading only where it cannot do harm: known codes, a true quote, no softened hard road."""
    by_rules = read_wish(words)
    known = [code for code in thought.codes if code in job_codes()]
    if by_rules.route in HARD or (thought.route is Route.GO and not known):
        return by_rules
    quote = thought.quote if thought.quote and thought.quote in words else by_rules.quote
    return thought.model_copy(update={"codes": known[:3], "quote": quote})
