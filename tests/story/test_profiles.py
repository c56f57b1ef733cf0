"""Profiles: written in three pages, confirmed, put right, rested, hidden, forgotten; nobody loses what he wrote."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from flows.rules.match.ranking import Wanted
from flows.talent.profile import PAGE, Named
from storage.conversations import JournalEntry
from storage.inbox import Event
from storage.outbox import OutMessage
from storage.parties import Handle, Party
from storage.talents import Application, Stage, Talent, TalentWork
from storage.unit_of_work import begin
from tests.story.stages import (
    APPLY,
    KICKOFF,
    ME,
    PAGES,
    TERMS,
    Cast,
    applied,
    at,
    kicking,
    listed,
    noon_after,
    published,
    register,
)
from tests.story.world import MORI, TAKAHASHI, Member

WANTED = Wanted("p", "AC-02", "", frozenset())


def profile(cast: Cast, who: str = TAKAHASHI) -> Talent:
    with begin(cast.world.engine) as work:
        mine = select(Talent).join(Handle, Handle.id == Talent.handle_id).where(Handle.external_id == who)
        return work.session.scalars(mine).one()


def works(cast: Cast) -> dict[str, bool]:
    with begin(cast.world.engine) as work:
        return {row.code: row.is_confirmed for row in work.session.scalars(select(TalentWork))}


def found(cast: Cast, code: str = "AC-02") -> list[UUID]:
    with begin(cast.world.engine) as work:
        ranked = work.pool.search(Wanted("p", code, "", frozenset()), 10)
        return [UUID(each.id) for each in ranked]


def edits(cast: Cast, **changed: str) -> None:
    """Put the profile right: what is not named stays as it stands in the form."""
    given = {key.replace("__", "."): value for key, value in changed.items()}
    cast.talent.home()
    cast.talent.press("自己紹介を直す")
    for _ in range(PAGES):
        cast.talent.fill(given)


def shown(cast: Cast, key: str) -> Any:
    """Return what stands in a field of the newest form that has it."""
    fields = (field for form in reversed(cast.talent.forms) for field in form.fields)
    return next(field for field in fields if field.key == key)


def test_works_are_proposed_and_what_he_confirms_is_kept() -> None:
    """Told from his words, ticked already; what he unticks is none of his, what he adds is."""
    cast = at(published)
    register(cast.talent, works__CODES="AC-02", works__MORE="EC-02")
    proposed = shown(cast, "works.CODES")
    assert proposed.is_many
    assert "AC-02" in proposed.initial.split("\n")
    others = shown(cast, "works.MORE")
    assert len(others.options) > 70
    assert set(others.groups) >= {"経理・請求・回収", "ネット販売"}
    assert not set(proposed.options) & set(others.options)
    assert works(cast) == {"AC-02": True, "EC-02": True}


def test_a_confirmed_work_counts_more_than_a_guess() -> None:
    """Two with the same words: who confirmed the work comes first, and the very next ranking sees it."""
    cast = at(applied)
    other = Member(cast.world, MORI)
    register(other, me__NAME="森 一郎")
    with begin(cast.world.engine) as work:
        guessed = profile(cast, MORI).party_id
        work.pool.confirm_works(guessed, (), {"AC-02": 0.7})
    assert found(cast)[0] == profile(cast).party_id
    edits(cast, works__CODES="BO-04", works__MORE="")
    assert found(cast)[0] == guessed


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("いつでも", "曜日"),
        ("水 25:00-26:00", "時刻"),
        ("土日の夜", "時刻"),
        ("土 10:00-12:00", "平日の9時から18時"),
    ],
)
def test_hours_that_cannot_be_read_are_asked_again(words: str, said: str) -> None:
    """With an example, and all else he wrote still in the form."""
    cast = at(published)
    cast.talent.press("関心あり")
    cast.talent.fill(ME)
    cast.talent.fill({})
    refused = cast.talent.fill({**TERMS, "terms.SLOTS": words})
    assert said in refused.errors["terms.SLOTS"]
    assert "水 10:00-12:00" in refused.errors["terms.SLOTS"]
    assert cast.talent.fill(TERMS).form is not None


def test_an_invoice_number_is_read_however_it_is_typed() -> None:
    """Full width, hyphens, small letters; one that is none is asked again, none at all is fine."""
    cast = at(published)
    cast.talent.press("関心あり")
    cast.talent.fill(ME)
    cast.talent.fill({})
    assert "13けた" in cast.talent.fill({**TERMS, "terms.INVOICE": "T123"}).errors["terms.INVOICE"]
    cast.talent.fill({**TERMS, "terms.INVOICE": "ｔ7010-7050-0072-5"})
    assert profile(cast).invoice == "T7010705000725"
    assert "番号の決まりと合いません" not in cast.talent.said


def test_who_has_yet_to_ask_his_firm_may_apply_and_is_told_so() -> None:
    """A number that is no firm's is taken too, with a word."""
    cast = at(published)
    register(cast.talent, terms__PERMISSION="UNKNOWN", terms__INVOICE="T1111111111111", terms__HOURS="80")
    cast.talent.fill(APPLY)
    assert "契約の前に確かめてください" in cast.talent.said
    assert "番号の決まりと合いません" in cast.talent.said
    assert "無理のない時間" in cast.talent.said
    assert "応募しました" in cast.talent.said


