"""Meeting: the hour two people agree on, from the offer to the date, moved or called off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bot.payloads import card_payload
from storage.engagements import Engagement, Phase
from storage.interviews import Arranged, Interview
from storage.unit_of_work import begin
from tests.story.meetings import interview, lives_in, starts
from tests.story.stages import (
    APPLY,
    Cast,
    at,
    chosen,
    dated,
    listed,
    new_cast,
    noon_after,
    pick,
    publish,
    published,
    register,
)
from tests.story.world import MARUYAMA, MORI, Member, Owner

# --- agreeing


def test_two_taps_make_a_date() -> None:
    """この3つで聞く, one hour taken: both read the day, the way in and what comes next; a calendar has its button."""
    cast = at(chosen)
    pick(cast)
    for who in (cast.owner, cast.talent):
        assert "お会いする日が決まりました" in who.said
        assert "https://meet.example.com/" in who.said
    links = [each.url for each in cast.owner.buttons("カレンダーに入れる")]
    assert links[0].startswith("https://calendar.google.com/")
    assert interview(cast).state == Arranged.SET.name


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("来週土曜の10時", "土日です"),
        ("12月30日の10時", "年末年始です"),
        ("1月11日の10時", "祝日(成人の日)です"),
        ("来週水曜の朝8時", "朝9時半から夕方5時"),
        ("5月12日の10時", "もう少し近い日で"),
        ("昨日の10時", "過ぎた日のようです"),
        ("そのうち", "日にちと時刻を教えてください"),
        ("来週水曜", "日にちと時刻を教えてください"),
    ],
)
def test_an_hour_that_cannot_be_is_refused_with_the_reason(words: str, answer: str) -> None:
    """Saturdays, holidays, nights, days gone by and vague words: the reason, and the question again."""
    cast = at(listed)
    cast.owner.play("[会ってみたい]", "[ほかの時間]")
    heard = "".join(cast.owner.do(words))
    assert answer in heard
    assert "いつがよろしいですか" in heard
    assert interview(cast).state == Arranged.OFFER.name


def test_his_own_words_are_read_and_said_back_by_the_buttons() -> None:
    """「再来週の水曜の10時半」 at the first question: the other is asked for exactly this."""
    cast = at(listed)
    cast.owner.play("[会ってみたい]", "再来週の水曜の10時半", "[これだけで聞く]")
    labels = [each.label for each in cast.talent.buttons("どれも合わない")]
    assert labels
    [asked] = [item.message for item in cast.world.seen if "どの時間がよいですか" in item.text]
    assert [each.label for each in asked.buttons] == ["12月23日(水) 10:30", "どれも合わない"]


@pytest.mark.parametrize("enough", ["それだけでええ", "もうない", "以上です", "これだけで"])
def test_an_hour_in_his_words_is_said_back_at_once(enough: str) -> None:
    """What was read of his words stands before the next question; 「それだけで」 ends the list as the button does."""
    cast = at(listed)
    cast.owner.do("[会ってみたい]")
    heard = cast.owner.do("再来週の水曜の10時半")[-1]
    assert "12月23日(水) 午前10時30分ですね。ほかにも、よい時間はありますか？" in heard
    cast.owner.do(enough)
    assert interview(cast).offered == ["2026-12-23T10:30"]


def test_who_lives_elsewhere_reads_both_clocks() -> None:
    """In Tallinn, seven hours behind: hours of his day are offered, each in Japan's clock and his own."""
    cast = at(listed)
    lives_in(cast, "Europe/Tallinn")
    cast.owner.play("[会ってみたい]", "[この3つで聞く]")
    cast.world.move(cast.world.now + timedelta(hours=5))  # his morning
    [asked] = [item.message for item in cast.world.seen if "どの時間がよいですか" in item.text]
    assert all(each.label.startswith("日本時間 ") for each in asked.buttons[:-1])
    assert "15:00 / あなたの時間 " in asked.buttons[0].label
    assert asked.buttons[0].label.endswith(" 08:00")
    pick(cast)
    assert "あなたの時間" in cast.talent.said
    assert "あなたの時間" not in cast.owner.said


