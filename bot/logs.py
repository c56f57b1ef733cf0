"""Logs: one line an act, as text or JSON; no message body, no name, no token."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime

PLAIN = frozenset(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {"message", "asctime", "taskName"}

# What others log below a warning holds bodies, headers and tokens; SQLAlchemy's holds rows.
NOISY = (
    "apscheduler",
    "httpx",
    "httpcore",
    "openai",
    "linebot",
    "slack_bolt",
    "slack_sdk",
    "aiohttp",
    "asyncio",
    "alembic",
    "sqlalchemy",
    "psycopg",
    "urllib3",
)


class JsonLines(logging.Formatter):
    """One JSON object a line, with the extras of the call."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: str(value) for key, value in record.__dict__.items() if key not in PLAIN}
        if record.exc_info and record.exc_info[0]:
            line["error"] = trace(record)
        return json.dumps(line, ensure_ascii=False)


class TextLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        extras = " ".join(f"{key}={value}" for key, value in record.__dict__.items() if key not in PLAIN)
        error = f"\n{trace(record)}" if record.exc_info and record.exc_info[0] else ""
        return f"{record.levelname} {record.name} {record.getMessage()} {extras}".rstrip() + error


def trace(record: logging.LogRecord) -> str:
    """Give where it broke, without the exception's own words: they may quote a person."""
    assert record.exc_info is not None
    kind, _, at = record.exc_info
    places = []
    while at is not None:
        code = at.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{at.tb_lineno} {code.co_name}")
        at = at.tb_next
    return f"{kind.__name__ if kind else ''} at " + " < ".join(reversed(places))


def set_up_logs(level: str, shape: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if shape == "json" else TextLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in NOISY:
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
