"""Watchdog: cuts a connection whose server has fallen silent, so that it cannot hold the turn thread for ever.

PostgreSQL itself ends a statement that takes too long, and the kernel notices a machine that is gone. Neither helps when a
server, or something in between, stands still with its connections open: then only we can hang up.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
import weakref
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DisconnectionError

LONGEST = 20.0  # seconds for one answer: the server's own limit ends every statement of ours before that
LOOKS = 1.0
UNWATCHED = "smallwin_unwatched"  # in a connection's info: a migration takes as long as it takes


def watch(engine: Engine, longest: float = LONGEST, looks: float = LOOKS) -> None:
    """Watch every wait for an answer on this engine, as long as it lives."""
    waits: dict[Any, float] = {}  # since when, by the driver's connection

    def begins(connection: Connection, *_: Any) -> None:
        if not connection.invalidated and not connection.info.get(UNWATCHED):
            waits[connection.connection.dbapi_connection] = time.monotonic()

    def ends(connection: Connection, *_: Any) -> None:
        if not connection.invalidated:
            waits.pop(connection.connection.dbapi_connection, None)

    def ping(connection: Any, *_: Any) -> None:
        """See whether a connection still lives, before it is used; a dead one is replaced by the pool."""
        waits[connection] = time.monotonic()
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as lost:
            raise DisconnectionError from lost
        finally:
            waits.pop(connection, None)

    event.listen(engine, "checkout", ping)
    for name in ("before_cursor_execute", "commit", "rollback"):
        event.listen(engine, name, begins)
    event.listen(engine, "after_cursor_execute", ends)
    event.listen(engine, "checkin", lambda connection, _record: waits.pop(connection, None))
    event.listen(engine, "close", lambda connection, _record: waits.pop(connection, None))
    alive = weakref.ref(engine)
    threading.Thread(target=_look, args=(alive, waits, longest, looks), name="watchdog", daemon=True).start()


def _look(engine: weakref.ref[Engine], waits: dict[Any, float], longest: float, looks: float) -> None:
    while engine() is not None:
        late = time.monotonic() - longest
        for connection in [each for each, since in list(waits.items()) if since < late]:
            waits.pop(connection, None)
            _hang_up(connection)
        time.sleep(looks)


def _hang_up(connection: Any) -> None:
    """Shut the line under the driver: it reads the end, and raises what a lost connection raises."""
    with contextlib.suppress(Exception), socket.socket(fileno=os.dup(connection.fileno())) as line:
        line.shutdown(socket.SHUT_RDWR)
