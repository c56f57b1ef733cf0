"""The slot's other days: days off, another hour for good, nobody there, how it goes, and what the staff read on Mondays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.actions.renewal import renewing
from bot.actions.weekly import rescheduling
from bot.sends.drawing import draw_all
from bot.turn import Turn
from flows.rules.calendar import JST
from flows.rules.weekly.weekly_calendar import Why, closed_for
from storage.engagements import Engagement, Meeting, MeetingState
from storage.parties import Handle, Party
from storage.slots import Slot
from storage.staff_tasks import StaffTask, TaskKind
from storage.unit_of_work import begin
from tests.story.settled import settled
from tests.story.stages import Cast


def at(*when: int) -> datetime:
    return datetime(*when, tzinfo=JST)  # type: ignore[misc,arg-type]


def weeks(cast: Cast) -> list[Meeting]:
    with begin(cast.world.engine) as work:
        return list(work.session.scalars(select(Meeting).order_by(Meeting.slot_at)))


def states(cast: Cast, *days: tuple[int, int]) -> list[str]:
    """Give what becomes of the weeks whose slot lies on these days."""
    found = {}
    for row in weeks(cast):
        assert row.slot_at is not None
        here = row.slot_at.astimezone(JST)
        found[here.month, here.day] = row.state
    return [found[day] for day in days]


def cards(cast: Cast, kind: TaskKind) -> list[StaffTask]:
    with begin(cast.world.engine) as work:
        return list(work.session.scalars(select(StaffTask).where(StaffTask.kind == kind.name)))


# --- days off


def test_days_off_take_meetings_out_and_give_them_back() -> None:
    """休みの日を伝える blocks the meetings in them; 取り消す frees those nobody was asked about; told twice it is one."""
    cast = settled()
    cast.owner.play("休みの日を伝える", "1月4日から15日まで", "[今回だけ]")
    assert "1月4日(月)から1月15日(金)までですね。" in cast.owner.said
    assert states(cast, (1, 6), (1, 13), (1, 20)) == ["BLOCKED", "BLOCKED", "PLANNED"]
    undo = cast.owner.buttons("取り消す")[0].payload
    cast.owner.tap(undo)
    assert states(cast, (1, 6), (1, 13)) == ["PLANNED", "PLANNED"]
    assert "もう取り消してあります" in cast.owner.tap(undo)[-1]
    cast.talent.tap(undo)
    assert "使えませんでした" in cast.talent.notices[-1]


def test_days_off_so_near_are_asked_about_at_once() -> None:
    """A talent away next week tells it; the owner is asked for another day of that week, and the talent agrees."""
    cast = settled()
    cast.world.move(at(2026, 12, 7, 12))
    cast.talent.type("休みの日を伝える")
    cast.talent.fill({"off.DAYS": "12月9日"})
    assert "12月9日(水)はお相手のお休みです。同じ週の別の日に打ち合わせをしますか？" in cast.owner.said
    cast.owner.do("[12月10日(木) 10時30分]")
    cast.talent.press("これでよい")
    assert states(cast, (12, 9)) == ["PLANNED"]
    assert "12月10日(木) 10時30分からに決まりました" in cast.talent.said


@pytest.mark.parametrize("typed", ["夏休み", "12月40日から", "12月10日から12月5日まで", "あ" * 5_000])
def test_days_off_that_cannot_be_read_are_asked_again(typed: str) -> None:
    """What names no days has a kind word, and the question stays."""
    cast = settled()
    cast.owner.do("休みの日を伝える")
    assert cast.owner.do(typed)
    cast.owner.play("12月10日", "[今回だけ]")
    assert "12月10日(木)ですね。お休みとして覚えました。" in cast.owner.said


def test_a_busy_season_takes_weeks_out_every_year() -> None:
    """しばらく忙しい brings the way to it: told once, the weeks of the busy season fall out, this year and the next."""
    cast = settled()
    assert "毎週の打ち合わせのお知らせだけは" in cast.owner.do("しばらく忙しい")[-1]
    cast.owner.play("[休みの日を伝える]", "12月14日から12月25日まで", "[毎年]")
    assert states(cast, (12, 9), (12, 16), (12, 23), (1, 13)) == ["PLANNED", "BLOCKED", "BLOCKED", "PLANNED"]
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        off = work.slots.off(engagement)
    assert [closed_for(date(year, 12, 16), off) for year in (2026, 2027)] == [Why.FIRM, Why.FIRM]
    assert closed_for(date(2027, 12, 9), off) is None
    cast.owner.do("繁忙期を伝える")
    assert "忙しい時期は、いつからいつまでですか？" in cast.owner.said


# --- another hour for good


def test_another_hour_for_good_keeps_what_was() -> None:
    """曜日を変える: agreed, the coming weeks are the new hour's, the past ones and the slot's history stay."""
    cast = settled()
    cast.world.move(at(2026, 12, 10, 12))
    cast.owner.play("曜日を変える", "木曜の14時")
    assert "毎週木曜日の14時からに変えてもよいですか？" in cast.talent.said
    assert states(cast, (12, 16)) == ["PLANNED"]
    cast.talent.press("これでよい")
    for who in (cast.owner, cast.talent):
        assert "毎週木曜日の14時からに変わりました。次は12月17日(木) 14時からです。" in who.said
    assert states(cast, (12, 9), (12, 16), (12, 17), (12, 31)) == ["HELD", "CANCELLED", "PLANNED", "BLOCKED"]
    with begin(cast.world.engine) as work:
        slots = list(work.session.scalars(select(Slot).order_by(Slot.number)))
        assert [(slot.weekday, slot.until is None) for slot in slots] == [(2, False), (3, True)]
    before = len(cast.world.seen)
    cast.world.move(at(2026, 12, 17, 9))
    told = [item.text for item in cast.world.seen[before:] if item.to == cast.owner.id]
    assert next(text for text in told if "との打ち合わせです" in text).startswith("12月17日(木) 14時から")


def test_a_week_off_after_another_hour_for_good_is_one_week_off() -> None:
    """The old hour's weeks fell out for nobody: the next day off is the first, and both read when they meet again."""
    cast = settled()
    cast.world.move(at(2026, 12, 17, 12))
    cast.owner.play("曜日を変える", "月曜の10時")
    cast.talent.press("これでよい")
    cast.owner.play("休みの日を伝える", "12月28日から28日まで", "[今回だけ]")
    cast.world.move(at(2026, 12, 28, 12))
    assert states(cast, (12, 21), (12, 23), (12, 28)) == ["HELD", "CANCELLED", "SKIPPED"]
    assert "12月28日(月)の打ち合わせは、お休みにします。次は1月4日(月) 10時からです。" in cast.owner.said
    assert "2回続く" not in cast.owner.said


