"""Going on: two wishes as they are written, until they are terms, a talk, or three months more of the same."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from flows.rules.calendar import JST
from flows.rules.renewal.ending import MONTH_FIVE, warn_on
from storage.engagements import Phase
from storage.terms import How, TermsVersion
from storage.unit_of_work import begin
from tests.story.stages import Cast, at, looking_back

SECOND = {"mf2.MF3": "早く試す", "mf2.MF4": "続けたい"}


def read_each_other(cast: Cast, owner: str = "続けたい", talent: str = "続けたい") -> Cast:
    """Both have looked back and wished; the choice is asked now."""
    cast.owner.play("うれしかった", "早いとよい", "約束", owner)
    cast.talent.press("ふりかえり 1/2")
    cast.talent.fill({"mf.MF1": "写真", "mf.MF2": "決めるのが遅い"})
    cast.talent.fill({**SECOND, "mf2.MF4": talent})
    cast.world.move(cast.world.now + timedelta(minutes=15))
    return cast


def versions(cast: Cast) -> list[TermsVersion]:
    with begin(cast.world.engine) as work:
        return work.terms.of(cast.world.engagement().id)


def wishes(cast: Cast, hours: str, pay: str) -> None:
    """Let the talent wish other terms."""
    cast.talent.press("条件を変えて続ける")
    cast.talent.fill({"terms.HOURS": hours, "terms.PAY": pay})


def test_the_same_wish_is_two_taps_and_a_version() -> None:
    """同じ条件で続ける of both: the terms of now are kept as the first version; no week is left out."""
    cast = read_each_other(at(looking_back))
    cast.owner.do("[同じ条件で続ける]")
    cast.talent.press("同じ条件で続ける")
    [first] = versions(cast)
    assert (first.number, first.hours, first.pay, first.how) == (1, 20, 70_000, How.SAME.name)
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.now + timedelta(weeks=2))
    assert cast.owner.said.count("との打ち合わせです") == before + 2


def test_cheaper_without_a_sum_is_asked_for() -> None:
    """「もうちょい安うしてくれたら続けたい」: his words are taken up, the way on is ready, and no sum is put in his mouth."""
    cast = read_each_other(at(looking_back), owner="もうちょい安うしてくれたら続けたい")
    assert "「もう少し安く」とのことですね。" in cast.owner.said
    cast.owner.play("[条件を変えて続ける]", "[20時間]")
    assert "お支払いは、いま月7万円です。いくらがよいですか？" in cast.owner.said
    labels = {button.label for button in cast.world.seen[-1].message.buttons}
    assert labels == {"7万円"}
    assert "安うして" in cast.talent.said  # of what both read; nothing of the sum before both have chosen
    cast.owner.do("6万")
    assert "6万" not in cast.talent.said


def test_what_he_wrote_stands_ready() -> None:
    """月15時間、6万円なら: both stand as the first answers, and in the form of who is on Slack."""
    cast = read_each_other(
        at(looking_back), owner="月15時間、6万円なら続けたい", talent="月15時間、6万円なら続けたい"
    )
    cast.owner.play("[条件を変えて続ける]", "[15時間]", "[6万円]")
    form = cast.talent.press("条件を変えて続ける").form
    assert form is not None
    assert [field.initial for field in form.fields] == ["15", "60000"]
    cast.talent.fill({})
    for who in (cast.owner, cast.talent):
        assert "お二人のご希望が合いました" in who.said
        assert "月15時間くらい・お相手に月6万円" in who.said
    [first] = versions(cast)
    assert (first.hours, first.pay, first.how) == (15, 60_000, How.WISHED.name)


def test_different_wishes_are_shown_to_both_and_one_may_give_way() -> None:
    """Each reads the other's numbers beside his own; one takes them, the other keeps: agreed, and both read it."""
    cast = read_each_other(at(looking_back))
    cast.owner.do("[同じ条件で続ける]")
    assert "8万5千円" not in cast.owner.said
    wishes(cast, "20", "85000")
    for who in (cast.owner, cast.talent):
        assert "お二人のご希望" in who.said
        assert "月20時間くらい・月8万5千円" in who.said
    cast.owner.do("[お相手の条件でよい]")
    cast.talent.press("自分の希望のままがよい")
    assert "お相手に月8万5千円" in cast.owner.said
    assert [version.pay for version in versions(cast)] == [85_000]
    assert cast.world.engagement().phase == Phase.RUNNING.name


