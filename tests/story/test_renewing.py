"""On from month three: what is not the same wish is talked over, written down, told to both, and never lost."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.payloads import card_payload
from flows.messages import Button
from storage.engagements import Phase
from storage.staff_tasks import StaffTask
from storage.talents import Application, Stage
from storage.unit_of_work import begin
from tests.story.stages import Cast, at, chosen, look_back, looking_back, pick, running, talking_over
from tests.story.world import MORI, Member, buttons_of

AGREED = {"go_on.CHANGES": "写真の担当が代わる", "go_on.HOURS": "15", "go_on.PAY": "60000"}


def card(cast: Cast) -> list[Button]:
    """Give the buttons of the staff's newest card about the two."""
    cards = [item for item in cast.world.seen if item.to == "staff" and "続けるかどうか・" in item.text]
    return buttons_of(cards[-1].message)


def labels(cast: Cast) -> list[str]:
    return [button.label for button in card(cast)]


def goes_on(cast: Cast) -> Cast:
    cast.staff.press("続けることになった")
    cast.staff.fill(AGREED)
    return cast


def ended(cast: Cast) -> Cast:
    cast.staff.press("終わりになった")
    cast.staff.fill({"end.WORDS": "味噌、楽しみにしています", "end.DAY": "TODAY"})
    return cast


def test_the_staff_read_who_wants_what_and_have_the_ways_on() -> None:
    """Other terms and a talk: the card names both people, both wishes and the two ways on; nothing closes it before."""
    cast = at(talking_over)
    text = [item.text for item in cast.world.seen if item.to == "staff"][-1]
    assert "社長：条件を変えて続ける / お相手：話してから決める" in text
    assert "高橋 直樹さん" in text
    assert "続けることになった" in labels(cast)
    assert "終わりになった" in labels(cast)
    assert "対応おわり" not in labels(cast)
    assert "担当の佐藤が、お二人のお話をうかがいます" in cast.owner.said
    assert "担当の佐藤が、お二人のお話をうかがいます" in cast.talent.said


def test_it_goes_on_with_other_terms() -> None:
    """The form shows what holds now; both read what was agreed; three months later they are asked again."""
    cast = at(talking_over)
    form = cast.staff.press("続けることになった").form
    assert form is not None
    assert [field.initial for field in form.fields] == ["", "20", "70000"]
    cast.staff.fill(AGREED)
    for who in (cast.owner, cast.talent):
        assert "続けることになりました" in who.said
        assert "変わったこと：写真の担当が代わる" in who.said
        assert "月15時間くらい・お相手に月6万円" in who.said
    engagement = cast.world.engagement()
    assert (engagement.phase, engagement.renewed) == (Phase.RUNNING.name, 1)
    assert cast.world.due_at("feedback") - cast.world.now > timedelta(days=83)
    assert "前のふりかえりから" not in cast.owner.said
    cast.world.move(cast.world.due_at("feedback") + timedelta(minutes=5))
    assert cast.owner.said.count("前のふりかえりから") == 1


def test_new_terms_are_not_called_no_change() -> None:
    """Where the staff wrote nothing beside other hours and pay, no line says that nothing has changed."""
    cast = at(talking_over)
    cast.staff.press("続けることになった")
    cast.staff.fill({**AGREED, "go_on.CHANGES": ""})
    assert "月15時間くらい・お相手に月6万円" in cast.owner.said
    assert "変わったこと" not in cast.owner.said


def test_the_weeks_go_on_while_nothing_is_decided() -> None:
    """Between the look back and the decision no week is left out."""
    cast = at(talking_over)
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.now + timedelta(weeks=3))
    assert cast.world.engagement().phase == Phase.RENEWAL.name
    assert cast.owner.said.count("との打ち合わせです") == before + 3
    goes_on(cast)
    cast.world.move(cast.world.now + timedelta(weeks=2))
    assert cast.owner.said.count("との打ち合わせです") == before + 5


def test_it_ends_kindly_and_stays_ended() -> None:
    """終わりになった: thanks and the staff's words to both, no more weeks, the talent's hours are free."""
    cast = ended(at(talking_over))
    for who in (cast.owner, cast.talent):
        assert "ここでひと区切りにします。これまで、ありがとうございました。" in who.said
        assert "味噌、楽しみにしています" in who.said
    with begin(cast.world.engine) as work:
        assert work.session.scalars(select(Application.stage)).one() == Stage.ENDED.name
    before = len(cast.world.told(cast.owner.id)), len(cast.world.told(cast.talent.id))
    cast.world.move(cast.world.now + timedelta(weeks=14))
    assert (len(cast.world.told(cast.owner.id)), len(cast.world.told(cast.talent.id))) == before


def test_differs_brings_the_card_back() -> None:
    """ちがう, twice tapped, is one card and a time; written down anew it is no second renewal."""
    cast = goes_on(at(talking_over))
    old = cast.talent.buttons("ちがう")[0]
    cast.talent.press("ちがう")
    cast.talent.tap(old.payload)
    assert "までにご連絡します" in cast.talent.said
    with begin(cast.world.engine) as work:
        [task] = work.session.scalars(
            select(StaffTask).where(StaffTask.done_at.is_(None), StaffTask.kind == "RENEWAL")
        )
        assert task.words.count("高橋 直樹さんから「ちがう」") == 1
    assert {"続けることになった", "終わりになった", "対応おわり"} <= set(labels(cast))
    cast.staff.press("続けることになった")
    cast.staff.fill({"go_on.HOURS": "10"})
    assert "月10時間くらい・お相手に月6万円" in cast.talent.said
    assert cast.world.engagement().renewed == 1
    cast.talent.tap(old.payload)
    assert "新しいお知らせ" in cast.talent.notices[-1]


