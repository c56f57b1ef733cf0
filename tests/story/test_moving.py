"""A week on another day: who asks, who answers, who is silent, both at once, and what cannot be."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from icalendar import Calendar, Event
from sqlalchemy import select

from bot.pages.calendar_page import occurrences
from bot.pages.calendars import as_ics
from bot.turn import Turn
from flows.rules.calendar import JST
from storage.engagements import Engagement, Meeting, MeetingState
from storage.slots import SlotChange
from storage.staff_tasks import StaffTask, TaskKind
from storage.unit_of_work import begin
from tests.story.settled import settled
from tests.story.stages import Cast
from tests.story.world import buttons_of

TUESDAY = datetime(2026, 12, 8, 16, 1, tzinfo=JST)  # the notice of Wednesday 12/9 10:30 has come


def noticed() -> Cast:
    cast = settled()
    cast.world.move(TUESDAY)
    cast.owner.news()
    cast.talent.news()
    return cast


def meeting(cast: Cast, day: int = 9, month: int = 12) -> Meeting:
    """Give the week whose slot lies on this day."""
    with begin(cast.world.engine) as work:
        rows = work.session.scalars(select(Meeting))
        return next(
            row
            for row in rows
            if row.slot_at
            and (row.slot_at.astimezone(JST).month, row.slot_at.astimezone(JST).day) == (month, day)
        )


def cards(cast: Cast) -> list[str]:
    """Give the words of the staff's open cards about the rhythm."""
    with begin(cast.world.engine) as work:
        mine = (StaffTask.kind == TaskKind.RHYTHM.name, StaffTask.done_at.is_(None))
        return [task.words for task in work.session.scalars(select(StaffTask).where(*mine))]


def test_both_look_at_the_times_at_once() -> None:
    """Neither looking makes the other's buttons old: who picks first asks, who picks then reads that he is asked."""
    cast = noticed()
    cast.owner.do("[日にちを変える]")
    cast.talent.press("日にちを変える")
    [mine, *_] = cast.talent.buttons("12月10日(木) 10時30分")
    cast.owner.do("[12月11日(金) 10時30分]")
    assert "高橋さんに聞いています" in cast.owner.said
    assert "日にちの相談が来ています" in cast.talent.press(mine.label).notice
    cast.talent.press("これでよい")
    assert meeting(cast).state == MeetingState.PLANNED.name


def test_an_owner_moves_a_meeting() -> None:
    """日にちを変える, a time, これでよい: one reminder at the new time, none at the old, and the calendar entry counts up."""
    cast = noticed()
    cast.owner.play("[日にちを変える]", "[12月11日(金) 10時30分]")
    assert "高橋さんに聞いています" in cast.owner.said
    assert "12月11日(金) 10時30分からに変えてもよいですか？" in cast.talent.said
    assert meeting(cast).state == MeetingState.ASKED.name
    cast.talent.press("これでよい")
    moved = meeting(cast)
    assert (moved.state, moved.meets_at.astimezone(JST).day, moved.sequence) == ("PLANNED", 11, 2)
    assert "打ち合わせは、12月11日(金) 10時30分からに決まりました。" in cast.talent.said
    assert cast.owner.said.endswith("決まったら前の日のお知らせで、合わないときはすぐにお伝えします。")
    before = len(cast.world.seen)
    cast.world.move(datetime(2026, 12, 14, 9, tzinfo=JST))
    since = [item for item in cast.world.seen[before:] if item.to == cast.owner.id]
    assert [item.at.astimezone(JST).day for item in since if "との打ち合わせです" in item.text] == [10]
    assert [
        item for item in since if "高橋さんも、この日時でよいとのことです。" in item.text
    ]  # no push of its own
    assert [item.at.astimezone(JST).day for item in since if "まもなく" in item.text] == [11]
    asked = [item.at for item in cast.world.seen[before:] if "「決まったこと」をお願い" in item.text]
    assert [each.astimezone(JST).day for each in asked] == [11]


def test_a_date_decided_after_its_notice_is_told_at_once() -> None:
    """The notice of the new day would have gone out already: the owner hears of the yes by itself."""
    cast = noticed()
    cast.owner.play("[日にちを変える]", "[ほかの日時]", "明日の16時")
    assert cast.owner.said.endswith("お返事が来たら、お知らせします。")
    cast.talent.press("これでよい")
    assert cast.owner.said.endswith("打ち合わせは、12月9日(水) 16時からに決まりました。")


