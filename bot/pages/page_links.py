"""Page links: addresses that show one page of one pair to whoever holds them, until a day, and tell nothing else."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

PATH = "/p/"
MOST_TOKEN = 300
CHART, MEETING, MONTH, ICS, FILE, WIN = "chart", "meeting", "month", "ics", "file", "win"
# A chart stays in the talk, and LINE asks for it again; the page of a meeting is of use until the next one.
# The file of a date tells also later that it was moved, or called off. What one sent the other is kept for three months:
# a link shows it as long, and nothing once its sender has taken it back.
LASTS = {
    CHART: timedelta(days=100),
    MEETING: timedelta(days=8),
    MONTH: timedelta(days=31),
    ICS: timedelta(days=60),
    FILE: timedelta(days=90),
    WIN: timedelta(days=100),
}


@dataclass(frozen=True)
class Page:
    """What a token shows: an engagement or a meeting, as it stood when the address was made."""

    id: UUID
    made_at: datetime


class PageLinks:
    """Signs with a key made of the channel secret, so a new secret ends all links; without one there are none."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._base = public_url.rstrip("/")
        self._secret = secret

    def address(self, kind: str, id: UUID, now: datetime) -> str:
        """Give the address of a page; empty where we have no public one."""
        return f"{self._base}{self.path(kind, id, now)}" if self._secret and self._base else ""

    def path(self, kind: str, id: UUID, now: datetime) -> str:
        """Give the address as our own pages name it: without the name of the house."""
        made = ceil(now.timestamp())  # what was written in this very second is shown, too
        token = self._signer(kind).dumps([id.hex, made])
        return f"{PATH}{kind}/{token if isinstance(token, str) else token.decode()}"

    def page(self, kind: str, token: str, now: datetime) -> Page | None:
        """Say what a token shows at this moment; None is forged, broken, of another kind, or too old."""
        if not self._secret or len(token) > MOST_TOKEN:
            return None
        try:
            id, made = self._signer(kind).loads(token)
            made_at = datetime.fromtimestamp(int(made), UTC)
            return Page(UUID(id), made_at) if now < made_at + LASTS[kind] else None
        except (BadData, ValueError, TypeError, AttributeError, OverflowError, OSError):
            return None

    def _signer(self, kind: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secret,
            salt=f"smallwin.page.{kind}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
