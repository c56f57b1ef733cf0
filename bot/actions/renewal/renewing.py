"""Renewing: the same wish goes on by itself; anything else the staff talk over, write down, and both may say ちがう."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bot import calls
from bot.actions.people import relays, waits
from bot.actions.people.sides import both, close_talks, everybody, house_of, locked, side_of
from bot.actions.renewal import last_day, outcomes, quarters
from bot.actions.weekly import slotting, weekly
from bot.ending_facts import heard_on
from bot.errors import Refusal
from bot.facts import full_name, other_name
from bot.payloads import card_payload
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Card, Line, Message
from flows.outcomes import GoOn, PartWays
from flows.questions import yen
from flows.renewal.going_on import Renewal
from flows.renewal.renewing import TODAY
from flows.rules.calendar import JST, say_day, say_moment
from flows.rules.renewal.ending import may_end, said_end, told_to_owner
from storage.conversations import Conversation
from storage.endings import STAFF
from storage.engagements import Engagement, Phase, Round, Side
from storage.staff_tasks import StaffTask, TaskKind
from storage.talents import Application, Stage
from storage.terms import How

LOOK_AGAIN = 5  # business days after which an undecided renewal is shown to the staff again
ASKS = (
    *("pre_interview", "second_questions", "decide", "offer_slots", "pick_slot", "change_meeting"),
    *("bring_partner", "kickoff", "confirm_kickoff", "feedback", "confirm_wish", "renew", "tell_other"),
    *("week", "decided", "thanks", "went", "number", "fix_list", "win"),
    *("change_slot", "agree_slot", "show_alone", "counter"),
    *last_day.TALKS,
)
THANKS = "これまで、ありがとうございました。"


def talk_over(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Not two wishes that can be laid side by side: the staff talk with both."""
    said = f"社長：{Renewal[kept.owner[0]].value} / お相手：{Renewal[kept.talent[0]].value}"
    ask_staff(turn, engagement, said)


def ask_staff(turn: Turn, engagement: Engagement, said: str) -> None:
    """Put both wishes before the staff; the weeks go on meanwhile."""
    staff = house_of(turn, engagement).staff
    words = f"ありがとうございます。担当の{staff}が、お二人のお話をうかがいます。毎週の打ち合わせは、そのまま続きます。"
    turn.work.dues.add("renewal_open", engagement.id.hex, waits.noon_after(turn.now, LOOK_AGAIN))
    tell_both(turn, engagement, Message(words))
    calls.promise(turn, card(turn, engagement, said, engagement.owner_handle_id))


def card(turn: Turn, engagement: Engagement, words: str, about: UUID) -> StaffTask:
    return waits.raise_card(turn, engagement, TaskKind.RENEWAL, words, about)


def tell_both(turn: Turn, engagement: Engagement, *messages: Message) -> None:
    for _, id in both(engagement):
        turn.tell(turn.work.parties.handle(id), *messages)


def run_on(turn: Turn, engagement: Engagement) -> None:
    """Three months more: the weekly slot stays, the next feedback has its day."""
    engagement.phase, engagement.renewed = Phase.RUNNING.name, engagement.renewed + 1
    engagement.ended_at = None
    last_day.unset(turn, engagement)
    turn.work.session.get_one(Application, engagement.application_id).stage = Stage.ENGAGED.name
    for id in everybody(engagement):  # what was not answered by now is not asked any more
        asked = ("feedback", "confirm_wish", "sum_up")
        close_talks(turn, turn.work.parties.handle(id), asked, "engagement", engagement.id)
    quarters.plan(turn, engagement)
    if following(turn, engagement) is None:  # it had ended, and the rhythm with it
        weekly.plan(turn, engagement, turn.now)


def go_on_as_before(turn: Turn, engagement: Engagement) -> None:
    """A notice was taken back: the weeks stand again; a look back that was begun or missed counts as done."""
    number = engagement.renewed + 1
    kept = turn.work.engagements.found_round(engagement.id, "MF", number)
    was_begun = kept is not None and (kept.owner is not None or kept.talent is not None)
    if was_begun or not turn.work.dues.is_named("feedback", engagement.id.hex):
        run_on(turn, engagement)
    slotting.top_up(turn, engagement)


def following(turn: Turn, engagement: Engagement) -> str | None:
    """Say when the two meet next."""
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    return slotting.when(coming) if coming else None


