"""Rhythm: what the staff should hear of an engagement's last weeks, and how a week's figures are said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

EVERY = 4  # weeks between two words about the same silence
LEAST = 2  # weeks without something before anybody is troubled


@dataclass(frozen=True)
class Week:
    """What the talent promised at one meeting, and how much of it was done, at least in part."""

    promised: int
    done: int


def worries(weeks: Sequence[Week], is_silent: bool = False) -> tuple[str, ...]:
    """Name what the staff should ask about; ``weeks`` are those that were held, oldest first, the last still runs."""
    said = []
    past = weeks[:-1]  # what was promised last is not due yet
    idle = _last_run([week.promised > 0 and week.done == 0 for week in past])
    unsaid = _last_run([week.promised == 0 for week in weeks])
    if _is_told(idle):
        said.append(f"お相手の「今週やること」が、{idle}週続けて進んでいません。様子をうかがってください。")
    if _is_told(unsaid):
        said.append(
            f"お相手の「今週やること」が、{unsaid}週続けて書かれていません。様子をうかがってください。"
        )
    if is_silent and not said:
        said.append("お相手から2週間、何のお返事もありません。お電話で様子をうかがってください。")
    return tuple(said)


def _last_run(signs: Sequence[bool]) -> int:
    run = 0
    for sign in reversed(signs):
        if not sign:
            break
        run += 1
    return run


def _is_told(run: int) -> bool:
    return run == LEAST or (run > LEAST and run % EVERY == 0)


def said_rate(done: int, of: int) -> str:
    """Say a share with its figures; of few it is only counted: 「8/10(80%)」, 「2/3」."""
    if not of:
        return "ありません"
    return f"{done}/{of}({round(100 * done / of)}%)" if of >= FEW else f"{done}/{of}"


FEW = 10  # below, a share says more than there is
