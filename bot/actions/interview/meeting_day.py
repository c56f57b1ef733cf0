"""Meeting day: what comes before an agreed hour, at it and after it. Who cannot come is never blamed."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot.actions.interview import interviewing
from bot.actions.interview.arranging import at_version, changed, standing, tapped
from bot.actions.interview.dates import HOUR, date_buttons, go_in, phone_of, when, when_from
from bot.actions.people import waits
from bot.actions.people.sides import both, close_talks, handle_of, house_of
from bot.errors import Refusal
from bot.facts import other_name
from bot.payloads import card_payload
from bot.talking import begin
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Look, Message
from flows.renewal.sharing import shared
from flows.rules.calendar import JST, say_moment, say_time
from prompts.knowledge import verbatim
from storage.engagements import Engagement, Phase, Round, Side
from storage.interviews import Arranged, Interview
from storage.parties import Handle
from storage.staff_tasks import TaskKind

QUESTIONS = {1: ("PI", "pre_interview"), 2: ("PI2", "second_questions")}
RING, MARK, STILL = timedelta(minutes=10), timedelta(minutes=15), timedelta(minutes=5)
MISSING = "-"  # before the side of who waits alone
NOT_YET = "お答えは、まだのようです。お会いしたときに、聞いてみてください。"


def share(
    turn: Turn, engagement: Engagement, kept: Round, keys: tuple[str, ...], title: str = "お答え"
) -> None:
    """Show each side the other's answers, as written, both at the same moment."""
    texts = verbatim().texts()
    for side, id in both(engagement):
        answers = kept.of(side.other)
        if answers is None:
            continue
        asked = [(texts[key], said) for key, said in zip(keys, answers, strict=True)]
        name = other_name(turn, engagement, side)
        turn.tell(turn.work.parties.handle(id), *shared(f"{name}の{title}", asked))


# --- before


def day_before(turn: Turn, subject: str) -> None:
    """The working day before: when, with whom, and where to go in."""
    if (found := standing(turn, subject, Arranged.SET)) is None:
        return
    engagement, interview = found
    assert interview.starts_at is not None
    for side, handle in who_comes(turn, engagement):
        name = other_name(turn, engagement, side)
        is_theirs = handle.id == engagement.partner_handle_id
        at = when_from(turn, interview, handle)
        words = f"{at}から、{name}とお話しです。{go_in(turn, interview)}"
        buttons = (
            (button(interview, "出られません", "cannot"),)
            if is_theirs
            else date_buttons(turn, interview, handle, name)[-2:-1]
        )
        told = Message(words, buttons=buttons)
        turn.tell(handle, told, purpose="reminder", dedupe=f"meets:{subject}:{handle.id.hex[-8:]}")


def who_comes(turn: Turn, engagement: Engagement) -> list[tuple[Side, Handle]]:
    """Return who is told of the hour: the two, and who goes along in the firm where he is on LINE."""
    people = [(side, turn.work.parties.handle(id)) for side, id in both(engagement)]
    if engagement.partner_handle_id is not None and engagement.interview > 1:
        people.append((Side.OWNER, turn.work.parties.handle(engagement.partner_handle_id)))
    return people


def hour_before(turn: Turn, subject: str) -> None:
    """An hour before, at any hour of the day: both agreed to it. Who waits alone then finds his button here."""
    if (found := standing(turn, subject, Arranged.SET)) is None:
        return
    engagement, interview = found
    if interview.starts_at is None or interview.starts_at - turn.now > HOUR:
        return
    at = say_time(interview.starts_at.astimezone(JST).time())
    for side, handle in who_comes(turn, engagement):
        here = at if handle.platform == "line" else when(interview.starts_at, handle)
        words = (
            f"このあと、{here}から{other_name(turn, engagement, side)}とお話しです。{go_in(turn, interview)}"
        )
        is_theirs = handle.id == engagement.partner_handle_id
        alone = () if is_theirs else (button(interview, "お相手が来ない", "missing"),)
        key = f"soon:{subject}:{handle.id.hex[-8:]}"
        turn.tell(handle, Message(words, buttons=alone), purpose="reminder", at=turn.now, dedupe=key)