def test_another_hour_the_other_does_not_want() -> None:
    """いまのままがよい: nothing changes, and the asker reads it; Saturdays and nights are refused before anybody is asked."""
    cast = settled()
    cast.owner.do("曜日を変える")
    assert "月曜から金曜" in "".join(cast.owner.do("土曜の10時"))
    assert "9時30分から17時30分" in "".join(cast.owner.do("木曜の20時"))
    assert "いまと同じ" in "".join(cast.owner.do("水曜の10時半"))
    cast.owner.do("木曜の14時")
    cast.talent.press("いまのままがよい")
    assert "いまの曜日と時刻のまま続けます" in cast.owner.said
    assert states(cast, (12, 16)) == ["PLANNED"]


def test_an_hour_that_is_none() -> None:
    """毎週木曜の25時: there is no such hour; nobody is asked."""
    cast = settled()
    cast.owner.do("曜日を変える")
    assert "25時という時刻はありません" in "".join(cast.owner.do("木曜の25時"))
    assert "変えてもよいですか" not in cast.talent.said


# --- nobody there


def test_nobody_there_and_then_he_comes() -> None:
    """お相手が来ない: a word to the other with the way in; いま入ります ends it, and nobody is blamed."""
    cast = settled()
    cast.world.move(at(2026, 12, 9, 10, 20))
    cast.owner.do("[お相手が来ない]")
    assert "始まってもお越しでなければ" in cast.owner.said
    cast.world.move(at(2026, 12, 9, 10, 36))
    cast.owner.do("[お相手が来ない]")
    cast.world.move(at(2026, 12, 9, 10, 38))
    assert "がお待ちです。\n入るとき：https://meet.example.com/" in cast.talent.said
    cast.talent.press("いま入ります")
    assert "高橋さんが、いま入られます。" in cast.owner.said
    cast.world.move(at(2026, 12, 9, 12))
    assert "会えませんでした" not in cast.owner.said
    assert states(cast, (12, 9)) == ["HELD"]


