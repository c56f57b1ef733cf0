"""The tables of wishes, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict


class Case(BaseModel):
    """A wish and what it must lead to; ``codes`` are the works that may come first."""

    model_config = ConfigDict(extra="forbid")
    text: str
    route: str = "go"
    codes: list[str] = []
    kind: str = ""
    price: bool | None = None


@cache
def table(name: str) -> tuple[tuple[str, Case], ...]:
    data = yaml.safe_load((Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8"))
    return tuple((part, Case.model_validate(row)) for part, rows in data.items() for row in rows)
