"""Repair: an operator in a hurry sees what stuck, what to do about it, and does it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert, select, update

from bot.cli import main
from storage.inbox import FAILED as EVENT_FAILED
from storage.inbox import PARKED, Arrival, Event
from storage.outbox import DUE, FAILED, HELD, SENT, UNKNOWN, UNREACHABLE, OutMessage
from storage.unit_of_work import begin
from tests.storage.test_outbox import row

NOW = datetime.now(UTC)


@pytest.fixture
def run(sqlite_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    monkeypatch.setenv("DATABASE_URL", sqlite_url)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["smallwin", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capsys.readouterr().out

    return command


def fill(engine: Engine) -> None:
    statuses = {
        "due": DUE,
        "held": HELD,
        "failed": FAILED,
        "unknown": UNKNOWN,
        "sent": SENT,
        "closed": UNREACHABLE,
    }
    with begin(engine) as work:
        for name, status in statuses.items():
            words = row(
                f"秘密の言葉 {name}", NOW + timedelta(hours=1), "slack", channel="staff", status=status
            )
            work.session.execute(insert(OutMessage).values({**words.row(), "error": "わけ"}))


def test_trouble_stands_first_with_what_to_do(sqlite_engine: Engine, run: Any) -> None:
    """Failed and unknown messages come before those that only wait; each kind has its next step; no words of anybody."""
    fill(sqlite_engine)
    code, said = run("outbox")
    assert code == 0
    for word in (
        "届きませんでした：1件",
        "届いたか分かりません：1件",
        "あとの時間に送ります：1件",
        "--again",
    ):
        assert word in said
    assert said.index("届きませんでした") < said.index("順番を待っています")
    assert "秘密" not in said
    rows = json.loads(run("outbox", "--json")[1])
    assert [each["status"] for each in rows] == [FAILED, UNKNOWN, DUE, HELD]
    assert {"id", "to", "status", "attempts", "next_at", "error", "todo"} <= rows[0].keys()


def test_what_failed_is_sent_again(sqlite_engine: Engine, run: Any) -> None:
    """By its id or all of them; what is fine is never sent twice."""
    fill(sqlite_engine)
    first = json.loads(run("outbox", "--json")[1])[0]["id"]
    assert run("outbox", "--again", first) == (0, "1件を、もう一度送ります。\n")
    assert run("outbox", "--again", first)[0] == 1
    assert run("outbox", "--again", "all") == (0, "1件を、もう一度送ります。\n")
    with begin(sqlite_engine) as work:
        found = {each.body.split()[1]: each.status for each in work.session.scalars(select(OutMessage))}
        assert found == {
            "due": DUE,
            "held": HELD,
            "failed": DUE,
            "unknown": DUE,
            "sent": SENT,
            "closed": UNREACHABLE,
        }
        now = datetime.now(UTC)
        parcels = work.outbox.claim(now, now)
    assert {each.head.body.split()[1] for each in parcels} == {"failed", "unknown"}


def test_an_empty_outbox_says_so(sqlite_engine: Engine, run: Any) -> None:
    """Nothing to do is said, not shown as an empty table."""
    assert run("outbox") == (0, "待っている連絡はありません。すべて届いています。\n")
    assert run("replay-failed") == (0, "失敗したできごとはありません。\n")


def test_failed_events_are_carried_again_and_the_rest_is_named(sqlite_engine: Engine, run: Any) -> None:
    """What goes well now is counted; what fails again is named by its id, its time and kind, and the command ends with 1."""
    with begin(sqlite_engine) as work:
        bodies: list[dict[str, Any]] = [{"type": "unheard"}, {"attachment": "no id"}]
        for platform, body in zip(("line", "content"), bodies, strict=True):
            work.inbox.store([Arrival(platform, f"{platform}-1", "", "x", body, NOW)], NOW)
        work.session.execute(update(Event).where(Event.platform == "line").values(status=PARKED))
        work.session.execute(update(Event).where(Event.platform == "content").values(status=EVENT_FAILED))
    code, said = run("replay-failed", "--json")
    assert (code, json.loads(said)["done"]) == (1, 1)
    [failure] = json.loads(said)["failed"]
    assert failure["kind"] == "content x"
    code, said = run("replay-failed")
    assert code == 1
    assert failure["id"] in said
