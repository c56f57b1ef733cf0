"""Weekly: what follows a meeting: the list of both, how it went, the number, and a small win."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flows.facts import ThisWeek
from flows.messages import Card, Line
from flows.questions import Choice, Option, Pick, Question, Text
from flows.rules.japanese.counting import say_number
from flows.rules.weekly.actions_of import OWNER, TALENT
from flows.steps import Steps, ask, fill
from flows.talent.talents import form
from flows.weekly.outcomes_weekly import DecideWin, FixList, KeepNumber, KeepThanks, KeepWeek, TellHow
from flows.weekly.promising import How, Reading, Things, Went

MOST_HAND, MOST_THANKS, MOST_WHY = 1_000, 100, 200
MOST_TYPED = 5_000
ADD, OUT = "ADD", "OUT"


class Goal(Enum):
    NOT = "まだ途中"
    REACHED = "届いた"


def decided(week: ThisWeek) -> Steps[KeepWeek]:
    """Talent, in the meeting or after it: what each does, what his own hands did, the number, and the goal."""
    told: Any = yield from fill("decided", "決まったこと", form("Decided", _decided(week)), submit="決める")
    is_reached = getattr(told, "STATE", Goal.NOT.name) == Goal.REACHED.name
    thanks = ""
    if is_reached:
        said: Any = yield from fill("thanks", "目標に届きました", _thanks(week), submit="送る")
        thanks = said.LINE
    return KeepWeek(
        week.meeting,
        (*told.OWNER, *told.TALENT),
        told.HAND,
        getattr(told, "NUMBER", None),
        is_reached,
        thanks,
    )


def _decided(week: ThisWeek) -> dict[str, Question[Any]]:
    questions: dict[str, Question[Any]] = {
        "OWNER": _things(
            week, f"{week.other}がやること", OWNER, week.owners, "一行に一つずつ。例：写真を5枚とる(水曜まで)"
        ),
        "TALENT": _things(
            week, "あなたがやること", TALENT, week.talents, "助言だけで終わらず、一つ引き取りましょう。"
        ),
        "HAND": Text(
            "今週、自分の手でやったこと",
            least=0,
            most=MOST_HAND,
            is_long=True,
            can_skip=True,
            initial=week.hand,
            label="自分の手でやったこと",
        ),
    }
    if week.asks:
        before = f"(前回 {say_number(week.last, week.unit)})" if week.last is not None else ""
        questions["NUMBER"] = Reading(
            f"{week.asks}{before}", unit=week.unit, last=week.last, can_skip=True, label="今週の数字"
        )
    if week.goal and not week.is_won:
        choices = tuple(Option(member.name, member.value) for member in Goal)
        questions["STATE"] = Choice(
            f"目標「{week.goal}」は、いまどうですか？", choices=choices, initial=Goal.NOT.name, label="目標"
        )
    return questions


def _things(week: ThisWeek, wording: str, usual: str, lines: tuple[str, ...], hint: str) -> Things:
    return Things(
        wording,
        mine=week.side,
        usual=usual,
        on=week.on,
        names=week.names,
        initial="\n".join(lines),
        hint=hint,
        is_long=True,
        is_free=True,
        label=wording,
    )


def _thanks(week: ThisWeek) -> type[Any]:
    asked = Text(
        f"{week.other}に見せる、お礼のひとことを一行お願いします。",
        most=MOST_THANKS,
        hint="例：美咲さんの写真が、いちばん効きました",
        label="お礼のひとこと",
    )
    return form("Thanks", {"LINE": asked})


def thanks(week: ThisWeek) -> Steps[KeepThanks]:
    """Talent: one line for the owner, who has just recorded the win."""
    said: Any = yield from fill("thanks", "お礼のひとこと", _thanks(week), submit="送る")
    return KeepThanks(week.win, said.LINE)


def went(week: ThisWeek) -> Steps[TellHow]:
    """Each of one's own promises: できた, 途中, まだ; for what is not done one question what would help, no blame."""
    gone = []
    for at, (id, _, text) in enumerate(week.promises):
        how = yield from ask(f"how.{at}", How(f"「{text}」は、いかがですか？", label=text), given=(id, text))
        gone.append((id, how.how.name, how.word))
    left = tuple(id for id, how, _ in gone if how != Went.YES.name)
    why = ""
    if left:
        choices = tuple(Option(member.name, member.value) for member in Helps)
        why = yield from ask(
            "helps",
            Choice("大丈夫です。何があると進みそうですか？", choices=choices, or_words=True, most=MOST_WHY),
            given=left,
        )
    return TellHow(week.meeting, tuple(gone), why)


class Helps(Enum):
    """What would help with what is not done; the names are released."""

    TIME = "時間"
    THINGS = "材料や情報"
    TALK = "やり方の相談"
    DROP = "もうしなくてよい"


def number(week: ThisWeek) -> Steps[KeepNumber]:
    """What the two look at every week, asked as it was asked at the beginning."""
    before = f"前回は{say_number(week.last, week.unit)}です。" if week.last is not None else ""
    asked = Reading(f"{before}{week.asks}", unit=week.unit, last=week.last, label="今週の数字")
    value = yield from ask("number", asked)
    return KeepNumber(week.engagement, value)


def fix_list(week: ThisWeek) -> Steps[FixList]:
    """Owner: one thing of the list put right, taken out, or added."""
    listed = tuple(
        Option(id, f"{'社長' if whose == OWNER else week.other}：{text}") for id, whose, text in week.promises
    )
    which = yield from ask(
        "which",
        Choice("どれを直しますか？", choices=(*listed, Option(ADD, "一つ加える"))),
        given=week.version,
    )
    if which == ADD:
        more = _things(week, "何を加えますか？", week.side, (), "")
        added = yield from ask("more", more, given=week.version)
        return FixList(week.meeting, week.version, "", "", tuple(added))
    out = Option(OUT, "この一つを消す")
    text = yield from ask(
        "to",
        Choice("どう直しましょうか？", choices=(out,), or_words=True, most=MOST_TYPED, is_free=True),
        given=(which, week.version),
    )
    return FixList(week.meeting, week.version, which, "" if text == OUT else text)


class Winning(Enum):
    YES = "はい"
    LATER = "もう少し様子を見る"


def win(week: ThisWeek) -> Steps[DecideWin]:
    """Owner: is the goal reached? His yes records it; nothing is judged in his place."""
    reached = Pick(
        "「目標に届いた」と記録してよろしいですか？",
        of=Winning,
        primary=Winning.YES,
        card=Card("目標に届いたようです", (Line("目標", week.goal),)),
    )
    yes = yield from ask("reached", reached, given=week.win)
    return DecideWin(week.win, yes is Winning.YES)
