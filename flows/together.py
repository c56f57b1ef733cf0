"""Together: what both answer before they meet, at the kickoff, each week and at month three. Verbatim texts stay verbatim."""

from __future__ import annotations

from enum import Enum
from functools import cache
from typing import Any

from flows.facts import Pair
from flows.messages import Card, Line
from flows.outcomes import AgreeKickoff, KeepRound, PromiseWeek, ProposeKickoff
from flows.quantity import Clock, Weekday
from flows.questions import Option, Pick, Question, Text
from flows.steps import Steps, ask, fill, say
from flows.talent.talents import form
from prompts.knowledge import verbatim

PI = ("PI1", "PI2", "PI3", "PI4", "PI5")
PI2 = ("PI6", "PI7")  # before a second talk
MF = ("MF1", "MF2", "MF3", "MF4")
KO = ("KO1", "KO2", "KO3", "KO4", "KO5", "KO6")
# The flows that both sides of an engagement talk through, and the round each one answers:
# nobody reads a word of theirs before both are done.
SEALED = {
    "pre_interview": "PI",
    "second_questions": "PI2",
    "decide": "DECIDE",
    "feedback": "MF",
    "confirm_wish": "MF",
    "renew": "RENEW",
    "counter": "COUNTER",
}
DAYS = ("月", "火", "水", "木", "金")
TIMES = tuple(
    f"{hour:02}:{minute}" for hour in range(9, 18) for minute in ("00", "30") if (hour, minute) != (9, "00")
)


def pre_interview(pair: Pair) -> Steps[KeepRound]:
    """Both answer the same five questions, and see each other's answers at the same moment."""
    yield from say(
        f"お会いする前に、{pair.other}と同じ5つの質問に答え合います。お答えは{pair.other}と担当の{pair.house.staff}が見ます。"
    )
    if pair.told_before:
        asks = "前にお書きになったお答えを、そのままお見せしましょうか？"
        same = yield from ask("same", Pick(asks, of=Same, primary=Same.YES), given=pair.told_before)
        if same is Same.YES:
            return KeepRound(pair.engagement, "PI", pair.told_before)
    yield from say("思いつくだけで大丈夫です。とばすこともできます。")
    given: Any = yield from fill("pi", "会う前の5つの質問", _skippable("PI", PI), submit="答える")
    return KeepRound(pair.engagement, "PI", tuple(getattr(given, key) for key in PI))


class Same(Enum):
    YES = "同じでよい"
    NO = "書きなおす"


def second_questions(pair: Pair) -> Steps[KeepRound]:
    """Two more before they meet again, under the same seal."""
    yield from say(
        f"もう一度お会いする前に、{pair.other}と同じ2つの質問に答え合います。お答えは{pair.other}と担当の{pair.house.staff}が見ます。"
    )
    yield from say("言いにくいことは、とばして大丈夫です。")
    given: Any = yield from fill("pi2", "会う前の2つの質問", _skippable("PI2", PI2), submit="答える")
    return KeepRound(pair.engagement, "PI2", tuple(getattr(given, key) for key in PI2))


@cache
def _skippable(name: str, keys: tuple[str, ...]) -> type[Any]:
    """Make the form of these texts, once: they are the same for all, and a talk is replayed at every turn."""
    how: dict[str, Any] = {"least": 0, "most": 1_000, "is_long": True, "is_alone": True, "can_skip": True}
    return form(name, {key: Text(verbatim().text(key), label="会う前の質問", **how) for key in keys})


class Going(Enum):
    YES = "進めたい"
    AGAIN = "もう一度会う"
    NO = "今回は見送る"
    MISSED = "会えなかった"


class GoingNow(Enum):
    """The same after a second talk; the names are those of ``Going``."""

    YES = "進めたい"
    NO = "今回は見送る"
    MISSED = "会えなかった"


def decide(pair: Pair) -> Steps[KeepRound]:
    """Having met, both say whether to go on."""
    asks = f"{pair.other}とのお話は、いかがでしたか？"
    asked: Question[Any] = Pick(asks, of=Going, primary=Going.YES, label="進めるかどうか")
    if pair.interview > 1:
        asked = Pick(asks, of=GoingNow, primary=GoingNow.YES, label="進めるかどうか")
    going = yield from ask("going", asked)
    return KeepRound(pair.engagement, "DECIDE", (going.name,))


def kickoff(pair: Pair) -> Steps[ProposeKickoff]:
    """Talent: the six decisions of the first meeting; four are filled in already."""
    texts = verbatim().texts()
    questions: dict[str, Question[Any]] = {
        "KO1": Text(texts["KO1"], most=300, is_long=True, initial=pair.goal),
        "KO2": Text(texts["KO2"], most=500, is_long=True, initial="\n".join(pair.tasks)),
        "KO3": Weekday(
            texts["KO3"], choices=tuple(Option(str(n), f"毎週{day}曜日") for n, day in enumerate(DAYS))
        ),
        "KO3_TIME": Clock("始まる時刻", choices=TIMES),
        "KO4": Text(texts["KO4"], most=300, is_long=True, initial=pair.people),
        "KO5": Text(texts["KO5"], most=300, hint="例：ふだんはこのトーク、急ぎは電話"),
        "KO6": Text(texts["KO6"], most=300, is_long=True, initial=pair.hours),
    }
    decided: Any = yield from fill("ko", "最初に決める6つ", form("KO", questions), submit="社長に確かめる")
    return ProposeKickoff(
        pair.engagement,
        {key: getattr(decided, key) for key in KO if key != "KO3"},
        int(decided.KO3),
        decided.KO3_TIME,
    )


class Agreed(Enum):
    YES = "これでよい"
    NO = "直したい"


def confirm_kickoff(pair: Pair) -> Steps[AgreeKickoff]:
    """Owner: the six decisions as they will hold."""
    texts = verbatim().texts()
    card = Card("最初に決める6つ", tuple(Line(texts[key], pair.decided[key]) for key in KO))
    agreed = yield from ask(
        "agreed",
        Pick("この6つで始めて、よろしいですか？", of=Agreed, primary=Agreed.YES, card=card),
        given=pair.decided,
    )
    return AgreeKickoff(pair.engagement, agreed is Agreed.YES)


def week(pair: Pair) -> Steps[PromiseWeek]:
    """Each side: what it does until the next meeting."""
    questions: dict[str, Question[Any]] = {
        "DO": Text(
            "次の打ち合わせまでに、やることを一つ教えてください。",
            most=300,
            is_long=True,
            label="今週やること",
        )
    }
    told: Any = yield from fill("week", "今週やること", form("Week", questions), submit="決める")
    return PromiseWeek(pair.meeting, told.DO)
