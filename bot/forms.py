"""Forms: one that a turn opens is kept as a button too, until it is on the screen: whoever opens it may die before."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Engine

from bot.arrivals import Arrived
from bot.asking import form_button
from bot.carry import carry
from bot.turn import Turn
from flows.inbound import Inbound
from storage.unit_of_work import begin

WAITS = timedelta(seconds=15)  # a form opens within three seconds of the tap, or never


def carry_and_keep(turn: Turn, inbound: Inbound) -> None:
    """Carry an event; the form it opens is written down in the same transaction, to be offered a little later."""
    carry(turn, inbound)
    if turn.answer.form is None or turn.me is None or turn.event is None:
        return
    button = form_button(UUID(turn.answer.form.conversation))
    key = _key(turn.event.platform, turn.event.external_id)
    turn.tell(turn.me, button, at=turn.now + WAITS, dedupe=key)


def shown(engine: Engine, came: Arrived) -> None:
    """The form is on the screen, or was offered at once: the kept button is not needed."""
    with begin(engine) as work:
        work.outbox.take_back(_key(came.platform, came.external_id))


def _key(platform: str, external_id: str) -> str:
    return f"form:{sha256(f'{platform}:{external_id}'.encode()).hexdigest()[:32]}"
