"""A second talk: two more questions, and who goes along in the firm on a LINE of his own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from prompts.knowledge import verbatim
from storage.companies import Membership
from storage.engagements import Engagement, Phase
from storage.interviews import Interview, Invite
from storage.unit_of_work import begin
from tests.story.stages import Cast, after, at, deciding, meet, pick
from tests.story.world import MARUYAMA, Owner


@after(deciding)
def again(cast: Cast) -> None:
    """Both would meet once more; the owner is asked how who goes along comes."""
    cast.owner.do("[もう一度会う]")
    cast.talent.press("進めたい")


def code(cast: Cast) -> str:
    with begin(cast.world.engine) as work:
        found = work.session.scalars(select(Invite).order_by(Invite.id.desc())).first()
        assert found is not None
        return f"{found.code[:4]}-{found.code[4:]}"


def invited(cast: Cast) -> Owner:
    """The owner calls him by LINE; he adds the bot as a friend."""
    cast.owner.do("[LINEで呼ぶ]")
    partner = Owner(cast.world, MARUYAMA)
    partner.do("(友だち追加)")
    return partner


def partner_of(cast: Cast) -> object:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(Engagement.partner_handle_id)).one()


def test_two_questions_stand_as_they_are_and_open_at_once() -> None:
    """PI6 and PI7 byte for byte, to both; nobody reads a word before both are done."""
    cast = at(again)
    texts = [verbatim().text(key) for key in ("PI6", "PI7")]
    assert [field.label for field in cast.talent.forms[-1].fields] == texts
    cast.talent.fill({"pi2.PI6": "電話が苦手です", "pi2.PI7": "引っ越しました"})
    cast.owner.play("[今回は自分だけ]", "[この3つで聞く]")
    assert cast.owner.news() == [] or texts[0] in cast.owner.said
    assert "電話が苦手です" not in cast.owner.said
    cast.owner.play("早口が苦手です", "[とばす]")
    assert "電話が苦手です" in cast.owner.said
    assert "早口が苦手です" in cast.talent.said
    assert "(とばしました)" in cast.talent.said


def test_after_the_second_talk_both_say_yes() -> None:
    """No third talk is offered; two times 進めたい begins the work."""
    cast = at(again)
    cast.owner.play("[電話で入ってもらう]", "[この3つで聞く]")
    pick(cast)
    meet(cast)
    [asked] = [
        item.message
        for item in cast.world.seen[-12:]
        if item.to == cast.owner.id and "いかがでしたか" in item.text
    ]
    assert [each.label for each in asked.buttons] == ["進めたい", "今回は見送る", "会えなかった"]
    cast.owner.do("[進めたい]")
    cast.talent.press("進めたい")
    with begin(cast.world.engine) as work:
        assert work.session.scalars(select(Engagement.phase)).one() == Phase.KICKOFF.name


def test_the_partner_joins_by_a_code_on_his_own_line() -> None:
    """合言葉, typed once on his own phone: linked, told of the date with a way into a calendar, a member of the firm."""
    cast = at(again)
    partner = invited(cast)
    assert f"合言葉 {code(cast)}" in cast.owner.said
    heard = partner.do(f"合言葉　{code(cast)}")
    assert "つながりました" in heard[0]
    assert "つながりました" in cast.owner.said
    cast.owner.do("[この3つで聞く]")
    pick(cast)
    assert "とお話しです" in partner.said
    assert partner.buttons("カレンダーに入れる")
    with begin(cast.world.engine) as work:
        assert len(work.session.scalars(select(Membership)).all()) == 2
    assert "好きなこと" not in partner.said


def test_a_code_is_used_once() -> None:
    """The second who types it is refused kindly; who has joined reads that he has."""
    cast = at(again)
    partner = invited(cast)
    partner.do(code(cast))
    other = Owner(cast.world, "Uneighbour")
    other.do("(友だち追加)")
    assert "使えなくなりました" in other.do(f"合言葉 {code(cast)}")[-1]
    assert "もうつながっています" in partner.do(f"合言葉 {code(cast)}")[-1]


def test_a_code_ends_after_a_week() -> None:
    """Typed on the eighth day: refused, with a way on."""
    cast = at(again)
    partner, figures = invited(cast), code(cast)
    cast.world.move(cast.world.now + timedelta(days=8))
    assert "使えなくなりました" in partner.do(f"合言葉 {figures}")[-1]
    assert partner_of(cast) is None


def test_nobody_guesses_his_way_in() -> None:
    """Wrong codes are refused kindly; after five even the right one must wait an hour."""
    cast = at(again)
    partner = invited(cast)
    right = code(cast)
    for number in range(5):
        assert "見つかりませんでした" in partner.do(f"合言葉 0000-000{number}")[-1]
    assert "少し時間をおいてから" in partner.do(f"合言葉 {right}")[-1]
    assert partner_of(cast) is None
    cast.world.move(cast.world.now + timedelta(minutes=61))
    assert "つながりました" in partner.do(f"合言葉 {right}")[0]


def test_the_owner_cannot_be_his_own_partner() -> None:
    """He types the code himself: he is told whose phone it is for, and it still holds."""
    cast = at(again)
    invited(cast)
    heard = cast.owner.do(f"合言葉 {code(cast)}")
    assert "一緒に進める方のスマホから" in heard[-1]
    assert partner_of(cast) is None


def test_eight_figures_that_are_no_code_are_an_answer() -> None:
    """Bare figures that fit no code go to the question that is open."""
    cast = at(again)
    cast.owner.play("[今回は自分だけ]", "[この3つで聞く]")
    heard = cast.owner.do("1234-5678")
    assert "合言葉" not in "".join(heard)


def test_a_partner_who_cannot_come_does_not_stop_it() -> None:
    """出られません: the owner is advised to move it, and may go on; that is kept."""
    cast = at(again)
    partner = invited(cast)
    partner.do(f"合言葉 {code(cast)}")
    cast.owner.do("[この3つで聞く]")
    pick(cast)
    assert "社長にお伝えしました" in partner.do("[出られません]")[-1]
    assert "日にちを変えるのがおすすめです" in cast.owner.said
    assert "そのままです" in cast.owner.do("[このまま会う]")[-1]
    with begin(cast.world.engine) as work:
        newest = work.session.scalars(select(Interview).order_by(Interview.id.desc())).first()
        assert newest is not None
        assert newest.partner == "ALONE"


def test_a_no_after_again_ends_it() -> None:
    """もう一度会う of one, 今回は見送る of the other: over, kindly."""
    cast = at(deciding)
    cast.owner.do("[もう一度会う]")
    cast.talent.press("今回は見送る")
    assert "今回は見送りになりました" in cast.owner.said
