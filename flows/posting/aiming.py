"""Aiming: the state in three months, and today's number. What he told already is not asked again."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from flows.facts import FindCases, no_cases
from flows.quantity import Quantity, has_number
from flows.questions import DONT_KNOW, Choice, Option, Text
from flows.quick import quick
from flows.rules.coach.cases import card_of, similar, told_by
from flows.rules.coach.drafting import told_number
from flows.rules.coach.extras import rest_of, told_goal
from flows.rules.coach.own_cases import OwnCase
from flows.rules.coach.several import goal_told, label_in, now_told
from flows.rules.coach.winning import steadier, wins_for
from flows.rules.japanese.reading import is_dont_know
from flows.steps import Steps, ask, say, show
from prompts.knowledge import JobCode, Win

LONGEST_GOAL = 100  # letters; a longer one is a story, and no headline
LONG = 20  # letters; a longer answer about a number is a talk around it
OWN_WORDS, EXAMPLE = "自分のことばで", "例を見る"
ALIKE = "うちに似た会社"  # in the place of 例を見る, where a firm of this house has done this work
NEITHER = re.compile(
    r"(?:どっち|どちら|どれ|両方)(?:も|とも|でも)(?:ない|なし|(?:ちょっと)?(?:違|ちが|ピンと|ぴんと|いらん|いらない|合わ|いや|嫌))"
)
ANY = re.compile(
    r"(?:どっち|どちら|どれ|なん|何)でも(?:ええ|いい|よい|よか|よろし|かま|構|大丈夫)|(?:お)?任せ|おまかせ"
)
TALK = re.compile(
    r"(?<=[間件人回個本枚日分品社円点い位ど])(?:です(?:か(?:ね|な)?)?|かな|かのう|やろ|やな|だな|じゃな|やわ|じゃ|ばい|や|だ|な|ね|のう|あ)+[。]?$"
)


@quick
@dataclass(frozen=True)
class Goal(Choice):
    """Small wins, and cases as the last answer; whether this house has any is asked only when it is shown."""

    cases: Callable[[], tuple[OwnCase, ...]] = field(default=tuple, compare=False)

    def options(self) -> tuple[Option, ...]:
        last = ALIKE if self.cases() else EXAMPLE
        return (*super().options(), Option(last, last))


@quick
@dataclass(frozen=True)
class Aim:
    """Where it is to go: ``goal`` as it is shown, the small ``win`` it is, and where his number stands ``now``.

    ``words`` are what he wrote of both; ``line`` is what is to be said of the number he had told.
    """

    goal: str
    win: Win | None
    now: str
    words: tuple[str, str]
    line: str = ""


def aim(wish: str, code: JobCode, find: FindCases = no_cases) -> Steps[Aim]:
    """Ask for the goal and for today's number; ``find`` knows firms of this house that did such work."""
    goal, win, chosen = yield from choose_goal(wish, code, find)
    told = told_goal(chosen) if win is None else None
    if told:
        now, line = told.now, ""
    else:
        known = told_today(wish if chosen in labels_of(code) else f"{wish}\n{chosen}", code, win)
        line = f"いまは「{known}」ですね。" if known else ""
        now = yield from today(code, win, known)
        line = line if now == known else ""
    steady = steadier(code, win, now)
    if steady is not None and steady is not win:
        yield from say(
            f"数が少ないうちは、割合は運でも動きます。「{steady.label}」を目標に、数は一緒に見ていきましょう。"
        )
        goal, win = steady.text, steady
    return Aim(goal, win, now if now == DONT_KNOW else told_part(now, code.measure.unit), (chosen, now), line)


def told_part(now: str, unit: str) -> str:
    """Keep of an answer what is about the number: 「15時間くらい。8万で」 is 「15時間くらい」, of a long talk its number."""
    rest = rest_of(now)
    said = TALK.sub("", now if rest == now or not rest else rest.removesuffix("で"))
    return (told_number(said, unit) if len(said) > LONG else "") or said


