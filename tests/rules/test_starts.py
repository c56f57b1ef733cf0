"""Starts: an expression that is tried only where it can begin finds what it finds everywhere."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.coach.codes import _keys
from flows.rules.coach.routes import shape
from flows.rules.japanese.folding import fold
from flows.rules.japanese.starts import Index, Shape, starts
from prompts.knowledge import job_codes, routes

ATOM = st.one_of(
    st.sampled_from(
        [
            "a",
            "b",
            "c",
            "[ab]",
            "[a-c]",
            "[b-ca-]",
            r"\|",
            "[^a]",
            ".",
            "$",
            r"\?",
            "(?!b)",
            "(?<!a)",
            "(?=ab)",
            "(?<=b)",
        ]
    ),
    st.sampled_from(["(ab|c)", "(a|)", "(?:b|ca)", "(b(c|a)?)", "([|)]|a)"]),
)
PIECE = st.builds("".join, st.lists(st.builds(str.__add__, ATOM, st.sampled_from(["", "", "?", "{1,2}"]))))
PATTERN = st.builds("|".join, st.lists(PIECE, min_size=1, max_size=3))


def is_pattern(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


@settings(max_examples=200, deadline=None)
@given(PATTERN.filter(is_pattern), st.text("abc?|)", max_size=8))
def test_a_shape_finds_what_the_expression_finds(pattern: str, text: str) -> None:
    """Whatever the expression, what is skipped holds no match of it."""
    found = [hit.span() for hit in re.finditer(pattern, text)]
    assert Shape(pattern).spans(text) == found
    assert Shape(pattern).may_be_in(text) or not found


def test_every_word_of_the_house_is_found_where_it_stands() -> None:
    """Keys of works and sets of words, on what owners say of each work."""
    texts = [fold("。".join(code.owner_says)) for code in job_codes().values()]
    shapes = [shape(name) for name in routes().sets] + [part for key in _keys() for part in key.parts]
    for each in shapes:
        for text in texts[:: len(texts) // 6]:
            assert each.spans(text) == [hit.span() for hit in re.finditer(each.pattern, text)], each.pattern


def test_most_words_need_not_be_tried() -> None:
    """A wish of one line has few of the seven hundred keys near it, and they come in their order."""
    keys = _keys()
    near = Index({key: key.parts[0] for key in keys}).near(
        fold("ネットでもっと売りたいけど、若い人がいません")
    )
    assert 0 < len(near) < len(keys) / 10
    assert list(near) == [key for key in keys if key in near]
    assert all(spots for spots in near.values())


@pytest.mark.parametrize("pattern", [".a", "(?i)a", "a{0,3}b", "(a|)", r"[\da]b", r"\wb", ""])
def test_what_may_begin_with_anything_is_always_tried(pattern: str) -> None:
    """No start is made up for an expression that this reader does not understand."""
    assert starts(pattern) is None
    assert Shape(pattern).may_be_in("x")
