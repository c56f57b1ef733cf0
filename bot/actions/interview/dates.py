"""Dates: an hour both agreed to. Both read when and how, may move it or call it off, and put it into a calendar."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.actions.interview.arranging import at_version, changed, of_outcome, tapped
from bot.actions.match import listing
from bot.actions.people.sides import both, close_talks, handle_of
from bot.errors import Refusal
from bot.facts import other_name
from bot.pages.calendars import google_link, of_interview, outlook_link
from bot.payloads import card_payload
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.interview.interview_outcomes import ChangeMeeting
from flows.messages import Button, Card, Line, Message
from flows.rules.calendar import day_before, say_moment
from flows.rules.match.meeting_times import say_both, say_hour
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Side
from storage.interviews import Arranged, Interview
from storage.parties import Handle
from storage.talents import Application, Stage

REVEAL, DAY, HOUR = timedelta(hours=3), timedelta(days=1), timedelta(hours=1)
OVER = timedelta(minutes=40)


def settle_on(turn: Turn, engagement: Engagement, interview: Interview, moment: datetime) -> None:
    """The date stands: what comes before, at and after it has its moments, and both read it."""
    was_moved = interview.sequence > 0
    interview.starts_at, interview.joined = moment, []
    changed(turn, interview, Arranged.SET, Side.OWNER)
    interview.sequence += 1
    moments = {
        "interview_day": day_before(moment),
        "interview_late": moment - DAY,
        "interview_hour": moment - HOUR,
        "interview_over": moment + OVER,
    }
    for purpose, at in moments.items():
        if at > turn.now:
            turn.work.dues.add(purpose, at_version(interview), at)
    turn.work.dues.add("interview_reveal", at_version(interview), max(moment - REVEAL, turn.now))
    for side, id in both(engagement):
        tell_date(turn, engagement, interview, turn.work.parties.handle(id), side, was_moved=was_moved)
    tell_partner(turn, engagement, interview)


def tell_date(
    turn: Turn, engagement: Engagement, interview: Interview, handle: Handle, side: Side, *, was_moved: bool
) -> None:
    name, moment = other_name(turn, engagement, side), interview.starts_at
    assert moment is not None
    words = "日にちが変わりました。" if was_moved else "お会いする日が決まりました。"
    rows = (
        Line("日にち", when(moment, handle)),
        Line("お相手", name),
        *how(turn, engagement, interview, side),
    )
    card = Card(words.rstrip("。"), rows, note="前の日と1時間前に、お知らせします。")
    turn.tell(handle, Message(card=card, buttons=date_buttons(turn, interview, handle, name)))


def when(moment: datetime, handle: Handle) -> str:
    return say_hour(moment) if handle.platform == "line" else say_both(moment, handle.zone)


def address(turn: Turn, interview: Interview) -> str:
    template = turn.rules.meeting_url
    return template.format(id=interview.id.hex[-12:]) if template else ""


def how(turn: Turn, engagement: Engagement, interview: Interview, side: Side) -> tuple[Line, ...]:
    """Say where to go in, or, where there is no address, who rings whom."""
    if url := address(turn, interview):
        return (Line("入るとき", url, is_link=True),)
    phone = phone_of(turn, engagement)
    if side is Side.OWNER:
        return (
            Line("お電話で", f"お相手から {phone} にお電話します。" if phone else "担当からご案内します。"),
        )
    return (Line("お電話で", f"{phone} へお電話ください。" if phone else "担当からご案内します。"),)


def phone_of(turn: Turn, engagement: Engagement) -> str:
    """Return the number that stands on the posting; who gave an address of mail has none."""
    company = turn.work.postings.get(engagement.posting_id).company_id
    contact = turn.work.companies.get(company).contact if company else ""
    return "" if "@" in contact else contact


def date_buttons(turn: Turn, interview: Interview, handle: Handle, name: str) -> tuple[Button, ...]:
    def button(label: str, verb: str) -> Button:
        return Button(label, card_payload("interview", interview.id, interview.version, verb))

    links = calendar_links(turn, interview, name, handle)
    return (*links, button("日にちを変える", "move"), button("会うのをやめる", "off"))


def calendar_links(turn: Turn, interview: Interview, name: str, handle: Handle) -> tuple[Button, ...]:
    """One button that writes this date down, and one for a calendar that keeps itself."""
    shelf = turn.rules.calendar_url(handle.id, turn.work.interviews.key(handle.id))
    one = of_interview(interview, name, address(turn, interview))
    own = (Button("予定表に自動で入れる", "", url=shelf),) if shelf else ()
    if handle.platform == "slack":
        own = (Button("Outlookに入れる", "", url=outlook_link(one)), *own)
    return (Button("カレンダーに入れる", "", url=google_link(one)), *own)


def new_address(turn: Turn, tap: CardTapped) -> None:
    """予定表の住所を変える: whoever holds the old one sees nothing any more."""
    me = turn.person()
    if tap.id != me.id.hex:
        raise Refusal("すみません、この操作は使えませんでした。")
    shelf = turn.rules.calendar_url(me.id, turn.work.interviews.new_key(me.id))
    words = "予定表の住所を新しくしました。前の住所では、もう何も見えません。"
    turn.tell(me, Message(words, buttons=(Button("予定表に自動で入れる", "", url=shelf),) if shelf else ()))


def move_tapped(turn: Turn, tap: CardTapped) -> None:
    """日にちを変える: he names new hours; until then the date stands."""
    engagement, interview, _ = tapped(turn, tap)
    move(turn, engagement, interview, turn.person())


def move(turn: Turn, engagement: Engagement, interview: Interview, handle: Handle) -> None:
    if interview.state != Arranged.SET.name or engagement.phase != Phase.QUESTIONS.name:
        raise Refusal("この日は、もう終わりました。")
    subject = {"interview": interview.id.hex, "engagement": engagement.id.hex}
    begin_once(turn, "offer_slots", handle, subject)


def off_tapped(turn: Turn, tap: CardTapped) -> None:
    """会うのをやめる: asked once more, with the way to move it."""
    engagement, interview, _ = tapped(turn, tap)
    subject = {"interview": interview.id.hex, "engagement": engagement.id.hex}
    begin_once(turn, "change_meeting", turn.person(), subject)


def change_meeting(turn: Turn, talk: Conversation, outcome: ChangeMeeting) -> None:
    engagement, interview, side = of_outcome(turn, outcome.interview, Arranged.SET, talk.handle_id)
    me = turn.work.parties.handle(talk.handle_id)
    if outcome.going == "MOVE":
        return move(turn, engagement, interview, me)
    if outcome.going == "KEEP":
        return turn.tell(me, Message("承知しました。お約束は、そのままです。"))
    turn.tell(me, Message("承知しました。お相手には、ていねいにお伝えしました。"))
    other = side.other
    words = "お会いするお約束は、取りやめになりました。お時間をいただき、ありがとうございました。"
    turn.tell(handle_of(turn, engagement, other), Message(words))
    call_off(turn, engagement, interview)  # last: the others may come back with it


def call_off(turn: Turn, engagement: Engagement, interview: Interview) -> None:
    """They do not meet: the pair is over, and calendars take the date out."""
    take_out(turn, interview)
    engagement.end(turn.now)
    turn.work.session.get_one(Application, engagement.application_id).stage = Stage.DECLINED.name
    listing.table_again(turn, turn.work.postings.get(engagement.posting_id))
    for _, id in both(engagement):
        close_talks(turn, turn.work.parties.handle(id), ("pre_interview",), "engagement", engagement.id)


def take_out(turn: Turn, interview: Interview) -> None:
    """Nothing of it happens any more; calendars that had the date hear it."""
    had_date = interview.state == Arranged.SET.name
    changed(turn, interview, Arranged.OVER, Side.OWNER)
    interview.sequence += had_date


def when_from(turn: Turn, interview: Interview, handle: Handle) -> str:
    assert interview.starts_at is not None
    if handle.platform == "line":
        return say_moment(interview.starts_at, turn.now)
    return when(interview.starts_at, handle)


def go_in(turn: Turn, interview: Interview) -> str:
    url = address(turn, interview)
    return f"\n入るとき：{url}" if url else ""


def tell_partner(turn: Turn, engagement: Engagement, interview: Interview) -> None:
    """Tell who goes along when it is."""
    if engagement.partner_handle_id is None or engagement.interview < 2:
        return
    him = turn.work.parties.handle(engagement.partner_handle_id)
    name = other_name(turn, engagement, Side.OWNER)
    at = when_from(turn, interview, him)
    links = calendar_links(turn, interview, name, him)
    cannot = Button("出られません", card_payload("interview", interview.id, interview.version, "cannot"))
    words = f"{at}から、{name}とお話しです。{go_in(turn, interview)}"
    turn.tell(him, Message(words, buttons=(*links, cannot)))
