"""Fixing: every part of a draft can be put right, one question each."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from flows.facts import Draft
from flows.posting.paying import ask_pay
from flows.quantity import Hours
from flows.questions import Amount, Choice, Option, Text
from flows.rules.japanese.reading import is_dont_know
from flows.steps import Steps, ask, say
from prompts.knowledge import job_codes

TRAVEL, TALK = "交通費は会社が払う", "相談して決める"


class Part(Enum):
    """A part of the draft as the owner sees it; the names are released."""

    TITLE = "題名"
    WORDS = "社長のことば"
    GOAL = "3か月後"
    MEASURE = "いまの数字"
    TASKS = "最初の仕事"
    PARTNER = "一緒に進める方"
    HOURS = "時間"
    PAY = "お支払い"
    PLACE = "来てもらう日数"
    CODE = "仕事の分類"


def fix(part: Part, n: int, draft: Draft) -> Steps[Draft]:
    """Ask for one part again. What he writes stands as he writes it."""
    key = f"fix.{n}"
    match part:
        case Part.TITLE:
            title = yield from rewrite(key, Text("題名を、どう書きますか？", most=40, label="題名"))
            return replace(draft, title=title or draft.title)
        case Part.WORDS:
            words = yield from rewrite(
                key, Text("「社長のことば」を、どう書き直しますか？", label="社長のことば", is_free=True)
            )
            return replace(draft, words=words or draft.words)
        case Part.GOAL:
            goal = yield from rewrite(
                key, Text("3か月後、どうなっていたらうれしいですか？", most=200, label="3か月後")
            )
            return replace(draft, goal=goal, changes=()) if goal else draft
        case Part.MEASURE:
            asks = "ざっくりで大丈夫です。それは、いまどのくらいですか？"
            number = yield from rewrite(key, Text(asks, most=200, label="いまの数字"))
            return replace(draft, measure=number or draft.measure)
        case Part.TASKS:
            asks = "一つ二つで大丈夫です。最初にやってほしいことは何ですか？"
            tasks = yield from rewrite(key, Text(asks, most=300, label="最初の仕事"))
            return replace(
                draft, tasks=tuple(line for line in tasks.splitlines() if line.strip()) or draft.tasks
            )
        case Part.PARTNER:
            asks = "一緒に進める方は、どんなお役目ですか？(例：発送の担当)"
            who = yield from rewrite(key, Text(asks, most=60, label="一緒に進める方"))
            return replace(draft, partner=who or draft.partner)
        case Part.HOURS:
            asks = "月に何時間くらいお願いしますか？"
            asked = Hours(asks, least=5, most=80, examples=(10, 20, 30), label="時間")
            return replace(draft, hours=(yield from ask(key, asked)) or draft.hours)
        case Part.PAY:
            asks = "お相手へのお支払いは、月いくらまでにしますか？"
            return replace(draft, pay=(yield from ask_pay(key, asks, or_unknown=False)) or draft.pay)
        case Part.PLACE:
            return (yield from fix_place(key, draft))
        case Part.CODE:
            return (yield from fix_code(key, draft))


def rewrite(key: str, asked: Text) -> Steps[str]:
    """Ask for words; who cannot find any leaves the part as it stands. Empty: nothing changes."""
    words = yield from ask(key, asked)
    if not is_dont_know(words):
        return words
    yield from say("大丈夫です。いまのままにしておきます。")
    return ""


def fix_place(key: str, draft: Draft) -> Steps[Draft]:
    """Onsite days, and who pays the way there."""
    asked = Amount(
        "月に何日くらい、会社に来てもらいますか？",
        unit="日",
        least=0,
        most=10,
        examples=(0, 1, 2),
        label="来てもらう日数",
    )
    days = yield from ask(key, asked)
    if not days:
        return replace(draft, onsite_days=0, travel="")
    travel = yield from ask(
        f"{key}.travel",
        Choice("交通費は、どうしますか？", choices=(TRAVEL, TALK), unsure=TALK, label="交通費"),
    )
    return replace(draft, onsite_days=days, travel=travel if travel == TRAVEL else f"交通費は{TALK}")


def fix_code(key: str, draft: Draft) -> Steps[Draft]:
    """The kinds of work near this one, by their plain names."""
    near = [code for code in job_codes().values() if code.group == draft.code[:2]]
    options = tuple(Option(code.code, code.name) for code in near)
    chosen = yield from ask(
        key, Choice("どれに近いですか？", choices=options, label="仕事の分類"), given=draft.code
    )
    return replace(draft, code=chosen)
