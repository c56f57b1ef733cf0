"""Veiled: marks that turn or hide words reach no screen; what people see in emoji stays."""

from __future__ import annotations

import pytest

from bot.line.render import safe
from bot.line.texts import clean as on_line
from bot.slack.texts import clean as in_slack
from flows.errors import Unreadable
from flows.messages import Card, Line, Message
from flows.questions import Text
from flows.rules.japanese.names import bare_name

TURNED = "月\u202e円万8\u202cまで\u200b、\u2066左\u2069から\ufeff"
FARMER = "👩\u200d🌾"


@pytest.mark.parametrize("clean", [on_line, in_slack])
def test_no_screen_turns_words_round(clean: object) -> None:
    """Marks of direction and of no width are gone in both chats; a farmer stays one sign."""
    assert callable(clean)
    assert clean(TURNED) == "月円万8まで、左から"
    assert clean(FARMER) == FARMER


@pytest.mark.parametrize("nothing", ["\u200b", "\u3164\u200b ", "\u202e\u202c"])
def test_what_nobody_can_see_is_no_answer(nothing: str) -> None:
    """Words that show nothing are asked for once more."""
    with pytest.raises(Unreadable):
        Text("お名前").read(nothing)


NAMES = {
    "鈴木 彩さん": "鈴木 彩", "鈴木 彩 様": "鈴木 彩", "りんご信用金庫さん": "りんご信用金庫", "中村\u200b  大輔\n": "中村 大輔",
    "さん": "さん", "Anna Tamm": "Anna Tamm",
}  # fmt: skip


@pytest.mark.parametrize(("given", "name"), NAMES.items())
def test_courtesy_is_not_said_twice(given: str, name: str) -> None:
    """We put 「さん」 behind names; what stands there already is taken off."""
    assert bare_name(given) == name


def test_only_our_own_address_can_be_tapped() -> None:
    """The way into a meeting is a link in its card; an address that somebody wrote is words."""
    ours, theirs = "https://meet.example.com/1", "https://elsewhere.example/2"
    card = Card("お会いする日", (Line("入るとき", ours, is_link=True), Line("やったこと", theirs)))
    drawn = str(safe(Message(card=card)))
    assert f"'uri': '{ours}'" in drawn
    assert f"'uri': '{theirs}'" not in drawn
