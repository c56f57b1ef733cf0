"""Owner texts: whatever an owner can read is held to the rules of the voice, played to the renewal and walked in the code."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFont

from bot.line.render import safe as draw
from bot.pages.letters import FONT, NOWHERE
from flows.messages import Message
from prompts.knowledge import verbatim
from tests.flows.talk import read_in
from tests.flows.test_voice import labels, static
from tests.flows.test_wish_talks import TALKS
from tests.flows.voice import MOST_LABEL, faults
from tests.story import stages
from tests.story.stages import Cast, at
from tests.story.world import YAMAZAKI, buttons_of

ROOT = Path(__file__).parents[2]
VERBATIM = frozenset(verbatim().texts().values())
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿]")
FOR_OTHERS = {
    "talents.py",
    "reviewing.py",
    "staffing.py",
    "cards.py",
}  # talents and staff read these, in Slack
FOR_OPERATORS = {
    "command.py",
    "demo.py",
    "demo_clock.py",
    "doctor.py",
    "settings.py",
    "menu_deploy.py",
}
FULL_TEXT = "terms"  # the law asks for it, and it is marked as such
FOR_STAFF = ("post", "Refusal", "NeedsPerson")


def waited(cast: Cast) -> Cast:
    """Nobody answers for forty days: nudges, the weeks, and what is said about silence."""
    stages.running(cast).world.move(stages.noon_after(cast.world.now, 40))
    return cast


def let_go(cast: Cast) -> Cast:
    stages.listed(cast).owner.play(
        "[見送る]", "いまどうなってる？", "わたしの情報", "メニュー", "使いかた", "人と話す"
    )
    return cast


ROADS: tuple[Callable[[Cast], Cast], ...] = (stages.talking_over, waited, let_go)


@cache
def read_by_owners(road: Callable[[Cast], Cast]) -> tuple[Message, ...]:
    """Give every message that stood before the owner on this road, once; a deck as its cards."""
    mine = (item.message for item in at(road).world.seen if item.to == YAMAZAKI)
    return tuple({one.as_text(): one for each in mine for one in (each.deck or (each,))}.values())


def held(message: Message) -> list[str]:
    """Name the faults of a message; the method's own texts stand as they were given."""
    is_given = any(message.text.startswith(text) for text in VERBATIM)
    if is_given:
        return []
    card = message.card
    ours = tuple(row for row in card.lines if row.label not in VERBATIM) if card else ()
    return list(faults(replace(message, card=replace(card, lines=ours) if card else None)))


@pytest.mark.parametrize("road", ROADS, ids=lambda road: str(road.__name__))
def test_all_an_owner_reads_until_the_renewal_is_well_said(road: Callable[[Cast], Cast]) -> None:
    """From hello to the choice of month three: short, plain, one question and last, short labels."""
    said = read_by_owners(road)
    assert len(said) > 20
    assert {message.as_text(): why for message in said if (why := held(message))} == {}


@pytest.mark.parametrize("road", ROADS, ids=lambda road: str(road.__name__))
def test_every_card_has_its_words_as_text(road: Callable[[Cast], Cast]) -> None:
    """What is drawn on LINE says the same where it cannot be shown: in the list of talks, and read aloud."""
    for message in read_by_owners(road):
        for bubble in draw(message):
            assert bubble["type"] == "text" or bubble["altText"].strip()
    assert [
        b.label for m in read_by_owners(road) for b in buttons_of(m) if len(b.label) > MOST_LABEL + 4
    ] == []


@pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)
def test_all_that_is_said_about_a_wish_is_well_said(path: Path) -> None:
    """Every message of the 25 wishes' transcripts."""
    said = read_in(path.read_text(encoding="utf-8"))
    assert {message.as_text(): why for message in said if (why := held(message))} == {}


def text_of(node: ast.expr) -> str:
    """Give a constant text, with ＿ for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) for part in node.values)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    return "＿"


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def spoken_in(node: ast.AST) -> Iterator[str]:
    """Walk to every text that is said or asked; what is posted to the staff or refused to them is left out."""
    if isinstance(node, ast.Call) and name_of(node) in FOR_STAFF:
        return
    if isinstance(node, ast.FunctionDef) and node.name == FULL_TEXT:
        return
    if isinstance(node, ast.JoinedStr | ast.Constant):
        if JAPANESE.search(text := text_of(node)) and text.endswith(("。", "？", "。)")):
            yield text
        return
    for child in ast.iter_child_nodes(node):
        yield from spoken_in(child)


def walked() -> list[str]:
    paths = [*(ROOT / "flows").rglob("*.py"), *(ROOT / "bot").rglob("*.py")]
    trees = [
        ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(paths)
        if path.name not in FOR_OTHERS | FOR_OPERATORS and path.parent.name != "commands"
    ]
    return list(dict.fromkeys(text for tree in trees for text in spoken_in(tree)))


def test_every_text_in_the_code_is_well_said() -> None:
    """No talk need come by: every sentence in the flows and the bot that is not for the staff alone."""
    texts = walked()
    assert len(texts) > 150
    assert {text: why for text in texts if (why := held(Message(text)))} == {}


def test_every_letter_can_be_drawn() -> None:
    """No silent box: each character of these texts has a shape in the font the pictures are drawn with."""
    package, name = FONT
    face: Any = ImageFont.truetype(str(files(package).joinpath(name)), 32)
    nothing = bytes(face.getmask(NOWHERE))
    shown = "".join([*walked(), *static(), *labels(), *VERBATIM, "髙﨑𠮷"])
    letters = {letter for letter in shown if letter.isprintable() and not letter.isspace()}
    assert [letter for letter in sorted(letters) if bytes(face.getmask(letter)) == nothing] == []


def test_a_fault_would_be_found() -> None:
    """The rules do find what they are for."""
    assert held(Message("KPIをご入力ください！"))
    assert held(Message("どうですか？いかがですか？"))
    assert held(Message("あ" * 141))
