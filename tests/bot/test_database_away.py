"""The database goes away in every way it can, and comes back: 503 meanwhile, and nobody has to start anything anew."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from storage import watchdog
from storage.database import open_engine
from storage.inbox import DONE
from tests.bot.test_web import a_gate
from tests.bot.test_web import event as an_event
from tests.databases import database

pytestmark = pytest.mark.postgres
PATIENCE = 90.0


class Cable:
    """A line to the database's socket that can be cut, or held so that nothing passes and nothing breaks."""

    def __init__(self, socket: str) -> None:
        self.socket = socket
        self.is_cut = False
        self.flows = asyncio.Event()
        self.flows.set()
        self.ends: set[asyncio.StreamWriter] = set()
        self.tasks: set[asyncio.Task[None]] = set()

    async def joined(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.close()
            return
        theirs, ours = await asyncio.open_unix_connection(self.socket)
        self.ends |= {writer, ours}
        for source, sink in ((reader, ours), (theirs, writer)):
            task = asyncio.create_task(self.carry(source, sink))
            self.tasks.add(task)

    async def carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await source.read(65_536):
                await self.flows.wait()
                sink.write(data)
                await sink.drain()
        sink.close()

    def cut(self) -> None:
        self.is_cut = True
        for end in self.ends:
            end.close()
        self.ends.clear()

    def mend(self) -> None:
        self.is_cut = False
        self.flows.set()


@contextlib.asynccontextmanager
async def a_cable(folder: Path) -> AsyncIterator[tuple[Cable, str]]:
    with database("postgres", folder) as url:
        given = make_url(url)
        socket = Path(str(given.query["host"])) / ".s.PGSQL.5432"
        cable = Cable(str(socket))
        server = await asyncio.start_server(cable.joined, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        ours = given.set(host="127.0.0.1", port=port).difference_update_query(["host"])
        yield cable, ours.render_as_string(hide_password=False)
        cable.mend()
        cable.cut()
        server.close()
        for task in cable.tasks:
            task.cancel()


def body(name: str) -> bytes:
    return json.dumps({"destination": "U", "events": [an_event(name)]}).encode()


@pytest.mark.parametrize("how", ["cut", "held"])
async def test_while_the_database_is_away_the_door_says_come_again(tmp_path: Path, how: str) -> None:
    """Cut, or silent with its connections open: 503 to all who knock, none waits long, and then all is well again."""
    async with a_cable(tmp_path) as (cable, url), a_gate(url) as gate:
        assert await gate.events(an_event("e1")) == 200
        if how == "cut":
            cable.cut()
        else:
            cable.flows.clear()
        started = time.monotonic()
        answers = await asyncio.gather(*(gate.line(body(f"away{n}")) for n in range(30)))
        assert set(answers) == {503}
        assert (await gate.get("/readyz"))[0] == 503
        assert (await gate.get("/healthz"))[0] == 200
        assert time.monotonic() - started < PATIENCE
        cable.mend()
        while await gate.line(body("e2")) != 200:
            assert time.monotonic() - started < PATIENCE, "it did not come back"
            await asyncio.sleep(0.2)
        await gate.bot.door.drain()
        stored = await asyncio.to_thread(gate.stored)
        assert {each.status for each in stored if each.external_id in ("e1", "e2")} == {DONE}


async def test_a_server_that_falls_silent_is_hung_up_on(tmp_path: Path) -> None:
    """An answer that never comes ends as a lost connection, and the next one is a new one."""
    async with a_cable(tmp_path) as (cable, url):
        engine = open_engine(url)
        watchdog.watch(engine, longest=0.5, looks=0.05)

        def ask(engine: Engine) -> int:
            with engine.connect() as connection:
                return int(connection.execute(text("SELECT 1")).scalar_one())

        assert await asyncio.to_thread(ask, engine) == 1
        event.listen(engine, "checkout", lambda *_: cable.flows.clear(), once=True)
        with pytest.raises(OperationalError):
            await asyncio.wait_for(asyncio.to_thread(ask, engine), PATIENCE)
        cable.mend()
        assert await asyncio.wait_for(asyncio.to_thread(ask, engine), PATIENCE) == 1
        engine.dispose()
