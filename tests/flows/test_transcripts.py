"""Transcripts: whole talks, each a script and its expectation in one. ``pytest --update`` writes them anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.talk import played

TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_a_talk_goes_as_it_was_read_and_approved(path: Path, is_update: bool) -> None:
    """The same words of an owner bring exactly the words that somebody has read and found good."""
    script = path.read_text(encoding="utf-8")
    said = played(script)
    if is_update:
        path.write_text(said, encoding="utf-8")
    assert said == script or is_update
