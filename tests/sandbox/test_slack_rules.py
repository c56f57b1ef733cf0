"""Rules: every limit of Block Kit, from just inside to just outside; the SDK's models as a second opinion."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from slack_sdk.models import blocks as sdk
from slack_sdk.models.views import View

from sandbox.slack.rules import judge_blocks, judge_view
from sandbox.slack.shapes import length, table
from tests.sandbox.slack_stage import actions, button, field_of, home, modal, option, section, text_field

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def options(count: int) -> list[Json]:
    return [option(f"v{number}") for number in range(count)]


def menu(count: int = 1, **more: Any) -> Json:
    return {"type": "static_select", "action_id": "menu", "options": options(count), **more}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def rich_line(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def confirm(**more: Any) -> Json:
    words = {
        "title": plain("確認"),
        "text": plain("よいですか"),
        "confirm": plain("はい"),
        "deny": plain("いいえ"),
    }
    return {**words, **more}


def picture(**more: Any) -> Json:
    return {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "図", **more}


FINE: dict[str, Json] = {
    "section": section("x" * 3000, fields=[plain("y" * 2000)] * 3),
    "fields only": {"type": "section", "fields": [plain("a")] * 10},
    "header": {"type": "header", "text": plain("見" * 150)},
    "context": {"type": "context", "elements": [plain("a"), picture()]},
    "divider": {"type": "divider"},
    "buttons": actions(*(button(f"b{number}", "v" * 2000, "言" * 75) for number in range(25))),
    "danger": actions(button(style="danger", confirm=confirm(style="danger"))),
    "link": actions(button(url="https://example.com/p/1")),
    "menu": actions(menu(100, initial_option=option("v3"), placeholder=plain("選" * 150))),
    "groups": actions(
        {
            "type": "static_select",
            "action_id": "g",
            "option_groups": [{"label": plain("群"), "options": options(100)}],
        }
    ),
    "many": section(accessory={"type": "multi_static_select", "action_id": "m", "options": options(3)}),
    "overflow": section(accessory={"type": "overflow", "action_id": "o", "options": options(5)}),
    "boxes": field_of("f", {"type": "checkboxes", "action_id": "c", "options": options(10)}),
    "radio": field_of("f", {"type": "radio_buttons", "action_id": "r", "options": options(10)}),
    "date": actions({"type": "datepicker", "action_id": "d", "initial_date": "2026-11-27"}),
    "time": actions(
        {"type": "timepicker", "action_id": "t", "initial_time": "23:59", "timezone": "Asia/Tokyo"}
    ),
    "person": actions({"type": "users_select", "action_id": "u", "initial_user": "U1"}),
    "text": text_field("f", multiline=True, min_length=0, max_length=3000, initial_value=""),
    "number": field_of(
        "f", {"type": "number_input", "action_id": "n", "is_decimal_allowed": False, "min_value": "0"}
    ),
    "mail": field_of("f", {"type": "email_text_input", "action_id": "e"}),
    "address": field_of("f", {"type": "url_text_input", "action_id": "u"}),
    "picture": picture(title=plain("題")),
    "rich": rich(
        rich_line(
            {"type": "text", "text": "太字", "style": {"bold": True}},
            {"type": "link", "url": "https://example.com"},
            {"type": "emoji", "name": "tada"},
            {"type": "user", "user_id": "U1"},
            {"type": "channel", "channel_id": "C1"},
            {"type": "usergroup", "usergroup_id": "S1"},
            {"type": "broadcast", "range": "here"},
            {"type": "date", "timestamp": 1, "format": "{date}", "fallback": "x"},
        ),
        {
            "type": "rich_text_list",
            "style": "bullet",
            "indent": 1,
            "elements": [rich_line({"type": "text", "text": "一"})],
        },
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "引"}]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "形"}]},
    ),
    "markdown": {"type": "markdown", "text": "x" * 12_000},
}

WRONG: dict[str, tuple[Json, str]] = {
    "unknown block": ({"type": "poem"}, "unsupported type: poem"),
    "unknown property": (section(colour="red"), "invalid additional property: colour"),
    "empty section": ({"type": "section"}, "must have either text or fields"),
    "empty text": (section(""), "must be more than 0 characters"),
    "long text": (section("x" * 3001), "must be less than 3001 characters"),
    "surrogates count twice": (section("𠮷" * 1501), "must be less than 3001 characters"),
    "many fields": ({"type": "section", "fields": [plain("a")] * 11}, "no more than 10 items allowed"),
    "long field": ({"type": "section", "fields": [plain("a" * 2001)]}, "must be less than 2001"),
    "long header": ({"type": "header", "text": plain("x" * 151)}, "must be less than 151"),
    "mrkdwn header": (
        {"type": "header", "text": {"type": "mrkdwn", "text": "x"}},
        "unsupported type: mrkdwn",
    ),
    "no header": ({"type": "header"}, "missing required field: text"),
    "many in context": ({"type": "context", "elements": [plain("a")] * 11}, "no more than 10"),
    "button in context": ({"type": "context", "elements": [button()]}, "unsupported type: button"),
    "many buttons": (actions(*(button(f"b{n}") for n in range(26))), "no more than 25"),
    "no buttons": ({"type": "actions", "elements": []}, "no fewer than 1"),
    "twin actions": (actions(button(), button()), "`action_id` 'go' already exists"),
    "long button": (actions(button(text="x" * 76)), "must be less than 76"),
    "empty button": (actions(button(text="")), "must be more than 0"),
    "long value": (actions(button(value="x" * 2001)), "must be less than 2001"),
    "empty value": (actions(button(value="")), "must be more than 0"),
    "number for a value": (actions(button(value=7)), "must provide a string"),  # type: ignore[arg-type]
    "long url": (actions(button(url="https://e.com/" + "x" * 3000)), "must be less than 3001"),
    "no url": (actions(button(url="example")), "invalid url"),
    "style": (actions(button(style="loud")), "must be a valid enum value"),
    "long action_id": (actions(button("x" * 256)), "must be less than 256"),
    "long block_id": (section(block_id="x" * 256), "must be less than 256"),
    "long confirm": (actions(button(confirm=confirm(deny=plain("x" * 31)))), "must be less than 31"),
    "half confirm": (actions(button(confirm={"title": plain("x")})), "missing required field: text"),
    "many options": (actions(menu(101)), "no more than 100"),
    "no options": (actions(menu(0)), "no fewer than 1"),
    "options and groups": (actions(menu(1, option_groups=[])), "must have either options or option_groups"),
    "long option": (actions(menu(options=[option("x" * 151)])), "must be less than 151"),
    "long option text": (actions(menu(options=[option("v", "x" * 76)])), "must be less than 76"),
    "other initial": (actions(menu(2, initial_option=option("v1", "別"))), "must be one of the options"),
    "long placeholder": (actions(menu(placeholder=plain("x" * 151))), "must be less than 151"),
    "many overflow": (
        section(accessory={"type": "overflow", "action_id": "o", "options": options(6)}),
        "no more than 5",
    ),
    "many boxes": (
        field_of("f", {"type": "checkboxes", "action_id": "c", "options": options(11)}),
        "no more than 10",
    ),
    "bad date": (
        actions({"type": "datepicker", "action_id": "d", "initial_date": "11/27"}),
        "must match the expected format",
    ),
    "bad time": (
        actions({"type": "timepicker", "action_id": "d", "initial_time": "24:00"}),
        "must match the expected format",
    ),
    "field outside input": (actions({"type": "plain_text_input", "action_id": "t"}), "unsupported type"),
    "button as input": (field_of("f", button()), "unsupported type: button"),
    "no label": ({"type": "input", "element": menu()}, "missing required field: label"),
    "no decimals said": (field_of("f", {"type": "number_input", "action_id": "n"}), "is_decimal_allowed"),
    "number as a number": (
        field_of("f", {"type": "number_input", "is_decimal_allowed": True, "min_value": 1}),
        "must provide a string",
    ),
    "lengths": (text_field("f", min_length=5, max_length=4), "min_length must not be greater"),
    "no alt": ({"type": "image", "image_url": "https://e.com/a.png"}, "missing required field: alt_text"),
    "no picture": ({"type": "image", "alt_text": "x"}, "must have either image_url or slack_file"),
    "rich unknown": (rich(rich_line({"type": "poem"})), "unsupported type: poem"),
    "rich text outside": (rich({"type": "text", "text": "x"}), "unsupported type: text"),
    "rich style": (rich(rich_line({"type": "text", "text": "x", "style": {"loud": True}})), "loud"),
    "rich empty": (rich(rich_line({"type": "text", "text": ""})), "must be more than 0"),
    "long markdown": ({"type": "markdown", "text": "x" * 12_001}, "must be less than 12001"),
}


@pytest.mark.parametrize("name", FINE)
def test_accepted(name: str) -> None:
    """What is within the limits passes, and the SDK's models agree."""
    assert judge_blocks([FINE[name]]) is None
    parsed = sdk.Block.parse(copy.deepcopy(FINE[name]))
    assert parsed is not None
    parsed.validate_json()


