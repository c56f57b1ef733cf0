"""Catalog: every prompt by name and version, with the shape its answer must have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Generic, TypeVar

from pydantic import BaseModel as Result

from prompts.results import PolishedDraft, Triage, WishReading

R = TypeVar("R", bound=Result)

__all__ = ["POLISH", "READ_WISH", "TRIAGE", "Prompt", "Result", "template"]


@dataclass(frozen=True)
class Prompt(Generic[R]):
    """One question to the model: the template is ``prompts/<name>.md``, the answer is a ``result``."""

    name: str
    version: int
    result: type[R]


READ_WISH = Prompt("read_wish", version=1, result=WishReading)
POLISH = Prompt("polish", version=1, result=PolishedDraft)
TRIAGE = Prompt("triage", version=1, result=Triage)

PROMPTS: dict[str, Prompt[Result]] = {prompt.name: prompt for prompt in (READ_WISH, POLISH, TRIAGE)}  # type: ignore[misc]


@cache
def template(name: str) -> str:
    """Return the prompt's template: a system part, with the inputs it expects listed at the top."""
    return files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
