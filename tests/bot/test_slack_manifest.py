"""Manifest: the app that operators install is the app that the code expects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.slack.listeners import PATH
from sandbox.slack.settings import EVENTS, SCOPES

MOST = {"name": 35, "description": 140}
NEEDS = {"app_home_opened": None, "message.im": "im:history", "member_joined_channel": "groups:read"}


@pytest.fixture
def manifest() -> dict[str, Any]:
    text = (Path(__file__).parents[2] / "slack_manifest.yml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def test_every_address_is_our_door(manifest: dict[str, Any]) -> None:
    """Events, buttons, menus and the command all come to the one path, over https."""
    settings, (command,) = manifest["settings"], manifest["features"]["slash_commands"]
    given = settings["interactivity"]
    urls = {
        settings["event_subscriptions"]["request_url"],
        given["request_url"],
        given["message_menu_options_url"],
    }
    assert urls | {command["url"]} == {f"https://smallwin.example.com{PATH}"}
    assert command["command"] == "/smallwin"


def test_it_keeps_to_slacks_limits(manifest: dict[str, Any]) -> None:
    """Slack takes no longer names and descriptions."""
    about, (command,) = manifest["display_information"], manifest["features"]["slash_commands"]
    assert all(len(about[name]) <= most for name, most in MOST.items())
    assert len(command["command"]) <= 32
    assert len(command["usage_hint"]) <= 1_000
    assert about["name"] == "スモールウィン"


def test_events_and_scopes_are_those_rehearsed_with(manifest: dict[str, Any]) -> None:
    """The sandbox grants what the manifest asks for, and no event lacks its scope."""
    scopes = set(manifest["oauth_config"]["scopes"]["bot"])
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert scopes <= SCOPES
    assert events == EVENTS
    assert all(scope in scopes for event, scope in NEEDS.items() if scope and event in events)


def test_it_stays_plain(manifest: dict[str, Any]) -> None:
    """No rotation, which cannot be undone; no socket mode, no whole organisations."""
    settings = manifest["settings"]
    assert not any(settings[f"{name}_enabled"] for name in ("org_deploy", "socket_mode", "token_rotation"))
