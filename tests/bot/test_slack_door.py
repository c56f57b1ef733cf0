"""Door: what Slack sends over real HTTP is verified, taken once per delivery, and answered in time."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.arrivals import Answered
from bot.slack.limits import safe
from bot.slack.listeners import SlackDoor
from flows.inbound import (
    CardTapped,
    File,
    HomeOpened,
    Ignored,
    Kind,
    MessagesOpened,
    Sent,
    StaffJoined,
    StaffLeft,
    Tapped,
    Typed,
    WordTapped,
)
from flows.messages import Button, Message
from tests.bot.slack_bench import CARD, FORM, TALK, Slack, a_slack

FORM_TYPE = "application/x-www-form-urlencoded"
HELLO = json.dumps(
    {"type": "event_callback", "event_id": "Ev1", "event": {"type": "user_change", "user": {"id": "U1"}}}
).encode()


@pytest.fixture
async def slack() -> AsyncIterator[Slack]:
    async with a_slack() as started:
        yield started


# Signatures and bodies


async def test_a_signed_event_is_taken(slack: Slack) -> None:
    """A request that Slack signed reaches the house, named by its event id."""
    assert (await slack.post(HELLO))[0] == 200
    assert [(each.external_id, each.kind, each.sender) for each in slack.house.came] == [
        ("Ev1", "user_change", "U1")
    ]


@pytest.mark.parametrize(
    "headers",
    [
        {"X_Slack_Signature": ""},
        {"X_Slack_Signature": "v0=" + "0" * 64},
        {"X_Slack_Signature": "v0=café"},
        {"X_Slack_Request_Timestamp": ""},
        {"X_Slack_Request_Timestamp": "soon"},
        {"X_Slack_Request_Timestamp": "9" * 5000},
        {"X_Slack_Request_Timestamp": "1600000000"},
    ],
)
async def test_a_bad_signature_is_refused(slack: Slack, headers: dict[str, str]) -> None:
    """Whatever is wrong with the signature or its timestamp, the answer is 401 and nothing is taken."""
    assert (await slack.post(HELLO, **headers))[0] == 401
    assert slack.house.came == []


async def test_an_old_signature_is_refused(slack: Slack) -> None:
    """A request recorded six minutes ago cannot be played again."""
    assert (await slack.post(HELLO, **slack.world.sign(HELLO, time.time() - 360)))[0] == 401
    async with slack.http.post(slack.url, data=HELLO) as answer:
        assert answer.status == 401


def test_an_empty_secret_is_refused() -> None:
    """A door without a secret does not open: anybody could sign."""
    with pytest.raises(ValueError, match="empty"):
        SlackDoor("", None, None, None, None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{", "application/json"),
        (b"[]", "application/json"),
        (b"null", "application/json"),
        (b'"x"', "application/json"),
        (b"", "application/json"),
        (b"[" * 50_000, "application/json"),
        (b"\xff\xfe", "application/json"),
        (b'{"type":"event_callback","event":"x"}', "application/json"),
        (b'{"type":"event_callback","event":{"type":7}}', "application/json"),
        (b'{"type":"block_actions","actions":[1]}', "application/json"),
        (b'{"type":"view_submission","view":[]}', "application/json"),
        (b"payload=%7B", FORM_TYPE),
        (b"payload=%5B%5D", FORM_TYPE),
        (b"payload=7", FORM_TYPE),
        (b"nothing", FORM_TYPE),
        (b"{}", "application/json; charset=nonsense"),
    ],
)
async def test_a_malformed_body_is_refused(slack: Slack, body: bytes, kind: str) -> None:
    """A signed body that is no request of Slack's is a 400, never a 500."""
    status, _ = await slack.post(body, Content_Type=kind)
    assert status == (401 if body == b"\xff\xfe" else 400)  # what is no text, Slack cannot have signed
    assert slack.house.came == []


