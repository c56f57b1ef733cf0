"""The weekly rhythm: one reminder to each side before each meeting, with last week's promise and the link; never two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, select

from bot import sweeps
from bot.sends.drawing import draw_all
from flows.rules.calendar import JST, day_before
from storage.engagements import Engagement, Phase
from storage.outbox import OutMessage
from storage.unit_of_work import begin
from tests.story.stages import KICKOFF, Cast, at, kicking, looking_back, new_cast, noon_after, running
from tests.story.world import Seen


def reminders(cast: Cast, to: str) -> list[Seen]:
    return [item for item in cast.world.seen if item.to == to and "との打ち合わせです" in item.text]


@pytest.mark.parametrize("start", [date(2026, 11, 24), date(2027, 4, 5), date(2028, 7, 28)], ids=str)
def test_thirty_weeks_through_the_real_turns(start: date) -> None:
    """Golden week, Obon's Mountain Day and the new year on the way: each meeting reminded of once, to each side, on time."""
    cast = new_cast(now=datetime.combine(start, time(10), JST)) if start.year != 2026 else at(running)
    if start.year != 2026:
        running(cast)
    cast.world.move(cast.world.now + timedelta(weeks=30))
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        meetings = [item.meets_at for item in work.engagements.meetings(engagement.id)]
    due = [day_before(meeting) for meeting in meetings if day_before(meeting) <= cast.world.now]
    for who in (cast.owner.id, cast.talent.id):
        assert [item.at for item in reminders(cast, who)] == due
    assert all("https://meet.example.com/" in item.text for item in reminders(cast, cast.talent.id))
    assert not any("https://" in item.text for item in reminders(cast, cast.owner.id))  # his tap brings it
    assert len(due) >= 27


def test_last_weeks_promise_comes_back_with_buttons() -> None:
    """What he promised stands in his reminder with できた・途中・まだ, and what the other promised beside it."""
    cast = promised(at(running))
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    last = reminders(cast, cast.owner.id)[-1]
    assert "先週決めた「写真を10枚とる」" in last.text
    assert "高橋さんの先週の約束は「説明文を書く」です" in last.text
    assert [button.label for button in last.message.buttons] == ["できた", "途中", "まだ", "日にちを変える"]
    heard = cast.owner.do("[できた]")
    assert "https://meet.example.com/" in heard[-1]
    assert "話すこと：先週のこと、数字のようす、今週やること" in heard[-1]
    assert "社長の先週の約束：「写真を10枚とる」→ できた" in cast.talent.said


def promised(cast: Cast) -> Cast:
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    cast.talent.press("決まったこと")
    cast.talent.fill({"decided.OWNER": "写真を10枚とる", "decided.TALENT": "説明文を書く"})
    return cast


def test_each_side_reads_what_the_other_does_this_week() -> None:
    """The owner is not called after a meeting: he reads what both do in his next reminder, or by 今週やること."""
    cast = at(running)
    cast.world.move(cast.world.due_at("met") - timedelta(minutes=1))
    before = len(cast.world.told(cast.owner.id))
    promised(cast)
    assert len(cast.world.told(cast.owner.id)) == before
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    assert "説明文を書く" in cast.owner.said


def test_nothing_comes_after_the_end() -> None:
    """An engagement that ended brings no reminder, no question of the week, no feedback."""
    cast = at(running)
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        engagement.phase = Phase.ENDED.name
    before = len(cast.world.told(cast.owner.id)), len(cast.world.told(cast.talent.id))
    cast.world.move(cast.world.now + timedelta(weeks=20))
    assert (len(cast.world.told(cast.owner.id)), len(cast.world.told(cast.talent.id))) == before


def test_a_holiday_nobody_answers_about_is_left_out() -> None:
    """The owner is asked about 12/30 with an earlier notice; without a word it falls out, and both read what is next."""
    cast = at(running)
    cast.world.move(datetime(2026, 12, 28, 12, tzinfo=JST))
    [asked] = [
        item
        for item in cast.world.seen
        if "12月30日(水)は年末年始です" in item.text and item.to == cast.owner.id
    ]
    assert asked.at in [item.at for item in reminders(cast, cast.owner.id)]
    for who in (cast.owner, cast.talent):
        assert "12月30日(水)の打ち合わせは、お休みにします。次は1月6日(水) 10時30分からです。" in who.said