def late(turn: Turn, subject: str) -> None:
    """A day before: whoever has not answered the questions is reminded."""
    if (found := standing(turn, subject, Arranged.SET)) is not None:
        engagement, _ = found
        waits.remind(turn, f"{engagement.id.hex}:{QUESTIONS[engagement.interview][0]}:1")


def reveal(turn: Turn, subject: str) -> None:
    """Three hours before: what there is is shown to both; nobody is kept waiting for the other."""
    if (found := standing(turn, subject, Arranged.SET)) is None:
        return
    engagement, _ = found
    kind, flow = QUESTIONS[engagement.interview]
    kept = turn.work.engagements.round(engagement.id, kind)
    if kept.shared_at is not None or (kept.owner is None and kept.talent is None):
        return
    kept.shared_at = turn.now
    share(turn, engagement, kept, keys_of(kind))
    for side, id in both(engagement):
        handle = turn.work.parties.handle(id)
        close_talks(turn, handle, (flow,), "engagement", engagement.id)
        if kept.of(side.other) is None:
            turn.tell(handle, Message(f"{other_name(turn, engagement, side)}の{NOT_YET}"))


def keys_of(kind: str) -> tuple[str, ...]:
    from flows.together import PI, PI2

    return PI if kind == "PI" else PI2


# --- at the hour


def button(interview: Interview, label: str, verb: str, look: Look = Look.PLAIN) -> Button:
    return Button(label, card_payload("interview", interview.id, interview.version, verb), look)


def here_tapped(turn: Turn, tap: CardTapped) -> None:
    """話せています: nobody is looked for any more."""
    _, interview, side = tapped(turn, tap)
    if interview.state != Arranged.SET.name:
        raise Refusal("ありがとうございます。")
    interview.joined = [each for each in interview.joined if not each.startswith(MISSING)] + [side.name]
    turn.tell(turn.person(), Message("よかったです。どうぞ、ごゆっくり。"))


def missing_tapped(turn: Turn, tap: CardTapped) -> None:
    """お相手が来ない: the other is called; then by telephone, then another day."""
    engagement, interview, side = tapped(turn, tap)
    if interview.state != Arranged.SET.name or interview.starts_at is None:
        raise Refusal("この日のことは、もう次に進んでいます。")
    if interview.starts_at > turn.now:
        raise Refusal(
            f"お約束は、{say_moment(interview.starts_at, turn.now)}からです。もう少しお待ちください。"
        )
    if any(each.startswith(MISSING) for each in interview.joined):
        raise Refusal("いま声をかけています。もう少しお待ちください。")
    interview.joined = [MISSING + side.name]
    other = side.other
    words = f"{other_name(turn, engagement, other)}が、お待ちです。{go_in(turn, interview)}"
    came = (button(interview, "話せています", "here", Look.PRIMARY),)
    turn.tell(handle_of(turn, engagement, other), Message(words, buttons=came), at=turn.now)
    waits_on = "承知しました。お相手に声をかけました。そのまま少しお待ちください。"
    turn.tell(turn.person(), Message(waits_on, buttons=came))
    ring = max(interview.starts_at + RING, turn.now)
    turn.work.dues.add("interview_ring", at_version(interview), ring)
    turn.work.dues.add("interview_mark", at_version(interview), max(interview.starts_at + MARK, ring + STILL))


def alone(turn: Turn, subject: str) -> tuple[Engagement, Interview] | None:
    """Find an interview in which somebody still waits alone."""
    found = standing(turn, subject, Arranged.SET)
    is_alone = found is not None and any(each.startswith(MISSING) for each in found[1].joined)
    return found if is_alone else None


def ring(turn: Turn, subject: str) -> None:
    """Ten minutes in: the telephone will do."""
    if (found := alone(turn, subject)) is None:
        return
    engagement, _ = found
    phone = phone_of(turn, engagement)
    ours = house_of(turn, engagement).phone
    to_talent = f"お電話でも大丈夫です。{phone} へどうぞ。" if phone else f"お困りのときは {ours} へどうぞ。"
    to_owner = (
        f"お相手に、{phone} へのお電話でもよいとお伝えしました。"
        if phone
        else f"お困りのときは {ours} へどうぞ。"
    )
    for side, words in ((Side.OWNER, to_owner), (Side.TALENT, to_talent)):
        turn.tell(handle_of(turn, engagement, side), Message(words), at=turn.now)


