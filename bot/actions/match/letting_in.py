"""Letting in: the staff show an owner somebody whom a hard limit had kept from his list."""

from __future__ import annotations

from bot.actions.match import barring, listing
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.rules.match.lineup import ENOUGH
from storage.talents import Stage


def let_in(turn: Turn, tap: CardTapped) -> None:
    """社長に見せる: the staff know more than the limit does."""
    application, posting = barring.tapped(turn, tap)
    application.is_let_in, application.version = True, application.version + 1
    if posting.lists or len(turn.work.talents.of_posting(posting.id, Stage.APPLIED)) >= ENOUGH:
        listing.offer(turn, posting)
