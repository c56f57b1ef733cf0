"""Reviewing: staff ask one plain question or propose an edit; the owner answers. Nothing changes without his yes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from flows.facts import Review
from flows.outcomes import AnswerStaff, AskOwner, DecideEdit, ProposeEdit
from flows.posting.cards import difference
from flows.questions import Amount, Choice, Option, Pick, Question, Text, Yen, question
from flows.steps import Steps, ask, fill
from flows.talent.talents import form
from flows.words import Word
from prompts.knowledge import groups


@dataclass(frozen=True)
class OneQuestion:
    """The form behind 「質問して戻す」."""

    question: str = question(
        Text(
            "社長への質問(一つだけ・やさしい言葉で)",
            most=120,
            is_long=True,
            hint="例：月20時間くらい、でよろしいですか？",
        )
    )


def send_back(review: Review) -> Steps[AskOwner]:
    """Staff: one plain question back to the owner."""
    told = yield from fill("back", "質問して戻す", OneQuestion, submit="社長に送る")
    return AskOwner(review.posting, told.question)


def edit(review: Review) -> Steps[ProposeEdit]:
    """Staff: change lines; the owner sees old and new before anything holds."""
    draft = review.draft
    fields: dict[str, Question[Any]] = {
        "TITLE": Text("題名", most=40, initial=draft.title),
        "GOAL": Text("3か月後", most=200, initial=draft.goal, is_long=True),
        "TASKS": Text("最初の仕事(1行に一つ)", most=300, initial="\n".join(draft.tasks), is_long=True),
        "HOURS": Amount("月の時間", unit="時間", least=5, most=80, initial=str(draft.hours)),
        "PAY": Yen("月のお支払い(円)", least=10_000, most=1_000_000, initial=str(draft.pay)),
        "CODE": Choice("仕事の分類", choices=every_code(), initial=draft.code),
    }
    told: Any = yield from fill(
        "edit", "直して見てもらう", form("Edit", fields), given=draft, submit="社長に送る"
    )
    now = {name: str(getattr(told, name)) for name in fields}
    before = {name: asked.initial for name, asked in fields.items()}
    return ProposeEdit(review.posting, {name: text for name, text in now.items() if text != before[name]})


@cache
def every_code() -> tuple[Option, ...]:
    """List the kinds of work by their groups."""
    return tuple(
        Option(code.code, f"{code.name} ({code.code})", group=group.name)
        for group in groups().values()
        for code in group.codes
    )


SAME, OTHER = "それでよい", "直したい"


def clarify(review: Review) -> Steps[AnswerStaff]:
    """Owner: the one question that came back."""
    asked = Choice(
        f"{review.house.staff}が拝見しました。一つだけ教えてください。\n{review.question}",
        choices=(SAME, OTHER),
        or_words=True,
        words=(Word.PERSON,),
        label="お返事",
        is_free=True,
    )
    reply = yield from ask("reply", asked, given=review.question)
    if reply == OTHER:
        reply = yield from ask(
            "reply.how", Text("どのように直しましょうか？", most=500, label="直し方"), given=review.question
        )
    return AnswerStaff(review.posting, reply)


class Agreed(Enum):
    YES = "これでよい"
    NO = "元のままがよい"


def consent_edit(review: Review) -> Steps[DecideEdit]:
    """Owner: the lines the staff would change, and his yes or no."""
    asked = Pick(
        f"{review.house.staff}が、少し整えた案です。これでよろしいですか？",
        of=Agreed,
        primary=Agreed.YES,
        card=difference(review.draft, review.proposed),
        words=(Word.PERSON,),
        label="直した案",
    )
    verdict = yield from ask("verdict", asked, given=(review.draft, review.proposed))
    return DecideEdit(review.posting, review.proposed, verdict is Agreed.YES)
