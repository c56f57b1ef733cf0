"""Calling: when a person should speak, and where to ring."""

from __future__ import annotations

from flows.facts import Caller
from flows.outcomes import RequestCall
from flows.questions import Choice, Contact
from flows.steps import Steps, ask

NOT_NOW = "いまはよい"


def call(caller: Caller) -> Steps[RequestCall]:
    """Offer a call; somebody who is worn out hears care first, and nothing is sold."""
    house = caller.house
    if caller.is_tired:
        asks = f"お一人で抱えておられるのですね。まず、担当の{house.staff}からお電話してもよろしいですか？"
    else:
        asks = f"担当の{house.staff}からお電話します。いつがよろしいですか？"
    wanted = yield from ask("when", Choice(asks, choices=(*caller.slots, NOT_NOW), or_words=True))
    if wanted == NOT_NOW:
        return RequestCall(caller.task, "", "")
    ready = (caller.phone,) if caller.phone else ()
    phone = yield from ask("phone", Contact("お電話は、どの番号にかけましょうか？", ready=ready))
    return RequestCall(caller.task, wanted, phone)
