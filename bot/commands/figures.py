"""Commands about how the house does: ``smallwin retention``."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.table import Table

from bot.commands.parts import AsJson, screen, settings_or_exit

figures = typer.Typer()
DAYS = (30, 91, 182, 365)  # of the curve, for the screen; --json has every step


@figures.command()
def retention(
    on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As of this day; today by default.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """How many pairs that began still work together: 継続÷(継続+解約) at 1 and 3 months, and the curve of all."""
    from flows.rules.calendar import JST
    from flows.rules.renewal.retention import MARKS, curve, kept_at, share
    from storage.database import open_engine
    from storage.unit_of_work import begin

    day = on.date() if on else datetime.now(UTC).astimezone(JST).date()
    engine = open_engine(settings_or_exit().database_url)
    with begin(engine) as work:
        lives = work.engagements.lives()
    engine.dispose()
    shares, points = [share(lives, months, day) for months in MARKS], curve(lives, day)
    if as_json:
        shown = [{**asdict(each), "rate": each.rate} for each in shares]
        curved = [asdict(point) for point in points]
        print(json.dumps({"on": day.isoformat(), "begun": len(lives), "shares": shown, "curve": curved}))
        return
    table = Table(title=f"続いている割合({day.isoformat()}、始まったお仕事 {len(lives)}件)")
    table.add_column("見かた")
    table.add_column("割合")
    for each in shares:
        table.add_row(f"{each.months}か月以上 継続÷(継続+解約)", each.said())
    for days in DAYS:
        table.add_row(f"{days}日より長く(続いている方も入れた見かた)", f"{100 * kept_at(points, days):.1f}%")
    screen.print(table)
