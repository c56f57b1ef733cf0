"""Photo links: addresses that show one photo for a week to whoever holds them, and tell nothing else."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from uuid import UUID

from itsdangerous import BadData, URLSafeSerializer

LASTS = timedelta(days=7)  # from the drawing of the card; each drawing makes new ones
PATH = "/p/photo/"
MOST_TOKEN = 300


class PhotoLinks:
    """Signs with a key made of the channel secret, so a new secret ends all links; without one there are none."""

    def __init__(self, secret: str, public_url: str) -> None:
        self._base = public_url.rstrip("/")
        self._signer = (
            URLSafeSerializer(
                secret,
                salt="smallwin.photo",
                signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
            )
            if secret
            else None
        )

    def address(self, photo: UUID, now: datetime) -> str:
        """Give the address of a photo; empty where we have no public one."""
        if self._signer is None or not self._base:
            return ""
        token = self._signer.dumps([photo.hex, int((now + LASTS).timestamp())])
        return f"{self._base}{PATH}{token if isinstance(token, str) else token.decode()}"

    def photo(self, token: str, now: datetime) -> UUID | None:
        """Say which photo a token shows at this moment; None is forged, broken or too old."""
        if self._signer is None or len(token) > MOST_TOKEN:
            return None
        try:
            photo, until = self._signer.loads(token)
            return UUID(photo) if now.timestamp() < float(until) else None
        except (BadData, ValueError, TypeError, AttributeError):
            return None
