"""Voice: the rules of how owners are spoken to, to be held against any message."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.messages import Message
from flows.rules.coach.plain import jargon

MOST_LETTERS, MOST_SENTENCE, MOST_SENTENCES, MOST_LABEL = 140, 40, 3, 20
LEGAL = ("個人情報の取り扱い(全文)",)
EXAMPLE = re.compile(r"\(例：[^)]*\)$")
REGISTER = re.compile("[都道府県]")  # a firm's name and address, as the register has them


def sentences_of(text: str) -> list[str]:
    """Cut at 。, ？ and line ends, but not inside quotes and brackets."""
    bare = re.sub(r"「[^」]*」|\([^)]*\)|https?://\S+", "＿", text)
    return [
        piece for piece in re.split(r"(?<=[。？])|\n", bare) if piece.strip("＿ ")
    ]  # a quote alone is none


def faults(message: Message) -> Iterator[str]:
    """Name what a message does that an owner should not have to read."""
    text = EXAMPLE.sub("", message.text)
    said = re.sub(r"「[^」]*」", "", text)
    if len(message.text) > MOST_LETTERS:
        yield f"{len(message.text)} letters"
    if len(sentences_of(text)) > MOST_SENTENCES:
        yield f"{len(sentences_of(text))} sentences"
    yield from (f"a long sentence: {piece}" for piece in sentences_of(text) if len(piece) > MOST_SENTENCE)
    if text.count("？") > 1:
        yield "more than one question"
    if "？" in text and not text.endswith("？"):
        yield "words after the question"
    yield from (f"jargon: {word}" for word, _ in jargon(said))
    yield from (
        f"never: {word}" for word in ("エラー", "！", "!", "させていただ", "弊社", "貴社") if word in said
    )
    for button in message.buttons:
        if len(button.label) > MOST_LABEL and not REGISTER.search(button.label):
            yield f"a long label: {button.label}"
        yield from (f"jargon on a button: {word}" for word, _ in jargon(button.label))
    if message.card and message.card.title not in LEGAL:
        ours = [
            row for row in message.card.lines if not row.is_quote and row.label not in ("題名", "3か月後")
        ]
        yield from (f"jargon on a card: {word}" for row in ours for word, _ in jargon(row.label + row.text))