async def test_a_huge_body_is_refused(slack: Slack) -> None:
    """More than a megabyte is not read to its end."""
    assert (await slack.post(b"x" * 1_100_000))[0] == 413


async def test_the_ssl_check_and_the_address_check_pass(slack: Slack) -> None:
    """Slack may check certificate and address before anything is installed."""
    async with slack.http.post(slack.url, data={"ssl_check": "1", "token": "t"}) as answer:
        assert answer.status == 200
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    status, text = await slack.post(body)
    assert status == 200
    assert "abc" in text


async def test_nothing_of_a_body_is_logged(slack: Slack, caplog: pytest.LogCaptureFixture) -> None:
    """People's words never stand in a log, whatever goes wrong."""
    caplog.set_level(logging.DEBUG)
    secret = HELLO.replace(b"Ev1", b"himitsu")
    await slack.post(secret, X_Slack_Signature="v0=0")
    await slack.post(b'{"type":"himitsu"}')
    slack.house.answers = [RuntimeError("himitsu")]
    assert (await slack.post(secret))[0] == 500
    await slack.post(b'{"himitsu')
    assert "himitsu" not in caplog.text


async def test_nobody_asks_who_we_are(slack: Slack) -> None:
    """No request costs a call to auth.test."""
    for _ in range(3):
        await slack.post(HELLO)
    assert slack.made("auth.test") == []


# Events


async def test_a_direct_message_is_typed(slack: Slack) -> None:
    """What a person writes arrives as typed, marks and links taken back out."""
    assert await slack.world.dm(slack.user, "A & B <C> です") == 200
    (said,) = slack.house.read()
    assert isinstance(said, Typed)
    assert said.text == "A & B <C> です"
    assert said.message_id == slack.world.messages(slack.dm)[-1]["ts"]


async def test_a_thread_names_what_it_answers(slack: Slack) -> None:
    """An answer in a thread quotes the message that began it."""
    root = await slack.show(safe(Message("オーナーより：来週は休みです。")))
    await slack.world.settle()
    await slack.world.dm(slack.user, "承知しました", thread_ts=root)
    (said,) = slack.house.read()
    assert isinstance(said, Typed)
    assert said.quoted_id == root


async def test_our_own_words_do_not_come_back(slack: Slack) -> None:
    """Posts and changes of our own are not taken: no loop."""
    ts = await slack.show(safe(CARD))
    await slack.client.update(slack.dm, ts, safe(Message("決まりました。", card=CARD.card)))
    await slack.world.settle()
    assert slack.house.came == []


async def test_a_secret_is_masked_before_it_is_stored(slack: Slack) -> None:
    """A card number never reaches the house, wherever in the event it stood; that it did is noted."""
    await slack.world.dm(slack.user, "番号は4111 1111 1111 1111です")
    (came,) = slack.house.came
    assert "4111" not in json.dumps(came.body)
    assert came.body["masked"] == ["card"]


async def test_failed_events_come_again(slack: Slack) -> None:
    """A turn that failed answers 500; Slack brings the same event again and it is taken again."""
    slack.house.answers = [RuntimeError("no database")]
    assert await slack.world.dm(slack.user, "もしもし") == 500
    await asyncio.sleep(0.4)
    first, second = slack.house.came
    assert first.external_id == second.external_id
    assert first.body == second.body


async def test_a_slow_event_is_not_owned_up_to() -> None:
    """An event whose turn takes too long is answered 503 in time, so that Slack brings it again."""
    async with a_slack(patience=0.2, retry_after=()) as slack:
        slack.house.seconds = 0.5
        before = time.monotonic()
        assert await slack.world.dm(slack.user, "もしもし") == 503
        assert time.monotonic() - before < 0.5


