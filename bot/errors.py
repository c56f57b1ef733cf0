"""Errors: what can go wrong outside the pure part.

Refusal                  the person can mend it: say it kindly, keep the turn
Unavailable              the database is away, or too much waits for it: come again (503)
any other exception      ours: undone, kept as failed, told to staff, one apology (bot/turn.py)
flows.errors.FlowError   Unreadable, Open, DuplicateKey, RunawayFlow

What becomes of a message that could not be carried is no exception but an ``Outcome`` (bot/sends/sending.py).
"""


class Refusal(Exception):
    """すみません、いまはそのようにできませんでした。"""

    def __init__(self, why: str = "", key: str = "") -> None:
        super().__init__(why or self.__doc__)
        self.why = why or str(self.__doc__)
        self.key = key  # the question that opens again


class Unavailable(Exception):
    """The database is away, or too much waits for it: nothing was kept, and whoever asked comes again."""