def choose_goal(wish: str, code: JobCode, find: FindCases = no_cases) -> Steps[tuple[str, Win | None, str]]:
    """Ask for the state in three months: one of two small wins, or his own words. Others' cases are one tap away."""
    labels = [win.label for win in wins_for(code, wish)]
    named = goal_told(wish, tuple(labels))
    told = None if named else told_goal(wish)
    if told or (named and named not in labels):
        yield from say(f"目標は「{told.words if told else named}」ですね。")
    asked = Goal(
        "3か月後、何が変わっていたら「やってよかった」と思えますか？",
        choices=(*labels, OWN_WORDS),
        or_words=True,
        label="3か月後の目標",
        cases=partial(find, code.code, wish),
    )
    chosen = yield from ask("goal", asked, given=code.code, told=told.words if told else named or None)
    if chosen in (EXAMPLE, ALIKE) or is_dont_know(chosen):
        own = find(code.code, wish)
        found = similar(code, wish, own)
        if own:
            yield from show(card_of(found))
        elif others := told_by(found):
            yield from say(others)
        yield from say(
            "\n".join(["小さな目標の例です。", *(f"・{win.text}" for win in wins_for(code, wish))])
        )
        chosen = yield from ask(
            "goal.2",
            Choice("近いのはどちらですか？", choices=(*labels, OWN_WORDS), or_words=True, label="近い目標"),
            given=code.code,
        )
    if chosen.strip() in (EXAMPLE, ALIKE) or is_dont_know(chosen) or ANY.match(chosen.strip()):
        yield from say("大丈夫です。あとで直せます。")
        chosen = labels[0]
    if chosen == OWN_WORDS or is_neither(chosen):
        chosen = yield from ask(
            "goal.own",
            Text("3か月後、どうなっていたらうれしいですか？", most=300, label="うれしい姿", is_told=True),
        )
    among = label_in(chosen, tuple(labels)) or chosen
    win = next((win for win in code.wins if win.label == among), None)
    if win is None and is_both(chosen):
        win = next(
            (item for item in code.wins if any(part in chosen for part in pieces(item.label))), code.wins[0]
        )
    if win is not None:
        yield from say(f"「{win.label}」を、最初の目標にしましょう。")
        return win.text, win, chosen
    goal = rest_of(chosen) or chosen
    if len(goal) > LONGEST_GOAL:
        goal = yield from in_short(goal)
    if not goal:
        yield from say("大丈夫です。あとで直せます。")
        return code.wins[0].text, code.wins[0], chosen
    return (yield from counted(goal)), None, chosen


def in_short(goal: str) -> Steps[str]:
    """Ask for a goal in a word where he has told a whole story. Empty: he cannot say it shorter."""
    asks = "くわしくありがとうございます。3か月後のことを、ひとことで言うと何ですか？"
    again = f"ひとことで大丈夫です。{LONGEST_GOAL}文字までにしていただけますか。"
    short = yield from ask(
        "goal.short",
        Text(asks, most=LONGEST_GOAL, again=again, label="ひとことの目標", is_told=True),
        given=goal,
    )
    return "" if is_dont_know(short) else short


def counted(goal: str) -> Steps[str]:
    """Ask for a number where his own goal has none: a goal is a state that can be seen to be reached."""
    if has_number(goal):
        return goal
    asks = "ざっくりで大丈夫です。数にすると、どのくらいですか？"
    number = yield from ask(
        "goal.number", Choice(asks, choices=(DONT_KNOW,), or_words=True, label="目標の数"), given=goal
    )
    if number == DONT_KNOW:
        yield from say("大丈夫です。数は、最初の1週間でお相手と決めましょう。")
        return f"{goal.rstrip('。')}(数は最初の1週間で決める)"
    return f"{goal.rstrip('。')}({number.rstrip('。')})"


def labels_of(code: JobCode) -> tuple[str, ...]:
    return tuple([win.label for win in code.wins])


def told_today(wish: str, code: JobCode, win: Win | None) -> str:
    """Return today's number where the wish gave it."""
    unit = code.measure.unit
    return told_number(wish, unit) if win is not None else now_told(wish, unit)


def today(code: JobCode, win: Win | None, told: str) -> Steps[str]:
    """Ask for today's number, unless he ``told`` it."""
    ready = (*code.measure.options, DONT_KNOW) if win else (DONT_KNOW,)
    asks = code.measure.ask if win else "ざっくりで大丈夫です。それは、いまどのくらいですか？"
    asked = Quantity(
        asks, choices=ready, or_words=True, unit=code.measure.unit if win else "", label="いまの数"
    )
    now = yield from ask("now", asked, given=asks, told=told or None)
    if now == DONT_KNOW:
        yield from say("大丈夫です。最初の1週間で、お相手が調べます。")
    return now


def is_neither(words: str) -> bool:
    """Tell 「どっちもピンとこん」 and 「どれもちがう」 from a goal of his own."""
    return bool(NEITHER.match(words.strip()))


def is_both(words: str) -> bool:
    return any(word in words for word in ("どっちも", "どちらも", "両方", "りょうほう", "ぜんぶ", "全部"))


def pieces(label: str) -> tuple[str, ...]:
    """Cut a label into the nouns a person may pick up: 「写真」 of 「売れ筋5品の写真」."""
    return tuple(
        piece for piece in label.replace("を", "の").replace("が", "の").split("の") if len(piece) >= 2
    )
