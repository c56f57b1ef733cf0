"""Feedback: opened to both, kept under seal, shared to both at once; and the rules for one side alone and for harm."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot import calls
from bot.actions.people import waits
from bot.actions.people.sides import both, house_of, locked
from bot.actions.renewal import going_on, quarters, speaking
from bot.actions.renewal.quarters import noon
from bot.errors import Refusal
from bot.facts import full_name
from bot.payloads import card_payload
from bot.talking import begin, settle
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.journal import Entry, digest
from flows.messages import Button, Message
from flows.renewal.month_outcomes import ShowAlone
from flows.rules.calendar import JST, say_moment
from flows.rules.renewal.harm import Harm, harms
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Round, Side
from storage.staff_tasks import StaffTask, TaskKind

ALONE_AFTER = timedelta(days=6)  # day 90 of 84: whoever answered may show his own
OVER_AFTER = timedelta(days=28)  # nobody waits for the other for ever: they choose without
TALKS = ("feedback", "confirm_wish", "show_alone")
OPEN_PHASES = (Phase.FEEDBACK.name, Phase.RENEWAL.name)
TAKEN = "ありがとうございます。お二人そろったら、同時にお見せします。"
READ_FIRST = "ありがとうございます。お答えに、先に担当の{staff}が見る決まりのことが含まれていました。{until}までにご連絡します。"
CARE = "書いてくださって、ありがとうございます。おつらいことが心配です。担当の{staff}から、お電話します。"
GENTLE = "お二人のお答えがそろいました。書いてくださったことに感謝して、急がずお読みください。"
TALK = "次の打ち合わせで10分、このお答えのことをお話しください。"


def feedback_due(turn: Turn, subject: str) -> None:
    """Day 84: the same four questions to both."""
    engagement = locked(turn, subject)
    if engagement.phase != Phase.RUNNING.name or engagement.ends_on is not None:
        return
    if engagement.is_paused(turn.now.astimezone(JST).date()):
        assert engagement.paused_until is not None
        return quarters.after_rest(turn, engagement, engagement.paused_until)
    engagement.phase = Phase.FEEDBACK.name
    kept = round_of(turn, engagement)
    quarters.note(turn, engagement, kept)
    speaking.stop_asking(turn, engagement, TALKS)
    speaking.choose_speaker(turn, engagement, kept)
    speaking.ask_all(turn, engagement, kept)
    waits.begin_wait(turn, engagement, "MF")
    about = f"{subject}:{kept.number}"
    turn.work.dues.add("mf_alone", about, noon(turn.now + ALONE_AFTER))
    turn.work.dues.add("mf_over", about, noon(turn.now + OVER_AFTER))


def round_of(turn: Turn, engagement: Engagement) -> Round:
    return turn.work.engagements.round(engagement.id, "MF", waits.number_of(engagement, "MF"))


def is_open(engagement: Engagement, kept: Round, side: Side) -> bool:
    """Tell whether a side may still answer: until both are shown, or until it goes on without him."""
    if kept.shared_at is not None or kept.alone == side.name:
        return False
    return engagement.phase == Phase.FEEDBACK.name or (
        bool(kept.alone) and engagement.phase == Phase.RENEWAL.name
    )


def keep(
    turn: Turn,
    engagement: Engagement,
    kept: Round,
    side: Side,
    answers: list[str],
    fresh: list[str] | None = None,
) -> None:
    """Seal one side's four answers; what the rule names goes to the staff first, all else to both at once.

    ``fresh`` are those of them that nobody has looked at by the rule; None: all.
    """
    kept.keep(side, answers)
    turn.work.outbox.take_back(waits.waiting_for(engagement, "MF", side))
    found = harms(answers if fresh is None else fresh)
    kept.hold(side, bool(found))
    me = turn.person()
    if found:
        turn.tell(me, Message(tell_staff(turn, engagement, side, found)))
    if not kept.is_done:
        if not found:
            turn.tell(me, Message(TAKEN, buttons=(again_button(kept),)))
        return
    open_if_ready(turn, engagement, kept)


def again_button(kept: Round) -> Button:
    return Button("書き直す", card_payload("round", kept.id, kept.number, "again"))


def tell_staff(turn: Turn, engagement: Engagement, side: Side, found: dict[Harm, str]) -> str:
    """Put what the rule names before the staff, and nothing beside it; return what its writer is told."""
    me = turn.person().id
    is_one_of_two = me in dict(both(engagement)).values()
    who = full_name(turn, engagement, side.other) if is_one_of_two else waits.firm_name(turn, engagement)
    words = "\n".join(f"{kind.value}：「{said[:120]}」" for kind, said in found.items())
    task = waits.raise_card(turn, engagement, TaskKind.READ_FIRST, f"{who}のお答え\n{words}", me)
    calls.promise(turn, task)
    staff = house_of(turn, engagement).staff
    if Harm.LIFE in found:
        return CARE.format(staff=staff)
    return READ_FIRST.format(staff=staff, until=say_moment(task.promised_at or turn.now, turn.now))


def open_if_ready(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Share once both are there and nothing is held; after one side alone, the late one's go over by themselves."""
    if not kept.is_done or kept.shared_at is not None:
        return
    waits.end_wait(turn, engagement)
    if kept.held:
        return
    kept.shared_at = engagement.looked_back_at = turn.now
    gentle = (
        GENTLE
        if not kept.alone
        else "お答えが届きました。書いてくださったことに感謝して、急がずお読みください。"
    )
    speaking.stop_asking(turn, engagement, ("show_alone",))
    for side in Side:
        if kept.alone in ("", side.name):
            for reader in speaking.readers(turn, engagement, kept, side):
                turn.tell(reader, Message(gentle))
    if kept.alone:
        alone = Side[kept.alone]
        speaking.share(turn, engagement, kept, (alone,))
        name = speaking.writer(turn, engagement, kept, alone)
        turn.tell(turn.person(), Message(f"ありがとうございます。{name}にお見せしました。"))
        return
    speaking.share(turn, engagement, kept)
    for _, id in both(engagement):
        turn.tell(turn.work.parties.handle(id), Message(TALK))
    choose(turn, engagement)


