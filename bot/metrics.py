"""Metrics: what an operator watches; no person can be told from them."""

from __future__ import annotations

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from storage.backlog import Backlog, Waits

NAN = float("nan")
REGISTRY = CollectorRegistry()
EVENTS = Counter(
    "smallwin_events_total",
    "Events received, by platform and whether they were new",
    ["platform", "new"],
    registry=REGISTRY,
)
TURNS = Histogram(
    "smallwin_turn_seconds", "Time of one turn in the turn thread, with its commit", registry=REGISTRY
)
SEARCHES = Histogram(
    "smallwin_search_seconds", "Time of one search of everybody for a posting", registry=REGISTRY
)
AGAIN = Counter(
    "smallwin_messages_again_total",
    "Messages sent again though the first may have arrived, by the way they went",
    ["how"],
    registry=REGISTRY,
)
REFUSED = Counter(
    "smallwin_refused_total", "Requests refused at the door, by reason", ["reason"], registry=REGISTRY
)
SENDS = Counter(
    "smallwin_sends_total",
    "Calls that carried messages, by platform and what became of them",
    ["platform", "result"],
    registry=REGISTRY,
)
SEND_SECONDS = Histogram(
    "smallwin_send_seconds", "Time of one call that carried messages", ["platform"], registry=REGISTRY
)
QUOTA_LEFT = Gauge(
    "smallwin_line_quota_left",
    "Pushes that LINE still carries this month; NaN: no limit, or unknown",
    registry=REGISTRY,
)
QUOTA_LEFT.set(NAN)
THOUGHTS = Histogram(
    "smallwin_thought_seconds",
    "From asking a thought to its answer, by prompt and whether the model answered, failed or was over its budget",
    ["prompt", "result"],
    buckets=(0.5, 1, 2, 4, 8, 12, 16, 24, 45, 90),
    registry=REGISTRY,
)
TOKENS = Counter(
    "smallwin_thought_tokens_total",
    "Tokens that thoughts cost, by model and direction",
    ["model", "direction"],
    registry=REGISTRY,
)
YEN = Counter(
    "smallwin_thought_yen_total",
    "Yen that thoughts cost, by model, at the prices that the operator set",
    ["model"],
    registry=REGISTRY,
)
FAULTS = Counter(
    "smallwin_thought_faults_total",
    "What was wrong with an answer of the model, by prompt and kind",
    ["prompt", "kind"],
    registry=REGISTRY,
)
# What follows is read from the database: the same numbers from whichever process is asked.
NAMES = (
    ("inbox_waiting", "Events stored and not turned yet"),
    ("inbox_age_seconds", "Age of the oldest of them"),
    ("thoughts_waiting", "Thoughts that no worker asks yet"),
    ("thoughts_age_seconds", "Age of the oldest of them"),
    ("outbox_held", "Messages that wait outside the line: quiet hours, undo, quota"),
    ("outbox_trouble", "Messages that failed, or may not have arrived: smallwin outbox"),
    ("turn_queue", "Jobs that wait for the turn thread of this process"),
)
GAUGES = {name: Gauge(f"smallwin_{name}", words, registry=REGISTRY) for name, words in NAMES}
OUTBOX_WAITING = Gauge(
    "smallwin_outbox_waiting", "Messages due and not sent", ["platform"], registry=REGISTRY
)
OUTBOX_AGE = Gauge(
    "smallwin_outbox_age_seconds", "Age of the oldest of them", ["platform"], registry=REGISTRY
)


def show(found: Backlog | None, now: datetime, queue: int) -> None:
    """Put what waits into the gauges; while the database does not answer they say so, as NaN."""

    def age(since: datetime | None) -> float:
        return max((now - since).total_seconds(), 0.0) if since else 0.0

    GAUGES["turn_queue"].set(queue)
    unknown = Waits(0, None)
    for platform in ("line", "slack"):
        waits = found.outbox.get(platform, unknown) if found else unknown
        OUTBOX_WAITING.labels(platform).set(waits.many if found else NAN)
        OUTBOX_AGE.labels(platform).set(age(waits.since) if found else NAN)
    for name in ("inbox", "thoughts"):
        waits = getattr(found, name) if found else unknown
        GAUGES[f"{name}_waiting"].set(waits.many if found else NAN)
        GAUGES[f"{name}_age_seconds"].set(age(waits.since) if found else NAN)
    GAUGES["outbox_held"].set(found.held if found else NAN)
    GAUGES["outbox_trouble"].set(found.in_trouble if found else NAN)


def text() -> bytes:
    return generate_latest(REGISTRY)
