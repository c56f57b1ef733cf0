"""Outcomes: summed up from the weeks, confirmed by the owner, shown only as both allow, and gone the moment one takes it back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from bot.actions.people.sides import locked
from bot.actions.renewal import renewing
from bot.actions.renewal.outcomes import ask_outcome
from bot.payloads import card_payload
from bot.summing import finder
from bot.tables.kinds import KINDS
from bot.turn import Turn
from flows.rules.coach.own_cases import HIDDEN, NAMELESS, OwnCase
from storage.engagements import Engagement, Phase
from storage.outcomes import WorkOutcome
from storage.parties import Consent
from storage.unit_of_work import begin
from tests.story.stages import Cast, after, at, running
from tests.story.test_lists import met
from tests.story.world import MARUYAMA, MORI, Member, Owner

CODE = "AC-02"
DONE = {"decided.OWNER": "写真を2枚とる", "decided.TALENT": "説明を1本書く"}


@after(running)
def worked(cast: Cast) -> None:
    """Two weeks with a list and a number, all of it done."""
    for value in ("16", "9"):
        met(cast)
        cast.talent.press("決まったこと")
        cast.talent.fill({**DONE, "decided.NUMBER": value})
        cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
        cast.owner.do("[できた]")
        cast.talent.press("できた")


@after(worked)
def summed_up(cast: Cast) -> None:
    """It ended; the owner is asked what came of it."""
    cast.owner.news()
    cast.talent.news()
    with_turn(cast, ends)
    cast.world.flush()


def with_turn(cast: Cast, act: Callable[[Turn, Engagement], None]) -> None:
    """Let something happen to the two of the story, as the clock would do it."""
    id = cast.world.engagement().id
    with begin(cast.world.engine) as work:
        turn = Turn(work, cast.world.rules, cast.world.now)
        act(turn, locked(turn, id.hex))
        turn.finish()


def ends(turn: Turn, engagement: Engagement) -> None:
    renewing.finish(turn, engagement)
    ask_outcome(turn, engagement)


def row_of(cast: Cast) -> WorkOutcome:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(WorkOutcome)).one()


def cases(
    cast: Cast, reader: str = MARUYAMA, words: str = "売掛の入金チェックがしんどい"
) -> tuple[OwnCase, ...]:
    """Give what an owner of this house would be shown beside the published cases."""
    with begin(cast.world.engine) as work:
        party = work.parties.meet("line", reader, "owner", cast.world.now).party_id
        return finder(Turn(work, cast.world.rules, cast.world.now), party)(CODE, words)


def consented(cast: Cast) -> list[tuple[str, bool]]:
    """Give the consents to a case: by whose channel, and whether they hold."""
    with begin(cast.world.engine) as work:
        rows = work.session.scalars(select(Consent).where(Consent.kind.startswith("case:")))
        return [(row.channel, row.withdrawn_at is None) for row in rows]


def test_the_weeks_make_the_summary() -> None:
    """Number, weeks, meetings, hours, cost and who did what stand on the card, each deed once; then one question."""
    cast = at(summed_up)
    [card] = cast.owner.news()
    for words in (
        "入金の確認(月)：15時間 → 9時間",
        "4週間(打ち合わせ2回)",
        "月20時間くらい・お相手に月7万円",
        "会社でしたこと：・写真を2枚とる\n高橋さん",
        "高橋さんがしたこと：・説明を1本書く\n目標は",
    ):
        assert words in card
    assert card.endswith("目標は、届きましたか？")


def test_a_wrong_number_is_put_right_and_kept() -> None:
    """数字を直す: his word counts, on the card, in the store and in what others read."""
    cast = at(summed_up)
    cast.owner.do("[数字を直す]")
    assert "15時間 → 8時間" in "".join(cast.owner.do("8時間"))
    assert "名前なしのとき：長野の卸と商社の会社：入金の確認(月) 15時間 → 8時間" in "".join(
        cast.owner.do("[はい]")
    )
    cast.owner.do("[名前なしならよい]")
    row = row_of(cast)
    assert (row.before, row.after, row.win, row.show) == (15, 8, "yes", NAMELESS)
    assert cases(cast, words="卸をしています")[0].did == "入金の確認(月) 15時間 → 8時間"


def test_the_professional_says_whether_his_part_is_told() -> None:
    """Until he has said, the case tells nothing of him; 入れてよい adds his hours, never his name."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前を出してよい]")
    [case] = cases(cast)
    assert case.firm == "丸山商店(長野)"
    assert "会社の方は「写真を2枚とる」" in case.fact
    assert "お相手" not in case.fact
    assert "20時間" not in case.fact
    assert "あなたのしたことも、入れてよろしいですか？" in cast.talent.said
    cast.talent.press("入れてよい")
    [case] = cases(cast)
    assert "月20時間の方と、4週間でした" in case.fact
    assert "お相手は「説明を1本書く」" in case.fact
    assert "高橋" not in repr(case)
    assert consented(cast) == [("line", True), ("slack", True)]


