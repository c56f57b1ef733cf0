"""Shared by all tests: what may be skipped on a bare machine may not be skipped where it counts."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from multiprocessing.util import Finalize
from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.bot.house import House, a_house
from tests.databases import database, engine_on, learn_together

NEVER_SKIPPED = ("browser", "postgres")
BOTH = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgres))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options here: pytest reads no deeper file before it reads the command line."""
    parser.addoption("--update", action="store_true", help="write the transcripts anew, to be read in review")


MEMORY, ROOM = Path("/dev/shm"), 4 << 30  # bytes
LAST = -1_000


def pytest_configure() -> None:
    """Keep the tests' files in memory where there is room: a commit on a disk waits for it, 3 ms where we tried."""
    learn_together()
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return
    folder = tempfile.mkdtemp(prefix="smallwin-tests-", dir=MEMORY)
    os.environ["TMPDIR"], tempfile.tempdir = folder, None  # read anew, by this process and those it starts
    # last of all: by then the servers that were started here, and multiprocessing with a folder of its own, have ended
    Finalize(None, shutil.rmtree, (folder,), {"ignore_errors": True}, exitpriority=LAST)


# Minutes each: begun first, so that nobody waits for them at the end.
LONG = ("tests/year/", "tests/e2e/", "tests/faults/test_storm.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; the other processes take the rest meanwhile."""
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


@pytest.fixture(params=BOTH)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give a fresh, migrated database: each test that asks for it runs on SQLite and on PostgreSQL."""
    with database(request.param, tmp_path) as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """Give an open engine on a fresh database."""
    with engine_on(database_url) as opened:
        yield opened


@pytest.fixture
def house(engine: Engine) -> House:
    """Give a house whose turns are taken on a fresh database of either kind."""
    return a_house(engine)


@pytest.fixture
def sqlite_url(tmp_path: Path) -> Iterator[str]:
    """Give a fresh SQLite, where the kind of database makes no difference."""
    with database("sqlite", tmp_path) as url:
        yield url


@pytest.fixture
def sqlite_engine(sqlite_url: str) -> Iterator[Engine]:
    """Give an open engine on a fresh SQLite."""
    with engine_on(sqlite_url) as opened:
        yield opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Under CI a test of the browser or of PostgreSQL runs, or it fails."""
    report = yield
    is_needed = any(item.get_closest_marker(name) for name in NEVER_SKIPPED)
    is_skip = report.skipped and not hasattr(report, "wasxfail")
    if is_skip and is_needed and os.environ.get("CI") == "true":
        report.outcome = "failed"
        report.longrepr = f"skipped under CI: {report.longrepr}"
    return report
