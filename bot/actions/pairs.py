"""Pairs: what both answer, sealed until both are done; the kickoff; the renewal."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from bot import calls
from bot.actions import weekly
from bot.actions.sides import both, locked, side_of
from bot.errors import Refusal
from bot.facts import other_name
from bot.talking import begin, form_button
from bot.turn import STAFF, Turn
from flows.messages import Card, Line, Message
from flows.outcomes import AgreeKickoff, KeepRound, ProposeKickoff
from flows.rules.calendar import JST
from flows.together import DAYS, MF, PI, Going, Renewal
from prompts.knowledge import verbatim
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Round, Side
from storage.parties import Handle
from storage.staff_tasks import TaskKind
from storage.talents import Application, Stage

FEEDBACK_AFTER = timedelta(days=84)
REMIND_DAYS, STAFF_DAY = (2, 5), 7


def keep_round(turn: Turn, talk: Conversation, outcome: KeepRound) -> None:
    """Seal one side's answers; when the other's are there too, both are opened at the same moment."""
    engagement = locked(turn, outcome.engagement)
    number = engagement.renewed + 1 if outcome.kind in ("MF", "RENEW") else 1
    kept = turn.work.engagements.round(engagement.id, outcome.kind, number)
    if kept.shared_at is not None:
        raise Refusal("ありがとうございます。お二人の分は、もうおそろいです。")
    if side_of(engagement, talk.handle_id) is Side.OWNER:
        kept.owner = list(outcome.answers)
    else:
        kept.talent = list(outcome.answers)
    turn.work.outbox.take_back(waiting_for(engagement, side_of(engagement, talk.handle_id)))
    if kept.owner is None or kept.talent is None:
        turn.tell(turn.work.parties.handle(talk.handle_id), Message(WAIT[outcome.kind]))
        return
    kept.shared_at = turn.now
    OPENED[outcome.kind](turn, engagement, kept)


WAIT = {
    "PI": "ありがとうございます。お二人そろったら、同時にお見せします。",
    "DECIDE": "ありがとうございます。お相手のお返事を待って、お知らせします。",
    "MF": "ありがとうございます。お二人そろったら、同時にお見せします。",
    "RENEW": "ありがとうございます。お相手のお返事を待って、お知らせします。",
}


def share(
    turn: Turn, engagement: Engagement, kept: Round, keys: tuple[str, ...], title: str, flow: str
) -> None:
    """Show each side the other's answers, as written, and ask both what follows."""
    texts = verbatim().texts()
    for side, id in both(engagement):
        handle = turn.work.parties.handle(id)
        answers = kept.talent if side is Side.OWNER else kept.owner
        name = other_name(turn, engagement, side)
        lines = tuple(
            Line(texts[key], said or "(とばしました)", is_quote=True)
            for key, said in zip(keys, answers, strict=True)
        )
        turn.tell(handle, Message(card=Card(f"{name}の{title}", lines)))
        begin(turn, flow, handle, {"engagement": engagement.id.hex})


def open_pi(turn: Turn, engagement: Engagement, kept: Round) -> None:
    engagement.phase = Phase.DECIDING.name
    share(turn, engagement, kept, PI, "お答え", "decide")


