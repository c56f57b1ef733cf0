"""Match: how good the ranking is on postings and professionals whose fit somebody has graded from 0 to 3."""

from __future__ import annotations

import json
import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.commands.parts import errors, screen
from bot.tables.files import BadTable, text_of
from bot.tables.files import read as read_table
from bot.tables.importing import read_talents, words
from bot.tables.posting_rows import read_postings
from bot.tables.talent_rows import TalentRow
from flows.rules.coach.coach import read_wish
from flows.rules.match.ranking import Candidate, Wanted, barred, rank
from flows.rules.match.skills import works_of
from flows.rules.match.slots import mask
from flows.rules.match.trades import trades_of

TALENTS, POSTINGS, GRADES = "talents.csv", "postings.jsonl", "qrels.tsv"
TOP, FOUND_IN, GOOD = 5, 10, 2
BAD_INPUT = 2
Grades = dict[str, dict[str, int]]


class BadSet(Exception):
    """A folder that cannot be judged on; says what is wrong, a line each."""


@dataclass(frozen=True)
class MatchSet:
    """Candidates and postings by id; a pair that nobody graded has grade 0."""

    candidates: list[Candidate]
    postings: list[Wanted]
    grades: Grades


@dataclass(frozen=True)
class Judged:
    """One posting: its list, and how good it is."""

    posting: str
    listed: tuple[str, ...]
    ndcg: float
    recall: float
    intruders: tuple[str, ...]
    missed: tuple[str, ...]  # grade 2 or more, not among the first ten
    baseline_ndcg: float


def read_set(folder: Path) -> MatchSet:
    """Read a folder; raises ``BadSet``."""
    try:
        if lost := [name for name in (TALENTS, POSTINGS, GRADES) if not (folder / name).is_file()]:
            raise BadSet(f"ファイルがありません：{'、'.join(lost)}")
        files = {name: (folder / name).read_bytes() for name in (TALENTS, POSTINGS, GRADES)}
        people = read_talents(files[TALENTS])
        postings, faults = read_postings(files[POSTINGS])
        grades, wrong = read_grades(files[GRADES])
    except (OSError, BadTable) as why:
        raise BadSet(str(why)) from None
    named = other_names(files[TALENTS])
    grades = {id: {named.get(who, who): grade for who, grade in its.items()} for id, its in grades.items()}
    said = [f"{TALENTS} {fault.line}行目 {fault.why}" for fault in people.faults]
    said += [f"{POSTINGS} {line}行目 {why}" for line, why in faults] + wrong
    said += [f"{GRADES}：{id} という募集はありません" for id in sorted(grades.keys() - postings.keys())]
    if said:
        raise BadSet("\n".join(said[:20]))
    candidates = [candidate(row) for row in people.rows.values()]
    wanted = [
        row.wanted(row.job_code or code_of(f"{row.owner_words}。{row.small_win}"))
        for row in postings.values()
    ]
    return MatchSet(candidates, [each for each in wanted if each.id in grades], grades)


def other_names(data: bytes) -> dict[str, str]:
    """Map people's ids to their e-mail, where the table has a column ``id``: grades may name either."""
    table = read_table(data, ("email", "id"), ("email",))
    return {row["id"].lower(): row["email"].lower() for _, row in table.rows if row.get("id")}


def read_grades(data: bytes) -> tuple[Grades, list[str]]:
    """Read ``posting<TAB>talent<TAB>grade``, or the four columns of TREC; a header may stand above."""
    grades: Grades = {}
    wrong: list[str] = []
    for number, line in enumerate(text_of(data)[0].splitlines(), start=1):
        cells = line.split("\t") if "\t" in line else line.split()
        if not line.strip() or (number == 1 and cells[-1].strip().lower() in ("grade", "rel", "relevance")):
            continue
        if len(cells) not in (3, 4) or cells[-1].strip() not in ("0", "1", "2", "3"):
            wrong.append(f"{GRADES} {number}行目 募集、人、0から3の数です")
            continue
        grades.setdefault(cells[0].strip(), {})[cells[-2].strip().lower()] = int(cells[-1])
    return grades, wrong


def candidate(row: TalentRow) -> Candidate:
    """Give a line of the table as it is matched."""
    text = "。".join(words(row))
    return Candidate(
        id=row.email,
        text=text,
        works=works_of(*words(row)),
        trades=trades_of(text),
        prefecture=row.prefecture,
        tied=row.tied,
        hours=row.hours,
        hourly_yen=row.hourly_yen,
        times=mask(row.slots),
        is_remote_only=row.is_remote,
        is_insured=row.is_insured,
    )


def code_of(text: str) -> str:
    return next(iter(read_wish(text).codes), "")


