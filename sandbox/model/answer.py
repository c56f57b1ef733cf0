"""Answer: fill any JSON schema from the text of the prompt, the same way every time."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.model.reading import Prompt, clauses, leaves, likeness, numbers, shorten

Schema = dict[str, Any]

USUAL_LENGTH = 60
ITEMS = (1, 3)  # when the schema does not say
TELLING = 1.5  # below it a choice has nothing that speaks for it
DEPTH = 5  # below it lists stay empty and what may be null is null, so a recursive schema ends
LENGTH = re.compile(r"(\d+)\s*(?:文字|字|characters)")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
SAMPLES = {"date": "2026-12-02", "time": "10:00:00", "date-time": "2026-12-02T10:00:00+09:00"}


def answer(schema: Schema | None, prompt: Prompt) -> Any:
    """Answer a prompt: fill its schema, or quote its first sentence when there is none."""
    if schema is None:
        return shorten(prompt.sentences[0], 140)
    return Filling(schema, prompt).fill(schema, "", 0, 0)


@dataclass(frozen=True)
class Filling:
    """One schema being filled from one prompt."""

    root: Schema
    prompt: Prompt

    def fill(self, schema: Schema, about: str, turn: int, depth: int) -> Any:
        """Fill one place; ``about`` is what is known of it, ``turn`` its index in a list."""
        schema = self.resolved(schema)
        about = " ".join(filter(None, (about, schema.get("title", ""), schema.get("description", ""))))
        if "const" in schema or "enum" in schema:
            return self.choose(schema.get("enum") or [schema["const"]], about, turn)
        if "anyOf" in schema:
            return self.fill(self.likeliest(schema["anyOf"], about, depth), about, turn, depth)
        fill: dict[str, Callable[[], Any]] = {
            "object": lambda: self.fill_object(schema, turn, depth),
            "array": lambda: self.fill_array(schema, about, depth),
            "string": lambda: self.quote(schema, about, turn),
            "integer": lambda: self.count(schema, about, whole=True),
            "number": lambda: self.count(schema, about, whole=False),
            "boolean": lambda: likeness(about, self.prompt.text) >= 2,
        }
        return fill.get(self.kind(schema, depth), lambda: None)()

    def resolved(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            target: Any = self.root
            for step in schema["$ref"].lstrip("#/").split("/"):
                target = target.get(step, {}) if step else target
            schema = target
        return schema

    def kind(self, schema: Schema, depth: int) -> str:
        kinds = schema.get("type", "object" if "properties" in schema else "null")
        if isinstance(kinds, str):
            return kinds
        if depth > DEPTH and "null" in kinds:
            return "null"
        return next((kind for kind in kinds if kind != "null"), "null")

    def likeliest(self, options: list[Schema], about: str, depth: int) -> Schema:
        """Prefer the alternative that sounds most like the text; null only when nothing else is known."""
        if depth > DEPTH:
            return min(options, key=lambda option: len(str(option)))

        def promise(option: Schema) -> float:
            plain = self.resolved(option)
            if plain.get("type") == "null":
                return -1
            if plain.get("type") in {"integer", "number"} and not numbers(self.prompt.text):
                return -2
            words = (
                f"{plain.get('title', '')} {plain.get('description', '')} {list(plain.get('properties', {}))}"
            )
            return likeness(words, self.prompt.text)

        return max(options, key=promise)

    def choose(self, values: list[Any], about: str, turn: int) -> Any:
        """Choose the value whose name or description shares most with what the party wrote."""
        explained = f"{about}\n{self.prompt.instructions}"
        text = self.prompt.text

        def score(value: Any) -> float:
            if value is None or value == "":
                return 0.1
            name = str(value)
            if any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", put) for put in self.prompt.again):
                return 1_000.0  # it was told so
            lines = re.findall(rf"{re.escape(name)}\W*[:：=はー—-]\s*([^\n;；/]+)", explained)
            return likeness(" ".join((name, *lines)), text)

        def telling(value: Any) -> float:
            return score(value) if score(value) >= TELLING else 0.0

        ranked = sorted(values, key=telling, reverse=True)  # stable: ties keep the schema's order
        return ranked[turn % len(ranked)]

    def fill_object(self, schema: Schema, turn: int, depth: int) -> dict[str, Any]:
        return {
            name: self.fill(inner, name.replace("_", " "), turn + place * self.is_free(inner), depth + 1)
            for place, (name, inner) in enumerate(schema.get("properties", {}).items())
        }

    def is_free(self, schema: Schema) -> bool:
        """Tell whether a place takes words: its neighbour then takes others. A choice is each place's own."""
        return not {"enum", "const"} & set(self.resolved(schema))

    def fill_array(self, schema: Schema, about: str, depth: int) -> list[Any]:
        least, most = (
            schema.get("minItems", 0),
            schema.get("maxItems", max(ITEMS[1], schema.get("minItems", 0))),
        )
        wanted = min(max(len(clauses(self.prompt.sentences)), ITEMS[0]), ITEMS[1])
        size = 0 if depth > DEPTH else min(max(wanted, least), most)
        filled = [self.fill(schema.get("items", {}), about, turn, depth + 1) for turn in range(size)]
        distinct = [value for place, value in enumerate(filled) if value not in filled[:place]]
        return distinct if len(distinct) >= least else filled

    def quote(self, schema: Schema, about: str, turn: int) -> str:
        """Quote the clause nearest to what is asked; the next place in a list quotes the next one."""
        if pattern := schema.get("format"):
            found = DATE.search(self.prompt.text) if pattern == "date" else None
            return found[0] if found else SAMPLES.get(pattern, "sandbox")
        asked = LENGTH.search(about)
        most = min(schema.get("maxLength", USUAL_LENGTH), int(asked[1]) if asked else USUAL_LENGTH)
        ranked, turn = self.pieces(about), turn + len(self.prompt.again)
        best = ranked[turn % len(ranked)]
        if "切り取" in about:  # a piece of the text, as it stands there
            return best[:most]
        best = shorten(best, max(most, 1))
        again = turn // len(ranked)
        told = f"{best[: most - 4]} ({again + 1})" if again and most > 8 else best
        return told.ljust(schema.get("minLength", 0), "。")

    def pieces(self, about: str) -> list[str]:
        """Give what may be quoted, the nearest first: the input of the same name, else any clause."""
        for name, value in self.prompt.given.items():
            if re.match(rf"(?:\w+ )*{re.escape(name)}(?: |$)", about) and (own := leaves(value)):
                return own
        parts = clauses(self.prompt.sentences)
        return sorted(parts, key=lambda part: likeness(about, part), reverse=True)

    def count(self, schema: Schema, about: str, *, whole: bool) -> float:
        """Take the number whose surroundings sound most like what is asked, kept within the bounds."""
        found = numbers(self.prompt.text)
        least, most = schema.get("minimum"), schema.get("maximum")
        fitting = [
            (value, near)
            for value, near in found
            if (least is None or value >= least) and (most is None or value <= most)
        ]
        if fitting:
            value = max(fitting, key=lambda pair: likeness(about, pair[1]))[0]
        else:
            value = least if least is not None else 0 if most is None else min(most, 0)
        return int(value) if whole or float(value).is_integer() else value
