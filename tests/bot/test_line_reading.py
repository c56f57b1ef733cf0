"""Reading: a stored event means the same to us as to LINE's own SDK; what we do not know is ignored."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from linebot.v3 import WebhookParser

from bot.line.webhook import arrivals, read
from bot.payloads import answer_payload, card_payload, form_payload, word_payload
from flows.inbound import (
    CardTapped,
    File,
    Followed,
    FormAsked,
    Ignored,
    Inbound,
    Kind,
    Sent,
    Tapped,
    Typed,
    Unfollowed,
    Unsent,
    WordTapped,
)
from flows.words import Word
from tests.bot.test_line_webhook import NOW, SECRET, USER, anything, event, said, webhook

AT = datetime.fromtimestamp(1_795_000_000.123, UTC)
TALK = UUID("0192f0c1d2e37abc8def001122334455")


def meaning(body: Any) -> Inbound:
    (arrived,) = arrivals(webhook(body), NOW)
    return read(json.loads(json.dumps(arrived.body)), arrived.happened_at)


def by_sdk(body: dict[str, Any]) -> Any:
    raw = webhook(body)
    signature = base64.b64encode(hmac.new(SECRET.encode(), raw, hashlib.sha256).digest()).decode()
    (parsed,) = WebhookParser(SECRET).parse(raw.decode(), signature)
    return parsed


def sent(kind: str, **more: Any) -> dict[str, Any]:
    return event(message={"type": kind, "id": "4401", **more})


def tapped(data: Any, **params: Any) -> dict[str, Any]:
    return event("postback", postback={"data": data, **({"params": params} if params else {})})


LINE_CONTENT = {"type": "line"}
SENT = {
    "image": (sent("image", quoteToken="q", contentProvider=LINE_CONTENT), Kind.PHOTO),
    "one of several": (
        sent(
            "image",
            quoteToken="q",
            contentProvider=LINE_CONTENT,
            imageSet={"id": "S", "index": 1, "total": 2},
        ),
        Kind.PHOTO,
    ),
    "video": (sent("video", quoteToken="q", duration=60000, contentProvider=LINE_CONTENT), Kind.VIDEO),
    "audio": (sent("audio", duration=60000, contentProvider=LINE_CONTENT), Kind.VOICE),
    "file": (sent("file", fileName="見積.pdf", fileSize=2138), Kind.FILE),
    "location": (sent("location", title="店", address="伊那市", latitude=35.8, longitude=137.9), Kind.PLACE),
}


def test_words_are_typed() -> None:
    """Text, its id and what it quotes come through, as the SDK reads them."""
    body = said("月末の請求書が大変で😥")
    body["message"]["quotedMessageId"] = "4399"
    theirs = by_sdk(body)
    assert meaning(body) == Typed(
        theirs.message.text, AT, theirs.message.id, theirs.message.quoted_message_id
    )
    assert theirs.timestamp == AT.timestamp() * 1000
    assert theirs.source.user_id == USER


@pytest.mark.parametrize("name", SENT)
def test_what_is_sent_has_its_kind(name: str) -> None:
    """Photo, voice, video, file and place are told apart, under the SDK's id; a place comes with its address."""
    body, kind = SENT[name]
    place = by_sdk(body).message
    words = (place.address or place.title,) if kind is Kind.PLACE else ()
    files = (File(kind, place.file_name, place.file_size),) if kind is Kind.FILE else ()
    assert meaning(body) == Sent(kind, AT, place.id, words, files)


def test_a_sticker_brings_its_words() -> None:
    """A sticker's own text and keywords say what it means."""
    body = sent(
        "sticker",
        quoteToken="q",
        packageId="446",
        stickerId="1988",
        stickerResourceType="MESSAGE",
        keywords=["OK", "了解"],
        text="わかった",
    )
    theirs = by_sdk(body).message
    assert meaning(body) == Sent(Kind.STICKER, AT, theirs.id, (theirs.text, *theirs.keywords))


def test_taps_are_read_by_what_the_button_carries() -> None:
    """Answer, card, word and form each become what they were made as."""
    made = {
        answer_payload(TALK, "wish", 3, "請求書:月末"): Tapped(TALK.hex, "wish", 3, "請求書:月末", AT),
        card_payload("posting", TALK, 2, "publish"): CardTapped("posting", TALK.hex, 2, "publish", AT),
        word_payload(Word.PERSON): WordTapped("person", AT),
        form_payload(TALK): FormAsked(TALK.hex, AT),
    }
    for data, inbound in made.items():
        assert by_sdk(tapped(data)).postback.data == data
        assert meaning(tapped(data)) == inbound


