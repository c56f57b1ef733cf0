"""Quick: a frozen dataclass that is cheap to make is the same as any other."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass, field, replace
from typing import Any

import pytest

from flows.quick import quick


@dataclass(frozen=True)
class Slow:
    a: str
    b: int = 7
    c: tuple[str, ...] = field(default=("x",), kw_only=True)
    d: str = field(kw_only=True)


@dataclass(frozen=True)
class SlowChild(Slow):
    e: str | None = None
    b: int = 8


@quick
@dataclass(frozen=True)
class Child(SlowChild):
    pass


@pytest.mark.parametrize(
    ("given", "named"), [(("w",), {"d": "1"}), (("w", 2), {"d": "1", "c": ()}), ((), {"a": "w", "d": "1"})]
)
def test_it_is_made_as_usual(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    """Fields by place and by name, defaults where none is given; equal, alike in words, and the same as a key."""
    made, usual = Child(*given, **named), SlowChild(*given, **named)
    assert vars(made) == vars(usual)
    assert repr(made) == repr(usual).replace("SlowChild", "Child")
    assert made == Child(*given, **named)
    assert hash(made) == hash(usual)
    assert vars(replace(made, b=9)) == vars(replace(usual, b=9))


def test_it_stays_frozen() -> None:
    """Nobody changes one that was made."""
    with pytest.raises(FrozenInstanceError):
        Child("w", d="1").b = 3  # type: ignore[misc]


@pytest.mark.parametrize(
    ("given", "named"),
    [((), {"d": "1"}), (("w",), {}), (("w",), {"d": "1", "z": 1}), (("w", 1, None, 4), {"d": "1"})],
)
def test_it_takes_no_less_and_no_more(given: tuple[Any, ...], named: dict[str, Any]) -> None:
    """What is missing, unknown or too much is a TypeError, as usual."""
    for kind in (SlowChild, Child):
        with pytest.raises(TypeError):
            kind(*given, **named)


def test_what_cannot_be_made_so_is_refused() -> None:
    """A default that is made anew for each is not shared by all."""
    with pytest.raises(TypeError, match="Lists"):

        @quick
        @dataclass(frozen=True)
        class Lists:
            a: list[str] = field(default_factory=list)
