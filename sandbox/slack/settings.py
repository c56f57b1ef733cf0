"""Settings: which app and workspace this Slack plays, and how strictly it keeps time."""

from __future__ import annotations

from dataclasses import dataclass

SCOPES = frozenset(
    {
        "chat:write",
        "commands",
        "im:write",
        "im:history",
        "users:read",
        "users:read.email",
        "team:read",
        "groups:write",
        "groups:read",
        "files:read",
    }
)
EVENTS = frozenset(
    {
        "app_home_opened",
        "message.im",
        "team_join",
        "user_change",
        "member_joined_channel",
        "member_left_channel",
        "app_uninstalled",
        "tokens_revoked",
    }
)


@dataclass(frozen=True)
class SlackSettings:
    signing_secret: str
    bot_token: str
    events_url: str
    team_id: str = "T0SANDBOX1"
    bot_user_id: str = "U0SANDBOT1"
    app_id: str = "A0SANDBOX1"
    retry_after: tuple[float, ...] = (0.1, 60, 300)
    post_burst: int = 5  # chat.postMessage: about one a second per channel, after this many at once
    bot_id: str = "B0SANDBOX1"
    bot_name: str = "smallwin"
    team_name: str = "Sandbox"
    team_domain: str = "sandbox"
    scopes: frozenset[str] = SCOPES
    events: frozenset[str] = EVENTS  # what the app subscribed to
    home_tab: bool = True
    messages_tab: bool = True
    rate_limits: bool = True  # off for benchmarks
    tiers: tuple[int, int, int] = (20, 50, 100)  # calls a minute: tiers 2, 3 and 4
    answer_seconds: float = 3.0  # docs.slack.dev/interactivity: acknowledge within 3 s
    trigger_seconds: float = 3.0
    echoes: bool = True  # a bot's own posts in a DM come back to it as message.im, as in the real Slack
    base_url: str = ""  # where this Slack is mounted, for response_url; learned from the first call if empty
