"""Commands that run the house: ``smallwin demo``, ``serve``, ``web``, ``worker``."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import signal
import socket
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.parts import errors, settings_or_exit
from bot.logs import set_up_logs
from bot.settings import Settings

running = typer.Typer()


@running.command()
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


@running.command()
def serve() -> None:
    """Run web and worker in one process, for a small operator."""
    settings = settings_or_exit()
    with _free(settings.port):
        asyncio.run(_serve(settings, is_web=True, is_worker=True))


@running.command()
def web() -> None:
    """Run the door only; any number of these on PostgreSQL."""
    settings = settings_or_exit()
    with _free(settings.port):
        asyncio.run(_serve(settings, is_web=True, is_worker=False))


@running.command()
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
