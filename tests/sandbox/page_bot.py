"""A small scripted bot for the page's tests: it answers LINE with cards and Slack with a form."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer, unused_port

from sandbox.app import Sandbox, SandboxSettings, create_sandbox

Json = dict[str, Any]

HOSTILE = "<img src=x onerror=\"document.title='hacked'\"><b>太字</b>"
MODAL: Json = {
    "type": "modal",
    "callback_id": "apply",
    "title": {"type": "plain_text", "text": "応募する"},
    "submit": {"type": "plain_text", "text": "送る"},
    "close": {"type": "plain_text", "text": "やめる"},
    "blocks": [
        {
            "type": "input",
            "block_id": "first",
            "label": {"type": "plain_text", "text": "最初の1週間で何をしますか"},
            "element": {"type": "plain_text_input", "action_id": "v", "multiline": True},
        },
        {
            "type": "input",
            "block_id": "pay",
            "label": {"type": "plain_text", "text": "月のお支払いの希望（円）"},
            "element": {"type": "number_input", "action_id": "v", "is_decimal_allowed": False},
        },
        {
            "type": "input",
            "block_id": "day",
            "label": {"type": "plain_text", "text": "ご都合のよい曜日"},
            "element": {
                "type": "static_select",
                "action_id": "v",
                "options": [{"text": {"type": "plain_text", "text": "水曜日"}, "value": "wed"}],
            },
        },
    ],
}
DONE: Json = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "送りました"},
    "close": {"type": "plain_text", "text": "閉じる"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "お届けします。"}}],
}
HOME: Json = {
    "type": "home",
    "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "今日やること"}}],
}


def postback(label: str) -> Json:
    return {"type": "postback", "label": label, "data": f"chose:{label}", "displayText": label}


def person(number: int, name: str) -> Json:
    body = [{"type": "text", "text": name, "size": "xl", "weight": "bold"}, {"type": "text", "text": HOSTILE}]
    foot = [{"type": "button", "style": "primary", "action": postback(f"会ってみたい{number}")}]
    return {
        "type": "bubble",
        "body": {"type": "box", "layout": "vertical", "contents": body},
        "footer": {"type": "box", "layout": "vertical", "contents": foot},
    }


def greeting() -> list[Json]:
    people = [person(n, name) for n, name in enumerate(("高橋さん", "中村さん"), start=1)]
    quick = [{"type": "action", "action": postback(label)} for label in ("はい", "いいえ")]
    return [
        {"type": "text", "text": HOSTILE},
        {
            "type": "flex",
            "altText": "候補の方",
            "contents": {"type": "carousel", "contents": people},
            "quickReply": {"items": quick},
        },
    ]


def card() -> list[Json]:
    button = {"type": "button", "action_id": "apply", "text": {"type": "plain_text", "text": "応募する"}}
    words = f"*募集* {HOSTILE.replace('<', '&lt;').replace('>', '&gt;')}"
    return [
        {"type": "section", "text": {"type": "mrkdwn", "text": words}},
        {"type": "actions", "elements": [button]},
    ]


@dataclass
class Bot:
    """The bot, the sandbox in front of it, and where both are."""

    url: str
    box: Sandbox
    http: ClientSession
    owner: str
    talent: str
    channel: str
    heard: list[Json] = field(default_factory=list)
    _answers: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def page(self) -> str:
        return f"{self.url}/sandbox/"

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/line/webhook", self.line),
            web.post("/slack/events", self.slack),
            web.get("/trace", self.trace),
        ]

    def later(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)

    async def line(self, request: web.Request) -> web.StreamResponse:
        for event in (await request.json())["events"]:
            self.heard.append(event)
            if token := event.get("replyToken"):
                self.later(self.reply(token, self.answer_to(event)))
        return web.Response()

    def answer_to(self, event: Json) -> list[Json]:
        if event["type"] == "follow":
            return greeting()
        said = event.get("postback", {}).get("data") or event["message"].get("text", "")
        return [{"type": "text", "text": "" if said == "違反" else f"「{said}」ですね。"}]

    async def reply(self, token: str, messages: list[Json]) -> None:
        body = {"replyToken": token, "messages": messages}
        url = f"{self.url}/sandbox/line/v2/bot/message/reply"
        async with self.http.post(url, json=body, headers={"Authorization": "Bearer line-token"}):
            pass

    async def slack(self, request: web.Request) -> web.StreamResponse:
        if request.content_type == "application/json":
            event = (await request.json()).get("event", {})
            self.heard.append(event)
            if event.get("type") == "app_home_opened" and event.get("tab") == "home":
                self.later(self.call("views.publish", user_id=event["user"], view=HOME))
            return web.Response()
        form = parse_qs((await request.read()).decode())
        payload = json.loads(form["payload"][0])
        self.heard.append(payload)
        if payload["type"] == "block_actions":
            await self.call("views.open", trigger_id=payload["trigger_id"], view=MODAL)
        if payload["type"] == "view_submission":
            return web.json_response(self.judge(payload["view"]["state"]["values"]))
        return web.Response()

    def judge(self, values: Json) -> Json:
        if int(values["pay"]["v"]["value"]) > 80_000:
            return {"response_action": "errors", "errors": {"pay": "この募集は、月8万円までです。"}}
        return {"response_action": "update", "view": DONE}

    async def call(self, method: str, **args: Any) -> None:
        url = f"{self.url}/sandbox/slack/api/{method}"
        headers = {"Authorization": "Bearer xoxb-token"}
        async with self.http.post(url, json=args, headers=headers) as answer:
            told = await answer.json()
        assert told["ok"], told

    async def trace(self, request: web.Request) -> web.StreamResponse:
        return web.json_response({"event": {"type": "follow"}, "turn": {"number": 1}, "journal": []})


@asynccontextmanager
async def running_bot(*, traced: bool = True) -> AsyncIterator[Bot]:
    """Serve the bot with its sandbox at one address, one owner and one talent in it."""
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    settings = SandboxSettings(
        url,
        line_secret="line-secret",
        line_token="line-token",
        slack_signing_secret="slack-secret",
        slack_bot_token="xoxb-token",
        model_key="model-key",
        trace_url=f"{url}/trace" if traced else None,
        message_shortcuts={"オーナーに送る": "send_to_owner"},
    )
    page, box = create_sandbox(settings)
    owner = box.line.add_person("山崎")
    talent = box.slack.add_person("高橋", "takahashi@example.com")
    channel = box.slack.add_channel("応募する人", members=[talent])
    async with ClientSession() as http:
        bot = Bot(url, box, http, owner, talent, channel)
        app = web.Application()
        app.add_routes(bot.routes())
        app.add_subapp("/sandbox", page)
        async with TestServer(app, port=port):
            await bot.call("chat.postMessage", channel=channel, text="募集", blocks=card())
            yield bot
