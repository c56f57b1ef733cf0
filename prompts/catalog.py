"""Catalog: every prompt by name and version, with what goes in and the shape its answer must have."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Generic, TypeVar

import yaml
from pydantic import BaseModel as Result
from pydantic import ConfigDict, Field, ValidationError

from prompts.knowledge import job_codes, plain_words, voice
from prompts.results import PolishedDraft, Triage, WishReading

R = TypeVar("R", bound=Result)

__all__ = ["POLISH", "READ_WISH", "TRIAGE", "Prompt", "PromptError", "Result", "template"]

FENCE = "---\n"


class PromptError(Exception):
    """A prompt's file and the code do not agree; the message says where."""


@dataclass(frozen=True)
class Prompt(Generic[R]):
    """One question to the model: the template is ``prompts/<name>.md``, the answer is a ``result``.

    ``inputs`` name what is put to it, as one JSON object; a single input may be given bare.
    """

    name: str
    version: int
    inputs: tuple[str, ...]
    result: type[R]

    def named(self, given: Any) -> dict[str, Any]:
        """Give the inputs by name. Raises ``ValueError`` where they are not those of this prompt."""
        found = given if isinstance(given, dict) else {self.inputs[0]: given}
        if set(found) != set(self.inputs):
            raise ValueError(f"{self.name} takes {self.inputs}, not {sorted(found)}")
        return found


READ_WISH = Prompt("read_wish", version=2, inputs=("wish",), result=WishReading)
POLISH = Prompt("polish", version=2, inputs=("wish", "words", "goal", "code", "tasks"), result=PolishedDraft)
TRIAGE = Prompt("triage", version=2, inputs=("asked", "options", "words"), result=Triage)

PROMPTS: dict[str, Prompt[Result]] = {prompt.name: prompt for prompt in (READ_WISH, POLISH, TRIAGE)}  # type: ignore[misc]


class Head(Result):
    """What stands at the top of a prompt's file."""

    model_config = ConfigDict(extra="forbid")

    name: str
    version: int = Field(ge=1)
    inputs: tuple[str, ...] = Field(min_length=1)


@cache
def template(name: str) -> str:
    """Return the prompt's system part, with what the house knows put in its places.

    Raises ``PromptError`` where the file's head is not what the code says.
    """
    text = files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8")
    head, body = parted(name, text)
    prompt = PROMPTS[name]
    if (head.name, head.version, head.inputs) != (prompt.name, prompt.version, prompt.inputs):
        raise PromptError(
            f"{name}.md says {head.name} {head.version} {head.inputs}, "
            f"the code {prompt.name} {prompt.version} {prompt.inputs}"
        )
    return filled(name, body)


def parted(name: str, text: str) -> tuple[Head, str]:
    """Part a file into its head (YAML between two ``---``) and its body."""
    before, fence, rest = text.partition(FENCE)
    head, second, body = rest.partition(FENCE)
    if before or not fence or not second:
        raise PromptError(f"{name}.md must begin with name, version and inputs between two lines of ---")
    try:
        return Head.model_validate(yaml.safe_load(head)), body.strip()
    except (yaml.YAMLError, ValidationError) as why:
        raise PromptError(f"{name}.md: {why}") from why


def filled(name: str, body: str) -> str:
    """Put the lists of the house where the body names them."""
    for place, told in KNOWN.items():
        if place in body:
            body = body.replace(place, told())
    if "{{" in body:
        raise PromptError(f"{name}.md names a list that does not exist: {body[body.index('{{') :][:24]}")
    return body


def _codes() -> str:
    return "\n".join(f"- {code.code}：{code.name}。{code.plain}" for code in job_codes().values())


def _voice() -> str:
    return "\n".join(f"- {pair.situation}：「{pair.bad}」ではなく「{pair.good}」" for pair in voice().pairs)


def _plain_words() -> str:
    return "、".join(f"{word.avoid}→{word.say}" for word in plain_words().words)


KNOWN = {"{{codes}}": _codes, "{{voice}}": _voice, "{{plain_words}}": _plain_words}