def mark(turn: Turn, subject: str) -> None:
    """A quarter of an hour in: another day, then."""
    if (found := alone(turn, subject)) is not None:
        missed(turn, *found)


def missed(turn: Turn, engagement: Engagement, interview: Interview) -> None:
    """They could not meet: once they find another hour at once, then the staff help."""
    interview.missed += 1
    engagement.phase = Phase.QUESTIONS.name
    interview.sequence += 1
    again = interview.missed == 1
    staff = house_of(turn, engagement).staff
    words = "今日は、お会いできなかったようですね。よくあることです。"
    words += "日にちを決めなおしましょう。" if again else f"担当の{staff}から、お二人にご連絡します。"
    for _, id in both(engagement):
        turn.tell(turn.work.parties.handle(id), Message(words), at=turn.now)
    if again:
        return interviewing.ask_for_hours(turn, engagement, interview, Side.OWNER)
    changed(turn, interview, Arranged.OVER, Side.OWNER)
    said = "お会いする約束が、2回かないませんでした。お二人に、お電話で様子をうかがってください。"
    waits.raise_card(turn, engagement, TaskKind.SILENT, said, engagement.owner_handle_id)


# --- after


def over(turn: Turn, subject: str) -> None:
    """They have met: each says how to go on."""
    if (found := standing(turn, subject, Arranged.SET)) is None:
        return
    engagement, interview = found
    changed(turn, interview, Arranged.MET, Side.OWNER)
    engagement.phase = Phase.DECIDING.name
    _, flow = QUESTIONS[engagement.interview]
    for _, id in both(engagement):
        handle = turn.work.parties.handle(id)
        close_talks(turn, handle, (flow, "decide"), "engagement", engagement.id)
        begin(turn, "decide", handle, {"engagement": engagement.id.hex})
    waits.begin_wait(turn, engagement, "DECIDE")


def not_met(turn: Turn, engagement: Engagement, kept: Round, side: Side) -> None:
    """会えなかった: another day; where the other told of a talk, a person asks what happened."""
    theirs = kept.of(side.other)
    interview = turn.work.interviews.of(engagement)
    assert interview is not None
    if theirs is not None:
        said = "片方の方は会えた、もう片方の方は会えなかったとのことです。お電話で確かめてください。"
        waits.raise_card(turn, engagement, TaskKind.SILENT, said, dict(both(engagement))[side])
        staff = house_of(turn, engagement).staff
        words = f"承知しました。担当の{staff}が確かめて、ご連絡します。"
        turn.tell(handle_of(turn, engagement, side), Message(words))
        begin(turn, "decide", handle_of(turn, engagement, side), {"engagement": engagement.id.hex})
        return
    for _, id in both(engagement):
        close_talks(turn, turn.work.parties.handle(id), ("decide",), "engagement", engagement.id)
    missed(turn, engagement, interview)


def cannot_tapped(turn: Turn, tap: CardTapped) -> None:
    """出られません of who goes along: the owner is advised to move it, and may go on."""
    found = turn.work.interviews.get(UUID(tap.id))
    engagement = turn.work.engagements.get(found.engagement_id) if found else None
    if found is None or engagement is None or engagement.partner_handle_id != turn.person().id:
        raise Refusal("すみません、この操作は使えませんでした。")
    if found.version != tap.version or found.state != Arranged.SET.name:
        raise Refusal("この日のことは、もう次に進んでいます。")
    name = turn.work.postings.get(engagement.posting_id).partner_shown
    words = f"{name}が、その日は出られないそうです。日にちを変えるのがおすすめです。"
    buttons = (
        button(found, "日にちを変える", "move", Look.PRIMARY),
        button(found, "このまま会う", "alone"),
    )
    turn.tell(turn.work.parties.handle(engagement.owner_handle_id), Message(words, buttons=buttons))
    turn.tell(turn.person(), Message("承知しました。社長にお伝えしました。"))


def alone_tapped(turn: Turn, tap: CardTapped) -> None:
    """このまま会う: kept with the interview."""
    _, interview, side = tapped(turn, tap)
    if side is not Side.OWNER:
        raise Refusal("すみません、この操作は使えませんでした。")
    interview.partner = "ALONE"
    turn.tell(turn.person(), Message("承知しました。お約束は、そのままです。"))
