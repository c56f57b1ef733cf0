"""Paying: odd amounts get a line a person understands."""

from __future__ import annotations

import pytest

from flows.errors import Unreadable
from flows.posting.paying import Pay

PAY = Pay("月いくらまで？", examples=(50_000, 80_000))


def test_an_amount_nobody_pays_is_asked_again_in_plain_words() -> None:
    """No range with nought and a hundred thousand 万 in it: an example to follow."""
    with pytest.raises(Unreadable, match="8万円"):
        PAY.read("9999999999円")


@pytest.mark.parametrize("words", ["0", "０", "0円", "タダで"])
def test_nought_is_read_as_nought_however_it_is_written(words: str) -> None:
    """The flow answers an unpaid offer; it is not that it could not be read."""
    assert PAY.read(words) == 0
