"""Corrections: wishes whose kind of work people put right, as lines for the coach's corpus. A person reads them first."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.rules.coach import read_wish
from flows.rules.japanese import sentences
from flows.rules.secrets import ADDRESS, MASK, PHONE
from flows.rules.sensitive import drop_sentences, sensitive
from prompts.knowledge import job_codes
from storage.postings import Posting, State

REVIEWED = (
    State.OPEN.name,
    State.PAUSED.name,
    State.CLOSED.name,
)  # the staff have seen its kind of work, and agreed
LONGEST = 200  # letters of a line; a corpus is of short sayings
REACHED = re.compile(rf"{PHONE}|{ADDRESS}|{re.escape(MASK)}|[@＠]|https?:|www\.")
HEAD = (
    "# Read each line before you keep it: no name, no firm, no address. Then add it to",
    "# prompts/knowledge/corpus/corrections.txt and run `make train`.",
)


def corrections(session: Session) -> Iterator[str]:
    """Give ``LABEL<TAB>phrase`` for each published wish that the coach would read as another work."""
    postings = select(Posting.wish_raw, Posting.job_code).where(Posting.state.in_(REVIEWED))
    seen = set[str]()
    for wish, code in session.execute(postings.order_by(Posting.created_at, Posting.id)):
        phrase = public(wish)
        if code in job_codes() and phrase and phrase not in seen and is_misread(phrase, code):
            seen.add(phrase)
            yield f"{code}\t{phrase}"


def is_misread(phrase: str, code: str) -> bool:
    """Tell whether the coach puts another work first today; what it has learned since is not shown again."""
    return code not in read_wish(phrase).codes[:1]


def public(wish: str) -> str:
    """Leave private matters out: family, health, money trouble, names, ways to reach somebody, what is masked."""
    found = sensitive(wish)
    kept = drop_sentences(wish, found.kinds) if found else wish
    kept = "".join(piece for piece in sentences(kept) if not REACHED.search(piece))
    return " ".join(kept.split())[:LONGEST]
