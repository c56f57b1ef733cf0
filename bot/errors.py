"""Errors: what can go wrong outside the pure part.

Refusal                    the person can mend it: say it kindly, keep the turn
DeliveryError(permanent)   a message could not be carried
Fault                      ours: undone, told to staff, one apology
flows.errors.FlowError     Unreadable, Open, DuplicateKey, RunawayFlow
"""


class Refusal(Exception):
    """すみません、いまはそのようにできませんでした。"""

    def __init__(self, why: str = "", key: str = "") -> None:
        super().__init__(why or self.__doc__)
        self.why = why or str(self.__doc__)
        self.key = key  # the question that opens again


class DeliveryError(Exception):
    """A message could not be delivered."""

    def __init__(self, why: str, *, permanent: bool) -> None:
        super().__init__(why)
        self.permanent = permanent


class Fault(Exception):
    """Something in our own house is broken."""
