"""Calling: when a person should speak, and where to ring."""

from __future__ import annotations

from flows.facts import Caller
from flows.outcomes import RequestCall
from flows.questions import Choice, Contact
from flows.rules.japanese.reading import is_dont_know
from flows.steps import Steps, ask, say

NOT_NOW = "いまはよい"
SOON = "近いうち"  # who cannot name a time is rung by the time that was promised
HOTLINE = "いま誰かと話したいときは、よりそいホットライン(0120-279-338)が24時間無料です。"


def call(caller: Caller) -> Steps[RequestCall]:
    """Offer a call; somebody who is worn out hears care first, and nothing is sold."""
    house = caller.house
    if caller.is_tired:
        yield from say(f"おつらい中、お話しくださってありがとうございます。{HOTLINE}")
        asks = f"ご都合のよい時に、担当の{house.staff}からお電話してもよろしいですか？"
    else:
        asks = "お電話は、いつがよろしいですか？"
    asked = Choice(asks, choices=(*caller.slots, NOT_NOW), or_words=True, label="お電話の時間")
    wanted = yield from ask("when", asked)
    if wanted == NOT_NOW:
        return RequestCall(caller.task, "", "")
    ready = (caller.phone,) if caller.phone else ()
    if is_dont_know(wanted):
        wanted = SOON
    phone = yield from ask(
        "phone", Contact("お電話は、どの番号にかけましょうか？", ready=ready, label="電話番号")
    )
    return RequestCall(caller.task, wanted, phone)
