"""Bad moments: each ends kindly, and nothing is lost."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import Engine, select

from bot.payloads import card_payload
from bot.sends.marking import Carried, mark
from bot.sends.sending import Outcome, Result
from flows.match.choosing import Reason
from storage.mail import WRITTEN, Letter
from storage.outbox import DUE, HELD, OutMessage, Parcel
from storage.parties import Handle
from storage.postings import Posting, State
from storage.talents import Application, Stage
from storage.unit_of_work import begin
from tests.story.stages import (
    APPLY,
    KICKOFF,
    Cast,
    applied,
    at,
    chosen,
    deciding,
    kicking,
    listed,
    looking_back,
    new_cast,
    noon_after,
    publish,
    published,
    register,
    running,
)
from tests.story.world import MARUYAMA, MORI, Member, Owner

FOREIGN = ("使えませんでした", "終了しました")


def two_lists(cast: Cast) -> tuple[Owner, Owner]:
    """Two owners look at the same talent, who has twenty hours; each needs fifteen."""
    other = Owner(cast.world, MARUYAMA)
    published(cast)
    publish(cast.world, other, cast.staff)
    register(cast.talent)
    cast.talent.fill(APPLY)
    newest = cast.talent.buttons("関心あり", "postings")
    oldest = next(button for button in reversed(newest))
    cast.talent.tap(oldest.payload)
    cast.talent.fill(APPLY)
    cast.world.move(noon_after(cast.world.now, 12))
    return cast.owner, other


def test_the_last_hours_go_to_one_owner() -> None:
    """Two owners choose the same talent: the first meets him, the second reads kindly that the time is gone."""
    cast = new_cast()
    first, second = two_lists(cast)
    first.do("[会ってみたい]")
    said = second.do("[会ってみたい]")
    assert "時間がうまりました" in said[-1]
    assert cast.talent.said.count("会ってみたい") == 1


def test_two_owners_at_the_same_instant(engine: Engine) -> None:
    """The same with two threads: exactly one wins."""
    cast = new_cast(engine)
    first, second = two_lists(cast)
    worlds = [cast.world.beside(), cast.world.beside()]
    taps = [
        (world, who.id, who.buttons("会ってみたい")[0].payload)
        for world, who in zip(worlds, (first, second), strict=True)
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda tap: Owner(tap[0], tap[1]).tap(tap[2]), taps))
    with begin(engine) as work:
        stages = sorted(row.stage for row in work.session.scalars(select(Application)))
    assert stages == [Stage.MEETING.name, Stage.SHOWN.name]


def test_a_talent_who_left_slack_is_told_to_the_staff_once() -> None:
    """Deactivated mid-way: what waits for him is closed, the staff hear it once, the owner's side stands."""
    cast = at(running)
    world = cast.world
    for _ in range(2):
        with begin(world.engine) as work:
            handle = work.session.scalars(select(Handle).where(Handle.external_id == cast.talent.id)).one()
            row = OutMessage(
                handle_id=handle.id, platform="slack", body="{}", next_at=world.now, created_at=world.now
            )
            later = OutMessage(
                handle_id=handle.id,
                platform="slack",
                body="{}",
                status=HELD,
                next_at=world.now + timedelta(days=1),
                created_at=world.now,
            )
            work.session.add_all([row, later])
            work.session.flush()
            letter = Letter(*(getattr(row, column.name) for column in WRITTEN))
            gone = Outcome(Result.UNREACHABLE, error="user_disabled")
            mark(
                work,
                world.rules,
                [Carried(Parcel(cast.talent.id, (letter,)), gone, "post")],
                world.now,
                world.now,
            )
            waiting = OutMessage.status.in_((DUE, HELD))
            assert not work.session.scalars(
                select(OutMessage).where(OutMessage.handle_id == handle.id, waiting)
            ).all()
    world.move(world.now + timedelta(weeks=2))
    told = [text for text in world.told("staff") if "届かなくなりました" in text]
    assert len(told) == 1
    assert "高橋 直樹さん" in told[0]
    assert "進行中のお仕事" in told[0]
    assert "との打ち合わせです" in cast.owner.said


def test_reminders_of_feedback_go_only_to_who_is_missing() -> None:
    """One side answered: the other is reminded after 2 and 5 days, the staff hear on day 7, nothing is shown."""
    cast = at(looking_back)
    cast.owner.play("社長の秘密1", "社長の秘密2", "社長の秘密3", "社長の秘密4")
    cast.world.move(cast.world.now + timedelta(days=10))
    wait = "ふりかえりのお返事をお待ちしています"
    assert cast.talent.said.count(wait) == 2
    assert wait not in cast.owner.said
    told = [text for text in cast.world.told("staff") if "1週間そろっていません" in text]
    assert len(told) == 1
    assert "高橋 直樹さんに" in told[0]
    assert "社長の秘密" not in cast.talent.shown + "".join(cast.world.told("staff"))
    cast.talent.press("ふりかえりを書く")
    cast.talent.fill({"mf.MF1": "一", "mf.MF2": "二"})
    cast.talent.fill({"mf2.MF3": "三", "mf2.MF4": "四"})
    assert "社長の秘密2" in cast.talent.said


