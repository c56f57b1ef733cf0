"""Wishes: whatever an owner types first, the first reply takes the right road, and the road ends somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import select

from flows.messages import Message
from flows.rules.coach.trust import HARD
from flows.words import LABELS
from prompts.results import Route
from storage.conversations import JournalEntry
from storage.time_rows import ThoughtRow
from storage.unit_of_work import begin
from tests.flows.mind import SandboxMind
from tests.flows.talk import HELLO, Talk, World
from tests.flows.voice import faults

FOLDER = Path(__file__).parent
WORDS_ONLY = {
    "privacy",
    "worker",
    "illegal",
    "biased",
    "migration",
}  # roads that ask for words, not for a tap
CARE = {
    "distress": "つらいご様子",
    "illegal": "確認がいる相談",
    "privacy": "確認がいる相談",
    "worker": "確認がいる相談",
}
CLEAR_ACTIONS, MOST_ACTIONS, MOST_CLARIFYING = 8, 14, 3
MOST_MISREAD = 5
HOUSE = {"前からやりたかったこと", "やりたいな", "人と話す", "前回のつづき", "社長のことば"}


@dataclass(frozen=True)
class Wish:
    """One wish as typed, and what its first reply must hold."""

    id: str
    text: str
    roads: tuple[str, ...]
    codes: tuple[str, ...] = ()
    first: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    then: str = ""
    price: bool = False

    @property
    def is_hard(self) -> bool:
        return Route(self.roads[0]) in HARD


def wishes(name: str) -> list[Wish]:
    data: dict[str, Any] = yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))
    found = []
    for id, item in data.items():
        roads = item["road"] if isinstance(item["road"], list) else [item["road"]]
        found += [
            Wish(
                f"{id}.{n}",
                text,
                roads=tuple(roads),
                codes=tuple(item.get("codes", ())),
                first=tuple(item.get("first", ())),
                never=tuple(item.get("never", ())),
                then=item.get("then", ""),
                price=item.get("price", False),
            )
            for n, text in enumerate(item["texts"])
        ]
    return found


WISHES = wishes("wishes.yaml")
every_wish = pytest.mark.parametrize("wish", WISHES, ids=lambda wish: wish.id)
every_hard_wish = pytest.mark.parametrize(
    "wish", [wish for wish in WISHES if wish.is_hard], ids=lambda wish: wish.id
)


def met(world: World, owner: str) -> Talk:
    """An owner who has said hello and agreed."""
    talk = Talk(world, f"U{owner}")
    talk.play(*HELLO)
    talk.heard.clear()
    talk.seen.clear()
    return talk


def first_reading(world: World) -> dict[str, Any]:
    """Give the newest wish as it was read."""
    with begin(world.engine) as work:
        latest = select(JournalEntry).where(JournalEntry.key == "reading").order_by(JournalEntry.id.desc())
        entry = work.session.scalars(latest.limit(1)).one()
        return dict(entry.value)


def spoken(said: list[Message]) -> str:
    return "\n".join(message.text for message in said)


def is_one_question(said: list[Message]) -> None:
    """Check the form of a reply: each message well said, one question, and it comes last."""
    assert said, "no reply"
    for message in said:
        assert list(faults(message)) == [], message.text
    asked = [message for message in said if "？" in message.text]
    assert [message.text.count("？") for message in asked] == [1], spoken(said)
    assert asked[0] is said[-1], spoken(said)


def quotes_truly(said: list[Message], talk: Talk) -> None:
    """Check that whatever is quoted back was typed by the owner."""
    labels = {button.label for message in talk.heard for button in message.buttons} | set(LABELS.values())
    for quoted in re.findall(r"「([^」]+)」", spoken(said)):
        assert quoted in HOUSE | labels or any(quoted in typed for typed in talk.typed), quoted


@every_wish
def test_the_first_reply_takes_the_right_road(world: World, wish: Wish) -> None:
    """Road, kind of work, words that must or must not stand there, one question, true quotes, the staff's card."""
    talk = met(world, wish.id)
    said = talk.do(wish.text)
    reading = first_reading(world)
    assert reading["route"] in wish.roads, reading
    assert not wish.codes or reading["codes"][0] in wish.codes, reading
    assert reading["also_price"] == wish.price, reading
    text = spoken(said) + "".join(talk.labels())
    for words in wish.first:
        assert words in text
    for words in wish.never:
        assert words not in text
    is_one_question(said)
    quotes_truly(said, talk)
    if wish.roads[0] not in WORDS_ONLY:
        assert len(said[-1].buttons) >= 2
    cards = "".join(item.message.as_text() for item in talk.seen)
    assert CARE.get(wish.roads[0], "") in cards
    assert bool(cards) == (wish.roads[0] in CARE)


