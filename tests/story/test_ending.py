"""Ending: by either side at any time, on the law's day, with all that belongs to a good end, and silence after it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import menus
from bot.pages.calendar_page import occurrences
from bot.turn import Turn
from flows.beside.menu import Standing
from flows.rules.calendar import JST
from flows.rules.renewal.ending import earliest_end
from storage.engagements import Phase
from storage.parties import Handle
from storage.talents import Application, Stage
from storage.unit_of_work import begin
from tests.story.partings import (
    MINUTE,
    agreements,
    card_of,
    ending,
    ends_on,
    goes_to,
    long_ago,
    open_tasks,
    owner_ends,
    talent_ends,
    told_since,
    working,
)
from tests.story.stages import Cast, at, look_back, looking_back, talking_over
from tests.story.world import MORI, TAKAHASHI, YAMAZAKI, Member, Owner

MONEY = "お金の都合"


def parts_well(cast: Cast) -> Cast:
    """From the notice to the evening of the last day, everything that belongs to it."""
    owner_ends(cast, why=MONEY)
    goes_to(cast, "wrap_up")
    cast.talent.press("引き継ぎのメモ")
    cast.talent.fill({"wrap.WHAT": "毎月の照合のやり方", "wrap.WHERE": "共有の棚"})
    goes_to(cast, "returning")
    cast.talent.press("すみました")
    cast.talent.press("お礼のひとこと")
    cast.talent.fill({"bye.WORDS": "味噌汁が好きになりました"})
    cast.owner.play("[すみました]", "助かりました")
    goes_to(cast, "closing")
    return cast


def test_an_owner_ends_well() -> None:
    """The day is told and kept, the weeks go on until then, memo and thanks reach the other, and then there is silence."""
    cast = parts_well(working())
    last, closing = ends_on(cast), cast.world.now
    assert "【お仕事の終わりのお知らせ】" in cast.talent.said
    assert "これが最後の打ち合わせです" in cast.owner.said
    assert "引き継ぐこと：毎月の照合のやり方" in cast.owner.said
    assert "高橋さん：味噌汁が好きになりました" in cast.owner.said
    assert "の社長：助かりました" in cast.talent.said
    cast.world.move(closing + timedelta(weeks=20))
    for who in (YAMAZAKI, TAKAHASHI):
        assert told_since(cast, who, closing) == []
    pair = cast.world.engagement()
    assert (pair.phase, pair.end_reason, pair.ends_on) == (Phase.ENDED.name, "MONEY", last)
    assert pair.ended_at is not None
    assert pair.ended_at.date() == last
    assert "ENDING" not in open_tasks(cast)
    with begin(cast.world.engine) as work:
        assert work.session.scalars(select(Application.stage)).one() == Stage.ENDED.name
        owner = work.session.scalars(select(Handle).where(Handle.external_id == YAMAZAKI)).one()
        assert menus.standing_of(work, owner) is not Standing.RUNNING
        shown = occurrences(Turn(work, cast.world.rules, closing), owner.id)
        assert all(each.is_off for each in shown if each.starts_at.date() > last)


def test_the_weeks_go_on_until_the_last_day_and_no_list_is_asked_after_the_last() -> None:
    """As many notices as Wednesdays until the end; the last meeting is not followed by the question what comes next."""
    cast = working()
    last = owner_ends(cast)
    before = cast.owner.said.count("との打ち合わせです")
    wednesdays = [day for n in range(60) if (day := cast.world.now.date() + timedelta(n)) <= last]
    coming = [day for day in wednesdays if day.weekday() == 2 and day > cast.world.now.date()]
    open_days = [day for day in coming if (day.month, day.day) not in ((12, 30), (12, 29))]
    cast.world.move(cast.world.now + timedelta(weeks=8))
    assert cast.owner.said.count("との打ち合わせです") == before + len(open_days)
    assert cast.talent.said.count("「決まったこと」をお願いします") == 1 + len(open_days) - 1


def test_the_last_words_come_after_a_meeting_of_the_last_day() -> None:
    """The last meeting was moved to the last afternoon: nobody reads at noon that it was all."""
    cast = working()
    owner_ends(cast, "1月いっぱい")
    cast.world.move(datetime(2027, 1, 26, 16, 1, tzinfo=JST))
    cast.owner.play("[日にちを変える]", "[ほかの日時]", "1月29日の14時")
    cast.talent.press("これでよい")
    goes_to(cast, "closing")
    assert "毎週のお知らせは、これで終わりです。" not in cast.owner.said
    cast.world.move(datetime(2027, 1, 29, 14, 39, tzinfo=JST))
    assert "毎週のお知らせは、これで終わりです。" not in cast.owner.said
    goes_to(cast, "closing")
    assert cast.world.now.astimezone(JST) == datetime(2027, 1, 29, 14, 41, tzinfo=JST)
    assert "毎週のお知らせは、これで終わりです。" in cast.owner.said


def test_today_after_seven_months_is_answered_with_the_laws_day() -> None:
    """「今日で」: the first day is told with the reason, the word is no answer, and no sooner day is taken."""
    cast = long_ago(working())
    begun = cast.world.engagement().started_on
    assert begun is not None
    first = earliest_end(begun, cast.world.now.date(), by_owner=True)
    cast.owner.play("今日で終わりにしたい", "[終わりにする]", f"[{MONEY}]")
    assert "半年を過ぎたお仕事は、30日前までに知らせる決まりです。" in cast.owner.said
    heard = "".join(cast.owner.do("今日で終わりにしたい"))
    assert f"早くて{first.month}月{first.day}日" in heard
    cast.owner.do("今日")
    assert cast.world.engagement().ends_on is None
    cast.owner.play(f"{first.month}月末", "[お相手に伝える]")
    assert ends_on(cast) == first
    assert (first - cast.world.now.date()).days >= 30


def asks_for_sooner(cast: Cast) -> date:
    """The owner would like the 28th of this month; give the lawful day."""
    cast.owner.play(
        "終わりにしたい", "[終わりにする]", f"[{MONEY}]", "[もっと早く]", "12月28日", "[お相手に伝える]"
    )
    return ends_on(cast)


def test_sooner_than_the_law_only_by_the_others_yes() -> None:
    """The lawful day holds at once; その日でよい of the talent makes it sooner, and is kept with its time."""
    cast = long_ago(working())
    lawful = asks_for_sooner(cast)
    assert lawful > date(2027, 1, 1)
    assert "12月28日(月)までにできないか" in cast.talent.said
    assert "どちらでも不利にはなりません" in cast.talent.said
    cast.talent.press("その日でよい")
    assert ends_on(cast) == date(2026, 12, 28)
    [row] = agreements(cast)
    assert (row.kind, row.asked_by, row.answer, row.on) == ("SOONER", "OWNER", "YES", date(2026, 12, 28))
    assert row.answered_at is not None
    assert "もう" in cast.talent.press("その日でよい").notice or "うかがっています" in cast.talent.notices[-1]
    cast.world.move(cast.world.now + timedelta(weeks=4))
    assert cast.world.engagement().phase == Phase.ENDED.name


def test_a_no_to_a_sooner_day_keeps_the_laws() -> None:
    """決まりどおりがよい, or no answer at all: the lawful day stands; the owner reads so without a bad word."""
    cast = long_ago(working())
    lawful = asks_for_sooner(cast)
    cast.talent.press("決まりどおりがよい")
    assert ends_on(cast) == lawful
    assert "決まりどおりがよいとのことです" in cast.owner.said
    cast = long_ago(working())
    lawful = asks_for_sooner(cast)
    cast.world.move(cast.world.now + timedelta(weeks=3))
    assert "もう終わっています" in cast.talent.press("その日でよい").notice
    assert ends_on(cast) == lawful


def test_a_talent_ends_from_his_home_with_the_month() -> None:
    """The law does not bind him; the owner reads who, when, and that all goes on until then, but not why."""
    cast = long_ago(working())
    assert talent_ends(cast) == date(2026, 12, 31)
    assert "お知らせした方：高橋 直樹さん" in cast.owner.said
    assert "12月31日(木)(平日は12月28日(月)が最後)" in cast.owner.said
    assert "ほかの事情" not in cast.owner.said
    assert "お相手：ほかの事情" in card_of(cast)
    assert not cast.owner.buttons("わけを聞く")


def test_in_the_thread_the_word_is_for_us() -> None:
    """終わりにしたい in the thread with the owner begins the talk, and is not carried over."""
    cast = working()
    cast.owner.play("一つ伝えたいことがある", "[お相手に伝える]", "来週は忙しいです")
    cast.talent.writes("終わりにしたい")
    assert "どうしましょうか？" in cast.talent.said
    cast.owner.do("いまどうなってる？")
    assert "終わりにしたい" not in cast.owner.said


def test_the_reason_is_a_class_for_the_staff_and_the_owners_own_words_for_who_asks() -> None:
    """The talent may ask why, once; what the owner chose stays with the staff, what he writes goes over as it stands."""
    cast = working()
    owner_ends(cast)
    assert MONEY not in cast.talent.shown
    assert f"社長：{MONEY}" in card_of(cast)
    cast.talent.press("わけを聞く")
    assert "うかがっています" in cast.talent.press("わけを聞く").notice
    cast.owner.do("売上が落ちて、続けられなくなりました")
    assert "「売上が落ちて、続けられなくなりました」" in cast.talent.said
    assert "売上が落ちて" in cast.talent.press("わけを聞く").notice
    assert MONEY not in cast.talent.shown


def test_a_notice_is_taken_back_only_by_both() -> None:
    """取り下げたい asks the other; with his yes the weeks are there again, and the look back still comes."""
    cast = working()
    last = owner_ends(cast)
    cast.owner.do("[取り下げたい]")
    assert ends_on(cast) == last
    cast.talent.press("続けてよい")
    assert cast.world.engagement().ends_on is None
    assert "取り下げになりました" in cast.owner.said
    assert "ENDING" not in open_tasks(cast)
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.due_at("feedback") + MINUTE)
    assert cast.owner.said.count("との打ち合わせです") >= before + 8
    assert "もうすぐ3か月です" in cast.owner.said
    assert cast.world.engagement().phase == Phase.FEEDBACK.name


def test_a_notice_the_other_will_not_undo_stands() -> None:
    """終わりのままがよい: nothing changes, and who asked reads it with a person at hand; he may not answer himself."""
    cast = working()
    last = owner_ends(cast)
    cast.owner.do("[取り下げたい]")
    own = cast.talent.buttons("続けてよい")[0].payload
    assert "待っています" in "".join(cast.owner.tap(own))
    cast.talent.press("終わりのままがよい")
    assert ends_on(cast) == last
    assert "終わりのままがよいとのことです" in cast.owner.said
    cast.talent.tap(own)
    assert ends_on(cast) == last


def test_both_give_notice_at_once() -> None:
    """Each has chosen his day when the other's is not known yet: the sooner one holds, the later one is told so."""
    cast = long_ago(working())
    cast.owner.play("終わりにしたい", "[終わりにする]", f"[{MONEY}]", "1月末")
    assert talent_ends(cast) == date(2026, 12, 31)
    heard = "".join(cast.owner.do("[お相手に伝える]"))
    assert "12月31日" in heard
    assert ends_on(cast) == date(2026, 12, 31)


