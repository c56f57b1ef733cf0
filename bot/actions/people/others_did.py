"""Others did: after a step one fact of other firms rides with the answer that goes anyway; one tap, and no more come."""

from __future__ import annotations

from uuid import UUID

from bot.errors import Refusal
from bot.payloads import card_payload
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.rules.coach.others import Step, fact
from storage.opt_outs import About
from storage.parties import Handle
from storage.postings import Posting

STOP = "こういうお話はいらない"


def tell_fact(turn: Turn, owner: Handle, posting: Posting, step: Step) -> None:
    """Add 「他社ではこうでした」 to what the owner is told now, where five other firms stand behind it; once a step."""
    if turn.work.opt_outs.has(owner.party_id, About.OTHERS):
        return
    of = turn.work.outcomes.figures
    code, firm = posting.job_code, posting.company_id
    said = fact(step, of(code, firm), of(code[:2], firm)) if code else ""
    if not said:
        return
    stop = Button(STOP, card_payload("others", owner.party_id, 0, "stop"))
    key = f"others:{step.value}:{posting.id.hex}"
    turn.tell(owner, Message(f"他社ではこうでした。{said}", buttons=(stop,)), dedupe=key)


def stop(turn: Turn, tap: CardTapped) -> None:
    """こういうお話はいらない: at once, and for good."""
    me = turn.person()
    if UUID(tap.id) != me.party_id:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    turn.work.opt_outs.add(me.party_id, About.OTHERS, turn.now)
    turn.tell(me, Message("承知しました。他社のお話は、もうお送りしません。"))