def test_a_talent_moves_and_the_owner_names_another_time() -> None:
    """合わない brings other times; the talent agrees to what the owner typed."""
    cast = noticed()
    cast.talent.press("日にちを変える")
    cast.talent.press("12月10日(木) 10時30分")
    cast.owner.do("[合わない]")
    assert "12月10日(木) 10時30分" not in [button.label for button in buttons_of(cast.world.seen[-1].message)]
    cast.owner.do("[ほかの日時]")
    cast.owner.do("11日の15時")
    assert "12月11日(金) 15時からに変えてもよいですか？" in cast.talent.said
    cast.talent.press("これでよい")
    assert meeting(cast).meets_at.astimezone(JST) == datetime(2026, 12, 11, 15, tzinfo=JST)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("10日の25時", "25時という時刻はありません"),
        ("12月3日の14時", "過ぎ"),
        ("12月30日の14時", "年末年始です"),
        ("12月10日の20時", "9時30分から17時30分"),
        ("12月12日の14時", "土日です"),
        ("そのうち", "読み取れませんでした"),
        ("あ" * 5_000, ""),
    ],
)
def test_a_time_that_cannot_be_is_asked_again(typed: str, why: str) -> None:
    """A slot at 25:00, the past, a holiday, the night: each has its reason, the question stays, and a good time goes on."""
    cast = noticed()
    cast.owner.play("[日にちを変える]", "[ほかの日時]")
    assert why in "".join(cast.owner.do(typed))
    assert meeting(cast).state == MeetingState.PLANNED.name
    cast.owner.do("12月10日の14時")
    assert "12月10日(木) 14時からに変えてもよいですか？" in cast.talent.said


def test_two_move_at_once() -> None:
    """The later of two who tap reads that the other has just asked; one question stands, and its yes counts."""
    cast = noticed()
    cast.owner.do("[日にちを変える]")
    cast.talent.press("日にちを変える")
    cast.talent.press("12月11日(金) 10時30分")
    heard = cast.owner.do("[12月10日(木) 10時30分]")
    assert "ちょうど高橋さんから" in heard[-1] or any("ちょうど高橋さんから" in words for words in heard)
    cast.owner.do("[これでよい]")
    assert meeting(cast).meets_at.astimezone(JST).day == 11
    with begin(cast.world.engine) as work:
        assert len(list(work.session.scalars(select(SlotChange)))) == 1


def test_old_buttons_change_nothing() -> None:
    """これでよい tapped twice, a time offered before the move, a reminder of last month: a kind word, no change."""
    cast = noticed()
    cast.owner.play("[日にちを変える]", "[12月11日(金) 10時30分]")
    old = cast.talent.buttons("これでよい")[0].payload
    cast.talent.tap(old)
    cast.talent.tap(old)
    assert "いまは12月11日(金) 10時30分からの予定です" in cast.talent.notices[-1]
    assert "いまは12月11日(金)" in cast.owner.do("[12月10日(木) 10時30分]")[-1]
    assert "に決まりました" in cast.talent.said
    ready, move = cast.talent.buttons("わかりました")[0], cast.talent.buttons("日にちを変える")[0]
    cast.world.move(datetime(2027, 1, 12, 9, tzinfo=JST))
    cast.talent.tap(ready.payload)
    assert "変わりました" in cast.talent.notices[-1]
    cast.talent.tap(move.payload)
    assert "もう終わっています" in cast.talent.notices[-1]
    assert meeting(cast).state == MeetingState.HELD.name


def test_a_stranger_moves_nothing() -> None:
    """A button of somebody else's meeting is refused."""
    cast = noticed()
    payload = cast.owner.buttons("日にちを変える")[0].payload
    before = meeting(cast).version
    cast.staff.tap(payload)
    assert "使えませんでした" in cast.staff.notices[-1]
    assert meeting(cast).version == before


