"""Company rows: a firm as a line of a table, checked cell by cell. A firm is known by its 法人番号, a shop without one by name and address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from bot.tables import files as tables
from bot.tables.importing import Fault, Read
from bot.tables.talent_rows import BadCell, cells_of, text_cell
from flows.rules.japanese.reading import read_mail, read_phone
from flows.rules.japanese.tax_numbers import digits_in, is_firm_number
from storage.companies import Company
from storage.records import Noted
from storage.unit_of_work import begin

COLUMNS = ("number", "name", "address", "contact", "industry", "decider")
NEEDED = ("name", "address")
MOST = {"name": 200, "address": 300, "contact": 200, "industry": 100, "decider": 2_000}


@dataclass(frozen=True)
class CompanyRow:
    """One firm; empty is not said."""

    number: str
    name: str
    address: str
    contact: str
    industry: str
    decider: str

    @property
    def key(self) -> str:
        return self.number or f"{self.name}\n{self.address}"


def read_companies(data: bytes) -> Read:
    """Read a table of firms; raises ``BadTable`` when it is none at all."""
    table = tables.read(data, COLUMNS, NEEDED)
    found = Read({}, [Fault(*broken) for broken in table.broken], table.extra, table.encoding)
    for line, cells in table.rows:
        try:
            row = CompanyRow(**read_row(cells))
        except BadCell as why:
            found.faults.append(Fault(line, str(why)))
            continue
        if row.key in found.rows:
            what = "number" if row.number else "name と address"
            found.faults.append(Fault(line, f"{what}：{found.lines[row.key]}行目と同じです"))
            continue
        found.rows[row.key], found.lines[row.key] = row, line
    found.faults.sort(key=lambda fault: fault.line)
    return found


def read_row(row: dict[str, str]) -> dict[str, str]:
    return cells_of(
        row,
        {
            "number": _number,
            "name": lambda text: text_cell(text, MOST["name"], is_needed=True),
            "address": lambda text: text_cell(text, MOST["address"], is_needed=True),
            "contact": _contact,
            "industry": lambda text: text_cell(text, MOST["industry"]),
            "decider": lambda text: text_cell(text, MOST["decider"]),
        },
    )


def _number(text: str) -> str:
    if not text.strip():
        return ""
    digits = digits_in(text)
    if not is_firm_number(digits):
        raise BadCell(f"法人番号として読めません({text.strip()[:20]})。13けたです。なければ空けてください")
    return digits


def _contact(text: str) -> str:
    plain = text_cell(text, MOST["contact"])
    if not plain:
        return ""
    found = read_phone(plain) or read_mail(plain)
    if not found:
        raise BadCell(f"電話かメールとして読めません({plain[:20]})")
    return found


def keep_companies(engine: Engine, rows: Iterable[CompanyRow], now: datetime) -> Noted:
    """Write firms; of a firm that an owner here speaks for, only what he left empty is filled."""
    columns = {
        row.key: dict(
            corporate_number=row.number,
            legal_name=row.name,
            address=row.address,
            contact=row.contact,
            industry=row.industry,
            decider=row.decider,
        )
        for row in rows
    }
    with begin(engine) as work:
        return work.companies.keep_all(columns, now)


def write_companies(engine: Engine) -> str:
    """Write all firms as such a table; read again it changes nothing."""
    with begin(engine) as work:
        return tables.write(COLUMNS, map(_cells, work.companies.everyone()))


def _cells(firm: Company) -> list[str]:
    told = (firm.corporate_number, firm.legal_name, firm.address, firm.contact, firm.industry, firm.decider)
    return list(told)
