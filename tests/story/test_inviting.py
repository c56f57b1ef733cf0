"""Invitations: whom a posting is put to, how often, when, and how he is left in peace."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.payloads import card_payload
from bot.slack.bodies import arrived
from flows.rules.calendar import JST
from storage.invitations import Answer, Way
from storage.talents import Stage
from storage.unit_of_work import begin
from tests.flows.talk import START
from tests.story.hall import (
    asked,
    invitations,
    labels,
    posting_of,
    postings_of,
    publish,
    ready,
    second,
    settle,
)
from tests.story.stages import APPLY, Cast
from tests.story.world import MARUYAMA, MORI, TAKAHASHI, Member

MONDAY = datetime(2026, 11, 30, 8, 30, tzinfo=JST)
NIGHT = datetime(2026, 11, 24, 21, 30, tzinfo=JST)
CHOICES = ["関心あり", "質問する", "見送る"]


def at_most(cast: Cast, many: int) -> Cast:
    cast.world.rules = replace(cast.world.rules, most_invitations=many)
    return cast


def test_who_fits_is_asked_with_reasons_and_may_answer_there() -> None:
    """One DM at once: why it is his, the whole posting, the three answers, and the way out; a poor fit hears nothing."""
    cast = ready()
    mori, other = settle(cast.world, MORI), settle(cast.world, "U0FAR", code="HR-01")
    publish(cast)
    [card] = asked(mori)
    assert "あなたに合いそうなお仕事です" in card.as_text()
    assert "近いお仕事をしてこられました" in card.as_text()
    assert posting_of(cast.world).title in card.as_text()
    assert "連絡先" in card.as_text()
    assert labels(card) == [*CHOICES, "おすすめを止める"]
    assert asked(other) == []
    cast.world.move(cast.world.now + timedelta(days=60))
    assert len(invitations(cast.world)) == 1  # once, ever


@pytest.mark.parametrize(
    "why", ["paused", "blocked", "stopped", "busy", "staff", "let it go by", "cannot be paid"]
)
def test_who_should_not_be_asked_is_not(why: str) -> None:
    """Neither at once nor on a Monday."""
    cast = ready()
    mori = settle(cast.world, MORI, is_paused=why == "paused", hourly_yen=90_000 if "paid" in why else 0)
    with begin(cast.world.engine) as work:
        me = work.parties.meet("slack", MORI, "talent", cast.world.now)
        me.is_reachable, me.is_staff = why != "blocked", why == "staff"
        me.busy_until = cast.world.now + timedelta(days=90) if why == "busy" else None
        if why == "stopped":
            work.invitations.stop(me.party_id, cast.world.now)
    cast.staff.press("公開する")
    if why == "let it go by":
        mori.press("見送る")
    cast.world.move(cast.world.now + timedelta(days=13))
    assert (asked(mori), invitations(cast.world)) == ([], [])


def test_whose_firm_must_not_see_it_is_never_asked() -> None:
    """見せない会社: neither DM nor Home; named only later, what hangs in his DM says no more than that it is over."""
    cast = ready()
    rival = settle(cast.world, MORI, conflicts="株式会社信州みそ")
    other = settle(cast.world, "U0OTHER")
    late, id = cast.fork(), posting_of(cast.world).id
    with begin(cast.world.engine) as work:
        work.postings.get(id).hidden_from = ["信州みそ"]
    publish(cast)
    assert (asked(rival), len(asked(other))) == ([], 1)
    assert posting_of(cast.world).title not in rival.home()
    publish(late)
    late.staff.press("見せない会社")
    late.staff.fill({"hide.FIRMS": "信州みそ"})
    late.world.flush()
    shown = asked(Member(late.world, MORI))[-1].as_text()
    assert posting_of(late.world).title not in shown
    assert "このご案内は終わりました" in shown


def test_who_never_came_to_slack_is_counted_for_the_staff_alone() -> None:
    """An imported professional cannot be written to: the staff's card says how many there are."""
    cast = ready()
    settle(cast.world, MORI)
    with begin(cast.world.engine) as work:
        talent = work.talents.profile(work.parties.meet("slack", MORI, "talent", cast.world.now).party_id)
        assert talent is not None
        talent.handle_id = None
    publish(cast)
    assert "Slackにまだいない経験者1人" in cast.world.told("staff")[-1]
    assert "経験者" not in cast.owner.said + cast.talent.said