def test_a_third_offer_that_both_name_is_agreed() -> None:
    """別の条件を出す of both with the same numbers."""
    cast = read_each_other(at(looking_back))
    cast.owner.do("[同じ条件で続ける]")
    wishes(cast, "20", "80000")
    cast.owner.play("[別の条件を出す]", "18", "7万5千円")
    cast.talent.press("別の条件を出す")
    cast.talent.fill({"other.HOURS": "18", "other.PAY": "75000"})
    assert [(version.hours, version.pay) for version in versions(cast)] == [(18, 75_000)]


def test_where_they_still_differ_the_staff_read_both() -> None:
    """Both keep: one card with both wishes and what each answered; the weeks go on; nothing is agreed."""
    cast = read_each_other(at(looking_back))
    cast.owner.do("[同じ条件で続ける]")
    wishes(cast, "20", "80000")
    cast.owner.do("[自分の希望のままがよい]")
    cast.talent.press("自分の希望のままがよい")
    card = [text for text in cast.world.told("staff") if "続けるかどうか・" in text][-1]
    assert "社長：月20時間くらい・月7万円 → 自分の希望のままがよい" in card
    assert "お相手：月20時間くらい・月8万円 → 自分の希望のままがよい" in card
    assert versions(cast) == []
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.now + timedelta(weeks=2))
    assert cast.owner.said.count("との打ち合わせです") == before + 2


def test_silence_goes_on_as_it_was_and_says_so() -> None:
    """One chose 同じ, the other said nothing for ten business days: the same terms, told to both, and ちがう brings the staff."""
    cast = read_each_other(at(looking_back))
    cast.talent.press("同じ条件で続ける")
    cast.world.move(cast.world.due_at("renew_silent") + timedelta(days=1))
    for who in (cast.owner, cast.talent):
        assert who.said.count("いまと同じ条件で続けます") == 1
    assert [version.how for version in versions(cast)] == [How.SILENCE.name]
    assert cast.world.engagement().phase == Phase.RUNNING.name
    cast.owner.do("[ちがう]")
    assert "から「ちがう」" in "".join(cast.world.told("staff"))


def test_silence_does_not_pass_over_a_wish() -> None:
    """One wants other terms and the other is silent: nothing goes on by itself, the staff have it."""
    cast = read_each_other(at(looking_back))
    wishes(cast, "10", "40000")
    cast.world.move(cast.world.due_at("renew_silent") + timedelta(days=1))
    assert "いまと同じ条件で続けます" not in cast.owner.said
    assert cast.world.engagement().phase == Phase.RENEWAL.name
    assert "1週間そろっていません" in "".join(cast.world.told("staff"))


def test_an_old_answer_to_a_wish_does_nothing_more() -> None:
    """After the agreement the buttons of the wishes are refused kindly; there is one version."""
    cast = read_each_other(at(looking_back))
    cast.owner.do("[同じ条件で続ける]")
    wishes(cast, "20", "80000")
    cast.owner.do("[お相手の条件でよい]")
    old = cast.talent.buttons("話してから決める")[0].payload
    cast.talent.press("自分の希望のままがよい")
    cast.talent.tap(old)
    assert len(versions(cast)) == 1


def test_every_renewal_is_a_version_of_its_own() -> None:
    """Written down by the staff, twice: the first stays as it was."""
    cast = read_each_other(at(looking_back))
    cast.owner.do("[話してから決める]")
    cast.talent.press("話してから決める")
    for pay in ("60000", "65000"):
        cast.staff.press("続けることになった")
        cast.staff.fill({"go_on.CHANGES": "", "go_on.HOURS": "20", "go_on.PAY": pay})
        cast.talent.press("ちがう")
    assert [(version.number, version.pay) for version in versions(cast)] == [(1, 60_000), (2, 65_000)]


def test_the_thirty_days_are_told_once_when_five_months_are_over() -> None:
    """With a week's notice, to the owner alone; not before five months and never again."""
    cast = read_each_other(at(looking_back))
    cast.owner.do("[同じ条件で続ける]")
    cast.talent.press("同じ条件で続ける")
    begun = cast.world.engagement().started_on
    assert begun is not None
    day = warn_on(begun)
    cast.world.move(datetime.combine(day, time(8), JST))
    assert MONTH_FIVE not in cast.owner.said
    cast.world.move(cast.world.now + timedelta(weeks=8))
    assert cast.owner.said.count(MONTH_FIVE) == 1
    assert MONTH_FIVE not in cast.talent.said