def test_nobody_there_twice_brings_the_staff() -> None:
    """A number after ten minutes, another day after fifteen; the second time in four weeks is the staff's."""
    cast = settled()
    for day in (9, 16):
        cast.world.move(at(2026, 12, day, 10, 32))
        cast.talent.press("お相手が来ない")
        cast.world.move(at(2026, 12, day, 10, 50))
        assert "担当の佐藤(0120-000-000)へお電話ください。" in cast.talent.said
        assert "別の日にしましょうか？" in cast.talent.news()[-1]
        cast.talent.press("この週は休む")
    assert states(cast, (12, 9), (12, 16)) == ["SKIPPED", "SKIPPED"]
    assert "4週間で2回" in cards(cast, TaskKind.RHYTHM)[0].words
    assert not [words for words in (cast.owner.said, cast.talent.said) if "欠席" in words or "無断" in words]


def test_both_wait_in_different_places() -> None:
    """Each says that the other does not come: both read the way in again."""
    cast = settled()
    cast.world.move(at(2026, 12, 9, 10, 33))
    cast.owner.do("[お相手が来ない]")
    cast.talent.press("お相手が来ない")
    for who in (cast.owner, cast.talent):
        assert "お二人とも待っておられるようです" in who.said
    cast.world.move(at(2026, 12, 9, 12))
    assert states(cast, (12, 9)) == ["HELD"]


# --- how it goes


def test_a_worry_is_promised_a_call_within_a_day() -> None:
    """心配 on day 30: a card about who worries, with a time; the other side hears nothing; the last word counts."""
    cast = settled()
    cast.world.move(at(2027, 1, 5, 16, 1))
    assert "始まって1か月です。高橋さんとのお仕事は、いかがですか？" in cast.owner.said
    worry = cast.owner.buttons("心配")[0].payload
    assert "担当の佐藤が、明日(水)の昼12時までにご連絡します。" in cast.owner.tap(worry)[-1]
    [task] = cards(cast, TaskKind.WORRY)
    assert "丸山商店の社長から「心配」" in task.words
    assert "心配」とのこと" not in cast.talent.said
    assert "うかがっています" in cast.owner.tap(worry)[-1]
    cast.talent.tap(worry)
    assert "使えませんでした" in cast.talent.notices[-1]
    assert len(cards(cast, TaskKind.WORRY)) == 1


def test_half_way_out_of_reach_leads_to_a_person() -> None:
    """むずかしそう on day 45: smaller, another, the end or a talk; the staff read which."""
    cast = settled()
    cast.world.move(at(2027, 1, 26, 16, 1))
    assert "このままで届きそうですか？" in cast.talent.said
    cast.talent.press("むずかしそう")
    cast.talent.press("もう少し小さくする")
    assert "もう少し小さくする" in cards(cast, TaskKind.WORRY)[0].words
    assert "までにご連絡します" in cast.talent.said


