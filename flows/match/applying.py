"""Applying: four answers in one modal; before they go, what an owner might stumble over is shown once."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any

from flows.facts import Applicant
from flows.match.across import Across
from flows.outcomes import Apply, FixProfile
from flows.questions import Pick, Question
from flows.rules.coach.plain import jargon, plainly
from flows.rules.lint.grand import is_grand
from flows.steps import Steps, fill
from flows.talent.talents import form

MOST_ANSWER = 300  # characters of one answer of an application
MOST_HINTS = 6  # words we point at; more would be a lesson
ANSWERS = {
    "WHY": "関心をもったわけ",
    "HOW": "「最初にやってほしいこと」を、どう進めますか",
    "EXPERIENCE": "活かせる経験",
    "OTHER": "そのほか",
}
PLANS = ("HOW", "OTHER")  # answers that tell what he would do
SMALL_STEP = "大きな全体の案より、目の前の一つを先に、が喜ばれます。「最初の1週間で、いまの数を数えます」のように書くと伝わります。"


class Ready(Enum):
    YES = "この条件で応募する"
    FIX = "直してから応募する"


def apply(facts: Applicant) -> Steps[Apply | FixProfile]:
    """Four answers; the rest comes from the profile as one line, to be confirmed or put right. Then once: plain enough?"""
    fields: dict[str, Question[Any]] = {
        "WHY": Across(ANSWERS["WHY"], most=MOST_ANSWER, is_long=True),
        "HOW": Across(ANSWERS["HOW"], most=MOST_ANSWER, is_long=True, hint="大きな提案より、目の前の一つを"),
        "EXPERIENCE": Across(ANSWERS["EXPERIENCE"], most=MOST_ANSWER, is_long=True),
        "OTHER": Across(ANSWERS["OTHER"], least=0, most=MOST_ANSWER, is_long=True),
        "READY": Pick("条件", of=Ready, initial=Ready.YES.name, hint=facts.terms),
    }
    answers: Any = yield from fill(
        "apply", "応募する", form("Apply", fields), given=facts.terms, submit="応募する"
    )
    if answers.READY is Ready.FIX:
        return FixProfile(facts.posting)
    said = yield from plain_enough({name: str(getattr(answers, name)) for name in ANSWERS})
    return Apply(facts.posting, said["WHY"], said["HOW"], said["EXPERIENCE"], said["OTHER"], facts.terms)


class Wording(Enum):
    AS_IS = "上の文のまま送る"
    PLAIN = "おすすめの言葉に置きかえて送る"


def plain_enough(said: Mapping[str, str]) -> Steps[dict[str, str]]:
    """Point at words an owner does not use, and at plans too large to begin with; the talent changes them or not."""
    hard = {name: jargon(text) for name, text in said.items() if jargon(text)}
    grand = [name for name in PLANS if is_grand(said[name])]
    shown = [name for name in said if name in hard or name in grand]
    if not shown:
        return dict(said)
    fields: dict[str, Question[Any]] = {
        name: Across(
            ANSWERS[name], most=MOST_ANSWER, is_long=True, initial=said[name], least=int(name != "OTHER")
        )
        for name in shown
    }
    if hard:
        fields["SEND"] = Pick("送り方", of=Wording, initial=Wording.AS_IS.name)
    lead = hint(dict.fromkeys(pair for pairs in hard.values() for pair in pairs), bool(grand))
    given: Any = yield from fill(
        "plain", "社長に伝わる言葉に", form("Plain", fields), given=dict(said), submit="送る", lead=lead
    )
    changed = {name: str(getattr(given, name)) for name in shown}
    if hard and given.SEND is Wording.PLAIN:
        changed = {name: plainly(text) for name, text in changed.items()}
    return {**said, **changed}


def hint(words: Mapping[tuple[str, str], None], has_grand: bool) -> str:
    """Say what might be said otherwise; nobody has to."""
    pairs = [f"「{word}」→「{say}」" for word, say in list(words)[:MOST_HINTS]]
    lines = [*pairs[:-1], f"{pairs[-1]}に置きかえますか？"] if pairs else []
    return "\n".join([*lines, *([SMALL_STEP] if has_grand else []), "このまま送っても大丈夫です。"])
