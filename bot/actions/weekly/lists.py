"""Lists: what a meeting ended with, written by one side, read back to both, agreed on by both."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time
from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import both, close_talks, locked, refuse_if_over, side_of
from bot.actions.weekly import numbers, wins
from bot.errors import Refusal
from bot.naming import other_name
from bot.pages import week_view
from bot.pages.page_links import MEETING
from bot.payloads import card_payload, word_payload
from bot.talking import begin, begin_once
from bot.turn import Turn
from flows.errors import Unreadable
from flows.inbound import CardTapped
from flows.messages import Button, Look, Message
from flows.outcomes import PromiseWeek
from flows.rules.calendar import JST, next_business_day
from flows.rules.weekly.actions_of import LONGEST, OWNER, TALENT, Told
from flows.weekly.outcomes_weekly import FixList, KeepWeek
from flows.weekly.promising import SAY_LONG, told_in
from flows.weekly.week_cards import list_card
from flows.words import LABELS, Word
from storage.conversations import Conversation
from storage.engagements import Engagement, Meeting, Phase, Side
from storage.parties import Handle
from storage.staff_tasks import TaskKind
from storage.weeks import Wanted, Week

MOST = 12  # things of both in one week: more is read by nobody
GONE = "すみません、そのボタンは使えませんでした。"
FLOWS = ("week", "decided", "went", "fix_list")  # what asks about one week
STAFF_DAYS = 2  # business days without a list, after which a person asks
OTHER = {Side.OWNER: Side.TALENT, Side.TALENT: Side.OWNER}


def begin_list(turn: Turn, engagement: Engagement, meeting: Meeting) -> None:
    """After a meeting: the talent writes what was decided. The owner is not called again: he reads it when he looks."""
    for _, id in both(engagement):
        # last week's question, still unanswered, is not to catch this week's words
        close_talks(turn, turn.work.parties.handle(id), FLOWS, "engagement", engagement.id)
    check_silence(turn, engagement, meeting)
    if turn.work.weeks.week(meeting.id) is not None:
        return  # written in the meeting already
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    begin(turn, "decided", talent, subject(engagement, meeting))
    turn.work.dues.add("list_wait", meeting.id.hex, morning_after(turn.now))
    turn.work.dues.add("list_staff", meeting.id.hex, waits.noon_after(turn.now, STAFF_DAYS))


def subject(engagement: Engagement, meeting: Meeting) -> dict[str, str]:
    return {"engagement": engagement.id.hex, "meeting": meeting.id.hex}


def morning_after(now: datetime) -> datetime:
    return datetime.combine(next_business_day(now.astimezone(JST).date()), time(10), JST)


def keep_week(turn: Turn, talk: Conversation, outcome: KeepWeek) -> None:
    """The talent wrote for both: kept, with the number; a goal that is reached is put to the owner."""
    meeting, engagement, side = opened(turn, talk, outcome.meeting)
    told = [*outcome.told, *written_meanwhile(turn, talk, meeting, outcome.told)]
    owners = [item for item in told if item.who == OWNER]
    if not owners:
        raise Refusal("社長がやることも、一つお願いします。", "decided.OWNER")
    if len(owners) == len(told):
        raise Refusal("あなたがやることも、一つお願いします。", "decided.TALENT")
    week = write(turn, meeting, side, told, "decided.OWNER")
    if outcome.hand:
        week.hand = outcome.hand
    me = turn.work.parties.handle(talk.handle_id)
    view = week_view.view(turn, engagement, side, meeting)
    fix = Button("直す", card_payload("week", meeting.id, week.version, "fix"))
    words = "決まりですね。社長は「今週やること」と、次のお知らせで見ます。"
    turn.tell(me, Message(words, list_card(view), buttons=(fix,)))
    if outcome.number is not None:
        numbers.keep(turn, engagement, side, outcome.number)
    wins.look(turn, engagement, is_said=outcome.is_reached, thanks=outcome.thanks)


def written_meanwhile(turn: Turn, talk: Conversation, meeting: Meeting, told: Sequence[Told]) -> list[Told]:
    """Give what the owner wrote while the form stood open: it did not show that, and takes nothing of it away."""
    week = turn.work.weeks.week(meeting.id)
    if week is None or week.written_at <= talk.created_at:
        return []
    rows = turn.work.weeks.promises_of(meeting.id)
    his = [item for each in Side for item in rows[each] if item.written_by == Side.OWNER.name]
    known = {(item.who, item.text) for item in told}
    return [Told(row.side, row.text, row.due_on) for row in his if (row.side, row.text) not in known]


def promise_week(turn: Turn, talk: Conversation, outcome: PromiseWeek) -> None:
    """One side said in its own words what was decided: split, kept, and put to the other."""
    meeting, engagement, side = opened(turn, talk, outcome.meeting)
    names, today = week_view.names_of(turn, engagement), turn.now.astimezone(JST).date().isoformat()
    try:
        told = told_in(outcome.text, side.name, today, names)
    except Unreadable as why:
        raise Refusal(str(why), "week.DO") from why
    kept = turn.work.weeks.promises_of(meeting.id)
    others = [
        Told(item.side, item.text, item.due_on)
        for item in kept[OTHER[side]]
        if all((each.who, each.text) != (item.side, item.text) for each in told)
    ]
    week = write(turn, meeting, side, [*told, *others], "week.DO")
    put_to_other(turn, engagement, meeting, week, side)


def opened(turn: Turn, talk: Conversation, meeting_id: str) -> tuple[Meeting, Engagement, Side]:
    """Lock the pair of a meeting and say whose words these are; over is over."""
    meeting = turn.work.engagements.meeting(UUID(meeting_id))
    engagement = locked(turn, meeting.engagement_id.hex)
    refuse_if_over(engagement)
    return meeting, engagement, side_of(engagement, talk.handle_id)


def write(turn: Turn, meeting: Meeting, side: Side, told: Sequence[Told], key: str) -> Week:
    if len(told) > MOST:
        raise Refusal(f"お二人で{len(told)}こになります。今週できる{MOST}こまでにしましょう。", key)
    in_order = sorted(told, key=lambda item: item.who != OWNER)
    wanted = [Wanted(Side[item.who], item.text, item.due_on) for item in in_order]
    turn.work.dues.clear(meeting.id.hex, ("list_wait", "list_staff"), turn.now)
    return turn.work.weeks.write(meeting, wanted, side, turn.now)


def put_to_other(turn: Turn, engagement: Engagement, meeting: Meeting, week: Week, side: Side) -> None:
    """Read the list back to who wrote it, and put it to the other: a talent at once, an owner when he looks."""
    people = dict(both(engagement))
    me, other = (turn.work.parties.handle(people[each]) for each in (side, OTHER[side]))
    mine = week_view.view(turn, engagement, side, meeting)
    fix = Button("直す", card_payload("week", meeting.id, week.version, "fix"))
    name = other_name(turn, engagement, side)
    after = (
        f"{name}にも確かめます。" if other.platform == "slack" else f"{name}には、次のお知らせで見せます。"
    )
    turn.tell(me, Message(f"決まりですね。{after}", list_card(mine), buttons=(fix,)))
    if other.platform != "slack" or week.has_agreed(OTHER[side]):
        return  # the owner reads it when he looks, or in the week's one notice
    about = other_name(turn, engagement, OTHER[side])
    turn.tell(
        other, asks(turn, engagement, meeting, week, OTHER[side], f"{about}が、今週やることを決めました。")
    )
    wait = f"{meeting.id.hex}:{week.version}"
    turn.work.dues.add("agree_wait", wait, morning_after(turn.now))
    turn.work.dues.add("agree_staff", wait, waits.noon_after(turn.now, STAFF_DAYS))


def asks(
    turn: Turn, engagement: Engagement, meeting: Meeting, week: Week, side: Side, first: str = ""
) -> Message:
    """The list with its two buttons: これでよい, 直す."""

    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("week", meeting.id, week.version, verb), look)

    card = list_card(week_view.view(turn, engagement, side, meeting))
    buttons = (button("これでよい", "agree", Look.PRIMARY), button("直す", "fix"))
    return Message(f"{first}これでよろしいですか？", card, buttons)


def agree(turn: Turn, tap: CardTapped) -> None:
    """これでよい: to exactly this list; one that was changed since is shown as it is now."""
    me, meeting, engagement, week = tapped_week(turn, tap)
    side = side_of(engagement, me.id)
    if week.has_agreed(side):
        raise Refusal("「これでよい」とうかがっています。ありがとうございます。")
    if week.version != tap.version:
        turn.tell(me, asks(turn, engagement, meeting, week, side, "そのあと、少し変わりました。"))
        return
    week.agree(side)
    turn.tell(me, Message("ありがとうございます。では、今週はこれで進めます。"))
    if side is Side.OWNER:
        owner = other_name(turn, engagement, Side.TALENT)
        talent = turn.work.parties.handle(engagement.talent_handle_id)
        turn.tell(talent, Message(f"{owner}も、今週やることは「これでよい」とのことです。"))


def fix(turn: Turn, tap: CardTapped) -> None:
    """直す: the talent gets the whole list in a form, the owner chooses one thing."""
    me, meeting, engagement, _ = tapped_week(turn, tap)
    side = side_of(engagement, me.id)
    flow = "fix_list" if side is Side.OWNER else "decided"
    close_talks(turn, me, (flow,), "engagement", engagement.id)  # an old form showed an old list
    begin(turn, flow, me, subject(engagement, meeting))


def tapped_week(turn: Turn, tap: CardTapped) -> tuple[Handle, Meeting, Engagement, Week]:
    me = turn.person()
    meeting = turn.work.session.get(Meeting, UUID(tap.id))
    if meeting is None:
        raise Refusal(GONE)
    side_of(turn.work.engagements.get(meeting.engagement_id), me.id)
    engagement = locked(turn, meeting.engagement_id.hex)
    week = turn.work.weeks.week(meeting.id)
    latest = turn.work.engagements.last(engagement.id, turn.now)
    if week is None or engagement.phase == Phase.ENDED.name or (latest and latest.id != meeting.id):
        raise Refusal("この週のことは、もう終わっています。")
    return me, meeting, engagement, week


def fix_list(turn: Turn, talk: Conversation, outcome: FixList) -> None:
    """One thing put right, taken out or added. Both read the new list; the other side is asked again."""
    meeting, engagement, side = opened(turn, talk, outcome.meeting)
    week = turn.work.weeks.week(meeting.id)
    if week is None or week.version != outcome.version:
        raise Refusal("そのあいだに変わりました。「今週やること」で、いまの中身をご覧ください。")
    kept = turn.work.weeks.promises_of(meeting.id)
    told = [Told(item.side, item.text, item.due_on) for each in Side for item in kept[each]]
    ids = [item.id.hex for each in Side for item in kept[each]]
    if len(outcome.to) > LONGEST:
        raise Refusal(f"{SAY_LONG}いまは{len(outcome.to)}文字です。", "to")
    if outcome.which:
        told = changed(told, ids.index(outcome.which) if outcome.which in ids else -1, outcome.to)
    told += [item for item in outcome.added if item not in told]
    if {item.who for item in told} != {OWNER, TALENT}:
        raise Refusal("お二人とも、一つずつは残しましょう。", "to")
    week = write(turn, meeting, side, told, "more" if outcome.added else "to")
    put_to_other(turn, engagement, meeting, week, side)


def changed(told: list[Told], at: int, to: str) -> list[Told]:
    """Put the thing at a place right, or take it out where there are no words."""
    if at < 0:
        raise Refusal("そのあいだに変わりました。「今週やること」で、いまの中身をご覧ください。")
    new = [Told(told[at].who, to.strip())] if to.strip() else []
    return [*told[:at], *new, *told[at + 1 :]]


def check_silence(turn: Turn, engagement: Engagement, meeting: Meeting) -> None:
    """Two lists in a row that the owner neither agreed to nor said a word about: a person asks him."""
    before = turn.work.engagements.before(meeting)
    older = turn.work.engagements.before(before) if before else None
    if before is None or older is None or not all(_is_unheard(turn, item) for item in (before, older)):
        return
    tell_staff(turn, engagement, Side.OWNER, "「今週やること」を、2週つづけて見ておられないようです。")


def tell_staff(turn: Turn, engagement: Engagement, side: Side, what: str) -> None:
    """Put silence on the staff's card, once while it is open; who has just rung up is left in peace."""
    task = turn.work.tasks.about(engagement.id, TaskKind.SILENT)
    if waits.is_looked_after(turn, engagement, TaskKind.SILENT, what):
        return
    if task is None or what not in task.words:
        waits.card_about_silence(turn, engagement, [side], what)


