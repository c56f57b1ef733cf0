"""Matching: a first, simple order of applicants, each point a fact that can be said in plain words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flows.facts import Draft, Profile
from prompts.knowledge import job_codes

MOST_NOUNS = 2  # that count, and are named
NO_FIELD = frozenset(["毎日", "毎週", "毎月", "毎年", "最初", "自分", "会社", "仕事", "経験"])
_NOUN = re.compile(r"[一-鿿々]{2,}|[ァ-ヶー]{3,}")


@dataclass(frozen=True)
class Fit:
    """How well somebody fits, and why; reasons are facts of the profile."""

    points: int
    reasons: tuple[str, ...]


def fit(draft: Draft, profile: Profile, address: str) -> Fit:
    """Count what speaks for somebody. Never sex, age, family or origin."""
    nouns = shared_nouns(draft, profile)[:MOST_NOUNS]
    known = "".join(f"「{word}」" for word in nouns)
    found = [(4 * len(nouns), f"{known}にかかわる仕事をしてきた方です")] if nouns else []
    if profile.hours >= draft.hours:
        found.append((3, f"月{profile.hours}時間とれます"))
    if profile.pay <= draft.pay:
        found.append((3, "ご予算に収まります"))
    if place := shared_place(profile.ties, address):
        found.append((2, f"{place}にゆかりがあります"))
    if profile.insurance == "YES":
        found.append((1, "保険に入っています"))
    return Fit(sum(points for points, _ in found), tuple(reason for _, reason in found))


def shared_nouns(draft: Draft, profile: Profile) -> list[str]:
    """Return nouns that the posting, or its kind of work, has in common with the profile."""
    code = job_codes()[draft.code]
    wanted = " ".join(
        (draft.title, draft.goal, *draft.tasks, draft.words, code.name, code.plain, *code.owner_says)
    )
    own = f"{profile.headline} {profile.by_hand} {profile.skills}"
    return [noun for noun in dict.fromkeys(_NOUN.findall(own)) if noun in wanted and noun not in NO_FIELD]


def shared_place(ties: str, address: str) -> str:
    """Return the prefecture or town that both name."""
    places = re.findall(r"[一-鿿]{2,3}(?=[都道府県市町村])|北海道", address)
    return next((place for place in places if place in ties), "")
