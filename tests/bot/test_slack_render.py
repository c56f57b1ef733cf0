"""Render: whatever a message holds, Slack accepts it, and nothing in it is live that we did not write."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import example, given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.slack.limits import broken_message, broken_view, safe, safe_home, safe_modal
from bot.slack.reading import spoken
from bot.slack.render import home, modal, notice_view, processing, render
from bot.slack.texts import clamp, clean, escape, pieces
from flows.messages import Button, Card, Form, FormField, Line, Look, Message
from sandbox.slack.rules import judge_blocks, judge_view
from tests.bot.slack_bench import CARD, FORM

HOSTILE = (
    "<!channel>",
    "<@U1>",
    "<https://evil.example|ここ>",
    "&amp;",
    "*太字*",
    "> 引用",
    "😀👨‍👩‍👧",
    "\x00\x1b\ud800",
    "https://a.b/c?d=1&e=2",
)
WORDS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(HOSTILE), max_size=6).map("".join))
LONG = st.builds(lambda text, times: text * times, WORDS, st.integers(0, 300))
TEXT = st.one_of(WORDS, LONG)
LINE = st.builds(Line, WORDS, TEXT, st.booleans(), st.booleans())
CARDS = st.builds(Card, WORDS, st.lists(LINE, max_size=8).map(tuple), TEXT, TEXT)
PAYLOADS = st.text(min_size=1, max_size=300).filter(lambda text: "\x00" not in text)
BUTTONS = st.lists(st.builds(Button, TEXT, PAYLOADS, st.sampled_from(Look)), max_size=40).map(tuple)
MESSAGES = st.builds(Message, TEXT, st.none() | CARDS, BUTTONS)
KEYS = st.from_regex(r"[A-Za-z0-9_.]{1,40}", fullmatch=True)
OPTIONS = st.lists(st.tuples(st.text(min_size=1, max_size=60), WORDS), max_size=150).map(tuple)
FIELDS = st.builds(
    FormField, KEYS, TEXT, OPTIONS, TEXT, TEXT, st.integers(0, 9_000), st.booleans(), st.booleans()
)
FORMS = st.builds(
    Form,
    st.just(UUID(int=7).hex),
    st.integers(0, 999),
    WORDS,
    WORDS,
    st.lists(FIELDS, max_size=5, unique_by=lambda f: f.key).map(tuple),
    TEXT,
)


def live(blocks: Any) -> Iterator[str]:
    """Give every text that Slack would look into for mentions and links."""
    if isinstance(blocks, list):
        for each in blocks:
            yield from live(each)
    elif isinstance(blocks, dict):
        if blocks.get("type") == "mrkdwn":
            yield blocks["text"]
        for each in blocks.values():
            yield from live(each)


def check(body: dict[str, Any]) -> None:
    """Hold a message against our limits, the sandbox's and the SDK's."""
    assert broken_message(body) == []
    blocks = body.get("blocks")
    if blocks is not None:
        assert judge_blocks(blocks) is None
        for block in blocks:
            Block.parse(block).validate_json()  # type: ignore[union-attr]
    json.dumps(body, ensure_ascii=False).encode()
    for text in (body["text"], *live(blocks)):
        bare = text.replace("<http://", "").replace("<https://", "")
        assert "<" not in bare


@settings(max_examples=150, deadline=None)
@given(MESSAGES)
@example(CARD)
@example(Message())
@example(Message("あ" * 10_000, CARD.card, CARD.buttons))
@example(Message("&" * 10_000))
@example(Message("http://a.b " * 3_000))
@example(Message("", Card("題", tuple(Line("行" * 50, "値" * 500) for _ in range(60)))))
def test_any_message_can_be_sent(message: Message) -> None:
    """Hostile, huge or empty: the message that leaves is one that Slack accepts, with nothing live in it."""
    check(safe(message))


@settings(max_examples=80, deadline=None)
@given(FORMS)
@example(FORM)
def test_any_form_can_be_opened(form: Form) -> None:
    """A form is a valid modal, or less of one, but never nothing."""
    view = safe_modal(form)
    assert broken_view(view) == []
    assert judge_view(view, "modal") is None
    View(**view).validate_json()
    json.dumps(view, ensure_ascii=False).encode()


@settings(max_examples=40, deadline=None)
@given(st.lists(MESSAGES, max_size=8))
@example([CARD] * 60)
@example([Message("あ" * 9_000)] * 60)
def test_any_home_can_be_published(messages: list[Message]) -> None:
    """The Home tab fits, however much there is to show."""
    view = safe_home(messages)
    assert broken_view(view) == []
    assert judge_view(view, "home") is None


def test_the_usual_needs_no_fallback() -> None:
    """Everyday cards, forms and views are drawn as meant."""
    assert safe(CARD) == render(CARD)
    assert safe_modal(FORM) == modal(FORM)
    assert safe_home([CARD]) == home([CARD])
    for view in (processing("wait.1"), notice_view("あ" * 9_000)):
        assert (broken_view(view), judge_view(view, "modal")) == ([], None)


def test_a_card_looks_as_meant() -> None:
    """Title as header, labels bold, quotes as quotes, links live, buttons with what they carry."""
    blocks = render(CARD)["blocks"]
    assert [block["type"] for block in blocks] == [
        "header",
        "section",
        "rich_text",
        "context",
        "section",
        "actions",
    ]
    rows, quote = blocks[2]["elements"]
    assert rows["elements"][0] == {"type": "text", "text": "場所：", "style": {"bold": True}}
    assert {
        "type": "link",
        "url": "https://example.com/map?a=1&b=2",
        "text": "https://example.com/map?a=1&b=2",
    } in rows["elements"]
    assert quote == {
        "type": "rich_text_quote",
        "elements": [{"type": "text", "text": "棚卸しが*大変*\n<@U1>"}],
    }
    yes, no = blocks[-1]["elements"]
    assert (yes["style"], no["style"]) == ("primary", "danger")
    assert yes["value"] == CARD.buttons[0].payload
    assert (yes["action_id"], no["action_id"]) == ("tap.0", "tap.1")


def test_a_change_is_marked() -> None:
    """A row that changed says so."""
    drawn = render(Message(card=Card("案", (Line("時給", "3,000円", is_new=True),))))
    assert "【変更】時給：" in str(drawn["blocks"])


def test_a_card_is_never_all_rich_text() -> None:
    """A card can later be changed into any other: Slack refuses to turn pure rich text into something else."""
    drawn = render(Message(card=Card("", (Line("", "本文"),))))
    assert {block["type"] for block in drawn["blocks"]} - {"rich_text"}


def test_peoples_marks_stay_as_typed() -> None:
    """「10~12時、14~16時」 is not struck through."""
    (block,) = render(Message("10~12時、14~16時"))["blocks"]
    assert block["text"]["type"] == "plain_text"


def test_what_breaks_becomes_plain_words() -> None:
    """A message Slack would refuse still arrives, with its buttons named."""
    body = safe(Message("どうしますか？", buttons=(Button("進める", "x" * 3_000),)))
    assert "blocks" not in body
    assert "どうしますか？" in body["text"]
    assert "進める" in body["text"]


def test_a_list_that_breaks_becomes_an_input() -> None:
    """A list with an impossible option is asked in words instead."""
    form = Form(UUID(int=7).hex, 1, "題", "送る", (FormField("k", "どれ？", (("v" * 200, "あ"),)),))
    assert safe_modal(form)["blocks"][-1]["element"]["type"] == "plain_text_input"


def test_a_long_list_is_grouped() -> None:
    """More than a hundred options are shown in groups, none left out."""
    options = tuple((f"v{number}", f"選択肢{number}") for number in range(150))
    form = Form(UUID(int=7).hex, 1, "題", "送る", (FormField("k", "どれ？", options, initial="v120"),))
    element = safe_modal(form)["blocks"][-1]["element"]
    assert [len(group["options"]) for group in element["option_groups"]] == [100, 50]
    assert element["initial_option"]["value"] == "v120"


@given(TEXT)
def test_pieces_lose_no_words(text: str) -> None:
    """Cutting a long text into blocks drops nothing but blanks at the cuts."""
    assert "".join("".join(pieces(clean(text))).split()) == "".join(clean(text).split())


@given(st.text(max_size=300), st.integers(1, 100))
def test_clamping_keeps_within_and_says_so(text: str, most: int) -> None:
    """A cut text is short enough and ends in …."""
    kept = clamp(text, most)
    assert len(kept.encode("utf-16-le", "surrogatepass")) // 2 <= most
    assert kept == text or kept.endswith("…")


@given(st.text(max_size=200))
def test_escaped_words_come_back(text: str) -> None:
    """What Slack escapes on the way in is read as it was typed."""
    assert spoken(escape(text)) == text


def test_several_are_ticked_or_picked() -> None:
    """Few to choose several from are boxes, many are a list by groups; what was chosen before is marked."""
    few = FormField("k", "どれ？", (("a", "あ"), ("b", "い")), initial="a\nb", is_many=True)
    many = replace(
        few, options=tuple((f"v{n}", f"第{n}") for n in range(40)), groups=("甲",) * 15 + ("乙",) * 25
    )
    many = replace(many, initial="v3")
    form = Form(UUID(int=7).hex, 1, "題", "送る", (few, replace(many, key="m")))
    view = modal(form)
    boxes, picks = (block["element"] for block in view["blocks"])
    assert (boxes["type"], len(boxes["initial_options"])) == ("checkboxes", 2)
    assert picks["type"] == "multi_static_select"
    assert [group["label"]["text"] for group in picks["option_groups"]] == ["甲", "乙"]
    assert [option["value"] for option in picks["initial_options"]] == ["v3"]
    assert broken_view(view) == []


def test_nothing_chosen_is_no_empty_list() -> None:
    """Slack refuses an empty list of initial options, and more boxes than ten."""
    options = tuple((f"v{n}", f"第{n}") for n in range(11))
    form = Form(UUID(int=7).hex, 1, "題", "送る", (FormField("k", "どれ？", options, is_many=True),))
    [block] = modal(form)["blocks"]
    assert block["element"]["type"] == "multi_static_select"
    assert "initial_options" not in block["element"]
