"""Quick: makes frozen dataclasses cheap to make. A talk is replayed at every turn, and each of its steps is one."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields
from typing import Any, TypeVar

C = TypeVar("C", bound=type)


def quick(kind: C) -> C:
    """Let a frozen dataclass be made in a third of the time; it stays frozen, and the same in all else.

    The usual ``__init__`` sets each field by a call of its own, past the guard that freezes it; this one writes them down.
    """
    made = fields(kind)
    if any(not item.init or item.default_factory is not MISSING for item in made):
        raise TypeError(f"{kind.__name__} has fields that are made and not given")
    named = [item for item in made if item.kw_only]
    takes = (
        [_taken(item) for item in made if not item.kw_only] + ["*"] * bool(named) + list(map(_taken, named))
    )
    sets = "".join(f"\n    self_[{item.name!r}] = {item.name}" for item in made)
    found: dict[str, Any] = {f"_{item.name}": item.default for item in made}
    exec(
        f"def __init__(self, {', '.join(takes)}):\n    self_ = self.__dict__{sets}", found
    )  # as dataclasses do
    kind.__init__ = found["__init__"]  # type: ignore[misc]
    return kind


def _taken(item: Field[Any]) -> str:
    return item.name if item.default is MISSING else f"{item.name}=_{item.name}"
