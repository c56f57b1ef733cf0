"""The texts of the method reach both platforms byte for byte."""

from __future__ import annotations

from datetime import timedelta

from bot.line.render import safe as draw_line
from bot.slack.limits import safe_modal
from flows.messages import Form, Message
from prompts.knowledge import verbatim
from tests.story.stages import Cast, at, chosen, kicking, listed, looking_back, noon_after, running

PI = tuple(verbatim().text(f"PI{n}") for n in range(1, 6))
MF = tuple(verbatim().text(f"MF{n}") for n in range(1, 5))
KO = tuple(verbatim().text(f"KO{n}") for n in range(1, 7))


def bubbles(cast: Cast, texts: tuple[str, ...]) -> list[str]:
    """Give what LINE shows as a bubble of its own and is exactly one of these texts."""
    mine = [item.message for item in cast.world.seen if item.to == cast.owner.id]
    return [text for message in mine for text in texts if text in _line_texts(message)]


def _line_texts(message: Message) -> list[str]:
    found = []
    for bubble in draw_line(message):
        if bubble["type"] == "text":
            found.append(str(bubble["text"]))
        elif bubble["contents"]["type"] == "bubble":
            body = bubble["contents"]["body"]["contents"]
            found += [str(part["text"]) for part in body if len(body) == 1 and part["type"] == "text"]
    return found


def labels(form: Form) -> list[str]:
    """Give the labels of a drawn modal, as Slack gets them."""
    blocks = safe_modal(form)["blocks"]
    return [str(block["label"]["text"]) for block in blocks if block["type"] == "input"]


def test_the_five_questions_before_meeting_stand_alone_on_line() -> None:
    """PI1 to PI5: each is a bubble with nothing else in it, in their order, once."""
    cast = at(chosen)
    cast.owner.play(*(f"答え{n}" for n in range(5)))
    assert bubbles(cast, PI) == list(PI)


def test_the_five_questions_are_labels_in_the_modal() -> None:
    """PI1 to PI5 are the labels of one modal, unshortened."""
    cast = at(chosen)
    form = cast.talent.press("会う前の5つの質問").form
    assert form is not None
    assert labels(form) == list(PI)


def test_the_four_questions_of_month_three_stand_alone_on_line() -> None:
    """MF1 to MF4: each is a bubble with nothing else in it; what he said at MF2 is put before MF3, not before MF4."""
    cast = at(looking_back)
    cast.owner.play("うれしかった", "早いとよい", "数字", "続けたい")
    assert bubbles(cast, MF) == list(MF)
    assert sum("「早いとよい」" in text for text in cast.world.told(cast.owner.id)) == 1


def test_the_four_questions_of_month_three_are_labels_in_two_modals() -> None:
    """MF1 and MF2, then MF3 and MF4 with the answer to MF2 above them."""
    cast = at(looking_back)
    first = cast.talent.press("ふりかえり 1/2").form
    second = cast.talent.fill({"mf.MF1": "うれしかった", "mf.MF2": "早いとよい"}).form
    assert first is not None
    assert second is not None
    assert [*labels(first), *labels(second)] == list(MF)
    assert MF[1] in second.lead
    assert "早いとよい" in second.lead


def test_the_six_decisions_are_labels_and_rows() -> None:
    """KO1 to KO6 are labels in the talent's modal and rows of the owner's card."""
    cast = at(kicking)
    assert cast.talent.form is not None
    shown = labels(cast.talent.form)
    assert [text for text in shown if text in KO] == list(KO)
    card = at(running)
    rows = [
        [line.label for line in item.message.card.lines]
        for item in card.world.seen
        if item.to == card.owner.id and item.message.card and "6つ" in item.message.card.title
    ]
    assert rows == [list(KO)]


def test_answers_are_shown_as_they_were_written() -> None:
    """What one wrote is read by the other unshortened, 髙﨑𠮷 and line breaks included."""
    said = "髙﨑𠮷さん\n" + "長い話です。" * 150
    cast = at(chosen)
    cast.owner.play(said, "[とばす]", "とばす", "三", "四")
    cast.talent.press("会う前の5つの質問")
    cast.talent.fill({"pi.PI1": said})
    theirs = [
        item.message.text
        for item in cast.world.seen
        if item.to == cast.talent.id
        and item.message.text.startswith("【")
        and "お答え】" in item.message.text
    ]
    assert len(theirs) == len(PI)
    assert said in theirs[0]
    assert all("(とばしました)" in text for text in theirs[1:3])


def test_a_list_shows_everyone_when_few_applied() -> None:
    """One applicant after a week is one card with the three choices, none hidden."""
    cast = at(listed)
    [deck] = [item.message.deck for item in cast.world.seen if item.to == cast.owner.id and item.message.deck]
    assert [[button.label for button in card.buttons] for card in deck] == [
        ["会ってみたい", "聞きたい", "見送る"]
    ]
    cast.world.move(noon_after(cast.world.now, 1) + timedelta(days=1))
    assert len([1 for item in cast.world.seen if item.message.deck]) == 1
