"""smallwin retention: the figures of what stands in the database."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from typer.testing import CliRunner

from bot.cli import app
from storage.database import Base, open_engine
from storage.engagements import Engagement
from storage.unit_of_work import begin
from tests.story.stages import at, running


@pytest.fixture
def database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{tmp_path / 'house.db'}"
    monkeypatch.setenv("DATABASE_URL", url)
    return url


def test_an_empty_house_has_no_share(database: str) -> None:
    """Nobody has begun: nothing is divided, and it says so."""
    Base.metadata.create_all(open_engine(database))
    done = CliRunner().invoke(app, ["retention"])
    assert done.exit_code == 0
    assert done.output.count("まだありません") == 2


def test_what_began_and_ended_is_counted(database: str) -> None:
    """A pair that ended after seven weeks: kept a month, not three, and the curve falls on its last day."""
    world = at(running).world
    source, target = world.engine.raw_connection(), open_engine(database).raw_connection()
    source.driver_connection.backup(target.driver_connection)  # type: ignore[union-attr]
    target.close()
    with begin(open_engine(database)) as work:
        begun = world.engagement().started_on
        assert begun is not None
        ended = datetime.fromordinal(begun.toordinal() + 49).replace(tzinfo=UTC)
        work.session.execute(update(Engagement).values(ended_at=ended))
    done = CliRunner().invoke(app, ["retention", "--on", "2030-01-01", "--json"])
    told = json.loads(done.output)
    assert [(each["kept"], each["ended"]) for each in told["shares"]] == [(1, 0), (0, 1)]
    assert [(point["day"], point["kept"]) for point in told["curve"]] == [(50, 0.0)]
