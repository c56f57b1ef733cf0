"""Winning: which small win fits. Where little happens in a month a share moves by chance: the win is a finished state then."""

from __future__ import annotations

import re
import unicodedata

from flows.rules.coach.drafting import told_number
from flows.rules.coach.extras import rest_of
from flows.rules.japanese.reading import read_number
from prompts.knowledge import JobCode, Win, job_codes

FEW = 30  # events a month under which their number is shown and never judged
EVENTS = ("件", "人", "回", "社", "組", "本")
RHYTHMS = (  # how often a month; 「1日3件」 are not few
    (20.0, re.compile(r"(?:1|一|毎)日(?!(?:分|がかり))|日に")),
    (4.0, re.compile(r"週(?!間?前)")),
    (1 / 12, re.compile(r"年(?!前|は)")),
)
ONCE = re.compile(r"[1一](?:日|週間?|年)(?:に|で|あたり)?")
SHARE = re.compile(r"[%割]|パーセント")


def events(code: JobCode, now: str) -> int | None:
    """Return how many events a month ``now`` tells of; None where the question counts something else."""
    if code.measure.unit not in EVENTS or "月に" not in code.measure.ask:
        return None
    said = unicodedata.normalize("NFKC", rest_of(now) or now)
    if SHARE.search(said):
        return None
    often = next((often for often, words in RHYTHMS if words.search(said)), 1.0)
    number = read_number(ONCE.sub("", said))
    return None if number is None else round(number * often)


def wins_for(code: JobCode, wish: str) -> tuple[Win, ...]:
    """Return the small wins to offer: none that the number in his wish is too small for."""
    count = events(code, told_number(wish, code.measure.unit))
    return tuple(win for win in code.wins if count is None or count >= win.needs)


def steadier(code: JobCode, win: Win | None, now: str) -> Win | None:
    """Return the win itself, or the finished state beside it where his number is too small for a share."""
    count = events(code, now)
    if win is None or count is None or count >= win.needs:
        return win
    return next((other for other in code.wins if count >= other.needs), win)


def is_few(code: str, measure: str) -> bool:
    """Tell whether a posting's number is too small to be judged by."""
    count = events(job_codes()[code], measure)
    return count is not None and count < FEW
