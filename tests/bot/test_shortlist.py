"""Shortlist: the staff see who fits a posting and why, and who has done the work and cannot come, with the reason."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.tables.importing import columns
from bot.tables.talent_rows import TalentRow
from flows.rules.match.slots import read_slots
from storage.database import open_engine
from storage.postings import Posting
from storage.unit_of_work import begin

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ABLE = TalentRow(email="able@example.com", name="able", hours=20, hourly_yen=3_000, is_remote=False)
PEOPLE = (
    ABLE,
    replace(ABLE, email="costly@example.com", name="costly", hourly_yen=9_000),
    replace(ABLE, email="late@example.com", name="late", slots=read_slots("Wed 19:00-21:00")),
    replace(ABLE, email="busy@example.com", name="busy", hours=4),
    replace(ABLE, email="far@example.com", name="far", is_remote=True),
    replace(ABLE, email="doubtful@example.com", name="doubtful"),
)


def filled(url: str) -> str:
    engine = open_engine(url)
    with begin(engine) as work:
        kept = work.pool.keep_all({each.email: columns(each) for each in PEOPLE}, NOW)
        shares = {id: 0.2 if email.startswith("doubtful") else 0.9 for email, id in kept.new.items()}
        work.pool.keep_works({id: {"EC-02": share} for id, share in shares.items()})
        owner = work.parties.meet("line", "U1", "owner", NOW)
        texts = dict.fromkeys(("wish_raw", "words_raw", "words_shown", "goal", "measure", "partner"), "味噌")
        id = work.postings.add(
            Posting(
                owner_id=owner.party_id, handle_id=owner.id, title="味噌の店", job_code="EC-02", hours_month=20,
                pay_month_yen=80_000, onsite_days=1, first_tasks=[], approved_at=NOW, created_at=NOW, **texts,
            )
        ).id  # fmt: skip
    engine.dispose()
    return id.hex


def test_who_cannot_come_is_told_to_the_staff_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each by his own hard limit; who is only doubtful is in neither list."""
    url = f"sqlite:///{tmp_path}/list.db"
    monkeypatch.setenv("DATABASE_URL", url)
    run = CliRunner().invoke
    assert run(app, ["migrate"]).exit_code == 0
    id = filled(url)
    listed = json.loads(run(app, ["shortlist", id, "--json"]).stdout)
    assert [each["name"] for each in listed] == ["able"]
    held = json.loads(run(app, ["shortlist", id, "--barred", "--json"]).stdout)
    assert {each["name"]: each["why"] for each in held} == {
        "costly": "ご予算を、大きく超えます",
        "late": "打ち合わせのできる時間が、重なりません",
        "busy": "使える時間が、足りません",
        "far": "会社に来ることが、できません",
    }
    said = run(app, ["shortlist", id, "--barred"]).stdout
    assert "costly" in said
    assert "ご予算を、大きく超えます" in said


def test_a_posting_that_is_not_there_is_said_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/list.db")
    run = CliRunner().invoke
    assert run(app, ["migrate"]).exit_code == 0
    for id in (UUID(int=1).hex, "nonsense", "'; DROP TABLE talents"):
        for more in ([], ["--barred"]):
            told = run(app, ["shortlist", id, *more])
            assert told.exit_code == 2
            assert "ありません" in told.output