def test_silence_leaves_the_week_out_and_two_bring_a_person() -> None:
    """Nobody answers: the week falls out, both read it with the next; the second in a row is the staff's."""
    cast = noticed()
    cast.owner.play("[日にちを変える]", "[12月11日(金) 10時30分]")
    cast.world.move(datetime(2026, 12, 10, 12, 1, tzinfo=JST))
    for who in (cast.owner, cast.talent):
        assert (
            "お返事がそろいませんでした。12月9日(水)の打ち合わせは、お休みにします。次は12月16日(水)"
            in who.said
        )
    assert not cards(cast)
    cast.world.move(datetime(2026, 12, 15, 16, 1, tzinfo=JST))
    cast.talent.press("日にちを変える")
    cast.talent.press("この回は休む")
    assert "2回続くので、担当の佐藤がご連絡します。" in cast.owner.said
    assert "2回続けてお休み" in cards(cast)[0]


def test_something_came_up_today() -> None:
    """急用 on the day: other days within five business days are offered."""
    cast = noticed()
    cast.world.move(datetime(2026, 12, 9, 9, 31, tzinfo=JST))
    cast.owner.do("[急用ができた]")
    labels = [button.label for button in buttons_of(cast.world.seen[-1].message)]
    assert labels == ["12月10日(木) 10時30分", "12月11日(金) 10時30分", "ほかの日時", "この回は休む"]
    cast.world.move(datetime(2026, 12, 9, 10, 31, tzinfo=JST))
    cast.owner.do("[急用ができた]")
    assert "もう始まっています" in cast.owner.said


def test_three_moves_in_six_weeks_ask_whether_the_slot_is_wrong() -> None:
    """The third move brings the staff a card."""
    cast = settled()
    for day in (8, 15, 22):
        assert not cards(cast)
        cast.world.move(datetime(2026, 12, day, 16, 1, tzinfo=JST))
        cast.owner.do("[日にちを変える]")
        cast.owner.tap(buttons_of(cast.world.seen[-1].message)[0].payload)
        cast.talent.press("これでよい")
    assert any("6週間で3回" in words for words in cards(cast))


def test_a_move_ends_with_the_work() -> None:
    """It ends while an answer is waited for: no word about the week follows, and a tap says so."""
    cast = noticed()
    cast.owner.play("[日にちを変える]", "[12月11日(金) 10時30分]")
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        engagement.phase = "ENDED"
    said = len(cast.owner.said)
    cast.world.move(cast.world.now + timedelta(weeks=3))
    assert len(cast.owner.said) == said
    cast.talent.press("これでよい")
    assert "終わっています" in cast.talent.notices[-1]


def test_calendars_follow_a_week() -> None:
    """Moved it keeps its name with a higher number; left out it is read as called off; others stand as they were."""
    cast = noticed()
    before = dates_of(cast)
    cast.owner.play("[日にちを変える]", "[12月11日(金) 10時30分]")
    uid = f"{meeting(cast).id.hex}@meeting.smallwin"
    assert (
        str(dates_of(cast)[uid]["status"]) == "CANCELLED"
    )  # until the other says yes nobody is to sit there
    cast.talent.press("これでよい")
    moved = dates_of(cast)[uid]
    assert moved.decoded("sequence") > before[uid].decoded("sequence")
    assert moved.decoded("dtstart") == datetime(2026, 12, 11, 10, 30, tzinfo=JST)
    assert str(moved["status"]) == "CONFIRMED"
    cast.owner.play("日にちを変える", "[この回は休む]")
    gone = dates_of(cast)[uid]
    assert gone.decoded("sequence") > moved.decoded("sequence")
    assert (str(gone["status"]), str(gone["transp"])) == ("CANCELLED", "TRANSPARENT")
    others = {name: each for name, each in dates_of(cast).items() if name in before and name != uid}
    assert others
    assert all(each.decoded("sequence") == before[name].decoded("sequence") for name, each in others.items())


def dates_of(cast: Cast) -> dict[str, Event]:
    """Read the owner's calendar as a calendar program does."""
    with begin(cast.world.engine) as work:
        turn = Turn(work, cast.world.rules, cast.world.now)
        [owner] = work.session.scalars(select(Engagement.owner_handle_id))
        ics = as_ics(occurrences(turn, owner), cast.world.now)
    return {
        str(each["uid"]): each for each in Calendar.from_ical(ics).walk("VEVENT") if isinstance(each, Event)
    }
