"""Shapes: reads a payload against the table of what Slack accepts and names each fault as Slack does."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

Json = dict[str, Any]
Spec = dict[str, Any]


@cache
def table() -> Json:
    text = files("sandbox.slack").joinpath("limits.yaml").read_text(encoding="utf-8")
    loaded: Json = yaml.safe_load(text)
    return loaded


def total(name: str) -> int:
    return int(table()["totals"][name])


def length(text: str) -> int:
    """Count UTF-16 units: Slack does not say how it counts, and this is the larger of the two ways."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


class Reader:
    """Collects the faults of one payload; a place is a JSON pointer."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.kinds: dict[str, Callable[[Spec, Any, str], None]] = {
            "plain": self.plain,
            "text": self.text,
            "string": self.string,
            "one": self.one,
            "flag": self.flag,
            "whole": self.whole,
            "number": self.number,
            "pattern": self.pattern,
            "shape": self.shape,
            "typed": self.typed,
            "list": self.list,
            "any": lambda spec, value, place: None,
        }

    def fault(self, text: str, place: str) -> None:
        self.faults.append(f"{text} [json-pointer:{place}]")

    def read(self, spec: Spec, value: Any, place: str) -> None:
        kind = next(name for name in spec if name in self.kinds)
        self.kinds[kind](spec, value, place)

    def properties(self, name: str, value: Json, place: str) -> None:
        """Check an object's required, known and unknown properties."""
        specs: dict[str, Spec] = table()["shapes"][name]
        for key, spec in specs.items():
            if spec.get("need") and value.get(key) is None:
                self.fault(f"missing required field: {key}", place)
        for key, inner in value.items():
            if key == "type" and "." in name:
                continue
            if key not in specs:
                self.fault(f"invalid additional property: {key}", place)
            elif inner is not None:
                self.read(specs[key], inner, f"{place}/{key}")

    def shape(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            return self.fault("must provide an object", place)
        self.properties(spec["shape"], value, place)

    def typed(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, dict):
            return self.fault("must provide an object", place)
        if "type" not in value:
            return self.fault("missing required field: type", place)
        for name in table()["groups"][spec["typed"]]:
            if name.split(".", 1)[1] == value["type"]:
                return self.properties(name, value, place)
        self.fault(f"unsupported type: {value['type']}", f"{place}/type")

    def list(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, list):
            return self.fault("must provide an array", place)
        if "max" in spec and len(value) > spec["max"]:
            self.fault(f"no more than {spec['max']} items allowed", place)
        if len(value) < spec.get("min", 1):
            self.fault(f"no fewer than {spec.get('min', 1)} items allowed", place)
        for position, item in enumerate(value):
            self.read(spec["list"], item, f"{place}/{position}")

    def plain(self, spec: Spec, value: Any, place: str) -> None:
        self._text_object(value, place, spec["plain"], ("plain_text",))

    def text(self, spec: Spec, value: Any, place: str) -> None:
        self._text_object(value, place, spec["text"], ("plain_text", "mrkdwn"))

    def _text_object(self, value: Any, place: str, limit: int, types: tuple[str, ...]) -> None:
        if not isinstance(value, dict):
            return self.fault("must provide an object", place)
        if "type" not in value:
            return self.fault("missing required field: type", place)
        if value["type"] not in types:
            return self.fault(f"unsupported type: {value['type']}", f"{place}/type")
        before = len(self.faults)
        self.properties(f"text.{value['type']}", value, place)
        if len(self.faults) == before:
            self.string({"string": limit}, value["text"], f"{place}/text")

    def string(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, str):
            return self.fault("must provide a string", place)
        if length(value) > spec["string"]:
            self.fault(f"must be less than {spec['string'] + 1} characters", place)
        if length(value) < spec.get("min", 1):
            self.fault("must be more than 0 characters", place)

    def one(self, spec: Spec, value: Any, place: str) -> None:
        if value not in spec["one"]:
            self.fault("must be a valid enum value", place)

    def flag(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, bool):
            self.fault("must provide a boolean", place)

    def whole(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            return self.fault("must provide a number", place)
        low, high = spec["whole"]
        if not low <= value <= high:
            self.fault(f"must be between {low} and {high}", place)

    def number(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, str):
            return self.fault("must provide a string", place)
        if not re.fullmatch(r"-?\d+(\.\d+)?", value):
            self.fault("must be a number", place)

    def pattern(self, spec: Spec, value: Any, place: str) -> None:
        if not isinstance(value, str) or not re.fullmatch(spec["pattern"], value):
            self.fault("must match the expected format", place)