def test_where_none_fits_the_talent_names_his_own() -> None:
    """どれも合わない: three others in one form, and the owner takes one of them."""
    cast = at(chosen)
    pick(cast, -1)
    form = cast.talent.form
    assert form is not None
    hours = [value for value, _ in form.fields[0].options]
    cast.talent.fill(dict(zip(("hours.A", "hours.B", "hours.C"), hours[4:7], strict=True)))
    cast.world.move(cast.world.now + timedelta(minutes=11))  # he was in the middle of the five questions
    assert "どれがよろしいですか" in cast.owner.news()[-1]
    [asked] = [item.message for item in cast.world.seen if "どれがよろしいですか" in item.text]
    cast.owner.tap(asked.buttons[0].payload)
    cast.world.move(noon_after(cast.world.now, 1))
    assert "お会いする日が決まりました" in cast.talent.said


def test_an_hour_that_passes_is_offered_no_more() -> None:
    """He takes days to answer: of three hours one has gone by, and a tap on it is refused; another still stands."""
    cast = at(listed)
    cast.owner.play("[会ってみたい]", "あさっての10時", "12月16日の14時", "[これだけで聞く]")
    [asked] = [item.message for item in cast.world.seen if "どの時間がよいですか" in item.text]
    cast.world.move(cast.world.now + timedelta(days=3))
    cast.talent.tap(asked.buttons[0].payload)
    assert interview(cast).state == Arranged.PICK.name
    cast.talent.tap(asked.buttons[1].payload)
    assert interview(cast).state == Arranged.SET.name


def test_when_all_hours_have_passed_the_owner_is_asked_anew() -> None:
    """No answer until the last hour was near: new hours, from the one who named them."""
    cast = at(listed)
    cast.owner.play("[会ってみたい]", "あさっての10時", "[これだけで聞く]", "一", "二", "三", "四", "五")
    cast.world.move(cast.world.now + timedelta(days=3))
    assert "お聞きした時間が過ぎました" in cast.owner.said
    assert cast.owner.said.count("お会いする日を決めましょう") >= 2
    assert interview(cast).state == Arranged.OFFER.name


def two_firms(cast: Cast) -> tuple[Owner, Owner]:
    """Two owners want to meet the same talent, who has hours for both."""
    other = Owner(cast.world, MARUYAMA)
    published(cast)
    publish(cast.world, other, cast.staff)
    register(cast.talent, terms__HOURS="60")
    cast.talent.fill(APPLY)
    first = cast.talent.buttons("関心あり", "postings")[-1]
    cast.talent.tap(first.payload)
    cast.talent.fill(APPLY)
    cast.world.move(noon_after(cast.world.now, 9))
    return cast.owner, other


def test_two_owners_cannot_have_the_same_hour() -> None:
    """Both name 10 o'clock of one day: the first date stands, the second tap is refused and the hour is gone."""
    cast = new_cast()
    first, second = two_firms(cast)
    for owner in (first, second):
        owner.play("[会ってみたい]", "12月16日の10時", "12月17日の10時", "[これだけで聞く]")
    asked = [item.message for item in cast.world.seen if "どの時間がよいですか" in item.text]
    assert len(asked) == 2
    cast.talent.tap(asked[0].buttons[0].payload)
    cast.talent.tap(asked[1].buttons[0].payload)
    with begin(cast.world.engine) as work:
        states = sorted(row.state for row in work.session.scalars(select(Interview)))
    assert states == [Arranged.PICK.name, Arranged.SET.name]
    cast.talent.tap(asked[1].buttons[1].payload)
    with begin(cast.world.engine) as work:
        hours = [row.starts_at for row in work.session.scalars(select(Interview))]
    assert len(set(hours)) == 2


def test_two_owners_at_the_same_instant_on_both_databases(engine: Engine) -> None:
    """The same hour, taken for both pairs in one moment by two processes: one date."""
    cast = new_cast(engine)
    first, second = two_firms(cast)
    for owner in (first, second):
        owner.play("[会ってみたい]", "12月16日の10時", "[これだけで聞く]")
    asked = [item.message for item in cast.world.seen if "どの時間がよいですか" in item.text]
    for each in asked:
        cast.talent.tap(each.buttons[0].payload)
    with begin(engine) as work:
        states = sorted(row.state for row in work.session.scalars(select(Interview)))
    assert states == [Arranged.PICK.name, Arranged.SET.name]


