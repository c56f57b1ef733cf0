"""Migrations: an upgraded database is exactly what the code expects."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from typer.testing import CliRunner

from bot.cli import app
from bot.migrating import is_current, migrate
from storage.database import Base
from tests.conftest import BOTH
from tests.databases import empty_database


@pytest.mark.parametrize("kind", BOTH)
def test_an_upgrade_from_nothing_gives_the_tables_of_the_code(kind: str, tmp_path: Path) -> None:
    """Alembic finds no difference between the migrated database and the models; a second upgrade does nothing."""
    with empty_database(kind, tmp_path) as engine:
        assert not is_current(engine)
        migrate(engine)
        migrate(engine)
        assert is_current(engine)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize("kind", BOTH)
def test_migrate_check_says_whether_it_is_needed(kind: str, tmp_path: Path) -> None:
    """``smallwin migrate --check`` exits 1 until ``smallwin migrate`` has run."""
    with empty_database(kind, tmp_path) as engine:
        run = CliRunner(env={"DATABASE_URL": engine.url.render_as_string(hide_password=False)}).invoke
        assert run(app, ["migrate", "--check"]).exit_code == 1
        assert run(app, ["migrate"]).exit_code == 0
        assert run(app, ["migrate", "--check"]).exit_code == 0
