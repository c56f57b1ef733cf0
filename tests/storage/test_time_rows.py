"""Time rows: a moment happens once, and a thought is asked once for each thing it is about."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Engine, select

from storage.leases import USUAL
from storage.time_rows import ANSWERED, ASKED, DROPPED, THINKING, DueRow, ThoughtRow
from storage.unit_of_work import Work, begin

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def taken(engine: Engine, now: datetime = NOW) -> list[str]:
    with begin(engine) as work:
        return [row.subject for row in work.dues.take(now)]


def test_a_moment_comes_when_it_is_due_and_once(engine: Engine) -> None:
    """Nothing before its time, everything at its time in order, nothing twice."""
    with begin(engine) as work:
        for name, due in (("b", NOW), ("a", NOW - SECOND), ("later", NOW + SECOND)):
            work.dues.add("warn", name, due)
            work.dues.add("warn", name, due)
    assert taken(engine) == ["a", "b"]
    assert taken(engine) == []
    assert taken(engine, NOW + SECOND) == ["later"]


def test_several_sweepers_share_the_moments(engine: Engine) -> None:
    """Eight sweepers at once take each of two hundred moments exactly once."""
    with begin(engine) as work:
        for n in range(200):
            work.dues.add("warn", f"s{n:03}", NOW - n * SECOND)
    with ThreadPoolExecutor(8) as pool:
        found = [name for names in pool.map(lambda _: taken(engine), range(8)) for name in names]
    found += taken(engine)
    assert sorted(found) == [f"s{n:03}" for n in range(200)]


def test_a_sweep_that_dies_has_taken_nothing(engine: Engine) -> None:
    """The moments of an undone sweep come again."""
    with begin(engine) as work:
        work.dues.add("warn", "a", NOW)
    try:
        with begin(engine) as work:
            assert len(work.dues.take(NOW)) == 1
            raise ConnectionError
    except ConnectionError:
        pass
    assert taken(engine) == ["a"]


def test_what_was_called_off_does_not_come(engine: Engine) -> None:
    """Only the named purposes of the named subject are called off."""
    with begin(engine) as work:
        work.dues.add("warn", "a", NOW)
        work.dues.add("late", "a", NOW)
        work.dues.add("warn", "b", NOW)
    with begin(engine) as work:
        work.dues.clear("a", ("warn",), NOW)
    assert sorted(taken(engine)) == ["a", "b"]


def test_what_was_called_off_and_promised_again_comes(engine: Engine) -> None:
    """The same moment promised a second time holds again; one that has happened does not come back."""
    for _ in range(2):
        with begin(engine) as work:
            work.dues.add("warn", "a", NOW)
            work.dues.clear("a", ("warn",), NOW - SECOND)
            work.dues.add("warn", "a", NOW)
    assert taken(engine) == ["a"]
    with begin(engine) as work:
        work.dues.add("warn", "a", NOW)
    assert taken(engine) == []


def test_calling_off_does_not_wait_for_a_sweep(engine: Engine) -> None:
    """A staff member's act never stands behind a sweep that holds the due row: each goes its way."""
    with begin(engine) as work:
        work.dues.add("warn", "a", NOW)
    if engine.dialect.name == "sqlite":
        return  # one writer at a time: nobody can stand in between
    with begin(engine) as sweep:
        assert len(sweep.dues.take(NOW)) == 1
        with begin(engine) as act:
            act.dues.clear("a", ("warn",), NOW)
    with begin(engine) as work:
        assert work.session.scalars(select(DueRow.done_at)).all() == [NOW]


def a_talk(work: Work) -> UUID:
    handle = work.parties.meet("line", "U1", "owner", NOW)
    return work.conversations.begin(handle.id, handle.party_id, "posting", {}, NOW).id


def ask(work: Work, talk: UUID, given: str, key: str = "reading") -> None:
    work.thoughts.request(talk, key, given, "read_wish", 1, given, NOW)


def thoughts(engine: Engine) -> dict[str, str]:
    with begin(engine) as work:
        return {row.given: row.status for row in work.session.scalars(select(ThoughtRow))}


def test_a_thought_is_asked_once_and_an_older_one_dropped(engine: Engine) -> None:
    """The same words ask nothing new; other words drop the question nobody has begun to think about."""
    with begin(engine) as work:
        talk = a_talk(work)
        ask(work, talk, "old")
        ask(work, talk, "old")
        ask(work, talk, "other", key="polish")
    with begin(engine) as work:
        ask(work, talk, "new")
    assert thoughts(engine) == {"old": DROPPED, "other": ASKED, "new": ASKED}


def test_words_changed_to_and_fro_are_thought_about_again(engine: Engine) -> None:
    """A, then B, then A once more: whatever became of the first A, somebody thinks about it now."""
    with begin(engine) as work:
        talk = a_talk(work)
        ask(work, talk, "A")
        ask(work, talk, "B")
        ask(work, talk, "A")
    assert thoughts(engine) == {"A": ASKED, "B": DROPPED}
    with begin(engine) as work:
        [row] = work.thoughts.claim(NOW)
        work.thoughts.set(row.id, status=ANSWERED)
    with begin(engine) as work:
        ask(work, talk, "A")
    with begin(engine) as work:
        [again] = work.thoughts.claim(NOW)
        assert again.attempts == 2


def test_a_thought_is_claimed_by_one_and_comes_back_when_its_thinker_dies(engine: Engine) -> None:
    """Six workers share thirty thoughts; a lease that ends gives a thought to another."""
    with begin(engine) as work:
        talk = a_talk(work)
        for n in range(30):
            ask(work, talk, f"g{n}", key=f"k{n}")

    def claimed(_: int) -> list[str]:
        with begin(engine) as work:
            return [row.given for row in work.thoughts.claim(NOW, 10)]

    with ThreadPoolExecutor(6) as pool:
        found = [given for rows in pool.map(claimed, range(6)) for given in rows]
    found += claimed(0)
    assert sorted(found) == sorted(f"g{n}" for n in range(30))
    assert set(thoughts(engine).values()) == {THINKING}
    with begin(engine) as work:
        assert work.thoughts.claim(NOW + USUAL.thought - SECOND) == []
        assert len(work.thoughts.claim(NOW + USUAL.thought + SECOND, 50)) == 30
