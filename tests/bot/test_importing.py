"""Importing: a table of professionals comes in whole or not at all, each bad line with its reason, and twice is once."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select
from typer.testing import CliRunner

from bot.cli import app
from bot.tables.importing import keep_talents, read_talents, write_talents
from bot.tables.talent_rows import COLUMNS
from storage.talents import Talent, TalentWork

NOW = datetime(2026, 11, 24, tzinfo=UTC)
HEADER = ",".join(COLUMNS)
GOOD = "a@example.com,髙橋 由紀,食品の通販を7年,商品ページを自分で組み直した,写真;GA4,東京都,長野県;高知県,20,3500,Wed 10:00-12:00,yes,no,会社員"


def table(*lines: str) -> bytes:
    return "\n".join((HEADER, *lines)).encode("cp932")


def test_a_line_is_read_cell_by_cell() -> None:
    """Lists, slots, money and yes or no arrive as what they mean."""
    [row] = read_talents(table(GOOD)).rows.values()
    assert (row.email, row.name, row.skills, row.tied) == (
        "a@example.com",
        "髙橋 由紀",
        ("写真", "GA4"),
        ("長野県", "高知県"),
    )
    assert (row.hours, row.hourly_yen, row.is_remote, row.is_insured) == (20, 3500, True, False)
    assert [str(slot) for slot in row.slots] == ["Wed 10:00-12:00"]


BAD = [
    ("name@,青木" + "," * 11, "メールアドレス"),
    ("a@b.jp," + "," * 11, "name"),
    ("a@b.jp,青木,,,,東京市" + "," * 7, "都道府県"),
    ("a@b.jp,青木,,,,,,-5" + "," * 5, "数として"),
    ("a@b.jp,青木,,,,,,20,-3000" + "," * 4, "数として"),
    ("a@b.jp,青木,,,,,,9999" + "," * 5, "まで"),
    ("a@b.jp,青木,,,,,,,,Wed 25:00-26:00,,,", "時刻"),
    ("a@b.jp,青木,,,,,,,,いつでも,,,", "曜日"),
    ("a@b.jp,青木,,,,,,,,,たぶん,,", "yes"),
    ("a@b.jp,青木,,,,,,,,,,,社長", "会社員"),
    ("a@b.jp,青木,," + "あ" * 100_000 + "," * 9, "5000文字"),
]


@pytest.mark.parametrize(("line", "why"), BAD, ids=[why for _, why in BAD])
def test_a_bad_line_is_named_with_its_reason(line: str, why: str) -> None:
    found = read_talents(table(line, GOOD))
    assert [fault.line for fault in found.faults] == [2]
    assert why in found.faults[0].why
    assert list(found.rows) == ["a@example.com"]


def test_full_width_digits_are_numbers() -> None:
    [row] = read_talents(table(GOOD.replace("20,3500", '２０,"３,５００円"'))).rows.values()
    assert (row.hours, row.hourly_yen) == (20, 3500)


def test_the_same_address_twice_is_said() -> None:
    """Also when only its letters are large: an address names one person."""
    found = read_talents(table(GOOD, GOOD.replace("a@example.com", "A@Example.com")))
    assert len(found.rows) == 1
    assert "2行目と同じ" in found.faults[0].why


def test_twice_is_once_and_an_edit_is_seen(engine: Engine) -> None:
    """The same file again changes nothing; a changed line changes that person, and what his words say."""
    rows = read_talents(table(GOOD)).rows.values()
    assert len(keep_talents(engine, rows, NOW).new) == 1
    again = keep_talents(engine, rows, NOW)
    assert (len(again.new), len(again.changed), again.same) == (0, 0, 1)
    other = read_talents(
        table(GOOD.replace("商品ページを自分で組み直した", "月次決算を10日から3日に縮めた"))
    ).rows.values()
    before = works(engine)
    assert len(keep_talents(engine, other, NOW).changed) == 1
    assert before[0].startswith("EC")
    assert any(code.startswith("AC") for code in works(engine))


def works(engine: Engine) -> list[str]:
    with engine.connect() as connection:
        return list(connection.scalars(select(TalentWork.code).order_by(TalentWork.share.desc())))


def test_what_is_written_out_changes_nothing_when_read_again(engine: Engine) -> None:
    """Formulas come back as they were, and are guarded in between."""
    keep_talents(engine, read_talents(table(GOOD.replace("食品の通販を7年", "=cmd|calc"))).rows.values(), NOW)
    text = write_talents(engine)
    assert "'=cmd" in text
    assert keep_talents(engine, read_talents(text.encode()).rows.values(), NOW).same == 1


def test_with_a_bad_line_nothing_is_written_unless_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command says each bad line; --partial takes the others; the end tells a program."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/import.db")
    file = tmp_path / "talents.csv"
    file.write_bytes(table("a@b,青木" + "," * 11, GOOD) + b"\n")
    run = CliRunner().invoke
    assert run(app, ["migrate"]).exit_code == 0
    refused = run(app, ["import", "talents", str(file)])
    assert refused.exit_code == 1
    assert "2行目 email" in refused.output
    taken = run(app, ["import", "talents", str(file), "--partial", "--json"])
    assert taken.exit_code == 0
    told = json.loads(taken.stdout)
    assert (told["new"], [fault["line"] for fault in told["bad"]]) == (1, [2])
    assert run(app, ["import", "people", str(file)]).exit_code == 2
    assert run(app, ["import", "talents", str(tmp_path / "none.csv")]).exit_code == 2
    out = tmp_path / "out.csv"
    assert run(app, ["export", "talents", str(out)]).exit_code == 0
    assert out.read_text(encoding="utf-8-sig").count("\n") == 2


def test_nobody_waits_while_words_are_weighed(engine: Engine) -> None:
    """Telling works takes long: no connection, and so no lock, is held meanwhile."""
    held: list[int] = []
    rows = read_talents(table(GOOD)).rows.values()
    keep_talents(engine, rows, NOW, lambda: held.append(engine.pool.checkedout()))  # type: ignore[attr-defined]
    assert held == [0]


def test_thousands_come_in_at_once(sqlite_engine: Engine) -> None:
    """Far more rows than one statement takes: all are there, each with its works."""
    lines = [GOOD.replace("a@example.com", f"t{number}@example.com") for number in range(2_100)]
    assert len(keep_talents(sqlite_engine, read_talents(table(*lines)).rows.values(), NOW).new) == 2_100
    with sqlite_engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Talent)) == 2_100
        assert connection.scalar(select(func.count(TalentWork.party_id.distinct()))) == 2_100
