"""Command: ``smallwin eval wishes FILE``. Plays what a file holds, and prints it for a person or for a program."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.progress import Progress

from bot.evaluating import personas, wishes
from bot.evaluating.sets import BadSet, Persona, Wish, read_set
from bot.evaluating.stage import Coach, staged
from bot.settings import Settings

BAD_INPUT = 2
screen, errors = Console(soft_wrap=True, highlight=False), Console(soft_wrap=True, stderr=True)


def run(settings: Settings, file: Path, coach: Coach, *, as_json: bool) -> int:
    """Play a file; give the code to exit with."""
    try:
        found = read_set(file)
    except BadSet as why:
        errors.print(f"{file} は使えません。\n{why}", markup=False)
        return BAD_INPUT
    if coach == "model" and not settings.has_model:
        errors.print("モデルの設定がありません。OPENAI_API_KEY を入れるか、--coach rules にしてください。")
        return BAD_INPUT
    with Progress(console=errors, transient=True) as bar:
        told: dict[str, Any] = {}
        if found.wishes:
            told |= _wishes(settings, found.wishes, coach, bar, as_json=as_json)
        if found.personas:
            told |= _personas(settings, found.personas, coach, bar, as_json=as_json)
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    return 0


def _wishes(
    settings: Settings, cases: Sequence[Wish], coach: Coach, bar: Progress, *, as_json: bool
) -> dict[str, Any]:
    task = bar.add_task("相談を聞いています", total=len(cases))
    with staged(settings, coach) as stage:
        played = wishes.play_wishes(stage, cases, lambda many: bar.advance(task, many))
        thoughts = stage.thoughts()
    told = wishes.report(played)
    if coach == "model":
        told["thoughts"] = thoughts  # whose answers these are: the model's, or the rules' in its place
    if not as_json:
        for each in played:
            if each.is_miss:
                screen.print("\n".join(wishes.told(each)), markup=False)
        screen.print(_figures(told), markup=False)
        if coach == "model":
            screen.print(f"モデルへの問い：{thoughts}", markup=False)
    return told


def _figures(told: dict[str, Any]) -> str:
    missed = "、".join(f"{name} {many}" for name, many in told["missed_routes"].items()) or "なし"
    return (
        f"{told['n']}件。分類：1位 {told['top1']:.3f}、3位まで {told['top3']:.3f}"
        f"(文字の似かただけでは {told['baseline_top3']:.3f})。\n"
        f"行き先：{told['route']:.3f}。ちがった行き先：{missed}\n"
        f"むずかしい言葉：1,000字に {told['jargon_per_1000']}。最初の返事：最長 {told['first_reply_chars_max']}字。"
        f"時間：中央値 {told['median_ms']}ミリ秒"
    )


def _personas(
    settings: Settings, cases: Sequence[Persona], coach: Coach, bar: Progress, *, as_json: bool
) -> dict[str, Any]:
    task, played = bar.add_task("お話をしています", total=len(cases)), []
    for persona in cases:
        with staged(settings, coach) as stage:
            played.append(personas.play(stage, persona))
        bar.advance(task)
    ordinary = [each.owner_actions for each in played if each.persona.is_ordinary and each.end == "preview"]
    told = {
        "personas": [each.as_dict() for each in played],
        "median_actions": median(ordinary) if ordinary else None,
    }
    if not as_json:
        for each in played:
            mark = "○" if each.is_right else "×"
            screen.print("\n".join(["", *each.transcript]), markup=False)
            screen.print(f"{mark} {each.persona.id}：{each.end}、{each.owner_actions}回", markup=False)
        screen.print(f"相談から下書きまで：中央値 {told['median_actions']}回", markup=False)
    return told