def finish(turn: Turn, engagement: Engagement) -> None:
    """It is over: nothing is asked of either any more, and the talent's hours are free again."""
    was_running = engagement.started_on is not None
    ending = turn.work.endings.current(engagement.id)
    last = last_day.last_moment(engagement)
    engagement.end(min(turn.now, last) if last else turn.now)
    if was_running and engagement.ended_at is not None:
        engagement.ends_on = engagement.ended_at.astimezone(JST).date()
        engagement.end_reason = last_day.reason_of(ending) if ending else STAFF
    turn.work.endings.close(engagement.id, turn.now)
    slotting.end(turn, engagement)
    application = turn.work.session.get_one(Application, engagement.application_id)
    application.stage = Stage.ENDED.name if was_running else Stage.DECLINED.name
    for id in everybody(engagement):
        close_talks(turn, turn.work.parties.handle(id), ASKS, "engagement", engagement.id)
    waits.end_wait(turn, engagement)


def of_task(turn: Turn, task: StaffTask | None) -> Engagement:
    if task is None or task.engagement_id is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    return locked(turn, task.engagement_id.hex)


def go_on_tapped(turn: Turn, tap: CardTapped) -> None:
    """続けることになった: opens the form."""
    task = calls.tapped(turn, tap)
    if of_task(turn, task).started_on is None:
        raise Refusal("まだ始まっていないお仕事です。")
    begin_once(turn, "go_on", turn.person(), {"task": task.id.hex})


def part_tapped(turn: Turn, tap: CardTapped) -> None:
    """終わりになった: opens the form."""
    task = calls.tapped(turn, tap)
    of_task(turn, task)
    begin_once(turn, "part_ways", turn.person(), {"task": task.id.hex})


def done(turn: Turn, tap: CardTapped) -> None:
    """対応おわり; an undecided renewal only leaves the list of promises, for its card is the way on."""
    task = turn.work.session.get(StaffTask, UUID(tap.id))
    engagement = turn.work.engagements.get(task.engagement_id) if task and task.engagement_id else None
    if engagement is None or engagement.phase != Phase.RENEWAL.name:
        relays.done(turn, tap)
        return
    relays.lock_person(turn, UUID(tap.id))
    task = calls.tapped(turn, tap)
    task.promised_at, task.version = None, task.version + 1
    turn.work.dues.clear(task.id.hex, calls.PROMISES, turn.now)
    calls.show(turn, task)
    relays.hand_back(turn, task)


def decided(turn: Turn, id: str) -> tuple[StaffTask, Engagement]:
    """Lock what a staff form is about, people first; somebody else may have been quicker."""
    if not turn.person().is_staff:
        raise Refusal("この操作は、運営スタッフだけができます。")
    engagement = of_task(turn, turn.work.session.get(StaffTask, UUID(id)))
    task = turn.work.tasks.lock(UUID(id))
    if task is None or task.done_at is not None:
        raise Refusal("この件は、ほかの人が先に進めました。カードを見てください。")
    task.done_by, task.done_at, task.version = turn.person().id, turn.now, task.version + 1
    turn.work.dues.clear(task.id.hex, calls.PROMISES, turn.now)
    engagement.version += 1
    for _, handle in both(engagement):
        close_talks(turn, turn.work.parties.handle(handle), ("renew", "counter"), "engagement", engagement.id)
    return task, engagement


def go_on(turn: Turn, talk: Conversation, outcome: GoOn) -> None:
    """The terms hold from now on, and both read them."""
    task, engagement = decided(turn, outcome.task)
    keep_terms(turn, engagement, (outcome.hours, outcome.pay), How.STAFF, outcome.changes)
    if engagement.phase in (Phase.RENEWAL.name, Phase.ENDED.name) or engagement.ends_on is not None:
        run_on(turn, engagement)
        slotting.top_up(turn, engagement)
    words = "続けることになりました。お話しした中身とちがうときは、「ちがう」を押してください。"
    tell_both(turn, engagement, terms_card(turn, engagement, words))
    close(turn, task, f"続けることになった(月{outcome.hours}時間・月{yen(outcome.pay)}) {outcome.changes}")


def keep_terms(
    turn: Turn, engagement: Engagement, terms: tuple[int, int], how: How, changes: str = ""
) -> None:
    """Let these terms hold from today on; the versions before them stay."""
    agreed = {"HOURS": str(terms[0]), "PAY": str(terms[1]), "CHANGES": changes}
    engagement.kickoff = {**(engagement.kickoff or {}), **agreed}
    turn.work.terms.add(engagement.id, terms, how, turn.now, turn.now.astimezone(JST).date(), changes)


def terms_card(turn: Turn, engagement: Engagement, words: str) -> Message:
    """Show what holds now, with the way to say that it is not what was agreed."""
    agreed = engagement.kickoff or {}
    changes = agreed.get("CHANGES")  # of the hours and the pay the next line speaks
    rows = (
        *((Line("変わったこと", changes),) if changes else ()),
        Line("時間とお支払い", f"月{agreed['HOURS']}時間くらい・お相手に月{yen(int(agreed['PAY']))}"),
        Line("毎週の打ち合わせ", agreed.get("KO3", "")),
        Line("次の打ち合わせ", following(turn, engagement) or "これから決めます"),
    )
    return Message(words, Card("これからのお約束", rows), (differs_button(engagement),))


