"""``smallwin``: every command, and one line instead of a trace where the database is away."""

from __future__ import annotations

import sys

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot.commands.figures import figures
from bot.commands.parts import errors
from bot.commands.people import people
from bot.commands.running import running
from bot.commands.trying import trying
from bot.commands.upkeep import upkeep

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Small Win: LINE と Slack のあいだの小さな成果。"
)
for group in (running, upkeep, people, figures, trying):
    app.add_typer(group)


def main() -> None:
    """Run a command; a database that is away or of another shape is said in a line, not in a trace."""
    try:
        app()
    except SQLAlchemyError as why:
        errors.print(f"データベースが使えません({type(why).__name__})。smallwin doctor で確かめてください。")
        sys.exit(1)
