"""Too few come: the search goes wider, the owner hears what might be changed, the words are written anew or it rests."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.payloads import card_payload
from storage.engagements import Engagement
from storage.postings import Posting, State
from storage.staff_tasks import StaffTask, TaskKind
from storage.unit_of_work import begin
from tests.flows.voice import faults
from tests.story.hall import asked, invitations, labels, posting_of, publish, ready, second, settle
from tests.story.stages import APPLY, Cast, noon_after
from tests.story.world import MARUYAMA, MORI, Member

DAY = timedelta(days=1)


def after(cast: Cast, days: float) -> Cast:
    """Let so many days pass since the posting was published."""
    published = posting_of(cast.world).published_at
    assert published is not None
    cast.world.move(published + days * DAY)
    return cast


def out(cast: Cast | None = None) -> Cast:
    cast = cast or ready()
    publish(cast)
    return cast


def with_code(cast: Cast, code: str) -> Cast:
    with begin(cast.world.engine) as work:
        work.session.execute(update(Posting).values(job_code=code))
    return cast


def apply(cast: Cast, id: str) -> Member:
    someone = settle(cast.world, id)
    someone.press("関心あり")
    someone.fill(APPLY)
    return someone


def test_three_days_without_anybody_ask_further() -> None:
    """Who is near the work, and less near who has ties here, hears of it on the third day; others never."""
    cast = ready()
    near = settle(cast.world, "U0NEAR", share=0.3)
    here = settle(cast.world, "U0HERE", share=0.18, tied=["長野県"])
    far = settle(cast.world, "U0FAR", share=0.18)
    out(cast)
    assert invitations(cast.world) == []
    after(cast, 3.01)
    assert [len(asked(each)) for each in (near, here, far)] == [1, 1, 0]


def test_an_application_ends_the_search() -> None:
    """Somebody applied on the first day: nobody else is asked on the third."""
    cast = ready()
    near = settle(cast.world, "U0NEAR", share=0.3)
    out(cast)
    apply(cast, MORI)
    after(cast, 4)
    assert asked(near) == []


def test_a_thin_week_is_told_to_the_owner_with_what_might_be_changed() -> None:
    """One application in a week: how it stands, up to three plain hints, one question; the figures go to the staff."""
    cast = out()
    apply(cast, MORI)
    after(cast, 7.01)
    said, card = [item.message for item in cast.world.seen if item.to == cast.owner.id][-2:]
    assert said.text == "募集を始めて1週間です。応募は、まだ1人です。"
    assert card.text == "どこか変えてみますか？"
    assert labels(card) == ["変えてみる", "このまま待つ", "人と話す"]
    assert [fault for message in (said, card) for fault in faults(message)] == []
    assert "応募は、1週間で1人です" in cast.world.told("staff")[-1]


def test_three_applications_are_enough() -> None:
    """Nobody is bothered with advice he does not need."""
    cast = out()
    for n in range(3):
        apply(cast, f"U0{n}")
    after(cast, 15)
    assert "応募をふやす工夫" not in cast.owner.said


def test_what_others_pay_is_told_from_five_firms_on() -> None:
    """Five other firms pay more for such work: the owner reads what is usual; four keep their secret."""
    for firms, is_told in ((4, False), (5, True)):
        cast = ready()
        for n in range(firms):
            second(cast, f"Uowner{n}")
            cast.staff.press("公開する")
        with begin(cast.world.engine) as work:
            work.session.execute(update(Posting).values(pay_month_yen=160_000, pay_is_ours=False))
        second(cast, MARUYAMA)
        publish(cast)
        after(cast, 7.01)
        told = "\n".join(cast.world.told(MARUYAMA))
        assert "応募をふやす工夫" in told
        assert ("16万円くらいの会社が多いです" in told) is is_told


def test_to_change_it_means_a_call_and_his_own_words() -> None:
    """変えてみる: a time for the call; 書き直す takes it back to the reviews; his yes, and it is out again, card and DM."""
    cast = ready()
    mori = settle(cast.world, MORI)
    out(cast)
    after(cast, 7.01)
    assert "お電話で一緒に考えます" in cast.owner.do("[変えてみる]")[-1]
    cast.owner.do("[変えてみる]")  # tapped again: one card
    with begin(cast.world.engine) as work:
        [task] = [each for each in work.tasks.open() if each.kind == TaskKind.REWORD.name]
    assert task.posting_id == posting_of(cast.world).id
    card = [item for item in cast.world.seen if item.subject == f"task:{task.id.hex}"][-1].message
    assert {"書き直す", "募集を休む"} <= set(labels(card))
    cast.staff.press("書き直す")
    assert posting_of(cast.world).state == State.REVIEW.name
    assert "いま少し直しています" in cast.world.told("postings")[-1]
    assert labels(asked(mori)[-1]) == []
    assert "もう終わりました" in mori.press("関心あり").notice
    cast.staff.press("直して見てもらう")
    cast.staff.fill({"edit.TITLE": "帳面を一緒に見てくれる方"})
    cast.owner.do("[これでよい]")
    cast.staff.press("公開する")
    cast.world.move(cast.world.now)
    assert "募集をもう一度始めました" in cast.owner.said
    assert "帳面を一緒に見てくれる方" in cast.world.told("postings")[-1]
    assert "帳面を一緒に見てくれる方" in asked(mori)[-1].as_text()
    assert "関心あり" in labels(asked(mori)[-1])
    assert len(invitations(cast.world)) == 1  # nobody is asked twice


def test_who_applied_sees_what_was_changed() -> None:
    """The posting reads otherwise than what he applied for: he is shown it as it is now, with a person to talk to."""
    cast = out()
    mori = apply(cast, MORI)
    cast.staff.press("書き直す")
    cast.staff.press("公開する")
    cast.world.move(cast.world.now + DAY)
    assert mori.said.count("内容が変わりました") == 1


def test_waiting_on_is_an_answer() -> None:
    """このまま待つ: thanks, and no card for the staff."""
    cast = after(out(), 7.01)
    assert "このまま待ちましょう" in cast.owner.do("[このまま待つ]")[-1]
    with begin(cast.world.engine) as work:
        assert [task for task in work.tasks.open() if task.kind == TaskKind.REWORD.name] == []


def test_two_weeks_without_anybody_bring_a_call() -> None:
    """The staff have their card, the owner reads when he is rung up; both hear it once."""
    cast = after(out(), 14.01)
    cast.world.move(noon_after(cast.world.now, 0))
    assert cast.owner.said.count("2週間たっても応募がありません") == 1
    assert "お電話します" in cast.owner.said
    cards = {item.subject for item in cast.world.seen if "募集の言葉の見直し" in item.text}
    assert sum(card.startswith("task:") for card in cards) == 1


def test_a_rest_is_a_rest_until_it_begins_again() -> None:
    """募集を休む: no card to tap, no search; 募集を再開する: it hangs again, and who is new is asked."""
    cast = out()
    cast.staff.press("募集を休む")
    assert posting_of(cast.world).state == State.PAUSED.name
    assert "いまお休みしています" in cast.world.told("postings")[-1]
    assert "いまお休み中です" in cast.owner.do("いまどうなってる？")[-1]
    mori = settle(cast.world, MORI)
    after(cast, 20)
    assert asked(mori) == []
    assert "いったんお休みにしました" in cast.owner.said
    assert "2週間たっても" not in cast.owner.said
    cast.staff.press("募集を再開する")
    cast.world.move(noon_after(cast.world.now, 1))
    assert "また始めました" in cast.owner.said
    assert len(asked(mori)) == 1


def test_no_rest_while_somebody_waits_for_an_answer() -> None:
    """An applicant is not left standing: the staff read why, and nothing moves."""
    cast = out()
    apply(cast, MORI)
    assert "お返事を待っている応募の方" in cast.staff.press("募集を休む").notice
    assert posting_of(cast.world).state == State.OPEN.name


@pytest.mark.parametrize("verb", ["reword", "wait", "rework", "pause", "reopen"])
def test_a_strangers_tap_changes_nothing(verb: str) -> None:
    """Another owner, or one whose posting has moved on, is refused kindly."""
    cast = out()
    item = posting_of(cast.world)
    payload = card_payload("posting", item.id, item.version, verb)
    other = second(cast, MARUYAMA)
    assert "使え" in other.tap(payload)[-1]
    with begin(cast.world.engine) as work:
        assert work.postings.get(item.id).version == item.version
        assert work.session.query(StaffTask).count() == 0
        assert work.session.query(Engagement).count() == 0


def test_an_old_hint_says_how_it_stands_now() -> None:
    """The posting is closed by the time he taps: he reads so."""
    cast = after(out(), 7.01)
    cast.staff.press("募集を終える")
    cast.staff.fill({"close.REASON": "OWNER"})
    assert "いま「終了」です" in cast.owner.do("[変えてみる]")[-1]


def test_a_rare_skill_stays_open_and_is_searched_for_again() -> None:
    """Told at the start; nobody complains after a week; who came meanwhile is asked after two; a call after sixty days."""
    cast = with_code(ready(), "GX-03")
    out(cast)
    cast.world.move(noon_after(cast.world.now, 1))
    assert "お一人かもしれません" in cast.owner.said
    mori = settle(cast.world, MORI, code="GX-03")
    after(cast, 13)
    assert asked(mori) == []
    after(cast, 14.01)
    assert len(asked(mori)) == 1
    late = settle(cast.world, "U0LATE", code="GX-03")
    after(cast, 59)
    assert len(asked(late)) == 1
    assert "応募をふやす工夫" not in cast.owner.said
    after(cast, 64)
    assert cast.owner.said.count("60日たっても応募がありません") == 1
