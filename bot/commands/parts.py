"""What all commands share: the screen, the settings, and how a program asks for JSON."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console

from bot.settings import BadSettings, Settings, read_settings

screen, errors = Console(soft_wrap=True), Console(soft_wrap=True, stderr=True)
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for a program.")]


def settings_or_exit() -> Settings:
    try:
        return read_settings()
    except BadSettings as wrong:
        errors.print(f"設定に誤りがあります。\n{wrong}", markup=False)
        raise typer.Exit(1) from None
