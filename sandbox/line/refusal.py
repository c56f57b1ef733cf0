"""Refusal: the error answers of the LINE Platform, and which of them are the bot's own fault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.line.checks import Path, Problem


class Refused(Exception):
    """An answer other than success; ``violations`` is empty where an honest bot may meet it too."""

    def __init__(
        self,
        status: int,
        message: str,
        details: Iterable[Mapping[str, str]] = (),
        *,
        violations: Iterable[str] = (),
        headers: Mapping[str, str] | None = None,
        more: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"message": message, **(more or {})}
        if details := list(details):
            self.body["details"] = details
        self.violations = tuple(violations)
        self.headers = dict(headers or {})


def broken(status: int, message: str) -> Refused:
    """Refuse a request that no well-made bot sends."""
    return Refused(status, message, violations=[message])


def body_errors(problems: list[Problem]) -> Refused:
    details = [{"message": problem.message, "property": _dotted(problem.path)} for problem in problems]
    return Refused(
        400, f"The request body has {len(details)} error(s)", details, violations=map(_said, details)
    )


def message_errors(number: int, problems: list[Problem]) -> Refused:
    message = f"A message (messages[{number}]) in the request body is invalid"
    details = [{"message": problem.message, "property": _slashed(problem.path)} for problem in problems]
    violations = [f"messages[{number}] {_said(detail)}" for detail in details]
    return Refused(400, message, details, violations=violations)


def _said(detail: Mapping[str, str]) -> str:
    return f"{detail['property']}: {detail['message']}"


def _dotted(path: Path) -> str:
    """Write ``messages[0].text``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")


def _slashed(path: Path) -> str:
    """Write ``template/actions/0/uri``; inside a Flex container ``/body/contents/0``."""
    if path[:1] == ("contents",):
        return "/" + "/".join(map(str, path[1:]))
    return "/".join(map(str, path))
