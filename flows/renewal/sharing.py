"""Sharing: what one side wrote under seal, as the other reads it: whole, as it stands, in as few messages as hold it."""

from __future__ import annotations

from collections.abc import Sequence

from flows.messages import Card, Line, Message

LONGEST = 400  # letters of a quote that every card shows whole; a longer answer is a message of its own
SKIPPED = "(とばしました)"


def shared(title: str, answers: Sequence[tuple[str, str]]) -> tuple[Message, ...]:
    """Show questions with their answers: one card where all are short, else a plain message for each."""
    if all(len(said) <= LONGEST for _, said in answers):
        lines = tuple(Line(asked, said or SKIPPED, is_quote=True) for asked, said in answers)
        return (Message(card=Card(title, lines)),)
    return tuple(
        Message(f"【{title}】\n{asked}\n\n「{said}」" if said else f"【{title}】\n{asked}\n\n{SKIPPED}")
        for asked, said in answers
    )
