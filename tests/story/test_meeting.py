"""Meeting: the hour two people agree on, what comes before it, and what happens when it cannot be."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select, text

from bot.payloads import card_payload
from storage.engagements import Engagement, Phase
from storage.interviews import Arranged, Interview
from storage.parties import Handle
from storage.slots import DayOff
from storage.time_rows import ThoughtRow
from storage.unit_of_work import begin
from tests.story.stages import (
    APPLY,
    Cast,
    answer_pi,
    answered,
    at,
    chosen,
    dated,
    deciding,
    listed,
    meet,
    new_cast,
    noon_after,
    pick,
    publish,
    published,
    register,
)
from tests.story.world import MARUYAMA, MORI, TAKAHASHI, Member, Owner

MINUTE = timedelta(minutes=1)
CANARY = "金糸雀のひみつ"


def interview(cast: Cast) -> Interview:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(Interview).order_by(Interview.id.desc())).first() or Interview()


def starts(cast: Cast) -> datetime:
    found = interview(cast).starts_at
    assert found is not None
    return found


def since(cast: Cast, who: Any, at: datetime) -> str:
    """Give what somebody read since a moment."""
    return "\n".join(item.text for item in cast.world.seen if item.to == who.id and item.at >= at)


def lives_in(cast: Cast, zone: str) -> None:
    with begin(cast.world.engine) as work:
        work.parties.set_zones("slack", {TAKAHASHI: zone})


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


# --- the questions before it


def test_three_hours_before_what_there_is_is_shown() -> None:
    """Only the talent answered: reminded a day before, the owner reads hers at T-3h, she hears that his are not there."""
    cast = at(chosen)
    cast.talent.press("会う前の5つの質問")
    cast.talent.fill({f"pi.PI{n}": f"お相手の答え{n}" for n in range(1, 6)})
    pick(cast)
    cast.world.move(starts(cast) - timedelta(hours=3) - MINUTE)
    assert "会う前の質問のお返事をお待ちしています" in cast.owner.said
    assert "会う前の質問のお返事をお待ちしています" not in cast.talent.said
    assert "お相手の答え" not in cast.owner.said
    cast.world.move(starts(cast) - timedelta(hours=1, minutes=30))
    assert "お相手の答え1" in cast.owner.said
    assert "お答えは、まだのようです" in cast.talent.said
    assert "5つの質問" not in "".join(cast.owner.do("いまどうなってる？"))


def test_a_day_and_an_hour_before_both_are_told() -> None:
    """16:00 of the working day before, and an hour before, with the way in; at any hour where he lives."""
    cast = at(answered)
    lives_in(cast, "America/New_York")
    pick(cast)
    begins = starts(cast)
    cast.world.move(begins - timedelta(minutes=59))
    for who in (cast.owner, cast.talent):
        assert who.said.count("とお話しです") == 2
        assert "もうすぐ" in since(cast, who, begins - timedelta(hours=1, seconds=1))


# --- at the hour, and after


def test_who_waits_alone_is_helped_minute_by_minute() -> None:
    """+5 a word to both, お相手が見えません; +10 the telephone; +15 another day, once; nobody is blamed."""
    cast = at(dated)
    begins = starts(cast)
    cast.world.move(begins + timedelta(minutes=5, seconds=1))
    assert "お話しできていますか" in cast.owner.said
    cast.talent.press("お相手が見えません")
    assert "が、お待ちです" in cast.owner.said
    assert "声をかけています" in cast.talent.press("お相手が見えません").notice
    cast.world.move(begins + timedelta(minutes=10, seconds=1))
    assert "0265-00-9999 へどうぞ" in cast.talent.said
    cast.world.move(begins + timedelta(minutes=16))
    assert "日にちを決めなおしましょう" in cast.owner.said
    assert interview(cast).state == Arranged.OFFER.name
    told = since(cast, cast.owner, begins) + since(cast, cast.talent, begins)
    assert not any(word in told for word in ("欠席", "無断", "遅刻", "すっぽかし"))


def test_a_second_time_is_the_staffs() -> None:
    """Twice they could not meet: no third date by itself, the staff have a card."""
    cast = at(dated)
    for _ in range(2):
        if interview(cast).state != Arranged.SET.name:
            cast.owner.do("[この3つで聞く]")
            pick(cast)
        meet(cast)
        cast.owner.do("[会えなかった]")
    assert any("2回かないませんでした" in text for text in cast.world.told("staff"))
    assert "担当の佐藤から、お二人にご連絡します" in cast.talent.said
    assert interview(cast).state == Arranged.OVER.name


def test_talking_already_stops_the_search() -> None:
    """話せています after お相手が見えません: no telephone, no other day."""
    cast = at(dated)
    begins = starts(cast)
    cast.world.move(begins + timedelta(minutes=5, seconds=1))
    cast.talent.press("お相手が見えません")
    cast.owner.do("[話せています]")
    cast.world.move(begins + timedelta(minutes=41))
    assert "日にちを決めなおしましょう" not in cast.owner.said
    assert "いかがでしたか" in cast.owner.said


def test_a_forgotten_button_is_no_refusal() -> None:
    """進めたい of one side, silence of the other: reminded after a day and three, then a person rings; nothing ends."""
    cast = at(deciding)
    cast.owner.do("[進めたい]")
    cast.world.move(cast.world.now + timedelta(days=30))
    assert cast.talent.said.count("進めてみるかどうかのお返事をお待ちしています") == 2
    assert any("4営業日そろっていません" in text for text in cast.world.told("staff"))
    assert "見送り" not in cast.owner.said
    cast.talent.press("進めたい")
    assert "も「進めたい」" in cast.owner.said


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


def test_the_staff_can_ask_for_hours_once_more() -> None:
    """日にちを決めなおす on their card, after two missed talks: the owner is asked again, and the card is done."""
    cast = at(dated)
    for _ in range(2):
        if interview(cast).state != Arranged.SET.name:
            cast.owner.do("[この3つで聞く]")
            pick(cast)
        meet(cast)
        cast.owner.do("[会えなかった]")
    cast.staff.press("日にちを決めなおす")
    assert interview(cast).state == Arranged.OFFER.name
    cast.owner.do("[この3つで聞く]")
    pick(cast)
    assert interview(cast).state == Arranged.SET.name


def test_the_firms_own_days_off_are_not_offered() -> None:
    """Days the firm told us it is closed: left out of what is offered, refused with the reason when written."""
    cast = at(listed)
    with begin(cast.world.engine) as work:
        owner = work.session.scalars(select(Handle).where(Handle.external_id == cast.owner.id)).one()
        firm = work.companies.of_party(owner.party_id)
        assert firm is not None
        days = {"first_on": date(2026, 12, 8), "last_on": date(2026, 12, 16), "created_at": cast.world.now}
        work.session.add(DayOff(party_id=owner.party_id, company_id=firm.id, **days))
    cast.owner.do("[会ってみたい]")
    assert "12月9日" not in cast.owner.said
    heard = "".join(cast.owner.play("[ほかの時間]", "12月9日の10時"))
    assert "12月9日(水)は会社のお休みです" in heard


def test_where_it_stands_names_the_hour() -> None:
    """いまどうなってる？ and the talent's Home say when they meet."""
    cast = at(dated)
    assert "お会いするのは、12月9日(水) 午前10時からです" in cast.owner.do("いまどうなってる？")[-1]
    assert "12月9日(水) 10:00" in cast.talent.home()


