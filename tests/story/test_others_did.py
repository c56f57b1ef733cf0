"""他社ではこうでした: one fact a step, riding with an answer, of five other firms; stopped with one tap."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import update

from bot.actions.people.others_did import tell_fact
from bot.turn import Turn
from flows.rules.coach.others import Step
from storage.outcomes import WorkOutcome
from storage.unit_of_work import begin
from tests.flows.talk import REVIEW
from tests.story.stages import KICKOFF as SIX
from tests.story.stages import Cast, at, kicking, new_cast
from tests.story.test_lists import met
from tests.story.test_numbers import aims
from tests.story.world import MARUYAMA, Owner

FACT = "他社ではこうでした。"


def firms(cast: Cast, many: int, *, code: str = "AC-02", show: str = "匿名", of: str = "会社") -> Cast:
    """Let so many other firms have finished this work, with the consent they gave."""
    told = {
        "prefecture": "福岡県",
        "industry": "卸",
        "job_code": code,
        "began_on": "2026-01-05",
        "ended_on": "2026-06-14",
        "hours_per_month": 20,
        "monthly_pay_yen": 70_000,
        "goal": "",
        "before": "16",
        "after": "9",
        "win": "yes",
        "show_as": show,
    }
    rows = {f"{of}{n}": {**told, "company": f"{of}{n}"} for n in range(many)}
    with begin(cast.world.engine) as work:
        work.outcomes.keep_file(rows, cast.world.now)
        work.session.execute(update(WorkOutcome).values(win_weeks=6))
    return cast


def test_five_firms_are_told_and_four_are_not() -> None:
    """The draft goes to the staff: hours and pay of five; of four, of hidden ones, of one firm's five works nothing."""
    cast = firms(new_cast(), 5)
    cast.owner.play(*REVIEW)
    assert cast.owner.said.count(FACT) == 1
    assert "同じ仕事をした5社の真ん中は、月20時間・お相手に月7万円でした。" in cast.owner.said
    for other in (
        firms(new_cast(), 4),
        firms(new_cast(), 6, show="不可"),
        firms(firms(new_cast(), 4), 3, show="不可", of="別"),
    ):
        other.owner.play(*REVIEW)
        assert FACT not in other.owner.said


def test_each_step_has_its_own_fact_once() -> None:
    """Work begins: weeks to the first win. The win is recorded: how long others went on. Never twice."""
    cast = firms(at(kicking), 5)
    cast.talent.fill(SIX)
    cast.owner.play("[これでよい]", "[続ける]")
    assert cast.owner.said.count("5社の半分は、6週間までに最初の成果が出ました。") == 1
    aims(cast)
    for number in ("16", "9"):
        met(cast)
        cast.owner.play("今週の数字", number)
    cast.owner.do("[はい]")
    assert cast.owner.said.count("5社の半分は、23週間以上、一緒に進めました。") == 1
    cast.world.move(cast.world.now + timedelta(weeks=3))
    assert cast.owner.said.count(FACT) == 2


def test_one_tap_ends_it() -> None:
    """こういうお話はいらない: none comes after it; another's tap on his button stops nothing."""
    cast = firms(new_cast(), 5)
    cast.owner.play(*REVIEW)
    [button] = cast.owner.buttons("こういうお話はいらない")
    assert "使えませんでした" in Owner(cast.world, MARUYAMA).tap(button.payload)[-1]
    assert "もうお送りしません" in cast.owner.tap(button.payload)[-1]
    assert "もうお送りしません" in cast.owner.tap(button.payload)[-1]
    with begin(cast.world.engine) as work:
        party = work.parties.meet("line", cast.owner.id, "owner", cast.world.now)
        turn = Turn(work, cast.world.rules, cast.world.now, me=party)
        [posting] = work.postings.of_owner(party.party_id)
        tell_fact(turn, party, posting, Step.BEGUN)
        assert turn.out == []
