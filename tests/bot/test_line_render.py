"""Render: what we draw is right for LINE, readable for the person, and never nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from linebot.v3.messaging import FlexMessage, TextMessage

from bot.line.limits import broken, size_of
from bot.line.render import CUT_QUOTE, carousel, render, safe, twin
from bot.line.texts import EASY, clean, shorten, split
from bot.payloads import units
from flows.messages import Card, Line, Message
from tests.bot.line_samples import CHOICES, DRAFT, ESSAY, FIX, MESSAGES, PERSON, YES, messages, texts

Json = dict[str, Any]
everything = pytest.mark.parametrize("name", MESSAGES)


def parts(drawn: Any, kind: str) -> Iterator[Json]:
    """Give every object of a type in a drawing, in reading order."""
    if isinstance(drawn, list | tuple):
        for each in drawn:
            yield from parts(each, kind)
    elif isinstance(drawn, dict):
        if drawn.get("type") == kind:
            yield drawn
        for each in drawn.values():
            yield from parts(each, kind)


def shown(drawn: Any) -> list[str]:
    return [part["text"] for part in parts(drawn, "text")]


def taps(drawn: Any) -> list[str]:
    return [action["data"] for action in parts(drawn, "postback")]


def through_the_sdk(message: Json) -> Any:
    model: Any = FlexMessage if message["type"] == "flex" else TextMessage
    return model.from_dict(message).to_dict()


def without_nothing(part: Any) -> Any:
    if isinstance(part, dict):
        return {name: without_nothing(each) for name, each in part.items() if each is not None}
    return [without_nothing(each) for each in part] if isinstance(part, list) else part


@everything
def test_everything_is_within_the_limits(name: str) -> None:
    """LINE has nothing to refuse, whatever a flow says."""
    drawn = safe(MESSAGES[name])
    assert drawn
    assert [broken([each]) for each in drawn] == [[]] * len(drawn)


@everything
def test_the_sdks_models_know_every_field(name: str) -> None:
    """A field that the SDK drops is one that LINE does not know."""
    for message in safe(MESSAGES[name]):
        assert without_nothing(through_the_sdk(message)) == message


@everything
def test_every_button_arrives_once(name: str) -> None:
    """However a message is spread over bubbles, each button is in it, in its order."""
    message = MESSAGES[name]
    assert taps(render(message)) == [button.payload for button in message.buttons]


@everything
def test_the_words_stay_whole(name: str) -> None:
    """Nothing a flow says is cut, only spread."""
    said = "".join("".join(shown(render(MESSAGES[name]))).split())
    assert "".join(clean(MESSAGES[name].text).split()) in said


def test_plain_words_are_a_text() -> None:
    """What needs no frame has none."""
    assert render(Message("こんにちは。")) == ({"type": "text", "text": "こんにちは。"},)


def test_nothing_to_say_draws_nothing() -> None:
    """An empty message is not sent as an empty bubble."""
    assert render(Message()) == safe(Message(" \n", Card(""))) == ()


def test_a_question_stands_large_over_its_buttons() -> None:
    """One column, one filled button, everything grows with the person's font size."""
    (drawn,) = render(MESSAGES["card and question"])
    bubble = drawn["contents"]
    assert shown(bubble["body"])[-1] == "この内容でよろしいですか？"
    assert bubble["body"]["contents"][-1]["size"] == "xl"
    styles = [each["style"] for each in parts(bubble["footer"], "button")]
    assert styles == ["primary", "secondary", "secondary", "secondary"]
    for part in (*parts(bubble, "text"), *parts(bubble, "button")):
        assert part["scaling"] is True
    for part in parts(bubble, "text"):
        assert part["wrap"] is True


def test_a_tap_is_said_aloud() -> None:
    """The chat shows what the person chose, in the button's words."""
    (drawn,) = render(MESSAGES["question"])
    assert [each["displayText"] for each in parts(drawn, "postback")] == [
        each.label for each in (*CHOICES, PERSON)
    ]


def test_a_long_label_wraps_instead_of_shrinking() -> None:
    """A label that would become tiny in a button stands whole in a box that can be tapped."""
    (drawn,) = render(MESSAGES["question"])
    (wide,) = (each for each in parts(drawn["contents"]["footer"], "box") if "action" in each)
    assert shown(wide) == [CHOICES[2].label]


def test_a_card_shows_whose_words_they_are_and_what_changed() -> None:
    """Quotes stand in a tinted box with a bar; a changed row says so."""
    (drawn,) = render(MESSAGES["card"])
    (tinted,) = (each for each in parts(drawn, "box") if each["layout"] == "horizontal")
    assert shown(tinted) == [DRAFT.lines[0].text]
    assert (tinted["contents"][0]["width"], tinted["contents"][0]["flex"]) == ("4px", 0)
    assert shown(drawn).count("変わりました") == 1
    assert shown(drawn)[0] == DRAFT.title
    assert shown(drawn)[-1] == DRAFT.note


def test_a_long_quote_is_shortened_and_says_so() -> None:
    """Ten thousand characters do not fill the phone; the person knows who reads the rest."""
    (drawn,) = render(MESSAGES["long quote"])
    assert shown(drawn)[2].endswith(CUT_QUOTE)
    assert units(shown(drawn)[2]) <= 500
    assert CUT_QUOTE in drawn["altText"]


