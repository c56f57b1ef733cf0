"""Starts: how a match of an expression must begin, so that most expressions need not be tried on a text at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property, lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

SIZE = 2  # letters of a start
MOST = 600  # starts; an expression with more of them is always tried
COUNT = re.compile(r"(?:([?*+])|\{(\d*)(?:,\d*)?\})[?+]?")
NOTHING = re.compile(r"[$^]|\(\?(?:=|!|<=|<!)")  # takes no letter
RANGE = re.compile("(.)-(.)", re.DOTALL)
INNER = re.compile(r"\((?:\?:|\?P<\w+>)?(?!\?)")
ANYTHING = ".\\("  # what begins so may be many letters

Starts = frozenset[str]


@lru_cache(maxsize=16)
def places(text: str) -> dict[str, list[int]]:
    """Tell where each letter of a text stands, and each two that stand together: any start in it is one of them."""
    found: dict[str, list[int]] = {}
    for at, letter in enumerate(text):
        found.setdefault(letter, []).append(at)
        if len(pair := text[at : at + SIZE]) == SIZE:
            found.setdefault(pair, []).append(at)
    return found


class Shape:
    """An expression that is compiled, and tried on a text, only where one of its starts stands in that text."""

    def __init__(self, pattern: str) -> None:
        self.pattern, self.starts = pattern, starts(pattern)

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.pattern)

    def may_be_in(self, text: str) -> bool:
        return self.starts is None or not self.starts.isdisjoint(places(text))

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Tell where all matches stand that do not overlap, in order, as ``finditer`` finds them."""
        known = places(text)
        return self.spans_at(
            text, [known[start] for start in (self.starts or frozenset()).intersection(known)]
        )

    def spans_at(self, text: str, spots: list[list[int]]) -> list[tuple[int, int]]:
        """Tell the same, where it is known at which spots of the text any start of this stands."""
        if self.starts is None:
            return [hit.span() for hit in self._compiled.finditer(text)]
        found, end, match = list[tuple[int, int]](), 0, self._compiled.match
        for at in spots[0] if len(spots) == 1 else sorted({at for spot in spots for at in spot}):
            if at >= end and (hit := match(text, at)):
                end = hit.end()
                found.append((at, end))
        return found


class Index(Generic[T]):
    """Things by the starts of their first shape: of hundreds a text has some twenty to be looked at."""

    def __init__(self, shapes: Mapping[T, Shape]) -> None:
        found = defaultdict[str, list[tuple[int, T]]](list)
        for number, (thing, shape) in enumerate(shapes.items()):
            for start in shape.starts or ("",):
                found[start].append((number, thing))
        self._always = found.pop("", [])
        self._by_start = dict(found)

    def near(self, text: str) -> dict[T, list[list[int]]]:
        """Return what may stand in a text, in the order in which it was given, with the spots where it may begin."""
        known = self._by_start
        found: dict[int, tuple[T, list[list[int]]]] = {number: (thing, []) for number, thing in self._always}
        here = places(text)
        for start in known.keys() & here.keys():
            for number, thing in known[start]:
                if number in found:
                    found[number][1].append(here[start])
                else:
                    found[number] = (thing, [here[start]])
        return dict(found[number] for number in sorted(found))


def starts(pattern: str) -> Starts | None:
    """Return one or two letters for each way in which a match can begin; None where it can begin with anything.

    A start of one letter may go on with anything. Only what the house's own files use is told apart; what is
    stranger is None, and such an expression is simply tried.
    """
    found = _of_alternatives(pattern)
    heads = {head.rstrip("\0") for head in found}
    return None if "" in heads or len(heads) > MOST else frozenset(heads)


# While a start is made, a "\0" at its end says that nothing is known of what follows.


def _of_alternatives(pattern: str) -> set[str]:
    return {head for piece in _alternatives(pattern) for head in _of_sequence(piece)}


def _of_sequence(piece: str) -> set[str]:
    heads = {""}
    for atom, may_miss in _atoms(piece):
        if all(_is_full(head) for head in heads) or len(heads) > MOST:
            break
        nexts = _of_atom(atom) | ({""} if may_miss else set())
        heads = {_cut(head + more) if not _is_full(head) else head for head in heads for more in nexts}
    return heads


def _of_atom(atom: str) -> set[str]:
    if inner := INNER.match(atom):
        return _of_alternatives(atom[inner.end() : -1])
    if atom[0] == "[":
        return _of_class(atom[1:-1])
    if atom[0] == "\\" and not atom[1].isalnum():
        return {atom[1]}
    return {"\0"} if atom[0] in ANYTHING else {atom}


def _of_class(letters: str) -> set[str]:
    """Give the letters of a class; ranges are written out."""
    if letters[0] == "^" or "\\" in letters:
        return {"\0"}
    ranges = RANGE.findall(letters)
    between = {chr(code) for first, last in ranges for code in range(ord(first), ord(last) + 1)}
    return set(RANGE.sub("", letters)) | between if len(between) <= MOST else {"\0"}


def _is_full(head: str) -> bool:
    return len(head) >= SIZE or head.endswith("\0")


def _cut(head: str) -> str:
    return head[:SIZE] if "\0" not in head[:SIZE] else head[: head.index("\0") + 1]


def _atoms(piece: str) -> Iterator[tuple[str, bool]]:
    """Give each letter, class or group of a sequence, and whether it may be missing; repeats end what is known."""
    at = 0
    while at < len(piece):
        end = _end_of(piece, at)
        atom, count = piece[at:end], COUNT.match(piece, end)
        at = count.end() if count else end
        if NOTHING.match(atom):
            continue
        least = 1 if count is None or count[1] == "+" else int(count[2] or 0) if count[1] is None else 0
        yield atom, least == 0
        if count is not None and count[1] != "?":
            yield ".", False


def _end_of(piece: str, at: int) -> int:
    """Return where the letter, class or group that begins here ends."""
    if piece[at] == "\\":
        return at + 2
    if piece[at] == "[":
        return piece.index("]", at + 2) + 1
    if piece[at] != "(":
        return at + 1
    depth, here = 1, at + 1
    while depth:
        if piece[here] in "([\\":
            here, depth = (here + 1, depth + 1) if piece[here] == "(" else (_end_of(piece, here), depth)
            continue
        depth -= piece[here] == ")"
        here += 1
    return here


def _alternatives(pattern: str) -> Iterator[str]:
    at = begun = 0
    while at < len(pattern):
        if pattern[at] == "|":
            yield pattern[begun:at]
            begun = at = at + 1
        else:
            at = _end_of(pattern, at)
    yield pattern[begun:]