def test_a_reminder_that_waits_for_monday_is_called_off_by_the_answer() -> None:
    """He answers on Saturday: the reminder held for business hours does not come."""
    cast = at(looking_back)
    cast.world.move(cast.world.due_at("round_wait") + timedelta(minutes=1))
    before = cast.owner.said.count("お待ちしています")
    cast.owner.play("一", "二", "三", "四")
    cast.world.move(cast.world.now + timedelta(days=4))
    assert cast.owner.said.count("お待ちしています") == max(before, 0)


def test_a_form_open_while_months_pass_is_over_kindly() -> None:
    """The clock was moved while a modal stood open: what can still land lands, what is over says so."""
    cast = at(running)
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    week = cast.talent.press("決まったこと").form
    cast.world.move(cast.world.due_at("feedback") + timedelta(minutes=1))
    assert week is not None
    assert (
        "もう次に進んでいます"
        in cast.talent.fill({"decided.OWNER": "遅い約束", "decided.TALENT": "遅い約束"}, week).notice
    )
    first = cast.talent.press("ふりかえり 1/2").form
    cast.world.move(cast.world.now + timedelta(days=20))
    assert first is not None
    assert cast.talent.fill({"mf.MF1": "一", "mf.MF2": "二"}, first).form is not None


def test_a_form_sent_twice_counts_once() -> None:
    """The same submission again: one application, one kind word."""
    cast = at(published)
    register(cast.talent)
    form = cast.talent.form
    cast.talent.fill(APPLY, form)
    assert "もう次に進んでいます" in cast.talent.fill(APPLY, form).notice
    assert cast.talent.said.count("に応募しました") == 1


def test_one_application_for_one_posting() -> None:
    """関心あり again after applying: he reads that he has applied."""
    cast = at(applied)
    assert "応募ずみ" in cast.talent.press("関心あり").notice


def test_interest_tapped_twice_is_one_form() -> None:
    """The button pressed twice opens the same form; either sending is the one application."""
    cast = at(published)
    register(cast.talent)
    first = cast.talent.form
    cast.talent.press("関心あり")
    assert first is not None
    assert cast.talent.form is not None
    assert cast.talent.form.conversation == first.conversation


def test_terms_changed_after_applying_are_shown_beside_the_old() -> None:
    """The owner reads today's terms, and those he applied on."""
    cast = at(applied)
    cast.talent.home()
    cast.talent.press("自己紹介を直す")
    cast.talent.fill({"me.NAME": "高橋 直樹"})
    cast.talent.fill({})
    cast.talent.fill({"terms.PAY": "90000"})
    cast.world.move(noon_after(cast.world.now, 11))
    assert "月9万円" in cast.owner.said
    assert "応募のときの条件：月20時間・月70,000円" in cast.owner.said


def test_a_closed_posting_takes_no_more() -> None:
    """An old card of a posting that is over: interest, question and a form half written end with a kind word."""
    cast = at(published)
    register(cast.talent)
    other = Member(cast.world, MORI)
    other.press("質問する")
    with begin(cast.world.engine) as work:
        work.session.scalars(select(Posting)).one().state = State.CLOSED.name
    before = len(cast.owner.said)
    assert "終わりました" in cast.talent.fill(APPLY).notice
    assert "終わりました" in other.fill({"ask.question": "まだ間に合いますか"}).notice
    assert "終わりました" in other.press("関心あり").notice
    assert len(cast.owner.said) == before


def test_an_old_applicant_card_says_where_he_stands() -> None:
    """Buttons of a card already decided change nothing."""
    cast = at(chosen)
    for label in ("会ってみたい", "聞きたい", "見送る"):
        assert "いま「お会いする前」です" in cast.owner.do(f"[{label}]")[0]


def test_declining_tells_the_class_never_the_words() -> None:
    """見送る: the owner's own words are not an answer; the talent reads the class, kindly."""
    cast = at(listed)
    cast.owner.do("[見送る]")
    cast.owner.do("なんか感じが悪いから")
    cast.owner.do(f"[{Reason.FIELD.value}]")
    assert f"わけは「{Reason.FIELD.value}」" in cast.talent.said
    assert "感じが悪い" not in cast.talent.shown
    assert "ご応募ありがとうございました" in cast.talent.said


def test_a_double_tap_on_decline_asks_once() -> None:
    """見送る tapped twice is one question and one farewell."""
    cast = at(listed)
    button = cast.owner.buttons("見送る")[0]
    cast.owner.tap(button.payload)
    cast.owner.tap(button.payload)
    cast.owner.do(f"[{Reason.TIME.value}]")
    assert cast.talent.said.count("ご縁がありませんでした") == 1
    assert "見送るわけ" not in cast.owner.do("いまどうなってる？")[-1]


