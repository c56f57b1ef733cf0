"""Confirming: what was written for the firm is its answer once the owner has confirmed the last; and who left answers no more."""

from __future__ import annotations

from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import close_talks, locked, side_of
from bot.actions.renewal import feedback, speaking
from bot.errors import Refusal
from bot.talking import begin
from bot.turn import Turn
from flows.messages import Message
from flows.renewal.month_outcomes import ConfirmWish
from flows.rules.renewal.harm import harms
from storage.conversations import Conversation
from storage.engagements import Engagement, Round, Side

CONFIRMING = "ありがとうございます。最後のお答えを、社長に確かめています。"
GONE_ON = "ありがとうございます。このことは、もう次に進んでいます。"
INSTEAD = "{who}とLINEがつながらなくなったので、社長にうかがいます。"


def keep_for_firm(turn: Turn, engagement: Engagement, kept: Round, answers: list[str]) -> None:
    """Seal what was written for the firm; the owner confirms the last answer, unless he has and it is the same."""
    before, kept.firm_said = kept.firm_said, answers
    if before is not None and before[3] == answers[3] and kept.owner is not None:
        return feedback.keep(turn, engagement, kept, Side.OWNER, [*answers[:3], kept.owner[3]])
    kept.keep(Side.OWNER, None)
    turn.work.outbox.take_back(waits.waiting_for(engagement, "MF", Side.OWNER))
    found = harms(answers)
    kept.hold(Side.OWNER, bool(found))
    me = turn.person()
    if found:
        return turn.tell(me, Message(feedback.tell_staff(turn, engagement, Side.OWNER, found)))
    turn.tell(me, Message(CONFIRMING, buttons=(feedback.again_button(kept),)))
    speaking.ask_owner(turn, engagement, kept)


def confirm_wish(turn: Turn, talk: Conversation, outcome: ConfirmWish) -> None:
    """これでよい, or his own words in its place: now the firm has answered."""
    engagement = locked(turn, outcome.engagement)
    kept = feedback.round_of(turn, engagement)
    side = side_of(engagement, talk.handle_id)
    is_asked = side is Side.OWNER and kept.is_to_confirm and talk.subject["number"] == kept.number
    if not is_asked or not feedback.is_open(engagement, kept, side):
        raise Refusal(GONE_ON)
    own = [outcome.words] if outcome.words else []
    said = [*kept.firm_said[:3], *(own or kept.firm_said[3:])]
    feedback.keep(turn, engagement, kept, side, said, fresh=own)


def speaker_gone(turn: Turn, subject: str) -> None:
    """Who spoke for a firm cannot be reached: the owner answers in his place; what was written already stands."""
    id = UUID(subject)
    for found in turn.work.engagements.spoken_by(id):
        engagement = locked(turn, found.engagement_id.hex)
        turn.work.session.refresh(found)
        him = turn.work.parties.handle(id)
        is_current = feedback.round_of(turn, engagement).id == found.id
        if him.is_reachable or not is_current or not feedback.is_open(engagement, found, Side.OWNER):
            continue
        close_talks(turn, him, ("feedback", "show_alone"), "engagement", engagement.id)
        if found.firm_said is None:
            answer_instead(turn, engagement, found)
        elif found.is_firm_writing:
            stand_as_it_was(turn, engagement, found)


def answer_instead(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """The owner is asked all four, as where nobody goes along."""
    who = speaking.writer(turn, engagement, kept, Side.OWNER)
    kept.firm = None
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    turn.tell(owner, Message(INSTEAD.format(who=who)))
    begin(turn, "feedback", owner, {"engagement": engagement.id.hex, "number": kept.number})


def stand_as_it_was(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """He was writing anew when he left: his former answers hold."""
    owner = kept.owner
    kept.keep(Side.OWNER, owner)
    if owner is not None:
        return feedback.open_if_ready(turn, engagement, kept)
    if not kept.held:
        speaking.ask_owner(turn, engagement, kept)
