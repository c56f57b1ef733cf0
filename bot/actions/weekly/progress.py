"""Progress: できた, 途中, まだ; told to the other side, carried over without blame."""

from __future__ import annotations

from uuid import UUID

from bot.actions.people.sides import both, close_talks, locked, refuse_if_over, side_of
from bot.actions.weekly import reminding
from bot.actions.weekly.lists import GONE, subject
from bot.actions.weekly.reminding import DONE, named
from bot.errors import Refusal
from bot.naming import other_name
from bot.talking import begin, begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.journal import Entry, digest
from flows.messages import Message
from flows.weekly.outcomes_weekly import TellHow
from flows.weekly.promising import How, Went
from flows.weekly.weekly import Helps
from storage.conversations import Conversation
from storage.engagements import Engagement, Meeting, Phase, Side
from storage.weeks import DROPPED, NO, OPEN, PARTLY, YES, Promise

KEPT = {Went.YES.name: YES, Went.PARTLY.name: PARTLY, Went.NO.name: NO}
HELPING = {
    Helps.TIME.name: "では、次の打ち合わせで量を見なおしましょう。",
    Helps.THINGS.name: "では、足りないものを次の打ち合わせで一緒に探しましょう。",
    Helps.TALK.name: "では、次の打ち合わせで一緒に手を動かしましょう。",
    Helps.DROP.name: "では、一度おろしましょう。",
}


def week_tapped(turn: Turn, id: str) -> tuple[Meeting, Engagement, Side, list[Promise]]:
    """Find whose promises of which meeting are meant; last month's are over."""
    me = turn.person()
    meeting = turn.work.session.get(Meeting, UUID(id))
    if meeting is None:
        raise Refusal(GONE)
    side = side_of(turn.work.engagements.get(meeting.engagement_id), me.id)
    engagement = locked(turn, meeting.engagement_id.hex)
    mine = turn.work.weeks.promises_of(meeting.id)[side]
    last = turn.work.engagements.last(engagement.id, turn.now)
    before = turn.work.engagements.before(last) if last else None
    is_near = meeting.id in {item.id for item in (last, before) if item}
    if not mine or engagement.phase == Phase.ENDED.name or not is_near:
        raise Refusal("この週のことは、もう終わっています。")
    return meeting, engagement, side, mine


def tapped(turn: Turn, tap: CardTapped) -> None:
    """One tap on the week's notice: できた is all of it; else each is asked about, then what would help."""
    meeting, engagement, side, mine = week_tapped(turn, tap.id)
    if all(item.done == tap.verb for item in mine):
        raise Refusal(f"「{DONE[tap.verb]}」とうかがっています。ありがとうございます。")
    if (week := turn.work.weeks.week(meeting.id)) is not None:
        week.agree(side)  # whoever says how it went knows what it was
    close_talks(turn, turn.person(), ("went",), "engagement", engagement.id)
    if tap.verb == YES or len(mine) == 1:
        for item in mine:
            item.done = tap.verb
        tell_other(turn, engagement, side, f"{named(mine)}→ {DONE[tap.verb]}")
        name = other_name(turn, engagement, side)
        turn.tell(turn.person(), Message(f"「{DONE[tap.verb]}」ですね。{name}にも伝えます。"))
    if (coming := reminding.noticed(turn, engagement)) is not None:
        reminding.answered(turn, engagement, coming, side)  # this free reply carries the rest
    if tap.verb == YES:
        return
    how = next(name for name, kept in KEPT.items() if kept == tap.verb)
    seed = [
        Entry("how.0", [how, ""], digest((item.id.hex, item.text)), raw=DONE[tap.verb])
        for item in mine
        if len(mine) == 1
    ]
    begin(turn, "went", turn.person(), subject(engagement, meeting), seed)


def tell_tapped(turn: Turn, tap: CardTapped) -> None:
    """できたことを知らせる: each promise of his own is asked about."""
    meeting, engagement, _, _ = week_tapped(turn, tap.id)
    begin_once(turn, "went", turn.person(), subject(engagement, meeting))


def heard(turn: Turn, words: str) -> bool:
    """Take 「途中 3つできた」, typed with no question open, as how last week's promise went; tell whether it was that."""
    said = words.strip()
    if not said.startswith(tuple(member.value for member in Went)):
        return False
    for engagement in turn.work.engagements.talking(turn.person().id):
        meeting = turn.work.engagements.last(engagement.id, turn.now)
        side = side_of(engagement, turn.person().id)
        mine = turn.work.weeks.promises_of(meeting.id)[side] if meeting else []
        if meeting is None or all(item.done != OPEN for item in mine):
            continue
        turn.is_tap = True  # he began it: what it asks him comes at once
        how = How("").read(said)
        alone = [Entry("how.0", how, digest((item.id.hex, item.text)), raw=said) for item in mine]
        begin(turn, "went", turn.person(), subject(engagement, meeting), alone if len(mine) == 1 else ())
        return True
    return False


def tell_how(turn: Turn, talk: Conversation, outcome: TellHow) -> None:
    """Keep how each went; what is not done comes along to the next list, unless he lets it go."""
    meeting = turn.work.engagements.meeting(UUID(outcome.meeting))
    engagement = locked(turn, meeting.engagement_id.hex)
    refuse_if_over(engagement)
    side = side_of(engagement, talk.handle_id)
    mine = {item.id.hex: item for item in turn.work.weeks.promises_of(meeting.id)[side]}
    before = {id: (item.done, item.word) for id, item in mine.items()}
    for id, how, word in outcome.gone:
        if (item := mine.get(id)) is not None:
            item.done, item.word = KEPT[how], word
            item.why = outcome.helps if item.done != YES else ""
            if item.done != YES and outcome.helps == Helps.DROP.name:
                item.done = DROPPED
    if (week := turn.work.weeks.week(meeting.id)) is not None:
        week.agree(side)
    news = [item for id, item in mine.items() if (item.done, item.word) != before[id]]
    if news:
        tell_other(turn, engagement, side, "\n".join(line(item) for item in news))
    turn.tell(turn.work.parties.handle(talk.handle_id), Message(answer(turn, engagement, side, outcome)))
    coming = turn.work.engagements.coming(engagement.id, turn.now)
    if coming is not None and not coming.is_ready(side) and coming.meets_at - turn.now < reminding.SOON:
        reminding.answered(turn, engagement, coming, side)


def line(item: Promise) -> str:
    said = DONE.get(item.done, "しないことに")
    return f"「{item.text[:60]}」→ {said}{f'({item.word})' if item.word else ''}"


def answer(turn: Turn, engagement: Engagement, side: Side, outcome: TellHow) -> str:
    """Thank, say what becomes of it; what is not done is nobody's fault."""
    name = other_name(turn, engagement, side)
    if all(how == Went.YES.name for _, how, _ in outcome.gone):
        return f"全部できたのですね。{name}にも伝えます。"
    helping = HELPING.get(outcome.helps, f"「{outcome.helps}」ですね。" if outcome.helps else "")
    return f"{helping}{name}にも伝えます。続きは、次の打ち合わせで話しましょう。"


def tell_other(turn: Turn, engagement: Engagement, side: Side, words: str) -> None:
    """The other side hears it: a talent at once, an owner when he looks or in his next notice."""
    people = dict(both(engagement))
    other = turn.work.parties.handle(people[side.other])
    if other.platform == "slack":
        name = other_name(turn, engagement, Side.TALENT)
        turn.tell(other, Message(f"{name}の先週の約束：{words}"))
