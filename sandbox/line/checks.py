"""Checks: small rules, each saying what is wrong with one value and where; bigger rules are built of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import regex

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    message: str
    path: Path


Check = Callable[[Any, Path], Iterable[Problem]]


def units(text: str) -> int:
    """Count UTF-16 code units: LINE's usual way (messaging-api/text-character-count)."""
    return len(text) + sum(character > "\uffff" for character in text)


def graphemes(text: str) -> int:
    """Count what a reader calls characters: LINE's way for labels, titles and what buttons say."""
    return len(regex.findall(r"\X", text))


def is_longer(text: str, most: int, count: Callable[[str], int]) -> bool:
    """Count only where the answer is not plain: a code point is at most 2 units and never 2 graphemes."""
    surely_fits = len(text) <= (most if count is graphemes else most // 2)
    return not surely_fits and count(text) > most


def text(most: int, count: Callable[[str], int] = units, may_be_empty: bool = False) -> Check:
    def check(value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, str):
            yield Problem("must be string", path)
        elif not value and not may_be_empty:
            yield Problem("must be non-empty text", path)
        elif is_longer(value, most, count):
            yield Problem(f"size must be between 0 and {most}", path)

    return check


def uri(schemes: Collection[str], most: int) -> Check:
    def check(value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, str) or not value:
            yield Problem("must be specified", path)
        elif units(value) > most:
            yield Problem(f"size must be between 0 and {most}", path)
        elif value.split(":", 1)[0].lower() not in schemes:
            yield Problem("invalid uri scheme", path)
        elif not _is_uri(value):
            yield Problem("invalid uri", path)

    return check


def _is_uri(value: str) -> bool:
    if not value.isascii() or re.search(r'[\s<>"{}|\\^`]', value):  # non-ASCII must be percent-encoded UTF-8
        return False
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.netloc) if parts.scheme in ("http", "https") else bool(parts.path or parts.netloc)


https = uri(("https",), 2000)


def matching(pattern: str) -> Check:
    compiled = re.compile(pattern)

    def check(value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, str) or not compiled.fullmatch(value):
            yield Problem("invalid property", path)

    return check


def one_of(*values: str) -> Check:
    return matching("|".join(map(re.escape, values)))


def whole(least: int = 0, most: int = 2**31 - 1) -> Check:
    def check(value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, int) or isinstance(value, bool):
            yield Problem("must be integer", path)
        elif not least <= value <= most:
            yield Problem(f"must be between {least} and {most}", path)

    return check


def number(least: float, most: float) -> Check:
    def check(value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, int | float) or isinstance(value, bool) or not least <= value <= most:
            yield Problem("invalid property", path)

    return check


def flag(value: Any, path: Path) -> Iterator[Problem]:
    if not isinstance(value, bool):
        yield Problem("must be boolean", path)


def anything(value: Any, path: Path) -> Iterator[Problem]:
    yield from ()


def many(item: Check, most: int, least: int = 1) -> Check:
    def check(value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, list):
            yield Problem("must be array", path)
            return
        if not least <= len(value) <= most:
            yield Problem(f"size must be between {least} and {most}", path)
        for place, each in enumerate(value):
            yield from item(each, (*path, place))

    return check


def fields(rules: Mapping[str, Check], required: Collection[str] = (), is_strict: bool = False) -> Check:
    """Check an object field by field; null counts as absent; unknown fields matter only to the strict."""

    def check(value: Any, path: Path) -> Iterator[Problem]:
        if not isinstance(value, dict):
            yield Problem("must be object", path)
            return
        for name in required:
            if value.get(name) is None:
                yield Problem("must be specified", (*path, name))
        for name, each in value.items():
            if name in rules:
                yield from rules[name](each, (*path, name)) if each is not None else ()
            elif is_strict:
                yield Problem("unknown field", (*path, name))

    return check


def variants(kinds: Mapping[str, Check]) -> Check:
    """Check an object by the rule for its ``type``."""

    def check(value: Any, path: Path) -> Iterator[Problem]:
        kind = value.get("type") if isinstance(value, dict) else None
        if kind is None:
            yield Problem("must be specified", (*path, "type"))
        elif not isinstance(kind, str) or kind not in kinds:
            yield Problem("invalid property", (*path, "type"))
        else:
            yield from kinds[kind](value, path)

    return check


def every(*checks: Check) -> Check:
    """Check one thing after another; each may trust what those before it were satisfied with."""

    def check(value: Any, path: Path) -> Iterator[Problem]:
        for each in checks:
            problems = list(each(value, path))
            yield from problems
            if problems:
                return

    return check
