"""Matching: what speaks for somebody is said in words an owner would use."""

from __future__ import annotations

from flows.facts import Draft, Profile
from flows.rules.matching import fit

DRAFT = Draft(
    "入金の照合", "毎月しんどい", "照合が楽になる", "時間", ("入金の一覧",), "経理", 15, 80_000, "EC-01"
)
HIM = Profile(
    *("高橋 直樹", "入金の係を5年", "毎月の照合をしました。", "表計算", "長野に毎年", 20, "水 10:00-12:00"),
    *(70_000, "EMPLOYEE", "GIVEN", "", "YES"),
)


def test_reasons_read_as_one_would_say_them() -> None:
    """What both have in common is one sentence, the rest are facts of the profile."""
    found = fit(DRAFT, HIM, "長野県飯田市本町1-2")
    assert found.reasons == (
        "「入金」「照合」にかかわる仕事をしてきた方です",
        "月20時間とれます",
        "ご予算に収まります",
        "長野にゆかりがあります",
        "保険に入っています",
    )
    assert found.points == 4 + 4 + 3 + 3 + 2 + 1
