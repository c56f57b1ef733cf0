"""Cases: an owner sees what firms like his did, in facts, and nothing else."""

from __future__ import annotations

import pytest

from flows.rules.coach.cases import LONGEST, MOST, similar, told_by
from flows.rules.coach.own_cases import OwnCase
from flows.rules.coach.plain import jargon
from prompts.knowledge import Case, JobCode, cases, job_codes

CODES = job_codes()


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.firm)
def test_a_case_is_plain_short_and_of_known_work(case: Case) -> None:
    """What an owner reads of a case holds no jargon, no promise and no figure of a result."""
    for text in (case.firm, case.did, case.fact):
        assert not jargon(text)
        assert not any(word in text for word in ("必ず", "%", "％", "倍", "万円", "！"))
    assert set(case.codes) <= CODES.keys()


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: code.code)
def test_cases_are_few_and_of_the_same_kind_of_work(code: JobCode) -> None:
    """Never more than three, never another group's, and one message holds them."""
    found = similar(code, "味噌の卸と加工をしています")
    assert len(found) <= MOST
    assert all(code.group in {other[:2] for other in case.codes} for case in found)
    assert len(told_by(found)) <= LONGEST
    assert bool(told_by(found)) == bool(found)


def test_the_same_work_comes_before_the_same_trade() -> None:
    """Of two net shops' cases an owner who makes paper reads the paper maker's first, of two works the same one."""
    trade = [case.firm for case in similar(CODES["AC-02"], "美容室です")]
    assert trade[0] == "卸売の会社"
    assert trade[1] == "サービスの会社"


def test_our_own_outcomes_come_first() -> None:
    """What this house finished, with consent, is shown before what others published."""
    own = OwnCase("長野の味噌の会社", "写真を撮り直しました", "", ("AC-02",), closeness=1.0)
    assert similar(CODES["AC-02"], "", (own,))[0] is own
    assert "長野の味噌の会社" in told_by((own,))
