"""Client: calls to LINE over the SDK's client, each classified; nothing is tried twice here."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import aiohttp
from linebot.v3.messaging import ApiException, AsyncApiClient, Configuration

from bot.sends.sending import Outcome, Result

API, DATA = "https://api.line.me", "https://api-data.line.me"
AS_JSON, AS_BYTES = {"200": "object", "202": "object"}, {"200": "bytearray"}
HEAVY = 4  # times as long for bytes: a photo takes longer than a word
MOST_CONTENT, CHUNK = 10 << 20, 1 << 16
MOST_ERROR = 300
USER_ID = re.compile(r"[UCR][0-9a-f]{32}")
NOT_ENGLISH = re.compile(r"[^ -~]+")  # LINE complains in English; anything else could be somebody's words

Messages = Sequence[dict[str, Any]]


TOKEN_WAIT = 30.0  # seconds until a call is tried again with a token that may have been mended


class LineRefused(Exception):
    """LINE did not give what was asked for; ``status`` is 0 when it did not answer."""

    def __init__(self, what: str, status: int, why: str = "") -> None:
        super().__init__(f"{what}: {status} {why}".rstrip())
        self.status = status


@dataclass(frozen=True)
class Answer:
    """What came back. ``status`` 0 is no answer; ``is_sent`` tells whether LINE may have had the request."""

    status: int
    data: Any = None
    error: str = ""
    after: float = 1.0
    is_sent: bool = True


class LineClient:
    """One per process; the session is made inside the running loop, at the first call."""

    def __init__(
        self, access_token: str, api_base: str | None, pool: int = 200, *, seconds: float = 8.0
    ) -> None:
        self._settings = Configuration(host=(api_base or "").rstrip("/") or None, access_token=access_token)
        self._settings.connection_pool_maxsize = pool  # the SDK's own is 5 x CPUs: 200 messages/s at 50 ms
        self._seconds = seconds
        self._client: AsyncApiClient | None = None

    async def reply(self, token: str, messages: Messages) -> Outcome:
        """Answer with a reply token: free, once, within a minute. The same token may be tried again."""
        body = {"replyToken": token, "messages": list(messages)}
        return _outcome(await self.call("POST", "/v2/bot/message/reply", body))

    async def push(self, to: str, messages: Messages, retry_key: str) -> Outcome:
        """Send unasked; under the same key within 24 h LINE accepts it once."""
        body = {"to": to, "messages": list(messages)}
        return _outcome(
            await self.call("POST", "/v2/bot/message/push", body, headers={"X-Line-Retry-Key": retry_key})
        )

    async def loading(self, user: str, seconds: int = 20) -> Outcome:
        """Show that we think, until our next message: 5 to 60 seconds in steps of five."""
        return _outcome(
            await self.call("POST", "/v2/bot/chat/loading/start", {"chatId": user, "loadingSeconds": seconds})
        )

    async def link_menu(self, user: str, menu: str) -> Outcome:
        """Show a person a rich menu of his own. One who blocked us is a success too, and sees nothing."""
        path = {"user": user, "menu": menu}
        answer = await self.call("POST", "/v2/bot/user/{user}/richmenu/{menu}", path=path)
        if answer.status == 404:  # replaced meanwhile: the next try takes the new one
            return Outcome(Result.RETRY, error=answer.error)
        return _outcome(answer)

    async def quota(self) -> tuple[int | None, int]:
        """Give this month's limit (None: no limit) and what is used of it."""
        limit = await self._object("quota", "GET", "/v2/bot/message/quota")
        used = await self._object("consumption", "GET", "/v2/bot/message/quota/consumption")
        return (int(limit["value"]) if "value" in limit else None), int(used.get("totalUsage", 0))

    async def bot_info(self) -> dict[str, Any]:
        return await self._object("info", "GET", "/v2/bot/info")

    async def webhook_test(self, url: str | None = None) -> dict[str, Any]:
        """Have LINE call our webhook (or ``url``) and tell how it went."""
        body = {"endpoint": url} if url else {}
        return await self._object("webhook test", "POST", "/v2/bot/channel/webhook/test", body)

    async def profile_exists(self, user: str) -> bool:
        """Tell whether a person can be seen: 404 is the only cheap sign of a block."""
        answer = await self.call("GET", "/v2/bot/profile/{user}", path={"user": user})
        if answer.status not in (200, 404):
            raise LineRefused("profile", answer.status, answer.error)
        return answer.status == 200

    async def content(self, message_id: str, most: int = MOST_CONTENT) -> bytes | None:
        """Fetch the bytes of a photo, voice or file; None while LINE is still preparing them.

        What was taken back or has been deleted raises LineRefused (410, 404), what is larger than ``most`` too
        (413): it is read no further.
        """
        base = (self._settings.host or DATA).rstrip("/")
        url = f"{base}/v2/bot/message/{quote(message_id, safe='')}/content"
        session: aiohttp.ClientSession = self._connected().rest_client.pool_manager
        limit = aiohttp.ClientTimeout(total=self._seconds * HEAVY, connect=min(self._seconds, 3.0))
        headers = {
            "Authorization": f"Bearer {self._settings.access_token}",
            "Accept-Encoding": "identity",  # what is unpacked on the way could be far larger
        }
        try:
            async with session.get(url, headers=headers, timeout=limit, allow_redirects=False) as answer:
                if answer.status == 202:
                    return None
                if answer.status != 200:
                    raise LineRefused("content", answer.status)
                return await _read(answer, most)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise LineRefused("content", 0, type(error).__name__) from error

    async def close(self) -> None:
        if self._client is not None:
            client, self._client = self._client, None
            await client.close()

    async def _object(
        self, what: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        answer = await self.call(method, path, body)
        if answer.status != 200 or not isinstance(answer.data, dict):
            raise LineRefused(what, answer.status, answer.error)
        return answer.data

    async def call(
        self,
        method: str,
        resource: str,
        body: dict[str, Any] | bytes | None = None,
        *,
        headers: dict[str, str] | None = None,
        path: dict[str, str] | None = None,
        host: str = API,
        takes: dict[str, str] = AS_JSON,
    ) -> Answer:
        """Make one call; what LINE says to it comes back, whatever it is."""
        is_heavy = takes is AS_BYTES or isinstance(body, bytes)
        seconds = self._seconds * (HEAVY if is_heavy else 1)
        try:
            answer = await self._connected().call_api(
                resource,
                method,
                path_params=path,
                header_params=dict(headers or {}),
                body=body,
                response_types_map=takes,
                _request_timeout=aiohttp.ClientTimeout(total=seconds, connect=min(self._seconds, 3.0)),
                _host=host,
            )
        except ApiException as refused:
            return _refusal(refused)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            return Answer(0, error=type(error).__name__, is_sent=False)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Answer(0, error=type(error).__name__)
        except (UnicodeError, LookupError) as error:  # bytes that are not the text they say they are
            return Answer(0, error=type(error).__name__)
        return Answer(answer.status_code, answer.data)

    def _connected(self) -> AsyncApiClient:
        if self._client is None:
            self._client = AsyncApiClient(self._settings)
            theirs = self._client.rest_client.pool_manager
            # The SDK's trust_env=True looks up proxies and .netrc at every request: 2.5 x slower.
            self._client.rest_client.pool_manager = aiohttp.ClientSession(
                connector=theirs.connector, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            )
            theirs.detach()
        return self._client


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    """Read a body, but never more than ``most``, whatever its header says."""
    read = bytearray()
    async for chunk in answer.content.iter_chunked(CHUNK):
        read += chunk
        if len(read) > most:
            raise LineRefused("content", 413)
    return bytes(read)


def _refusal(refused: ApiException) -> Answer:
    """Read an error; its text keeps no id and nothing a person wrote."""
    try:
        data = json.loads(refused.body or "")
    except ValueError:
        data = None
    said = data if isinstance(data, dict) else {}
    details = said.get("details")
    parts = [
        str(said.get("message", "")),
        *(_detail(each) for each in (details if isinstance(details, list) else ())),
    ]
    why = NOT_ENGLISH.sub("…", USER_ID.sub("(id)", " | ".join(filter(None, parts))))
    return Answer(int(refused.status or 0), said, f"{refused.status} {why}"[:MOST_ERROR], _after(refused))


def _detail(detail: Any) -> str:
    return f"{detail.get('property', '')}: {detail.get('message', '')}" if isinstance(detail, dict) else ""


def _after(refused: ApiException) -> float:
    """Honour Retry-After, which LINE does not document but a proxy may send."""
    if refused.status in (401, 403):
        return TOKEN_WAIT
    given = str((refused.headers or {}).get("Retry-After", ""))
    return float(given) if given.isdecimal() and len(given) < 5 else 1.0


def _outcome(answer: Answer) -> Outcome:
    result = _result(answer)
    if result is Result.SENT:
        return Outcome(result, _ids(answer.data))
    return Outcome(result, after=answer.after if result is Result.RETRY else 0.0, error=answer.error)


def _result(answer: Answer) -> Result:
    match answer.status:
        case 200 | 202 | 409:  # 409: the retry key is already accepted
            result = Result.SENT
        case 429:
            result = Result.QUOTA if "monthly limit" in answer.error else Result.RETRY
        case 400 if "Invalid reply token" in answer.error:
            result = Result.TOKEN_GONE
        case 0 if not answer.is_sent:
            result = Result.RETRY
        case 401 | 403:  # our own token: what waits must not be thrown away while it is being mended
            result = Result.RETRY
        case status if 400 <= status < 500 and status != 408:  # 408 is a timeout of something in between
            result = Result.PERMANENT
        case _:
            result = Result.UNKNOWN
    return result


def _ids(data: Any) -> tuple[str, ...]:
    sent = data.get("sentMessages") if isinstance(data, dict) else None
    rows = sent if isinstance(sent, list) else ()
    return tuple(str(row["id"]) for row in rows if isinstance(row, dict) and "id" in row)
