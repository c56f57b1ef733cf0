"""Parties: people are met once, whoever meets them first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Engine, func, select

from storage.parties import Handle, Party
from storage.unit_of_work import begin

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def met(engine: Engine, external_id: str = "U1") -> UUID:
    with begin(engine) as work:
        return work.parties.meet("line", external_id, "owner", NOW).id


def counted(engine: Engine, table: type) -> int:
    with begin(engine) as work:
        return work.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_person_met_again_is_the_same(engine: Engine) -> None:
    """The first meeting makes a party with one handle; the second finds it."""
    assert met(engine) == met(engine)
    assert met(engine, "U2") != met(engine)
    assert (counted(engine, Handle), counted(engine, Party)) == (2, 2)


def test_two_processes_meet_a_person_at_once(engine: Engine) -> None:
    """Ten threads that greet the same new person find one handle, and leave no second party behind."""
    with ThreadPoolExecutor(10) as pool:
        found = set(pool.map(lambda _: met(engine), range(10)))
    assert len(found) == 1
    assert (counted(engine, Handle), counted(engine, Party)) == (1, 1)


def test_staff_are_exactly_who_is_in_the_channel(engine: Engine) -> None:
    """Who left loses the rights, who joined gains them, and both keep their handles."""
    with begin(engine) as work:
        work.parties.set_staff("slack", {"U0A": "佐藤", "U0B": "田村"}, NOW)
    with begin(engine) as work:
        work.parties.set_staff("slack", {"U0B": "田村 健", "U0C": "鈴木"}, NOW)
        assert [handle.external_id for handle in work.parties.staff()] == ["U0B", "U0C"]
        names = {handle.external_id: work.parties.name(handle.id) for handle in work.parties.staff()}
        assert names == {"U0B": "田村 健", "U0C": "鈴木"}
        gone = work.parties.meet("slack", "U0A", "talent", NOW)
        assert not gone.is_staff
        assert work.parties.name(gone.id) == "佐藤"
    with begin(engine) as work:
        work.parties.set_staff("slack", {}, NOW)
        assert work.parties.staff() == []


def test_owner_on_line_keeps_no_rights_of_staff_on_slack(engine: Engine) -> None:
    """The same id on another platform is another person."""
    with begin(engine) as work:
        work.parties.set_staff("slack", {"U0A": "佐藤"}, NOW)
        assert not work.parties.meet("line", "U0A", "owner", NOW).is_staff


def test_consent_holds_until_it_is_withdrawn(engine: Engine) -> None:
    """Only the named kind of consent counts, and only while it stands."""
    with begin(engine) as work:
        party = work.parties.meet("line", "U1", "owner", NOW).party_id
        assert not work.parties.has_consented(party, "service")
        work.parties.consent(party, "service", "2026-11", "line", NOW)
    with begin(engine) as work:
        assert work.parties.has_consented(party, "service")
        assert not work.parties.has_consented(party, "marketing")
