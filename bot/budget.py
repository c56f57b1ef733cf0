"""Budget: what the model may cost, in one talk and in one day. Past it the rules think, and the staff hear of it once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from bot.turn import STAFF, Turn
from flows.messages import Message
from flows.rules.calendar import JST
from storage.unit_of_work import Work

TALK, DAY = "talk", "day"
WORDS = {
    DAY: "今日の、文を整えるモデルの上限に達しました。あしたまで、決まりごと(ルール)で続けます。お話は止まりません。",
    TALK: "文を整えるモデルの上限に達したお話があります。そのお話は、決まりごと(ルール)で続けます。",
}


@dataclass(frozen=True)
class Prices:
    """Yen for a million tokens; nothing where the operator did not say."""

    yen_in: float = 0.0
    yen_out: float = 0.0

    def of(self, tokens_in: int, tokens_out: int) -> float:
        return (tokens_in * self.yen_in + tokens_out * self.yen_out) / 1_000_000


FREE = Prices()


@dataclass(frozen=True)
class Budget:
    """Tokens that thoughts may cost; 0: no limit. Questions already in the air are not called back."""

    per_talk: int = 0
    per_day: int = 0

    def over(self, work: Work, talk: UUID, real: datetime) -> str:
        """Tell which budget is spent: ``day``, ``talk``, or none."""
        if self.per_day and work.thoughts.tokens_since(day_of(real)) >= self.per_day:
            return DAY
        if self.per_talk and work.thoughts.tokens_of(talk) >= self.per_talk:
            return TALK
        return ""


def day_of(real: datetime) -> datetime:
    """Return when the day began, where the operator is."""
    return real.astimezone(JST).replace(hour=0, minute=0, second=0, microsecond=0)


def tell_staff(turn: Turn, over: str, at: datetime) -> None:
    """Say once a day that the rules think now."""
    day = at.astimezone(JST).date().isoformat()
    turn.post(STAFF, Message(WORDS[over]), dedupe=f"model_budget:{over}:{day}")