@pytest.mark.parametrize("name", WRONG)
def test_refused(name: str) -> None:
    """What is past a limit is refused in Slack's words, with the place."""
    block, words = WRONG[name]
    verdict = judge_blocks([block])
    assert verdict is not None
    assert verdict.error == "invalid_blocks"
    assert any(words in fault and "[json-pointer:/blocks/0" in fault for fault in verdict.faults), (
        verdict.faults
    )


def test_between_blocks() -> None:
    """Too many blocks, block ids used twice and two focused fields are refused."""
    assert judge_blocks([{"type": "divider"}] * 50) is None
    assert judge_blocks([{"type": "divider"}] * 51) is not None
    assert judge_blocks([section(block_id="a"), section(block_id="a")]) is not None
    focused = [text_field("a", focus_on_load=True), text_field("b", focus_on_load=True)]
    assert judge_view(modal(*focused), "modal") is not None


def test_all_text_of_a_message() -> None:
    """All blocks' text together may be 13,200 characters."""
    assert judge_blocks([section("x" * 2640) for _ in range(5)]) is None
    verdict = judge_blocks([section("x" * 2641) for _ in range(5)])
    assert verdict is not None
    assert verdict.error == "msg_blocks_too_long"


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ({"blocks": [section()], "title": plain("x")}, "missing required field: type [json-pointer:/view]"),
        ({"type": "poem"}, "must be a valid enum value [json-pointer:/view/type]"),
        (modal(title=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/title/text]"),
        (modal(submit=plain("x" * 25)), "must be less than 25 characters [json-pointer:/view/submit/text]"),
        (modal(submit_disabled=True), "invalid additional property: submit_disabled [json-pointer:/view]"),
        (modal(private_metadata="x" * 3001), "must be less than 3001"),
        (modal(callback_id="x" * 256), "must be less than 256"),
        (modal(*[section()] * 101), "no more than 100 items allowed [json-pointer:/view/blocks]"),
        (modal(text_field(), submit=None), "missing required field: submit [json-pointer:/view]"),
        (modal({"type": "markdown", "text": "x"}), "unsupported type: markdown"),
        (modal(text_field("a"), text_field("a")), "`block_id` 'a' already exists"),
    ],
)
def test_refused_modals(view: Json, words: str) -> None:
    """A modal past a limit is refused in Slack's words."""
    verdict = judge_view(view, "modal")
    assert verdict is not None
    assert verdict.error == "invalid_arguments"
    assert any(words in fault for fault in verdict.faults), verdict.faults


