"""Staffing: each firm has its own 担当, reached as he says himself, and is never left with somebody who is gone."""

from __future__ import annotations

import pytest

from bot import sweeps
from bot.arrivals import Answered
from tests.bot.house import SATO, STAFF_CHANNEL, TALENT, TAMURA, House

NAMES = {SATO: "佐藤 由美", TAMURA: "田村 健"}
MINE = {"mine.HOURS": "月〜木 10〜16時", "mine.PHONE": "０２６５（１２）３４５６"}


def home_of(house: House, user: str) -> str:
    return f"home:{house.handle(user).id.hex}"


def tells(house: House, values: dict[str, str], user: str = SATO) -> Answered:
    """Let one of the staff fill わたしの連絡先."""
    form = house.presses("わたしの連絡先", user, home_of(house, user)).form
    return house.submits(form, values, user)


def looked_after(house: House) -> None:
    """Bring a firm to 佐藤."""
    house.in_review()
    house.presses("引き受ける")
    house.news("staff")


def leaves(house: House, user: str = SATO) -> list[str]:
    """Let the sweep find somebody gone; give what the staff hear."""
    house.news("staff")
    stay = {id: name for id, name in NAMES.items() if id != user}
    sweeps.keep_staff(house.engine, house.rules, stay, house.now)
    return [text for text in house.news("staff") if "離れました" in text]


def looks_after(house: House) -> str:
    with house.work() as work:
        company = work.companies.of_party(house.handle().party_id)
        assert company is not None
        return work.parties.name(company.staff_id)


def test_an_owner_is_told_of_his_own_person(house: House) -> None:
    """人と話す names the firm's 担当 with his own hours and phone, and who answers in his place."""
    looked_after(house)
    assert tells(house, {**MINE, "mine.DEPUTY": house.handle(TAMURA).id.hex}).is_closed
    said = house.says("人と話す")[0]
    assert "担当の佐藤(月〜木 10〜16時)" in said
    assert "佐藤か田村から" in said
    assert "0265-12-3456" in said


def test_what_was_left_empty_is_the_operator_s(house: House) -> None:
    """Nothing told, or told and taken back: hours and phone come from the settings."""
    looked_after(house)
    plain = house.says("人と話す")[0]
    assert "担当の佐藤(平日9〜18時)" in plain
    assert "0120-000-000" in plain
    tells(house, MINE)
    assert tells(house, {"mine.HOURS": "", "mine.PHONE": ""}).is_closed
    again = house.says("人と話す")[0]
    assert "担当の佐藤(平日9〜18時)" in again
    assert "0120-000-000" in again


def test_the_form_shows_what_was_told(house: House) -> None:
    """Who opens it again finds his own words, and all the other staff to choose from."""
    tells(house, {**MINE, "mine.DEPUTY": house.handle(TAMURA).id.hex})
    form = house.presses("わたしの連絡先", SATO, home_of(house, SATO)).form
    assert form is not None
    shown = {field.key: field.initial for field in form.fields}
    assert shown["mine.HOURS"] == "月〜木 10〜16時"
    assert shown["mine.PHONE"] == "0265-12-3456"
    assert shown["mine.DEPUTY"] == house.handle(TAMURA).id.hex
    assert [name for _, name in form.fields[2].options] == ["田村 健", "決めない"]


@pytest.mark.parametrize("phone", ["電話はありません", "123", "sato@example.com"])
def test_a_phone_nobody_could_ring_is_refused_at_its_field(house: House, phone: str) -> None:
    """The form stays open and says what is wrong; nothing is kept."""
    answered = tells(house, {"mine.PHONE": phone})
    assert list(answered.errors) == ["mine.PHONE"]
    with house.work() as work:
        assert work.staff.profile(house.handle(SATO).id).phone == ""


def test_a_deputy_who_has_just_left_is_not_taken(house: House) -> None:
    """He was chosen while the form was open; the field says so."""
    form = house.presses("わたしの連絡先", SATO, home_of(house, SATO)).form
    tamura = house.handle(TAMURA).id.hex
    leaves(house, TAMURA)
    assert list(house.submits(form, {"mine.DEPUTY": tamura}).errors) == ["mine.DEPUTY"]


@pytest.mark.parametrize("verb", ["contact", "hand_over"])
def test_only_staff_have_these_buttons(house: House, verb: str) -> None:
    """A talent who sends a staff's button is refused; the id in it opens nobody else's form."""
    payload = f"c:staff:{house.handle(SATO).id.hex}:0:{verb}"
    answered = house.presses_payload(payload, TALENT)
    assert answered.form is None
    assert "運営スタッフだけ" in answered.notice


