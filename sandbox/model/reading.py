"""Reading: what a model without a mind can take from the text it was given."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

SENTENCE_END = re.compile(r"(?<=[。！？!?])|\n+")
CLAUSE_END = re.compile(r"[、,，;；]")
LABEL = re.compile(r"^[-*・\s]*[^\s:：「」]{1,16}[:：]\s*")
TAG = re.compile(r"</?[A-Za-z][\w-]*[^<>]*>")
FENCE = re.compile(r"```\w*")
NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s*(万)?")


@dataclass(frozen=True)
class Prompt:
    """One request as read: what the party wrote, apart from what the instructions say.

    ``given`` is the JSON object it was wrapped in, ``again`` what was said about an earlier answer.
    """

    instructions: str
    text: str
    given: Mapping[str, Any] = field(default_factory=dict)
    again: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[str, ...]:
        return split(self.text) or split(self.instructions) or ("はい",)


def prompt_from(instructions: str, words: list[str]) -> Prompt:
    """Read what one side wrote: a JSON object and what came after it, or plain messages."""
    try:
        given = json.loads(words[0]) if words else None
    except ValueError:
        given = None
    if isinstance(given, dict) and given:
        return Prompt(instructions, "\n".join(leaves(given)), given, tuple(words[1:]))
    return Prompt(instructions, "\n".join(filter(None, words)))


def split(text: str) -> tuple[str, ...]:
    """Cut a text into its sentences, without labels, tags and repetition."""
    plain = FENCE.sub("", TAG.sub("\n", as_prose(text)))
    parts = (LABEL.sub("", part).strip(" 　-*・#") for part in SENTENCE_END.split(plain))
    return tuple(dict.fromkeys(part for part in parts if part))


def as_prose(text: str) -> str:
    """Give the strings of a JSON text as lines, and any other text as it is."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return "\n".join(leaves(value)) if isinstance(value, dict | list) else text


def leaves(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def clauses(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Cut sentences into clauses long enough to stand alone."""
    parts = (part.strip(" 　。！？!?") for sentence in sentences for part in CLAUSE_END.split(sentence))
    return tuple(dict.fromkeys(part for part in parts if len(part) >= 4)) or sentences


def likeness(about: str, text: str) -> float:
    """Count the character pairs that two texts share; a pair with kanji or katakana says more than kana."""
    return sum(weight(pair) for pair in pairs(about) & pairs(text))


def pairs(text: str) -> set[str]:
    folded = re.sub(r"[\s、。！？!?「」『』()（）:：・]+", " ", unicodedata.normalize("NFKC", text).lower())
    return {folded[n : n + 2] for n in range(len(folded) - 1) if " " not in folded[n : n + 2]}


def weight(pair: str) -> float:
    if all("ぁ" <= character <= "ん" for character in pair):
        return 0.2
    return 1.0 if pair.isascii() else 2.0


def shorten(text: str, most: int) -> str:
    """Cut a text to ``most`` characters, at a comma if one is near."""
    if len(text) <= most:
        return text
    head = text[: max(most - 1, 1)]
    comma = max(head.rfind("、"), head.rfind(" "))
    return (head[:comma] if comma >= most // 2 else head) + "…"


def numbers(text: str) -> list[tuple[float, str]]:
    """Find each number with the few characters around it, 万 counted."""
    plain = unicodedata.normalize("NFKC", text)
    found = []
    for match in NUMBER.finditer(plain):
        value = float(match[1].replace(",", "")) * (10_000 if match[2] else 1)
        found.append((value, plain[max(match.start() - 6, 0) : match.end() + 4]))
    return found