def test_the_talent_may_leave_before_the_owners_day() -> None:
    """早めたい under a notice of the owner: his own month-end is sooner, and both stand as those who gave notice."""
    cast = long_ago(working())
    owner_ends(cast)
    cast.talent.press("早めたい")
    cast.talent.press("忙しくて時間がない")
    cast.talent.tap(cast.world.seen[-1].message.buttons[0].payload)
    cast.talent.press("お相手に伝える")
    assert ends_on(cast) == date(2026, 12, 31)
    assert ending(cast).given_by == "OWNER TALENT"


def test_who_thinks_better_of_it_has_said_nothing() -> None:
    """やめておく at the last question: the other hears nothing, no card, no day."""
    cast = working()
    before = cast.talent.said
    cast.owner.play("終わりにしたい", "[終わりにする]", f"[{MONEY}]")
    cast.owner.do(f"[{cast.world.seen[-1].message.buttons[0].label}]")
    cast.owner.do("[やめておく]")
    assert cast.talent.said == before
    assert cast.world.engagement().ends_on is None
    assert "ENDING" not in open_tasks(cast)


def test_an_old_yes_cannot_choose_a_day_that_has_become_too_near() -> None:
    """The day was free when it was offered, and is not a month later: he is told the first one and asked again."""
    cast = long_ago(working())
    cast.owner.play("終わりにしたい", "[終わりにする]", f"[{MONEY}]", "1月末")
    cast.world.move(cast.world.now + timedelta(days=25))
    cast.owner.do("[お相手に伝える]")
    assert cast.world.engagement().ends_on is None
    assert "2月28日" in cast.owner.said


