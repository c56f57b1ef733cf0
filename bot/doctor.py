"""Doctor: looks at settings, database, LINE, Slack and the model; each finding with its mend."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot import menu_deploy
from bot.line.client import LineClient
from bot.line.menu_client import MenuClient
from bot.migrating import is_current
from bot.settings import Settings
from bot.slack.client import SlackClient
from storage.database import open_engine

SCOPES = (
    "chat:write",
    "commands",
    "im:write",
    "im:history",
    "files:read",
    "users:read",
    "users:read.email",
    "groups:read",
)


@dataclass(frozen=True)
class Check:
    """One fact; ``mend`` says what to do where it is not fine."""

    what: str
    is_fine: bool
    fact: str
    mend: str = ""


async def examine(settings: Settings) -> list[Check]:
    checks = [check_settings(settings), check_database(settings), check_address(settings)]
    if settings.has_line:
        checks += [item async for item in check_line(settings)]
    if settings.has_slack:
        checks += [item async for item in check_slack(settings)]
    if settings.has_model:
        checks.append(await check_model(settings))
    return checks


def check_settings(settings: Settings) -> Check:
    missing = settings.missing()
    if missing:
        return Check(
            "設定",
            False,
            f"ありません：{'、'.join(missing)}",
            "環境変数に入れてください。README.ja.md の「つなぐ」を見てください。",
        )
    return Check("設定", True, "必要なものはそろっています")


def check_address(settings: Settings) -> Check:
    """Without an address of our own everything works but the links to photos."""
    if settings.public_url.startswith("https://"):
        return Check("公開アドレス", True, f"写真のリンクは {settings.public_url}/p/ です")
    if settings.public_url:
        return Check(
            "公開アドレス",
            True,
            "PUBLIC_URL が https ではありません：写真のリンクは、まわりの人にも読まれます",
        )
    return Check(
        "公開アドレス",
        True,
        "PUBLIC_URL がないので、カードは「写真あり」とだけ出ます。見るには https://(サーバーの名前) を入れてください",
    )


def check_database(settings: Settings) -> Check:
    try:
        engine = open_engine(settings.database_url)
        with engine.connect() as connection:
            connection.execute(text("SELECT 1"))
        fits = is_current(engine)
    except SQLAlchemyError as why:
        return Check(
            "データベース",
            False,
            f"つながりません({type(why).__name__})",
            "DATABASE_URL を確かめてください。",
        )
    return Check(
        "データベース",
        fits,
        "最新の形です" if fits else "形が古いです",
        "" if fits else "smallwin migrate を実行してください。",
    )


async def check_line(settings: Settings) -> AsyncIterator[Check]:
    client = LineClient(settings.line_channel_access_token, settings.line_api_base or None)

    async def bot() -> str:
        return f"つながりました：{(await client.bot_info()).get('displayName', '')}"

    async def quota() -> str:
        limit, used = await client.quota()
        return f"今月の送信 {used} / {limit if limit is not None else '上限なし'}"

    async def hook() -> str:
        answer = await client.webhook_test()
        if not answer.get("success"):
            raise ValueError(str(answer.get("reason")))
        return "Webhook に届きました"

    async def menus() -> str:
        known = menu_deploy.known_ids(open_engine(settings.database_url))
        old = await menu_deploy.outdated(MenuClient(client), known)
        if old:
            raise ValueError("まだないか、古いものがあります")
        return "最新のものが出ています"

    yield await tried("LINE", bot, "LINE_CHANNEL_ACCESS_TOKEN を確かめてください。")
    yield await tried("LINE 通数", quota, "LINE 公式アカウントの料金プランを確かめてください。")
    yield await tried(
        "LINE Webhook",
        hook,
        "LINE Developers の Webhook URL を、このサーバーの /line/webhook にしてください。",
    )
    yield await tried("LINE メニュー", menus, "smallwin menu を実行してください。")
    await client.close()


async def check_slack(settings: Settings) -> AsyncIterator[Check]:
    client = SlackClient(settings.slack_bot_token, settings.slack_api_base or None)

    async def bot() -> str:
        return f"つながりました：{(await client.auth_test()).get('team', '')}"

    def channel(name: str) -> Callable[[], Awaitable[str]]:
        async def found() -> str:
            id = await client.channel_id(name)
            if not id:
                raise ValueError("見つかりません")
            return f"あります：{len(await client.members(id))}人"

        return found

    async def scopes() -> str:
        held = {each.strip() for each in str((await client.auth_test()).get("scopes", "")).split(",")}
        if lost := [scope for scope in SCOPES if scope not in held]:
            raise ValueError(", ".join(lost))
        return "そろっています"

    yield await tried(
        "Slack", bot, "SLACK_BOT_TOKEN を確かめ、slack_manifest.yml の権限で入れ直してください。"
    )
    names = {"staff": "スタッフ", "postings": "募集"}
    for ours, theirs in settings.channels.items():
        what = names.get(ours) or f"募集({ours.partition(':')[2]})"
        yield await tried(
            f"Slack {what}のチャンネル", channel(theirs), "チャンネルを作り、ボットを招待してください。"
        )
    await client.close()


async def check_model(settings: Settings) -> Check:
    from openai import AsyncOpenAI  # takes half a second to load

    client = AsyncOpenAI(
        api_key=settings.openai_api_key, base_url=settings.openai_base_url or None, max_retries=0, timeout=10
    )

    async def models() -> str:
        await client.models.list()
        return f"つながりました：{settings.openai_model}"

    return await tried(
        "文を整えるモデル", models, "OPENAI_API_KEY と OPENAI_BASE_URL を確かめてください。なくても動きます。"
    )


async def tried(what: str, look: Callable[[], Awaitable[str]], mend: str) -> Check:
    try:
        return Check(what, True, await look())
    except Exception as why:  # whatever goes wrong is the finding
        return Check(what, False, f"うまくいきません({type(why).__name__})", mend)
