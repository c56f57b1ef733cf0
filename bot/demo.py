"""Demo: the bot, a worker and the sandbox in one process, on an embedded database; no account, no key."""

from __future__ import annotations

import secrets
from pathlib import Path

from aiohttp import web

from bot.clock import Clock
from bot.demo_clock import DemoClock
from bot.line.menu_client import MenuClient
from bot.menu_deploy import deploy
from bot.migrating import migrate
from bot.settings import Settings
from bot.trace import last_event
from bot.wiring import Bot, serving
from flows.facts import FirmRecord
from flows.rules.calendar import office_time
from sandbox.app import Sandbox, SandboxSettings, create_sandbox

STAFF = (("佐藤 由美", "sato@example.com"), ("田村 健", "tamura@example.com"))
TALENTS = (
    ("高橋 直樹", "takahashi@example.com"),
    ("鈴木 彩", "suzuki@example.com"),
    ("中村 大輔", "nakamura@example.com"),
    ("小林 さおり", "kobayashi@example.com"),
    ("加藤 真一", "kato@example.com"),
    ("吉田 恵", "yoshida@example.com"),
)
OWNER = "山崎 修"
DEMO_URL = (
    "https://smallwin.example"  # LINE takes pictures from https only; the page maps this name to itself
)

# A little register of firms that do not exist, so that the demo can offer candidates.
FIRMS = (
    FirmRecord("有限会社山崎醸造", "長野県飯田市本町1-2", "1000000000001", "0265-00-1234"),
    FirmRecord("山崎醸造株式会社", "長野県茅野市宮川3-4", "2000000000002", "0266-00-5678"),
    FirmRecord("株式会社みどり製材", "岡山県真庭市勝山5-6", "3000000000003", "0867-00-1122"),
)


def find_demo_firm(name: str) -> tuple[FirmRecord, ...]:
    bare = name.replace("株式会社", "").replace("有限会社", "").strip()
    return tuple(firm for firm in FIRMS if len(bare) >= 2 and bare in firm.name)


def demo_settings(port: int, database: str, *, with_model: bool) -> Settings:
    """Settings that point every platform at the sandbox; the secrets live as long as the process."""
    base = f"http://127.0.0.1:{port}/sandbox"
    return Settings(
        database_url=database,
        port=port,
        public_url=DEMO_URL,
        line_channel_secret=secrets.token_hex(16),
        line_channel_access_token=secrets.token_urlsafe(24),
        line_api_base=f"{base}/line",
        slack_bot_token=f"xoxb-{secrets.token_hex(12)}",
        slack_signing_secret=secrets.token_hex(16),
        slack_api_base=f"{base}/slack/api/",
        slack_staff_channel="staff",
        slack_postings_channel="postings",
        openai_api_key=secrets.token_hex(12) if with_model else "",
        openai_base_url=f"{base}/model/v1",
        operator_name="スモールウィン",
        operator_staff="佐藤",
        operator_phone="0120-000-000",
        operator_deputy="田村",
        meeting_url_template="https://meet.example.com/{id}",
        operator_licence="有料職業紹介 許可番号(見本)",
    )


def demo_app(settings: Settings, clock: Clock) -> tuple[web.Application, Bot, Sandbox]:
    """Build the one application: the bot's own paths, the sandbox under /sandbox, and the page at /."""
    base = f"http://127.0.0.1:{settings.port}"
    page, sandbox = create_sandbox(
        SandboxSettings(
            base_url=base,
            line_secret=settings.line_channel_secret,
            line_token=settings.line_channel_access_token,
            slack_signing_secret=settings.slack_signing_secret,
            slack_bot_token=settings.slack_bot_token,
            model_key=settings.openai_api_key or "unused",
            trace_url=f"{base}/trace",
            public_url=settings.public_url,
            clock_path="/demo/clock",
        )
    )
    bot = Bot(settings, clock=clock, find_firm=find_demo_firm)
    app = bot.web_app()
    app.router.add_get("/", _to_page)
    app.router.add_get("/trace", _tracer(bot))
    app.add_subapp("/demo", DemoClock(bot, sandbox).app())
    app.add_subapp("/sandbox", page)
    return app, bot, sandbox


async def _to_page(_: web.Request) -> web.Response:
    raise web.HTTPFound("/sandbox/")


def _tracer(bot: Bot) -> web.Handler:  # type: ignore[name-defined]
    async def trace(_: web.Request) -> web.Response:
        return web.json_response(await bot.thread.do(last_event, bot.engine))

    return trace


def open_by_day(clock: Clock, sandbox: Sandbox) -> None:
    """Begin in working hours: tried at night, most news would wait for the morning."""
    clock.move(office_time(real := clock.real()) - real)
    sandbox.ahead.run(clock.offset.total_seconds())


def furnish(sandbox: Sandbox) -> None:
    """A believable little world: one owner, six talents, two staff."""
    sandbox.line.add_person(OWNER)
    staff = [sandbox.slack.add_person(name, mail, title="担当") for name, mail in STAFF]
    talents = [sandbox.slack.add_person(name, mail, title="お相手") for name, mail in TALENTS]
    sandbox.slack.add_channel("staff", private=True, members=staff)
    sandbox.slack.add_channel("postings", private=True, members=[*staff, *talents])


async def put_menus(bot: Bot) -> None:
    """Put the rich menus on the sandbox's LINE, as ``smallwin menu`` does on the real one."""
    assert bot.line is not None
    await deploy(MenuClient(bot.line), bot.engine, bot.thread)


def fresh_database(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


__all__ = [
    "Bot",
    "Clock",
    "demo_app",
    "demo_settings",
    "fresh_database",
    "furnish",
    "migrate",
    "open_by_day",
    "put_menus",
    "serving",
]
