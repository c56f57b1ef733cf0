"""Machine: what the numbers were measured on. Only ratios of one run carry over to another."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

PACKAGES = (
    "aiohttp",
    "sqlalchemy",
    "psycopg",
    "asyncpg",
    "aiosqlite",
    "line-bot-sdk",
    "slack-sdk",
    "apscheduler",
)


def described(folder: Path) -> str:
    load = f"{os.getloadavg()[0]:.2f}" if hasattr(os, "getloadavg") else "unknown"
    libraries = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{os.cpu_count()} CPUs, load {load} before, Python {platform.python_version()}, {libraries}, "
        f"SQLite {sqlite3.sqlite_version}, fsync {fsync_ms(folder):.2f} ms on {file_system(folder)}"
    )


def fsync_ms(folder: Path, times: int = 50) -> float:
    """Time a durable append of one page, as a commit makes it (median)."""
    took = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(times):
            file.write(bytes(4096))
            file.flush()
            started = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - started)
    return statistics.median(took) * 1000


def file_system(folder: Path) -> str:
    """Name the kind of disk under a folder; "unknown" where the system does not tell."""
    try:
        mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    except OSError:
        return "unknown"
    at = folder.resolve()
    under = [mount for mount in mounts if at.is_relative_to(mount[1])]
    return max(under, key=lambda mount: len(mount[1]))[2] if under else "unknown"


def is_memory(folder: Path) -> bool:
    """A database in memory has no commit to wait for: nothing is to be judged there."""
    return file_system(folder) in ("tmpfs", "ramfs")
