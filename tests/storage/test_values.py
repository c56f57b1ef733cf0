"""Values: what is written comes back the same, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import StatementError

from bot.line.webhook import arrivals
from flows.journal import Entry
from storage.conversations import Conversation
from storage.database import new_id, normal_url
from storage.inbox import Arrival, Event
from storage.parties import Handle
from storage.unit_of_work import begin

NOW = datetime(2026, 11, 24, 1, 2, 3, 456789, tzinfo=UTC)
ODD = [
    "𠮷野家と髙﨑",
    "👨‍👩‍👧‍👦🇯🇵",
    "が\u3099",
    "שלום \u202eabc",
    "a\tb\nc",
    '"quoted" \\ {}',
    "%s %(x)s :name",
    "é" * 5000,
]


def kept(engine: Engine, body: dict[str, Any], now: datetime = NOW) -> Event:
    with begin(engine) as work:
        [id] = work.inbox.store([Arrival("line", str(new_id()), "U1", "x", body, now)], now)
        assert id is not None
    with begin(engine) as work:
        return work.session.get_one(Event, id)


@pytest.mark.parametrize("text", ODD)
def test_words_come_back_as_they_were_typed(engine: Engine, text: str) -> None:
    """Rare characters, emoji and marks of every kind survive the way through JSON and text columns."""
    assert kept(engine, {"text": text}).body == {"text": text}
    with begin(engine) as work:
        party = work.parties.party(work.parties.meet("line", "U1", "owner", NOW).party_id)
        party.call_name = text[:100]
        id = party.id
    with begin(engine) as work:
        assert work.parties.party(id).call_name == text[:100]


def test_what_no_database_takes_is_replaced_at_the_door(engine: Engine) -> None:
    """NUL and half characters in a webhook are stored as the sign for a lost character."""
    raw = rb'{"events":[{"type":"message","webhookEventId":"w","message":{"type":"text","id":"1","text":"a\u0000b\ud83d"}}]}'
    [came] = arrivals(raw, NOW)
    assert kept(engine, came.body).body["message"]["text"] == "a\ufffdb\ufffd"


def test_instants_are_utc_and_exact(engine: Engine) -> None:
    """A time written in Japan's zone is read in UTC, to the microsecond."""
    event = kept(engine, {}, NOW.astimezone(timezone(timedelta(hours=9))))
    assert event.happened_at == NOW
    assert event.happened_at.tzinfo == UTC
    assert event.leased_until - event.received_at == timedelta(seconds=30)


def test_a_time_without_a_zone_is_refused(engine: Engine) -> None:
    """A naive time is a bug of ours, and is told at once."""
    with pytest.raises(StatementError, match="without a zone"), begin(engine) as work:
        work.parties.meet("line", "U1", "owner", NOW.replace(tzinfo=None))


def test_nothing_no_answer_and_an_empty_answer_differ(engine: Engine) -> None:
    """A value of None (分からない), an empty text and a blank entry are three things."""
    entries = (Entry("pay", None, raw="分からない"), Entry("wish", ""), Entry("now", None, is_blank=True))
    with begin(engine) as work:
        talk = a_talk(work.parties.meet("line", "U1", "owner", NOW))
        work.session.add(talk)
        work.session.flush()
        work.conversations.write(talk.id, entries, None, "test", NOW)
        id: UUID = talk.id
    with begin(engine) as work:
        journal = work.conversations.journal(id)
        assert journal.entries == entries
        assert journal.latest("now") is None
        pay = journal.latest("pay")
        assert pay is not None
        assert pay.value is None


def test_json_that_is_missing_reads_as_none(engine: Engine) -> None:
    """An event without an answer has none, and nested nulls stay where they are."""
    event = kept(engine, {"a": None, "b": [None, 0, False, "", {}]})
    assert event.answer is None
    assert event.body == {"a": None, "b": [None, 0, False, "", {}]}


def test_ids_sort_by_time() -> None:
    """Ids made later sort later: sweeps and lists need no other order."""
    ids = [new_id() for _ in range(2000)]
    assert ids == sorted(ids)


@pytest.mark.parametrize("url", ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg://u@h/d"])
def test_every_spelling_of_postgresql_means_psycopg(url: str) -> None:
    """Hosts hand out three spellings of one address."""
    assert normal_url(url) == "postgresql+psycopg://u@h/d"


def a_talk(handle: Handle) -> Conversation:
    return Conversation(
        handle_id=handle.id,
        party_id=handle.party_id,
        flow="hello",
        subject={},
        asked={},
        created_at=NOW,
        settled_at=NOW,
    )
