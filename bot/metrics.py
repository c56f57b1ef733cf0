"""Metrics: what an operator watches; no person can be told from them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

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
QUOTA_LEFT.set(float("nan"))
THOUGHTS = Histogram(
    "smallwin_thought_seconds",
    "From asking a thought to its answer, by prompt and whether the model answered",
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


def text() -> bytes:
    return generate_latest(REGISTRY)
