"""Choosing: the owner looks at a few people; questions go over and come back; a no is kind and says why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flows.facts import Asked, Asker
from flows.match.across import Across
from flows.outcomes import AnswerFirmQuestion, AskTalent, Decline, ReplyOwner
from flows.questions import Pick, question
from flows.steps import Steps, ask, fill
from flows.words import Word


class Reason(Enum):
    """A reason class; the owner's own words are never passed on."""

    TIME = "時間が合わない"
    FIELD = "お願いしたいことと少しちがう"
    TERMS = "条件が合わない"
    OTHER_PERSON = "ほかの方にお願いしたい"


def answer_talent(facts: Asked) -> Steps[AnswerFirmQuestion]:
    """Owner: somebody who read the posting asks one thing."""
    reply = yield from ask(
        "reply",
        Across(
            f"募集を見た方から、質問が一つ来ました。\n「{facts.words}」\n何とお返事しましょうか？",
            most=500,
            words=(Word.PERSON,),
            label="お返事",
            is_free=True,
        ),
        given=facts.words,
    )
    return AnswerFirmQuestion(facts.about, facts.asker, facts.words, reply)


def ask_talent(facts: Asker) -> Steps[AskTalent]:
    """Owner: 聞きたい."""
    words = yield from ask(
        "what",
        Across(f"{facts.name}さんに、何を聞きましょうか？", most=500, label="聞きたいこと", is_free=True),
    )
    return AskTalent(facts.about, words)


@dataclass(frozen=True)
class OneReply:
    reply: str = question(Across("お返事", most=500, is_long=True))


def reply_owner(facts: Asked) -> Steps[ReplyOwner]:
    """Talent: the owner asks one thing."""
    form = yield from fill(
        "reply", "お返事する", OneReply, given=facts.words, submit="送る", lead=f"社長から：「{facts.words}」"
    )
    return ReplyOwner(facts.about, facts.words, form.reply)


def decline(facts: Asker) -> Steps[Decline]:
    """Owner: 見送る, with a reason class."""
    reason = yield from ask(
        "reason", Pick(f"{facts.name}さんを見送るわけは、どれに近いですか？", of=Reason, label="見送るわけ")
    )
    return Decline(facts.about, reason.name)
