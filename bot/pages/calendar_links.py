"""Calendar links: addresses a calendar program reads by itself. They show one person's dates, and end when he wants."""

from __future__ import annotations

import hashlib
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

PATH = "/calendar/"
MOST_TOKEN = 300


class CalendarLinks:
    """Signs with a key made of a secret of ours, so a new secret ends all links; without one there are none."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._base = public_url.rstrip("/")
        kwargs = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
        self._signer = (
            URLSafeSerializer(secret, salt="smallwin.calendar", signer_kwargs=kwargs) if secret else None
        )

    def address(self, handle: UUID, number: int) -> str:
        """Give the address of a person's calendar; empty where we have no public one."""
        if self._signer is None or not self._base:
            return ""
        token = self._signer.dumps([handle.hex, number])
        return f"{self._base}{PATH}{token if isinstance(token, str) else token.decode()}.ics"

    def owner(self, token: str) -> tuple[UUID, int] | None:
        """Say whose calendar a token shows, and which of his addresses it is; None is forged or broken."""
        if self._signer is None or len(token) > MOST_TOKEN:
            return None
        try:
            handle, number = self._signer.loads(token)
            return UUID(handle), int(number)
        except (BadData, ValueError, TypeError, AttributeError):
            return None
