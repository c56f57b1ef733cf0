"""Commands of an operator: ``smallwin migrate``, ``doctor``, ``menu``, ``tick``, ``outbox``, ``replay-failed``."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from bot.commands.parts import AsJson, errors, screen, settings_or_exit
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.menu_deploy import Deployed

upkeep = typer.Typer()


@upkeep.command()
def migrate(
    check: Annotated[bool, typer.Option("--check", help="Only say whether it is needed.")] = False,
) -> None:
    """Bring the database to the newest shape."""
    from bot.migrating import is_current
    from bot.migrating import migrate as upgrade
    from storage.database import open_engine

    engine = open_engine(settings_or_exit().database_url)
    if check:
        fits = is_current(engine)
        print("up to date" if fits else "migration needed")
        raise typer.Exit(0 if fits else 1)
    upgrade(engine)
    print("up to date")


@upkeep.command()
def doctor(as_json: AsJson = False) -> None:
    """Check settings, database, LINE, Slack and model; say what is wrong and the mend."""
    from bot.doctor import examine

    found = asyncio.run(examine(settings_or_exit()))
    if as_json:
        print(json.dumps([check.__dict__ for check in found], ensure_ascii=False))
    else:
        for check in found:
            screen.print(f"{'○' if check.is_fine else '×'} {check.what}: {check.fact}", markup=False)
            if not check.is_fine:
                screen.print(f"   → {check.mend}", markup=False)
    raise typer.Exit(0 if all(check.is_fine for check in found) else 1)


@upkeep.command()
def menu(as_json: AsJson = False) -> None:
    """Put the rich menus on LINE: what is missing or has changed, and nothing twice."""
    from bot.line.client import LineRefused

    settings = settings_or_exit()
    if not settings.has_line:
        errors.print("LINE の設定がありません。LINE_CHANNEL_ACCESS_TOKEN を入れてください。")
        raise typer.Exit(1)
    try:
        with errors.status("メニューを描いて、LINE に置いています"):
            done = asyncio.run(_menu(settings))
    except LineRefused as why:
        errors.print(f"LINE に断られました：{why}\nもう一度実行すると、続きから行います。", markup=False)
        raise typer.Exit(1) from None
    if as_json:
        print(json.dumps([each.__dict__ for each in done], ensure_ascii=False))
        return
    table = Table("state", "menu", "")
    for each in done:
        table.add_row(each.state, each.external_id, "置きました" if each.is_changed else "そのままです")
    screen.print(table)


async def _menu(settings: Settings) -> list[Deployed]:
    from bot.line.menu_client import MenuClient
    from bot.menu_deploy import deploy
    from bot.wiring import Bot

    bot = Bot(settings)
    assert bot.line is not None
    try:
        return await deploy(MenuClient(bot.line), bot.engine, bot.thread)
    finally:
        await bot.stop()


@upkeep.command()
def tick(now: Annotated[str, typer.Option(help="Business time, ISO 8601.")] = "") -> None:
    """One round of all sweeps, for hosting by cron and for rehearsals."""
    settings = settings_or_exit()
    try:
        at = datetime.fromisoformat(now) if now else datetime.now(UTC)
    except ValueError:
        errors.print("--now は 2026-11-24T11:00:00+09:00 のように書いてください。")
        raise typer.Exit(1) from None
    if at.tzinfo is None:
        errors.print("--now には時差も書いてください。例：2026-11-24T11:00:00+09:00")
        raise typer.Exit(1)
    asyncio.run(_tick(settings, at))


async def _tick(settings: Settings, at: datetime) -> None:
    from bot.clock import Clock
    from bot.wiring import Bot

    clock = Clock()
    clock.offset = at - clock.real()
    bot = Bot(settings, clock=clock)
    await bot.prepare()
    await bot.sweep()
    for worker in (bot.start_fetching(), bot.start_introducing()):
        if worker is not None:
            await worker.once()
    assert bot.delivery is not None
    sent = 0
    while count := await bot.delivery.once():
        sent += count
    await bot.stop()
    print(f"sent {sent}")


@upkeep.command()
def outbox(
    as_json: AsJson = False,
    again: Annotated[
        list[str] | None,
        typer.Option(help="Send this one again (an id, or all): what failed, or may not have arrived."),
    ] = None,
) -> None:
    """Show messages that wait, failed, or may not have arrived, and what to do about each."""
    from bot.sends.repair import send_again, unfinished

    settings = settings_or_exit()
    if again:
        many = send_again(settings, again)
        screen.print(
            f"{many}件を、もう一度送ります。" if many else "その番号の、届かなかった連絡はありません。"
        )
        raise typer.Exit(0 if many else 1)
    rows = unfinished(settings)
    if as_json:
        print(json.dumps(rows, ensure_ascii=False))
    else:
        _show_outbox(rows)


def _show_outbox(rows: list[dict[str, Any]]) -> None:
    if not rows:
        screen.print("待っている連絡はありません。すべて届いています。")
        return
    table = Table("番号", "だれへ", "いま", "回数", "次", "わけ")
    for row in rows:
        when = f"{datetime.fromisoformat(row['next_at']).astimezone():%m/%d %H:%M}"
        table.add_row(row["id"], row["to"], row["state"], str(row["attempts"]), when, row["error"])
    screen.print(table)
    for state, todo in dict.fromkeys((row["state"], row["todo"]) for row in rows):
        many = sum(row["state"] == state for row in rows)
        screen.print(f"{state}：{many}件\n   → {todo}", markup=False)


@upkeep.command(name="replay-failed")
def replay_failed(as_json: AsJson = False) -> None:
    """Carry events again that failed or were parked, after the mend."""
    from bot.sends.repair import replay

    done, failed = replay(settings_or_exit())
    if as_json:
        print(json.dumps({"done": done, "failed": [each.__dict__ for each in failed]}, ensure_ascii=False))
    elif not done and not failed:
        screen.print("失敗したできごとはありません。")
    else:
        screen.print(f"やり直しました。うまくいったもの：{done}件、まだ失敗するもの：{len(failed)}件")
        for each in failed:
            screen.print(f"   {each.came} {each.kind} {each.error} ({each.id})", markup=False)
    if failed and not as_json:
        screen.print(
            "   → ログをこの番号でさがし(event=)、直してから、もう一度実行します。お話は残っています。"
        )
    raise typer.Exit(1 if failed else 0)
