"""Fit how much each sign that somebody has done a work counts: ``python scripts/weigh_works.py tests/evals/match``.

Prints WEIGHED and START of flows/rules/match/skills.py, fitted on pairs of a graded set whose fit is plain: grade 2 or 3 against
grade 0 or not judged, people barred by their terms left out. Beside it, how well the same fit tells pairs that it did not see.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from bot.evaluating.match import GOOD, TALENTS, read_set
from bot.tables.importing import read_talents, words
from flows.rules.match.ranking import barred
from flows.rules.match.skills import WEIGHED, signs_of


def main(folder: Path) -> None:
    kept, rows = read_set(folder), read_talents((folder / TALENTS).read_bytes()).rows
    signs = {email: signs_of(*words(row)) for email, row in rows.items()}
    seen: list[list[float]] = []
    fits: list[bool] = []
    for wanted in kept.postings:
        grades = kept.grades[wanted.id]
        for person in kept.candidates:
            found, grade = signs[person.id].get(wanted.code), grades.get(person.id, 0)
            if found and grade != 1 and not barred(wanted, person):
                seen.append([found[name] for name in WEIGHED])
                fits.append(grade >= GOOD)
    table, truth = np.array(seen), np.array(fits)
    model = LogisticRegression(C=1.0, max_iter=2_000).fit(table, truth)
    unseen = cross_val_score(LogisticRegression(C=1.0, max_iter=2_000), table, truth, cv=5, scoring="roc_auc")
    told = {name: round(float(weight), 1) for name, weight in zip(WEIGHED, model.coef_[0], strict=True)}
    print(f"WEIGHED = {told}\nSTART = {model.intercept_[0]:.1f}")
    print(f"{len(fits)} pairs, {sum(fits)} fit; area under the curve of folds not seen {unseen.mean():.3f}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
