"""Calls: a person is always reachable. A card for the staff, a time promised, and kept or owned up to."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from bot.edits import QUICK
from bot.errors import Refusal
from bot.payloads import aside_payload
from bot.talking import begin, settle
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.journal import Entry
from flows.messages import Button, Message
from flows.outcomes import RequestCall
from flows.rules.calendar import JST, call_slots, promised_noon, say_moment
from flows.rules.japanese.when import cannot_be, read_half_day
from flows.together import SEALED
from storage.conversations import OPEN, WAITING, Conversation
from storage.parties import Handle
from storage.staff_tasks import StaffTask, TaskKind

STAGES = {
    "hello": "ごあいさつ",
    "posting": "相談中",
    "firm": "会社の確認",
    "clarify": "確認のご質問",
    "consent_edit": "直した案の確認",
    "call": "お電話の約束",
    "answer_talent": "ご質問へのお返事",
    "ask_talent": "応募の方への質問",
    "decline": "応募の方を選んでいるところ",
    "why_none": "応募の方々を見送ったところ",
    "hide_from": "見せない会社を決めているところ",
    "pre_interview": "会う前の質問",
    "decide": "進めるかどうか",
    "offer_slots": "お会いする日",
    "pick_slot": "お会いする日",
    "change_meeting": "お会いする日",
    "bring_partner": "お会いする日",
    "second_questions": "会う前の質問",
    "confirm_kickoff": "最初に決める6つ",
    "week": "毎週の打ち合わせ",
    "feedback": "お互いのふりかえり",
    "confirm_wish": "お互いのふりかえり",
    "show_alone": "お互いのふりかえり",
    "renew": "続けるかどうか",
    "counter": "続けるかどうか",
    "sum_up": "お仕事のまとめ",
    "share_part": "お仕事のまとめ",
    "invite_over": "お仕事の外のお誘い",
    "propose": "これからの提案",
    "end_work": "終わりのご相談",
    "tell_reason": "終わりのご相談",
    "wrap_up": "終わりの準備",
    "farewell": "終わりの準備",
    "tell_other": "お相手への連絡",
    "tell_staff": "担当への連絡",
}
PROMISES = ("call_warn", "call_late")
GO_ON = "このまま続ける"
SORRY_FOR = timedelta(days=4)  # from the card's beginning
MOST_WORDS = 600  # the card shows the last words, not a life


def note_for_staff(
    turn: Turn,
    talk: Conversation | None,
    kind: TaskKind,
    words: str,
    stage: str = "",
    about: Handle | None = None,
) -> StaffTask:
    """Put one card before the staff, about whoever acts or ``about``; a second one of a kind is joined to the first."""
    who = about or turn.person()
    task = turn.work.tasks.open_of(who.party_id, kind)
    if task is None:
        task = turn.work.tasks.add(
            StaffTask(kind=kind.name, party_id=who.party_id, handle_id=who.id, created_at=turn.now)
        )
    task.words = words[:MOST_WORDS]
    task.stage = stage or (STAGES.get(talk.flow, "") if talk else "")
    show(turn, task)
    return task


def offer_call(turn: Turn, talk: Conversation | None, kind: TaskKind, words: str, *, is_tired: bool) -> None:
    """Ask when to ring; the staff know already."""
    task = note_for_staff(turn, talk, kind, words)
    promise(turn, task)
    handle = turn.work.parties.handle(talk.handle_id) if talk else turn.person()
    begin(turn, "call", handle, {"task": task.id.hex, "tired": is_tired})


def ask_person(turn: Turn, talk: Conversation | None) -> None:
    """人と話す: staff get a card at once, and the owner a promise and a choice of times."""
    assert turn.me is not None
    is_open = talk is not None and talk.flow not in SEALED
    last = turn.work.conversations.journal(talk.id).entries if talk and is_open else ()
    words = next((entry.raw for entry in reversed(last) if entry.raw), "")
    task = note_for_staff(turn, talk, TaskKind.TALK, words)
    promise(turn, task)
    until = say_moment(task.promised_at or turn.now, turn.now)
    house = turn.house(turn.me.party_id)
    phone = f"お急ぎのときは {house.phone} へ。" if house.phone else ""
    deputy = f"{house.staff}か{house.deputy}から" if house.deputy else "こちらから"
    turn.tell(
        turn.me,
        Message(
            f"担当の{house.staff}({house.hours})に伝えました。{until}までに、{deputy}ご連絡します。{phone}"
        ),
    )
    if turn.me.platform == "slack":
        return
    if talk is None or talk.flow != "call":
        if talk is not None and turn.me.floor == talk.id:
            talk.status, turn.me.floor = WAITING, None
        begin(turn, "call", turn.me, {"task": task.id.hex})


def offer(turn: Turn, talk: Conversation) -> None:
    """Answers could not be read: offer a call at three times. Typed words still answer the question that is open."""
    talk.unsure = 0
    buttons = [
        Button(said, aside_payload(talk.id, f"{over.astimezone(JST):%Y%m%d.%H}", "call"))
        for said, over in call_slots(turn.now).items()
    ]
    go_on = Button(GO_ON, aside_payload(talk.id, next(iter(talk.asked), "-"), "keep"))
    staff = turn.house(talk.party_id).staff
    asks = f"担当の{staff}が、お話をうかがって代わりに書きます。お電話しましょうか？"
    turn.tell(turn.person(), Message(asks, buttons=(*buttons, go_on)))


def call_at(turn: Turn, talk: Conversation, slot: str) -> None:
    """He tapped one of the three times: the staff hear of it, and only the number is asked."""
    me = turn.person()
    task = note_for_staff(turn, talk, TaskKind.CALL, "")
    promise(turn, task)
    slots = {f"{over.astimezone(JST):%Y%m%d.%H}": said for said, over in call_slots(turn.now).items()}
    seed = [Entry("when", slots[slot], raw=slots[slot])] if slot in slots else []
    if talk.status == OPEN:
        talk.status = WAITING
    if me.floor == talk.id:
        me.floor = None
    about = {"task": task.id.hex}
    for live in turn.work.conversations.live(me.id):
        if live.flow == "call" and live.subject == about:  # tapped again: the number is being asked
            is_quick = turn.now - live.settled_at <= QUICK
            return None if is_quick else settle(turn, live, turn.work.conversations.journal(live.id))
    begin(turn, "call", me, about, seed)


def promise(turn: Turn, task: StaffTask) -> None:
    if task.promised_at and task.promised_at > turn.now:
        return
    promise_by(turn, task, promised_noon(turn.now))


def promise_by(turn: Turn, task: StaffTask, until: datetime) -> None:
    """Name a time: staff are told an hour before, and we own up when it has passed."""
    turn.work.dues.clear(task.id.hex, PROMISES, turn.now)
    task.promised_at = until
    turn.work.dues.add("call_warn", task.id.hex, until - timedelta(hours=1))
    turn.work.dues.add("call_late", task.id.hex, until)


def request_call(turn: Turn, talk: Conversation, outcome: RequestCall) -> None:
    """Keep when and where to ring."""
    handle = turn.work.parties.handle(talk.handle_id)
    house = turn.house(talk.party_id)
    if not outcome.wanted:
        turn.tell(
            handle, Message("承知しました。お話ししたくなったら、いつでも「人と話す」を押してください。")
        )
        return
    slots = call_slots(talk.created_at)
    if outcome.wanted not in slots and (why := cannot_be(outcome.wanted, turn.now)):
        raise Refusal(why, key="when")
    task = turn.work.tasks.lock(UUID(outcome.task))
    assert task is not None
    task.wanted = f"{outcome.wanted} {outcome.phone}"[:100]
    wanted, slot = outcome.wanted, slots.get(outcome.wanted)
    if slot is None and (named := read_half_day(outcome.wanted, turn.now)):
        wanted, slot = named
    if slot:
        promise_by(turn, task, slot)
    show(turn, task)
    waits = any(other.status == WAITING for other in turn.work.conversations.live(handle.id))
    on = "続きは、お電話のあとでも大丈夫です。" if waits else ""
    if slot:
        words = f"{wanted}ですね。担当の{house.staff}から {outcome.phone} にお電話します。{on}"
    else:  # his own words may name a day off: the hope is passed on, and the time we named stands
        until = say_moment(task.promised_at or turn.now, turn.now)
        words = f"ご希望を{house.staff}に伝えました。{until}までに、{outcome.phone} にご連絡します。{on}"
    turn.tell(handle, Message(words))


def show(turn: Turn, task: StaffTask) -> None:
    turn.refresh(f"task:{task.id.hex}", channel=STAFF)
    turn.refresh_homes()


def tapped(turn: Turn, tap: CardTapped) -> StaffTask:
    if turn.me is None or not turn.me.is_staff:
        raise Refusal("このボタンは、運営スタッフだけが使えます。")
    task = turn.work.tasks.lock(UUID(tap.id))
    if task is None or task.version != tap.version:
        if task is not None:
            show(turn, task)
        raise Refusal("この件は、ほかの人が先に進めました。カードを新しくしました。")
    return task


def take(turn: Turn, tap: CardTapped) -> None:
    """引き受ける."""
    task = tapped(turn, tap)
    assert turn.me is not None
    task.taken_by, task.version = turn.me.id, task.version + 1
    show(turn, task)


def done(turn: Turn, tap: CardTapped) -> StaffTask:
    """対応おわり."""
    task = tapped(turn, tap)
    assert turn.me is not None
    task.done_by, task.done_at, task.version = turn.me.id, turn.now, task.version + 1
    turn.work.dues.clear(task.id.hex, PROMISES, turn.now)
    show(turn, task)
    return task


def warn(turn: Turn, subject: str) -> None:
    """An hour is left; once we have stopped apologising, the word at noon is the only one of the day."""
    task = turn.work.tasks.lock(UUID(subject))
    if task is not None and task.done_at is None and is_fresh(turn, task):
        turn.post(STAFF, Message(f"あと1時間です：{named(turn, task)}へのご連絡を約束しています。"))


def own_up(turn: Turn, subject: str) -> None:
    """The promised time has passed: say so, and promise anew."""
    task = turn.work.tasks.lock(UUID(subject))
    if task is None or task.done_at is not None or task.handle_id is None:
        return
    task.promised_at = None
    promise(turn, task)
    until = say_moment(task.promised_at or turn.now, turn.now)
    handle: Handle = turn.work.parties.handle(task.handle_id)
    sorry = Message(
        f"ご連絡が遅れています。すみません。担当の{turn.house(task.party_id).staff}から、{until}までにご連絡します。"
    )
    told = f"約束の時間を過ぎました：{named(turn, task)}。おわびし、{until}までとお伝えしました。"
    if is_fresh(turn, task):  # a third apology would only annoy; the staff hear on
        turn.tell(handle, sorry, purpose="news")
    else:
        days = (turn.now.astimezone(JST).date() - task.created_at.astimezone(JST).date()).days
        told = f"{named(turn, task)}へのご連絡が、{days}日たってもまだです。今日、お電話をお願いします。"
    turn.post(STAFF, Message(told))
    show(turn, task)


def is_fresh(turn: Turn, task: StaffTask) -> bool:
    return turn.now - task.created_at < SORRY_FOR


def named(turn: Turn, task: StaffTask) -> str:
    """Say in a line what a card is about: its kind, and the firm as far as it is known."""
    work, kind = turn.work, TaskKind[task.kind].value
    if task.engagement_id is not None:
        id = work.postings.get(work.engagements.get(task.engagement_id).posting_id).company_id
        company = work.companies.get(id) if id else None
    else:
        company = work.companies.of_party(task.party_id) if task.party_id else None
    return f"「{kind}」({company.legal_name})" if company else f"「{kind}」"
