"""人と話す: a person is always there, for fifty at once, and words never cross."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from tests.flows.talk import HELLO, REVIEW
from tests.story.stages import (
    Cast,
    answered,
    at,
    chosen,
    deciding,
    kicking,
    listed,
    new_cast,
    noon_after,
    published,
    running,
    talking_over,
)
from tests.story.world import TANAKA, Member, Owner


def fifty(cast: Cast) -> list[Owner]:
    owners = [Owner(cast.world, f"Uowner{n:02}") for n in range(50)]
    for number, owner in enumerate(owners):
        owner.play(*HELLO, f"お店の通販をふやしたい{number:02}", "人と話す")
    return owners


def test_fifty_owners_and_no_word_crosses() -> None:
    """Fifty cards, answered in any order by two of the staff: each owner reads only what was meant for him, and replies to his card."""
    cast = new_cast()
    owners = fifty(cast)
    staff = [cast.staff, Member(cast.world, TANAKA)]
    buttons = cast.staff.buttons("オーナーに送る", "staff")
    by_card = {button.payload: button for button in reversed(buttons)}
    assert len(by_card) == 50
    order = list(enumerate(by_card.values()))
    Random(20261121).shuffle(order)
    for number, button in order:
        sender = staff[number % 2]
        sender.tap(button.payload)
        sender.fill({"send.words": f"{number:02}番の方へ"})
    cast.world.move(cast.world.now + timedelta(seconds=11))
    for number, owner in enumerate(owners):
        assert owner.said.count("番の方へ") == 1
        assert f"{number:02}番の方へ" in owner.said
    for number, owner in enumerate(owners):
        owner.play("[返事をする]", f"{number:02}からの返事")
        card = [
            item.text for item in cast.world.seen if item.to == "staff" and item.subject.startswith("task:")
        ][-1]
        assert f"お店の通販をふやしたい{number:02}" in card
        assert f"{number:02}番の方へ" in card
        assert f"← {number:02}からの返事" in card
        assert card.count("からの返事") == 1


def asked(cast: Cast) -> Cast:
    cast.owner.do("人と話す")
    cast.staff.press("オーナーに送る")
    cast.staff.fill({"send.words": "あとでお電話します"})
    return cast


def test_ten_seconds_to_take_it_back() -> None:
    """取り消す within ten seconds: nothing arrives, the card says so, a second tap says it again kindly."""
    cast = at(published)
    cast.world.step = timedelta(seconds=2)
    asked(cast)
    cast.staff.press("取り消す")
    cast.world.move(cast.world.now + timedelta(minutes=5))
    assert "あとでお電話します" not in cast.owner.said
    assert any("取り消しました" in text for text in cast.world.told(cast.staff.id))
    assert "(取り消し)" in cast.world.told("staff")[-1]
    assert cast.staff.press("取り消す").notice == "もう取り消してあります。"


def test_afterwards_it_says_that_it_has_left() -> None:
    """取り消す a minute later: it has left, once."""
    cast = asked(at(published))
    cast.world.move(cast.world.now + timedelta(seconds=30))
    assert cast.staff.press("取り消す").notice == "もう送り出しました。"
    assert cast.owner.said.count("あとでお電話します") == 1


def test_only_who_sent_it_may_take_it_back() -> None:
    """Another's 取り消す is refused."""
    cast = asked(at(published))
    other = Member(cast.world, "U0STRANGER")
    assert "使えませんでした" in other.tap(cast.staff.buttons("取り消す")[0].payload).notice


def test_no_talent_may_send_to_an_owner_by_the_card() -> None:
    """オーナーに送る is the staff's alone."""
    cast = at(published)
    cast.owner.do("人と話す")
    payload = cast.staff.buttons("オーナーに送る", "staff")[0].payload
    assert "運営スタッフだけ" in cast.talent.tap(payload).notice


