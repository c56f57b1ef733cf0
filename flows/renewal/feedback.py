"""Feedback: the four questions both answer each quarter, under seal; and whether one side shows its own alone."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flows.facts import Pair
from flows.messages import Card, Line
from flows.outcomes import KeepRound
from flows.questions import Pick, Question, Text
from flows.renewal.month_outcomes import ConfirmWish, ShowAlone
from flows.steps import Steps, ask, fill, say, show
from flows.talent.talents import form
from prompts.knowledge import verbatim

MOST = 2_000
RULE = "おどし、いやがらせ、命にかかわること、ほかの人の秘密。この4つだけは、先に担当の{staff}が見ます。"


def feedback(pair: Pair) -> Steps[KeepRound]:
    """The same four questions to both; sealed until both are done, then shared unsoftened."""
    if any(pair.before):
        yield from say("書き直しですね。書き終わるまで、前のお答えもお見せしません。")
    else:
        yield from _opening(pair)
    texts = verbatim().texts()
    first: Any = yield from fill(
        "mf", "ふりかえり 1/2", form("First", _texts(pair, "MF1", "MF2")), submit="次へ"
    )
    second: Any = yield from fill(
        "mf2",
        "ふりかえり 2/2",
        form("Second", _texts(pair, "MF3", "MF4")),
        given=first.MF2,
        submit="答える",
        lead=f"{texts['MF2']}\n「{first.MF2}」",
    )
    return KeepRound(pair.engagement, "MF", (first.MF1, first.MF2, second.MF3, second.MF4))


def _opening(pair: Pair) -> Steps[None]:
    """Say what it is, who reads it and when, before a word is written; and what is known, so that he need not look it up."""
    since = "もうすぐ3か月です。" if pair.quarter == 1 else "前のふりかえりから、またしばらくたちました。"
    yield from say(f"{since}{pair.other}と同じ4つの質問に答えて、同時に見せ合います。")
    yield from say("そろうまで、どちらにも見えません。見せ合うまでは、いつでも書き直せます。")
    if pair.is_for_owner:
        yield from say("最後の質問のお答えだけは、先に社長が読んで、それでよいか確かめます。")
    yield from say(RULE.format(staff=pair.house.staff))
    if pair.known:
        yield from show(Card("これまでのこと", tuple(Line(label, text) for label, text in pair.known)))


def _texts(pair: Pair, *keys: str) -> dict[str, Question[Any]]:
    """Draw the questions byte for byte; what he wrote before stands in them only where he writes it anew himself."""
    before = dict(zip(("MF1", "MF2", "MF3", "MF4"), pair.before, strict=False))
    return {
        key: Text(
            verbatim().text(key),
            most=MOST,
            is_long=True,
            is_alone=True,
            label="ふりかえり",
            initial=before.get(key, ""),
        )
        for key in keys
    }


class Wish(Enum):
    YES = "これでよい"
    OWN = "自分で書く"


def confirm_wish(pair: Pair) -> Steps[ConfirmWish]:
    """Who decides money reads what was written for his firm about going on, and nothing else; it stays, or he writes his own."""
    asked = verbatim().text("MF4")
    yield from say(
        f"{pair.people or '一緒に進める方'}が、ふりかえりを書きました。最後のお答えだけ、お見せします。"
    )
    yield from say(f"{asked}\n「{pair.wish}」")
    pick = Pick("このお答えで、よろしいですか？", of=Wish, primary=Wish.YES, label="お答えの確かめ")
    if (yield from ask("wish", pick, given=pair.wish)) is Wish.YES:
        return ConfirmWish(pair.engagement, "")
    yield from say(RULE.format(staff=pair.house.staff))
    own = Text(asked, most=MOST, is_long=True, is_alone=True, label="お答えの確かめ")
    return ConfirmWish(pair.engagement, (yield from ask("own", own, given=pair.wish)))


class Alone(Enum):
    SHOW = "先に見せる"
    WAIT = "そろうまで待つ"


def show_alone(pair: Pair) -> Steps[ShowAlone]:
    """A week on only one has answered: he says whether the other reads his answers already."""
    words = f"{pair.other}のお答えが、まだです。ご自分のお答えだけ、先にお見せしますか？"
    chosen = yield from ask("alone", Pick(words, of=Alone, label="先に見せるか"))
    return ShowAlone(pair.engagement, chosen is Alone.SHOW)
