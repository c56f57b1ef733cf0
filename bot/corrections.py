"""Corrections: wishes whose kind of work people put right, as lines for the coach's corpus. A person reads them first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from flows.rules.coach.coach import read_wish
from flows.rules.japanese.folding import sentences
from flows.rules.lint.secrets import ADDRESS, MASK, PHONE
from flows.rules.lint.sensitive import drop_sentences, sensitive
from prompts.knowledge import job_codes
from storage.postings import Posting, PostingChange, State

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
    """Give what people changed of published wishes: the old kind of work and the new, then ``LABEL<TAB>phrase``.

    Whoever changed it, owner or staff. A line that the coach reads right by now is given as a remark.
    """
    changes = (
        select(Posting.id, Posting.wish_raw, Posting.job_code, PostingChange.from_code)
        .join(PostingChange, PostingChange.posting_id == Posting.id)
        .where(Posting.state.in_(REVIEWED), PostingChange.to_code != "")
    )
    seen = set[UUID]()
    for id, wish, code, before in session.execute(changes.order_by(Posting.created_at, PostingChange.id)):
        phrase = public(wish)
        is_first = id not in seen  # the first change tells what the wish was read as
        seen.add(id)
        if not is_first or before == code or code not in job_codes() or not phrase:
            continue
        yield f"# {before} → {code}"
        yield f"{code}\t{phrase}" if is_misread(phrase, code) else f"# {code}\t{phrase}"


def is_misread(phrase: str, code: str) -> bool:
    """Tell whether the coach puts another work first today; it may have learned since."""
    return code not in read_wish(phrase).codes[:1]


def public(wish: str) -> str:
    """Leave private matters out: family, health, money trouble, names, ways to reach somebody, what is masked."""
    found = sensitive(wish)
    kept = drop_sentences(wish, found.kinds) if found else wish
    kept = "".join(piece for piece in sentences(kept) if not REACHED.search(piece))
    return " ".join(kept.split())[:LONGEST]
