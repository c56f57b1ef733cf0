"""Refusal: how the Web API says no, and whether the bot could have known."""

from __future__ import annotations

from typing import Any

from sandbox.slack.rules import Verdict

# Races that a faultless bot loses now and then; not counted as violations.
RACES = frozenset(
    {
        "expired_trigger_id",
        "exchanged_trigger_id",
        "hash_conflict",
        "ratelimited",
        "user_disabled",
        "users_not_found",
        "name_taken",
        "already_in_channel",
        "is_archived",
    }
)


class Refusal(Exception):
    """Slack answers ok: false."""

    def __init__(self, error: str, *faults: str, race: bool = False, **fields: Any) -> None:
        super().__init__(error, *faults)
        self.error = error
        self.faults = faults
        self.is_race = race or error in RACES
        self.fields = fields

    def answer(self) -> dict[str, Any]:
        body: dict[str, Any] = {"ok": False, "error": self.error, **self.fields}
        if self.faults:
            body["response_metadata"] = {"messages": [f"[ERROR] {fault}" for fault in self.faults]}
        if self.error == "invalid_blocks":
            body["errors"] = list(self.faults)
        return body


def refuse_if(verdict: Verdict | None) -> None:
    if verdict:
        raise Refusal(verdict.error, *verdict.faults)
