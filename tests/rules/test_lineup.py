"""Line-up: who applied, in which order, and who cannot be shown; all of it without a database."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from flows.rules.match.lineup import NO_ROOM, has_room, helping, line_up
from flows.rules.match.ranking import Candidate, Wanted, barred, scored
from flows.rules.match.slots import NEVER
from flows.rules.match.trades import trades_of

TEXT = "食品の通販で、商品の写真と説明を自分で直してきました。"
WANTED = Wanted("p", "EC-02", "注文をふやしたい", trades_of("味噌"), "長野県", 20, 4_000)


def somebody(id: str, **told: object) -> Candidate:
    him = Candidate(id, TEXT, {"EC-02": 0.9}, trades_of(TEXT), "東京都", (), 20, 3_500)
    return replace(him, **told)  # type: ignore[arg-type]


def ids(*people: Candidate, **more: object) -> list[str]:
    return [each.id for each in line_up(WANTED, people, {}, **more).shown]  # type: ignore[arg-type]


def test_who_has_done_this_work_comes_first_and_nobody_is_dropped() -> None:
    """An applicant of another craft is shown too, later: he took the trouble to apply."""
    assert ids(somebody("other", works={"AC-01": 0.9}), somebody("own")) == ["own", "other"]


def test_the_order_is_the_ranking_s_own() -> None:
    """One scored pass: the list's scores are those that the staff's search gives."""
    people = [somebody("a", tied=("長野県",)), somebody("b"), somebody("c", hours=10)]
    shown = line_up(WANTED, people, {}).shown
    assert {each.id: each.score for each in shown} == {each.id: scored(WANTED, each).score for each in people}
    assert [each.id for each in shown] == ["a", "b", "c"]


def test_the_order_does_not_depend_on_who_came_first() -> None:
    """Equals are put in order by a lot that is the same each time, and is another one for another posting."""
    people = [somebody(f"t{number}") for number in range(12)]
    first = ids(*people)
    for seed in range(5):
        shuffled = list(people)
        random.Random(seed).shuffle(shuffled)
        assert ids(*shuffled) == first
    others = [each.id for each in line_up(replace(WANTED, id="q"), people, {}).shown]
    assert sorted(others) == sorted(first)
    assert others != first


def test_a_newcomer_is_not_behind_who_has_failed() -> None:
    """Without a record he stands between those who did well and those who did not."""
    people = (somebody("new"), somebody("well", record=1.0), somebody("badly", record=0.0))
    assert ids(*people) == ["well", "new", "badly"]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"times": NEVER}, "時間"),
        ({"hourly_yen": 9_000}, "予算"),
        ({"hours": 5}, "時間"),
    ],
)
def test_a_hard_limit_keeps_somebody_out_and_says_why(told: dict[str, object], why: str) -> None:
    """Evenings only, far too dear, too few hours: not in the list; the staff read a reason."""
    found = line_up(WANTED, [somebody("him", **told)], {})
    assert found.shown == ()
    assert why in found.barred["him"]


def test_who_cannot_come_is_kept_from_work_on_the_spot() -> None:
    """Days in the firm and somebody who works from afar only: out, unless he has ties to the place."""
    onsite, far = replace(WANTED, onsite_days=2), somebody("him", is_remote_only=True)
    assert line_up(onsite, [far], {}).barred["him"] == barred(onsite, far) != ""
    assert line_up(onsite, [replace(far, prefecture="長野県")], {}).barred == {}


def test_the_staff_may_let_somebody_in() -> None:
    """Their word stands above the limit."""
    dear = somebody("dear", hourly_yen=9_000)
    assert ids(dear, somebody("own"), let_in={"dear"}) == ["own", "dear"]


def test_hours_that_went_to_another_firm_are_gone() -> None:
    """A month that is full is said before the owner taps, not after."""
    found = line_up(WANTED, [somebody("busy", hours=30), somebody("free")], {"busy": 15})
    assert [each.id for each in found.shown] == ["free"]
    assert found.barred == {"busy": NO_ROOM}


@pytest.mark.parametrize(
    ("hours", "taken", "wanted", "fits"),
    [
        (20, 0, 15, True),
        (20, 15, 15, False),
        (30, 15, 15, True),
        (10, 0, 15, True),
        (10, 1, 15, False),
        (0, 40, 15, True),
    ],
)
def test_room_in_a_month(hours: int, taken: int, wanted: int, fits: bool) -> None:
    """Who offers fewer hours than the work takes gives all of them, or none; whoever said none may have any."""
    assert has_room(hours, taken, wanted) is fits


def test_nobody_is_left_alone_for_the_next_time() -> None:
    """Three at first, four rather than three and one; later up to five."""
    assert [helping(waiting, is_first=True) for waiting in range(8)] == [0, 1, 2, 3, 4, 3, 3, 3]
    assert [helping(waiting, is_first=False) for waiting in (1, 4, 5, 6, 9)] == [1, 4, 5, 5, 5]
