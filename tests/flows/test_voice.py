"""Voice: whatever an owner reads is short, plain, kind, and ends with its one question."""

from __future__ import annotations

from itertools import pairwise, product
from pathlib import Path

import pytest

from flows.beside import answers, calling, detour
from flows.inbound import Kind
from flows.messages import Message
from flows.posting import fixing, hello, paying, posting, roads
from flows.rules.coach.plain import jargon
from flows.words import ANSWERS, LABELS, Word
from prompts.knowledge import job_codes
from prompts.results import Route, WishReading
from tests.flows.talk import SETTINGS, read_in
from tests.flows.test_transcripts import TRANSCRIPTS
from tests.flows.voice import MOST_LABEL, faults


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_all_that_is_said_in_a_talk_is_well_said(path: Path) -> None:
    """Every message of every transcript: length, one question and last, plain words, short labels."""
    said = read_in(path.read_text(encoding="utf-8"))
    wrong = {message.as_text(): list(faults(message)) for message in said}
    assert {text: why for text, why in wrong.items() if why} == {}


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_nobody_is_thanked_twice_in_a_row(path: Path) -> None:
    """「ありがとうございます」 is said once, not in every line."""
    said = ["ありがとうございます" in message.text for message in read_in(path.read_text(encoding="utf-8"))]
    assert not any(one and two for one, two in pairwise(said))


def static() -> list[str]:
    """Texts that stand in the code, whether or not a talk came by."""
    house = SETTINGS.house
    readings = [
        WishReading(route=route, codes=codes, sure=True, quote="", kind=kind)
        for route, codes, kind in product(Route, (["EC-01"], ["HR-07"], []), ("", *roads.LICENCES))
    ]
    paths = [*roads.FIXED.values(), *(roads.road_for(reading) for reading in readings if reading.codes)]
    texts = [text for road in paths for text in (road.says, road.asks)]
    texts += [text for pair in roads.AFTER.values() for text in pair]
    texts += [message.text for word in ANSWERS for message in answers.answer(word, house)]
    texts += [value for name, value in vars(detour).items() if name.isupper() and isinstance(value, str)]
    texts += [detour.menu(word, house) for word in (Word.MENU, Word.MORE, Word.HELP)]
    texts += [detour.kept(kind) for kind in Kind]
    texts += [paying.why_not(pay) for pay in (0, 300, 2_000, 3_000_000)]
    texts += [calling.HOTLINE, hello.KEPT, posting.LOOK_FIRST, paying.ASKS]
    return [text for text in dict.fromkeys(texts) if text]


@pytest.mark.parametrize("text", static())
def test_a_text_that_stands_in_the_code_is_well_said(text: str) -> None:
    """Roads, answers, detours, prices: each by itself."""
    assert list(faults(Message(text))) == []


def labels() -> list[str]:
    parts = [str(part.value) for part in fixing.Part]
    codes = job_codes().values()
    stuck = [option.label for code in codes for option in code.stuck.options]
    wins = [win.label for code in codes for win in code.wins]
    ways = [option.label for road in roads.FIXED.values() for option in road.choices]
    return [*LABELS.values(), *parts, *stuck, *wins, *ways]


def test_labels_are_short_and_plain() -> None:
    """No button says more than twenty characters, or a word an owner would have to look up."""
    assert [label for label in labels() if len(label) > MOST_LABEL or jargon(label)] == []


def test_questions_about_every_kind_of_work_are_well_said() -> None:
    """Where it is stuck, and today's number: one short plain question each."""
    asks = [text for code in job_codes().values() for text in (code.stuck.ask, code.measure.ask)]
    assert {text: list(faults(Message(text))) for text in asks if list(faults(Message(text)))} == {}
