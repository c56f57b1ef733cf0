"""Who worked with the talent looks back for the firm; the owner confirms what is said of going on, and reads nothing else early."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.payloads import card_payload
from prompts.knowledge import verbatim
from storage.engagements import Phase, Round
from storage.unit_of_work import begin
from tests.story.partings import owner_ends
from tests.story.partnered import joined, looking_back_with_him, partner_of
from tests.story.stages import Cast, at
from tests.story.test_feedback import THEIRS, talent_answers
from tests.story.world import Owner

HIS = ("帳面が早くなった", "返事を早くほしい", "約束を守ること", "続けたい。月30時間なら")
ASKED = "このお答えで、よろしいですか？"


def cast_of() -> tuple[Cast, Owner]:
    cast = at(looking_back_with_him)
    return cast, partner_of(cast)


def round_of(cast: Cast) -> Round:
    with begin(cast.world.engine) as work:
        found = work.engagements.found_round(cast.world.engagement().id, "MF", 1)
        assert found is not None
        return found


def test_he_answers_the_owner_confirms_and_all_three_read_at_once() -> None:
    """The owner is not asked the four, reads only the last, and says これでよい: then both of the firm read the talent, together."""
    cast, partner = cast_of()
    first = verbatim().text("MF1")
    assert first in partner.said
    assert first not in cast.owner.said
    assert "先に社長が読んで" in partner.said
    assert "あとで社長にうかがいます" in cast.owner.said
    assert "先に担当の佐藤が見ます" in partner.said
    talent_answers(cast)
    partner.play(*HIS)
    assert "社長に確かめています" in partner.said
    assert ASKED in cast.owner.said
    assert HIS[3] in cast.owner.said
    assert not any(each in cast.owner.said for each in HIS[:3])
    assert "のふりかえり】" not in cast.owner.said + partner.said + cast.talent.said
    cast.owner.do("[これでよい]")
    assert all(each in cast.talent.said for each in HIS)
    assert "社長が確かめています" in cast.talent.said
    read = [item for item in cast.world.seen if THEIRS["mf.MF2"] in item.text]
    assert sorted(item.to for item in read) == sorted((cast.owner.id, partner.id))
    shown = [item for item in cast.world.seen if item.to == cast.talent.id and HIS[0] in item.text]
    assert len({item.at for item in (*read, *shown)}) == 1
    assert "これからのことは、どうしましょうか？" in cast.owner.said
    assert "これからのことは、どうしましょうか？" not in partner.said


def test_the_owner_puts_his_own_words_in_the_place_of_the_last() -> None:
    """自分で書く: MF4 byte for byte; the talent reads his words there, and the partner's three beside them."""
    cast, partner = cast_of()
    partner.play(*HIS)
    cast.owner.do("[自分で書く]")
    assert cast.world.told(cast.owner.id)[-1] == verbatim().text("MF4")
    cast.owner.do("同じ条件で続けたい")
    assert "同時にお見せします" in cast.owner.said
    talent_answers(cast)
    assert "同じ条件で続けたい" in cast.talent.said
    assert HIS[0] in cast.talent.said
    assert HIS[3] not in cast.talent.said


def test_written_anew_the_owner_confirms_again_only_what_changed() -> None:
    """書き直す of the partner: the old question goes; the same last answer stays confirmed, another one is asked about."""
    cast, partner = cast_of()
    partner.play(*HIS)
    partner.do("[書き直す]")
    old = cast.owner.buttons("これでよい")[0].payload
    cast.owner.tap(old)
    assert round_of(cast).owner is None
    partner.play("[このままでよい]", "もう少し早く", "[このままでよい]", "[このままでよい]")
    assert cast.owner.said.count(ASKED) == 2
    cast.owner.do("[これでよい]")
    partner.do("[書き直す]")
    assert "少しお待ちください" in "".join(cast.owner.do("[書き直す]"))
    partner.play("[このままでよい]", "もっと早く", "[このままでよい]", "[このままでよい]")
    assert cast.owner.said.count(ASKED) == 2
    cast.owner.do("[書き直す]")
    assert cast.owner.said.count(ASKED) == 3
    cast.owner.do("[これでよい]")
    talent_answers(cast)
    assert "もっと早く" in cast.talent.said
    assert "もう少し早く" not in cast.talent.said


