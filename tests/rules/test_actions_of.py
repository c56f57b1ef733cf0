"""Actions of: what was decided, as people say it, becomes who does what by when; what is nothing to do is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.rules.weekly.actions_of import LONGEST, TooLong, actions_of

ON = date(2026, 12, 2)  # a Wednesday
NAMES = {"高橋": "TALENT", "直樹": "TALENT", "美咲": "OWNER"}
OWN, PRO = "OWNER", "TALENT"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("写真を5枚とる", [(OWN, "写真を5枚とる")]),
        ("・写真を5枚とる\n・値札を直す", [(OWN, "写真を5枚とる"), (OWN, "値札を直す")]),
        ("1. 写真\n２．値札\n(3) 棚卸し", [(OWN, "写真"), (OWN, "値札"), (OWN, "棚卸し")]),
        ("①写真 ②値札", [(OWN, "写真"), (OWN, "値札")]),
        ("写真を5枚とる。高橋さんは説明文を2本書く。", [(OWN, "写真を5枚とる"), (PRO, "説明文を2本書く")]),
        ("わしは値札、高橋さんは表を作る", [(OWN, "値札"), (PRO, "表を作る")]),
        ("私は説明文を書く／そちらは写真", [(OWN, "説明文を書く"), (PRO, "写真")]),
        ("【社長】\n・写真\n【高橋さん】\n表を作る", [(OWN, "写真"), (PRO, "表を作る")]),
        ("高橋：説明を2本書く。下書きを送る", [(PRO, "説明を2本書く"), (PRO, "下書きを送る")]),
        ("美咲が写真を3枚とる", [(OWN, "美咲が写真を3枚とる")]),
        ("写真を撮る、あとは値札を直す", [(OWN, "写真を撮る"), (OWN, "値札を直す")]),
        ("商品の写真は全部白い背景で撮り直す", [(OWN, "商品の写真は全部白い背景で撮り直す")]),
        ("ジョン・レノンの曲を流す", [(OWN, "ジョン・レノンの曲を流す")]),
        ("値札\n値札", [(OWN, "値札")]),
        ("😀👍", []),
        ("はい、ありがとうございます", []),
        ("特になし", []),
        ("　\n・\n", []),
    ],
)
def test_an_owner_says_what_was_decided(text: str, found: list[tuple[str, str]]) -> None:
    """Lines, marks and sentences are things; who is named does them, else who speaks; nods and faces are nothing."""
    told = actions_of(text, OWN, ON, NAMES)
    assert not isinstance(told, TooLong)
    assert [(item.who, item.text) for item in told] == found


def test_in_the_owners_field_things_are_the_owners() -> None:
    """The talent writes for both: a line that names nobody is whose field it stands in, 私 is the talent."""
    told = actions_of("写真を5枚\n値札は美咲が直す\n私：説明を書く", PRO, ON, NAMES, usual=OWN)
    assert not isinstance(told, TooLong)
    assert [item.who for item in told] == [OWN, OWN, PRO]


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("写真を来週水曜までに送る", date(2026, 12, 9)),
        ("12/9まで値札", date(2026, 12, 9)),
        ("金曜までに表を作る", date(2026, 12, 4)),
        ("あさってまでに電話", date(2026, 12, 4)),
        ("10枚まで撮る", None),
        ("11月1日までに送る", None),
        ("なるべく早く", None),
    ],
)
def test_by_when(text: str, due: date | None) -> None:
    """A day that is named is kept; one that is past, or is no day, is not."""
    told = actions_of(text, OWN, ON)
    assert not isinstance(told, TooLong)
    assert [item.due_on for item in told] == [due]


def test_one_thing_may_not_be_a_talk() -> None:
    """Five thousand characters in one breath: too long for one thing, and said how long."""
    assert actions_of("あ" * 5_000, OWN, ON) == TooLong(5_000)
    assert actions_of("あ" * LONGEST, OWN, ON) != TooLong(LONGEST)


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_text_is_read_or_kindly_not(text: str) -> None:
    """Whatever is typed: a list of short things of known sides, every one a piece of what was typed."""
    told = actions_of(text, OWN, ON, NAMES)
    if not isinstance(told, TooLong):
        assert all(item.who in (OWN, PRO) and 0 < len(item.text) <= LONGEST for item in told)
