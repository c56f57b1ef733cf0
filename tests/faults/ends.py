"""Ends: how things stand when all is done, in a form in which two towns can be compared."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.metrics import AGAIN
from flows.words import LABELS, Word
from storage.conversations import Conversation, JournalEntry
from storage.database import Base
from storage.inbox import Event
from storage.outbox import HELD, SENT, OutMessage
from tests.e2e.stage import words_of
from tests.faults.acts import OPEN_FORM
from tests.faults.lifetimes import Town

VARIES = re.compile(r"https?://\S+|\d+|[()（）月火水木金土日 ]")  # days and times, addresses, ids
UNCOUNTED = {"messages", "events", "mailboxes"}  # a second try makes more of them


@dataclass(frozen=True)
class End:
    """What stands before people's eyes, and what is true in the store."""

    line: Counter[str]
    slack: Counter[tuple[str, str]]  # place, words
    menus: Counter[str]
    rows: dict[str, int]
    talks: Counter[tuple[str, str]]
    answers: Counter[str]
    statuses: set[str]
    again: float  # how often something was posted once more, its fate being unknown


def end_of(town: Town) -> End:
    with Session(town.eye) as session:
        rows = {
            table.name: session.scalar(select(func.count()).select_from(table)) or 0
            for table in Base.metadata.sorted_tables
            if table.name not in UNCOUNTED
        }
        return End(
            line=Counter(words for who in town.sandbox.line.people for words in said(town, who)),
            slack=Counter(shown(town)),
            menus=Counter(town.sandbox.line.menus.links.values()),
            rows=rows,
            talks=Counter(session.execute(select(Conversation.flow, Conversation.status)).tuples()),
            answers=Counter(session.scalars(select(JournalEntry.key))),
            statuses=set(session.scalars(select(Event.status))) | left(session),
            again=posted_again(),
        )


def said(town: Town, who: str) -> list[str]:
    """Give all that an owner was told; that thinking takes a little longer is true when somebody died over it."""
    told = [bare(words_of(each.message)) for each in town.sandbox.line.chat(who) if each.by == "bot"]
    return [words for words in told if f"[{LABELS[Word.LOOK]}]" not in words]


def shown(town: Town) -> list[tuple[str, str]]:
    """Give all that hangs in Slack; a form stands on the screen or behind a button, which is the same."""
    slack = town.sandbox.slack
    seen = [
        (place.kind if place.kind == "im" else place.name, bare(str(each.get("text"))))
        for id, place in slack.channels.items()
        for each in slack.messages(id)
        if OPEN_FORM not in str(each)
    ]
    return [*seen, *(("home", bare("".join(texts(slack.home(who))))) for who in slack.people)]


def texts(node: Any) -> Iterator[str]:
    """Walk blocks, and give what is read."""
    if isinstance(node, dict):
        yield from [node["text"]] if isinstance(node.get("text"), str) else []
        node = list(node.values())
    for each in node if isinstance(node, list) else ():
        yield from texts(each)


def left(session: Session) -> set[str]:
    """Name what became of messages, but for those that were called off or wait for their hour."""
    rows = session.scalars(select(OutMessage))
    return {row.status for row in rows if row.status not in (SENT, HELD) and row.error != "taken back"}


def bare(words: str) -> str:
    return VARIES.sub("", words)


def posted_again() -> float:
    return sum(
        sample.value for each in AGAIN.collect() for sample in each.samples if sample.name.endswith("_total")
    )


def assert_same(calm: End, end: End, again_before: float) -> None:
    """What people see and what is true is as on a calm day; only a post in a channel may hang twice, and is counted."""
    assert end.line == calm.line, f"LINE lacks {calm.line - end.line}, has besides {end.line - calm.line}"
    assert not calm.slack - end.slack, (
        f"missing in Slack: {calm.slack - end.slack}, beside {end.slack - calm.slack}"
    )
    doubled = end.slack - calm.slack
    assert not [place for place, _ in doubled if place in ("im", "home")], doubled
    assert doubled.total() <= end.again - again_before, f"doubled and not counted: {doubled}"
    assert (end.menus, end.rows, end.talks, end.answers) == (calm.menus, calm.rows, calm.talks, calm.answers)
    assert end.statuses == {"done"}
