"""Pairs: what both answer, sealed until both are done; then the kickoff."""

from __future__ import annotations

from datetime import time

from bot.actions.interview import companions, meeting_day
from bot.actions.match import listing
from bot.actions.people import waits
from bot.actions.people.others_did import tell_fact
from bot.actions.people.sides import both, locked, side_of
from bot.actions.posting import closing
from bot.actions.renewal import confirming, ending, feedback, going_on, quarters
from bot.actions.weekly import rescheduling, weekly
from bot.errors import Refusal
from bot.facts import other_name
from bot.talking import begin
from bot.turn import Turn
from flows.messages import Message
from flows.outcomes import AgreeKickoff, KeepRound, ProposeKickoff
from flows.rules.calendar import JST
from flows.rules.coach.others import Step
from flows.rules.match.permission import may_sign
from flows.together import DAYS, PI, PI2, Going
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Round, Side
from storage.talents import Application, Stage

FIRST_ASK = "始める前に、お勤め先の副業の決まりを確かめて、「ホーム」の「自己紹介を直す」で教えてください。ここまでのご記入は残っています。"


def keep_round(turn: Turn, talk: Conversation, outcome: KeepRound) -> None:
    """Seal one side's answers; when the other's are there too, both are opened at the same moment."""
    engagement = locked(turn, outcome.engagement)
    number = waits.number_of(engagement, outcome.kind)
    kept = turn.work.engagements.round(engagement.id, outcome.kind, number)
    is_firm = outcome.kind == "MF" and talk.handle_id == kept.firm
    side = Side.OWNER if is_firm else side_of(engagement, talk.handle_id)
    is_open = kept.shared_at is None and engagement.phase == waits.WAITS[outcome.kind].phase.name
    if not (feedback.is_open(engagement, kept, side) if outcome.kind == "MF" else is_open):
        raise Refusal("ありがとうございます。このことは、もう次に進んでいます。")
    if is_firm:
        return confirming.keep_for_firm(turn, engagement, kept, list(outcome.answers))
    if outcome.kind == "MF":
        return feedback.keep(turn, engagement, kept, side, list(outcome.answers))
    if outcome.answers == (Going.MISSED.name,):
        return meeting_day.not_met(turn, engagement, kept, side)
    kept.keep(side, list(outcome.answers))
    turn.work.outbox.take_back(waits.waiting_for(engagement, outcome.kind, side))
    if outcome.kind == "RENEW" and ending.is_wanted(kept):
        return ending.chosen_at_renewal(turn, engagement, kept, side)
    if kept.owner is None or kept.talent is None:
        turn.tell(turn.work.parties.handle(talk.handle_id), Message(WAIT[outcome.kind]))
        return
    kept.shared_at = turn.now
    waits.end_wait(turn, engagement)
    OPENED[outcome.kind](turn, engagement, kept)


WAIT = {
    "PI": "ありがとうございます。お二人そろったら、同時にお見せします。",
    "PI2": "ありがとうございます。お二人そろったら、同時にお見せします。",
    "DECIDE": "ありがとうございます。お相手のお返事を待って、お知らせします。",
    "RENEW": "ありがとうございます。お相手のお返事を待って、お知らせします。",
    "COUNTER": "ありがとうございます。お相手のお返事を待って、お知らせします。",
}


