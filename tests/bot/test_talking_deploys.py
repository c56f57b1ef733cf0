"""Talking while a deploy changes the flow: nobody is lost, and nothing is asked twice."""

from __future__ import annotations

from dataclasses import make_dataclass, replace
from typing import Any

from flows.questions import Question, question
from flows.steps import Flow, Steps, ask, fill
from tests.bot.house import House
from tests.bot.trial import PAY, PLACE, WISH, Done, in_order, trial


def test_deploy_adds_a_question(house: House) -> None:
    """A question added before the open one is asked next; everything answered stays."""
    with trial(house, in_order(wish=WISH, pay=PAY)) as flow:
        flow.begins()
        house.says("味噌")
        flow.deploy(in_order(wish=WISH, place=PLACE, pay=PAY))
        house.says("8万円")  # the question he saw is not the open one any more; his number is no place
        assert house.open_key() == "place"
        house.taps("家")
        house.says("50000")
        assert flow.did == [("味噌", "家", 50_000)]


def test_deploy_removes_a_question(house: House) -> None:
    """The entry of a removed question is ignored."""
    with trial(house, in_order(wish=WISH, place=PLACE, pay=PAY)) as flow:
        flow.begins()
        house.says("味噌")
        house.taps("会社")
        flow.deploy(in_order(wish=WISH, pay=PAY))
        house.says("50000")
        assert flow.did == [("味噌", 50_000)]


def test_deploy_renames_a_key(house: House) -> None:
    """With ``was=`` the old answer holds under the new name."""

    def renamed(_: Any) -> Steps[Done]:
        wish = yield from ask("wanted", WISH, was=("wish",))
        return Done((wish, (yield from ask("pay", PAY))))

    with trial(house, in_order(wish=WISH, pay=PAY)) as flow:
        flow.begins()
        house.says("味噌")
        flow.deploy(renamed)
        house.says("50000")
        assert flow.did == [("味噌", 50_000)]


def test_deploy_removes_an_option(house: House) -> None:
    """Who had chosen it is asked again, with a word of explanation."""
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        house.taps("家")
        flow.deploy(in_order(place=replace(PLACE, choices=("会社", "喫茶店")), wish=WISH))
        heard = house.says("メニュー") + house.says("味噌")
        assert house.open_key() == "place"
        house.taps("喫茶店")
        house.says("味噌")
        assert flow.did == [("喫茶店", "味噌")]
        assert heard


def test_deploy_tightens_a_limit(house: House) -> None:
    """An amount out of the new range is asked again, saying the range."""
    with trial(house, in_order(pay=PAY, wish=WISH)) as flow:
        flow.begins()
        house.says("90000")
        flow.deploy(in_order(pay=replace(PAY, most=80_000), wish=WISH))
        house.says("味噌")
        assert house.open_key() == "pay"
        house.says("70000")
        house.says("味噌")
        assert flow.did == [(70_000, "味噌")]


def test_deploy_changes_the_wording(house: House) -> None:
    """New words for the same question change no answer, and an old button still answers it."""
    with trial(house, in_order(place=PLACE, wish=WISH)) as flow:
        flow.begins()
        flow.deploy(in_order(place=replace(PLACE, wording="場所は、どちらがよろしいですか？"), wish=WISH))
        house.taps("家")
        assert house.open_key() == "wish"
        house.says("味噌")
        assert flow.did == [("家", "味噌")]


def test_deploy_adds_a_field_to_a_form(house: House) -> None:
    """What was filled in stays; only the new field is asked."""

    def form(**fields: Question[Any]) -> Flow:
        shape = make_dataclass("Shape", [(key, object, question(each)) for key, each in fields.items()])

        def flow(_: Any) -> Steps[Done]:
            filled: Any = yield from fill("form", "題", shape)
            wish = yield from ask("wish", WISH)
            return Done((*(getattr(filled, key) for key in fields), wish))

        return flow

    with trial(house, form(place=PLACE)) as flow:
        flow.begins()
        house.taps("家")
        flow.deploy(form(place=PLACE, pay=PAY))
        house.says("味噌")
        assert house.open_key() == "form.pay"
        house.says("50000")
        house.says("味噌")
        assert flow.did == [("家", 50_000, "味噌")]
