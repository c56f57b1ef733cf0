"""Personas: owners who follow a script. Each answers by what he is asked, in his own way, up to a draft or an end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from bot.console import Scribe
from bot.evaluating.sets import Persona
from bot.evaluating.stage import STEP, Asked, Stage
from bot.payloads import decode, word_payload
from flows.inbound import Tapped
from flows.messages import Button, Message
from flows.words import LABELS, Word, fold

MOST_ACTIONS = 40  # past that he would have given up
MOST_SAME = 2  # he says the same to the same question no more often
SILENCE = timedelta(days=8)
AT_ONCE = timedelta(seconds=2)  # how soon somebody sends the same again
ASIDE = "いやあ、このごろは孫の守りで忙しゅうてね。それはそうと、"

# Which fact answers a question, by its key; the first that he has. ``road.`` stands for all of a road's questions.
FACTS: dict[str, tuple[str, ...]] = {
    "wish": ("wish",),
    "road.": ("road", "stuck", "wish"),
    "which.": ("which",),
    "stuck": ("stuck",),
    "goal": ("goal",),
    "goal.2": ("goal",),
    "goal.own": ("goal_words", "goal"),
    "goal.number": ("goal_number", "number"),
    "now": ("number",),
    "partner": ("partner",),
    "pay": ("pay",),
    "own": ("words",),
    "own.2": ("stuck", "words", "wish"),
    "part.": ("part",),
    "fix.": ("fix",),
    "when": ("when",),
    "phone": ("phone",),
}
# Buttons that bring him back to the question he was asked, wherever they are shown.
ON = ("お答えです", "このままでよい", "このまま続ける", "いまはよい", "変える")
YES, FIX, UNKNOWN = "これでよい", "直す", "分からない"
NUMBERS = ("now", "goal.number", "pay")


@dataclass
class Played:
    """An owner after his script. ``owner_actions`` are counted from the wish on."""

    persona: Persona
    end: str = "waiting"
    turns: int = 0
    owner_actions: int = 0
    transcript: list[str] = field(default_factory=list)
    draft: str = ""  # the last one that lay before him

    @property
    def is_right(self) -> bool:
        """Tell whether he came to his end, and his draft says what it should."""
        is_shown = all(words in self.draft for words in self.persona.shows)
        return self.persona.end in (None, self.end) and is_shown

    def as_dict(self) -> dict[str, Any]:
        return {
            "id": self.persona.id,
            "turns": self.turns,
            "owner_actions": self.owner_actions,
            "end": self.end,
            "is_right": self.is_right,
            "transcript": "\n".join(self.transcript) + "\n",
        }


def play(stage: Stage, persona: Persona) -> Played:
    """Play one owner on a stage of his own."""
    return _Player(stage, persona).play()


class _Player:
    def __init__(self, stage: Stage, persona: Persona) -> None:
        self.stage, self.persona, self.owner = stage, persona, f"U{persona.id}"
        self.facts, self.left = dict(persona.facts), set(persona.habits)
        self.played, self.scribe = Played(persona), Scribe()
        self.answered: Counter[str] = Counter()
        self.has_wished = False

    def play(self) -> Played:
        self.stage.welcome([self.owner])
        self.played.turns = 2
        self.played.transcript += self.scribe.written(self.stage.heard[self.owner], ())
        while self.played.owner_actions < MOST_ACTIONS:
            asked = self.stage.asked(self.owner)
            end = self._ended(asked)
            if end:
                self.played.end = end
                break
            for line in self._lines(asked):
                self._do(line)
            if "stops_midway" in self.left and asked.key == "goal":
                break
        return self.played

    def _ended(self, asked: Asked) -> str:
        """Say how it has ended, if it has: with a draft approved, a person, or a wish turned down."""
        if asked.flow == "firm":
            return "preview"
        if asked.flow == "call":
            return "person"
        if asked.about("after") and asked.key == "wish" and "after" not in self.facts:
            return "turned_down"
        return ""

    # --- what he says

    def _lines(self, asked: Asked) -> Iterator[str]:
        """Give what he does now: his habits first, then his answer."""
        yield from self._beside(asked)
        if asked != self.stage.asked(self.owner):
            return
        answer = self._answer(asked)
        if "chatty" in self.left and asked.key in ("now", "pay") and answer != UNKNOWN:
            answer = ASIDE + answer
        yield answer
        if self._once("twice"):
            self.stage.now += AT_ONCE - STEP
            yield answer

    def _beside(self, asked: Asked) -> Iterator[str]:
        """Give what he does beside the road, each habit once."""
        if asked.key == "wish" and self._once("starts_with_hello"):
            yield "こんにちは"
        if asked.key in ("wish", "stuck") and "sticker" in self.left and not self.answered[asked.key]:
            self.answered[asked.key] += 1
            yield "(スタンプ)"
        if asked.key == "goal" and self._once("asks_price_midway"):
            yield f"[{LABELS[Word.PRICE]}]"
        if asked.key == "goal" and self._once("silent_days"):
            self._wait()
        if asked.key == "now" and self._once("taps_old_button"):
            yield from self._old_button()
        if asked.key == "partner" and self._once("goes_back"):
            yield "戻る"
        if asked.key == "partner" and self._once("asks_for_person"):
            yield "人と話す"
        if asked.key == "own" and self._once("sends_photo"):
            yield "(写真)"

    def _answer(self, asked: Asked) -> str:
        """Answer by what is asked; who has said the same twice takes the first button, or does not know."""
        labels = self._labels()
        on = next((label for label in ON if label in labels), "")
        if on:
            return f"[{on}]"
        if YES in labels:
            return self._verdict(labels)
        self.answered[asked.key] += 1
        if "refuses_numbers" in self.left and asked.key in NUMBERS:
            return "数字は言いたくない" if self.answered[asked.key] == 1 else UNKNOWN
        if asked.key in ("now", "partner", "pay") and self._once("two_at_once"):
            return "{number}くらい。{pay}で、{partner}が一緒にやる".format_map(self._told())
        fact, ready = self._fact(asked), self._ready(asked.key)
        if not fact or self.answered[asked.key] > MOST_SAME:
            return f"[{ready[0]}]" if ready else UNKNOWN
        same = next((label for label in ready if fold(label) == fold(fact)), "")
        return f"[{same}]" if same else fact

    def _verdict(self, labels: list[str]) -> str:
        if "new_wish" in self.facts and self._once("changes_mind"):
            news = {name.removeprefix("new_"): fact for name, fact in self.facts.items() if "new_" in name}
            self.facts.update(news)
            self.answered.clear()
            return self.facts["wish"]
        if FIX in labels and self._once("edits_draft"):
            return f"[{FIX}]"
        return f"[{YES}]"

    def _fact(self, asked: Asked) -> str:
        if asked.about("after") and asked.key == "wish":
            return self.facts["after"]
        near = (known for known in FACTS if known.endswith(".") and asked.key.startswith(known))
        names = FACTS.get(asked.key) or FACTS.get(next(near, ""), (asked.key,))
        if asked.key.startswith("road.") and not self.has_wished:
            names = ("wish",)  # so far he has only said hello
        return next((self.facts[name] for name in (*names, asked.key) if name in self.facts), "")

    def _told(self) -> dict[str, str]:
        return {"number": "10時間", "pay": "8万", "partner": "経理の高橋", **self.facts}

    def _once(self, habit: str) -> bool:
        if habit not in self.left:
            return False
        self.left.discard(habit)
        return True

    # --- what he does

    def _do(self, line: str) -> None:
        self.played.transcript.append(f"OWNER: {line}")
        self.has_wished = self.has_wished or line == self.facts["wish"]
        if line.startswith("["):
            self.stage.tap(self.owner, self._payload(line[1:-1]))
        else:
            self.stage.send(self.owner, line)
        self.played.turns += 1
        self.played.owner_actions += 1
        self._hear()
        self.stage.now += STEP

    def _hear(self) -> None:
        said = self.stage.listen()[self.owner]
        while self.stage.think():
            said += self.stage.listen()[self.owner]
        self.played.transcript += self.scribe.written(said, ())
        drafts = [message.as_text() for message in said if message.card and YES in labels_of(message)]
        self.played.draft = drafts[-1] if drafts else self.played.draft

    def _wait(self) -> None:
        self.stage.move(SILENCE)
        self.played.transcript.append(f"TIME: {self.stage.now:%Y-%m-%d %H:%M}")
        self._hear()

    def _old_button(self) -> Iterator[str]:
        """Tap a button of an answered question again; the newest one that is not asked any more."""
        now = {button.payload for button in self._buttons()}
        old = [
            button.label
            for message in reversed(self.stage.heard[self.owner][:-1])
            for button in message.buttons
            if button.payload not in now and button.label not in LABELS.values()
        ]
        if old:
            yield f"[{old[0]}]"

    def _buttons(self) -> list[Button]:
        heard: list[Message] = self.stage.heard[self.owner]
        return list(heard[-1].buttons) if heard else []

    def _labels(self) -> list[str]:
        """Give the answers that can be tapped now, without the words of the menu."""
        menu = set(LABELS.values()) - {FIX}
        return [button.label for button in self._buttons() if button.label not in menu]

    def _ready(self, key: str) -> list[str]:
        """Give the ready answers of the question that is open, wherever it was asked last."""
        for message in reversed(self.stage.heard[self.owner]):
            held = [(decode(button.payload, self.stage.now), button.label) for button in message.buttons]
            ready = [label for tapped, label in held if isinstance(tapped, Tapped) and tapped.key == key]
            if ready:
                return ready
        return []

    def _payload(self, label: str) -> str:
        shown = (button for message in reversed(self.stage.heard[self.owner]) for button in message.buttons)
        found = next((button.payload for button in shown if button.label == label), "")
        return found or next((word_payload(word) for word, name in LABELS.items() if name == label), "")


def labels_of(message: Message) -> list[str]:
    return [button.label for button in message.buttons]
