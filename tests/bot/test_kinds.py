"""Kinds: firms, postings and outcomes come in whole or not at all, each bad line with its reason; twice is once, out and in the same."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from typer.testing import CliRunner

from bot.cli import app
from bot.shortlist import shortlist
from bot.tables.company_rows import COLUMNS as FIRMS
from bot.tables.files import BadTable
from bot.tables.importing import keep_talents, read_talents
from bot.tables.kinds import KINDS
from bot.tables.outcome_rows import COLUMNS as OUTCOMES
from flows.renewal.summing import say_case
from flows.rules.coach.own_cases import own_case
from storage.companies import Company, Membership
from storage.unit_of_work import begin
from tests.bot.house import House
from tests.bot.test_importing import GOOD, table

NOW = datetime(2026, 11, 24, tzinfo=UTC)
FIRM = "7010705000725,有限会社山崎醸造,長野県飯田市本町1-2,0265-12-3456,味噌・醤油製造,社長"
SHOP = ",松屋商店,長野県飯田市本町3,,小売,"
OUTCOME = '2019-4,山崎醸造,長野県,味噌,EC-02,2019/4/1,2019年７月３１日,２０,70000,売れ筋5品,月の注文,20,"1,060",yes,匿名'
PAST = {
    "id": "P-1",
    "company": "山崎醸造",
    "prefecture": "長野",
    "owner_words": "見に来ても買わずに帰る",
    "small_win": "売れ筋5品の写真が新しくなる",
    "first_tasks": ["写真を撮る"],
    "job_code": "EC-02",
    "hours_per_month": "２０",
    "hourly_rate_yen": None,
    "weekly_slot": "Wed 10:00-11:00",
}


def file_of(kind: str, *lines: Any) -> bytes:
    """Give a file as a spreadsheet in Japan writes it."""
    if kind == "postings":
        return "\n".join(json.dumps(each, ensure_ascii=False) for each in lines).encode("cp932")
    head = {"companies": FIRMS, "outcomes": OUTCOMES}[kind]
    return "\r\n".join((",".join(head), *lines)).encode("cp932")


def takes(engine: Engine, kind: str, data: bytes) -> tuple[int, int, int]:
    found = KINDS[kind].read(data, lambda: None)
    assert found.faults == []
    counts = KINDS[kind].keep(engine, found.rows.values(), NOW, lambda: None)
    return counts.new, counts.changed, counts.same


GOODS = [("companies", (FIRM, SHOP), 2), ("postings", (PAST,), 1), ("outcomes", (OUTCOME,), 1)]


@pytest.mark.parametrize(("kind", "lines", "many"), GOODS, ids=[kind for kind, *_ in GOODS])
def test_twice_is_once_and_out_is_in(engine: Engine, kind: str, lines: tuple[Any, ...], many: int) -> None:
    """The same file again changes nothing, nor does what is written out."""
    assert takes(engine, kind, file_of(kind, *lines)) == (many, 0, 0)
    assert takes(engine, kind, file_of(kind, *lines)) == (0, 0, many)
    assert takes(engine, kind, KINDS[kind].write(engine).encode()) == (0, 0, many)


def test_an_edit_is_seen(engine: Engine) -> None:
    """A changed line changes that firm, that outcome."""
    takes(engine, "companies", file_of("companies", FIRM))
    assert takes(engine, "companies", file_of("companies", FIRM.replace("本町1-2", "本町9"))) == (0, 1, 0)
    takes(engine, "outcomes", file_of("outcomes", OUTCOME))
    assert takes(engine, "outcomes", file_of("outcomes", OUTCOME.replace("yes", "part"))) == (0, 1, 0)


BAD = [
    ("companies", FIRM.replace("7010705000725", "7010705000726"), "法人番号"),
    ("companies", FIRM.replace("7010705000725", "70107050007"), "法人番号"),
    ("companies", FIRM.replace("有限会社山崎醸造", ""), "name：ありません"),
    ("companies", FIRM.replace("0265-12-3456", "電話して"), "電話かメール"),
    ("companies", FIRM.replace("社長", "あ" * 100_000), "2000文字"),
    ("postings", {**PAST, "id": ""}, "id：ありません"),
    ("postings", {**PAST, "hourly_rate_yen": -3000}, "hourly_rate_yen：0以上"),
    ("postings", {**PAST, "hours_per_month": 900}, "hours_per_month：200まで"),
    ("postings", {**PAST, "owner_words": "あ" * 100_000}, "5000文字"),
    ("postings", {**PAST, "weekly_slot": "水 25:00-26:00"}, "時刻"),
    ("postings", {**PAST, "job_code": "ZZ-99"}, "仕事の分類"),
    ("postings", ["no", "object"], "の形ではありません"),
    ("outcomes", OUTCOME.replace("EC-02", "ZZ-01"), "仕事の分類"),
    ("outcomes", OUTCOME.replace("70000", "-70000"), "monthly_pay_yen：数として"),
    ("outcomes", OUTCOME.replace("2019/4/1", "2019/13/1"), "日付"),
    ("outcomes", OUTCOME.replace("2019年７月３１日", "2018-01-01"), "began_on より前"),
    ("outcomes", OUTCOME.replace("yes", "たぶん"), "yes、part、no"),
    ("outcomes", OUTCOME.replace(',20,"', ',およそ,"'), "before：数として"),
]


@pytest.mark.parametrize(("kind", "line", "why"), BAD, ids=[f"{kind} {why}" for kind, _, why in BAD])
def test_a_bad_line_is_named_with_its_reason(kind: str, line: Any, why: str) -> None:
    """And costs no other line its place."""
    good = {"companies": SHOP, "postings": {**PAST, "id": "P-2"}, "outcomes": OUTCOME.replace("2019-4", "x")}[
        kind
    ]
    found = KINDS[kind].read(file_of(kind, line, good), lambda: None)
    assert [fault.line for fault in found.faults] == [1 if kind == "postings" else 2]
    assert why in found.faults[0].why
    assert len(found.rows) == 1


@pytest.mark.parametrize(("kind", "lines", "many"), GOODS, ids=[kind for kind, *_ in GOODS])
def test_the_same_number_twice_is_said(kind: str, lines: tuple[Any, ...], many: int) -> None:
    """A number names one line."""
    found = KINDS[kind].read(file_of(kind, *lines, lines[-1]), lambda: None)
    assert len(found.rows) == many
    assert len(found.faults) == 1


def test_a_formula_is_guarded_on_its_way_out(engine: Engine) -> None:
    """A firm that calls itself =cmd is that, and nothing a spreadsheet would run."""
    for kind, line in (
        ("companies", SHOP.replace("松屋", "=cmd|")),
        ("outcomes", OUTCOME.replace("売れ筋", "@SUM")),
    ):
        takes(engine, kind, file_of(kind, line))
        text = KINDS[kind].write(engine)
        assert ",'=cmd|" in text or ",'@SUM" in text
        assert takes(engine, kind, text.encode()) == (0, 0, 1)


def test_what_an_owner_told_us_no_file_changes(engine: Engine) -> None:
    """Of a firm that somebody here speaks for, only what he left empty is filled."""
    takes(engine, "companies", file_of("companies", FIRM.replace("味噌・醤油製造", "")))
    with begin(engine) as work:
        owner = work.parties.meet("line", "Uowner", "owner", NOW)
        firm = work.session.scalars(select(Company.id)).one()
        work.session.add(Membership(company_id=firm, party_id=owner.party_id, role="PRESIDENT"))
    assert takes(engine, "companies", file_of("companies", FIRM.replace("本町1-2", "よそ"))) == (0, 1, 0)
    with begin(engine) as work:
        kept = work.session.scalars(select(Company)).one()
        assert (kept.address, kept.industry) == ("長野県飯田市本町1-2", "味噌・醤油製造")


def test_an_outcome_from_a_file_is_a_case_as_its_line_says(engine: Engine) -> None:
    """匿名 is told without a name, 不可 and a no not at all; hostile names of firms reach nobody; a later file takes it back."""
    hidden = OUTCOME.replace("2019-4", "2019-5").replace("匿名", "不可")
    failed = OUTCOME.replace("2019-4", "2019-6").replace("yes", "no")
    hostile = (
        OUTCOME.replace("2019-4", "2019-7")
        .replace("匿名", "名前あり")
        .replace("山崎醸造", "<!channel> www.evil.example")
    )
    takes(engine, "outcomes", file_of("outcomes", OUTCOME, hidden, failed, hostile))
    assert told(engine) == ["長野の食品づくりの会社：ネットの注文(月) 20件 → 約1,100件。17週間でした。"] * 2
    takes(
        engine,
        "outcomes",
        file_of("outcomes", OUTCOME.replace("匿名", "不可"), hostile.replace("名前あり", "")),
    )
    assert told(engine) == []


def told(engine: Engine) -> list[str]:
    """Give the cases that owners with such a wish would read."""
    with begin(engine) as work:
        cases = map(own_case, work.outcomes.shown("EC-02", None))
        return [say_case(case) for case in cases if case]


def test_our_own_postings_are_written_out_and_not_in(house: House) -> None:
    """A posting that lives here is in the file, and a file that names it changes nothing."""
    posting = house.in_review()
    text = KINDS["postings"].write(house.engine)
    assert json.loads(text)["id"] == posting.id.hex
    forged = {**json.loads(text), "small_win": "ほかの目標"}
    assert takes(house.engine, "postings", file_of("postings", forged)) == (0, 0, 1)
    assert house.postings()[0].goal == posting.goal


def test_a_posting_from_a_file_finds_its_people(engine: Engine) -> None:
    """`smallwin shortlist` ranks for it as for our own."""
    takes(engine, "postings", file_of("postings", PAST))
    keep_talents(engine, read_talents(table(GOOD)).rows.values(), NOW)
    title, listed = shortlist(engine, "P-1", 5)
    assert title == PAST["small_win"]
    assert [each.name for each in listed] == ["髙橋 由紀"]


@given(st.binary(max_size=300), st.sampled_from(["companies", "postings", "outcomes"]))
def test_no_file_breaks_the_reader(data: bytes, kind: str) -> None:
    """Whatever bytes come: rows, reasons, or one line that says it is no such file."""
    with contextlib.suppress(BadTable):
        found = KINDS[kind].read(data, lambda: None)
        assert all(fault.why for fault in found.faults)


def test_the_command_takes_every_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing with a bad line unless --partial; the end tells a program; out comes what went in."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/kinds.db")
    run = CliRunner().invoke
    assert run(app, ["migrate"]).exit_code == 0
    for kind, lines, many in GOODS:
        file = tmp_path / kind
        bad = {"companies": ",店,", "postings": {}, "outcomes": "x,,"}[kind]
        file.write_bytes(file_of(kind, bad, *lines))
        assert run(app, ["import", kind, str(file)]).exit_code == 1
        told = json.loads(run(app, ["import", kind, str(file), "--partial", "--json"]).stdout)
        assert (told["new"], len(told["bad"])) == (many, 1)
        out = tmp_path / f"{kind}.out"
        assert run(app, ["export", kind, str(out)]).exit_code == 0
        again = json.loads(run(app, ["import", kind, str(out), "--json"]).stdout)
        assert (again["new"], again["same"]) == (0, many)