def test_a_no_is_thanked_and_shown_nowhere() -> None:
    """いいえ: nothing more is asked, of nobody; the staff have it on their card."""
    cast = at(summed_up)
    assert "教えてくださって" in cast.owner.do("[いいえ]")[-1]
    assert cases(cast) == ()
    assert "あなたのしたこと" not in cast.talent.said
    card = [text for text in cast.world.told("staff") if "お仕事のまとめ" in text][-1]
    assert "社長：届いたか：いいえ" in card
    assert "どこにもお見せしていません" in card


def test_who_cannot_say_shows_nothing() -> None:
    """分からない is no consent, and 見せない is none."""
    for words in ("分からない", "[見せない]"):
        cast = at(summed_up)
        cast.owner.play("[一部だけ]", words)
        assert row_of(cast).show == HIDDEN
        assert cases(cast) == ()
        assert consented(cast) == []


def test_taken_back_it_is_gone_at_once() -> None:
    """見せるのをやめる, months later: no owner reads of it any more, the record of the consent is closed, twice is once."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前なしならよい]")
    cast.talent.press("入れてよい")
    assert len(cases(cast)) == 1
    cast.world.move(cast.world.now + timedelta(days=200))
    assert "どこにもお見せしません" in cast.owner.do("[見せるのをやめる]")[-1]
    assert cases(cast) == ()
    assert consented(cast) == [("line", False), ("slack", True)]
    assert "もう、どこにもお見せしていません" in cast.owner.do("[見せるのをやめる]")[-1]


def test_it_is_taken_back_from_what_we_hold_of_him_too() -> None:
    """わたしの情報 has the way, as long as there is something to take back; the staff can do it for him."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前なしならよい]")
    cast.owner.do("わたしの情報")
    assert cast.owner.buttons("見せるのをやめる")
    cast.staff.press("見せるのをやめる")
    assert cases(cast) == ()
    seen = len(cast.owner.buttons("見せるのをやめる"))
    cast.owner.do("わたしの情報")
    assert len(cast.owner.buttons("見せるのをやめる")) == seen


def test_the_professional_takes_his_part_back() -> None:
    """The case stays the firm's, and tells nothing of him any more."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前を出してよい]")
    cast.talent.press("入れてよい")
    cast.talent.press("見せるのをやめる")
    [case] = cases(cast)
    assert "20時間" not in case.fact
    assert "説明を1本書く" not in case.fact


def test_a_strangers_button_does_nothing() -> None:
    """Another owner's and another talent's tap on the case's button, and on まとめを見る: refused kindly."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前なしならよい]")
    row = row_of(cast)
    payload = card_payload("outcome", row.id, 0, "withdraw")
    assert "使えませんでした" in Owner(cast.world, MARUYAMA + "X").tap(payload)[-1]
    assert "使えませんでした" in Member(cast.world, MORI).tap(payload).notice
    assert row.engagement_id is not None
    look = card_payload("engagement", row.engagement_id, 0, "sum_up")
    assert "使えませんでした" in Member(cast.world, MORI).tap(look).notice
    assert "使えませんでした" in cast.talent.tap(look).notice
    assert len(cases(cast)) == 1


