"""Adjusting: nobody of those who applied was the one; one question why, and then the posting is put right."""

from __future__ import annotations

from flows.facts import Adjusting
from flows.outcomes import AdjustPosting
from flows.questions import Choice, Option
from flows.steps import Steps, ask
from flows.words import Word

WORK, MONEY, TIME, WAIT = "WORK", "MONEY", "TIME", "WAIT"
SAID = {
    WORK: "お願いしたい仕事と少しちがう",
    MONEY: "お支払いが合わない",
    TIME: "時間が合わない",
    WAIT: "このまま、もう少し待つ",
}
MOST_WORDS = 500


def why_none(facts: Adjusting) -> Steps[AdjustPosting]:
    """Owner, when all were declined: what was missing?"""
    asked = Choice(
        "みなさん見送りですね。思っていた方と、どこがちがいましたか？",
        choices=tuple(Option(value, label) for value, label in SAID.items()),
        or_words=True,
        most=MOST_WORDS,
        words=(Word.PERSON,),
        label="見送ったわけ",
        is_free=True,
    )
    why = yield from ask("why", asked)
    return AdjustPosting(facts.posting, why if why in SAID else "", SAID.get(why, why))
