"""The corpus: what owners say, a line a phrase. Read by the training and by its tests, never by the running bot."""

from __future__ import annotations

import hashlib
from pathlib import Path
from unicodedata import normalize

from prompts.knowledge import job_codes, senses
from prompts.results import Route

FOLDER = Path(__file__).parent / "corpus"
WORDS = "words_of_"  # files of words; each word of a line is a row of its own
Rows = list[tuple[str, str]]  # label, phrase


class BadCorpus(Exception):
    """A line is not ``LABEL<TAB>phrase``, or nobody knows its label; the message says where."""


def lines() -> Rows:
    """Return every phrase that somebody might say, sorted."""
    return sorted(
        {row for path in FOLDER.glob("*.txt") if not path.name.startswith(WORDS) for row in read(path)}
    )


def always() -> Rows:
    """Return what belongs to a label by its meaning: its words, and what the book of codes says of each work."""
    rows = {
        (label, word.strip())
        for path in FOLDER.glob(f"{WORDS}*.txt")
        for label, line in read(path)
        for word in line.split("、")
    }
    for code in job_codes().values():
        rows |= {(code.code, phrase) for phrase in (*code.owner_says, code.name, code.topic, code.plain)}
        rows |= {(option.code or code.code, option.label) for option in code.stuck.options}
    return sorted(row for row in rows if row[1])


def read(path: Path, *others: str) -> Rows:
    """Read one file; ``others`` are labels that are allowed besides works and roads. Raises ``BadCorpus``."""
    known = {*job_codes(), *(route.value for route in Route), *others}
    rows = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        label, _, phrase = (part.strip() for part in line.partition("\t"))
        if label not in known or not phrase:
            raise BadCorpus(f"{path.name}, line {number}: a label we know, a tab, a phrase")
        rows.append((label, normalize("NFC", phrase)))
    return rows


def digest() -> str:
    """Return what tells this corpus, with the kinds of things its words mean, from any other."""
    kinds = [(kind, "、".join(words)) for kind, words in senses().items()]
    told = "\n".join(f"{label}\t{phrase}" for label, phrase in (*lines(), *always(), *kinds))
    return hashlib.sha256(told.encode()).hexdigest()
