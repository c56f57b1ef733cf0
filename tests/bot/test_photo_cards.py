"""Photo cards: the button that opens a photo is one Slack and LINE take, and its tap does nothing to us."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from bot.doctor import check_address
from bot.line.limits import broken
from bot.line.render import render as draw_line
from bot.settings import Settings
from bot.slack.limits import broken_message, safe
from bot.slack.reading import read
from bot.slack.render import render
from flows.inbound import Ignored
from flows.messages import Button, Message

URL = "https://smallwin.example.com/p/photo/abc"
SHOWN = Message("写真 1枚", buttons=(Button("写真を見る", "", url=URL),))


def test_slack_takes_a_button_with_an_address() -> None:
    """It has an address and no value."""
    body = render(SHOWN)
    [button] = body["blocks"][-1]["elements"]
    assert (button["url"], "value" in button) == (URL, False)
    assert broken_message(body) == []


@pytest.mark.parametrize("address", ["javascript:alert(1)", "ftp://a", "https://a/" + "x" * 3_000])
def test_an_address_slack_would_refuse_is_found(address: str) -> None:
    """The card goes as plain text then, never not at all."""
    bad = Message("写真 1枚", buttons=(Button("写真を見る", "", url=address),))
    assert broken_message(render(bad))
    assert "写真 1枚" in safe(bad)["text"]


def test_line_draws_it_as_an_address_too() -> None:
    """A button with an address is no answer and no postback."""
    [drawn] = draw_line(SHOWN)
    assert broken([drawn]) == []
    assert f"'uri': '{URL}'" in str(drawn)
    assert "postback" not in str(drawn)


def test_opening_a_link_changes_nothing() -> None:
    """Slack tells us of the tap; it is no forgery, and no act."""
    tapped = {"actions": [{"type": "button", "action_id": "tap.0", "url": URL}]}
    now = datetime.now(UTC)
    assert read(tapped, "block_actions", now) == Ignored("opened a link", now)


def test_the_public_address_is_an_address() -> None:
    """Anything else is said at the start; a slash at the end is no matter."""
    assert Settings(public_url="https://a.example/").public_url == "https://a.example"
    with pytest.raises(ValidationError):
        Settings(public_url="a.example")


@pytest.mark.parametrize(
    ("address", "says"),
    [("", "PUBLIC_URL がない"), ("http://a", "https では"), ("https://a", "https://a/p/")],
)
def test_doctor_says_why_there_is_no_link(address: str, says: str) -> None:
    """It is no fault, and it is said."""
    found = check_address(Settings(public_url=address))
    assert found.is_fine
    assert says in found.fact