def test_nobody_else_gets_in() -> None:
    """書き直す, これでよい and 先に見せる of the firm in the hands of another firm's person: refused, nothing told, nothing kept."""
    cast, partner = cast_of()
    other = Owner(cast.world, "Uneighbour")
    other.do("(友だち追加)")
    partner.play(*HIS)
    buttons = [*partner.buttons("書き直す"), *cast.owner.buttons("これでよい")[:1]]
    for each in buttons:
        other.tap(each.payload)
        cast.talent.tap(each.payload)
    partner.tap(cast.owner.buttons("これでよい")[0].payload)
    assert not any(word in other.said + cast.talent.shown for word in HIS)
    kept = round_of(cast)
    assert (kept.owner, kept.reopened, kept.firm_said) == (None, "", list(HIS))
    partner.tap(card_payload("round", cast.world.engagement().id, 1, "again"))
    assert round_of(cast).reopened == ""


def test_whoever_is_asked_is_reminded_then_the_staff_hear() -> None:
    """Before he has answered the partner is reminded and named to the staff; after it the owner, from when he was asked."""
    cast, partner = cast_of()
    waiting = "ふりかえりのお返事をお待ちしています"
    cast.world.move(cast.world.now + timedelta(days=2, hours=1))
    assert waiting in partner.said
    assert waiting not in cast.owner.said
    partner.play(*HIS)
    cast.world.move(cast.world.now + timedelta(days=3))
    assert "確かめてくださるのをお待ちしています" in cast.owner.said
    assert partner.said.count(waiting) == 1
    cast.world.move(cast.world.now + timedelta(days=8))
    [card] = [text for text in cast.world.told("staff") if "そろっていません" in text][-1:]
    assert "社長" in card


def test_a_silent_partner_is_rung_up_by_name() -> None:
    """A week without a word of his: the staff read whom to ring in the firm, and it is not the owner."""
    cast, _ = cast_of()
    cast.world.move(cast.world.now + timedelta(days=9))
    [card] = [text for text in cast.world.told("staff") if "そろっていません" in text][-1:]
    assert "経理の担当の方" in card
    assert "の社長" not in card


@pytest.mark.parametrize("has_said", [False, True])
def test_if_he_leaves_line_nothing_is_stuck(has_said: bool) -> None:
    """Blocked before he answered: the owner is asked the four, as ever. After it: what he wrote stands, and is confirmed."""
    cast, partner = cast_of()
    if has_said:
        partner.play(*HIS)
        partner.do("[書き直す]")
    partner.do("(ブロック)")
    cast.world.move(cast.world.now + timedelta(minutes=1))
    talent_answers(cast)
    if has_said:
        cast.owner.do("[これでよい]")
    else:
        assert "社長にうかがいます" in cast.owner.said
        cast.owner.play(*HIS)
    assert all(each in cast.talent.said for each in HIS)
    assert THEIRS["mf.MF2"] in cast.owner.said
    assert THEIRS["mf.MF2"] not in partner.said


def test_one_who_left_before_is_not_asked() -> None:
    """He is not on LINE when the look back comes: the owner answers."""
    cast = at(joined)
    partner_of(cast).do("(ブロック)")
    cast.world.move(cast.world.due_at("feedback") + timedelta(minutes=5))
    assert verbatim().text("MF1") in cast.owner.said
    assert round_of(cast).firm is None


