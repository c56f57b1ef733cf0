"""Settings: one LINE channel."""

from __future__ import annotations

from dataclasses import dataclass, field

from sandbox.line.events import new_user_id


@dataclass
class LineSettings:
    """The channel as its owner has set it up; every field may be changed while it runs."""

    channel_secret: str
    access_token: str
    webhook_url: str
    bot_user_id: str = field(default_factory=new_user_id)
    bot_name: str = "スモールウィン"
    monthly_limit: int | None = None
    redeliver: bool = True
    redeliver_after: tuple[float, ...] = (1.0, 5.0, 30.0)
    webhook_seconds: float = 2.0
    is_verified: bool = False  # may list its followers
