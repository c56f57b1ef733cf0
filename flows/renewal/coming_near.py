"""Coming near: an owner invites to come and see, a professional proposes to go further. Both may; nobody is asked twice."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from flows.facts import House
from flows.questions import Choice, Pick, Question, Text
from flows.renewal.month_outcomes import InviteOver, Propose
from flows.steps import Steps, ask, fill, say
from flows.talent.talents import form

MOST, MOST_IDEA = 60, 300  # letters


@dataclass(frozen=True)
class Near:
    """Somebody who writes an invitation or a proposal; ``other`` is how the other is called."""

    house: House
    approach: str
    other: str


class Pays(Enum):
    """Who pays the way; names are released."""

    FIRM = "会社で持つ"
    GUEST = "お相手にお願いする"
    TALK = "先に打ち合わせで決める"


def invite_over(near: Near) -> Steps[InviteOver]:
    """Owner: what to, when about, and who pays the way; it is no work, so that is settled first."""
    what = yield from ask(
        "what", _words(f"{near.other}を、何にお誘いしますか？", "仕事場を見る", "地元の行事", "一緒に食事")
    )
    when = yield from ask("when", _words("いつごろがよいですか？", "来月のどこか", "打ち合わせで決める"))
    yield from say("お仕事ではないので、交通費を先に決めておきます。")
    pays = yield from ask("pays", Pick("交通費は、どうしますか？", of=Pays, unsure=Pays.TALK, label="交通費"))
    return InviteOver(near.approach, what, when, pays.name)


def _words(wording: str, *ready: str) -> Choice:
    return Choice(wording, choices=ready, or_words=True, most=MOST, is_free=True, label=wording.rstrip("？"))


def propose(near: Near) -> Steps[Propose]:
    """Talent: where what he would like to do meets what the firm needs, and a small first step."""
    fields: dict[str, Question[Any]] = {
        "OWN": _long("ご自分がやってみたいこと", "例：秋の仕込みを手伝いながら、味噌の歴史を聞き書きしたい"),
        "NEED": _long("会社に必要だと思うこと", "例：お客さまに、つくり方の話が伝わっていない"),
        "FIRST": _long("最初の小さな一歩", "例：来月、蔵の話を一つ聞いて、商品ページに載せる"),
    }
    told: Any = yield from fill(
        "idea",
        "これからの提案",
        form("Idea", fields),
        submit="社長に届ける",
        lead="読むのは、社長と担当だけです。",
    )
    return Propose(near.approach, told.OWN, told.NEED, told.FIRST)


def _long(wording: str, hint: str) -> Text:
    return Text(wording, most=MOST_IDEA, is_long=True, is_free=True, hint=hint, label=wording)
