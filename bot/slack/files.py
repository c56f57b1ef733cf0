"""Files: brings the bytes of what people share in Slack. Our token goes to Slack alone, wherever an address points."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import aiohttp

from bot.sends.sending import ContentRefused, Outcome, Result

Json = dict[str, Any]

SECONDS = 32.0  # a file takes longer than a word
CHUNK = 1 << 16
AWAY, GONE, NEVER, TOO_LARGE, NOT_OURS = 503, 410, 404, 413, 403
DELETED = ("tombstone", "hidden_by_limit")
REFUSALS = {
    "file_not_found": NEVER,
    "file_deleted": GONE,
    "missing_scope": NOT_OURS,
    "access_denied": NOT_OURS,
}


def refused(outcome: Outcome) -> ContentRefused:
    """Say what it means that Slack did not tell of a file."""
    lasting = NEVER if outcome.result is Result.PERMANENT else AWAY
    return ContentRefused(REFUSALS.get(outcome.error, lasting))


def address(told: Json, base: str, most: int) -> str:
    """Give where the bytes are. Raises ``ContentRefused`` for what is gone, too large, or kept by somebody else."""
    if told.get("mode") in DELETED:
        raise ContentRefused(GONE)
    size, url = told.get("size"), told.get("url_private_download") or told.get("url_private")
    if isinstance(size, int) and size > most:
        raise ContentRefused(TOO_LARGE)
    is_foreign = told.get("is_external") is True or told.get("mode") == "external"
    if is_foreign or not isinstance(url, str) or not is_slacks(url, base):
        raise ContentRefused(NEVER)
    return url


def is_slacks(url: str, base: str) -> bool:
    """Tell whether an address is Slack's own: theirs, or that of the server our calls go to."""
    there, here = urlsplit(url), urlsplit(base)
    if (there.scheme, there.netloc) == (here.scheme, here.netloc):
        return True
    return there.scheme == "https" and there.netloc in ("files.slack.com", "slack-files.com")


async def fetch(session: aiohttp.ClientSession, url: str, token: str, most: int) -> bytes:
    """Read the bytes, but never more than ``most``. Without the right scope Slack answers 200 with a page to sign in."""
    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    limit = aiohttp.ClientTimeout(total=SECONDS, sock_connect=3)
    try:
        async with session.get(url, headers=headers, timeout=limit, allow_redirects=False) as answer:
            if answer.status != 200:
                raise ContentRefused(NOT_OURS if answer.status in (301, 302, 303, 401) else answer.status)
            if answer.content_type == "text/html":
                raise ContentRefused(NOT_OURS)
            return await _read(answer, most)
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
        raise ContentRefused(0) from error


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    read = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        read += chunk
        if len(read) > most:
            raise ContentRefused(TOO_LARGE)
    return bytes(read)
