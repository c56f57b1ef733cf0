"""Resting: no hours and no pay until a day both agreed on; not one message in between, and the weeks begin by themselves."""

from __future__ import annotations

from datetime import date, timedelta

from storage.engagements import Phase
from tests.story.partings import agreements, open_tasks, owner_ends, told_since, working
from tests.story.stages import Cast
from tests.story.world import TAKAHASHI, YAMAZAKI

UNTIL = date(2027, 1, 31)


def asked_to_rest(cast: Cast) -> Cast:
    cast.owner.play("終わりにしたい", "[しばらく休む]", "[1月31日(日)]", "[お相手に伝える]")
    return cast


def resting() -> Cast:
    cast = asked_to_rest(working())
    cast.talent.press("休んでよい")
    return cast


def test_a_rest_that_both_want() -> None:
    """The other is asked first; then no word to either until its last workday, which names the next meeting."""
    cast = asked_to_rest(working())
    assert cast.world.engagement().paused_until is None
    assert "1月31日(日)までお仕事を休みたい" in cast.talent.said
    cast.talent.press("休んでよい")
    assert cast.world.engagement().paused_until == UNTIL
    begun, on = cast.world.now, cast.world.due_at("rest_over")
    cast.world.move(on - timedelta(minutes=1))
    for who in (YAMAZAKI, TAKAHASHI):
        assert told_since(cast, who, begun) == []
    cast.world.move(on + timedelta(minutes=1))
    assert "次の打ち合わせは、2月3日(水) 10時30分からです" in cast.owner.said
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.now + timedelta(weeks=2))
    assert cast.owner.said.count("との打ち合わせです") == before + 2
    assert cast.world.engagement().phase == Phase.RUNNING.name


def test_a_no_leaves_everything_as_it_is() -> None:
    """続けたい: the weeks go on, and who asked reads it with a person at hand."""
    cast = asked_to_rest(working())
    cast.talent.press("続けたい")
    assert cast.world.engagement().paused_until is None
    assert "高橋さんは、続けたいとのことです。" in cast.owner.said
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.now + timedelta(weeks=1))
    assert cast.owner.said.count("との打ち合わせです") == before + 1


def test_a_rest_ends_early_by_both() -> None:
    """早めに再開する: the other's yes brings the weeks back; both yes and no are kept."""
    cast = resting()
    cast.world.move(cast.world.now + timedelta(weeks=2))
    cast.owner.play("終わりにしたい", "[早めに再開する]")
    cast.talent.press("再開してよい")
    assert "お仕事を再開します。次の打ち合わせは、1月" in cast.owner.said
    assert [row.kind for row in agreements(cast)] == ["PAUSE", "RESUME"]
    before = cast.owner.said.count("お休みは")
    cast.world.move(cast.world.now + timedelta(weeks=6))
    assert cast.owner.said.count("お休みは") == before


def test_the_state_says_until_when() -> None:
    """いまどうなってる？ and the Home name the last day of the rest and the next meeting."""
    cast = resting()
    assert "1月31日(日)までお休みです" in "".join(cast.owner.do("いまどうなってる？"))
    assert "1月31日(日)までお休み" in cast.talent.home()


def test_one_may_end_while_they_rest() -> None:
    """終わりにする in a rest: the law's day, and no meeting in between where the rest lasts longer."""
    cast = resting()
    cast.owner.play("終わりにしたい", "[終わりにする]", "[お金の都合]")
    cast.owner.do(f"[{cast.world.seen[-1].message.buttons[0].label}]")
    cast.owner.do("[お相手に伝える]")
    assert cast.world.engagement().ends_on is not None
    cast.world.move(cast.world.now + timedelta(weeks=12))
    assert cast.world.engagement().phase == Phase.ENDED.name


def test_the_staff_are_not_troubled_by_a_rest() -> None:
    """No card about silence or about weeks without promises comes while nobody works."""
    cast = resting()
    before = open_tasks(cast)
    cast.world.move(cast.world.due_at("rest_over") - timedelta(minutes=1))
    assert open_tasks(cast) == before


def test_a_rest_cannot_outlast_the_end() -> None:
    """Notice given, then a rest asked for beyond it, or an old yes: refused kindly."""
    cast = asked_to_rest(working())
    owner_ends(cast)
    cast.talent.press("休んでよい")
    pair = cast.world.engagement()
    assert pair.ends_on is not None
    assert pair.paused_until is None or pair.paused_until <= pair.ends_on
