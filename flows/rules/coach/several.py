"""Several: one ready answer told among others in one message: 「毎週の一覧で、今は月に15時間、8万」."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from flows.rules.coach.drafting import told_number
from flows.rules.coach.extras import CUT, is_extra
from flows.rules.japanese.numerals import normal, numbers
from flows.rules.japanese.reading import read_choice

LONGEST = 200  # letters; a longer text is a talk
LEAST = 4  # letters of a piece that may name a ready answer; a bare number in a row of things is none
LED = re.compile(r"^(?:(?:困っとる|困っている|困ってる)?のは|目標は|3か月後は|まずは?|あと、?)")
GOAL_LED = re.compile(r"^(?:(?:うちの|わしの)?目標は|(?:3|３|三)か月後は)、?")
NOW_LED = re.compile(r"^(?:いま|今)(?:は|で|の所は|のところは)?")
ENDS = re.compile(r"(?:です|だ|や|じゃ|かな|ね|な|かのう)+$")


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer
def label_in(words: str, labels: tuple[str, ...]) -> str:
    """Return the one ready answer in a message of several answers; empty where something else of his own stands there too."""
    pieces = _pieces(words)
    if len(pieces) < 2:
        return ""
    found = [label for piece in pieces if (label := _label(piece, labels))]
    others = [piece for piece in pieces if not _label(piece, labels)]
    return found[0] if len(set(found)) == 1 and all(map(_is_beside, others)) else ""


@lru_cache(maxsize=1_024)
def goal_told(words: str, labels: tuple[str, ...]) -> str:
    """Return the goal somebody named before he was asked: a ready answer, or his own words behind 「目標は」."""
    led = [piece for piece in _pieces(words) if GOAL_LED.match(piece)]
    if len(led) != 1:
        return ""
    said = ENDS.sub("", GOAL_LED.sub("", led[0]))
    return _label(said, labels) or (said if len(said) >= LEAST else "")


@lru_cache(maxsize=1_024)
def now_told(words: str, unit: str) -> str:
    """Return today's number where he said that it is today's: 「いまは15時間」."""
    found = [told_number(piece, unit) for piece in _pieces(words) if NOW_LED.match(piece)]
    return found[0] if len(found) == 1 else ""


def _pieces(words: str) -> list[str]:
    if len(words) > LONGEST:
        return []
    return [piece for piece in (part.strip() for part in CUT.split(words)) if piece]


def _label(piece: str, labels: Sequence[str]) -> str:
    said = LED.sub("", piece)
    at = read_choice(said, labels) if len(said) >= LEAST else None
    return labels[at] if at is not None else ""


def _is_beside(piece: str) -> bool:
    """Tell whether a piece answers another question: a number, who goes along, what can be paid, or another's label."""
    return is_extra(piece) or bool(numbers(normal(piece))) or LED.match(piece) is not None