def test_a_full_week_waits_for_monday_half_past_eight_of_his_own() -> None:
    """One DM a week: the second posting comes on Monday, in Tallinn's morning, in one message with its reason."""
    cast = at_most(ready(), 1)
    mori, far = settle(cast.world, MORI), settle(cast.world, "U0FAR", zone="Europe/Tallinn")
    publish(cast)
    second(cast, MARUYAMA)
    publish(cast)
    assert len(asked(mori)) == 1
    cast.world.move(MONDAY - timedelta(minutes=1))
    assert len(asked(mori)) == 1
    cast.world.move(MONDAY)
    assert (len(asked(mori)), len(asked(far))) == (2, 1)
    news = asked(mori)[-1]
    assert "あなたに合いそうな募集が、1件あります" in news.as_text()
    assert labels(news) == ["おすすめを止める", *CHOICES]
    tallinn = datetime.combine(MONDAY.date(), time(8, 30), ZoneInfo("Europe/Tallinn"))
    cast.world.move(tallinn)
    assert len(asked(far)) == 2
    cast.world.move(MONDAY + timedelta(days=8))
    assert len(asked(mori)) == 2  # with nothing to say nothing is sent


def test_what_is_over_by_monday_is_left_out() -> None:
    """One of two was closed, the other is shown; when both are, there is no message at all."""
    cast = at_most(ready(), 0)
    mori = settle(cast.world, MORI)
    publish(cast)
    second(cast, MARUYAMA)
    publish(cast)
    one, both = cast.fork(), cast.fork()
    for road, many in ((one, 1), (both, 2)):
        for posting in postings_of(road.world)[:many]:
            road.staff.tap(card_payload("posting", posting.id, posting.version, "close"))
            road.staff.fill({"close.REASON": "OWNER"})
        road.world.move(MONDAY + timedelta(hours=1))
    open_still = [asked(Member(road.world, MORI)) for road in (one, both)]
    assert [len(found) for found in open_still] == [1, 0]
    assert len(open_still[0][0].deck) == 1
    assert asked(mori) == []


def test_at_most_five_on_a_monday_the_rest_a_week_later() -> None:
    """Six postings wait: five in the one message, the sixth the Monday after."""
    cast = at_most(ready(), 0)
    mori = settle(cast.world, MORI)
    publish(cast)
    for n in range(5):
        second(cast, f"Uowner{n}")
        publish(cast)
    cast.world.move(MONDAY + timedelta(days=7, minutes=1))
    assert [len(message.deck) for message in asked(mori)] == [5, 1]


def test_one_tap_stops_it_and_home_brings_it_back() -> None:
    """おすすめを止める: nothing more comes, neither on a Monday; おすすめを受け取る on the Home: it does."""
    cast = at_most(ready(), 1)
    mori = settle(cast.world, MORI)
    publish(cast)
    assert "もうお送りしません" in mori.press("おすすめを止める").notice
    mori.press("おすすめを止める")  # tapped again: no harm
    second(cast, MARUYAMA)
    publish(cast)
    cast.world.move(MONDAY + timedelta(hours=1))
    assert (len(asked(mori)), len(invitations(cast.world))) == (1, 1)
    mori.home()
    mori.press("おすすめを受け取る")
    second(cast, "Uthird")
    publish(cast)
    cast.world.move(MONDAY + timedelta(days=7, hours=1))
    assert len(asked(mori)) == 2


def test_who_rests_over_a_monday_finds_it_a_week_later() -> None:
    """休む keeps what waited for him, 再開する brings it; nothing is lost and nothing comes twice."""
    cast = at_most(ready(), 0)
    mori = settle(cast.world, MORI)
    publish(cast)
    mori.home()
    mori.press("しばらく休む")
    cast.world.move(MONDAY + timedelta(hours=1))
    assert asked(mori) == []
    mori.home()
    mori.press("再開する")
    cast.world.move(MONDAY + timedelta(days=15))
    assert len(asked(mori)) == 1


def test_who_is_forgotten_is_forgotten_here_too() -> None:
    """登録を消す: what was put to him and why goes with him, and what was on its way does not leave."""
    cast = at_most(ready(), 0)
    mori = settle(cast.world, MORI)
    publish(cast)
    mori.home()
    mori.press("登録を消す")
    mori.fill({"delete.SURE": "YES"})
    assert invitations(cast.world) == []
    cast.world.move(MONDAY + timedelta(hours=1))
    assert asked(mori) == []


