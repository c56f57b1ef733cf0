"""Commands: ``smallwin demo``, ``serve``, ``web``, ``worker`` and the tools of an operator."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer
from rich.table import Table
from sqlalchemy.exc import SQLAlchemyError

from bot.cli_figures import figures
from bot.cli_parts import AsJson, errors, screen, settings_or_exit
from bot.cli_people import people
from bot.logs import set_up_logs
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.menu_deploy import Deployed

app = typer.Typer(
    no_args_is_help=True, add_completion=False, help="Small Win: LINE と Slack のあいだの小さな成果。"
)
app.add_typer(people)
app.add_typer(figures)


def main() -> None:
    """Run a command; a database that is away or of another shape is said in a line, not in a trace."""
    try:
        app()
    except SQLAlchemyError as why:
        errors.print(f"データベースが使えません({type(why).__name__})。smallwin doctor で確かめてください。")
        sys.exit(1)


@app.command()
def demo(
    port: Annotated[int, typer.Option(envvar="PORT", help="Where the page is served.")] = 8080,
    open_page: Annotated[
        bool, typer.Option("--open/--no-open", help="Open a browser, where there is one.")
    ] = True,
    fresh: Annotated[bool, typer.Option("--fresh", help="Start from an empty world.")] = False,
    model: Annotated[bool, typer.Option("--model/--no-model", help="Let the sandbox's model think.")] = False,
    database: Annotated[
        Path | None, typer.Option(help="The embedded database; var/demo-PORT.db by default.")
    ] = None,
) -> None:
    """Play it all on this machine: sandbox, bot and worker in one process. No account, no key."""
    set_up_logs(os.environ.get("LOG_LEVEL", "WARNING"), "text")
    with _free(port):
        asyncio.run(_demo(port, open_page, fresh, model, database or Path(f"var/demo-{port}.db")))


@contextlib.contextmanager
def _free(port: int) -> Iterator[None]:
    """Say it plainly when somebody else has the port, before anything is touched: it may be another demo."""
    try:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself does
            probe.bind(("127.0.0.1", port))
        yield
    except OSError as why:
        if why.errno != errno.EADDRINUSE:
            raise
        errors.print(f"ポート {port} は、ほかで使われています。PORT=8090 のように変えてください。")
        raise typer.Exit(1) from None


async def _demo(port: int, open_page: bool, fresh: bool, model: bool, database: Path) -> None:
    from bot import demo as world  # the sandbox is only imported here

    database.parent.mkdir(parents=True, exist_ok=True)
    world.fresh_database(database)  # the sandbox's chats live in memory: an old database would not fit them
    clock = world.Clock()
    application, bot, sandbox = world.demo_app(
        world.demo_settings(port, f"sqlite:///{database}", with_model=model), clock
    )
    world.migrate(bot.engine)
    world.furnish(sandbox)
    world.open_by_day(clock, sandbox)
    async with world.serving(application, "127.0.0.1", port):
        await bot.start(is_worker=True)
        address = f"http://127.0.0.1:{port}/sandbox/"
        print(f"ready: {address}", flush=True)
        if open_page and sys.stdout.isatty():
            with contextlib.suppress(webbrowser.Error):
                webbrowser.open(address)
        await world.put_menus(bot)
        await _until_stopped()
        await bot.stop()


@app.command()
def serve() -> None:
    """Run web and worker in one process, for a small operator."""
    settings = settings_or_exit()
    with _free(settings.port):
        asyncio.run(_serve(settings, is_web=True, is_worker=True))


@app.command()
def web() -> None:
    """Run the door only; any number of these on PostgreSQL."""
    settings = settings_or_exit()
    with _free(settings.port):
        asyncio.run(_serve(settings, is_web=True, is_worker=False))


@app.command()
def worker() -> None:
    """Run delivery, thinking and sweeps only; any number of these on PostgreSQL."""
    asyncio.run(_serve(settings_or_exit(), is_web=False, is_worker=True))


async def _serve(settings: Settings, *, is_web: bool, is_worker: bool) -> None:
    from bot.wiring import Bot, serving

    set_up_logs(settings.log_level, settings.log_format)
    if missing := settings.missing():
        errors.print(f"まだ設定がありません：{'、'.join(missing)}", markup=False)
        raise typer.Exit(1)
    bot = Bot(settings)
    async with contextlib.AsyncExitStack() as stack:
        if is_web:
            port = await stack.enter_async_context(serving(bot.web_app(), settings.host, settings.port))
            print(f"ready: http://{settings.host}:{port}", flush=True)
        elif settings.metrics_port:
            await stack.enter_async_context(serving(bot.watched_app(), settings.host, settings.metrics_port))
        await bot.start(is_worker=is_worker)
        await _until_stopped()
        await bot.stop()


async def _until_stopped() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows has no signal handlers in the loop
            loop.add_signal_handler(number, stopped.set)
    await stopped.wait()


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command()
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


@app.command(name="replay-failed")
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


@app.command(name="eval")
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


@app.command()
def corrections() -> None:
    """Print wishes whose kind of work people put right, as lines for the coach's corpus; a person reads them first."""
    from sqlalchemy.orm import Session

    from bot.corrections import HEAD
    from bot.corrections import corrections as found
    from storage.database import open_engine

    with Session(open_engine(settings_or_exit().database_url)) as session:
        print("\n".join([*HEAD, *found(session)]))


@app.command()
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