def test_who_leaves_gives_way_to_his_deputy_at_once(house: House) -> None:
    """He left the channel a moment ago: the owner hears of the deputy, before any sweep."""
    looked_after(house)
    tells(house, {**MINE, "mine.DEPUTY": house.handle(TAMURA).id.hex})
    event = {"type": "member_left_channel", "user": SATO, "channel": STAFF_CHANNEL, "event_ts": "1.1"}
    house.slack("member_left_channel", {"type": "event_callback", "event_id": "Ev1", "event": event})
    said = house.says("人と話す")[0]
    assert "担当の田村(平日9〜18時)" in said
    assert "0265-12-3456" not in said


def test_the_firms_of_who_left_pass_to_his_deputy(house: House) -> None:
    """The sweep writes it down, the posting on its way goes along, and the staff hear one line, once."""
    looked_after(house)
    tells(house, {"mine.DEPUTY": house.handle(TAMURA).id.hex})
    [line] = leaves(house)
    assert "佐藤 由美さんがスタッフを離れました。「有限会社山崎醸造」の担当は、田村 健さん" in line
    assert looks_after(house) == "田村 健"
    assert house.postings()[0].taken_by == house.handle(TAMURA).id
    assert leaves(house) == []


def test_without_a_deputy_the_next_to_take_it_looks_after_the_firm(house: House) -> None:
    """Nobody stands in: the settings hold, the posting is free, and whoever takes it is the 担当."""
    looked_after(house)
    [line] = leaves(house)
    assert "担当は、いません" in line
    assert looks_after(house) == ""
    assert "担当の佐藤(平日9〜18時)" in house.says("人と話す")[0]  # OPERATOR_STAFF
    review = f"review:{house.postings()[0].id.hex}"
    assert not house.presses("引き受ける", TAMURA, review).notice
    assert looks_after(house) == "田村 健"


def test_a_deputy_who_left_too_is_nobody(house: House) -> None:
    """Both are gone: nobody answers for the firm any more."""
    looked_after(house)
    tells(house, {"mine.DEPUTY": house.handle(TAMURA).id.hex})
    sweeps.keep_staff(house.engine, house.rules, {}, house.now)
    assert looks_after(house) == ""


def test_who_leaves_without_firms_leaves_quietly(house: House) -> None:
    """No firm, no line."""
    assert leaves(house, TAMURA) == []


def test_a_card_in_hand_of_who_left_is_free_again(house: House) -> None:
    """An open call goes to the deputy, or can be taken by anybody."""
    looked_after(house)
    house.says("人と話す")
    task = next(row.subject for row in house.messages("staff", "refresh") if row.subject.startswith("task:"))
    house.presses("引き受ける", SATO, task)
    leaves(house)
    assert not house.presses("引き受ける", TAMURA, task).notice


def test_a_firm_is_handed_over(house: House) -> None:
    """担当を代わる: the colleague looks after firm and posting, the staff hear it, the owner finds the new name."""
    looked_after(house)
    form = house.presses("担当を代わる", SATO, home_of(house, SATO)).form
    assert form is not None
    firm, to = form.fields[0].options[0][0], house.handle(TAMURA).id.hex
    assert house.submits(form, {"over.FIRM": firm, "over.TO": to}).is_closed
    assert looks_after(house) == "田村 健"
    assert house.postings()[0].taken_by == house.handle(TAMURA).id
    assert "佐藤 由美さんから田村 健さんに代わりました" in house.news("staff")[-1]
    assert "担当の田村" in house.says("人と話す")[0]


def test_only_one_s_own_firm_can_be_handed_over(house: House) -> None:
    """A firm of somebody else is not among the choices, and a forged one is refused."""
    looked_after(house)
    assert (
        "担当している会社はありません"
        in house.presses_payload(f"c:staff:{house.handle(TAMURA).id.hex}:0:hand_over", TAMURA).notice
    )
    form = house.presses("担当を代わる", SATO, home_of(house, SATO)).form
    forged = {"over.FIRM": house.handle(SATO).id.hex, "over.TO": house.handle(TAMURA).id.hex}
    assert "over.FIRM" in house.submits(form, forged).errors
    assert looks_after(house) == "佐藤 由美"