def test_answers_given_once_need_not_be_typed_again() -> None:
    """A second person to meet: the owner may show the same five answers with one tap, under the same seal."""
    cast = at(listed)
    mori = Member(cast.world, MORI)
    register(mori, me__NAME="森 太郎")
    mori.fill(APPLY)
    cast.world.move(noon_after(cast.world.now, 8))
    one, other = dict.fromkeys(button.payload for button in cast.owner.buttons("会ってみたい"))
    cast.owner.tap(one)
    cast.owner.play("[この3つで聞く]", *(f"社長の答え{n}" for n in range(1, 6)))
    cast.owner.tap(other)
    cast.owner.do("[この3つで聞く]")
    assert "そのままお見せしましょうか" in cast.owner.said
    assert "お二人そろったら" in cast.owner.do("[同じでよい]")[-1]
    for who in (mori, cast.talent):
        assert "社長の答え1" not in who.shown
        who.press("会う前の5つの質問")
        who.fill({f"pi.PI{n}": "答え" for n in range(1, 6)})
        assert "社長の答え1" in who.shown


def test_what_was_answered_is_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    """A canary in each answer: never in the log, before a model, in the ranking's words, or before the staff."""
    with caplog.at_level(logging.DEBUG):
        cast = at(chosen)
        answer_pi(cast, owner=CANARY, talent=CANARY)
        pick(cast)
        meet(cast)
    with begin(cast.world.engine) as work:
        thoughts = work.session.scalars(select(ThoughtRow)).all()
        words = work.session.execute(text("SELECT * FROM talent_works")).all()
        profiles = work.session.execute(text("SELECT * FROM talents")).all()
        postings = work.session.execute(text("SELECT * FROM postings")).all()
    assert CANARY in cast.owner.said
    assert CANARY not in caplog.text
    assert not any(CANARY in str(row.input) for row in thoughts)
    assert CANARY not in str((words, profiles, postings))
    assert not any(CANARY in told for told in (*cast.world.told("staff"), *cast.world.told("postings")))
