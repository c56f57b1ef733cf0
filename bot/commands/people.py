"""Commands about many people at once: ``smallwin import``, ``export`` and ``shortlist``."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from bot.commands.parts import AsJson, errors, screen, settings_or_exit

if TYPE_CHECKING:
    from bot.tables.importing import Read
    from bot.tables.kinds import Counts

people = typer.Typer()
MOST_FAULTS = 50  # lines on the screen; --json has all
KINDS = ("talents", "companies", "postings", "outcomes")
KIND = f"One of {', '.join(KINDS)}."


@people.command(name="import")
def import_file(
    kind: Annotated[str, typer.Argument(help=KIND)],
    file: Annotated[
        Path, typer.Argument(help="CSV with a header, or lines of JSON for postings: UTF-8 or CP932.")
    ],
    partial: Annotated[
        bool, typer.Option("--partial", help="Take the good lines although some are bad.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read a file. All lines are checked first; with a bad one nothing is written. Again: nothing changes."""
    from bot.tables.files import BadTable
    from bot.tables.kinds import KINDS as tables
    from storage.database import open_engine

    known_kind(kind)
    with Progress(console=errors, transient=True) as bar:
        try:
            data = file.read_bytes()
            lines = data.count(b"\n")
            read_bar = bar.add_task("読んでいます", total=lines)
            found = tables[kind].read(data, lambda: bar.advance(read_bar))
        except (OSError, BadTable) as why:
            errors.print(f"{file}: {why}", markup=False)
            raise typer.Exit(2) from None
        kept = None
        if found.rows and (partial or not found.faults):
            engine = open_engine(settings_or_exit().database_url)
            keep_bar = bar.add_task("書いています", total=len(found.rows))
            kept = tables[kind].keep(
                engine, found.rows.values(), datetime.now(UTC), lambda: bar.advance(keep_bar)
            )
            engine.dispose()
    say_read(found, kept, tables[kind].one, as_json=as_json)
    raise typer.Exit(1 if found.faults and not partial else 0)


def say_read(found: Read, kept: Counts | None, one: str, *, as_json: bool) -> None:
    """Say what was taken, and each line that was not, with its reason."""
    counts = asdict(kept) if kept else dict(new=0, changed=0, same=0, own=0, gone=0)
    if as_json:
        faults = [dict(line=fault.line, why=fault.why) for fault in found.faults]
        points = [
            dict(
                id=id,
                kind=each.kind,
                level=each.level,
                where=each.where,
                why=each.text_ja,
                question=each.question,
            )
            for id, seen in found.points.items()
            for each in seen
        ]
        said = {**counts, "left_out": list(found.extra), "bad": faults, "points": points}
        print(json.dumps(said, ensure_ascii=False))
        return
    if found.extra:
        screen.print(f"使わない列です：{'、'.join(found.extra)}", markup=False)
    for fault in found.faults[:MOST_FAULTS]:
        screen.print(f"{fault.line}行目 {fault.why}", markup=False)
    if (more := len(found.faults) - MOST_FAULTS) > 0:
        screen.print(f"ほかに{more}行あります(--json ですべて見られます)。")
    for id, seen in list(found.points.items())[:MOST_FAULTS]:
        for each in seen:
            words = f"「{each.excerpt}」" if each.excerpt else ""
            screen.print(
                f"{id} 気になる点 {each.where}：{each.text_ja}{words} → {each.question}", markup=False
            )
    if (more := len(found.points) - MOST_FAULTS) > 0:
        screen.print(f"気になる点のある募集が、ほかに{more}件あります(--json ですべて見られます)。")
    if kept is None:
        if found.faults:
            screen.print(
                f"{len(found.faults)}行を直してください。まだ何も入れていません(--partial で、ほかの行だけ入れられます)。"
            )
        else:
            screen.print("入れる行がありません。")
        return
    told = (("新しい", "new"), ("変わった", "changed"), ("同じ", "same"))
    screen.print("、".join(f"{name} {counts[key]}{one}" for name, key in told) + "です。")
    if counts["own"]:
        screen.print(f"ご自分で書いている方 {counts['own']}人は、そのままにしました。")
    if counts["gone"]:
        screen.print(f"登録を消した方 {counts['gone']}人は、入れていません。元の表からも消してください。")


@people.command(name="export")
def export_file(
    kind: Annotated[str, typer.Argument(help=KIND)],
    file: Annotated[Path | None, typer.Argument(help="Where to; the screen by default.")] = None,
) -> None:
    """Write all of a kind out in the same shape; a formula in a cell is guarded."""
    from bot.tables.kinds import KINDS as tables
    from storage.database import open_engine

    known_kind(kind)
    engine = open_engine(settings_or_exit().database_url)
    text = tables[kind].write(engine)
    engine.dispose()
    if file is None:
        print(text, end="")
    else:
        file.write_text(text, encoding="utf-8-sig", newline="")


@people.command()
def shortlist(
    posting: Annotated[str, typer.Argument(help="The posting's id.")],
    top: Annotated[int, typer.Option("--top", min=1, max=500, help="How many.")] = 10,
    as_json: AsJson = False,
    is_barred: Annotated[
        bool, typer.Option("--barred", help="Who has done it and cannot come, and why.")
    ] = False,
) -> None:
    """Show who fits a posting, with the parts of each score and the reasons; for the staff only."""
    from bot.shortlist import NoPosting, held_back
    from bot.shortlist import shortlist as look
    from storage.database import open_engine

    engine = open_engine(settings_or_exit().database_url)
    try:
        held = held_back(engine, posting, top) if is_barred else []
        title, listed = look(engine, posting, top)
    except NoPosting:
        errors.print(f"{posting} という募集はありません。", markup=False)
        raise typer.Exit(2) from None
    finally:
        engine.dispose()
    if is_barred:
        if as_json:
            print(json.dumps([asdict(each) for each in held], ensure_ascii=False))
            return
        screen.print(f"「{title}」の仕事をしてきて、一覧に入らない方です。", markup=False)
        for one in held:
            screen.print(f"・{one.name}({one.headline})：{one.why}", markup=False, highlight=False)
        return
    if as_json:
        print(json.dumps([each.plain() for each in listed], ensure_ascii=False))
        return
    screen.print(f"「{title}」に近い方です。", markup=False)
    table = Table("", "お名前", "ひとこと", "わけ", "点の内訳")
    for place, each in enumerate(listed, start=1):
        parts = " ".join(f"{name} {part:.2f}" for name, part in each.ranked.parts.items() if part)
        table.add_row(
            str(place), *map(escape, (each.name, each.headline, "、".join(each.ranked.reasons), parts))
        )
    screen.print(table)


def known_kind(kind: str) -> None:
    if kind not in KINDS:
        errors.print(f"{kind} は扱えません。{'、'.join(KINDS)} のどれかです。", markup=False)
        raise typer.Exit(2)
