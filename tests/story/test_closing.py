"""Closing a posting: by the staff, by the owner, or let go by a talent; nobody is left without a word."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.payloads import card_payload
from storage.postings import Posting, PostingChange, State
from storage.talents import Application, Stage
from storage.unit_of_work import begin
from tests.story.stages import (
    APPLY,
    KICKOFF,
    Cast,
    answer_pi,
    applied,
    at,
    kicking,
    listed,
    meet,
    pick,
    published,
    register,
    running,
)
from tests.story.world import MORI, Member, buttons_of

OVER = "の募集は終わりました"


def closed(cast: Cast) -> Cast:
    cast.staff.press("募集を終える")
    cast.staff.fill({"close.REASON": "OWNER"})
    return cast


def state(cast: Cast) -> str:
    with begin(cast.world.engine) as work:
        return work.session.scalars(select(Posting.state)).one()


def second(cast: Cast) -> Member:
    """Somebody else applies too."""
    mori = Member(cast.world, MORI)
    register(mori, me__NAME="森 太郎")
    mori.fill(APPLY)
    return mori


def test_the_staff_close_and_who_waits_hears_it_kindly() -> None:
    """募集を終える: the trace has its reason, the applicant a kind word without it, the owner his own."""
    cast = closed(at(listed))
    assert state(cast) == State.CLOSED.name
    with begin(cast.world.engine) as work:
        last = work.session.scalars(select(PostingChange).order_by(PostingChange.id.desc())).first()
        assert last is not None
        assert (last.to_state, "社長のご希望" in last.reason) == (State.CLOSED.name, True)
    assert cast.talent.said.count(OVER) == 1
    assert "ご応募ありがとうございました" in cast.talent.said
    assert "社長のご希望" not in cast.talent.shown
    assert "募集を終えました" in cast.owner.said
    assert "今回は見送り" in cast.owner.do("[会ってみたい]")[-1]


def test_the_card_in_the_channel_loses_its_buttons() -> None:
    """The published card is drawn anew in its place; a tap on an older drawing is answered kindly."""
    cast = closed(at(applied))
    last = [item for item in cast.world.seen if item.to == "postings"][-1]
    assert last.subject.startswith("posting:")
    assert "この募集は終わりました" in last.text
    assert buttons_of(last.message) == []
    for label in ("関心あり", "質問する", "見送る"):
        assert "もう終わりました" in Member(cast.world, MORI).press(label).notice
    assert "終えた" not in cast.talent.home()


def test_closed_twice_is_closed_once() -> None:
    """Two of the staff with the form open: one word to the applicant, the second reads that it is over."""
    cast = at(applied)
    tanaka = Member(cast.world, "U0TANAKA")
    tanaka.press("募集を終える")
    closed(cast)
    tanaka.fill({"close.REASON": "HOUSE"})
    assert "もう終わっています" in tanaka.notices[-1]
    assert cast.talent.said.count(OVER) == 1


def test_a_talent_cannot_close() -> None:
    """The staff's button in another's hand is refused."""
    cast = at(applied)
    button = cast.staff.buttons("募集を終える", "staff")[0]
    assert "運営スタッフだけ" in cast.talent.tap(button.payload).notice
    assert state(cast) == State.OPEN.name


def test_the_owner_is_asked_once_when_the_work_begins() -> None:
    """終える: the other applicant hears it, the work that began goes on."""
    cast = at(listed)
    mori = second(cast)
    cast.owner.play("[会ってみたい]", "[この3つで聞く]")
    answer_pi(cast)
    pick(cast)
    meet(cast)
    cast.owner.do("[進めたい]")
    cast.talent.press("進めたい")
    cast.talent.fill(KICKOFF)
    cast.owner.do("[これでよい]")
    assert "お返事を待つ方が、あと1人います。ほかの方の募集は、続けますか？" in cast.owner.said
    cast.owner.do("[終える]")
    assert state(cast) == State.CLOSED.name
    assert mori.said.count(OVER) == 1
    assert OVER not in cast.talent.said
    cast.world.move(cast.world.now + timedelta(weeks=2))
    assert "との打ち合わせです" in cast.owner.said


def test_nothing_is_asked_when_the_posting_is_closed_already() -> None:
    """The posting ended before the kickoff was agreed: no question, and the work begins."""
    cast = closed(at(kicking))
    cast.talent.fill(KICKOFF)
    cast.owner.do("[これでよい]")
    assert "始まりました" in cast.owner.said
    assert "続けますか" not in cast.owner.said


def test_a_posting_kept_open_stays_open() -> None:
    """続ける: said back, and the posting still takes applications."""
    cast = at(kicking)
    cast.talent.fill(KICKOFF)
    cast.owner.play("[これでよい]")
    assert "募集を続けます" in cast.owner.do("[続ける]")[-1]
    second(cast)
    assert state(cast) == State.OPEN.name


def test_what_a_talent_lets_go_by_is_not_shown_again() -> None:
    """見送る: gone from his Home, not from another's; the owner hears nothing; 関心あり later is an application."""
    cast = at(published)
    title = "いまの募集】\n1件"
    assert title in cast.talent.home()
    assert "承知しました" in cast.talent.press("見送る").notice
    cast.talent.press("見送る")
    home = cast.talent.home()
    assert title not in home
    assert "見送った募集" not in home
    assert title in Member(cast.world, MORI).home()
    register(cast.talent)
    cast.talent.fill(APPLY)
    with begin(cast.world.engine) as work:
        assert work.session.scalars(select(Application.stage)).one() == Stage.APPLIED.name
    assert "応募ずみ" in cast.talent.press("見送る", nth=0).notice


def test_a_home_shows_each_posting_once() -> None:
    """Who has applied is not offered the posting again; who works with the owner reads of it in one line."""
    chosen, together = at(listed), at(running)
    with begin(chosen.world.engine) as work:
        title = work.session.scalars(select(Posting.title)).one()
    for home in (chosen.talent.home(), together.talent.home()):
        assert "いま新しい募集はありません" in home
        assert home.count(title) == 1


def test_late_applicants_are_shown_the_week_after() -> None:
    """One applies after the first list: the next week shows him too, and nobody twice."""
    cast = at(listed)
    second(cast)
    cast.world.move(cast.world.now + timedelta(days=15))
    decks = [item.message.deck for item in cast.world.seen if item.to == cast.owner.id and item.message.deck]
    assert [len(deck) for deck in decks] == [1, 1]


def test_a_forged_close_of_another_owner_is_refused() -> None:
    """The verb is the staff's, whoever's posting it names."""
    cast = at(published)
    with begin(cast.world.engine) as work:
        posting = work.session.scalars(select(Posting)).one()
    payload = card_payload("posting", posting.id, posting.version, "close")
    assert "運営スタッフだけ" in cast.owner.tap(payload)[-1]
    assert state(cast) == State.OPEN.name