def test_at_month_three_who_ends_is_asked_for_the_day() -> None:
    """ここで終わりにする: reason and day at once; with the notice the other's choice is not asked any more."""
    cast = at(looking_back)
    look_back(cast)
    cast.talent.press("ここで終わりにする")
    assert "終わり" not in "".join(told_since(cast, YAMAZAKI, cast.world.now - timedelta(minutes=5)))
    cast.talent.press("やりたいことができた")
    cast.talent.tap(cast.world.seen[-1].message.buttons[0].payload)
    cast.talent.press("お相手に伝える")
    assert "お仕事の終わりのお知らせ" in cast.owner.said
    assert cast.world.engagement().phase == Phase.RUNNING.name
    cast.owner.do("[同じ条件で続ける]")
    assert cast.world.engagement().ends_on is not None
    cast.world.move(cast.world.now + timedelta(weeks=10))
    assert cast.world.engagement().phase == Phase.ENDED.name


def test_at_month_three_who_thinks_better_of_it_chooses_again() -> None:
    """ここで終わりにする and then やめておく: the choice is put to him once more, and counts."""
    cast = at(looking_back)
    look_back(cast)
    cast.owner.do("[同じ条件で続ける]")
    cast.talent.press("ここで終わりにする")
    cast.talent.press("言わないでおく")
    cast.talent.tap(cast.world.seen[-1].message.buttons[0].payload)
    cast.talent.press("やめておく")
    cast.talent.press("同じ条件で続ける")
    assert cast.world.engagement().renewed == 1
    assert "お二人とも「同じ条件で続ける」でした" in cast.owner.said