async def test_staff_come_and_go(slack: Slack) -> None:
    """Joins and leaves count in the staff channel only, and never our own."""
    staff = slack.world.add_channel("staff")
    other = slack.world.add_channel("other")
    for channel in (other, staff):
        await slack.world.join(slack.user, channel)
        await slack.world.leave(slack.user, channel)
    await slack.world.join("U0SANDBOT1", staff)
    kinds = [type(each) for each in slack.house.read(staff)]
    assert kinds == [Ignored, Ignored, StaffJoined, StaffLeft]


async def test_the_home_tab_is_heard(slack: Slack) -> None:
    """Opening the Home tab has it drawn, opening the messages tab tells that he looked."""
    await slack.world.open_home(slack.user)
    await slack.world.open_home(slack.user, tab="messages")
    assert [type(each) for each in slack.house.read()] == [HomeOpened, MessagesOpened]


async def test_a_file_is_noted_without_its_address(slack: Slack) -> None:
    """Of a file its kind, its name and its number with Slack are kept, and the words with it; never its address."""
    file = {"id": "F1", "mimetype": "image/png", "url_private": "https://files.slack.com/x", "name": "me.png"}
    event = {
        "type": "message",
        "subtype": "file_share",
        "channel_type": "im",
        "user": slack.user,
        "ts": "1.2",
    }
    body = {
        "type": "event_callback",
        "event_id": "Ev2",
        "event": {**event, "text": "これです", "files": [file]},
    }
    assert (await slack.post(json.dumps(body).encode()))[0] == 200
    kept = (File(Kind.PHOTO, "me.png", 0, "F1"),)
    assert slack.house.read() == [
        Sent(Kind.PHOTO, datetime.fromtimestamp(1.2, UTC), "1.2", ("これです",), kept)
    ]
    assert "files.slack.com" not in json.dumps(slack.house.came[0].body)


# Buttons, commands and the rest


async def test_a_tap_is_read(slack: Slack) -> None:
    """A button brings back what it was drawn with; door-openers stay out of the stored body."""
    await slack.show(safe(CARD))
    assert await slack.world.press(slack.user, slack.dm, "tap.0") == 200
    (came,) = slack.house.came
    assert came.external_id == came.trigger_id != ""
    stored = json.dumps(came.body)
    assert "response_url" not in stored
    assert came.trigger_id not in stored
    assert "sandbox" not in stored.replace("U0SANDBOT1", "")
    (tap,) = slack.house.read()
    assert isinstance(tap, Tapped)
    assert (tap.conversation, tap.key, tap.turn, tap.value) == (TALK, "verdict", 1, "yes")


async def test_every_kind_of_payload_is_told_apart(slack: Slack) -> None:
    """A card's verb, a word and nonsense each become what they are."""
    for value, kind in (
        (f"c:posting:{TALK}:2:approve", CardTapped),
        ("w:help", WordTapped),
        ("drop table", Ignored),
    ):
        action = {"type": "button", "action_id": "x", "value": value}
        await slack.show(safe(Message("どれですか", buttons=(Button("はい", "w:help"),))))
        await slack.world.force_payload(slack.user, slack.dm, action)
        assert isinstance(slack.house.read()[-1], kind)


async def test_a_notice_is_said_to_the_one_who_acted(slack: Slack) -> None:
    """A word for one person is shown to nobody else, and never as markup."""
    await slack.show(safe(CARD))
    slack.house.answers = [Answered(notice="もう<決まって>います。")]
    await slack.world.press(slack.user, slack.dm, "tap.0")
    assert [each["text"] for each in slack.world.ephemerals(slack.user)] == ["もう&lt;決まって&gt;います。"]


async def test_the_command_speaks(slack: Slack) -> None:
    """/smallwin alone is the menu, with a word that word, else what was typed."""
    for text in ("", "ヘルプ", "在庫のことで A&B"):
        assert await slack.world.command(slack.user, "/smallwin", text, slack.dm) == 200
    menu, helping, typed = slack.house.read()
    assert isinstance(menu, WordTapped)
    assert isinstance(helping, WordTapped)
    assert (menu.word, helping.word) == ("menu", "help")
    assert isinstance(typed, Typed)
    assert typed.text == "在庫のことで A&B"