def judge(judged: MatchSet) -> list[Judged]:
    """Rank everybody for each posting, and hold the list against the grades."""
    likeness = baseline(judged.candidates)
    return [_judged(wanted, judged, likeness) for wanted in judged.postings]


def _judged(wanted: Wanted, judged: MatchSet, likeness: Callable[[str], Mapping[str, float]]) -> Judged:
    grades = judged.grades[wanted.id]
    listed = [each.id for each in rank(wanted, judged.candidates)]
    alike = likeness(wanted.text)
    open_to = [each.id for each in judged.candidates if not barred(wanted, each)]
    plain = sorted(open_to, key=lambda id: (-alike.get(id, 0.0), id))
    good = [id for id, grade in grades.items() if grade >= GOOD]
    top = listed[:FOUND_IN]
    return Judged(
        posting=wanted.id,
        listed=tuple(top),
        ndcg=ndcg(listed, grades),
        recall=sum(id in top for id in good) / len(good) if good else 1.0,
        intruders=tuple(id for id in listed[:TOP] if grades.get(id) == 0),
        missed=tuple(id for id in good if id not in top),
        baseline_ndcg=ndcg(plain, grades),
    )


def ndcg(listed: Sequence[str], grades: Mapping[str, int]) -> float:
    """Return nDCG of the first five, with gains of 2^grade - 1; 1 where nobody fits."""
    best = sorted(grades.values(), reverse=True)[:TOP]
    ideal = _gain(best)
    return _gain([grades.get(id, 0) for id in listed[:TOP]]) / ideal if ideal else 1.0


def _gain(grades: Sequence[int]) -> float:
    return math.fsum(((1 << grade) - 1) / math.log2(place + 2) for place, grade in enumerate(grades))


def figures(found: Sequence[Judged]) -> dict[str, Any]:
    """Give the figures of a set: means over its postings."""

    def mean(values: Sequence[float]) -> float:
        return round(sum(values) / len(values), 4) if values else 0.0

    places = sum(min(TOP, len(each.listed)) for each in found)
    return {
        "ndcg5": mean([each.ndcg for each in found]),
        "recall10": mean([each.recall for each in found]),
        "intrusion5": round(sum(len(each.intruders) for each in found) / places, 4) if places else 0.0,
        "baseline_ndcg5": mean([each.baseline_ndcg for each in found]),
        "n": len(found),
    }


K1, B = 1.2, 0.75  # the usual constants of BM25


def baseline(candidates: Sequence[Candidate]) -> Callable[[str], dict[str, float]]:
    """Weigh pairs of letters by BM25: what a search box would find."""
    held = {each.id: Counter(_pairs(each.text)) for each in candidates}
    seen = Counter(pair for pairs in held.values() for pair in pairs)
    usual = sum(map(Counter.total, held.values())) / (len(held) or 1)

    def alike(text: str) -> dict[str, float]:
        asked = set(_pairs(text))
        found = {}
        for id, pairs in held.items():
            long = K1 * (1 - B + B * pairs.total() / (usual or 1))
            found[id] = sum(
                math.log(1 + (len(held) - seen[pair] + 0.5) / (seen[pair] + 0.5))
                * pairs[pair]
                * (K1 + 1)
                / (pairs[pair] + long)
                for pair in asked & pairs.keys()
            )
        return found

    return alike


def _pairs(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return [plain[at : at + 2] for at in range(len(plain) - 1)]


def told(each: Judged, best: int = TOP) -> str:
    """Say what went wrong in one list."""
    lines = [f"{each.posting}：nDCG@5 {each.ndcg:.2f}(文字だけでは {each.baseline_ndcg:.2f})"]
    if each.missed:
        lines.append(f"   10人に入らなかった：{'、'.join(each.missed)}")
    if each.intruders:
        lines.append(f"   合わないのに{best}人に入った：{'、'.join(each.intruders)}")
    return "\n".join(lines)


def run(folder: Path, *, as_json: bool) -> int:
    """Judge a folder and print it for a person or for a program; gives the code to exit with."""
    try:
        found = judge(read_set(folder))
    except BadSet as why:
        errors.print(f"{folder} は使えません。\n{why}", markup=False)
        return BAD_INPUT
    told_by = figures(found)
    if as_json:
        print(json.dumps(told_by, ensure_ascii=False))
        return 0
    for each in found:
        if each.missed or each.intruders:
            screen.print(told(each), markup=False, highlight=False)
    screen.print(
        f"募集 {told_by['n']}件。nDCG@5 {told_by['ndcg5']:.3f}(文字だけでは {told_by['baseline_ndcg5']:.3f})、"
        f"10人までに見つかった割合 {told_by['recall10']:.3f}、5人のうち合わない人 {told_by['intrusion5']:.3f}",
        markup=False,
        highlight=False,
    )
    return 0