def test_the_notification_holds_the_content_and_the_choices() -> None:
    """What is read on the lock screen and on old phones is the message, not 「カード」."""
    (drawn,) = render(MESSAGES["question"])
    assert drawn["altText"] == (
        "いちばん手がかかっているのは何ですか？\n"
        "①請求書づくり\n②お客さまへのご連絡\n"
        "③ホームページやチラシの手直しを毎月すこしずつ頼みたい\n④分からない\n「人と話す」"
    )


def test_the_choices_have_room_after_a_long_card() -> None:
    """However long the card, the notification still lists what can be answered."""
    lines = tuple(Line("", "あ" * 450) for _ in range(9))
    (drawn,) = render(Message("よいですか？", Card("長い", lines), (YES, FIX)))
    assert drawn["altText"].endswith("…\n①この内容で載せる\n②直す")
    assert units(drawn["altText"]) <= 1_500


def test_long_words_come_in_pieces_that_end_with_a_sentence() -> None:
    """A long text is several bubbles of whole sentences, five at the most."""
    drawn = render(MESSAGES["long words"])
    assert 1 < len(drawn) <= 5
    assert all(each["text"].endswith("。") for each in drawn)
    assert "".join(shown(drawn)) == ESSAY


def test_the_end_of_long_words_stands_over_the_buttons() -> None:
    """The question at the end of a long text is in the bubble with its answers; a card comes first."""
    *before, last = render(MESSAGES["card and long question"])
    assert before[0]["type"] == "flex"
    assert {each["type"] for each in before[1:]} == {"text"}
    assert taps(last) == [each.payload for each in CHOICES]
    assert ESSAY.endswith(shown(last["contents"]["body"])[0])


def test_a_card_too_big_for_a_bubble_is_spread() -> None:
    """LINE refuses more than 30 KB: the rows go on in a next bubble, the buttons stand in the last."""
    drawn = render(MESSAGES["long card"])
    assert len(drawn) > 1
    assert all(size_of(each["contents"]) <= 30_000 for each in drawn)
    assert shown(drawn[0])[0] == f"長い（1/{len(drawn)}）"
    assert taps(drawn[-1]) == [YES.payload, FIX.payload]


def test_many_buttons_go_on_in_a_next_bubble_with_their_own_numbers() -> None:
    """A number names one choice of the question, whichever bubble it is in."""
    drawn = render(MESSAGES["many buttons"])
    assert [len(taps(each)) for each in drawn] == [12, 12, 8]
    assert "⑬" in drawn[1]["altText"]
    assert "①" not in drawn[1]["altText"]
    assert "25. " in drawn[2]["altText"]


def test_what_line_would_refuse_goes_out_as_text_with_numbers() -> None:
    """Never silence: the question and its choices arrive, to be answered in words."""
    assert safe(MESSAGES["forged"]) == ({"type": "text", "text": "どれですか？\n①これ\n②あれ"},)


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(messages)
def test_whatever_people_write_can_be_sent(message: Message) -> None:
    """Emoji, 𠮷, right-to-left, control characters, braces: LINE takes all of it, no word is lost."""
    drawn = safe(message)
    for each in drawn:
        assert broken([each]) == []
        json.dumps(each, ensure_ascii=False).encode()
    if "".join(clean(message.text).split()):
        assert drawn
        assert "".join(clean(message.text).split()) in "".join("".join(shown(drawn)).split())
    assert bool(drawn) >= bool(message.buttons)


@given(texts)
def test_pieces_hold_all_of_the_text(text: str) -> None:
    """Splitting loses nothing but the space at the seams, and no piece is too long."""
    pieces = split(clean(text))
    assert "".join("".join(pieces).split()) == "".join(clean(text).split())
    assert all(0 < units(piece) <= max(EASY, units(text) // 4) + EASY for piece in pieces)


@given(texts)
def test_shortening_keeps_whole_characters(text: str) -> None:
    """A family of emoji is shown whole or not at all."""
    short = shorten(clean(text), 20)
    assert units(short) <= 20
    assert short == clean(text) or clean(text).startswith(short.removesuffix("…").rstrip())
    assert "\u200d…" not in short


def test_an_address_above_buttons_can_be_tapped() -> None:
    """Flex text links nothing by itself: the line with the address opens it, all words stay, quoted ones open nothing."""
    said = (
        "打ち合わせです。\n入るとき：https://meet.example.com/5b4a\n「https://example.org」は、いかがですか？"
    )
    [drawn] = safe(Message(said, buttons=(YES,)))
    assert [link["uri"] for link in parts(drawn, "uri")] == ["https://meet.example.com/5b4a"]
    assert "\n".join(shown(drawn)) == said


def test_a_carousel_counts_its_cards() -> None:
    """Several cards stand side by side in one size, each knowing its place."""
    drawn = carousel([Message(card=DRAFT, buttons=(YES,))] * 3)
    assert broken([drawn]) == []
    assert without_nothing(through_the_sdk(drawn)) == drawn
    assert [each for each in shown(drawn) if "/" in each] == ["1/3", "2/3", "3/3"]
    with pytest.raises(ValueError, match="1 to 12"):
        carousel([Message("x")] * 13)


def test_the_twin_says_all() -> None:
    """The text twin has the card, the question and the numbered answers."""
    said = twin(MESSAGES["card and question"])
    for words in (DRAFT.title, DRAFT.lines[0].text, "よろしいですか", "①この内容で載せる", "「人と話す」"):
        assert words in said