def test_hours_put_to_one_are_not_offered_to_the_next() -> None:
    """Three people to meet: the owner is offered other hours for each."""
    cast = at(listed)
    mori = Member(cast.world, MORI)
    register(mori, me__NAME="森 太郎")
    mori.fill(APPLY)
    cast.world.move(noon_after(cast.world.now, 8))
    cards = [button.payload for button in cast.owner.buttons("会ってみたい")]
    for payload in dict.fromkeys(cards):
        cast.owner.tap(payload)
        cast.owner.do("[この3つで聞く]")
    with begin(cast.world.engine) as work:
        offered = [tuple(row.offered) for row in work.session.scalars(select(Interview))]
    assert len(offered) == 2
    assert not set(offered[0]) & set(offered[1])


# --- moving, calling off


def test_a_date_is_moved_and_calendars_hear_of_it() -> None:
    """日にちを変える: the old date stands until new hours are named; then it is out, and the new one in."""
    cast = at(dated)
    before, number = starts(cast), interview(cast).sequence
    cast.owner.do("[日にちを変える]")
    assert interview(cast).state == Arranged.SET.name
    cast.owner.do("[この3つで聞く]")
    assert (interview(cast).state, interview(cast).sequence) == (Arranged.PICK.name, number + 1)
    assert "日にちを変えたいとのことです" in cast.talent.said
    pick(cast, 1)
    assert "日にちが変わりました" in cast.owner.said
    assert starts(cast) != before
    assert interview(cast).sequence == number + 2
    told = len(cast.owner.said)
    cast.world.move(starts(cast) - timedelta(hours=2))
    assert cast.owner.said[told:].count("とお話しです") == 1  # nothing of the old date comes any more


def test_a_talent_moves_it_with_a_form() -> None:
    """The same from his side: three hours in one form; the owner takes one by a button."""
    cast = at(dated)
    cast.talent.press("日にちを変える")
    form = cast.talent.form
    assert form is not None
    hours = [value for value, _ in form.fields[0].options]
    cast.talent.fill(dict(zip(("hours.A", "hours.B", "hours.C"), hours[10:13], strict=True)))
    assert "日にちを変えたいとのことです" in cast.owner.said
    assert interview(cast).waits_for == "OWNER"


def test_an_old_button_moves_nothing() -> None:
    """日にちを変える on a card of an older date, and by a stranger: said kindly, nothing changed."""
    cast = at(dated)
    old = cast.owner.buttons("日にちを変える")[0]
    cast.owner.play("[日にちを変える]", "[この3つで聞く]")
    pick(cast, 1)
    assert "新しいお知らせ" in cast.owner.tap(old.payload)[-1]
    stranger = Member(cast.world, MORI)
    now = interview(cast)
    answer = stranger.tap(card_payload("interview", now.id, now.version, "move"))
    assert "使えませんでした" in answer.notice
    assert interview(cast).version == now.version


def test_calling_it_off_asks_once_more_and_ends_kindly() -> None:
    """会うのをやめる: a slip is このままでよい; meant, both hear it without blame and the talent's hours are free."""
    cast = at(dated)
    cast.owner.play("[会うのをやめる]")
    assert "そのままです" in cast.owner.do("[このままでよい]")[-1]
    card = cast.owner.buttons("会うのをやめる")[-1]
    cast.owner.tap(card.payload)
    assert "ていねいにお伝えしました" in cast.owner.do("[会うのをやめる]")[0]
    assert "取りやめになりました" in cast.talent.said
    with begin(cast.world.engine) as work:
        pair = work.session.scalars(select(Engagement)).one()
    assert (pair.phase, interview(cast).state) == (Phase.ENDED.name, Arranged.OVER.name)
    assert pair.ended_at is not None
    told = len(cast.owner.said)
    cast.world.move(starts(cast) + timedelta(hours=1))
    assert "とお話しです" not in cast.owner.said[told:]
