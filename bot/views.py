"""Views: draws cards and homes from the store, at the moment they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot import ending_card
from bot.facts import draft_of
from bot.list_cards import applications_of, barred_card, leave_button, over_posting
from bot.pages import photo_card
from bot.payloads import card_payload, word_payload
from bot.posting_views import (
    contact_of,
    digest,
    firm_of,
    invitation,
    open_posting,
    postings_for,
    stop_button,
)
from bot.profiles import profile_buttons
from bot.relay_card import relay_card
from bot.summing import outcome_card
from bot.turn import Rules
from flows.messages import Button, Card, Line, Look, Message
from flows.posting.cards import ReviewView, review_card
from flows.rules.calendar import JST, WEEKDAYS, say_day, say_moment
from flows.rules.lint.lint import QUESTIONS
from flows.rules.match.meeting_times import say_both
from flows.rules.weekly.weekly_calendar import in_zone
from flows.words import LABELS, Word
from storage.engagements import Engagement, Phase
from storage.parties import Handle
from storage.postings import Posting, PostingChange, State
from storage.relays import Relayed
from storage.staff_tasks import StaffTask, TaskKind
from storage.talents import Application
from storage.unit_of_work import Work

RESTING = "お休み中です。新しいご案内は止まっています。"


@dataclass(frozen=True)
class Drawing:
    """A card to post or update, or a home to publish."""

    messages: tuple[Message, ...]
    is_home: bool = False


def draw(work: Work, rules: Rules, subject: str, now: datetime) -> Drawing | None:
    """Draw what a subject names (``review:<id>``, ``task:<id>``, ``posting:<id>``, ``invitation:<id>``, ``digest:<id>``,
    ``relay:<engagement>``, ``relayed:<id>`` (words taken back), ``outcome:<id>``, ``home:<handle id>``), or None: there is nothing to show.
    """
    kind, _, id = subject.partition(":")
    match kind:
        case "review":
            return Drawing((review(work, work.postings.get(UUID(id)), now),))
        case "task":
            task = work.session.get(StaffTask, UUID(id))
            return Drawing((staff_task(work, rules, task, now),)) if task else None
        case "posting":
            posting = work.postings.get(UUID(id))
            is_open = posting.state == State.OPEN.name and not posting.hidden_from
            return Drawing((open_posting(work, posting) if is_open else over_posting(work, posting),))
        case "barred":
            application = work.session.get(Application, UUID(id))
            return Drawing((barred_card(work, application),)) if application else None
        case "invitation" | "digest":
            drawn = (invitation if kind == "invitation" else digest)(work, UUID(id))
            return Drawing((drawn,)) if drawn else None
        case "relayed":
            said = work.session.get(Relayed, UUID(id))
            return Drawing((Message(said.words),)) if said else None
        case "outcome":
            row = work.outcomes.get(UUID(id))
            return Drawing((outcome_card(work, row),)) if row else None
        case "relay":
            return Drawing((relay_card(work, work.engagements.get(UUID(id)), rules.page_url, now),))
        case "home":
            return Drawing(home(work, rules, UUID(id), now), is_home=True)
    return None


def review(work: Work, posting: Posting, now: datetime) -> Message:
    """The review card with the buttons that its state allows."""
    view = ReviewView(
        state=State[posting.state].value,
        draft=draft_of(posting),
        firm=firm_of(work, posting),
        contact=contact_of(work, posting),
        wish=posting.wish_raw,
        partner_raw=posting.partner,
        referred_by=work.parties.party(posting.owner_id).referred_by,
        findings=tuple((level, text, QUESTIONS.get(kind, "")) for level, text, kind in posting.lint),
        pay_is_ours=posting.pay_is_ours,
        question=posting.question,
        reply=posting.reply,
        deadline=deadline_of(posting, now),
        taken_by=work.parties.name(posting.taken_by),
        history=history(work, posting),
        hidden=tuple(map(str, posting.hidden_from)),
    )
    return Message(card=review_card(view), buttons=review_buttons(posting))


def review_buttons(posting: Posting) -> tuple[Button, ...]:
    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("posting", posting.id, posting.version, verb), look)

    if posting.state == State.OPEN.name:
        return (
            button("書き直す", "rework"),
            button("募集を休む", "pause"),
            button("見せない会社", "hide"),
            button("募集を終える", "close"),
        )
    if posting.state == State.PAUSED.name:
        return (button("募集を再開する", "reopen", Look.PRIMARY), button("募集を終える", "close"))
    take = () if posting.taken_by else (button("引き受ける", "take"),)
    if posting.state == State.ASKED.name:
        return take
    if posting.state != State.REVIEW.name:
        return ()
    return (
        button("公開する", "publish", Look.PRIMARY),
        button("質問して戻す", "send_back"),
        button("直して見てもらう", "edit"),
        button("見せない会社", "hide"),
        *take,
    )


def deadline_of(posting: Posting, now: datetime) -> str:
    """Say until when the owner was promised an answer; what is published or over waits for none."""
    if posting.state not in (State.REVIEW.name, State.ASKED.name):
        return ""
    return say_moment(posting.promised_at, now) if posting.promised_at else "なし"


def history(work: Work, posting: Posting) -> tuple[str, ...]:
    changes = work.session.query(PostingChange).filter_by(posting_id=posting.id).order_by(PostingChange.id)
    lines = []
    for change in changes:
        here = change.at.astimezone(JST)
        named = {"line": "社長", "time": "しくみ"}
        who = named.get(change.channel) or work.parties.name(change.by) or "スタッフ"
        lines.append(
            f"{here.month}/{here.day}({WEEKDAYS[here.weekday()]}) {here:%H:%M} {who}：{change.reason}"
        )
    return tuple(lines)


def staff_task(work: Work, rules: Rules, task: StaffTask, now: datetime) -> Message:
    """A card about a person who should hear from us, or about two who should go on."""
    state = "対応おわり" if task.done_at else "対応中" if task.taken_by else "未対応"
    until = say_moment(task.promised_at, now) if task.promised_at else "なし"
    wanted = (Line("ご希望", task.wanted),) if task.wanted else ()
    card = Card(
        f"{TaskKind[task.kind].value}・{state}",
        lines=(
            *about_whom(work, task),
            Line("いま", task.stage or "-"),
            *ending_card.lines(work, task),
            *last_words(task),
            *wanted,
            *photo_card.lines(work, rules.photo_url, task, now),
        ),
        note=f"約束 {until} ・ {work.parties.name(task.done_by or task.taken_by) or '未担当'}",
    )
    shown = photo_card.buttons(work, rules.photo_url, task, now)
    return Message(card=card, buttons=(*shown, *(() if task.done_at else task_buttons(work, task))))


# What we saw ourselves: the words of such a card are ours, and nobody's last.
SEEN = {kind.name for kind in (TaskKind.SILENT, TaskKind.RHYTHM, TaskKind.RENEWAL, TaskKind.ENDING)}


def last_words(task: StaffTask) -> tuple[Line, ...]:
    """What he said last, or what we saw; of a posting that is to be put right, what might be changed."""
    if not task.words:
        return ()
    if task.kind == TaskKind.REWORD.name:
        return (Line("見直しの案", task.words),)
    if task.kind in SEEN:
        return (Line("ようす", task.words),)
    return (Line("さいごの言葉", task.words, is_quote=True),)


def about_whom(work: Work, task: StaffTask) -> tuple[Line, ...]:
    if task.engagement_id is None:
        company = work.companies.of_party(task.party_id) if task.party_id else None
        return (Line("会社", company.legal_name if company else "(まだうかがっていません)"),)
    engagement = work.engagements.get(task.engagement_id)
    talent = work.parties.handle(engagement.talent_handle_id).party_id
    posting, profile = work.postings.get(engagement.posting_id), work.talents.profile(talent)
    return (
        Line("会社", firm_of(work, posting).name),
        Line("お相手", f"{profile.name}さん" if profile else "-"),
        Line("お仕事", posting.title),
    )


def task_buttons(work: Work, task: StaffTask) -> tuple[Button, ...]:
    """The green button is the next step; what is about two people carries the ways on."""

    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("task", task.id, task.version, verb), look)

    phase = work.engagements.get(task.engagement_id).phase if task.engagement_id else ""
    take = () if task.taken_by else (button("引き受ける", "take", Look.PRIMARY),)
    send = button("オーナーに送る", "send", Look.PRIMARY if task.taken_by else Look.PLAIN)
    on = (
        (button("続けることになった", "go_on"),)
        if task.kind in (TaskKind.RENEWAL.name, TaskKind.ENDING.name)
        else ()
    )
    reword = reword_buttons(work, task)
    end = (button("終わりになった", "part"),) if phase and phase != Phase.ENDED.name else ()
    if task.kind == TaskKind.READ_FIRST.name:
        return (*take, button("このまま見せる", "let_through"), button("見せずに話す", "hold_back"), send)
    meets = (
        (button("日にちを決めなおす", "rearrange"),)
        if phase == Phase.QUESTIONS.name and task.kind == TaskKind.SILENT.name
        else ()
    )
    is_open = phase == Phase.RENEWAL.name  # only a decision closes it; until then it stays in the list
    said = (button("ご連絡ずみ", "done"),) if task.promised_at else ()
    return (*take, send, *on, *meets, *end, *reword, *(said if is_open else (button("対応おわり", "done"),)))


def reword_buttons(work: Work, task: StaffTask) -> tuple[Button, ...]:
    """What may be done about a posting to which too few come."""
    posting = work.session.get(Posting, task.posting_id) if task.posting_id else None
    if posting is None or posting.state != State.OPEN.name:
        return ()
    return review_buttons(posting)[:2]


def home(work: Work, rules: Rules, handle_id: UUID, now: datetime) -> tuple[Message, ...]:
    handle = work.parties.handle(handle_id)
    return staff_home(work, rules, handle, now) if handle.is_staff else talent_home(work, handle, now)


def staff_home(work: Work, rules: Rules, handle: Handle, now: datetime) -> tuple[Message, ...]:
    """The staff's work queue: what is due first comes first."""
    postings = sorted(
        work.postings.in_state(State.REVIEW), key=lambda item: item.promised_at or item.created_at
    )
    waiting = work.postings.in_state(State.ASKED)
    tasks = sorted(work.tasks.open(), key=lambda item: item.promised_at or item.created_at)
    reviews = [review(work, posting, now) for posting in postings[:5]]
    cards = [staff_task(work, rules, task, now) for task in tasks[:5]]
    return (
        Message(
            card=Card(
                "やること",
                lead=f"確認待ち {len(postings)}件 ・ ご連絡 {len(tasks)}件 ・ 社長のお返事待ち {len(waiting)}件",
            ),
            buttons=own_buttons(work, handle),
        ),
        *reviews,
        *cards,
        *(() if reviews or cards else (Message("いま急ぎの仕事はありません。"),)),
    )


