"""Messages: what can be said on either platform, as data. Renderers draw it; nothing here knows LINE or Slack."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum

from flows.quick import quick


class Look(Enum):
    """How a button stands out. One card has at most one primary button."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@quick
@dataclass(frozen=True)
class Button:
    """Something to tap: ``label`` is what a person would say, ``payload`` what comes back.

    With a ``url`` it opens that page instead, and nothing comes back.
    """

    label: str
    payload: str
    look: Look = Look.PLAIN
    url: str = ""


@quick
@dataclass(frozen=True)
class Line:
    """One row of a card. ``is_quote`` keeps somebody's own words visibly theirs; ``is_new`` marks a change."""

    label: str
    text: str
    is_quote: bool = False
    is_new: bool = False
    is_link: bool = False  # the text is an address of ours, to be tapped; never what somebody wrote


@quick
@dataclass(frozen=True)
class Card:
    """A titled block of rows; ``lead`` stands above the rows, ``note`` below them."""

    title: str
    lines: tuple[Line, ...] = ()
    lead: str = ""
    note: str = ""

    def as_text(self) -> str:
        """Give the card as plain text: the twin of the picture, for altText, fallbacks and the terminal."""
        rows = [
            f"【{self.title}】",
            self.lead,
            *(f"{row.label}：{row.text}" if row.label else row.text for row in self.lines),
        ]
        return "\n".join(row for row in (*rows, self.note) if row)


@quick
@dataclass(frozen=True)
class Picture:
    """A picture at an address of ours that ends some day; ``alt`` says in words what it shows."""

    url: str
    alt: str


@quick
@dataclass(frozen=True)
class Message:
    """One bubble or post: words, or a card, with the buttons under it; a picture stands alone, or with its words."""

    text: str = ""
    card: Card | None = None
    buttons: tuple[Button, ...] = ()
    deck: tuple[Message, ...] = ()  # several cards side by side
    picture: Picture | None = None

    def as_text(self) -> str:
        if self.picture:
            return self.text or self.picture.alt
        own = "\n".join(part for part in (self.card.as_text() if self.card else "", self.text) if part)
        return "\n\n".join(part for part in (own, *(each.as_text() for each in self.deck)) if part)


MOST_TOGETHER, MOST_SENTENCES = 80, 3  # what a busy person reads at one glance


def together(said: Sequence[Message], asked: Message) -> tuple[Message, ...]:
    """Put a short line before the question into the question's own bubble; a longer one stands alone."""
    *before, last = (*said, asked)
    while before and _fits(before[-1], last):
        last = replace(last, text=before.pop().text + last.text)
    return (*before, last)


def _fits(line: Message, asked: Message) -> bool:
    text = line.text + asked.text
    is_plain = line.text.endswith(("。", "？")) and not (
        line.card or line.buttons or asked.card or "\n" in line.text
    )
    return is_plain and len(text) <= MOST_TOGETHER and sum(map(text.count, "。？")) <= MOST_SENTENCES


@dataclass(frozen=True)
class FormField:
    """One input of a form. With ``options`` it is a list to choose from, else words.

    ``groups`` are the headings of the options, one for each, where the list has some. Of ``is_many`` several may be
    chosen; what is chosen already is ``initial``, a line each.
    """

    key: str
    label: str
    options: tuple[tuple[str, str], ...] = ()  # (value, label)
    initial: str = ""
    hint: str = ""
    most: int = 3_000
    is_long: bool = False
    is_optional: bool = False
    groups: tuple[str, ...] = ()
    is_many: bool = False


@dataclass(frozen=True)
class Form:
    """A form to fill at once: one modal on Slack. ``conversation`` and ``turn`` come back with the answers."""

    conversation: str
    turn: int
    title: str
    submit: str
    fields: tuple[FormField, ...]
    lead: str = ""