def open_pi(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Both have answered before they meet: shown at once, and nothing is asked until they have met."""
    meeting_day.share(turn, engagement, kept, PI)


def open_second(turn: Turn, engagement: Engagement, kept: Round) -> None:
    meeting_day.share(turn, engagement, kept, PI2)


def open_decision(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Both said yes, one would meet again, or one did not: kind words whichever it is."""
    said = {kept.owner[0], kept.talent[0]}
    if Going.NO.name in said:
        return let_go(turn, engagement)
    if Going.AGAIN.name in said:
        return companions.meet_again(turn, engagement)
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    application = turn.work.session.get_one(Application, engagement.application_id)
    engagement.phase, application.stage = Phase.KICKOFF.name, Stage.ENGAGED.name
    names = (other_name(turn, engagement, Side.OWNER), other_name(turn, engagement, Side.TALENT))
    words = (
        f"{names[0]}も「進めたい」とのお返事です。最初に6つのことを決めます。{names[0]}が書いてお見せします。"
    )
    turn.tell(owner, Message(words))
    words = f"{names[1]}も「進めたい」とのお返事です。社長より先に、現場の方の困りごとを聞いてください。"
    turn.tell(talent, Message(words))
    begin(turn, "kickoff", talent, {"engagement": engagement.id.hex})
    turn.work.dues.add("kickoff_late", engagement.id.hex, waits.noon_after(turn.now, waits.KICKOFF_DAYS))


def let_go(turn: Turn, engagement: Engagement) -> None:
    engagement.end(turn.now)
    turn.work.session.get_one(Application, engagement.application_id).stage = Stage.DECLINED.name
    words = "今回は見送りになりました。お時間をいただき、ありがとうございました。"
    for _, id in both(engagement):
        turn.tell(turn.work.parties.handle(id), Message(words))
    listing.table_again(turn, turn.work.postings.get(engagement.posting_id))


def propose_kickoff(turn: Turn, talk: Conversation, outcome: ProposeKickoff) -> None:
    """The six decisions go to the owner as they will hold."""
    engagement = locked(turn, outcome.engagement)
    if engagement.phase != Phase.KICKOFF.name:
        raise Refusal("このことは、もう次に進んでいます。ありがとうございます。")
    profile = turn.work.talents.profile(talk.party_id)
    if profile is not None and not may_sign(profile.employment, profile.permission):
        raise Refusal(FIRST_ASK, "ko.KO1")
    if rescheduling.clashes(turn, engagement, outcome.weekday, time.fromisoformat(outcome.time)):
        taken = "その時間には、別の打ち合わせが入っています。ほかの時刻をお選びください。"
        raise Refusal(taken, key="ko.KO3_TIME")
    engagement.weekday, engagement.meets_at = outcome.weekday, time.fromisoformat(outcome.time)
    at = engagement.meets_at
    said = f"毎週{DAYS[outcome.weekday]}曜日 {at.hour}時{f'{at.minute}分' if at.minute else ''}から30分間"
    engagement.kickoff = {**outcome.decided, "KO3": said}
    template = turn.rules.meeting_url
    engagement.url = template.format(id=engagement.id.hex[-12:]) if template else ""
    begin(
        turn,
        "confirm_kickoff",
        turn.work.parties.handle(engagement.owner_handle_id),
        {"engagement": outcome.engagement},
    )
    turn.tell(
        turn.work.parties.handle(talk.handle_id),
        Message("社長に確かめています。お返事が来たら、ここでお知らせします。"),
    )


def agree_kickoff(turn: Turn, talk: Conversation, outcome: AgreeKickoff) -> None:
    """The owner's yes starts the rhythm."""
    engagement = locked(turn, outcome.engagement)
    if engagement.phase != Phase.KICKOFF.name:
        raise Refusal("このことは、もう次に進んでいます。ありがとうございます。")
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    if not outcome.is_agreed:
        turn.tell(talent, Message("社長が「直したい」とのことです。お話しして、もう一度書いてください。"))
        turn.tell(
            owner,
            Message(
                f"承知しました。{other_name(turn, engagement, Side.OWNER)}が書き直して、またお見せします。"
            ),
        )
        begin(turn, "kickoff", talent, {"engagement": outcome.engagement})
        return
    engagement.phase, engagement.started_on = Phase.RUNNING.name, turn.now.astimezone(JST).date()
    quarters.plan(turn, engagement)
    waits.end_wait(turn, engagement)
    weekly.plan(turn, engagement, turn.now, is_first=True)
    posting = turn.work.postings.get(engagement.posting_id)
    tell_fact(turn, owner, posting, Step.BEGUN)
    closing.ask_to_keep(turn, posting)


OPENED = {
    "PI": open_pi,
    "PI2": open_second,
    "DECIDE": open_decision,
    "RENEW": going_on.open_renewal,
    "COUNTER": going_on.open_counter,
}