def own_buttons(work: Work, handle: Handle) -> tuple[Button, ...]:
    """What one of the staff may change about himself and his firms."""

    def button(label: str, verb: str) -> Button:
        return Button(label, card_payload("staff", handle.id, 0, verb))

    over = (button("担当を代わる", "hand_over"),) if work.staff.firms_of(handle.id) else ()
    return (button("わたしの連絡先", "contact"), *over)


def talent_home(work: Work, handle: Handle, now: datetime) -> tuple[Message, ...]:
    """What is mine and what is next: the profile, what I applied for, what runs, and what is open."""
    profile = work.talents.profile(handle.party_id)
    pairs, answered = work.engagements.of_handle(handle.id), work.talents.of_party(handle.party_id)
    known = {item.posting_id for item in answered}
    mine = applications_of(work, answered, {pair.application_id for pair in pairs})
    running = [running_line(work, pair, now) for pair in pairs]
    lead = (
        ""
        if mine or running
        else "まずは自己紹介を書いてください。"
        if not profile
        else "気になる募集があれば、応募してください。"
    )
    return (
        Message(
            card=Card(
                "あなたの予定",
                lines=(*running, *mine[:8]),
                lead=lead,
                note=RESTING if profile and profile.is_paused else "",
            ),
            buttons=(
                *write_buttons(work, handle, now),
                *tell_buttons(work, handle),
                *(week_buttons() if running else ()),
                *leave_button(work, handle),
                *profile_buttons(profile, handle),
                *((stop_button(work, handle.party_id, handle.id),) if profile else ()),
                Button("人と話す", word_payload(Word.PERSON)),
            ),
        ),
        *postings_for(work, handle, known),
    )