def open_decision(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Both said yes, or one did not: kind words either way."""
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    application = turn.work.session.get_one(Application, engagement.application_id)
    if kept.owner == [Going.YES.name] and kept.talent == [Going.YES.name]:
        engagement.phase, application.stage = Phase.KICKOFF.name, Stage.ENGAGED.name
        names = (other_name(turn, engagement, Side.OWNER), other_name(turn, engagement, Side.TALENT))
        turn.tell(
            owner,
            Message(
                f"{names[0]}も「進めたい」とのお返事です。最初の打ち合わせで6つ決めます。{names[0]}が書いてお見せします。"
            ),
        )
        turn.tell(
            talent,
            Message(
                f"{names[1]}も「進めたい」とのお返事です。社長より先に、現場の方の困りごとを聞いてください。"
            ),
        )
        begin(turn, "kickoff", talent, {"engagement": engagement.id.hex})
        return
    engagement.phase, application.stage = Phase.ENDED.name, Stage.DECLINED.name
    for handle in (owner, talent):
        turn.tell(handle, Message("今回は見送りになりました。お時間をいただき、ありがとうございました。"))


def propose_kickoff(turn: Turn, talk: Conversation, outcome: ProposeKickoff) -> None:
    """The six decisions go to the owner as they will hold."""
    engagement = locked(turn, outcome.engagement)
    engagement.weekday, engagement.meets_at = outcome.weekday, time.fromisoformat(outcome.time)
    at = engagement.meets_at
    said = f"毎週{DAYS[outcome.weekday]}曜日 {at.hour}時{f'{at.minute}分' if at.minute else ''}から30分"
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
    turn.work.dues.add("feedback", engagement.id.hex, noon(turn.now + FEEDBACK_AFTER))
    weekly.plan(turn, engagement, turn.now, is_first=True)


def noon(moment: datetime) -> datetime:
    return datetime.combine(moment.astimezone(JST).date(), time(12), JST)


def feedback_due(turn: Turn, subject: str) -> None:
    """Day 84: the same four questions to both, and reminders only to whoever has not answered."""
    engagement = locked(turn, subject)
    if engagement.phase != Phase.RUNNING.name:
        return
    engagement.phase = Phase.FEEDBACK.name
    for _, id in both(engagement):
        begin(turn, "feedback", turn.work.parties.handle(id), {"engagement": subject})
    for days in REMIND_DAYS:
        turn.work.dues.add("feedback_wait", subject, turn.now + timedelta(days=days))
    turn.work.dues.add("feedback_staff", subject, turn.now + timedelta(days=STAFF_DAY))


def waiting_for(engagement: Engagement, side: Side) -> str:
    """Name the reminders of one side, which are called off when its answers come."""
    return f"mf:{engagement.id.hex}:{engagement.renewed + 1}:{side.name}."


def feedback_wait(turn: Turn, subject: str) -> None:
    """Remind whoever is missing; after a week the staff."""
    engagement = locked(turn, subject)
    kept = turn.work.engagements.round(engagement.id, "MF", engagement.renewed + 1)
    if kept.shared_at is not None:
        return
    for side, answers in ((Side.OWNER, kept.owner), (Side.TALENT, kept.talent)):
        if answers is None:
            id = engagement.owner_handle_id if side is Side.OWNER else engagement.talent_handle_id
            handle = turn.work.parties.handle(id)
            turn.tell(
                handle,
                reminder(turn, handle, engagement),
                purpose="reminder",
                dedupe=f"{waiting_for(engagement, side)}{turn.now:%m%d}",
            )


def reminder(turn: Turn, handle: Handle, engagement: Engagement) -> Message:
    """Say that we wait; in Slack with the form, which may be far up by now."""
    words = "ふりかえりのお返事をお待ちしています。お二人そろったら、同時にお見せします。"
    for talk in turn.work.conversations.live(handle.id):
        if talk.flow == "feedback" and talk.subject["engagement"] == engagement.id.hex:
            return (
                form_button(talk.id, words, "ふりかえりを書く")
                if handle.platform == "slack"
                else Message(words)
            )
    return Message(words)


def feedback_staff(turn: Turn, subject: str) -> None:
    """A week and still not both: a person should ask."""
    engagement = locked(turn, subject)
    kept = turn.work.engagements.round(engagement.id, "MF", engagement.renewed + 1)
    if kept.shared_at is None:
        names = [other_name(turn, engagement, side) for side in (Side.TALENT, Side.OWNER)]
        missing = [
            name for name, given in zip(names, (kept.owner, kept.talent), strict=True) if given is None
        ]
        words = (
            f"「{turn.work.postings.get(engagement.posting_id).title}」のふりかえりのお返事が、1週間そろっていません。"
            f"{'と'.join(missing)}に、お電話で様子をうかがってください。"
        )
        turn.post(STAFF, Message(words))


def open_mf(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Shared to both at once, unsoftened, unshortened; then both choose."""
    engagement.phase = Phase.RENEWAL.name
    share(turn, engagement, kept, MF, "ふりかえり", "renew")


def open_renewal(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Same wish: it goes on without a gap. Anything else: the staff talk with both."""
    handles = [turn.work.parties.handle(id) for _, id in both(engagement)]
    if kept.owner == [Renewal.SAME.name] == kept.talent:
        engagement.phase, engagement.renewed = Phase.RUNNING.name, engagement.renewed + 1
        turn.work.dues.add("feedback", engagement.id.hex, noon(turn.now + FEEDBACK_AFTER))
        for handle in handles:
            turn.tell(
                handle,
                Message("お二人とも「同じ条件で続ける」でした。毎週の打ち合わせは、このまま続きます。"),
            )
        return
    if Renewal.END.name in (kept.owner[0], kept.talent[0]):
        engagement.phase = Phase.ENDED.name
        turn.work.session.get_one(Application, engagement.application_id).stage = Stage.WITHDRAWN.name
        for handle in handles:
            turn.tell(
                handle,
                Message(
                    "ここでひと区切りにします。これまで、ありがとうございました。担当から、終わりの手順をご連絡します。"
                ),
            )
    else:
        for handle in handles:
            turn.tell(
                handle,
                Message(
                    f"ありがとうございます。担当の{turn.rules.house.staff}が、お二人のお話をうかがいます。"
                ),
            )
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    words = f"{other_name(turn, engagement, Side.OWNER)}と、これからのことを相談したい"
    task = calls.note_for_staff(turn, None, TaskKind.TALK, words, stage="続けるかどうか", about=owner)
    calls.promise(turn, task)


OPENED = {"PI": open_pi, "DECIDE": open_decision, "MF": open_mf, "RENEW": open_renewal}
