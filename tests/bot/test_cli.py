"""Commands: what is wrong is said in a line that can be acted on; no trace, no secret."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from bot.cli import main

COMMANDS = [["outbox"], ["replay-failed"], ["tick"]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("DATABASE_URL", "LINE_CHANNEL_SECRET", "SLACK_BOT_TOKEN", "OPENAI_API_KEY"):
        monkeypatch.delenv(name, raising=False)


def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run a command that fails; give what it says."""
    monkeypatch.setattr("sys.argv", ["smallwin", *words])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return said.out + said.err


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_database_without_tables_is_told(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "smallwin doctor" in run(monkeypatch, capsys, *words)


def test_a_database_out_of_reach_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The password in the address is not repeated."""
    monkeypatch.setenv("DATABASE_URL", "postgresql://smallwin:canary@127.0.0.1:1/none")
    said = run(monkeypatch, capsys, "migrate", "--check")
    assert "smallwin doctor" in said
    assert "canary" not in said


@pytest.mark.parametrize("now", ["tomorrow", "2026-11-24T11:00:00"])
def test_a_time_that_is_none_is_told(
    now: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "+09:00" in run(monkeypatch, capsys, "tick", "--now", now)


def test_missing_settings_are_named_in_one_piece(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name broken over two lines cannot be copied."""
    assert "SLACK_SIGNING_SECRET" in run(monkeypatch, capsys, "doctor")


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_a_taken_port_is_told_and_nothing_is_touched(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A second demo must not take the database away from under the first."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        kept = Path(f"var/demo-{port}.db")
        kept.parent.mkdir()
        kept.write_text("the first demo's")
        monkeypatch.setenv("PORT", str(port))
        assert "使われています" in run(monkeypatch, capsys, command)
    assert kept.read_text() == "the first demo's"
