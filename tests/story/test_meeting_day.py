"""Meeting day: what comes before an agreed hour, at it and after it; what both answered stays between them."""

from __future__ import annotations

import logging
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from storage.interviews import Arranged
from storage.parties import Handle
from storage.slots import DayOff
from storage.time_rows import ThoughtRow
from storage.unit_of_work import begin
from tests.story.meetings import CANARY, MINUTE, interview, lives_in, since, starts
from tests.story.stages import (
    APPLY,
    answer_pi,
    answered,
    at,
    chosen,
    dated,
    deciding,
    listed,
    meet,
    noon_after,
    pick,
    register,
)
from tests.story.world import MORI, Member

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
        assert "このあと" in since(cast, who, begins - timedelta(hours=1, seconds=1))


# --- at the hour, and after


def test_who_waits_alone_is_helped_minute_by_minute() -> None:
    """お相手が来ない calls the other; +10 the telephone; +15 another day, once; nobody is blamed."""
    cast = at(dated)
    begins = starts(cast)
    cast.world.move(begins - MINUTE)
    assert "もう少しお待ちください" in cast.talent.press("お相手が来ない").notice
    cast.world.move(begins + timedelta(minutes=5, seconds=1))
    cast.talent.press("お相手が来ない")
    assert "が、お待ちです" in cast.owner.said
    assert "声をかけています" in cast.talent.press("お相手が来ない").notice
    cast.world.move(begins + timedelta(minutes=10, seconds=1))
    assert "0265-00-9999 へどうぞ" in cast.talent.said
    cast.world.move(begins + timedelta(minutes=16))
    assert "日にちを決めなおしましょう" in cast.owner.said
    assert interview(cast).state == Arranged.OFFER.name
    told = since(cast, cast.owner, begins) + since(cast, cast.talent, begins)
    assert not any(word in told for word in ("欠席", "無断", "遅刻", "すっぽかし"))


def test_when_all_is_well_nobody_is_disturbed() -> None:
    """Between an hour before and what they say of it, neither hears a word."""
    cast = at(dated)
    begins = starts(cast)
    cast.world.move(begins - MINUTE)
    before = (cast.owner.said, cast.talent.said)
    cast.world.move(begins + timedelta(minutes=39))
    assert (cast.owner.said, cast.talent.said) == before


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
    """話せています after お相手が来ない: no telephone, no other day; who pressed may say so, too."""
    cast = at(dated)
    begins = starts(cast)
    cast.world.move(begins + timedelta(minutes=5, seconds=1))
    cast.talent.press("お相手が来ない")
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
