"""Clock: the one place that knows what time it is. Business time may run ahead of real time, in the demo only."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class Clock:
    """Real time for tokens and signatures; business time for everything people agreed on."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def real(self) -> datetime:
        return datetime.now(UTC)

    def now(self) -> datetime:
        return self.real() + self.offset

    def move(self, by: timedelta) -> None:
        """Move business time forward; it never runs back."""
        if by < timedelta():
            raise ValueError("business time only moves forward")
        self.offset += by