def running_line(work: Work, engagement: Engagement, now: datetime) -> Line:
    """One engagement: where it stands and when the two meet next."""
    coming = work.engagements.coming(engagement.id, now)
    following = ""
    if coming is not None and engagement.phase != Phase.ENDED.name:
        here = coming.meets_at.astimezone(JST)
        theirs = in_zone(coming.meets_at, work.parties.handle(engagement.talent_handle_id).zone)
        following = f" / 次は {here.month}/{here.day}({WEEKDAYS[here.weekday()]}) {here:%H:%M}"
        following += f"({theirs})" if theirs else ""
    talk = work.interviews.coming(engagement, now)
    if talk is not None:
        following = f" / {say_both(talk, work.parties.handle(engagement.talent_handle_id).zone)}"
    if engagement.paused_until is not None and engagement.is_paused(now.astimezone(JST).date()):
        following = f" / {say_day(engagement.paused_until)}までお休み{following}"
    if engagement.ends_on is not None and engagement.phase != Phase.ENDED.name:
        following += f" / {say_day(engagement.ends_on)}まで"
    title = work.postings.get(engagement.posting_id).title
    return Line(Phase[engagement.phase].value, f"{title}{following}")


WEEKLY = (Word.MOVE, Word.DAYS_OFF, Word.HOUR, Word.END)


def week_buttons() -> tuple[Button, ...]:
    """What a talent may want to change about his weeks."""
    return tuple(Button(LABELS[word], word_payload(word)) for word in WEEKLY)


def write_buttons(work: Work, handle: Handle, now: datetime) -> tuple[Button, ...]:
    """One button for each meeting that has begun and whose list is not written: it is written while they talk."""
    last = (work.engagements.last(item.id, now) for item in work.engagements.talking(handle.id))
    waiting = [meeting for meeting in last if meeting and work.weeks.week(meeting.id) is None]
    return tuple(
        Button("決まったことを書く", card_payload("meeting", item.id, 0, "write"), Look.PRIMARY)
        for item in waiting[:3]
    )


def tell_buttons(work: Work, handle: Handle) -> tuple[Button, ...]:
    """One button for each engagement in which a word can be sent to the other side."""
    running = work.engagements.talking(handle.id)
    return tuple(
        Button("社長に伝える", card_payload("engagement", item.id, 0, "tell")) for item in running[:3]
    )