def test_an_ending_that_was_wrong_is_taken_back() -> None:
    """終わりになった, ちがう, 続けることになった: the weeks begin again, and three months are counted anew."""
    cast = ended(at(talking_over))
    cast.owner.do("[ちがう]")
    assert "終わりになった" not in labels(cast)
    goes_on(cast)
    assert cast.world.engagement().phase == Phase.RUNNING.name
    before = cast.owner.said.count("との打ち合わせです")
    cast.world.move(cast.world.now + timedelta(weeks=2))
    assert cast.owner.said.count("との打ち合わせです") == before + 2


def test_reached_but_undecided_keeps_the_card() -> None:
    """ご連絡ずみ ends the promise, not the card; an old 対応おわり does no more, and a week later the staff are reminded."""
    cast = at(talking_over)
    cast.staff.press("ご連絡ずみ")
    assert "ご連絡ずみ" not in labels(cast)
    with begin(cast.world.engine) as work:
        [task] = work.session.scalars(
            select(StaffTask).where(StaffTask.done_at.is_(None), StaffTask.kind == "RENEWAL")
        )
    cast.staff.tap(card_payload("task", task.id, task.version, "done"))
    before = cast.owner.said
    cast.world.move(cast.world.now + timedelta(days=8))
    assert "続けることになった" in labels(cast)
    assert "まだ決まっていません" in "".join(cast.world.told("staff"))
    assert "ご連絡が遅れています" not in cast.owner.said.removeprefix(before)


def test_the_bot_has_the_word_again_after_the_decision() -> None:
    """The staff wrote to the owner from the card; once it is decided his words are the bot's to answer again."""
    cast = at(talking_over)
    cast.staff.press("オーナーに送る")
    cast.staff.fill({"send.words": "あとでお電話します"})
    cast.world.move(cast.world.now + timedelta(seconds=30))
    assert "佐藤が対応しています" in "".join(cast.owner.do("お願いします"))
    goes_on(cast)
    assert "対応しています" not in "".join(cast.owner.do("いまどうなってる？"))


def test_two_of_the_staff_decide_at_once() -> None:
    """Both have the form open: the first counts, the second reads that it is done."""
    cast = at(talking_over)
    tanaka = Member(cast.world, "U0TANAKA")
    tanaka.press("終わりになった")
    goes_on(cast)
    tanaka.fill({"end.WORDS": ""})
    assert "ほかの人が先に" in tanaka.notices[-1]
    assert cast.world.engagement().phase == Phase.RUNNING.name


def test_only_the_staff_and_the_two_may_press() -> None:
    """A talent's tap on the staff's card, a stranger's ちがう: refused, nothing changes."""
    cast = at(talking_over)
    go_on = next(button for button in card(cast) if button.label == "続けることになった")
    assert "運営スタッフだけ" in cast.talent.tap(go_on.payload).notice
    goes_on(cast)
    stranger = Member(cast.world, MORI)
    assert "使えませんでした" in stranger.tap(cast.owner.buttons("ちがう")[0].payload).notice
    assert "ちがう" not in "".join(cast.world.told("staff"))


def test_a_choice_that_never_comes_reaches_the_staff() -> None:
    """One chose, the other does not: reminded with the buttons, then the staff have the card with the ways on."""
    cast = at(looking_back)
    look_back(cast)
    cast.owner.play("[条件を変えて続ける]", "15", "6万円")
    cast.world.move(cast.world.now + timedelta(days=12))
    assert cast.talent.said.count("これからのことのお返事をお待ちしています") == 2
    assert "これからのことのお返事をお待ちしています" not in cast.owner.said
    goes_on(cast)
    assert cast.world.engagement().renewed == 1
    assert "もう次に進んでいます" in cast.talent.press("話してから決める").notice


def test_no_word_about_the_hour_is_reminded_twice_and_then_the_staff_ring() -> None:
    """He names none of the hours: reminded after one day and three, after four business days the staff have a card."""
    cast = at(chosen)
    cast.world.move(cast.world.now + timedelta(days=7))
    assert cast.talent.said.count("お会いする日の、お返事をお待ちしています") == 2
    assert "お待ちしています" not in cast.owner.said
    told = [text for text in cast.world.told("staff") if "4営業日ありません" in text]
    assert len(told) == 1
    assert "高橋 直樹さんに、お電話で" in told[0]
    pick(cast, -2)
    assert "お会いする日が決まりました" in cast.owner.said
    assert "お返事がまだの方・対応おわり" in cast.world.told("staff")[-1]


def test_who_never_answers_is_let_go_by_the_staff() -> None:
    """終わりになった before it began: both read that it did not come about, and the talent is free."""
    cast = at(chosen)
    cast.world.move(cast.world.now + timedelta(days=7))
    cast.staff.press("終わりになった")
    cast.staff.fill({"end.WORDS": ""})
    for who in (cast.owner, cast.talent):
        assert "今回は見送りになりました" in who.said
    with begin(cast.world.engine) as work:
        assert work.session.scalars(select(Application.stage)).one() == Stage.DECLINED.name
    before = len(cast.world.told(cast.owner.id))
    cast.world.move(cast.world.now + timedelta(days=30))
    assert len(cast.world.told(cast.owner.id)) == before


def test_names_are_said_as_people_say_them() -> None:
    """高橋さん to the owner, 山崎醸造の社長 to the talent; the staff read names in full."""
    cast = at(running)
    assert "高橋さんとの打ち合わせです" not in cast.owner.said
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    assert "高橋さんとの打ち合わせです" in cast.owner.said
    assert "会社の社長" not in cast.world.told(cast.talent.id)[-1]
    assert "の社長との打ち合わせです" in cast.world.told(cast.talent.id)[-1]
