"""Slots: weekly free hours are read as people write them, and laid over each other."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.match.slots import ANY_TIME, NEVER, BadSlot, Slot, first_shared, mask, read_slots, shared

READ = [
    ("Wed 10:00-12:00", [(2, 10, 12)]),
    ("Wed 10:00-12:00;Fri 13:00-15:00", [(2, 10, 12), (4, 13, 15)]),
    ("水 10:00-12:00", [(2, 10, 12)]),
    ("水・金 10時〜12時", [(2, 10, 12), (4, 10, 12)]),
    ("月-水 午前", [(0, 9, 12), (1, 9, 12), (2, 9, 12)]),
    ("平日 13:00-17:00", [(day, 13, 17) for day in range(5)]),
    ("ＷＥＤ　１０：００－１２：００", [(2, 10, 12)]),
    ("火曜日 14時から16時", [(1, 14, 16)]),
    ("Mon-Fri 9:00-18:00", [(day, 9, 18) for day in range(5)]),
    ("", []),
    (";;", []),
]


@pytest.mark.parametrize(("text", "slots"), READ)
def test_slots_are_read_as_people_write_them(text: str, slots: list[tuple[int, int, int]]) -> None:
    """Weekday names in either tongue, full width, ranges and halves of a day."""
    assert read_slots(text) == tuple(Slot(day, time(low), time(high)) for day, low, high in slots)


@pytest.mark.parametrize(
    "text", ["10:00-12:00", "Wed", "Wed 25:00-26:00", "水 12:00-10:00", "いつでも", "=cmd", "Wed 10:99-11:00"]
)
def test_a_broken_slot_is_named(text: str) -> None:
    """What cannot be read is said, never guessed."""
    with pytest.raises(BadSlot, match="読めません"):
        read_slots(text)


def test_far_too_many_slots_are_refused() -> None:
    with pytest.raises(BadSlot, match="多く"):
        read_slots(
            ";".join(f"Mon {hour % 9 + 9}:{minute:02d}-18:00" for hour in range(9) for minute in range(60))
        )


def test_hours_outside_weekday_daytime_do_not_count() -> None:
    """An owner meets on weekdays from 9 to 18: evenings and weekends are no overlap."""
    weekend = mask(read_slots("Sat 10:00-12:00;Mon 19:00-21:00"))
    assert (weekend, shared(weekend, 0), first_shared(weekend, 0)) == (NEVER, 0, "")
    assert mask(read_slots("Mon 8:00-10:00")) == 0b1
    assert mask(read_slots("Mon 9:30-11:00")) == 0b10  # the whole hour from ten


def test_unknown_is_any_weekday_daytime() -> None:
    assert shared(0, mask(read_slots("水 10:00-12:00"))) == 2
    assert first_shared(0, mask(read_slots("水 10:00-12:00"))) == "水曜の10時"
    assert shared(mask(read_slots("水 10:00-12:00")), mask(read_slots("木 10:00-12:00"))) == 0
    assert first_shared(mask(read_slots("月 9:00-10:00")), mask(read_slots("火 9:00-10:00"))) == ""


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 22), st.integers(1, 3)), max_size=8))
def test_what_is_written_out_is_read_back(parts: list[tuple[int, int, int]]) -> None:
    """A slot's own spelling is read as the same slot."""
    slots = tuple(sorted({Slot(day, time(low), time(min(low + many, 23))) for day, low, many in parts}))
    assert read_slots(";".join(map(str, slots))) == slots
    assert 0 <= mask(slots) <= ANY_TIME or mask(slots) == NEVER
