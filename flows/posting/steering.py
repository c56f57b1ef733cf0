"""Steering: from any words to work that fits three months, in at most three questions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from flows.beside.answers import price
from flows.facts import House
from flows.outcomes import NeedsPerson, TurnDown
from flows.posting.roads import FIXED, Road, road_for
from flows.questions import Choice
from flows.quick import quick
from flows.rules.coach.coach import quote, read_wish
from flows.rules.coach.codes import guesses
from flows.rules.coach.extras import is_extra
from flows.rules.coach.trust import HARD, NO_WISH, is_ours, is_work, names_work, safest
from flows.rules.japanese.folding import sentences
from flows.rules.japanese.reading import is_dont_know
from flows.steps import Say, Steps, ask, say, think
from flows.words import Word
from prompts.catalog import READ_WISH
from prompts.results import Route, WishReading

__all__ = ["Heard", "safest", "steer"]

MOST_QUESTIONS, MOST_ROADS = 3, 5

TURNED_DOWN = frozenset({Route.ILLEGAL, Route.WORKER, Route.PRIVACY})


@quick
@dataclass(frozen=True)
class Heard:
    """A wish we can work on: the owner's words, the work it is, and a piece of it to quote.

    ``is_shown`` is false where the words are no wish of this work: the weather, or what had to be turned down.
    """

    wish: str
    code: str
    quote: str
    is_shown: bool = True


def steer(wish: str, house: House, otherwise: str = "") -> Steps[Heard | TurnDown | NeedsPerson]:
    """Lead a wish to a work code, or to a person, in at most three questions; ``otherwise`` is what we had offered."""
    reading = yield from understand("reading", wish)
    is_other = reading.route is Route.GO and names_work(wish)
    is_offered = reading.route in (Route.GO, Route.VAGUE, Route.TOO_BIG) and not is_other
    if otherwise and is_offered and not is_dont_know(wish):
        if reading.route is not Route.GO and is_work(wish, reading):
            otherwise = reading.codes[0]
        return Heard(wish, otherwise, reading.quote)
    kept, words, asked = wish, wish, 0
    for n in range(1, MOST_ROADS + 1):
        if reading.also_price or reading.route is Route.PRICE:
            for message in price(house):
                yield Say(message)
        if reading.route in TURNED_DOWN:
            return TurnDown(reading.route.value, reading.kind, words)
        if reading.route is Route.DISTRESS:
            return NeedsPerson("distress", words)
        if is_work(words, reading) and not is_between(words, reading):
            if reading.route is Route.TOO_BIG:
                yield from say("いいですね。まず小さく一つから始めましょう。")
            return Heard(kept, reading.codes[0], quote_about(words, reading))
        is_lost = n > 1 and is_dont_know(words)  # the same question again would be no help
        road = FIXED["nothing"] if is_lost else road_for(reading)
        is_rule = reading.route in HARD  # a rule that is explained is no question about his wish
        way = "which" if is_between(words, reading) else "road"
        walk = yield from follow(f"{way}.{n}", road, reading, MOST_QUESTIONS - (0 if is_rule else asked))
        if walk.way == "!":
            return NeedsPerson("unsure", kept)
        if walk.way:
            is_shown = reading.route not in HARD | NO_WISH
            is_quoted = n > 1 and way == "road"
            return Heard(kept, walk.way.removeprefix("="), reading.quote if is_quoted else "", is_shown)
        is_new = reading.route in HARD | NO_WISH
        words, asked = walk.words, asked + (0 if is_rule else walk.asked)
        kept = words if is_new else f"{kept}\n{words}"
        reading = yield from understand(f"reading.{n}", words)
        if not reading.codes and reading.route not in HARD and walk.otherwise:
            return Heard(kept, walk.otherwise, reading.quote)
        if asked >= MOST_QUESTIONS and not is_work(words, reading):
            break
    if reading.route in TURNED_DOWN:
        return TurnDown(reading.route.value, reading.kind, words)
    if is_work(words, reading):
        return Heard(kept, reading.codes[0], quote_about(words, reading))
    return NeedsPerson("distress" if reading.route is Route.DISTRESS else "unsure", kept)


def is_between(words: str, reading: WishReading) -> bool:
    """Tell whether a wish is plain work, and neither the reading nor the rules are sure of which kind."""
    is_unsure = reading.route is Route.GO and not reading.sure and len(reading.codes) > 1
    return is_unsure and not read_wish(words).sure


def quote_about(words: str, reading: WishReading) -> str:
    """Quote of several sentences the one that is about the work: 「請求書づくりが大変」, not 「少し落ち着いた」."""
    piece = _piece_about(words, reading.codes[0]) if reading.codes else ""
    return quote(piece) if piece else reading.quote


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer
def _piece_about(words: str, code: str) -> str:
    """Find the piece that tells of this work more than the first one does; empty when the first does."""
    said = [piece for piece in sentences(words) if piece.strip()]
    pieces = [piece for piece in said if not is_extra(piece.strip("。 、\n"))]
    if len(pieces) == 1 < len(said):
        return pieces[0]  # the others tell who goes along, or what can be paid
    if len(pieces) == 1:
        pieces = [piece for piece in re.split("(?<=、)", words.strip()) if piece.strip("、 ")]
    if len(pieces) < 2:
        return ""

    def weight(piece: str) -> float:
        return next((guess.share for guess in guesses(piece) if guess.code == code), 0.0)

    best = max(pieces[:5], key=weight)
    return best if weight(best) > weight(pieces[0]) else ""


@dataclass(frozen=True)
class Walk:
    """Where a road led: a way (``=code``, or ``!`` for a person), or the owner's words."""

    way: str
    words: str
    asked: int
    otherwise: str = ""


def follow(key: str, road: Road, given: object, most: int) -> Steps[Walk]:
    """Walk along a road, from button to button, until it ends or he says something of his own."""
    for turn in range(1, most + 1):
        if road.says:
            yield from say(road.says)
        asked = Choice(
            road.asks,
            choices=road.choices,
            or_words=True,
            words=(Word.PERSON,),
            label="お話の続き",
            is_free=True,
        )
        led = yield from ask(f"{key}.{turn}", asked, given=given)
        if led not in {option.value for option in road.choices}:
            if road.urgent and re.search(road.urgent, led):
                return Walk("!", led, turn)
            return Walk("", led, turn, road.otherwise)  # his words, whatever they look like, choose no way
        if led == ">rest":
            return Walk("!", "", turn)
        if not led.startswith(">"):
            return Walk(led, "", turn)
        road = FIXED[led[1:]]
    return Walk("!", "", most)


def understand(key: str, words: str) -> Steps[WishReading]:
    """Read a wish, by the model where there is one; the rules keep the last word on the hard roads."""
    thought = yield from think(key, READ_WISH, given=words, rules=read_wish, is_ours=is_ours(words))
    return safest(words, thought)
