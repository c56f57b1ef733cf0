"""Metrics: what an operator watches; no person can be told from them."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

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


def text() -> bytes:
    return generate_latest(REGISTRY)