def test_accepted_views() -> None:
    """Full views pass, and the SDK's model agrees."""
    full = modal(
        *[section()] * 100, close=plain("x" * 24), private_metadata="x" * 3000, callback_id="x" * 255
    )
    assert judge_view(full, "modal") is None
    assert judge_view(home(*[section()] * 100), "home") is None
    View(**copy.deepcopy(full)).validate_json()


def test_nonsense_never_crashes() -> None:
    """Whatever JSON stands in whatever place, the answer is a verdict and no exception."""
    junk: list[Any] = [None, 7, "x", [], {}, [None], {"type": 7}, {"type": {}}, {"type": "section"}, True]
    for block in FINE.values():
        for path in paths_in(block):
            for piece in junk:
                spoilt = copy.deepcopy(block)
                put(spoilt, path, piece)
                judge_blocks([spoilt])
                judge_view(modal(spoilt), "modal")
    for piece in junk:
        judge_blocks(piece)
        judge_view(piece, "modal")


def paths_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if isinstance(value, dict):
        found = [(key, inner) for key, inner in value.items()]
    elif isinstance(value, list):
        found = list(enumerate(value[:2]))
    else:
        return []
    return [place for key, inner in found for place in [(*path, key), *paths_in(inner, (*path, key))]]


def put(value: Any, path: tuple[Any, ...], piece: Any) -> None:
    for key in path[:-1]:
        value = value[key]
    value[path[-1]] = piece


def test_table_is_whole() -> None:
    """Every group of the table names shapes that exist."""
    shapes = table()["shapes"]
    assert all(name in shapes for group in table()["groups"].values() for name in group)


def test_length_counts_utf16() -> None:
    """Characters are counted as UTF-16 units, the larger of the two possible ways."""
    assert (length("髙𠮷"), length("\ud83d")) == (3, 1)