def test_who_has_yet_to_ask_his_firm_cannot_begin() -> None:
    """The last step before the work waits for it; what he wrote there is kept, and it goes on when he has asked."""
    cast = at(kicking)
    form = cast.talent.forms[-1]
    edits(cast, terms__PERMISSION="UNKNOWN")
    assert "副業の決まり" in cast.talent.fill(KICKOFF, form).errors["ko.KO1"]
    assert "社長に確かめています" not in cast.talent.said
    edits(cast, terms__PERMISSION="GIVEN")
    cast.talent.fill(KICKOFF, form)
    assert "社長に確かめています" in cast.talent.said


def test_the_terms_name_the_insurance_and_the_register() -> None:
    """What an owner reads of the terms says which insurance, and whether there is an invoice number; never the number."""
    cast = at(published)
    register(cast.talent, terms__INSURER="フリーランス協会 2027年11月まで", terms__INVOICE="T7010705000725")
    terms = shown(cast, "apply.READY").hint
    assert "保険に入っている(フリーランス協会 2027年11月まで)" in terms
    assert "インボイスの登録あり" in terms
    assert "7010705000725" not in terms


def test_his_own_zone_stays_his() -> None:
    """What he chooses is not changed back by what Slack says at its next round."""
    cast = at(published)
    register(cast.talent, terms__ZONE="Europe/Tallinn")
    with begin(cast.world.engine) as work:
        work.parties.set_zones("slack", {TAKAHASHI: "Asia/Tokyo"})
    with begin(cast.world.engine) as work:
        assert (
            work.session.scalars(select(Handle.zone).where(Handle.external_id == TAKAHASHI)).one()
            == "Europe/Tallinn"
        )
    assert ("Europe/Tallinn", "エストニア") in shown(cast, "terms.ZONE").options
    edits(cast)
    assert "エストニア(日本より7時間おそい)" in cast.talent.forms[-1].lead


def test_a_long_bio_from_a_file_loses_nothing() -> None:
    """Slack's fields end at 3,000 characters: the rest stands in a second one."""
    cast = at(applied)
    long = "経理。" * 1_600
    with begin(cast.world.engine) as work:
        work.session.get_one(Talent, profile(cast).party_id).bio = long
    edits(cast)
    assert len(shown(cast, "me.BIO").initial) == PAGE
    assert profile(cast).bio == long


def test_a_name_with_courtesy_is_not_said_twice() -> None:
    """「高橋 直樹さん」 in the form: the owner reads さん once."""
    cast = at(published)
    register(cast.talent, me__NAME="高橋 直樹さん")
    assert profile(cast).name == "高橋 直樹"


def test_his_name_is_shown_when_they_meet() -> None:
    """Who wishes so is nameless in cards and answers until the owner wants to meet him."""
    cast = at(published)
    register(cast.talent, terms__NAMED=Named.MET.name)
    cast.talent.fill(APPLY)
    cast.world.move(noon_after(cast.world.now, 11))
    cast.owner.play("[聞きたい]", "味噌は好きですか")
    cast.talent.press("お返事する")
    cast.talent.fill({"reply.reply": "毎朝飲みます"})
    assert "匿名希望さん" in cast.owner.said
    assert "高橋 直樹" not in cast.owner.said
    cast.owner.do("[会ってみたい]")
    assert "高橋さんとお話しします" in cast.owner.said