def test_harm_in_his_words_stops_before_the_owner() -> None:
    """A threat of his: the staff read that sentence under his name first; the owner is asked once they let it through."""
    cast, partner = cast_of()
    partner.play(*HIS[:3], "次に遅れたらただではおかない")
    assert "先に担当の佐藤が見る決まり" in partner.said
    assert ASKED not in cast.owner.said
    assert "経理の担当の方のお答え" in "".join(cast.world.told("staff"))
    cast.staff.press("このまま見せる")
    assert ASKED in cast.owner.said
    cast.owner.do("[これでよい]")
    talent_answers(cast)
    assert "ただではおかない" in cast.talent.said


def test_one_side_alone_is_his_to_show_and_a_silent_owner_shows_nothing() -> None:
    """Day 90: who wrote is asked, and with his yes the talent reads; where the owner has not confirmed, the talent is asked."""
    cast, partner = cast_of()
    partner.play(*HIS)
    cast.owner.do("[これでよい]")
    cast.world.move(cast.world.due_at("mf_alone") + timedelta(minutes=1))
    assert "先にお見せしますか？" in partner.said
    assert "先にお見せしますか？" not in cast.owner.said
    partner.do("[先に見せる]")
    assert HIS[0] in cast.talent.said
    talent_answers(cast)
    assert THEIRS["mf.MF2"] in partner.said
    assert THEIRS["mf.MF2"] in cast.owner.said


def test_an_owner_who_never_confirms_holds_nobody_up() -> None:
    """Four weeks on the three hear that it is not shown, and the two choose; his late これでよい is refused kindly."""
    cast, partner = cast_of()
    partner.play(*HIS)
    talent_answers(cast)
    old = cast.owner.buttons("これでよい")[0].payload
    cast.world.move(cast.world.due_at("mf_over") + timedelta(minutes=1))
    for who in (cast.owner, cast.talent, partner):
        assert "どちらにもお見せしません" in who.said
    assert cast.world.engagement().phase != Phase.FEEDBACK.name
    cast.owner.tap(old)
    assert HIS[0] not in cast.talent.said


def test_what_he_takes_back_is_gone_from_the_owner_too() -> None:
    """Unsent before it is shown: the question of the owner goes, the words stand nowhere, and he is asked again."""
    cast, partner = cast_of()
    partner.play(*HIS)
    asked = cast.owner.buttons("これでよい")[0].payload
    partner.unsends(HIS[3])
    cast.owner.tap(asked)
    kept = round_of(cast)
    assert (kept.owner, kept.firm_said) == (None, None)
    partner.do("同じ条件で続けたい")
    assert "同じ条件で続けたい" in cast.owner.said
    cast.owner.do("[これでよい]")
    talent_answers(cast)
    assert "同じ条件で続けたい" in cast.talent.said
    assert HIS[3] not in cast.talent.said


def test_the_owner_takes_his_own_words_back() -> None:
    """His MF4 unsent before it is shown: he is asked for it again, and what the partner wrote stays."""
    cast, partner = cast_of()
    partner.play(*HIS)
    cast.owner.play("[自分で書く]", "9万円まで出せます")
    cast.owner.unsends("9万円まで出せます")
    talent_answers(cast)
    assert "のふりかえり】" not in cast.talent.said
    cast.owner.do("7万円のままで続けたい")
    assert "7万円のままで続けたい" in cast.talent.said
    assert HIS[0] in cast.talent.said
    assert "9万円" not in cast.talent.said


def test_a_notice_ends_it_for_him_too() -> None:
    """The owner gives notice while the partner writes: nothing more is asked of him, and what he still says is kept nowhere."""
    cast, partner = cast_of()
    partner.play(*HIS[:2])
    owner_ends(cast)
    with begin(cast.world.engine) as work:
        id = cast.world.engagement().partner_handle_id
        assert id is not None
        assert work.conversations.live(id) == []
    partner.do(HIS[2])
    assert round_of(cast).firm_said is None
    cast.world.move(cast.world.now + timedelta(days=9))
    assert "ふりかえりのお返事をお待ちしています" not in partner.said + cast.owner.said
