"""What can go wrong in the pure part: an answer nobody can read, a gap in the journal, a broken flow.

FlowError
├── Unreadable     the person's answer does not fit the question; say why, kindly
├── Open           the journal has no answer that holds for this step
├── DuplicateKey   a flow used one key twice
└── RunawayFlow    a flow asked more steps than any talk has
"""


class FlowError(Exception):
    """Something is wrong in a conversation."""


class Unreadable(FlowError):
    """すみません、うまく読み取れませんでした。"""

    def __init__(self, why: str = "") -> None:
        super().__init__(why or self.__doc__)


class Open(FlowError):
    """The step has no answer yet. ``keys`` are still to be asked; ``why`` is said before asking again."""

    def __init__(self, keys: tuple[str, ...], why: str = "") -> None:
        super().__init__(", ".join(keys))
        self.keys = keys
        self.why = why


class DuplicateKey(FlowError):
    """A flow yielded the same key twice; number the keys of a loop."""


class RunawayFlow(FlowError):
    """A flow did not end or wait within the allowed number of steps."""
