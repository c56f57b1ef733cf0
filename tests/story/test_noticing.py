"""A notice is named by the sweep and drawn when it leaves: once, as things stand then, in decent hours, whatever fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot import sweeps
from bot.sends.drawing import draw_all, draw_waiting
from bot.turn import Left, Turn
from flows.rules.calendar import JST
from storage.engagements import Engagement, Meeting, MeetingState, Phase
from storage.mail import DUE, HELD, UNDRAWN, UNREACHABLE, OutMessage
from storage.parties import Handle
from storage.time_rows import DueRow
from storage.unit_of_work import Work, begin
from tests.story.stages import Cast, at, new_cast, running
from tests.story.test_rhythm import promised, reminders


def named(cast: Cast) -> Cast:
    """Sweep at the hour of the next notice, and draw nothing yet."""
    world = cast.world
    world.now = world.due_at("remind") + timedelta(minutes=1)
    while sweeps.moments(world.engine, world.rules, world.now):
        pass
    return cast


def notices(cast: Cast) -> dict[str, OutMessage]:
    """Give what stands in the outbox of the newest week, by side."""
    with begin(cast.world.engine) as work:
        rows = select(OutMessage).where(OutMessage.dedupe.startswith("remind:")).order_by(OutMessage.id)
        return {str(row.dedupe).split(":")[3]: row for row in work.session.scalars(rows)}


def changed(cast: Cast, change: Callable[[Work, Engagement, Meeting], Any]) -> None:
    """Let the pair change between the sweep and the leaving."""
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        meeting = work.engagements.coming(engagement.id, cast.world.now)
        assert meeting is not None
        change(work, engagement, meeting)


def drawn(cast: Cast) -> dict[str, OutMessage]:
    draw_all(cast.world.engine, cast.world.rules, cast.world.now)
    return notices(cast)


def test_a_notice_waits_outside_the_line_for_its_words() -> None:
    """The sweep writes whom, when and until when; the words come with the number, and say what else there is."""
    cast = named(promised(at(running)))
    before = notices(cast)
    assert [row.subject for row in before.values()] == [UNDRAWN, UNDRAWN]
    assert {row.status for row in before.values()} == {HELD}
    after = drawn(cast)
    assert {row.status for row in after.values()} == {DUE}
    assert {row.subject for row in after.values()} == {""}
    assert all(row.number for row in after.values())
    assert [row.id for row in after.values()] == [row.id for row in before.values()]
    assert "写真を10枚とる" in after["OWNER.0"].body
    assert draw_waiting(cast.world.engine, cast.world.rules, cast.world.now) == 0


def test_what_waits_could_leave_as_it_stands() -> None:
    """A process of the release before sends what it finds: a sentence with day and hour, and no card hangs from it."""
    cast = named(at(running))
    for name, key in (("OWNER.0", "text"), ("TALENT.0", "text")):
        row = notices(cast)[name]
        said = json.loads(row.body)[key]
        assert said == "12月16日(水) 10時30分から、打ち合わせです。", said
        assert row.subject.startswith("in:")
        assert row.purpose == "reminder"


def test_it_says_how_things_stand_when_it_leaves() -> None:
    """A promise that was told done after the sweep is not asked about, and the other side reads that it was."""
    cast = named(promised(at(running)))

    def done(work: Work, engagement: Engagement, meeting: Meeting) -> None:
        last = work.engagements.before(meeting)
        assert last is not None
        for rows in work.weeks.promises_of(last.id).values():
            for row in rows:
                row.done = "yes"

    changed(cast, done)
    after = drawn(cast)
    assert "いかがですか" not in after["OWNER.0"].body
    assert "写真を10枚とる」(できた)" in after["TALENT.0"].body


def moved(work: Work, engagement: Engagement, meeting: Meeting) -> None:
    meeting.meets_at += timedelta(days=1)
    meeting.sequence += 1


def called_off(work: Work, engagement: Engagement, meeting: Meeting) -> None:
    meeting.state = MeetingState.SKIPPED.name


def ended(work: Work, engagement: Engagement, meeting: Meeting) -> None:
    engagement.phase = Phase.ENDED.name


def left(work: Work, engagement: Engagement, meeting: Meeting) -> None:
    for handle in work.session.scalars(select(Handle)):
        handle.is_reachable = False


@pytest.mark.parametrize("change", [moved, called_off, ended, left])
def test_what_would_mislead_does_not_leave(change: Any) -> None:
    """Moved, called off, over, or a person who left: the row is closed with its reason, and nobody reads it."""
    cast = named(at(running))
    changed(cast, change)
    after = drawn(cast)
    assert {row.status for row in after.values()} == {UNREACHABLE}
    assert all(row.error for row in after.values())
    assert not reminders(cast, cast.owner.id)


def test_taken_back_before_it_was_drawn_it_is_never_drawn() -> None:
    """Whoever calls a week off takes back what waits for its words, too."""
    cast = named(at(running))
    with begin(cast.world.engine) as work:
        work.outbox.take_back("remind:")
    assert {row.error for row in drawn(cast).values()} == {"taken back"}


def test_the_night_is_kept_when_the_carrier_slept() -> None:
    """Named at four and come to only at ten in the evening, it waits for the morning, and for the words of then."""
    cast = named(at(running))
    world = cast.world
    world.now = world.now.astimezone(JST).replace(hour=22)
    waiting = drawn(cast)
    assert {row.subject for row in waiting.values()} == {UNDRAWN}
    assert [row.next_at.astimezone(JST).hour for row in waiting.values()] == [8, 8]
    world.now += timedelta(hours=10, minutes=1)
    assert {row.status for row in drawn(cast).values()} == {DUE}


def test_come_to_too_late_it_is_let_go() -> None:
    """An hour before the meeting the word of that hour says what helps; the notice does not leave any more."""
    cast = named(at(running))
    cast.world.now = notices(cast)["OWNER.0"].expires_at or cast.world.now
    assert {row.error for row in drawn(cast).values()} == {"too late"}


def test_a_moment_named_twice_is_one_notice() -> None:
    """A week put off and put back has two due rows: each side is told once."""
    cast = at(running)
    with begin(cast.world.engine) as work:
        row = work.session.scalars(select(DueRow).where(DueRow.purpose == "remind", DueRow.done_at.is_(None)))
        first = row.first()
        assert first is not None
        work.dues.add("remind", first.subject, first.due_at - timedelta(seconds=30))
    named(cast)
    cast.world.flush()
    assert len(reminders(cast, cast.owner.id)) == len(reminders(cast, cast.talent.id)) == 1


def test_what_cannot_be_drawn_leaves_with_the_little_there_is(caplog: pytest.LogCaptureFixture) -> None:
    """One notice that cannot be drawn harms no other: it says day and hour, and the staff hear of it once."""
    cast = named(at(running))
    world = cast.world

    def broken(turn: Turn, key: str) -> Left:
        if key.endswith("OWNER"):
            raise RuntimeError("a row nobody understands")
        return world.rules.words["remind"](turn, key)

    rules = replace(world.rules, words={"remind": broken})
    assert draw_waiting(world.engine, rules, world.now) == 2
    world.flush()
    assert "12月16日(水) 10時30分から、打ち合わせです。" in world.told(cast.owner.id)[-1]
    assert len(reminders(cast, cast.talent.id)) == 1
    assert [text for text in world.told("staff") if "日時だけでお送りしました" in text]


def test_whoever_is_talked_to_right_now_waits_a_moment(engine: Engine) -> None:
    """While a turn holds the pair nothing is drawn of it, nothing is lost, and nobody waits long."""
    if engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one writer: nobody else can hold anything")
    cast = named(running(new_cast(engine)))
    with begin(engine) as work:
        work.engagements.lock(work.session.scalars(select(Engagement.id)).one())
        assert draw_waiting(engine, cast.world.rules, cast.world.now) == 2
    assert {row.subject for row in notices(cast).values()} == {UNDRAWN}
    cast.world.now += timedelta(seconds=3)
    assert {row.status for row in drawn(cast).values()} == {DUE}


def test_drawn_is_kept_whoever_dies_then() -> None:
    """Once drawn the words stay: whoever carries them, and however often, sends the same bytes of the same row."""
    cast = named(at(running))
    first = {row.id: row.body for row in drawn(cast).values()}
    changed(cast, moved)
    for parcels in _claims(cast):
        assert {row.id: row.body for parcel in parcels for row in parcel.rows if row.id in first} == first


def _claims(cast: Cast) -> Iterator[Any]:
    now = cast.world.now
    for _ in range(2):  # the first carrier dies with them in the air
        with begin(cast.world.engine) as work:
            yield work.outbox.claim(now, now)
        now += timedelta(minutes=2)


def test_at_rest_in_the_evening_nothing_is_drawn(engine: Engine) -> None:
    """A talent far away whose night it is at four in Japan gets his at eight of his morning, drawn then."""
    cast = running(new_cast(engine))
    with begin(engine) as work:
        talent = work.session.scalars(select(Handle).where(Handle.external_id == cast.talent.id)).one()
        talent.zone = "America/Los_Angeles"
    named(cast)
    rows = drawn(cast)
    assert rows["TALENT.0"].subject == UNDRAWN
    assert rows["OWNER.0"].subject == ""
    morning: datetime = rows["TALENT.0"].next_at
    assert morning.astimezone(JST).hour in (0, 1)
    cast.world.move(morning + timedelta(minutes=1))
    assert "あなたの時間" in reminders(cast, cast.talent.id)[-1].text
