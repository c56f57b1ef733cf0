"""Reply: how long an owner waits, from his webhook's arrival to our reply at LINE. Absolute: they are this machine's.

PostgreSQL; one ``web`` and one ``worker`` in processes of their own, so the reply crosses from one to the other: stored,
turned, committed, the worker told, claimed, sent. One owner at a time, at an easy pace; LINE answers at once.
"""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.request import Request

from bench.child import LOCAL, Child, Platforms
from bench.measuring import WentWrong, on_store
from bench.rows import ABSOLUTE, Report, Scale
from bench.seating import seat
from bench.servers import HOOK
from bench.start import answers as is_up
from bench.start import free_port
from bench.stores import POSTGRES, Store, fresh
from bench.talk import ANSWERS, Hook, hooks
from storage.database import open_engine

OWNERS_A_SECOND = 4
PAUSE = 0.03  # seconds between two answers: an easy pace
PATIENCE = 60.0
SECRET = "bench"  # as the platforms' settings have it
ROWS = ("reply.p50", "reply.p99")


def measure(scale: Scale) -> Report:
    report = Report()
    on_store(POSTGRES, scale, report, ROWS, lambda store: _report(store, scale, report))
    return report


def _report(store: Store, scale: Scale, report: Report) -> None:
    with contextlib.closing(Platforms(0.0)) as line:
        waits = _measure(fresh(store, "reply"), line, scale)
    ranked = [sorted(each) for each in waits]
    report.put("reply.p50", [each[len(each) // 2] * 1000 for each in ranked], ABSOLUTE)
    report.put("reply.p99", [each[int(len(each) * 0.99)] * 1000 for each in ranked], ABSOLUTE)
    report.notes.append(f"{sum(map(len, waits))} answers, the longest {max(map(max, waits)) * 1000:.0f} ms")


def _measure(address: str, line: Platforms, scale: Scale) -> list[list[float]]:
    """Give for each round how many seconds each answer waited for its reply."""
    each = max(2, int(OWNERS_A_SECOND * scale.seconds * len(ANSWERS)))
    engine = open_engine(address)
    seat(engine, each * (scale.rounds + 1), datetime.now(UTC))
    engine.dispose()
    with _serving(address, line) as url:
        rounds = [
            _round(url, line, range(each * number, each * (number + 1))) for number in range(scale.rounds + 1)
        ]
    return rounds[1:]  # the first is the warm-up


@contextlib.contextmanager
def _serving(address: str, line: Platforms) -> Iterator[str]:
    port = free_port()
    environ = {**line.settings, "DATABASE_URL": address}
    with contextlib.ExitStack() as stack:
        web = Child("bot", "web", environ={**environ, "PORT": str(port)})
        stack.callback(web.end)
        stack.callback(Child("bot", "worker", environ={**environ, "SLACK_BOT_TOKEN": "worker"}).end)
        until = time.monotonic() + PATIENCE
        while not (is_up(port) and "worker" in line.who()):
            if time.monotonic() > until or web.process.poll() is not None:
                raise WentWrong("web and worker did not start")
            time.sleep(0.1)
        time.sleep(1)  # the worker has looked at the outbox, and listens
        yield f"http://127.0.0.1:{port}{HOOK}"


def _round(url: str, line: Platforms, owners: range) -> list[float]:
    began: dict[str, float] = {}
    for owner in owners:
        first, *_ = hooks(owner, SECRET)
        began[json.loads(first.body)["events"][0]["replyToken"]] = time.time()
        _send(url, first)
        time.sleep(PAUSE)
    until = time.monotonic() + PATIENCE
    while not began.keys() <= (used := line.replies()).keys():
        if time.monotonic() > until:
            raise WentWrong(f"{len(began.keys() - used.keys())} of {len(began)} replies did not come")
        time.sleep(0.1)
    return [used[token] - at for token, at in began.items()]


def _send(url: str, hook: Hook) -> None:
    request = Request(url, data=hook.body, headers={"x-line-signature": hook.signature})
    with LOCAL.open(request, timeout=PATIENCE) as answer:
        if answer.status != 200:
            raise WentWrong(f"the door answered {answer.status}")
