"""Approaches: an invitation after a win, a proposal after half a year; each rides with a notice, once, and a no costs nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.payloads import card_payload
from storage.approaches import Approach
from storage.engagements import Engagement, Phase
from storage.unit_of_work import begin
from tests.story.stages import Cast, after, at, running
from tests.story.test_lists import met
from tests.story.test_numbers import aims, tie
from tests.story.world import MARUYAMA, MORI, Member, Owner

OFFER = "一度そちらの暮らしを見に来てもらいませんか？"
HALF = "半年になりました"
IDEA = {
    "idea.OWN": "帳面の付け方を冊子にしたい",
    "idea.NEED": "新しい方への教え方",
    "idea.FIRST": "来月、一枚書く",
}


@after(running)
def won(cast: Cast) -> None:
    """A first small win is recorded."""
    aims(cast)
    for number in ("16", "9"):
        met(cast)
        cast.owner.play("今週の数字", number)
    cast.owner.do("[はい]")


@after(won)
def offered(cast: Cast) -> None:
    """The next notice brought the offer to invite."""
    cast.world.move(cast.world.now + timedelta(weeks=2))


@after(offered)
def invited(cast: Cast) -> None:
    cast.owner.do("[誘ってみる]")
    cast.owner.play("秋の蔵びらき", "来月の週末")
    cast.owner.do("[会社で持つ]")


def row(cast: Cast) -> Approach:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(Approach)).one()


def weeks(cast: Cast, many: int) -> Cast:
    cast.world.move(cast.world.now + timedelta(weeks=many))
    return cast


def half_a_year(cast: Cast) -> Cast:
    """Let the work have begun half a year ago."""
    with begin(cast.world.engine) as work:
        [pair] = work.session.scalars(select(Engagement))
        assert pair.started_on is not None
        pair.started_on -= timedelta(days=190)
    return weeks(cast, 2)


def test_nothing_is_offered_before_a_win() -> None:
    """Weeks of work without a recorded win: not a word about anything but work."""
    cast = half_a_year(at(running))
    assert OFFER not in cast.owner.said
    assert HALF not in cast.talent.said


def test_after_a_win_it_is_offered_once_with_a_notice() -> None:
    """With the week's notice, not by itself; never again, whether he answers or not."""
    cast = at(offered)
    assert cast.owner.said.count(OFFER) == 1
    [at_] = {item.at for item in cast.world.seen if OFFER in item.text}
    assert any(
        item.at == at_ and "打ち合わせです" in item.text
        for item in cast.world.seen
        if item.to == cast.owner.id
    )
    weeks(cast, 4)
    assert cast.owner.said.count(OFFER) == 1


def test_the_invitation_is_read_with_the_others_notice_and_answered_by_one_tap() -> None:
    """His words, the fare settled first, a no that costs nothing; the yes brings them nearer and he hears it with a notice."""
    cast = at(invited)
    assert "次のお知らせと一緒に" in cast.owner.said
    assert "蔵びらき" not in cast.talent.said
    weeks(cast, 1)
    assert cast.talent.said.count("秋の蔵びらき") == 1
    assert "交通費：会社で持つ" in cast.talent.said
    assert "お断りになっても、何も変わりません" in cast.talent.said
    assert tie(cast) == 1
    cast.talent.press("行ってみたい")
    assert tie(cast) == 2
    assert "「行ってみたい」とのことです" not in cast.owner.said
    weeks(cast, 2)
    assert cast.owner.said.count("「行ってみたい」とのことです") == 1
    assert "もうお返事をいただいています" in cast.talent.press("今回は見送る").notice


def test_a_no_is_told_kindly_and_changes_nothing() -> None:
    """今回は見送る: the work goes on, the tie stays, the owner hears that his thought was received."""
    cast = weeks(at(invited), 1)
    cast.talent.press("今回は見送る")
    weeks(cast, 2)
    assert "お気持ちは届いています" in cast.owner.said
    assert tie(cast) == 1
    assert cast.world.engagement().phase == Phase.RUNNING.name


def test_one_tap_ends_it_for_either() -> None:
    """この話はいらない of the owner, of the talent: nothing of this kind reaches him again, whoever writes it."""
    cast = at(offered)
    assert "もうお送りしません" in cast.owner.do("[この話はいらない]")[-1]
    cast.owner.do("[今はやめておく]")
    half_a_year(cast)
    cast.talent.press("書いてみる")
    cast.talent.fill(IDEA)
    weeks(cast, 3)
    assert "冊子" not in cast.owner.said
    other = weeks(at(invited), 1)
    other.talent.press("この話はいらない")
    half_a_year(other)
    assert HALF not in other.talent.said


def test_after_half_a_year_the_professional_may_propose() -> None:
    """書いてみる: three lines, read by the owner in his own words with a notice; 話してみたい brings ten minutes and the third step."""
    cast = half_a_year(at(offered))
    assert cast.talent.said.count(HALF) == 1
    cast.talent.press("書いてみる")
    cast.talent.fill(IDEA)
    assert "お届けします" in cast.talent.said
    assert "冊子" not in cast.owner.said
    weeks(cast, 2)  # one thing at a time: a check-in rode with the first notice
    assert "高橋さんからの提案" in cast.owner.said
    assert "やってみたいこと：帳面の付け方を冊子にしたい" in cast.owner.said
    assert "次の打ち合わせで10分" in cast.owner.do("[話してみたい]")[-1]
    assert tie(cast) == 3
    weeks(cast, 2)
    assert cast.talent.said.count("「話してみたい」とのことです") == 1
    assert cast.talent.said.count(HALF) == 1


def test_fraud_does_not_ride_along() -> None:
    """Money in advance or another app in an invitation: asked to say it otherwise, and nothing is lost."""
    cast = at(offered)
    cast.owner.do("[誘ってみる]")
    cast.owner.play("テレグラムで話しましょう", "来月")
    assert "言葉を変えて" in "".join(cast.owner.do("[会社で持つ]"))
    cast.owner.do("秋の蔵びらき")
    assert row(cast).words["what"] == "秋の蔵びらき"


def test_strangers_and_the_wrong_side_press_in_vain() -> None:
    """Another owner, another talent, the writer on the answer, the reader on the writing: refused, nothing moves."""
    cast = weeks(at(invited), 1)
    id = row(cast).id
    for verb in ("yes", "no", "open", "stop", "later"):
        payload = card_payload("approach", id, 0, verb)
        assert "使えませんでした" in Owner(cast.world, MARUYAMA + "X").tap(payload)[-1]
        assert "使えませんでした" in Member(cast.world, MORI).tap(payload).notice
    assert "使えませんでした" in cast.owner.tap(card_payload("approach", id, 0, "yes"))[-1]
    assert "使えませんでした" in cast.talent.tap(card_payload("approach", id, 0, "open")).notice
    assert "もうお預かりしています" in cast.owner.tap(card_payload("approach", id, 0, "open"))[-1]
    assert row(cast).answer == ""
    assert tie(cast) == 1


def test_when_the_work_has_ended_nothing_is_written() -> None:
    """An old button after the end: thanks, and no form."""
    cast = at(offered)
    with begin(cast.world.engine) as work:
        [pair] = work.session.scalars(select(Engagement))
        pair.end(cast.world.now)
    assert "終わっています" in cast.owner.do("[誘ってみる]")[-1]
