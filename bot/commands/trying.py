"""Commands that try and measure: ``smallwin chat``, ``eval``, ``corrections``, ``bench``."""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from bot.commands.parts import AsJson, settings_or_exit
from bot.logs import set_up_logs

trying = typer.Typer()


@trying.command()
def chat(
    repro: Annotated[Path | None, typer.Option(help="Write the talk as a test transcript.")] = None,
    database: Annotated[
        Path | None, typer.Option(help="Go on in this SQLite file; a new one by default.")
    ] = None,
) -> None:
    """Talk to the bot as an owner, here in the terminal. Ends with /おわり."""
    from tempfile import TemporaryDirectory

    from bot.console import Chat, talk
    from bot.migrating import migrate as upgrade
    from storage.database import open_engine

    set_up_logs("ERROR", "text")
    settings = settings_or_exit()
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{database or Path(folder) / 'chat.db'}")
        upgrade(engine)
        lines = iter(sys.stdin.readline, "")
        written = talk(
            Chat(engine, settings, lambda: datetime.now(UTC)),
            lambda: next(lines, None),
            lambda words: print(words, flush=True),
        )
        engine.dispose()
    if repro is not None:
        repro.write_text(written, encoding="utf-8")


@trying.command(name="eval")
def evaluate(
    what: Annotated[Literal["wishes", "match"], typer.Argument(help="The coach, or the ranking.")],
    file: Annotated[Path, typer.Argument(help="Wishes or personas (YAML); for match a folder.")],
    coach: Annotated[Literal["rules", "model"], typer.Option(help="Who reads.")] = "rules",
    as_json: AsJson = False,
) -> None:
    """Measure how well owners are understood, or how well the ranking finds who fits, on a labelled set."""
    from bot.evaluating import command, match

    set_up_logs("CRITICAL", "text")
    if what == "match":
        raise typer.Exit(match.run(file, as_json=as_json))
    raise typer.Exit(command.run(settings_or_exit(), file, coach, as_json=as_json))


@trying.command()
def corrections() -> None:
    """Print wishes whose kind of work people put right, as lines for the coach's corpus; a person reads them first."""
    from sqlalchemy.orm import Session

    from bot.corrections import HEAD
    from bot.corrections import corrections as found
    from storage.database import open_engine

    with Session(open_engine(settings_or_exit().database_url)) as session:
        print("\n".join([*HEAD, *found(session)]))


@trying.command()
def bench(
    names: Annotated[list[str] | None, typer.Argument(help="Which; all by default.")] = None,
    as_json: AsJson = False,
    markdown: Annotated[Path | None, typer.Option(help="Also write the table into this page.")] = None,
) -> None:
    """Measure: ratios in one run, against ceilings."""
    from bench.run import run

    logging.disable(logging.WARNING)
    try:
        raise typer.Exit(run(names or [], as_json=as_json, markdown=markdown))
    finally:
        logging.disable(logging.NOTSET)