@every_wish
def test_a_wish_ends_in_a_draft_or_with_a_person(world: World, wish: Wish) -> None:
    """Plausible answers lead to a draft or to a call, past at most three clarifying questions."""
    ends_well(met(world, f"{wish.id}.on"), wish)


def ends_well(talk: Talk, wish: Wish) -> None:
    """Play on to the end; a plain wish takes seven answers to its draft, これでよい is the eighth."""
    said, clarifying, has_goal = talk.do(wish.text), 0, False
    for done in range(1, MOST_ACTIONS):
        is_one_question(said)
        asked = said[-1].text
        if "この下書きで" in asked or "お電話" in asked:
            assert done < CLEAR_ACTIONS or wish.roads[0] != "go"
            break
        has_goal = has_goal or "やってよかった" in asked
        clarifying += not has_goal
        said = talk.do(plausible(said[-1], wish))
    else:
        pytest.fail(f"no end: {said[-1].text}")
    allowed = MOST_CLARIFYING + (2 if wish.is_hard else 1)  # a rule explained, and where it is stuck
    assert clarifying <= allowed


def plausible(asked: Message, wish: Wish) -> str:
    """Answer as an owner would: tap the first answer, or say something of his own."""
    if "どんな会社で" in asked.text:
        return "うちは三代続く会社です。もっと楽に続けられたらうれしい"
    menu = set(LABELS.values())
    ready = [button.label for button in asked.buttons if button.label not in menu]
    if ready and not ("時間をとられた" in asked.text and wish.then):
        return f"[{ready[0]}]"
    return wish.then or "注文の電話を紙に写すこと"


HELD_OUT = wishes("held_out.yaml")


@pytest.mark.parametrize("wish", HELD_OUT, ids=lambda wish: wish.id)
def test_a_wish_nobody_prepared_for_ends_as_well(world: World, wish: Wish) -> None:
    """Wishes written after everything held: whatever was understood, each ends in a draft or with a person."""
    ends_well(met(world, f"{wish.id}.held"), replace(wish, roads=("vague",)))


def test_most_wishes_nobody_prepared_for_are_understood(world: World) -> None:
    """Measured once, 20 of 25 took the right road at once; of the rest none was taken for plain work, a hard road only for another, and one work was named wrongly on the right road."""
    misread: dict[str, set[str]] = {}
    for wish in HELD_OUT:
        met(world, f"{wish.id}.measured").do(wish.text)
        reading = first_reading(world)
        is_code = not wish.codes or (reading["codes"][:1] and reading["codes"][0] in wish.codes)
        if reading["route"] not in wish.roads or not is_code:
            allowed = {Route.VAGUE.value, *wish.roads, *(road.value for road in HARD if wish.is_hard)}
            misread[wish.text] = {reading["route"]} - allowed
    assert len(misread) <= MOST_MISREAD
    assert not [text for text, worse in misread.items() if worse]


