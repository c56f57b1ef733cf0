"""Wish talks: all 25 wishes as transcripts, each to its end, with the rules alone and with a model. ``--update`` writes them.

``wishes/NN_name.txt`` is one talk, said the same with and without a model: the sandbox's knows nothing, and the
rules keep the last word. The two rewordings of each wish stand in ``wishes.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from flows.messages import Message
from prompts.knowledge import job_codes
from tests.flows.mind import SandboxMind
from tests.flows.talk import HELLO, Talk, World, played

FOLDER = Path(__file__).parent
TALKS = sorted((FOLDER / "wishes").glob("*.txt"))
WISHES = yaml.safe_load((FOLDER / "wishes.yaml").read_text(encoding="utf-8"))
every_talk = pytest.mark.parametrize("path", TALKS, ids=lambda path: path.stem)


@every_talk
def test_a_wish_goes_as_it_was_read_and_approved(path: Path, is_update: bool) -> None:
    """By the rules alone, each wish goes word for word as somebody has read it and found good."""
    script = path.read_text(encoding="utf-8")
    said = played(script)
    if is_update:
        path.write_text(said, encoding="utf-8")
    assert said == script or is_update


@pytest.fixture(scope="module")
def mind() -> Iterator[SandboxMind]:
    opened = SandboxMind("sandbox-garbage")
    yield opened
    opened.close()


@every_talk
def test_a_wish_goes_the_same_with_a_model(path: Path, mind: SandboxMind, tmp_path: Path) -> None:
    """With a model whose answers have a form and no sense, nobody is told anything else."""
    script = path.read_text(encoding="utf-8")
    assert played(script, World(url=f"sqlite:///{tmp_path}/world.db", mind=mind)) == script


def wish_of(path: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = WISHES[f"W{path.stem[:2]}"]
    return found


def typed(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("OWNER: ") for line in lines if line.startswith("OWNER: ")]


def test_every_wish_has_its_talk_and_two_rewordings() -> None:
    """Twenty-five wishes: each begins its transcript as it was typed, and is said in two other ways."""
    assert [f"W{path.stem[:2]}" for path in TALKS] == list(WISHES)
    assert [typed(path)[0] for path in TALKS] == [wish["texts"][0] for wish in WISHES.values()]
    assert {len(set(wish["texts"])) for wish in WISHES.values()} == {3}


@every_talk
@pytest.mark.parametrize("which", [1, 2])
def test_a_reworded_wish_ends_the_same(path: Path, which: int, world: World) -> None:
    """Said in other words, the same answers lead to the same kind of work, the same call, the same cards."""
    first, *answers = typed(path)
    wish = wish_of(path)
    (flows, cards, work), (flows_too, cards_too, work_too) = (
        ended(world, f"{path.stem}.{which}.{n}", text, answers)
        for n, text in enumerate((first, wish["texts"][which]))
    )
    assert (flows_too, cards_too, bool(work_too)) == (flows, cards, bool(work))
    if codes := wish.get("codes"):
        assert work_too in {job_codes()[code].name for code in codes} | {work}


def ended(world: World, name: str, wish: str, answers: list[str]) -> tuple[list[str], list[str], str]:
    """Play a wish to its end: which talks there were, what cards the staff have, what work the draft is."""
    talk = Talk(world, f"U{name}")
    talk.play(*HELLO)
    talk.seen.clear()
    said = talk.do(wish)
    for line in answers:
        said = talk.do(line if line[1:-1] in talk.labels() or line[0] != "[" else f"[{talk.labels()[0]}]")
    cards = sorted({item.message.card.title for item in talk.seen if item.message.card})
    return world.flows_of(talk.owner), cards, work_in(said[-1])


def work_in(last: Message) -> str:
    """Name the kind of work that a draft shows; nothing where the talk ended with a person."""
    return next((row.text for row in last.card.lines if row.label == "仕事の分類"), "") if last.card else ""
