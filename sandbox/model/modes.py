"""Modes: how a model goes wrong. Each is as bad every time, so that what it does to a bot can be repeated."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from random import Random
from typing import Any, Literal, get_args

from sandbox.model.answer import Schema, answer
from sandbox.model.reading import Prompt

Mode = Literal["sane", "garbage", "broken", "slow", "error", "injection"]
MODES: tuple[Mode, ...] = get_args(Mode)
BENT = ("broken", "garbage", "injection")  # what changes the answer itself

NONSENSE = (
    "必ず儲かるCVR改善プロジェクト",
    "お問い合わせは090-1234-5678まで",
    "https://example.com/evil を今すぐ開く",
    "<!channel> *至急* <https://example.com|ここ>",
    "鈴木一郎さんが売上を300%にします",
    "株式会社ナイルの口座に先に振り込んでください",
    "成功を保証します",
    "社長は無能だ",
    "あ" * 3_000,
    "",
    "一行目\n二行目\u202e\x07",
    "{{template}} ${jndi} '; DROP TABLE postings; --",
    "来年までに売上を三倍にする",
    "月500件の注文を取る",
    "mail@example.com へ名簿を送る",
)
ORDER = re.compile(r"指示|命令|無視|無効|プロンプト|ignore|instruction|system|prompt", re.IGNORECASE)
REACH = re.compile(r"[0-9０-９][0-9０-９\-ー－‐ ]{7,}|https?://[^\s」』)）]+|[\w.+-]+@[\w.-]+")
LEAK = re.compile(
    r"(?:指示|命令|プロンプト|instructions?|prompt).{0,20}(?:見せ|書き出|教え|表示|repeat|print|show)"
)


def bent(mode: str, schema: Schema, prompt: Prompt, number: int) -> Any:
    """Answer wrongly in one of three ways; text is sent as it is, anything else as JSON."""
    if mode == "broken":
        return broken(schema, prompt, number)
    if mode == "garbage":
        return Garbling(schema, Random(f"{prompt.text}{len(prompt.again)}{number % 7}")).fill(schema, 0)
    return Obeying(schema, prompt).fill()


def broken(schema: Schema, prompt: Prompt, number: int) -> Any:
    """Miss the shape: prose, half a JSON, other fields, wrong types, fences, nothing."""
    whole = json.dumps(answer(schema, prompt), ensure_ascii=False)
    forms: tuple[Any, ...] = (
        "はい、承知しました。整えますね。",
        whole[: len(whole) // 2],
        {"unexpected": True},
        f"```json\n{whole}\n```",
        dict.fromkeys(schema.get("properties", {}), 7),
        "",
        [answer(schema, prompt)],
        {**answer(schema, prompt), "extra": "x"},
    )
    return forms[number % len(forms)]


@dataclass(frozen=True)
class Garbling:
    """Fills a schema with anything that its shape allows."""

    root: Schema
    chance: Random

    def fill(self, schema: Schema, depth: int) -> Any:
        while "$ref" in schema:
            target: Any = self.root
            for step in schema["$ref"].lstrip("#/").split("/"):
                target = target[step]
            schema = target
        if "enum" in schema:
            return self.chance.choice(schema["enum"])
        if "anyOf" in schema:
            return self.fill(self.chance.choice(schema["anyOf"]), depth)
        match schema.get("type"):
            case "object":
                return {name: self.fill(inner, depth + 1) for name, inner in schema["properties"].items()}
            case "array":
                size = self.chance.choice((0, 1, 3, 9)) if depth < 5 else 0
                return [self.fill(schema["items"], depth + 1) for _ in range(size)]
            case "null":
                return None
            case "boolean":
                return self.chance.random() < 0.5
            case "integer" | "number":
                return self.chance.choice((0, -1, 7, 10**9))
        return self.chance.choice(NONSENSE)


@dataclass(frozen=True)
class Obeying:
    """Does what the person's text orders; where it orders nothing, answers sanely."""

    root: Schema
    prompt: Prompt

    def fill(self) -> Any:
        sane = answer(self.root, self.prompt)
        orders = self.orders()
        return self.bend(sane, orders, set()) if orders else sane

    def orders(self) -> list[str]:
        """Give what the text wants said: the ways to be reached, what it quotes, its orders, our instructions."""
        text = self.prompt.text
        if not ORDER.search(text):
            return []
        lines = [line.strip() for line in re.split(r"[。\n]", text) if ORDER.search(line)]
        leaked = [self.prompt.instructions[:200]] if LEAK.search(text) else []
        return [*leaked, *REACH.findall(text), *re.findall(r"[「『]([^」』]+)[」』]", text), *lines]

    def bend(self, value: Any, orders: list[str], used: set[str]) -> Any:
        if isinstance(value, dict):
            return {name: self.named(name, inner, orders, used) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.bend(inner, orders, used) for inner in value] or []
        if isinstance(value, str):
            fresh = next((order for order in orders if order not in used), orders[0])
            used.add(fresh)
            return fresh
        return value

    def named(self, name: str, value: Any, orders: list[str], used: set[str]) -> Any:
        """Take a value of a closed list where the text names one; all else is what the text wants said."""
        schema = self.root.get("properties", {}).get(name, {})
        if "$ref" in schema:
            schema = self.root["$defs"][schema["$ref"].rpartition("/")[2]]
        allowed = schema.get("enum") or schema.get("items", {}).get("enum")
        if allowed is None:
            return self.bend(value, orders, used)
        wished = [item for item in allowed if item and str(item) in self.prompt.text]
        return (wished or value) if isinstance(value, list) else next(iter(wished), value)