def choose(turn: Turn, engagement: Engagement) -> None:
    """Both say what they wish from now on."""
    engagement.phase = Phase.RENEWAL.name
    for _, id in both(engagement):
        begin(turn, "renew", turn.work.parties.handle(id), {"engagement": engagement.id.hex})
    waits.begin_wait(turn, engagement, "RENEW")
    going_on.wait_for_choice(turn, engagement)


# --- written anew


def again_tapped(turn: Turn, tap: CardTapped) -> None:
    """書き直す: what he wrote is his until it is shown, and is not shown while he writes."""
    kept = turn.work.session.get(Round, UUID(tap.id))
    if kept is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    me, engagement = turn.person(), locked(turn, kept.engagement_id.hex)
    turn.work.session.refresh(kept)
    side = speaking.seat_in(engagement, kept, me.id)
    if not is_open(engagement, kept, side):
        raise Refusal("このお答えは、もうお見せしました。続きは、次の打ち合わせでお話しください。")
    about = {"engagement": engagement.id.hex, "number": kept.number}
    for talk in turn.work.conversations.live(me.id):
        if talk.flow in ("feedback", "confirm_wish") and talk.subject == about:
            return settle(turn, talk, turn.work.conversations.journal(talk.id))
    is_firm = me.id == kept.firm
    before = kept.firm_said if is_firm else kept.before(side)
    if before is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    if side is Side.OWNER and kept.is_firm_writing and not is_firm:
        raise Refusal("いま書き直されています。書き終わるまで、少しお待ちください。")
    if is_firm:
        kept.reopen_firm()
        speaking.stop_asking(turn, engagement, ("confirm_wish",))
    else:
        kept.reopen(side)
        if side is Side.OWNER and kept.firm:
            return speaking.ask_owner(turn, engagement, kept)
    begin(turn, "feedback", me, about, seed=_taken_back(before))


def _taken_back(answers: list[str]) -> list[Entry]:
    """Write the former answers as taken back: each can stand again by one tap."""
    given = digest(answers[1])
    keys = (("mf.MF1", ""), ("mf.MF2", ""), ("mf2.MF3", given), ("mf2.MF4", given))
    told = [Entry(key, said, about, raw=said) for (key, about), said in zip(keys, answers, strict=True)]
    return [*told, *(Entry(key, None, is_blank=True) for key, _ in keys)]


# --- one side alone


def found(turn: Turn, subject: str) -> tuple[Engagement, Round] | None:
    """Return the round of a moment, while both still wait in it."""
    id, number = subject.split(":")
    engagement = locked(turn, id)
    kept = round_of(turn, engagement)
    is_mine = engagement.phase == Phase.FEEDBACK.name and kept.number == int(number)
    return (engagement, kept) if is_mine and kept.shared_at is None else None


