"""smallwin chat: an owner in the terminal, through the real turns; a talk kept as a transcript plays again."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path

from bot.console import Chat, talk
from flows.rules.calendar import JST
from storage.database import open_engine
from tests.databases import database
from tests.flows.talk import SETTINGS, find_firm, played

KEYS = (
    "1",
    "売掛の入金チェックが毎月しんどい",
    "/スタンプ",
    "/写真",
    "照らし合わせの手間",
    "毎週の未入金の一覧",
    "いくらかかる？",
)


def typed_in(folder: Path, *keys: str) -> tuple[str, list[str]]:
    """Type these lines; give the transcript and what stood on the screen."""
    now = datetime(2026, 11, 26, 9, 0, tzinfo=JST)
    lines, screen = iter(keys), list[str]()
    with database("sqlite", folder) as url:
        engine = open_engine(url)
        ticking = Chat(engine, SETTINGS, lambda: now, find_firm)
        written = talk(ticking, lambda: next(lines, None), screen.append)
        engine.dispose()
    return written, screen


def test_a_number_a_label_and_a_thing(tmp_path: Path) -> None:
    """A number or a label taps the button, /スタンプ and /写真 are sent as such, the rest is typed."""
    written, screen = typed_in(tmp_path, *KEYS)
    owner = [line.removeprefix("OWNER: ") for line in written.splitlines() if line.startswith("OWNER: ")]
    assert owner[:2] == ["(友だち追加)", "[同意して始める]"]
    assert {"(スタンプ)", "(写真)", "[毎週の未入金の一覧]", "いくらかかる？"} <= set(owner)
    assert any("[1] 同意して始める" in line for line in screen)
    assert "手数料が月4万円" in written


def test_the_written_talk_plays_again(tmp_path: Path) -> None:
    """What --repro writes is a transcript: played against the bot, it says the same."""
    written, _ = typed_in(tmp_path, *KEYS, "/おわり", "これは読まれない")
    assert played(written) == written.replace("TIME: ", "\nTIME: ", 1).strip() + "\n"
    assert "これは読まれない" not in written


def test_the_command_talks_and_keeps_the_talk(tmp_path: Path) -> None:
    """The real command, on a new database and then on the same again: it greets once, and goes on."""
    kept, file = tmp_path / "talk.txt", tmp_path / "chat.db"
    command = [sys.executable, "-m", "bot", "chat", "--repro", str(kept), "--database", str(file)]
    first = run(command, "1\nネットで売りたい\n/おわり\n")
    assert "[1] 同意して始める" in first
    assert "OWNER: ネットで売りたい" in kept.read_text(encoding="utf-8")
    second = run(command, "いまどうなってる？\n")
    assert "同意して始める" not in second
    assert "ご相談の途中です" in second


def run(command: list[str], typed: str) -> str:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    ended = subprocess.run(
        command,
        input=typed,
        text=True,
        encoding="utf-8",
        check=True,
        stdout=subprocess.PIPE,
        timeout=60,
        env=environment,
    )
    return ended.stdout