def test_who_rests_is_left_alone_and_comes_back() -> None:
    """Not ranked, not shown to an owner, not led to apply; again at once when he is back. Twice does no harm."""
    cast = at(applied)
    cast.talent.home()
    cast.talent.press("しばらく休む")
    cast.talent.press("しばらく休む")
    assert "お預かりします" in cast.talent.said
    assert "お休み中です" in cast.talent.home()
    assert found(cast) == []
    cast.world.move(noon_after(cast.world.now, 11))
    assert "応募がありました" not in cast.owner.said
    other = Member(cast.world, MORI)
    register(other, me__NAME="森 一郎")
    other.home()
    other.press("しばらく休む")
    assert "お休み中" in other.press("関心あり").notice
    cast.talent.press("再開する")
    assert found(cast) == [profile(cast).party_id]
    cast.world.move(noon_after(cast.world.now, 11))
    assert "応募がありました" in cast.owner.said


def test_who_has_himself_forgotten_is() -> None:
    """Nothing that he told us is left, the owner hears it once, and he may come again."""
    cast = at(listed)
    cast.talent.home()
    cast.talent.press("登録を消す")
    assert "取り下げます" in cast.talent.forms[-1].lead
    cast.talent.fill({"delete.SURE": "YES"})
    cast.world.move(cast.world.now + timedelta(days=1))
    assert cast.owner.said.count("高橋さんは、ご都合で応募を取り下げられました") == 1
    assert held(cast, "経理を自分の手で5年", "入金の照合", "高橋 直樹", "帳面が好きです") == []
    assert found(cast) == []
    assert "自己紹介を書く" in str(cast.world.seen[-3:]) or cast.talent.home()
    cast.talent.press("関心あり")
    for _ in range(PAGES):
        cast.talent.fill({**ME, **TERMS})
    cast.talent.fill(APPLY)
    with begin(cast.world.engine) as work:
        [again] = work.session.scalars(select(Application))
        assert (again.stage, again.answers[0]) == (Stage.APPLIED.name, APPLY["apply.WHY"])


def held(cast: Cast, *words: str) -> list[str]:
    """Name the tables in which some words still stand."""
    columns = {
        "talents": Talent.headline,
        "parties": Party.call_name,
        "applications": Application.answers,
        "journals": JournalEntry.value,
        "raw": JournalEntry.raw,
        "events": Event.body,
        "messages": OutMessage.body,
    }
    with begin(cast.world.engine) as work:
        texts = {name: str(list(work.session.scalars(select(column)))) for name, column in columns.items()}
    return [name for name, text in texts.items() if any(word in text for word in words)]


def test_rather_not() -> None:
    """やっぱり残す leaves everything; a form sent twice is answered once more."""
    cast = at(applied)
    cast.talent.home()
    cast.talent.press("登録を消す")
    form = cast.talent.forms[-1]
    cast.talent.fill({"delete.SURE": "NO"}, form)
    assert "そのまま残して" in cast.talent.said
    assert profile(cast).headline == ME["me.HEADLINE"]
    assert cast.talent.fill({"delete.SURE": "YES"}, form).notice
    assert profile(cast).headline == ME["me.HEADLINE"]


def test_what_runs_is_talked_over_first() -> None:
    """Who agreed to begin hears from the staff; nothing is gone, and the staff have one card."""
    cast = at(kicking)
    cast.talent.home()
    cast.talent.press("登録を消す")
    cast.talent.press("登録を消す")
    assert "先に担当の" in cast.talent.said
    assert cast.staff.home().count("登録を消したい方") == 1
    assert profile(cast).headline == ME["me.HEADLINE"]


def test_nobody_touches_another_ones_profile() -> None:
    """A button of somebody else's Home does to him who taps it what it says, never to its owner."""
    cast = at(applied)
    other = Member(cast.world, MORI)
    cast.talent.home()
    payload = cast.talent.buttons("登録を消す")[0].payload
    assert "まだ自己紹介がありません" in other.tap(payload).notice
    assert "まだ自己紹介がありません" in other.tap(payload.replace("leave", "pause")).notice
    assert not profile(cast).is_paused