@pytest.mark.parametrize(
    "params", [{"date": "2026-12-01"}, {"time": "14:30"}, {"datetime": "2026-12-01T14:30"}]
)
def test_a_picked_date_is_part_of_the_answer(params: dict[str, str]) -> None:
    """What was chosen in the picker comes after the button's own value."""
    (picked,) = params.values()
    assert meaning(tapped(answer_payload(TALK, "day", 1, "on "), **params)) == Tapped(
        TALK.hex, "day", 1, f"on {picked}", AT
    )


@pytest.mark.parametrize("params", [{"date": 5}, {"date": "soon"}, {"status": "SUCCESS"}, {"other": "x"}])
def test_strange_params_add_nothing(params: dict[str, Any]) -> None:
    """A tap with params we do not know is still a tap."""
    assert meaning(tapped(answer_payload(TALK, "day", 1, "x"), **params)) == Tapped(
        TALK.hex, "day", 1, "x", AT
    )


def test_coming_going_and_taking_back() -> None:
    """Follow, block and unsend are read as the SDK reads them."""
    unsend = event("unsend", unsend={"messageId": "325708"})
    del unsend["replyToken"]
    assert meaning(event("follow", follow={"isUnblocked": False})) == Followed(AT)
    assert meaning(event("follow")) == Followed(AT)
    assert meaning(event("unfollow")) == Unfollowed(AT)
    assert meaning(unsend) == Unsent(by_sdk(unsend).unsend.message_id, AT)


def test_a_message_of_a_new_kind_is_still_something_sent() -> None:
    """A person who sends what does not exist yet is not met with silence."""
    assert meaning(sent("hologram")) == Sent(Kind.OTHER, AT, "4401")


GROUP = {"type": "group", "groupId": "C" + "1" * 32, "userId": USER}


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (said("やあ", source=GROUP), "group"),
        (said("やあ", source={"type": "room", "roomId": "R" + "1" * 32}), "group"),
        (said("やあ", mode="standby"), "standby"),
        (said("やあ", mode="half awake"), "unknown mode"),
        (said("やあ", mode=5), "unknown mode"),
        (said("やあ", source={"type": "user"}), "no sender"),
        (said("やあ", source=None), "no sender"),
        (event("messageEdited", message={"type": "text", "id": "1", "text": "x"}), "unknown messageEdited"),
        (event("accountLink", link={"result": "ok", "nonce": "n"}), "unknown accountLink"),
        (event("beacon"), "unknown beacon"),
        (event("n" * 99), "unknown " + "n" * 40),
        ({}, "unknown"),
        (None, "unknown unreadable"),
        (event(5), "unknown"),  # type: ignore[arg-type]
        (event(), "unknown message"),
        (event(message="x"), "unknown message"),
        (event(message={"type": 5}), "unknown message"),
        (sent("text"), "unknown message/text"),
        (sent("text", text=""), "unknown message/text"),
        (sent("text", text=5), "unknown message/text"),
        (event("postback"), "unknown postback"),
        (tapped(None), "unknown postback"),
        (tapped("buy=1"), "unknown postback"),
        (tapped(f"a:{TALK}:wish:1:x"), "unknown postback"),
        (tapped("menu=2", newRichMenuAliasId="two", status="SUCCESS"), "menu switched"),
        (event("unsend", unsend={}), "unknown unsend"),
    ],
)
def test_what_we_do_not_know_is_ignored(body: Any, why: str) -> None:
    """Groups, standby and everything new are kept and not acted on."""
    assert meaning(body) == Ignored(why, NOW if not isinstance(body, dict) or "timestamp" not in body else AT)


@given(anything)
def test_any_stored_event_can_be_read(body: Any) -> None:
    """No surprise from LINE is an exception in a turn."""
    safe = json.loads(json.dumps(body).replace("NaN", "1").replace("Infinity", "1"))
    for source in ({"type": "user", "userId": USER}, None):
        for kind in ("message", "postback", "unsend", "follow"):
            given_body = {
                **(safe if isinstance(safe, dict) else {"message": safe, "postback": safe}),
                "type": kind,
            }
            (arrived,) = arrivals(webhook({**given_body, "source": source}), NOW)
            read(arrived.body, arrived.happened_at)