def test_staff_read_each_monday_how_the_week_went() -> None:
    """The digest counts, names who needs a look, and the introducer only where the owner agreed to it."""
    cast = settled()
    with begin(cast.world.engine) as work:
        owner = work.session.scalars(select(Handle).where(Handle.external_id == cast.owner.id)).one()
        party = work.session.get_one(Party, owner.party_id)
        party.referred_by, party.shares_progress = "飯田信用金庫", False
    cast.world.move(at(2026, 12, 14, 9, 31))
    [digest] = [text for text in cast.world.told("staff") if "12月7日(月)〜12月13日(日)" in text]
    assert "打ち合わせ：1/1" in digest
    assert "飯田信用金庫" not in digest
    with begin(cast.world.engine) as work:
        work.session.get_one(Party, party.id).shares_progress = True
    cast.world.move(at(2026, 12, 28, 9, 31))
    digest = [text for text in cast.world.told("staff") if "先週のまとめ" in text][-1]
    assert "紹介元(共有の同意あり)：飯田信用金庫" in digest
    assert "これから休み・相談中：丸山商店の社長と高橋さん 12月30日(水)" in digest
    assert "気になるお二人：丸山商店の社長と高橋さん" in digest


# --- sleep, clocks and ends


def test_a_house_that_slept_says_what_still_helps() -> None:
    """Woken an hour before, it tells of the hour before and no notice of yesterday; in the meeting, of the way in.

    Woken after it, it says nothing stale.
    """
    cast = settled()
    cast.world.now = at(2026, 12, 9, 9, 45)
    cast.world.move(cast.world.now)
    fresh = cast.owner.news()
    assert [text for text in fresh if "まもなく" in text]
    assert not [text for text in fresh if "との打ち合わせです" in text]
    cast.world.now = at(2026, 12, 16, 10, 45)
    cast.world.move(cast.world.now)
    [came] = [text for text in cast.owner.news() if "12月16日" in text]
    assert came.startswith(
        "12月16日(水) 10時30分からの、高橋さんとの打ち合わせの時間です。\n入るとき：https://"
    )
    cast.world.now = at(2026, 12, 23, 11, 0)
    cast.world.move(cast.world.now)
    assert not [text for text in cast.owner.news() if "12月23日" in text]


def test_a_clock_that_jumps_says_nothing_twice() -> None:
    """Half an hour too far, back, and on again: one notice, one word before, one meeting over."""
    cast = settled()
    for moment in (at(2026, 12, 8, 16, 5), at(2026, 12, 8, 15, 30), at(2026, 12, 8, 16, 10)):
        cast.world.now = moment
        cast.world.move(moment)
    for moment in (at(2026, 12, 9, 9, 45), at(2026, 12, 9, 9, 15), at(2026, 12, 9, 11, 20)):
        cast.world.now = moment
        cast.world.move(moment)
    cast.world.now = at(2026, 12, 9, 11, 0)
    cast.world.move(at(2026, 12, 9, 11, 30))
    mine = [text for text in cast.owner.news() if "12月9日" in text]
    assert [text.startswith("まもなく") for text in mine[-2:]] == [False, True]
    assert sum("との打ち合わせです" in text for text in mine) == 1
    assert cast.talent.said.count("「決まったこと」をお願いします") == 1


def test_a_line_that_is_down_brings_nothing_stale() -> None:
    """Nothing could be delivered from the day before until the meeting: he gets the way in, and no old notice."""
    cast = settled()
    world = cast.world
    world.flush = lambda: draw_all(world.engine, world.rules, world.now)  # type: ignore[method-assign]
    cast.world.move(at(2026, 12, 9, 10, 30))
    del cast.world.flush
    cast.world.flush()
    fresh = [text for text in cast.owner.news() if "12月9日" in text]
    assert len(fresh) == 1
    assert "打ち合わせの時間です" in fresh[0]
    cast.world.move(at(2026, 12, 9, 10, 50))
    assert not [text for text in cast.owner.news() if "12月9日" in text]