def test_consent_given_twice_is_one() -> None:
    """Old buttons of all three questions, tapped again, change nothing; nor does the summary asked for once more."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前なしならよい]")
    for label in ("はい", "名前を出してよい", "名前なしならよい"):
        cast.owner.tap(cast.owner.buttons(label)[0].payload)
    row = row_of(cast)
    assert (row.show, consented(cast)) == (NAMELESS, [("line", True)])
    assert row.engagement_id is not None
    look = card_payload("engagement", row.engagement_id, 0, "sum_up")
    assert "もううかがっています" in cast.owner.tap(look)[-1]


def test_confirmed_after_he_was_forgotten() -> None:
    """His consent to our keeping anything is gone: his yes keeps nothing and shows nothing."""
    cast = at(summed_up)
    with begin(cast.world.engine) as work:
        work.session.execute(update(Consent).values(withdrawn_at=cast.world.now))
    cast.owner.do("[はい]")
    assert "もう消してあります" in "".join(cast.owner.do("[名前を出してよい]"))
    assert row_of(cast).win == ""
    assert cases(cast) == ()


def test_a_professional_who_had_himself_forgotten_is_in_no_case() -> None:
    """登録を消す: what he did is taken out, the firm's case stays."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前を出してよい]")
    cast.talent.press("入れてよい")
    cast.talent.home()
    cast.talent.press("登録を消す")
    cast.talent.fill({"delete.SURE": "YES"})
    [case] = cases(cast)
    assert "お相手" not in case.fact
    assert row_of(cast).deeds["TALENT"] == []


def test_who_had_himself_forgotten_is_not_asked_about_his_part() -> None:
    """登録を消す before the owner's yes: nothing is asked of him, and the case tells nothing of him."""
    cast = at(summed_up)
    cast.talent.home()
    cast.talent.press("登録を消す")
    cast.talent.fill({"delete.SURE": "YES"})
    cast.talent.news()
    assert "お相手がしたこと" not in "".join(cast.owner.do("[はい]"))
    cast.owner.do("[名前を出してよい]")
    assert cast.talent.news() == []
    assert [case.fact for case in cases(cast)] == ["4週間でした。会社の方は「写真を2枚とる」"]


def test_one_who_goes_on_with_a_win_is_asked_with_a_notice() -> None:
    """After month three, with a recorded win: the summary rides with the week's notice, once, and opens by a tap."""
    cast = at(worked)
    with begin(cast.world.engine) as work:
        engagement = work.session.scalars(select(Engagement)).one()
        engagement.tie = engagement.renewed = 1
    cast.world.move(cast.world.now + timedelta(weeks=3))
    assert cast.owner.said.count("まとめが、できました") == 1
    cast.owner.do("[まとめを見る]")
    cast.owner.play("[はい]", "[名前なしならよい]")
    assert cast.world.engagement().phase == Phase.RUNNING.name
    assert len(cases(cast)) == 1


def test_where_nothing_came_about_nothing_is_asked() -> None:
    """Ended before the two ever met at work: no summary, no question."""
    cast = at(running)
    before = cast.owner.said
    with_turn(cast, ask_outcome)
    cast.world.flush()
    assert cast.owner.said == before


def test_a_confirmed_outcome_is_written_out_and_not_in() -> None:
    """The file has what he confirmed, in the shape it takes; read again it changes nothing, whatever it says by then."""
    cast = at(summed_up)
    assert len(KINDS["outcomes"].write(cast.world.engine).splitlines()) == 1
    cast.owner.play("[はい]", "[名前なしならよい]")
    text = KINDS["outcomes"].write(cast.world.engine)
    assert ",15,9,yes,匿名" in text
    found = KINDS["outcomes"].read(text.replace("匿名", "名前あり").encode(), lambda: None)
    assert found.faults == []
    counts = KINDS["outcomes"].keep(cast.world.engine, found.rows.values(), cast.world.now, lambda: None)
    assert (counts.new, counts.changed, counts.same) == (0, 0, 1)
    assert row_of(cast).show == NAMELESS


def test_own_cases_are_not_shown_to_their_own_firm() -> None:
    """He knows what he did himself."""
    cast = at(summed_up)
    cast.owner.play("[はい]", "[名前なしならよい]")
    assert cases(cast, cast.owner.id) == ()


def test_who_has_no_word_for_it_may_skip() -> None:
    """Without a number one word is asked for; とばす goes on to the next question, and is not asked again."""
    cast = at(running)
    met(cast)
    cast.talent.press("決まったこと")
    cast.talent.fill(DONE)
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    with_turn(cast, ends)
    cast.world.flush()
    assert "何が変わりましたか" in cast.owner.do("[はい]")[-1]
    heard = "".join(cast.owner.do("[とばす]"))
    assert "何が変わりましたか" not in heard
    assert "お見せしてもよろしいですか" in heard