def part_ways(turn: Turn, talk: Conversation, outcome: PartWays) -> None:
    """It ends, with thanks: on the day both know of, or today where both said so."""
    task, engagement = decided(turn, outcome.task)
    if outcome.day != TODAY:
        return part_on(turn, task, engagement, outcome)
    had_begun = engagement.started_on is not None
    finish(turn, engagement)
    words = f"ここでひと区切りにします。{THANKS}" if had_begun else f"今回は見送りになりました。{THANKS}"
    staff = house_of(turn, engagement).staff
    rows = (Line(f"担当の{staff}から", outcome.words, is_quote=True),) if outcome.words else ()
    told = Card("これからのこと", rows) if rows else None
    tell_both(turn, engagement, Message(words, told, (differs_button(engagement),)))
    close(turn, task, f"終わりになった {outcome.words}")
    outcomes.ask_outcome(turn, engagement)
    if (open_card := turn.work.tasks.about(engagement.id, TaskKind.ENDING)) is not None:
        end_card(turn, open_card, "今日で終わりになりました。")


def part_on(turn: Turn, task: StaffTask, engagement: Engagement, outcome: PartWays) -> None:
    """It ends on a day: both read it, and until then all goes on."""
    day, begun = date.fromisoformat(outcome.day), engagement.started_on
    heard = heard_on(turn, engagement, Side.OWNER)
    if engagement.phase == Phase.ENDED.name or begun is None:
        raise Refusal("このお仕事は、いま続いていません。カードを見てください。", "end.DAY")
    if not may_end(begun, heard, day, by_owner=True):
        raise Refusal(told_to_owner(begun, heard), "end.DAY")
    ending = turn.work.endings.open(engagement.id, turn.now)
    ending.given_by = " ".join(dict.fromkeys((*ending.given_by.split(), STAFF)))
    last_day.set_day(turn, engagement, ending, day)
    staff = house_of(turn, engagement).staff
    rows = (Line(f"担当の{staff}から", outcome.words, is_quote=True),) if outcome.words else ()
    rows = (Line("最後の日", said_end(day)), *rows)
    words = "お話ししたとおり、お仕事の終わりの日が決まりました。それまでは、いつもどおり続きます。"
    tell_both(turn, engagement, Message(words, Card("お仕事の終わり", rows), (differs_button(engagement),)))
    close(turn, task, f"{say_day(day)}で終わりになった {outcome.words}")
    last_day.card(turn, engagement, ending, "お二人と話して、日を決めました。")


def end_card(turn: Turn, task: StaffTask, words: str) -> None:
    """Close a card of the staff that needs nobody any more."""
    task.words = f"{task.words}\n→ {words}".strip()[-calls.MOST_WORDS :]
    task.done_at, task.version, task.promised_at = turn.now, task.version + 1, None
    turn.work.dues.clear(task.id.hex, calls.PROMISES, turn.now)
    calls.show(turn, task)


def close(turn: Turn, task: StaffTask, words: str) -> None:
    task.words = f"{task.words}\n→ {words}".strip()[-calls.MOST_WORDS :]
    calls.show(turn, task)
    turn.tell(turn.person(), Message("お二人に知らせました。"))
    relays.hand_back(turn, task)


def differs_button(engagement: Engagement) -> Button:
    return Button("ちがう", card_payload("engagement", engagement.id, engagement.version, "differs"))


def differs(turn: Turn, tap: CardTapped) -> None:
    """ちがう: the staff get a card again, and whoever said it a time."""
    me, found = turn.person(), turn.work.session.get(Engagement, UUID(tap.id))
    if found is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    side = side_of(found, me.id)
    engagement = locked(turn, found.id.hex)
    if engagement.version != tap.version:
        raise Refusal("そのあとに、新しいお知らせをお送りしています。そちらをご覧ください。")
    name = full_name(turn, engagement, side.other)
    task = card(turn, engagement, f"{name}から「ちがう」", me.id)
    calls.promise(turn, task)
    until = say_moment(task.promised_at or turn.now, turn.now)
    staff = house_of(turn, engagement).staff
    turn.tell(me, Message(f"承知しました。担当の{staff}に伝えました。{until}までにご連絡します。"))


def still_open(turn: Turn, subject: str) -> None:
    """Nothing is decided yet: the card is shown to the staff again, each week until it is."""
    engagement = locked(turn, subject)
    if engagement.phase != Phase.RENEWAL.name:
        return
    name = other_name(turn, engagement, Side.OWNER)
    words = f"{name}とのこれからが、まだ決まっていません。お二人のお話をうかがってください。"
    card(turn, engagement, words, engagement.owner_handle_id)
    turn.work.dues.add("renewal_open", subject, waits.noon_after(turn.now, LOOK_AGAIN))
