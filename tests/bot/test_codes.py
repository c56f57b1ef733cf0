"""Codes: the kind of work of a posting is put right by staff or owner, never without the owner's yes, and is learned from."""

from __future__ import annotations

from sqlalchemy import select

from bot.corrections import corrections
from storage.postings import Posting, PostingChange
from storage.unit_of_work import begin
from tests.bot.house import OWNER, House


def changes(house: House) -> list[tuple[str, str]]:
    with begin(house.engine) as work:
        rows = work.session.scalars(select(PostingChange).order_by(PostingChange.id))
        return [(row.from_code, row.to_code) for row in rows if row.to_code]


def code(house: House) -> str:
    with begin(house.engine) as work:
        return work.session.scalars(select(Posting)).one().job_code


def listed(house: House) -> list[str]:
    with begin(house.engine) as work:
        return list(corrections(work.session))


def test_the_staff_change_it_with_the_owners_yes(house: House) -> None:
    """A pick by groups; the owner reads both names; what was changed is kept and listed once published."""
    house.in_review()
    before = code(house)
    form = house.presses("直して見てもらう").form
    assert form is not None
    field = next(item for item in form.fields if item.key == "edit.CODE")
    assert len(field.options) == len(field.groups) > 80
    assert field.initial == before
    house.submits(form, {"edit.CODE": "AC-02"})
    assert code(house) == before
    assert "売掛金の管理" in house.messages(OWNER)[-1].body
    house.taps("これでよい")
    assert code(house) == "AC-02"
    assert changes(house) == [(before, "AC-02")]
    assert listed(house) == []
    house.presses("公開する")
    assert listed(house)[0] == f"# {before} → AC-02"
    assert listed(house)[1].startswith("AC-02\t")


def test_the_owners_no_changes_nothing(house: House) -> None:
    """元のままがよい: the kind of work stays, and nothing is listed."""
    house.in_review()
    before = code(house)
    form = house.presses("直して見てもらう").form
    house.submits(form, {"edit.CODE": "AC-02"})
    house.taps("元のままがよい")
    assert (code(house), changes(house)) == (before, [])


def test_a_code_nobody_knows_is_refused(house: House) -> None:
    """What a forged form sends chooses nothing."""
    house.in_review()
    form = house.presses("直して見てもらう").form
    assert "edit.CODE" in house.submits(form, {"edit.CODE": "ZZ-99"}).errors


def test_what_the_owner_changes_in_his_draft_is_kept(house: House) -> None:
    """直す → 仕事の分類 before これでよい: the reading and what he made of it."""
    house.plays_to("verdict")
    house.taps("直す")
    house.taps("仕事の分類")
    house.taps("商品ページの作り直し")
    house.in_review()
    assert code(house) == "EC-02"
    [(before, after)] = changes(house)
    assert before != after == "EC-02"


def test_what_was_put_back_is_no_correction(house: House) -> None:
    """Changed and changed back before it was published: the reading was right."""
    house.in_review()
    before = code(house)
    for to in ("AC-02", before):
        house.submits(house.presses("直して見てもらう").form, {"edit.CODE": to})
        house.taps("これでよい")
    house.presses("公開する")
    assert listed(house) == []
