"""Waits: of two who were asked, whoever has not answered is reminded; then the staff are told."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from bot import calls
from bot.actions.people.sides import answering, both, locked
from bot.asking import ask_message, form_button
from bot.facts import full_name
from bot.talking import stand
from bot.turn import Turn
from flows.messages import Message
from flows.rules.calendar import JST, next_business_day
from flows.steps import Ask
from flows.together import SEALED
from storage.engagements import Engagement, Phase, Round, Side
from storage.parties import Handle
from storage.staff_tasks import StaffTask, TaskKind

IN_PEACE = timedelta(days=14)  # after the staff looked after something, until it is put before them again
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Wait:
    """How long one round is waited for: reminders in days, the staff in business days."""

    phase: Phase
    what: str  # 「…のお返事」
    after: str = ""  # what follows when both are there
    form: str = ""  # the button that opens the form in Slack
    remind: tuple[int, ...] = (2, 5)
    staff: int = 5  # 0: what is not answered by then is shown as it is

    @property
    def words(self) -> str:
        return f"{self.what}のお返事をお待ちしています。{self.after}"


SHOWN = "お二人そろったら、同時にお見せします。"
WAITS = {
    "PI": Wait(Phase.QUESTIONS, "会う前の質問", SHOWN, "会う前の質問に答える", (), 0),
    "PI2": Wait(Phase.QUESTIONS, "もう一度会う前の質問", SHOWN, "会う前の質問に答える", (), 0),
    "DECIDE": Wait(Phase.DECIDING, "進めてみるかどうか", remind=(1, 3), staff=4),
    "MF": Wait(Phase.FEEDBACK, "ふりかえり", SHOWN, "ふりかえりを書く"),
    "RENEW": Wait(Phase.RENEWAL, "これからのこと"),
    "COUNTER": Wait(Phase.RENEWAL, "これからの条件"),
}
KICKOFF_DAYS = 5
CONFIRM = "ふりかえりの最後のお答えを、確かめてくださるのをお待ちしています。"


def begin_wait(turn: Turn, engagement: Engagement, kind: str) -> None:
    """Both have just been asked: name the moments at which somebody is reminded."""
    subject = f"{engagement.id.hex}:{kind}:{number_of(engagement, kind)}"
    for days in WAITS[kind].remind:
        turn.work.dues.add("round_wait", subject, turn.now + timedelta(days=days))
    turn.work.dues.add("round_staff", subject, noon_after(turn.now, WAITS[kind].staff))


def number_of(engagement: Engagement, kind: str) -> int:
    """Which round of its kind this is: three months bring a new one, and so does a second talk."""
    if kind == "DECIDE":
        return engagement.interview
    return engagement.renewed + 1 if kind in ("MF", "RENEW", "COUNTER") else 1


def noon_after(now: datetime, business_days: int) -> datetime:
    day = now.astimezone(JST).date()
    for _ in range(business_days):
        day = next_business_day(day)
    return datetime.combine(day, time(12), JST)


def waiting_for(engagement: Engagement, kind: str, side: Side) -> str:
    """Name the reminders of one side, which are called off when its answers come."""
    return f"wait:{kind}:{engagement.id.hex}:{number_of(engagement, kind)}:{side.name}."


def missing(turn: Turn, subject: str) -> tuple[Engagement, str, Round, list[Side]] | None:
    """Find who still has to answer; None when the round is over, or is not asked any more."""
    id, kind, number = subject.split(":")
    engagement = locked(turn, id)
    kept = turn.work.engagements.round(engagement.id, kind, int(number))
    if engagement.phase != WAITS[kind].phase.name or int(number) != number_of(engagement, kind):
        return None
    late = [side for side in Side if kept.asked(side)]
    return (engagement, kind, kept, late) if late and kept.shared_at is None else None


def remind(turn: Turn, subject: str) -> None:
    """Remind only whoever is missing."""
    remind_of(turn, subject, is_to_confirm=False)


def remind_of(turn: Turn, subject: str, *, is_to_confirm: bool) -> None:
    """Remind who is to answer, or the owner who only has to confirm: his days are counted from when he was asked."""
    if (found := missing(turn, subject)) is None:
        return
    engagement, kind, kept, late = found
    for side in Side:
        if side in late and is_to_confirm is (side is Side.OWNER and kept.is_to_confirm):
            handle = turn.work.parties.handle(answering(engagement, kept, side))
            if handle.busy_until is not None and handle.busy_until > turn.now:
                continue  # しばらく忙しい
            key = f"{waiting_for(engagement, kind, side)}{turn.now:%m%d}"
            turn.tell(handle, reminder(turn, handle, engagement, kind), purpose="reminder", dedupe=key)


def reminder(turn: Turn, handle: Handle, engagement: Engagement, kind: str) -> Message:
    """Say that we wait, with the buttons or the form, which may be far up by now."""
    wait = WAITS[kind]
    for talk in turn.work.conversations.live(handle.id):
        if SEALED.get(talk.flow) != kind or talk.subject["engagement"] != engagement.id.hex:
            continue
        if wait.form and handle.platform == "slack":
            return form_button(talk.id, wait.words, wait.form)
        state = stand(turn, talk, turn.work.conversations.journal(talk.id))
        if state is not None and isinstance(state.step, Ask):
            words = CONFIRM if talk.flow == "confirm_wish" else wait.words
            return Message(words, buttons=ask_message(talk, state.open_questions()[0]).buttons)
    return Message(wait.words)


def tell_staff(turn: Turn, subject: str) -> None:
    """Still not both: a person should ask, with a card that stays until somebody has."""
    tell_staff_of(turn, subject, is_to_confirm=False)


def tell_staff_of(turn: Turn, subject: str, *, is_to_confirm: bool) -> None:
    """Tell the staff who has not answered, or that the owner has not confirmed."""
    if (found := missing(turn, subject)) is None:
        return
    engagement, kind, kept, late = found
    late = [side for side in late if is_to_confirm is (side is Side.OWNER and kept.is_to_confirm)]
    if not late:
        return
    days = "1週間" if WAITS[kind].staff == 5 else f"{WAITS[kind].staff}営業日"
    what = f"{WAITS[kind].what}のお返事が、{days}そろっていません。"
    who = [answering(engagement, kept, side) for side in late]
    names = [
        full_name(turn, engagement, side.other)
        if id in dict(both(engagement)).values()
        else firm_name(turn, engagement)
        for side, id in zip(late, who, strict=True)
    ]
    card_about_names(turn, engagement, names, what, who[0])


def kickoff_late(turn: Turn, subject: str) -> None:
    """A week after the yes there is still no weekly slot: whoever has the next word is called."""
    engagement = locked(turn, subject)
    if engagement.phase != Phase.KICKOFF.name:
        return
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    his = [
        talk
        for talk in turn.work.conversations.live(owner.id)
        if talk.flow == "confirm_kickoff" and talk.subject["engagement"] == engagement.id.hex
    ]
    late = Side.OWNER if his else Side.TALENT
    card_about_silence(turn, engagement, [late], "最初に決める6つが、1週間決まっていません。")


def firm_name(turn: Turn, engagement: Engagement) -> str:
    """Return how the staff call who goes along in the firm."""
    posting = turn.work.postings.get(engagement.posting_id)
    firm = turn.work.companies.get(posting.company_id).legal_name if posting.company_id else "会社"
    return f"{firm}の{posting.partner_shown or '一緒に進める方'}"


def card_about_silence(turn: Turn, engagement: Engagement, late: list[Side], what: str) -> None:
    names = [full_name(turn, engagement, side.other) for side in late]
    card_about_names(turn, engagement, names, what, dict(both(engagement))[late[0]])


def card_about_names(turn: Turn, engagement: Engagement, names: list[str], what: str, about: UUID) -> None:
    title = turn.work.postings.get(engagement.posting_id).title
    words = f"「{title}」の{what}{'と'.join(names)}に、お電話で様子をうかがってください。"
    kind = TaskKind.RENEWAL if engagement.phase == Phase.RENEWAL.name else TaskKind.SILENT
    raise_card(turn, engagement, kind, words, about)


def raise_card(turn: Turn, engagement: Engagement, kind: TaskKind, words: str, about: UUID) -> StaffTask:
    """Put a card about an engagement before the staff; an open one of the kind takes the words too."""
    task = turn.work.tasks.about(engagement.id, kind)
    task = add_to(turn, engagement, task, kind, words, turn.work.parties.handle(about))
    calls.show(turn, task)
    return task


def alarm(turn: Turn, engagement: Engagement, kind: TaskKind, words: str, about: UUID) -> None:
    """Raise a card about what goes wrong week after week, unless somebody has just looked after it."""
    if not is_looked_after(turn, engagement, kind, words):
        raise_card(turn, engagement, kind, words, about)


def is_looked_after(turn: Turn, engagement: Engagement, kind: TaskKind, words: str) -> bool:
    """Tell whether the staff closed a card with the same words lately; how many weeks it lasts makes no difference."""
    said = turn.work.tasks.settled(engagement.id, kind, turn.now - IN_PEACE)
    return any(NUMBER.sub("", words) in NUMBER.sub("", before) for before in said)


def add_to(
    turn: Turn, engagement: Engagement, task: StaffTask | None, kind: TaskKind, words: str, who: Handle
) -> StaffTask:
    """Write words on an open card, or on a new one about somebody of an engagement; nothing is shown yet."""
    if task is None:
        task = turn.work.tasks.add(
            StaffTask(
                kind=kind.name,
                party_id=who.party_id,
                handle_id=who.id,
                engagement_id=engagement.id,
                created_at=turn.now,
            )
        )
    if words not in task.words:
        task.words = f"{task.words}\n{words}".strip()[-calls.MOST_WORDS :]
    task.stage = Phase[engagement.phase].value
    return task


def end_wait(turn: Turn, engagement: Engagement) -> None:
    """Both have answered: the staff need not ask any more."""
    task = turn.work.tasks.about(engagement.id, TaskKind.SILENT)
    if task is not None:
        task.done_at, task.version = turn.now, task.version + 1
        calls.show(turn, task)
