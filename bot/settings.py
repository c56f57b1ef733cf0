"""Settings: the environment, read once; everything that is wrong is said at once."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from flows.facts import House
from prompts.knowledge import job_codes


class Settings(BaseSettings):
    """All settings; an empty value means not set."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="ignore", case_sensitive=False)

    database_url: str = "sqlite:///smallwin.db"
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65_535)
    public_url: str = ""

    line_channel_secret: str = ""
    line_channel_access_token: str = ""
    line_api_base: str = ""
    slack_bot_token: str = ""
    slack_signing_secret: str = ""
    slack_api_base: str = ""
    slack_app_token: str = ""
    slack_staff_channel: str = ""
    slack_postings_channel: str = ""
    slack_code_channels: str = ""  # "EC=C0123;AC-02=bookkeeping"
    invitations_per_week: int = Field(default=3, ge=0, le=50)

    openai_api_key: str = ""
    openai_base_url: str = ""
    openai_model: str = "gpt-5-nano"
    model_seconds: float = Field(default=12.0, gt=0, le=25)  # two tries end before a reply token does
    model_tokens_per_talk: int = Field(default=60_000, ge=0)
    model_tokens_per_day: int = Field(default=3_000_000, ge=0)
    model_yen_per_million_in: float = Field(default=0.0, ge=0)
    model_yen_per_million_out: float = Field(default=0.0, ge=0)

    meeting_url_template: str = ""
    feedback_days: int = Field(default=84, ge=28, le=365)
    operator_name: str = "スモールウィン"
    operator_staff: str = "係"
    operator_hours: str = "平日9〜18時"
    operator_phone: str = ""
    operator_deputy: str = ""
    operator_licence: str = ""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"
    metrics_port: int = 0
    web_concurrency: int = Field(default=1, ge=1, le=64)

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite:", "postgres:", "postgresql:", "postgresql+psycopg:")):
            raise ValueError("must start with sqlite:, postgres: or postgresql:")
        return value

    @field_validator("slack_api_base")
    @classmethod
    def _ends_in_api(cls, value: str) -> str:
        if value and not value.endswith("/api/"):
            raise ValueError("must end in /api/")
        return value

    @field_validator("slack_code_channels")
    @classmethod
    def _names_works(cls, value: str) -> str:
        known = {name for code in job_codes() for name in (code, code[:2])}
        for part in filter(str.strip, value.split(";")):
            work, _, channel = (each.strip() for each in part.partition("="))
            if work not in known or not channel:
                raise ValueError("must read like EC=C0123;AC-02=C0456, with works that we know")
        return value

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not value.startswith(("https://", "http://")):
            raise ValueError("must start with https://")
        return value.rstrip("/")

    @property
    def code_channels(self) -> dict[str, str]:
        """Return the channels of single works and of groups of them."""
        parts = (part.partition("=") for part in self.slack_code_channels.split(";") if part.strip())
        return {work.strip(): channel.strip() for work, _, channel in parts}

    @property
    def channels(self) -> dict[str, str]:
        """Return our names of the Slack channels with theirs."""
        own = {f"postings:{work}": channel for work, channel in self.code_channels.items()}
        return {"staff": self.slack_staff_channel, "postings": self.slack_postings_channel, **own}

    @property
    def has_line(self) -> bool:
        return bool(self.line_channel_secret and self.line_channel_access_token)

    @property
    def has_slack(self) -> bool:
        return bool(self.slack_bot_token and self.slack_signing_secret)

    @property
    def has_model(self) -> bool:
        return bool(self.openai_api_key)

    @property
    def house(self) -> House:
        return House(
            operator=self.operator_name,
            staff=self.operator_staff,
            hours=self.operator_hours,
            phone=self.operator_phone,
            deputy=self.operator_deputy,
            licence=self.operator_licence,
        )

    def missing(self) -> list[str]:
        """Name what serving real people still needs."""
        needed = (
            "line_channel_secret",
            "line_channel_access_token",
            "slack_bot_token",
            "slack_signing_secret",
            "slack_staff_channel",
            "slack_postings_channel",
        )
        return [name.upper() for name in needed if not getattr(self, name)]


class BadSettings(Exception):
    """The environment holds values that cannot be used; one line each."""


def read_settings() -> Settings:
    """Read the environment. Raises ``BadSettings`` with every fault at once, without the values."""
    try:
        return Settings()
    except ValidationError as wrong:
        lines = [f"{'.'.join(map(str, item['loc'])).upper()}: {item['msg']}" for item in wrong.errors()]
        raise BadSettings("\n".join(lines)) from None