def _is_unheard(turn: Turn, meeting: Meeting) -> bool:
    week = turn.work.weeks.week(meeting.id)
    told = week_view.is_told(turn.work.weeks.promises_of(meeting.id)[Side.OWNER])
    return week is not None and not week.has_agreed(Side.OWNER) and not told


def write_tapped(turn: Turn, tap: CardTapped) -> None:
    """決まったことを書く: the form of the last meeting."""
    me = turn.person()
    meeting = turn.work.session.get(Meeting, UUID(tap.id))
    if meeting is None:
        raise Refusal(GONE)
    engagement = turn.work.engagements.get(meeting.engagement_id)
    if side_of(engagement, me.id) is Side.OWNER:
        raise Refusal("「今週やること」から書けます。")
    latest = turn.work.engagements.last(engagement.id, turn.now)
    if engagement.phase == Phase.ENDED.name or (latest and latest.id != meeting.id):
        raise Refusal("この週のことは、もう終わっています。")
    begin_once(turn, "decided", me, subject(engagement, meeting))


def show(turn: Turn) -> None:
    """今週やること: the list of each pair this person works in, with what can be done about it."""
    me = turn.person()
    turn.is_tap = True  # he asked for it: what it asks him comes at once
    running = [item for item in turn.work.engagements.of_handle(me.id) if item.phase in RUNNING]
    if not running:
        turn.tell(me, Message("今週やることは、まだありません。打ち合わせが始まると、ここで見られます。"))
        return
    for engagement in running[:3]:
        show_one(turn, engagement)