def test_an_end_between_due_and_send_sends_nothing() -> None:
    """The notice stood in the line when the work ended: nobody is reminded of a meeting that is not."""
    cast = settled()
    world = cast.world
    world.flush = lambda: draw_all(world.engine, world.rules, world.now)  # type: ignore[method-assign]
    cast.world.move(at(2026, 12, 8, 16, 5))
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        renewing.finish(Turn(work, cast.world.rules, cast.world.now), engagement)
    del cast.world.flush
    cast.world.flush()
    assert not [text for text in cast.owner.news() if "12月9日" in text]


def test_who_lives_elsewhere_reads_his_own_time_too() -> None:
    """Estonia, over its change to summer time: the meeting stays where it is in Japan."""
    cast = settled()
    with begin(cast.world.engine) as work:
        work.session.scalars(
            select(Handle).where(Handle.external_id == cast.talent.id)
        ).one().zone = "Europe/Tallinn"
    cast.world.move(at(2026, 12, 9, 12))
    assert "12月9日(水) 10時30分(あなたの時間 03:30)から" in cast.talent.said
    assert "あなたの時間" not in cast.owner.said
    cast.world.move(at(2027, 3, 31, 12))
    assert "3月31日(水) 10時30分(あなたの時間 04:30)から" in cast.talent.said


def test_an_end_calls_off_what_is_ahead() -> None:
    """Two months of weeks are ahead when it ends: all are cancelled for the calendars, and none speaks again."""
    cast = settled()
    cast.world.move(at(2026, 12, 14, 12))
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        renewing.finish(Turn(work, cast.world.rules, cast.world.now), engagement)
    ahead = [row for row in weeks(cast) if row.meets_at > cast.world.now]
    assert ahead
    assert {row.state for row in ahead} == {MeetingState.CANCELLED.name}
    assert min(row.sequence for row in ahead) >= 1
    before = len(cast.world.seen)
    cast.world.move(cast.world.now + timedelta(weeks=4))
    assert not [item for item in cast.world.seen[before:] if item.to in (cast.owner.id, cast.talent.id)]


def test_weeks_are_made_two_months_ahead_and_once() -> None:
    """Each Monday tops up: eight weeks stand as rows, no week twice."""
    cast = settled()
    cast.world.move(at(2027, 1, 20, 12))
    days = [row.slot_at.astimezone(JST).date() for row in weeks(cast) if row.slot_at]
    assert days == [date(2026, 12, 9) + timedelta(weeks=n) for n in range(len(days))]
    assert timedelta(weeks=7) < days[-1] - date(2027, 1, 20) <= timedelta(weeks=8)


def test_an_hour_that_is_taken_is_not_agreed_on_twice() -> None:
    """A talent who meets another firm in that hour is told so in the form, and chooses another."""
    cast = settled()
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        turn = Turn(work, cast.world.rules, cast.world.now)
        other = Engagement(
            owner_handle_id=engagement.talent_handle_id, talent_handle_id=engagement.talent_handle_id
        )
        assert engagement.weekday is not None
        assert engagement.meets_at is not None
        assert rescheduling.clashes(turn, other, engagement.weekday, engagement.meets_at)
        assert not rescheduling.clashes(turn, other, engagement.weekday, time(14))
        assert not rescheduling.clashes(turn, engagement, engagement.weekday, engagement.meets_at)


def test_staff_who_rang_up_are_left_in_peace() -> None:
    """What goes wrong week after week comes back two weeks after somebody closed its card, not the next Monday."""
    cast = settled()

    def unwritten() -> int:
        return sum("続けて書かれていません" in card.words for card in cards(cast, TaskKind.RHYTHM))

    cast.world.move(at(2026, 12, 21, 9, 30))
    assert unwritten() == 1
    for button in cast.staff.buttons("対応おわり", "staff"):
        cast.staff.tap(button.payload)
    cast.world.move(at(2027, 1, 1, 9))
    assert unwritten() == 1
    cast.world.move(at(2027, 1, 18, 9, 30))
    assert unwritten() == 2
