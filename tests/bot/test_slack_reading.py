"""Reading: any request, however broken, is something or ignored; what people typed into forms comes back whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.bodies import arrived, is_noise
from bot.slack.reading import READERS, read, spoken
from flows.inbound import Ignored, StaffJoined, Submitted, Typed

AT = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TALK = UUID(int=7).hex
KINDS = [*READERS, "member_joined_channel", "view_closed", "shortcut", "user_change", "x" * 90, ""]
NAMES = [
    "event",
    "user",
    "view",
    "state",
    "values",
    "actions",
    "type",
    "text",
    "subtype",
    "channel_type",
    "ts",
    "files",
    "value",
    "selected_option",
    "id",
]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=5)
    ),
    max_leaves=25,
)
BODIES = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON, max_size=6)


@settings(max_examples=300, deadline=None)
@given(BODIES, st.sampled_from(KINDS))
def test_nothing_breaks_reading(body: dict[str, Any], kind: str) -> None:
    """No shape of body raises, and what is kept of it any database can hold."""
    came = arrived(body, kind, AT)
    text = json.dumps(came.body, allow_nan=False, ensure_ascii=False)
    assert "\x00" not in text.encode().decode()
    assert "\\u0000" not in text
    is_noise(body)
    assert read(body, kind, AT, "C1") is not None
    assert read(came.body, kind, AT, "C1") is not None
    assert (len(came.external_id) <= 200, len(came.sender) <= 64, len(came.kind) <= 40) == (True, True, True)


@pytest.mark.parametrize(
    ("held", "value"),
    [
        ({"type": "plain_text_input", "value": "ことば"}, "ことば"),
        ({"type": "plain_text_input", "value": None}, ""),
        ({"type": "number_input", "value": "12"}, "12"),
        ({"type": "static_select", "selected_option": {"text": {"text": "あ"}, "value": "a"}}, "a"),
        ({"type": "static_select", "selected_option": None}, ""),
        ({"type": "checkboxes", "selected_options": [{"value": "a"}, {"value": "b"}]}, "a\nb"),
        ({"type": "datepicker", "selected_date": "2026-11-21"}, "2026-11-21"),
        ({"type": "timepicker", "selected_time": "10:00"}, "10:00"),
        ({"type": "datetimepicker", "selected_date_time": 1795000000}, "1795000000"),
        ({"type": "multi_users_select", "selected_users": ["U1", "U2"]}, "U1\nU2"),
    ],
)
def test_every_input_gives_its_value(held: dict[str, Any], value: str) -> None:
    """Whatever kind of input, its value comes back as text, lists as lines."""
    view = {"private_metadata": f"{TALK}:3", "state": {"values": {"k": {"in": held}}}}
    assert read({"view": view}, "view_submission", AT) == Submitted(TALK, 3, {"k": value}, AT)


@pytest.mark.parametrize(
    "asked", ["", "x:1", f"{TALK}:-1", f"{TALK}:1:2", f"{TALK.upper()}Z:1", f"{TALK}:1\n"]
)
def test_a_forged_form_is_ignored(asked: str) -> None:
    """A form that names no conversation and turn of ours is not read."""
    assert read({"view": {"private_metadata": asked}}, "view_submission", AT) == Ignored("forged", AT)


def test_a_payload_is_not_masked() -> None:
    """Ids in buttons and forms survive even where their digits look like a card number."""
    payload = f"a:{'4111111111111111' * 2}:k:1:v"
    action = {"type": "button", "value": payload}
    came = arrived({"type": "block_actions", "actions": [action], "trigger_id": "1.2"}, "block_actions", AT)
    assert came.body["actions"][0]["value"] == payload


def test_secrets_in_forms_and_commands_are_masked() -> None:
    """What people type anywhere is masked before it is stored, and what kind it was is told."""
    number = "4111 1111 1111 1111"
    state = {"values": {"k": {"in": {"type": "plain_text_input", "value": number}}}}
    form = arrived({"view": {"state": state}, "user": {"id": "U1", "name": "aoi"}}, "view_submission", AT)
    command = arrived({"text": number, "user_id": "U1"}, "command", AT)
    for came in (form, command):
        assert "4111" not in json.dumps(came.body)
        assert came.body["masked"] == ["card"]
        assert came.sender == "U1"
    assert "aoi" not in json.dumps(form.body)


def test_bots_are_noise() -> None:
    """Other bots, and the app's own bot user, are not people."""
    ours: dict[str, Any] = {"authorizations": [{"user_id": "UBOT", "is_bot": True}]}
    assert is_noise({**ours, "event": {"type": "message", "user": "UBOT"}})
    assert is_noise({"event": {"type": "message", "bot_id": "B1"}})
    assert is_noise({"event": {"type": "message", "subtype": "message_changed"}})
    assert is_noise({"event": {"type": "team_join", "user": {"id": "U9", "is_bot": True}}})
    assert not is_noise({**ours, "event": {"type": "message", "user": "U1"}})


def test_our_own_joining_is_no_staff() -> None:
    """The bot that is invited to the staff channel does not become staff."""
    event: dict[str, Any] = {"type": "member_joined_channel", "user": "UBOT", "channel": "C1"}
    body: dict[str, Any] = {"authorizations": [{"user_id": "UBOT", "is_bot": True}], "event": event}
    assert isinstance(read(body, "member_joined_channel", AT, "C1"), Ignored)
    body["event"] = {**event, "user": "U1"}
    assert isinstance(read(body, "member_joined_channel", AT, "C1"), StaffJoined)
    assert isinstance(read(body, "member_joined_channel", AT), Ignored)


def test_links_are_read_as_typed() -> None:
    """Slack's marks around addresses are taken off."""
    assert (
        spoken("<https://a.example|a.example> と <mailto:x@a.example|x@a.example>")
        == "a.example と x@a.example"
    )
    assert spoken("<https://a.example/?a=1&amp;b=2>") == "https://a.example/?a=1&b=2"
    assert spoken("&lt;!channel&gt;") == "<!channel>"


def test_a_channel_is_not_read() -> None:
    """The bot never acts on what is said in channels."""
    event = {"type": "message", "channel_type": "group", "user": "U1", "text": "やあ", "ts": "1.2"}
    assert isinstance(read({"event": event}, "message", AT), Ignored)
    assert isinstance(read({"event": {**event, "channel_type": "im"}}, "message", AT), Typed)