def test_a_question_waits_while_the_owner_talks() -> None:
    """In the middle of another talk the owner is not interrupted; then he is asked, and the answer finds the asker."""
    cast = at(published)
    cast.owner.do("相談する")
    cast.talent.press("質問する")
    cast.talent.fill({"ask.question": "在宅でもよいですか"})
    assert "在宅でもよいですか" not in cast.owner.said
    cast.owner.do("あとで")
    heard = cast.owner.do("はい")
    assert "在宅でもよいですか" in heard[-1]
    cast.owner.do("月に1度だけ来てください")
    assert "月に1度だけ来てください" in cast.talent.said


def test_two_talents_ask_at_once_and_never_cross() -> None:
    """Each answer goes to whoever asked that question."""
    cast = at(published)
    mori = Member(cast.world, MORI)
    for who, words in ((cast.talent, "高橋の質問"), (mori, "森の質問")):
        who.press("質問する")
        who.fill({"ask.question": words})
    assert "高橋の質問" in cast.owner.said
    assert "森の質問" not in cast.owner.said
    assert "森の質問" in cast.owner.do("高橋への返事")[-1]
    cast.owner.do("森への返事")
    assert "高橋への返事" in cast.talent.said
    assert "森への返事" not in cast.talent.said
    assert "森への返事" in mori.said
    assert "高橋" not in mori.said


def test_the_owner_asks_back_and_the_card_returns() -> None:
    """聞きたい: the talent answers in a form, the owner reads it with the card again."""
    cast = at(listed)
    cast.owner.play("[聞きたい]", "弥生は使えますか")
    cast.talent.press("お返事する")
    cast.talent.fill({"reply.reply": "はい、5年使いました"})
    assert "はい、5年使いました" in cast.owner.said
    assert "社長にお伝えしました" in cast.talent.said
    assert len(cast.owner.buttons("会ってみたい")) == 2


def test_foreign_taps_are_refused_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Another's form, another owner's applicant, ids that were never ours: refused, in the log, nothing changed."""
    cast = at(listed)
    stranger, thief = Owner(cast.world, MARUYAMA), Member(cast.world, MORI)
    stranger.play("(友だち追加)")
    with caplog.at_level(logging.INFO, logger="smallwin"):
        said = [stranger.tap(cast.owner.buttons("会ってみたい")[0].payload)[-1]]
        for aggregate, verb in (
            ("meeting", "yes"),
            ("engagement", "tell"),
            ("application", "meet"),
            ("said", "undo"),
            ("task", "reply"),
            ("nothing", "nothing"),
        ):
            said.append(stranger.tap(card_payload(aggregate, uuid4(), 1, verb))[-1])
        thief.tap(cast.staff.buttons("公開する", "staff")[0].payload)
        thief.tap(card_payload("posting", uuid4(), 1, "interest"))
    assert all(any(words in text for words in FOREIGN) for text in said), said
    assert len(thief.notices) == 2
    assert sum(record.message == "refused" for record in caplog.records) == 9
    assert "会ってみたい" not in cast.talent.said


def test_another_talents_meeting_is_not_his() -> None:
    """The button of one pair's week, pressed by a stranger, is refused."""
    cast = at(running)
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    cast.owner.do("今週やること")
    cast.owner.do("写真をとる")
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    stranger = Member(cast.world, MORI)
    assert "使えませんでした" in stranger.tap(cast.owner.buttons("できた")[0].payload).notice
    assert "→ できた" not in cast.talent.said


def test_a_no_of_one_side_ends_it_kindly_for_both() -> None:
    """進めたい and 今回は見送る: both hear it once, and his hours are free again."""
    cast = at(deciding)
    cast.owner.do("[進めたい]")
    cast.talent.press("今回は見送る")
    for who in (cast.owner, cast.talent):
        assert who.said.count("今回は見送りになりました") == 1
    assert "お伝えしました" not in cast.owner.said
    payload = card_payload("engagement", cast.world.engagement().id, 0, "tell")
    assert "終わっています" in cast.owner.tap(payload)[-1]


def test_words_between_the_two_go_only_when_both_said_yes() -> None:
    """お相手に伝える before the yes is refused; after it, it arrives and can be answered."""
    early = at(chosen)
    payload = card_payload("engagement", early.world.engagement().id, 0, "tell")
    assert "進めたい" in early.owner.tap(payload)[-1]
    cast = at(kicking)
    cast.talent.fill(KICKOFF)
    cast.owner.play("[これでよい]", "[続ける]")
    cast.owner.play("明日は出かけます", "[お相手に伝える]", "明日は出かけます")
    assert "「明日は出かけます」" in cast.talent.said
    cast.talent.press("返事をする")
    cast.talent.fill({"tell.words": "承知しました"})
    cast.owner.do("今の状況")
    assert "「承知しました」" in cast.owner.said
