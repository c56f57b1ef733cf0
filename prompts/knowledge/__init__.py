"""What the house knows: work codes, plain words, the texts of the method, the roads that are not ours."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from prompts.knowledge.models import (
    Aim,
    Books,
    Case,
    Cases,
    Group,
    JobCode,
    Kin,
    Measure,
    Option,
    PlainWords,
    Roads,
    Senses,
    Stuck,
    Trade,
    Trades,
    Verbatim,
    Voice,
    Win,
    Withholding,
    Words,
)
from prompts.knowledge.weights import Weights, unpack

__all__ = [
    "Aim",
    "Case",
    "Group",
    "JobCode",
    "KnowledgeError",
    "Measure",
    "Option",
    "Stuck",
    "Trade",
    "Verbatim",
    "Win",
    "Withholding",
    "cases",
    "groups",
    "job_codes",
    "kin",
    "kinds",
    "plain_words",
    "routes",
    "talent_weights",
    "trades",
    "verbatim",
    "voice",
    "words",
]

M = TypeVar("M", Books, Cases, Kin, PlainWords, Roads, Senses, Trades, Verbatim, Voice, Words)


class KnowledgeError(Exception):
    """A file of knowledge does not hold what it must; the message says where."""


def read(name: str, shape: type[M]) -> M:
    """Read one file and check it; every fault is named with its place."""
    try:
        data: Any = yaml.load(files(__name__).joinpath(name).read_text(encoding="utf-8"), _LOADER)
        return shape.model_validate(data)
    except yaml.YAMLError as why:
        raise KnowledgeError(f"{name}: {why}") from why
    except ValidationError as why:
        raise KnowledgeError(f"{name}: {why}") from why


_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C loader is ten times quicker where it exists


@cache
def groups() -> dict[str, Group]:
    """Return the groups of work codes by id, in the order of the file."""
    return {group.id: group for group in read("job_codes.yaml", Books).groups}


@cache
def job_codes() -> dict[str, JobCode]:
    """Return every work code by its id (``EC-01``)."""
    return {code.code: code for group in groups().values() for code in group.codes}


@cache
def kin() -> frozenset[frozenset[str]]:
    """Return the pairs of works so near that who has done one can soon do the other."""
    pairs = [
        (one, other) for one, others in read("kin.yaml", Kin).kin.items() for other in others if one != other
    ]
    if lost := {code for pair in pairs for code in pair} - job_codes().keys():
        raise KnowledgeError(f"kin.yaml: no such code: {sorted(lost)}")
    return frozenset(frozenset(pair) for pair in pairs)


@cache
def cases() -> tuple[Case, ...]:
    """Return what other firms did, as published."""
    return read("cases.yaml", Cases).cases


@cache
def plain_words() -> PlainWords:
    """Return the words not to send to owners, and what to say."""
    return read("plain_words.yaml", PlainWords)


@cache
def senses() -> dict[str, tuple[str, ...]]:
    """Return words by the kind of thing that they mean."""
    return read("senses.yaml", Senses).senses


@cache
def trades() -> dict[str, Trade]:
    """Return what firms do, by id."""
    return {trade.id: trade for trade in read("trades.yaml", Trades).trades}


@cache
def verbatim() -> Verbatim:
    """Return the texts of the method, byte for byte; never normalise them."""
    return read("verbatim.yaml", Verbatim)


@cache
def routes() -> Roads:
    """Return the roads that are not plain work: word sets, and the signs made of them."""
    return read("routes.yaml", Roads)


@cache
def kinds() -> tuple[str, ...]:
    """Name what an unlawful wish may be, and the licences that some work needs."""
    signs = (sign for road in routes().hard for sign in road.signs)
    return tuple(sorted({sign.kind for sign in signs if sign.kind}))


@cache
def voice() -> Voice:
    """Return how owners are spoken to: the same thing said badly and well."""
    return read("voice.yaml", Voice)


@cache
def words() -> Words:
    """Return readings of common words and the nouns a title may use."""
    return read("words.yaml", Words)


@cache
def weights() -> Weights:
    """Return what was learned from the corpus (``make train``); read once, when the first wish comes."""
    return unpack(files(__name__).joinpath("coach.bin").read_bytes())


@cache
def talent_weights() -> Weights:
    """Return what was learned of how professionals describe their work (``make train``)."""
    return unpack(files(__name__).joinpath("talents.bin").read_bytes())
