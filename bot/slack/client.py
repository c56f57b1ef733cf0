"""Client: calls to Slack, each classified; nothing is tried twice here, for Slack has no idempotency key."""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator, Iterable
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.sends.sending import Outcome, Result
from bot.slack import files
from bot.slack.outcomes import FAULTS, failed

API = "https://slack.com/api/"
MARKER = "smallwin_outbox"
PAGE = 200
MOST_PAGES = 50
CHANNEL_ID = re.compile(r"[CGD][A-Z0-9]{7,}")
QUIET = logging.getLogger("smallwin.slack_sdk")
QUIET.setLevel(logging.WARNING)  # at DEBUG the SDK logs every body

Json = dict[str, Any]


class SlackRefused(Exception):
    """Slack did not give what was asked for; ``outcome`` says whether asking again makes sense."""

    def __init__(self, method: str, outcome: Outcome) -> None:
        super().__init__(f"{method}: {outcome.error}")
        self.outcome = outcome


class SlackClient:
    """One per process; the session is made inside the running loop, at the first call."""

    def __init__(self, bot_token: str, api_base: str | None, *, seconds: float = 8.0) -> None:
        self._token, self._base, self._seconds = bot_token, api_base or API, seconds
        self._web: AsyncWebClient | None = None
        self._session: aiohttp.ClientSession | None = None
        self._dms: dict[str, str] = {}
        self._channels: dict[str, str] = {}

    async def post(self, channel: str, body: Json, marker: str) -> Outcome:
        """Post once. ``marker`` is readable by every app of the workspace: an id, no personal data."""
        metadata = {"event_type": MARKER, "event_payload": {"id": marker}}
        shown = {"text": body.get("text", ""), "blocks": body.get("blocks") or None}
        shown["thread_ts"] = body.get("thread_ts")
        flags = {"unfurl_links": False, "unfurl_media": False}
        outcome, data = await self._try(
            "chat.postMessage", {"channel": channel, **shown, **flags, "metadata": metadata}
        )
        if outcome.result is Result.SENT:
            return Outcome(Result.SENT, (str(data.get("ts", "")),))
        return _of_person(outcome) if channel[:1] in ("D", "U", "W") else outcome

    async def update(self, channel: str, ts: str, body: Json) -> Outcome:
        """Change a message of ours; text and blocks always go together."""
        shown = {"text": body.get("text", ""), "blocks": body.get("blocks") or []}
        outcome, _ = await self._try("chat.update", {"channel": channel, "ts": ts, **shown})
        return Outcome(Result.SENT, (ts,)) if outcome.result is Result.SENT else outcome

    async def publish_home(self, user: str, view: Json) -> Outcome:
        return (await self._try("views.publish", {"user_id": user, "view": view}))[0]

    async def open_view(self, trigger_id: str, view: Json) -> Outcome:
        """Open a modal: within three seconds of the act that brought the trigger, once."""
        return (await self._try("views.open", {"trigger_id": trigger_id, "view": view}))[0]

    async def update_view(self, external_id: str, view: Json) -> Outcome:
        return (await self._try("views.update", {"external_id": external_id, "view": view}))[0]

    async def ephemeral(self, channel: str, user: str, text: str) -> Outcome:
        """Say something to one person in a channel; it may never be seen. ``text`` is already escaped."""
        return (await self._try("chat.postEphemeral", {"channel": channel, "user": user, "text": text}))[0]

    async def open_dm(self, user: str) -> str:
        """Return the channel of the bot's DM with a person."""
        if user not in self._dms:
            outcome, data = await self._try("conversations.open", params={"users": user})
            self._dms[user] = str(_given("conversations.open", outcome, data)["channel"]["id"])
        return self._dms[user]

    async def find_marker(self, channel: str, marker: str, thread: str = "") -> str | None:
        """Find a post of unknown outcome among the last of a DM, or in its thread. Raises when Slack cannot say."""
        if thread:  # replies come oldest first
            params = {"channel": channel, "ts": thread, "include_all_metadata": True}
            said = [each async for each in self._pages("conversations.replies", "messages", params)]
            return _marked(said, marker)
        params = {"channel": channel, "include_all_metadata": True, "limit": PAGE}
        outcome, data = await self._try("conversations.history", params=params)
        return _marked(_given("conversations.history", outcome, data).get("messages", []), marker)

    async def members(self, channel: str) -> list[str]:
        """List everyone in a channel, ourselves included."""
        return [user async for user in self._pages("conversations.members", "members", {"channel": channel})]

    async def channel_id(self, name_or_id: str) -> str | None:
        """Return the id of a channel the bot can see, by name or id."""
        wanted = name_or_id.strip().removeprefix("#")
        if wanted not in self._channels:
            found = await (self._known(wanted) if CHANNEL_ID.fullmatch(wanted) else self._named(wanted))
            if found is None:
                return None
            self._channels[wanted] = found
        return self._channels[wanted]

    async def auth_test(self) -> Json:
        """Tell who we are; ``scopes`` are those of our token."""
        outcome, data = await self._try("auth.test", {})
        return _given("auth.test", outcome, data)

    async def user_name(self, user: str) -> str:
        """Return the name a person shows."""
        outcome, data = await self._try("users.info", params={"user": user})
        person = _given("users.info", outcome, data)["user"]
        profile = person.get("profile") or {}
        names = (
            profile.get("display_name"),
            profile.get("real_name"),
            person.get("real_name"),
            person.get("name"),
        )
        return next((str(name) for name in names if name), user)

    async def person(self, user: str) -> dict[str, str]:
        """Give the time zone and, where our scopes let us, the e-mail address of a person."""
        outcome, data = await self._try("users.info", params={"user": user})
        return _told(_given("users.info", outcome, data)["user"])

    async def people(self) -> dict[str, dict[str, str]]:
        """Give the same of everybody in the workspace who is no bot, by id."""
        everybody = [person async for person in self._pages("users.list", "members", {})]
        return {str(person["id"]): _told(person) for person in everybody if not person.get("is_bot")}

    async def content(self, file: str, most: int) -> bytes:
        """Fetch the bytes of a file that somebody shared with us. Raises ContentRefused."""
        outcome, data = await self._try("files.info", params={"file": file})
        told = data.get("file")
        if outcome.result is not Result.SENT or not isinstance(told, dict):
            raise files.refused(outcome)
        url = files.address(told, self._base, most)
        self._client()  # its session
        assert self._session is not None
        return await files.fetch(self._session, url, self._token, most)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def _known(self, channel: str) -> str | None:
        outcome, data = await self._try("conversations.info", params={"channel": channel})
        if outcome.error == "channel_not_found":
            return None
        return str(_given("conversations.info", outcome, data)["channel"]["id"])

    async def _named(self, name: str) -> str | None:
        """Look among private channels, then among public ones if our scopes let us."""
        for kind in ("private_channel", "public_channel"):
            params = {"types": kind, "exclude_archived": True}
            try:
                async for channel in self._pages("conversations.list", "channels", params):
                    if channel.get("name") == name:
                        return str(channel["id"])
            except SlackRefused as refused:
                if refused.outcome.error != "missing_scope":
                    raise
        return None

    async def _pages(self, method: str, name: str, params: Json) -> AsyncIterator[Any]:
        cursor = ""
        for _ in range(MOST_PAGES):
            outcome, data = await self._try(method, params={**params, "limit": PAGE, "cursor": cursor})
            for item in _given(method, outcome, data).get(name, []):
                yield item
            cursor = str((data.get("response_metadata") or {}).get("next_cursor") or "")
            if not cursor:
                return

    async def _try(
        self, method: str, body: Json | None = None, params: Json | None = None
    ) -> tuple[Outcome, Json]:
        """Call once and say what became of it."""
        given = {name: value for name, value in (body or {}).items() if value is not None}
        try:
            answer = await self._client().api_call(
                method, json=given if params is None else None, params=params
            )
        except FAULTS as error:
            outcome = failed(error)
            if outcome is None:
                raise
            return outcome, {}
        data = answer.data if isinstance(answer.data, dict) else {}
        scopes = str(answer.headers.get("x-oauth-scopes", ""))
        return Outcome(Result.SENT), {**data, "scopes": scopes} if method == "auth.test" else data

    def _client(self) -> AsyncWebClient:
        if self._web is None or self._session is None or self._session.closed:
            # with a session of ours the SDK's own timeout does nothing
            limits = aiohttp.ClientTimeout(total=self._seconds, sock_connect=3)
            self._session = aiohttp.ClientSession(timeout=limits, trust_env=False)
            self._web = AsyncWebClient(
                self._token, base_url=self._base, session=self._session, retry_handlers=[], logger=QUIET
            )
            self._web.proxy = None  # it reads HTTPS_PROXY by itself, for localhost too
        return self._web


def _given(method: str, outcome: Outcome, data: Json) -> Json:
    if outcome.result is not Result.SENT:
        raise SlackRefused(method, outcome)
    return data


def _marked(messages: Iterable[Json], marker: str) -> str | None:
    for message in messages:
        payload = (message.get("metadata") or {}).get("event_payload") or {}
        if payload.get("id") == marker:
            return str(message["ts"])
    return None


def _told(person: Json) -> dict[str, str]:
    email = (person.get("profile") or {}).get("email")
    told = {"email": email, "tz": person.get("tz")}
    return {name: str(value) for name, value in told.items() if value}


def _of_person(outcome: Outcome) -> Outcome:
    """In a DM a channel that is gone is a person who is gone."""
    if outcome.error == "channel_not_found":
        return Outcome(Result.UNREACHABLE, error=outcome.error)
    return outcome
