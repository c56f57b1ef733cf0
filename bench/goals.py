"""Goals: what each ratio is of, what gates a release (floor), and what we aim at (goal).

A row without floor and goal is reported, not judged.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Goal:
    """One quantity over another of the same run; ``is_time``: less is better."""

    id: str
    what: str
    floor: float | None = None
    goal: float | None = None
    is_time: bool = False


TURN = "LINE webhook to committed turn"
FORM = "answers to our form of five questions a second, PostgreSQL"

ALL = (
    Goal("P1", f"{TURN}, SQLite, 16 at once / server that parses with the SDK", 0.20, 0.35),
    Goal("P2", f"{TURN}, SQLite, 16 at once / plain async session (aiosqlite)", 5, 8),
    Goal("P3", f"{TURN}, PostgreSQL, 64 at once / server that parses with the SDK", 0.35, 0.55),
    Goal("P4", f"{TURN}, PostgreSQL, 64 at once / plain async session (asyncpg)", 3, 5),
    Goal("P5", f"{FORM}, 16 at once / pgbench, same statements, 16 clients", 0.5, 0.8),
    Goal("P6", f"{FORM} / Rasa 3.6 on PostgreSQL (99, recorded)", 20, 40),
    Goal("P7.botbuilder", f"{FORM} / botbuilder 4.17 in memory (1,642, recorded)", 1.5, 2.5),
    Goal("P7.aiogram", f"{FORM} / aiogram 3.31 in memory (1,265, recorded)", 2, 3),
    Goal("P7.telegram", f"{FORM} / python-telegram-bot 22.8 in memory (5,890, recorded)", 0.4, 0.7),
    Goal("P8.sqlite", "unloaded turn p50, SQLite / hand-made sqlite3 in one thread", 2.5, 2, True),
    Goal("P8.postgres", "unloaded turn p50, PostgreSQL / hand-made asyncpg", 2, 1.5, True),
    Goal("P9.sqlite", "turn p99 at half the peak rate, SQLite / its p50", 5, 3, True),
    Goal("P9.postgres", "turn p99 at half the peak rate, PostgreSQL / its p50", 5, 3, True),
    Goal("P10.raw", "LINE push, 50 at once / raw aiohttp", 0.5, 0.7),
    Goal("P10.stock", "LINE push, 50 at once / stock AsyncMessagingApi", 3, 5),
    Goal("P11", "Slack post, 50 at once / stock AsyncWebClient", 2, 2.5),
    Goal("P12", "ten cards side by side, drawn to bytes / SDK models to bytes", 15, 40),
    Goal("P13", "LINE webhook read, checked and masked / SDK WebhookParser", 3, 5),
    Goal("P14", "replay of 15 answers, parsed and kept / json loads and dumps of them", 4, 2.5, True),
    Goal("P15", "outbox emptied, one worker, PostgreSQL / hand-made claim and mark of 100", 0.5, 0.65),
    Goal("P16.sqlite", "due slot among 100,000 meetings, SQLite / APScheduler's job store", 10, 25),
    Goal("P16.postgres", "due slot among 100,000 meetings, PostgreSQL / APScheduler's job store", 10, 25),
    Goal("P17.sqlite", "idle tick, 100,000 meetings, SQLite / one empty SELECT 1 transaction", 3, 1.5, True),
    Goal("P17.postgres", "idle tick, 100,000 meetings, PostgreSQL / the same", 3, 1.5, True),
    Goal("P18.sqlite", "top 20 of 50,000 talents, SQLite / every row loaded and weighed", 15, 30),
    Goal("P18.postgres", "top 20 of 50,000 talents, PostgreSQL / every row loaded and weighed", 15, 30),
    Goal("match.sqlite", "milliseconds of a search of 50,000 talents, SQLite, warm (absolute)"),
    Goal("match.postgres", "milliseconds of a search of 50,000 talents, PostgreSQL, warm (absolute)"),
    Goal("monday.raw", "reminders due in one minute, two workers / raw client, as many at once", 0.7, 0.7),
    Goal("monday.stock", "reminders due in one minute, two workers / stock AsyncMessagingApi", 5, 5),
    Goal(
        "weekly.sqlite", "100,000 notices made due in one moment, SQLite / as many rows by hand", is_time=True
    ),
    Goal("weekly.postgres", "100,000 notices made due in one moment, PostgreSQL / by hand", is_time=True),
    Goal("weekly.pushes", "pushes on LINE that a pair costs in a normal month (absolute)", 6, 6, True),
    Goal("weekly.a_day", "messages that come unasked to an owner on a day on which any does (absolute)"),
    Goal("growth.turns", "turns a second in a full database, PostgreSQL / in a new one"),
    Goal("growth.bytes", "kilobytes that one engagement writes in a year, PostgreSQL (absolute)"),
    Goal("reply.p50", "milliseconds from a webhook to its reply at LINE, PostgreSQL, median (absolute)"),
    Goal("reply.p99", "milliseconds from a webhook to its reply at LINE, PostgreSQL, p99 (absolute)"),
    Goal("start.web", "seconds from the start of `web` to its first 200 (absolute)"),
    Goal("memory.web", "megabytes that `web` holds once it serves (absolute)"),
    Goal("coach.weigh", "microseconds to weigh a wish by what was learned (absolute)"),
    Goal("coach.read", "microseconds to read a wish nobody said before, signs and words and all (absolute)"),
    Goal("coach.long", "microseconds to read 5,000 letters of rambling (absolute)"),
    Goal("coach.memory", "megabytes that the weights take (absolute)"),
    Goal("coach.first", "milliseconds that a process's first wish waits for the weights (absolute)"),
    Goal("memory.worker", "megabytes that `worker` holds once it works (absolute)"),
)
GOALS = {goal.id: goal for goal in ALL}