async def test_shortcuts_are_heard(slack: Slack) -> None:
    """A shortcut nobody knows yet is kept and ignored, and its user sees no error."""
    await slack.world.dm(slack.user, "こんにちは")
    ts = slack.world.messages(slack.dm)[-1]["ts"]
    assert await slack.world.shortcut(slack.user, "later") == 200
    assert await slack.world.message_shortcut(slack.user, "later", slack.dm, ts) == 200
    assert all(isinstance(each, Ignored) for each in slack.house.read()[1:])


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "interactive_thing"},
        {"type": "app_rate_limited", "team_id": "T1"},
        {"type": "view_submission", "view": {"id": "V1"}, "user": {"id": "U1"}},
        {"type": "block_suggestion", "action_id": "a", "block_id": "b", "value": "x", "user": {"id": "U1"}},
        {},
    ],
)
async def test_what_nobody_listens_to_is_a_friendly_200(slack: Slack, payload: dict[str, Any]) -> None:
    """A stale or unknown request never ends in a 404, which Slack would bring again."""
    body = urlencode({"payload": json.dumps(payload), "more": "x"}).encode()
    status, text = await slack.post(body, Content_Type=FORM_TYPE)
    assert status == (200 if payload else 400)
    assert slack.house.came == []
    if payload.get("type") == "view_submission":
        assert text == ""


# Forms


async def test_a_form_opens_within_the_request(slack: Slack) -> None:
    """A tap that asks for a form gets it at once, after its turn."""
    await slack.show(safe(CARD))
    slack.house.answers = [Answered(form=FORM)]
    assert await slack.world.press(slack.user, slack.dm, "tap.0") == 200
    modal = slack.world.modal(slack.user)
    assert modal is not None
    assert modal["title"]["text"] == "今週のふりかえり"
    assert slack.house.offered == []


@pytest.mark.parametrize("fault", ["error_before", "rate_limited", "drop_after"])
async def test_a_form_that_does_not_open_is_offered(slack: Slack, fault: Any) -> None:
    """When views.open fails, once, the person is offered the form in a message instead."""
    await slack.show(safe(CARD))
    slack.house.answers = [Answered(form=FORM)]
    slack.chaos.order("views.open", fault)
    assert await slack.world.press(slack.user, slack.dm, "tap.0") == 200
    assert slack.house.offered == [(slack.user, TALK)]
    assert len(slack.made("views.open")) == 1


async def test_a_hanging_slack_does_not_hold_the_answer(slack: Slack) -> None:
    """If views.open hangs the tap is answered within three seconds and the form is offered."""
    await slack.show(safe(CARD))
    slack.house.answers = [Answered(form=FORM)]
    slack.chaos.order("views.open", "hang")
    before = time.monotonic()
    assert await slack.world.press(slack.user, slack.dm, "tap.0") == 200
    assert time.monotonic() - before < 3
    await asyncio.sleep(0.6)
    assert slack.house.offered == [(slack.user, TALK)]


async def test_a_late_tap_is_offered_its_form() -> None:
    """A turn that outlasts its trigger ends in an offered form, never in views.open."""
    async with a_slack(patience=0.1) as slack:
        await slack.show(safe(CARD))
        slack.house.answers, slack.house.seconds = [Answered(form=FORM)], 0.4
        assert await slack.world.press(slack.user, slack.dm, "tap.0") == 503
        await asyncio.sleep(0.5)
        assert slack.house.offered == [(slack.user, TALK)]
        assert slack.made("views.open") == []


async def test_a_form_asked_by_words_is_offered(slack: Slack) -> None:
    """A message brings no trigger: its form is offered."""
    slack.house.answers = [Answered(form=FORM)]
    await slack.world.dm(slack.user, "ふりかえり")
    assert slack.house.offered == [(slack.user, TALK)]
