"""Nights: what an owner does late reaches the talent in his own morning, in order, and once."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from flows.rules.calendar import JST
from storage.parties import Handle
from storage.unit_of_work import begin
from tests.story.stages import Cast, answer_pi, at, listed, running
from tests.story.world import TAKAHASHI


def lives_in(cast: Cast, zone: str) -> None:
    with begin(cast.world.engine) as work:
        work.parties.set_zones("slack", {TAKAHASHI: zone})
        assert work.session.scalars(select(Handle).where(Handle.zone == zone)).one()


def late(cast: Cast, hour: int) -> datetime:
    """Let it become late the next day."""
    day = cast.world.now.astimezone(JST) + timedelta(days=1)
    cast.world.move(day.replace(hour=hour, minute=0))
    return cast.world.now


def heard(cast: Cast, since: datetime) -> list[str]:
    """Give the messages that rang at the talent's; his Home changes silently."""
    mine = (item for item in cast.world.seen if item.to == TAKAHASHI and not item.subject)
    return [item.text for item in mine if item.at >= since]


def test_a_choice_at_ten_is_heard_at_eight() -> None:
    """会ってみたい at night: nothing comes before the morning, then the news and its form, in this order."""
    cast = at(listed)
    night = late(cast, 22)
    cast.owner.do("[会ってみたい]")
    cast.world.move(night + timedelta(hours=9, minutes=59))
    assert heard(cast, night) == []
    cast.world.move(night + timedelta(hours=10))
    news = heard(cast, night)
    assert "会ってみたい" in news[0]
    assert "5つの質問" in news[-1]
    cast.world.move(night + timedelta(days=1))
    assert heard(cast, night) == news
    cast.owner.do("[この3つで聞く]")
    answer_pi(cast)
    assert "同時にお見せします" in cast.owner.said


def test_the_evening_in_tokyo_is_noon_in_tallinn() -> None:
    """Who lives seven hours behind hears a late owner at once."""
    cast = at(listed)
    lives_in(cast, "Europe/Tallinn")
    night = late(cast, 22)
    cast.owner.do("[会ってみたい]")
    assert "会ってみたい" in heard(cast, night)[0]


def test_a_meeting_at_half_past_ten_asks_the_one_abroad_in_his_morning() -> None:
    """決まったこと falls due at 4:10 in his night: he is asked at eight."""
    cast = at(running)
    lives_in(cast, "Europe/Tallinn")
    met = cast.world.due_at("met").astimezone(JST)
    cast.world.move(met + timedelta(minutes=1))
    assert not cast.talent.buttons("決まったこと")
    cast.world.move(met.replace(hour=15, minute=1))
    assert cast.talent.buttons("決まったこと")
    cast.talent.press("決まったこと")
    assert cast.talent.fill({"decided.OWNER": "写真", "decided.TALENT": "説明を1本書く"}).is_closed