def test_the_staff_write_down_a_day_for_both() -> None:
    """終わりになった with a day: both read it, the weeks go on until then, and then it is over."""
    cast = at(talking_over)
    form = cast.staff.press("終わりになった").form
    assert form is not None
    first = next(field.initial for field in form.fields if field.key == "end.DAY")
    cast.staff.fill({"end.WORDS": "味噌、楽しみにしています"})
    assert ends_on(cast) == date.fromisoformat(first)
    for who in (cast.owner, cast.talent):
        assert "最後の日：" in who.said
        assert "味噌、楽しみにしています" in who.said
    cast.world.move(cast.world.now + timedelta(weeks=10))
    assert cast.world.engagement().phase == Phase.ENDED.name
    assert cast.world.engagement().end_reason == "STAFF"


def test_the_staff_may_undo_an_ending_under_way() -> None:
    """続けることになった on the card of an ending: no last day any more, and the weeks go on."""
    cast = working()
    owner_ends(cast)
    cast.staff.press("続けることになった")
    cast.staff.fill({})
    assert cast.world.engagement().ends_on is None
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.now + timedelta(weeks=7))
    assert cast.owner.said.count("との打ち合わせです") > before + 3
    assert cast.world.engagement().phase == Phase.RUNNING.name


def test_words_that_still_wait_are_brought_on_the_last_day() -> None:
    """The talent wrote for the owner and nothing was sent since: it comes with the last words, not after them."""
    cast = working()
    owner_ends(cast)
    goes_to(cast, "returning")
    cast.talent.home()
    cast.talent.press("社長に伝える")
    cast.talent.fill({"tell.words": "鍵は引き出しです"})
    goes_to(cast, "closing")
    assert "鍵は引き出しです" in cast.owner.said


def test_nothing_is_forgotten_where_nobody_answers() -> None:
    """No memo, no word about data, no thanks: it ends on its day all the same, and the card stays open for the staff."""
    cast = working()
    last = owner_ends(cast)
    cast.world.move(cast.world.now + timedelta(weeks=9))
    assert cast.world.engagement().ends_on == last
    assert "ENDING" in open_tasks(cast)
    assert "引き継ぎのメモ：まだ" in card_of(cast)
    assert "会社 まだ・お相手 まだ" in card_of(cast)
    assert "記録しました" in "".join(cast.owner.do("[すみました]"))
    assert "会社 すみ・お相手 まだ" in card_of(cast)


@pytest.mark.parametrize("label", ["わけを聞く", "早めたい", "取り下げたい", "すみました", "その日でよい"])
def test_a_strangers_tap_does_nothing(label: str) -> None:
    """Another owner and another talent tap what the two were shown: refused kindly, nothing changes."""
    cast = long_ago(working())
    asks_for_sooner(cast)
    last = ends_on(cast)
    if label == "すみました":
        goes_to(cast, "returning")
    payload = (cast.talent.buttons(label) or cast.owner.buttons(label))[0].payload
    stranger, other = Member(cast.world, MORI), Owner(cast.world, "Ustranger")
    assert "使えませんでした" in stranger.tap(payload).notice
    assert "使えませんでした" in "".join(other.tap(payload))
    assert ends_on(cast) == last
    assert ending(cast).talent_returned_at is None


def test_late_buttons_and_double_taps_after_the_end() -> None:
    """取り下げたい, 早めたい, すみました and お礼 after the last day: each is answered kindly and starts nothing."""
    cast = parts_well(working())
    cast.world.move(cast.world.now + timedelta(weeks=3))
    assert "終わっています" in "".join(cast.owner.do("[取り下げたい]"))
    assert "終わっています" in cast.talent.press("早めたい").notice
    assert "うかがっています" in cast.talent.press("すみました").notice
    assert "もう" in cast.talent.press("お礼のひとこと").notice
    assert cast.world.engagement().phase == Phase.ENDED.name
    assert "続いているお仕事はありません" in "".join(cast.owner.do("終わりにしたい"))


def test_who_cannot_be_reached_is_the_staffs_to_tell() -> None:
    """The talent's account is cut off from us: the card says that the notice has not reached him."""
    cast = working()
    with begin(cast.world.engine) as work:
        work.session.scalars(select(Handle).where(Handle.external_id == TAKAHASHI)).one().is_reachable = False
    owner_ends(cast)
    assert "届いていません。今日のうちに、電話とメールで" in card_of(cast)
