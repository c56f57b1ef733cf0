"""Child: processes that the bench starts, talks to and always ends; load and server never share an interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import asdict
from functools import cached_property
from pathlib import Path
from typing import IO, Any
from urllib.request import ProxyHandler, build_opener

from bench.load import Order, Sent
from bench.platforms import FORGET, REPLIES, SEEN, WHO, Seen
from bench.servers import DRAINED, HOOK

PATIENCE = 60.0  # seconds a child may take to answer a question
LOCAL = build_opener(ProxyHandler({}))  # never through a proxy


class Child:
    """A Python process with our pipes; it ends when its stdin closes."""

    def __init__(self, module: str, *arguments: str, environ: Mapping[str, str] | None = None) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments],
            env={**os.environ, **(environ or {})},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    @property
    def ear(self) -> IO[str]:
        assert self.process.stdin is not None
        return self.process.stdin

    def line(self) -> str:
        assert self.process.stdout is not None
        said = self.process.stdout.readline()
        if not said:
            raise RuntimeError(f"a process of the bench ended early, with {self.process.wait()}")
        return said

    def close(self) -> None:
        self.ear.close()
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def end(self) -> None:
        """Ask a process that does not listen to stdin to stop."""
        self.process.terminate()
        self.close()


class Server(Child):
    """One of ``bench.servers``, serving."""

    def __init__(self, name: str, database: str, secret: str, steps: Path) -> None:
        super().__init__("bench.servers", name, database, secret, str(steps))
        self.secret = secret

    @cached_property
    def port(self) -> int:
        """Wait until it serves."""
        return int(self.line())

    @property
    def hook(self) -> str:
        return f"http://127.0.0.1:{self.port}{HOOK}"

    def drained(self) -> dict[str, float]:
        """Wait until all that was answered is done; give when each event was."""
        with LOCAL.open(f"http://127.0.0.1:{self.port}{DRAINED}", timeout=PATIENCE) as answer:
            done: dict[str, float] = json.load(answer)
        return done


class Platforms(Child):
    """A LINE and a Slack that take everything; each answer takes ``seconds``."""

    def __init__(self, seconds: float) -> None:
        super().__init__("bench.platforms", str(seconds))

    @cached_property
    def address(self) -> str:
        """Wait until it serves."""
        return f"http://127.0.0.1:{int(self.line())}"

    @property
    def settings(self) -> dict[str, str]:
        """Give the environment in which the product talks to nobody else."""
        names = (
            "LINE_CHANNEL_SECRET",
            "LINE_CHANNEL_ACCESS_TOKEN",
            "SLACK_BOT_TOKEN",
            "SLACK_SIGNING_SECRET",
        )
        bases = dict(LINE_API_BASE=self.address, SLACK_API_BASE=f"{self.address}/api/")
        channels = dict(SLACK_STAFF_CHANNEL="staff", SLACK_POSTINGS_CHANNEL="postings")
        return {
            **dict.fromkeys(names, "bench"),
            **bases,
            **channels,
            "OPENAI_API_KEY": "",
            "LOG_LEVEL": "ERROR",
        }

    def seen(self) -> Seen:
        """Tell what came since this was last asked."""
        with LOCAL.open(f"{self.address}{SEEN}", timeout=PATIENCE) as answer:
            return Seen(**json.load(answer))

    def who(self) -> set[str]:
        """Tell whose tokens came with anything but a message: who is up."""
        with LOCAL.open(f"{self.address}{WHO}", timeout=PATIENCE) as answer:
            return set(json.load(answer))

    def replies(self) -> dict[str, float]:
        """Tell when each reply token was used, in seconds since 1970."""
        with LOCAL.open(f"{self.address}{REPLIES}", timeout=PATIENCE) as answer:
            used: dict[str, float] = json.load(answer)
        return used

    def forget(self) -> None:
        """Forget what came, keys and order too."""
        with LOCAL.open(f"{self.address}{FORGET}", timeout=PATIENCE):
            pass


class Load(Child):
    """The sender of webhooks."""

    def __init__(self) -> None:
        super().__init__("bench.load")

    def send(self, order: Order) -> Sent:
        self.ear.write(json.dumps(asdict(order)) + "\n")
        self.ear.flush()
        found: dict[str, Any] = json.loads(self.line())
        return Sent(**found)
