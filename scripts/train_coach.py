"""Train the coach: ``make train`` reads prompts/knowledge/corpus/*.txt and writes prompts/knowledge/coach.bin.

Two linear models over runs of one to three letters, for the work codes and for the roads, in one table of eight-bit
weights. The same corpus gives the same bytes: rows are sorted, the solver starts from zero, weights are rounded. How
much the model weighs beside the hand-written words, and from which share on a reading is sure, is chosen on folds of
the corpus that the model did not see, by the rules of docs/decisions/0013-learned-from-a-corpus.md.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.svm import LinearSVC

from flows.rules.coach.codes import told
from flows.rules.coach.learned import marks_of
from prompts.knowledge import job_codes, phrases
from prompts.knowledge.phrases import Rows
from prompts.knowledge.weights import RARITY, pack

KNOWLEDGE = Path(__file__).parent.parent / "prompts/knowledge"
LETTERS = 3  # of the longest run
FOLDS = 5
STIFF_CODES, STIFF_ROADS = 1.0, 1.0  # inverse regularisation; 0.3 was a little worse on the open wishes
GO = "go"
DROPPED = 0.75  # steps: a smaller weight is no weight
Marks = Callable[[str, int], dict[str, None]]  # what of a text is learned by


@dataclass
class Table:
    """Which runs there are, and how rare each is."""

    numbers: dict[str, int]
    rarity: dict[str, float]
    unseen: float
    marks: Marks = marks_of

    @classmethod
    def of(cls, texts: Sequence[str], marks: Marks = marks_of) -> Table:
        seen = Counter(run for text in texts for run in marks(text, LETTERS))
        rarity = {run: _rarity(len(texts), count) for run, count in seen.items() if count > 1}
        return cls({run: at for at, run in enumerate(sorted(rarity))}, rarity, _rarity(len(texts), 1), marks)

    def rows(self, texts: Iterable[str]) -> csr_matrix:
        values: list[float] = []
        columns: list[int] = []
        ends = [0]
        for text in texts:
            runs = self.marks(text, LETTERS)
            norm = math.sqrt(sum(self.rarity.get(run, self.unseen) ** 2 for run in runs)) or 1.0
            for run in runs:
                if (at := self.numbers.get(run)) is not None:
                    columns.append(at)
                    values.append(self.rarity[run] / norm)
            ends.append(len(columns))
        return csr_matrix((values, columns, ends), shape=(len(ends) - 1, len(self.numbers)))


def _rarity(texts: int, count: int) -> float:
    return round(RARITY * (math.log((1 + texts) / (1 + count)) + 1)) / RARITY


@dataclass
class Model:
    """One linear model over a table: a row of weights for each label."""

    labels: list[str]
    weights: np.ndarray
    bias: np.ndarray

    @classmethod
    def fit(cls, table: Table, rows: Rows, stiff: float, is_even: bool) -> Model:
        """Fit; ``is_even``: each label counts as much as any other, however many lines it has."""
        labels = [label for label, _ in rows]
        solver = LinearSVC(C=stiff, random_state=0, class_weight=_even(labels) if is_even else None)
        solver.fit(table.rows(phrase for _, phrase in rows), labels)
        return cls([str(label) for label in solver.classes_], solver.coef_, solver.intercept_)

    def points(self, features: csr_matrix) -> np.ndarray:
        return np.asarray(features @ self.weights.T) + self.bias


def _even(labels: list[str]) -> dict[str, float]:
    counts = Counter(labels)
    return {label: math.sqrt(len(labels) / count) for label, count in counts.items()}


def shares(points: np.ndarray) -> np.ndarray:
    grown = np.exp(points - points.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def folds(rows: Rows) -> list[set[int]]:
    """Deal the lines of each label round and round, in the order of their digests."""
    order = sorted(range(len(rows)), key=lambda at: (rows[at][0], _digest(rows[at][1])))
    dealt: list[set[int]] = [set() for _ in range(FOLDS)]
    for place, at in enumerate(order):
        dealt[place % FOLDS].add(at)
    return dealt


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def unseen_points(
    rows: Rows, always: Rows, stiff: float, is_even: bool
) -> tuple[Rows, np.ndarray, list[str]]:
    """Return lines and their points by a model that never saw their fold."""
    found: dict[int, np.ndarray] = {}
    labels: list[str] = []
    for held in folds(rows):
        seen = always + [row for at, row in enumerate(rows) if at not in held]
        table = Table.of([phrase for _, phrase in seen])
        model = Model.fit(table, seen, stiff, is_even)
        some = sorted(held)
        points = model.points(table.rows(rows[at][1] for at in some))
        labels = model.labels
        found.update(zip(some, points, strict=True))
    return [rows[at] for at in sorted(found)], np.vstack([found[at] for at in sorted(found)]), labels


# -- codes: how much the model weighs beside the words, and when a reading is sure

WARMTHS = (4.0, 6.0, 8.0, 10.0, 12.0)
WORDS, PHRASES = (1.0, 2.0, 3.0, 4.0), (0.0, 1.0, 2.0)  # hand-written words always tell something
RIGHT_WHEN_SURE = 0.8
AMONG = 0.5  # of three: more likely among them than not


def tune_codes(rows: Rows, always: Rows) -> dict[str, float]:
    rows, points, labels = unseen_points(rows, always, STIFF_CODES, is_even=False)
    place = {label: at for at, label in enumerate(labels)}
    truth = np.array([place[label] for label, _ in rows])
    words, phrases = np.zeros_like(points), np.zeros_like(points)
    for at, (_, phrase) in enumerate(rows):
        by_words, alike = told(phrase)
        for code, weight in by_words.items():
            words[at, place[code]] = weight
        for code, weight in alike.items():
            phrases[at, place[code]] = weight
    every = np.arange(len(rows))
    tried = [
        (
            -np.log(shares(warmth * points + word * words + like * phrases)[every, truth] + 1e-9).mean(),
            warmth,
            word,
            like,
        )
        for warmth in WARMTHS
        for word in WORDS
        for like in PHRASES
    ]
    loss, warmth, word, like = min(tried)
    found = shares(warmth * points + word * words + like * phrases)
    order = np.argsort(-found, axis=1)
    best, is_right = found.max(axis=1), order[:, 0] == truth
    sure = next(
        (level / 100 for level in range(20, 100) if is_right[best >= level / 100].mean() >= RIGHT_WHEN_SURE),
        0.99,
    )
    print(
        f"codes: {len(rows)} lines, first {is_right.mean():.3f}, among three "
        f"{(order[:, :3] == truth[:, None]).any(axis=1).mean():.3f}, loss {loss:.3f}, "
        f"sure from {sure} ({(best >= sure).mean():.2f} of lines), {warmth} {word} {like}",
        flush=True,
    )
    return {"warmth": warmth, "words": word, "phrases": like, "sure": sure, "among": AMONG}


# -- roads: how much the model weighs, and from which share on each is taken

# Of plain lines, how many may be taken for a road that must not be missed: under three in a hundred in all (a seventh of
# these lines were written as near misses), and most of them where the corpus tells the two apart worst. For every
# other road FALSE_TURNS.
FALSE_ALARMS = {"illegal": 0.016, "distress": 0.005, "licensed": 0.004, "privacy": 0.004}
FALSE_TURNS = 0.004
SELDOM = {
    "biased": 0.002,
    "unpaid": 0.002,
    "anonymous": 0.002,
    "worker": 0.002,
}  # a reproach; signs tell most
LEAST, REPROACH = 0.04, 0.15  # a lower share is mere noise; nobody is reproached at a lower one
ROAD_WARMTHS = (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0)


def tune_roads(rows: Rows, always: Rows) -> tuple[float, dict[str, float]]:
    rows, points, labels = unseen_points(rows, always, STIFF_ROADS, is_even=True)
    truth, place = np.array([label for label, _ in rows]), {label: at for at, label in enumerate(labels)}
    right = np.arange(len(rows)), np.array([place[label] for label in truth])
    loss, warmth = min((-np.log(shares(warm * points)[right] + 1e-9).mean(), warm) for warm in ROAD_WARMTHS)
    print(f"roads: {len(rows)} lines, loss {loss:.3f}, warmth {warmth}", flush=True)
    found, plain, levels = shares(warmth * points), truth == GO, {}
    for at, label in enumerate(labels):
        if label == GO:
            continue
        allowed = {**FALSE_ALARMS, **SELDOM}.get(label, FALSE_TURNS)
        of_plain = np.sort(found[plain, at])[::-1]
        least = REPROACH if label in SELDOM else LEAST
        levels[label] = round(max(float(of_plain[int(allowed * len(of_plain))]) + 0.005, least), 3)
        caught = (found[truth == label, at] > levels[label]).mean()
        print(f"roads: {label} from {levels[label]}: {caught:.2f} of its lines", flush=True)
    return warmth, levels


# -- writing


def packed(table: Table, codes: Model, roads: Model, tuning: dict[str, object], learned_from: str) -> bytes:
    weights = np.vstack([centred(codes.weights), centred(roads.weights)])
    step = float(f"{np.abs(weights).max() / 127:.4g}")
    steps = weights / step
    rounded = np.where(np.abs(steps) < DROPPED, 0, np.round(steps)).astype(int)
    rows = []
    for run, at in table.numbers.items():
        cells = [(int(column), int(rounded[column, at])) for column in np.flatnonzero(rounded[:, at])]
        rows.append((run, table.rarity[run], cells))
    header = {
        "labels": codes.labels + roads.labels,
        "bias": [round(float(bias), 3) for bias in (*codes.bias, *roads.bias)],
        "step": step,
        "letters": LETTERS,
        "unseen": table.unseen,
        "tuning": tuning,
        "learned_from": learned_from,
    }
    return pack(header, [row for row in rows if row[2]])


def centred(weights: np.ndarray) -> np.ndarray:
    """Take from each run's weights what they have in common: it tells nothing, and leaves most at zero."""
    return np.asarray(weights - np.median(weights, axis=0, keepdims=True))


def main() -> None:
    said, always = phrases.lines(), phrases.always()
    book = set(job_codes())
    codes, of_book = [row for row in said if row[0] in book], [row for row in always if row[0] in book]
    roads, of_roads = as_roads(said), as_roads(always)
    by_codes, (warmth, levels) = tune_codes(codes, of_book), tune_roads(roads, of_roads)
    tuning: dict[str, object] = {"codes": by_codes, "roads": levels, "road_warmth": warmth}
    table = Table.of([phrase for _, phrase in said + always])
    data = packed(
        table,
        Model.fit(table, of_book + codes, STIFF_CODES, is_even=False),
        Model.fit(table, of_roads + roads, STIFF_ROADS, is_even=True),
        tuning,
        phrases.digest(),
    )
    (KNOWLEDGE / "coach.bin").write_bytes(data)
    print(f"coach.bin: {len(data):,} bytes, {len(table.numbers):,} marks")


def as_roads(rows: Rows) -> Rows:
    """See what belongs to a work as plain work."""
    book = set(job_codes())
    return [(GO if label in book else label, phrase) for label, phrase in rows]


if __name__ == "__main__":
    main()
