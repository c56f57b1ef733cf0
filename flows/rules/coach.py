"""The coach that needs no model: reads an owner's wish by rules, and says so when it is unsure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from flows.rules.beside import is_foreign
from flows.rules.codes import KEPT, SURE, Guess, guesses
from flows.rules.japanese import is_blank, sentences
from flows.rules.routes import Match, hard_road, says, soft_roads
from flows.rules.sensitive import Sensitive, drop_sentences, sensitive
from prompts.results import Route, WishReading

__all__ = ["Sensitive", "drop_sentences", "quote", "read_wish", "sensitive"]

QUOTE = 24
LONGEST_END = 40  # letters; no sentence trails off for longer
NEIGHBOUR_FIRST = {Route.DISTRESS, Route.HIRE_OR_EASE, Route.ILLEGAL, Route.LICENSED, Route.MIGRATION}
TOOLS = {"IT-01", "IT-02", "IT-03", "HR-05"}  # a tool, or being busy, is no work by itself


@lru_cache(maxsize=256)  # every replay of a talk reads its wish again; the reading is never changed in place
def read_wish(text: str) -> WishReading:
    """Read a wish: hard roads first, then soft ones, then plain work; unsure is VAGUE, never the nearest guess."""
    if is_blank(text) or says(text, "挨拶"):
        return WishReading(route=Route.EMPTY, codes=[], sure=True, quote="")
    if is_foreign(text):
        return WishReading(route=Route.VAGUE, codes=[], sure=False, quote="")
    found = past_tools(led(text, guesses(text)))
    also_price = says(text, "値段は") and not says(text, "値段でない")
    if road := hard_road(text):
        return _reading(text, road.route, _beside(road, _codes(found)), True, also_price, road.kind)
    route, codes, is_sure = _soft(text, found, also_price)
    return _reading(text, route, codes, is_sure, also_price and route is not Route.PRICE)


def _soft(text: str, found: tuple[Guess, ...], is_price: bool) -> tuple[Route, list[str], bool]:
    codes = _codes(found)
    is_told = any(guess.by_words >= SURE and guess.code not in TOOLS for guess in found)
    for road in soft_roads(text):
        if not (road.yields and is_told):
            return road.route, _beside(road, codes), True
    if found and found[0].weight >= SURE:
        return Route.GO, codes, True
    if is_price:
        return Route.PRICE, [], True
    if says(text, "よそ事") and not codes:
        return Route.OFF_TOPIC, [], True
    return Route.VAGUE, codes, False


def _codes(found: tuple[Guess, ...]) -> list[str]:
    return [guess.code for guess in found[:3] if guess.weight >= found[0].weight * KEPT]


def _beside(road: Match, codes: list[str]) -> list[str]:
    """Name the work that lies beside a road; a refusal names the lawful neighbour first."""
    ours, theirs = (road.codes, codes) if road.route in NEIGHBOUR_FIRST else (codes, road.codes)
    return list(dict.fromkeys([*ours, *theirs]))[:3]


def _reading(
    text: str, route: Route, codes: list[str], sure: bool, also_price: bool, kind: str = ""
) -> WishReading:
    return WishReading(
        route=route, codes=codes, sure=sure, quote=quote(text), also_price=also_price, kind=kind
    )


WANTED = re.compile(r"^(.{4,}?たい(?:の|ん)?(?:だ|や|じゃ|です)?(?:けど|けれど|けれども|が|のに))[、,\s]")


def led(text: str, found: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Put first the work he wants to do, before what is in its way: 「ネットで売ってみたいけど、若いもんがおらん」."""
    said = WANTED.match(text)
    wanted = guesses(said[1])[:1] if said else ()
    if not wanted or wanted[0].weight < SURE:
        return found
    return tuple(sorted(found, key=lambda guess: guess.code != wanted[0].code))


def past_tools(found: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Put the work before the tool he would like for it: of 「AIで海外に売りたい」 the selling."""
    if not any(guess.by_words >= SURE and guess.code not in TOOLS for guess in found):
        return found
    return tuple(sorted(found, key=lambda guess: guess.code in TOOLS))


ENDS = re.compile(
    r"(?:んです(?:けど|が)|(?:な|なの)?ん(?:だ|や|じゃ)(?:けど|が)|の(?:だ|です)(?:けど|が)|(?:です"
    r"|だ|や|じゃ)?(?:けど|けれど|けれども)"
    r"|(?<!ん)(?<!ない)(?:かな[あぁ]?|かのう?)|のじゃ|のう|なあ|ねえ|[、。！？!?\s]|ですが)+$"
)


LEADING = re.compile(
    r"^(.{6,}?(?:けど|けれど|けれども|ですが))、.*$", re.DOTALL
)  # what matters is said first


def quote(text: str) -> str:
    """Cut a piece of at most 24 characters from the owner's words; what is inside stays as it was typed."""
    pieces = [piece.strip() for piece in sentences(text) if not is_blank(piece)]
    pieces = [LEADING.sub(r"\1", piece) for piece in pieces]
    for cut in (_bare(piece) for piece in pieces[:3]):
        if 2 <= len(cut) <= QUOTE:
            return cut
    first = pieces[0] if pieces else ""
    for part in re.split(r"[、，,\s]|(?<=けど)|(?<=ので)|(?<=から)|(?<=けん)", first):
        cut = _bare(part.strip())
        if 4 <= len(cut) <= QUOTE:
            return cut
    return _prefix(_bare(first))


def _bare(piece: str) -> str:
    """Take the ending off; it is looked for near the end only, or a run of commas would take seconds."""
    return piece[:-LONGEST_END] + ENDS.sub("", piece[-LONGEST_END:])


def _prefix(text: str) -> str:
    """Cut after a particle, so that the quote does not break a word; never inside a combined character."""
    if len(text) <= QUOTE:
        return text
    head = text[:QUOTE]
    ends = [hit.end() for hit in re.finditer(r"[をがはにでともへの](?=[一-鿿ァ-ヶA-Za-z0-9])", head)]
    head = head[: ends[-1]] if ends and ends[-1] >= 8 else head
    while head and len(text) > len(head) and unicodedata.combining(text[len(head)]):
        head = head[:-1]
    return head
