"""Shared by all tests: what may be skipped on a bare machine may not be skipped where it counts."""

from __future__ import annotations

import os
from collections.abc import Generator

import pytest

NEVER_SKIPPED = ("browser", "postgres")


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
