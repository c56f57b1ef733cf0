"""Hidden: whether a posting may be shown to a talent, or names his firm among those that shall not see it."""

from __future__ import annotations

from uuid import UUID

from flows.rules.match.hiding import is_hidden
from storage.postings import Posting
from storage.unit_of_work import Work


def may_see(work: Work, posting: Posting, party: UUID) -> bool:
    """Compare names with what he wrote of himself; of whom nothing is known, nothing can be told."""
    if not posting.hidden_from:
        return True
    talent = work.talents.profile(party)
    if talent is None:
        return True
    said = (talent.conflicts, talent.headline, talent.bio, talent.by_hand, talent.skills)
    return not is_hidden(posting.hidden_from, said)
