"""Texts: words cut to what a small screen and LINE's limits hold, never within a character."""

from __future__ import annotations

import re
from collections.abc import Iterator

import regex

from bot.line.limits import MOST_TEXT
from bot.payloads import units
from flows.rules.lint.veiled import unveil

EASY = 500  # characters a bubble should not exceed
NEAR = 40  # how far around a cut its character is looked for
MOST_PIECES = 5  # LINE takes five messages at once

LINE_END = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]")
HALF = re.compile(r"[\ud800-\udfff]")
SENTENCE = re.compile(r"[^。！？!?\n]*[。！？!?\n]+[」』）)”]*\n*|[^。！？!?\n]+")
CLAUSE = re.compile(r"[^、，,\s]*[、，,\s]+|[^、，,\s]+")


def clean(text: str) -> str:
    """Take out what no screen shows: control characters, half characters, marks that turn or hide words."""
    if text.isprintable():
        return unveil(text)
    return HALF.sub("\ufffd", CONTROL.sub("", LINE_END.sub("\n", unveil(text)).replace("\t", " ")))


def shorten(text: str, most: int, ending: str = "…") -> str:
    """Cut to ``most`` UTF-16 units (and so graphemes), the ending included, never within a grapheme."""
    if 2 * len(text) <= most or units(text) <= most:
        return text
    room = most - units(ending)
    end = len(text[:room].encode("utf-16-le", "replace")[: 2 * room].decode("utf-16-le", "ignore"))
    cut = near = max(0, end - NEAR)
    for mark in regex.finditer(r"\X", text[near : end + NEAR]):
        if near + mark.end() > end:
            break
        cut = near + mark.end()
    return text[:cut].rstrip() + ending


def split(text: str) -> tuple[str, ...]:
    """Cut a text at sentence ends into pieces easy to read, all of them short enough for LINE."""
    text = text.strip()
    if 2 * len(text) <= EASY or units(text) <= EASY:
        return (text,) if text else ()
    easy = min(MOST_TEXT, max(EASY, units(text) // (MOST_PIECES - 1)))
    pieces = [""]
    for part in _parts(text):
        if pieces[-1] and units(pieces[-1]) + units(part) > easy:
            pieces.append("")
        pieces[-1] += part
    return tuple(filter(None, (piece.strip() for piece in pieces)))


def _parts(text: str) -> Iterator[str]:
    """Give sentences; where one is too long, its clauses; where such a one is, as much as fits."""
    for sentence in SENTENCE.findall(text):
        if units(sentence) <= EASY:
            yield sentence
            continue
        for clause in CLAUSE.findall(sentence):
            yield from (clause,) if units(clause) <= EASY else _cut(clause)


def _cut(text: str) -> Iterator[str]:
    piece, used = "", 0
    for mark in regex.findall(r"\X", text):
        for unit in (mark,) if units(mark) <= EASY else mark:  # a heap of marks on one letter
            if used + units(unit) > EASY:
                yield piece
                piece, used = "", 0
            piece, used = piece + unit, used + units(unit)
    yield piece