def test_a_house_closed_for_a_month_calls_nobody_to_the_past() -> None:
    """After weeks without a sweep there is no reminder of a meeting that is over, and the next one is ahead."""
    cast = at(running)
    cast.world.now = noon_after(cast.world.now, 33)
    before = len(reminders(cast, cast.owner.id))
    cast.world.move(cast.world.now)
    assert len(reminders(cast, cast.owner.id)) == before
    cast.world.move(cast.world.now + timedelta(days=14))
    late = reminders(cast, cast.owner.id)[before:]
    assert late
    assert len({item.text for item in late}) == len(late)


def test_an_old_week_is_told_to_be_over() -> None:
    """A tap on last month's card changes nothing and says so; a second tap on this week's is heard once."""
    cast = promised(at(running))
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    old = cast.owner.buttons("できた")[0]
    assert "「できた」ですね" in "".join(cast.owner.tap(old.payload))
    assert "うかがっています" in cast.owner.tap(old.payload)[-1]
    assert cast.talent.said.count("→ できた") == 1
    cast.world.move(cast.world.now + timedelta(weeks=4))
    assert cast.owner.tap(cast.owner.buttons("まだ")[0].payload)[-1] == "この週のことは、もう終わっています。"
    assert "→ まだ" not in cast.talent.said


def test_words_of_this_week_are_no_promise_of_last_week() -> None:
    """A question of last week left unanswered is closed by the new one; his words count for this week."""
    cast = at(running)
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    cast.owner.do("今週やること")
    cast.talent.press("決まったこと")
    late = cast.talent.form
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    cast.owner.do("今週やること")
    cast.owner.do("今週の約束")
    assert late is not None
    answered = cast.talent.fill({"decided.OWNER": "先週の約束", "decided.TALENT": "先週の約束"}, late)
    assert "もう次に進んでいます" in answered.notice
    assert "先週の約束" not in cast.owner.said
    assert "・今週の約束" in cast.talent.said


@pytest.mark.parametrize("stage", [running, looking_back])
def test_three_sweepers_send_nothing_twice(engine: Engine, stage: Any) -> None:
    """Three processes sweep the same moment at once, and draw; each side is told once."""
    cast = running(new_cast(engine))
    if stage is looking_back:
        cast.world.move(cast.world.due_at("feedback") - timedelta(minutes=5))
    moment = cast.world.due_at("remind" if stage is running else "feedback") + timedelta(seconds=1)
    with ThreadPoolExecutor(3) as pool:
        for _ in range(2):
            list(pool.map(lambda _: sweeps.moments(engine, cast.world.rules, moment), range(3)))
            list(pool.map(lambda _: draw_all(engine, cast.world.rules, moment), range(3)))
    with begin(engine) as work:
        bodies = [
            row.body
            for row in work.session.scalars(select(OutMessage).where(OutMessage.created_at >= moment))
        ]
    words = "との打ち合わせです" if stage is running else "もうすぐ3か月です"
    assert len([body for body in bodies if words in body]) == 2


def test_a_kickoff_is_put_right_and_only_then_begins() -> None:
    """直したい: nothing runs yet, the talent writes again, and one rhythm begins."""
    cast = at(kicking)
    cast.talent.fill(KICKOFF)
    cast.owner.do("[直したい]")
    cast.talent.press("最初に決める6つ")
    cast.talent.fill({**KICKOFF, "ko.KO3": "3"})
    cast.owner.do("[これでよい]")
    assert "毎週木曜日 10時30分から30分間" in cast.owner.said
    assert cast.owner.said.count("始まりました") == 1
    old = cast.owner.buttons("これでよい")[-1]
    cast.owner.tap(old.payload)
    assert cast.owner.said.count("始まりました") == 1