def test_stopped_while_it_waited_for_his_morning() -> None:
    """Published at night: the DM waits for eight; whoever says no until then never sees it."""
    cast = ready(NIGHT)
    mori, other = settle(cast.world, MORI), settle(cast.world, "U0OTHER")
    publish(cast)
    assert asked(mori) == []
    mori.home()
    mori.press("おすすめを止める")
    cast.world.move(NIGHT + timedelta(hours=12))
    assert (len(asked(mori)), len(asked(other))) == (0, 1)


def test_closed_while_it_waited_for_his_morning() -> None:
    """A posting that is over by eight is not put to anybody."""
    cast = ready(NIGHT)
    mori = settle(cast.world, MORI)
    publish(cast)
    cast.staff.press("募集を終える")
    cast.staff.fill({"close.REASON": "OWNER"})
    cast.world.move(NIGHT + timedelta(hours=12))
    assert asked(mori) == []


def test_what_came_of_an_invitation_is_kept_and_its_card_follows() -> None:
    """Seen when he opens our DM; 見送る leaves a line without buttons; so does the end of the posting."""
    cast = ready()
    mori, other = settle(cast.world, MORI), settle(cast.world, "U0OTHER")
    publish(cast)
    opened = {"event_id": "Ev-dm", "event": {"type": "app_home_opened", "tab": "messages", "user": MORI}}
    cast.world.take(arrived(opened, "app_home_opened", cast.world.now))
    assert [bool(item.seen_at) for item in invitations(cast.world)].count(True) == 1
    mori.press("見送る")
    assert (labels(asked(mori)[-1]), "見送りました" in asked(mori)[-1].as_text()) == ([], True)
    [mine] = [item for item in invitations(cast.world) if item.answer]
    assert mine.answer == Answer.PASSED.name
    cast.staff.press("募集を終える")
    cast.staff.fill({"close.REASON": "OWNER"})
    assert (labels(asked(other)[-1]), "終わりました" in asked(other)[-1].as_text()) == ([], True)


def test_an_application_from_the_dm_counts() -> None:
    """関心あり on the DM leads to the form; the invitation is kept as answered."""
    cast = ready()
    mori = settle(cast.world, MORI)
    publish(cast)
    mori.press("関心あり")
    mori.fill(APPLY)
    with begin(cast.world.engine) as work:
        [application] = work.talents.of_posting(posting_of(cast.world).id, Stage.APPLIED)
    [item] = invitations(cast.world)
    assert (item.answer, item.party_id) == (Answer.APPLIED.name, application.party_id)
    assert "応募ずみ" in asked(mori)[-1].as_text()


def test_a_home_shows_first_what_fits_him_with_one_reason() -> None:
    """The same scored pass the other way round; who has no profile yet sees the newest first."""
    cast = ready()
    settle(cast.world, MORI, is_paused=True)
    cast.staff.press("公開する")
    fitting = posting_of(cast.world)
    second(cast, MARUYAMA)
    with begin(cast.world.engine) as work:
        newest = work.postings.get(posting_of(cast.world).id)
        newest.job_code, newest.title = "HR-01", "求人の言葉を直したい"
    cast.staff.press("公開する")
    shown = [Member(cast.world, id).home() for id in (MORI, TAKAHASHI)]
    mine, newcomers = (sorted((fitting.title, "求人の言葉を直したい"), key=home.index) for home in shown)
    assert mine == [fitting.title, "求人の言葉を直したい"]
    assert newcomers == ["求人の言葉を直したい", fitting.title]
    assert shown[0].count("近いお仕事をしてこられました") == 1
    assert "近いお仕事" not in shown[1]


def test_work_with_a_channel_of_its_own_hangs_there() -> None:
    """Bookkeeping has its channel: the card hangs there and not in the one for all, and names the kind of work plainly."""
    cast = ready()
    cast.world.rules = replace(cast.world.rules, code_channels=frozenset({"AC"}))
    publish(cast)
    [card] = cast.world.told("postings:AC")
    assert "お仕事の種類：売掛金の管理(" in card
    assert cast.world.told("postings") == []


def test_the_invitations_of_one_moment_are_three_a_week() -> None:
    """Four postings within a minute: three come at once, the fourth waits for Monday, whatever the order of the rows."""
    cast = ready()
    mori = settle(cast.world, MORI)
    publish(cast)
    for n in range(3):
        second(cast, f"Uowner{n}")
        cast.staff.press("公開する")
    cast.world.move(cast.world.now + timedelta(minutes=1))
    ways = [item.way for item in invitations(cast.world)]
    assert (ways.count(Way.DM.name), ways.count(Way.DIGEST.name), len(asked(mori))) == (3, 1, 3)
    assert cast.world.now > START