def test_a_word_in_the_evening_waits_for_the_morning_and_says_so() -> None:
    """Sent at 21:00 to an owner who did not write today: it comes at eight, and the staff were told so."""
    cast = at(published)
    cast.owner.do("人と話す")
    button = cast.staff.buttons("オーナーに送る", "staff")[0]
    day = cast.world.now + timedelta(days=1)
    cast.world.move(day.replace(hour=21, minute=0))
    newest = cast.staff.buttons("オーナーに送る", "staff")[0]
    cast.staff.tap((newest or button).payload)
    cast.staff.fill({"send.words": "夜の言葉"})
    assert any("午前8時に届きます" in text for text in cast.world.told(cast.staff.id))
    assert "夜の言葉" not in cast.owner.said
    cast.world.move(cast.world.now + timedelta(hours=12))
    assert cast.owner.said.count("夜の言葉") == 1


def test_a_talent_can_answer_the_staff_too() -> None:
    """人と話す of a talent: the staff's word reaches his DM, his answer their card."""
    cast = at(running)
    cast.talent.type("人と話す")
    cast.staff.press("オーナーに送る")
    cast.staff.fill({"send.words": "どうされましたか"})
    cast.world.move(cast.world.now + timedelta(seconds=11))
    assert "どうされましたか" in cast.talent.said
    assert "どうされましたか" not in cast.owner.said
    cast.talent.press("返事をする")
    cast.talent.fill({"tell.words": "日程の相談です"})
    assert "← 日程の相談です" in cast.world.told("staff")[-1]


def test_a_tap_is_answered_in_the_middle_of_another_question() -> None:
    """返事をする while the bot waits for a phone number: he is asked at once; the phone waits for 対応おわり."""
    cast = asked(at(published))
    cast.world.move(cast.world.now + timedelta(seconds=11))
    assert "何を伝えますか" in cast.owner.do("[返事をする]")[-1]
    assert "佐藤に伝えました" in cast.owner.do("承知しました")[-1]
    assert any("← 承知しました" in text for text in cast.world.told("staff"))
    cast.staff.press("対応おわり")
    assert "お電話は、いつ" in cast.owner.said[-200:]


def test_the_card_names_the_firm_once_we_know_it() -> None:
    """He asked for a person before we knew his firm: when he has told us, the card says whose it is."""
    cast = new_cast()
    at_firm = REVIEW.index("[これでよい]") + 1
    cast.owner.play(*REVIEW[:at_firm], "人と話す")
    assert "まだうかがっていません" in cast.world.told("staff")[-1]
    cast.owner.play("[いまはよい]", *REVIEW[at_firm:])
    card = [text for text in cast.world.told("staff") if "人と話したい" in text][-1]
    assert "会社：丸山商店" in card


def test_an_old_promise_is_told_once_a_day_and_by_name() -> None:
    """While we apologise the staff hear it an hour before and when it passed; later once a day, with the firm and the days."""
    cast = at(running)
    cast.owner.do("人と話す")
    before = len(cast.world.seen)
    cast.world.move(cast.world.now + timedelta(days=14))
    told = [
        item
        for item in cast.world.seen[before:]
        if item.to == "staff" and "「人と話したい」(丸山商店)" in item.text
    ]
    assert [item.text for item in told if "あと1時間" in item.text]
    late = [item for item in told if "日たってもまだです" in item.text]
    assert len({item.at.date() for item in late}) == len(late) > 3
    assert not [item for item in told if item.at > late[0].at and item not in late]


@pytest.mark.parametrize("stage", [listed, chosen, answered, deciding, kicking, running, talking_over])
def test_the_gravest_words_stop_any_talk(stage: Any) -> None:
    """Whatever stands open: care and a call for him, a card for the staff at once, and no word of it to who works with him."""
    cast = at(stage)
    cast.owner.do("もう死にたい")
    assert "おつらい中" in cast.owner.said
    assert "お電話" in cast.owner.said.rpartition("おつらい中")[2]
    assert "もう死にたい" in "".join(cast.world.told("staff"))
    assert "死にたい" not in cast.talent.said


def test_a_hard_week_is_only_a_hard_week() -> None:
    """「死ぬほど忙しい」 answers what was asked after a meeting, as any words do."""
    cast = at(running)
    cast.world.move(noon_after(cast.world.now, 8))
    cast.owner.do("今週は死ぬほど忙しかった")
    assert "おつらい中" not in cast.owner.said
