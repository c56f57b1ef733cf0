"""Wishes: each is said by an owner of his own to the real bot; what came back is held against what was right."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bot.evaluating.baseline import baseline_top3
from bot.evaluating.roads import reaction
from bot.evaluating.sets import Wish
from bot.evaluating.stage import Progress, Stage
from flows.messages import Message
from flows.posting.steering import safest
from flows.rules.coach.plain import jargon
from prompts.results import WishReading

QUOTED = re.compile(r"「[^」]*」")  # his own words may be any words
TOP = 3


@dataclass(frozen=True)
class Played:
    """A wish, how it was read, where the talk went, and the bot's first reply."""

    wish: Wish
    codes: tuple[str, ...]
    routes: tuple[str, ...]
    reply: str
    buttons: tuple[str, ...]
    ms: float

    @property
    def is_on_road(self) -> bool:
        return bool(set(self.routes) & set(self.wish.route))

    def has_code(self, most: int) -> bool:
        return bool(set(self.codes[:most]) & set(self.wish.codes))

    @property
    def is_miss(self) -> bool:
        return not self.is_on_road or bool(self.wish.codes and not self.has_code(TOP))

    @property
    def jargon(self) -> int:
        """Count words that no owner should have to look up, in what the bot says by itself."""
        said = (QUOTED.sub("", self.reply), *(QUOTED.sub("", label) for label in self.buttons))
        return sum(len(jargon(text)) for text in said)


def play_wishes(stage: Stage, wishes: Sequence[Wish], progress: Progress = lambda _: None) -> list[Played]:
    """Let every owner add us, agree and say his wish; a model thinks of many at once."""
    owners = [f"U{wish.id}" for wish in wishes]
    stage.welcome(owners)
    for owner, wish in zip(owners, wishes, strict=True):
        stage.send(owner, wish.text)
        progress(1)
    said = stage.listen()
    while stage.think():
        for owner, more in stage.listen().items():
            said[owner] += more
    return [_played(stage, owner, wish, said[owner]) for owner, wish in zip(owners, wishes, strict=True)]


def _played(stage: Stage, owner: str, wish: Wish, said: list[Message]) -> Played:
    value = stage.entry(owner, "reading")
    read = safest(wish.text, WishReading.model_validate(value)) if value else None
    return Played(
        wish,
        tuple(read.codes) if read else (),
        reaction(
            stage.asked(owner),
            read.route if read else None,
            bool(read and read.codes),
            said,
            stage.rules.house,
        ),
        "\n".join(message.as_text() for message in said),
        tuple(button.label for message in said for button in message.buttons),
        stage.took[owner] * 1_000,
    )


def report(played: Sequence[Played]) -> dict[str, Any]:
    """Say how good it is; shares are over wishes with codes, resp. over all."""
    codable = [each for each in played if each.wish.codes]
    letters = sum(len(each.reply) for each in played)
    return {
        "n": len(played),
        "top1": _share([each.has_code(1) for each in codable]),
        "top3": _share([each.has_code(TOP) for each in codable]),
        "route": _share([each.is_on_road for each in played]),
        "jargon_per_1000": round(1_000 * sum(each.jargon for each in played) / letters, 3)
        if letters
        else 0.0,
        "first_reply_chars_max": max((len(each.reply) for each in played), default=0),
        "median_ms": round(median(each.ms for each in played), 2) if played else 0.0,
        "baseline_top3": round(baseline_top3([(each.wish.text, each.wish.codes) for each in codable]), 4),
        "missed_routes": missed_routes(played),
        "replies": {each.wish.id: each.reply for each in played},
    }


def missed_routes(played: Sequence[Played]) -> dict[str, int]:
    """Count the wishes that took a wrong road, by the road that was right."""
    wrong = [each.wish.route[0] for each in played if not each.is_on_road]
    return {name: wrong.count(name) for name in sorted(set(wrong))}


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 0.0


def told(each: Played) -> list[str]:
    """Say a miss: what was right, what came, and the words of both."""
    lines = [f"{each.wish.id} {each.wish.industry} 「{short(each.wish.text, 60)}」"]
    if not each.is_on_road:
        lines.append(f"   行き先：{'/'.join(each.wish.route)} のはずが {'/'.join(each.routes)}")
    if each.wish.codes and not each.has_code(TOP):
        lines.append(f"   分類：{' '.join(each.wish.codes)} のはずが {' '.join(each.codes) or 'なし'}")
    return [*lines, f"   返事：{short(each.reply, 80)}"]


def short(text: str, most: int) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= most else f"{flat[: most - 1]}…"
