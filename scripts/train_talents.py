"""Train the eye for talents: ``make train`` reads both corpora and writes prompts/knowledge/talents.bin.

One linear model over runs of one to three letters, as the coach's, in the same kind of file. It learns from how
professionals describe their work, and from what owners say of theirs: plain words come from both, jargon from the first
alone; from what else people write of themselves it learns what is no work at all. The same corpora give the same bytes: rows are sorted, the solver is seeded, weights are rounded.
"""

from __future__ import annotations

import hashlib
import sys

import numpy as np
from sklearn.svm import LinearSVC
from train_coach import DROPPED, KNOWLEDGE, LETTERS, Model, Table, centred, folds, shares

from flows.rules.coach.learned import runs_of
from flows.rules.match.skills import OTHER
from prompts.knowledge import job_codes, phrases
from prompts.knowledge.phrases import Rows
from prompts.knowledge.weights import pack

TALENTS = KNOWLEDGE / "corpus_talents"
STIFF = 0.3  # inverse regularisation, the best of 0.1, 0.3 and 1 on a fold
WARMTHS = (3.0, 4.0, 6.0, 8.0, 10.0, 12.0, 16.0)


def fitted(table: Table, rows: Rows) -> Model:
    solver = LinearSVC(C=STIFF, random_state=0)
    solver.fit(table.rows(phrase for _, phrase in rows), [label for label, _ in rows])
    return Model([str(label) for label in solver.classes_], solver.coef_, solver.intercept_)


def book() -> Rows:
    """Return what the book of codes says of each work besides: its small wins and their first tasks."""
    return [
        (code.code, text)
        for code in job_codes().values()
        for win in code.wins
        for text in (win.text, *win.first_tasks)
    ]


def tuned(said: Rows, always: Rows) -> float:
    """Choose how far points are spread, so that a share is a likelihood; measured on a fold that was not seen."""
    held = folds(said)[0]
    seen = always + [row for at, row in enumerate(said) if at not in held]
    unseen = [said[at] for at in sorted(held)]
    table = Table.of([phrase for _, phrase in seen], runs_of)
    model = fitted(table, seen)
    points = model.points(table.rows(phrase for _, phrase in unseen))
    truth = np.array([model.labels.index(label) for label, _ in unseen])
    every = np.arange(len(unseen))
    loss, warmth = min((-np.log(shares(warmth * points)[every, truth]).mean(), warmth) for warmth in WARMTHS)
    order = np.argsort(-points, axis=1)
    first, among = (order[:, 0] == truth).mean(), (order[:, :3] == truth[:, None]).any(axis=1).mean()
    print(
        f"talents: {len(unseen)} lines not seen, first {first:.3f}, among three {among:.3f}, loss {loss:.3f}, warmth {warmth}"
    )
    return warmth


def main() -> None:
    known = set(job_codes())
    said = sorted({row for path in TALENTS.glob("*.txt") for row in phrases.read(path, OTHER)})
    always = phrases.lines() + phrases.always() + book()
    always = sorted({row for row in always if row[0] in known})
    warmth = tuned(said, always)
    rows = sorted({*said, *always})
    table = Table.of([phrase for _, phrase in rows], runs_of)
    model = fitted(table, rows)
    weights = centred(model.weights)
    step = float(f"{np.abs(weights).max() / 127:.4g}")
    steps = weights / step
    rounded = np.where(np.abs(steps) < DROPPED, 0, np.round(steps)).astype(int)
    cells = [
        (
            run,
            table.rarity[run],
            [(int(column), int(rounded[column, at])) for column in np.flatnonzero(rounded[:, at])],
        )
        for run, at in table.numbers.items()
    ]
    header = {
        "labels": model.labels,
        "bias": [round(float(bias), 3) for bias in model.bias],
        "step": step,
        "unseen": table.unseen,
        "letters": LETTERS,
        "tuning": {"warmth": warmth},
        "learned_from": hashlib.sha256(
            "\n".join(f"{label}\t{phrase}" for label, phrase in rows).encode()
        ).hexdigest(),
    }
    data = pack(header, [cell for cell in cells if cell[2]])
    (KNOWLEDGE / "talents.bin").write_bytes(data)
    print(f"talents.bin: {len(data):,} bytes, {len(table.numbers):,} runs", file=sys.stderr)


if __name__ == "__main__":
    main()