RUNNING = (Phase.RUNNING.name, Phase.FEEDBACK.name, Phase.RENEWAL.name)


def show_one(turn: Turn, engagement: Engagement) -> None:
    me, side = turn.person(), side_of(engagement, turn.person().id)
    meeting = turn.work.engagements.last(engagement.id, turn.now)
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    if meeting is None:
        at = f"最初の打ち合わせは {week_view.when(coming)}からです。" if coming else ""
        turn.tell(me, Message(f"今週やることは、打ち合わせで決めます。{at}"))
        return
    week = turn.work.weeks.week(meeting.id)
    if week is None and side is Side.OWNER:
        begin_once(turn, "week", me, subject(engagement, meeting))
        return
    if week is None:
        begin_once(turn, "decided", me, subject(engagement, meeting))
        return
    if not week.has_agreed(side):
        turn.tell(me, asks(turn, engagement, meeting, week, side))
        return
    card = list_card(week_view.view(turn, engagement, side, meeting))
    turn.tell(me, Message(card=card, buttons=may(turn, engagement, meeting, week, side)))


def may(turn: Turn, engagement: Engagement, meeting: Meeting, week: Week, side: Side) -> tuple[Button, ...]:
    """What can be done with a list that he agreed to."""
    mine = turn.work.weeks.promises_of(meeting.id)[side]
    tell = (Button("できたことを知らせる", card_payload("meeting", meeting.id, 0, "tell")),)
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    page = turn.rules.page_url(MEETING, coming.id, turn.now) if coming else ""
    return (
        *(tell if any(item.is_open for item in mine) else ()),
        Button("今週の数字を入れる", card_payload("engagement", engagement.id, 0, "number")),
        *((Button("話すことを見る", "", url=page),) if page else ()),
        *((Button(LABELS[Word.MONTH], word_payload(Word.MONTH)),) if side is Side.OWNER else ()),
        Button("直す", card_payload("week", meeting.id, week.version, "fix")),
    )
