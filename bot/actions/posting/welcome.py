"""Welcome: the visitor consented; his first words become the wish."""

from __future__ import annotations

from bot.talking import begin
from bot.turn import Turn
from flows.journal import Entry
from flows.outcomes import Welcome
from storage.conversations import Conversation

SERVICE = "service"  # the consent that everything else needs


def welcome(turn: Turn, talk: Conversation, outcome: Welcome) -> None:
    """Keep the consent with its wording's version, and ask for the wish at once."""
    handle = turn.work.parties.handle(talk.handle_id)
    turn.work.parties.consent(talk.party_id, SERVICE, outcome.text_version, handle.platform, turn.now)
    words = outcome.first_words
    seed = [Entry("wish", words, raw=words)] if words else []
    begin(turn, "posting", handle, {}, seed)