def alone_due(turn: Turn, subject: str) -> None:
    """Day 90: where one has answered and the other has not, he is asked whether his own may be read already."""
    if (there := found(turn, subject)) is None:
        return
    engagement, kept = there
    done = [side for side in Side if kept.of(side) is not None]
    if len(done) != 1 or kept.held:
        return
    author = speaking.author(turn, engagement, kept, done[0])
    begin(turn, "show_alone", author, {"engagement": engagement.id.hex})


def show_alone(turn: Turn, talk: Conversation, outcome: ShowAlone) -> None:
    """With his consent the other reads his answers; the other's, when they come, go over to him."""
    engagement = locked(turn, outcome.engagement)
    kept = round_of(turn, engagement)
    side = speaking.seat_in(engagement, kept, talk.handle_id)
    if not is_open(engagement, kept, side) or kept.of(side) is None or kept.held:
        raise Refusal("ありがとうございます。このことは、もう次に進んでいます。")
    me = turn.work.parties.handle(talk.handle_id)
    if not outcome.is_shown:
        turn.tell(me, Message("承知しました。そろうまで、お見せしません。", buttons=(again_button(kept),)))
        return
    kept.alone = side.name
    words = f"{speaking.writer(turn, engagement, kept, side)}が、ご自分のお答えを先に見せてくださいました。"
    for reader in speaking.readers(turn, engagement, kept, side.other):
        turn.tell(reader, Message(words))
    speaking.share(turn, engagement, kept, (side.other,))
    name = speaking.writer(turn, engagement, kept, side.other)
    turn.tell(me, Message(f"{name}にお見せしました。お答えが届いたら、お知らせします。"))
    waits.end_wait(turn, engagement)
    choose(turn, engagement)


def over_due(turn: Turn, subject: str) -> None:
    """Four weeks on it is not both: nothing is shown without a word, and the two choose without it."""
    if (there := found(turn, subject)) is None:
        return
    engagement, kept = there
    if kept.held:
        return
    waits.end_wait(turn, engagement)
    speaking.stop_asking(turn, engagement, TALKS)
    for reader in speaking.all_readers(turn, engagement, kept):
        turn.tell(
            reader,
            Message("ふりかえりは、今回はそろいませんでした。書かれた分は、どちらにもお見せしません。"),
        )
    choose(turn, engagement)


# --- what the staff read first


def of_task(turn: Turn, tap: CardTapped) -> tuple[StaffTask, Engagement, Round]:
    task = calls.tapped(turn, tap)
    if task.engagement_id is None or task.kind != TaskKind.READ_FIRST.name:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    engagement = locked(turn, task.engagement_id.hex)
    kept = round_of(turn, engagement)
    if not kept.held or kept.shared_at is not None or engagement.phase not in OPEN_PHASES:
        raise Refusal("この件は、もう先に進んでいます。カードを見てください。")
    return task, engagement, kept


def _close(turn: Turn, task: StaffTask, words: str) -> None:
    task.done_by, task.done_at, task.version = turn.person().id, turn.now, task.version + 1
    task.promised_at, task.words = None, f"{task.words}\n→ {words}"[-calls.MOST_WORDS :]
    turn.work.dues.clear(task.id.hex, calls.PROMISES, turn.now)
    calls.show(turn, task)


def let_through(turn: Turn, tap: CardTapped) -> None:
    """このまま見せる: the staff have read it and hold nothing; it is shared as it stands once both are there."""
    task, engagement, kept = of_task(turn, tap)
    kept.held = ""
    _close(turn, task, "このまま見せる")
    if kept.is_to_confirm:
        speaking.confirm_now(turn, engagement, kept)
    open_if_ready(turn, engagement, kept)


def hold_back(turn: Turn, tap: CardTapped) -> None:
    """見せずに話す: nothing of this round is shown to anybody; the staff talk with both, who then choose."""
    task, engagement, kept = of_task(turn, tap)
    kept.shared_at, kept.held = turn.now, ""  # over: no later answer opens it
    _close(turn, task, "見せずに話す")
    waits.end_wait(turn, engagement)
    staff = house_of(turn, engagement).staff
    speaking.stop_asking(turn, engagement, TALKS)
    words = f"今回のふりかえりは、担当の{staff}がお一人ずつお話をうかがいます。お答えは見せ合いません。"
    for reader in speaking.all_readers(turn, engagement, kept):
        turn.tell(reader, Message(words))
    if engagement.phase == Phase.FEEDBACK.name:
        choose(turn, engagement)
