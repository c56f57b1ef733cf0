"""Import points: a posting from elsewhere is held against the rules that hold for our own, before anybody reads it."""

from __future__ import annotations

import json

from bot.tables.kinds import KINDS
from flows.rules.lint.lint import QUESTIONS

BAD = {
    "id": "a1",
    "company": "",
    "owner_words": "毎日9時から17時まで来てほしい。若い女性限定。息子が入院して大変",
    "small_win": "1年でCVRを2倍にする",
    "first_tasks": ["補助金の申請書を書く"],
    "hours_per_month": 120,
    "hourly_rate_yen": 900,
}
GOOD = {
    "id": "a2",
    "company": "山崎醸造",
    "owner_words": "味噌屋です",
    "small_win": "30日で売れ筋5品の写真を直す",
    "first_tasks": ["写真を撮る"],
    "hours_per_month": 20,
    "hourly_rate_yen": 4000,
}


def test_each_point_has_a_reason_and_a_question() -> None:
    """All that staff would see on our own posting is told of a line, and a good line is left in peace."""
    data = "\n".join(json.dumps(row) for row in (BAD, GOOD)).encode()
    found = KINDS["postings"].read(data, lambda: None)
    assert found.points.keys() == {"a1"}
    points = found.points["a1"]
    assert {point.kind for point in points} == {
        "missing_firm_name", "worker", "unfair", "licensed", "jargon", "private", "hours_long", "pay_low", "win_long",
    }  # fmt: skip
    assert all(point.text_ja and point.question == QUESTIONS[point.kind] for point in points)
    assert not found.faults