def test_a_long_story_is_kept_whole(world: World) -> None:
    """Three thousand letters of his own are shown as they were written; the title stays short."""
    story = "うちは山の味噌屋です。" + "寒い冬に仕込みます。" * 300
    talk = met(world, "story")
    talk.play("ネットでもっと売りたい", "見ても買ってくれない", "1", "10件まで", "自分でやる", "8万")
    [said] = talk.do(story)
    assert said.card
    shown = {row.label: row.text for row in said.card.lines}
    assert shown["社長のことば(お書きのまま)"] == story
    assert len(shown["題名"]) <= 40


# --- with a model


@pytest.fixture(scope="module")
def thinking_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """One operator with the sandbox's model, which knows nothing and answers anything."""
    mind = SandboxMind()
    opened = World(url=f"sqlite:///{tmp_path_factory.mktemp('model')}/world.db", mind=mind)
    yield opened
    mind.close()
    opened.close()


@every_wish
def test_a_model_changes_the_reading_never_the_manners(thinking_world: World, wish: Wish) -> None:
    """With a model that understands nothing: hard roads hold exactly, every reply is one short true question."""
    talk = met(thinking_world, wish.id)
    said = talk.do(wish.text)
    is_one_question(said)
    quotes_truly(said, talk)
    if wish.is_hard:
        for words in wish.first:
            assert words in spoken(said)
    if wish.roads[0] in CARE:
        assert CARE[wish.roads[0]] in "".join(item.message.as_text() for item in talk.seen)


BAD_READINGS: dict[str, Any] = {
    "a wrong road": {"route": "go", "codes": ["EC-01"], "sure": True, "quote": "", "also_price": False, "kind": ""},
    "an unknown code": {"route": "go", "codes": ["ZZ-99"], "sure": True, "quote": "", "also_price": True, "kind": "x"},
    "an invented quote": {"route": "vague", "codes": [], "sure": True, "quote": "うそです", "also_price": False, "kind": ""},
    "a huge quote": {"route": "too_big", "codes": ["IT-01"] * 50, "sure": True, "quote": "あ" * 5000, "also_price": False, "kind": "い" * 5000},
    "nothing at all": None,
}  # fmt: skip


@pytest.mark.parametrize("reading", BAD_READINGS.values(), ids=list(BAD_READINGS))
@every_hard_wish
def test_hard_roads_hold_whatever_a_model_says(wish: Wish, reading: Any, world: World) -> None:
    """A wrong road, an unknown code, an invented or huge quote, or no answer: the rule stands, word for word."""
    by_rules = spoken(met(world, f"{wish.id}.{id(reading)}.rules").do(wish.text))
    world.mind = lambda where, row: where.answer_thought(row, reading)
    world.rules = model_rules(world, True)
    try:
        said = met(world, f"{wish.id}.{id(reading)}").do(wish.text)
    finally:
        world.mind, world.rules = None, model_rules(world, False)
    assert spoken(said) == by_rules


def model_rules(world: World, has_model: bool) -> Any:
    return replace(world.rules, has_model=has_model)


def test_a_polish_adds_nothing_of_its_own(world: World) -> None:
    """A model's huge title, new number and jargon never reach the draft the owner is shown."""
    polish = {
        "title": "業界最強のCVR改善プロジェクト" * 20,
        "goal": "売上を300%にする",
        "first_tasks": ["KPIを設計する"] * 9,
    }

    def mind(where: World, row: ThoughtRow) -> None:
        where.answer_thought(row, polish if row.prompt == "polish" else None)

    world.mind, world.rules = mind, model_rules(world, True)
    try:
        talk = met(world, "polish")
        said = talk.do("見積もりを早く出したい")
        for _ in range(MOST_ACTIONS):
            if said[-1].card:
                break
            said = talk.do(plausible(said[-1], Wish("", "", ("go",))))
    finally:
        world.mind, world.rules = None, model_rules(world, False)
    assert said[-1].card
    shown = said[-1].as_text()
    assert "見積もり" in shown
    for invented in ("CVR", "300", "KPI"):
        assert invented not in shown
