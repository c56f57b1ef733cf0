"""Applying: what an owner might stumble over is shown to the talent once, before it is sent; he decides."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.slack.limits import broken_view, safe_modal
from flows.messages import Form
from storage.talents import Application
from storage.unit_of_work import begin
from tests.story.stages import APPLY, Cast, at, noon_after, published, register

JARGON = {"apply.HOW": "まずCVRを数え、ＳＥＯも見ます。", "apply.WHY": "マーケティングが好きです。"}
GRAND = {"apply.HOW": "まず大きな全体設計をして、ロードマップを作ります。"}


def sent(cast: Cast) -> list[list[str]]:
    with begin(cast.world.engine) as work:
        return [list(row.answers) for row in work.session.scalars(select(Application))]


def asked(cast: Cast, **said: str) -> Form | None:
    """Fill the application; return the second form, where there is one."""
    register(cast.talent)
    return cast.talent.fill({**APPLY, **said}).form


def test_plain_words_go_at_once() -> None:
    """Nothing to say about them: one form, and it is sent."""
    cast = at(published)
    assert asked(cast) is None
    assert sent(cast) == [[APPLY[f"apply.{name}"] for name in ("WHY", "HOW", "EXPERIENCE", "OTHER")]]


def test_words_an_owner_does_not_use_are_pointed_at() -> None:
    """Each once, with what to say instead, above his own text; nothing has been sent yet."""
    cast = at(published)
    form = asked(cast, **JARGON)
    assert form is not None
    assert "「CVR」→「買ってくれる割合」" in form.lead
    assert "「SEO」→「調べたときに見つけてもらう工夫」" in form.lead
    assert "に置きかえますか？" in form.lead
    assert "このまま送っても大丈夫です。" in form.lead
    assert [field.initial for field in form.fields][:2] == [JARGON["apply.WHY"], JARGON["apply.HOW"]]
    assert broken_view(safe_modal(form)) == []
    assert sent(cast) == []


def test_he_may_take_the_plain_words() -> None:
    """おすすめの言葉に置きかえて送る: only those words change; what he did not write is not touched."""
    cast = at(published)
    asked(cast, **JARGON)
    cast.talent.fill({"plain.SEND": "PLAIN"})
    [[why, how, experience, _]] = sent(cast)
    assert why == "売れる仕組みづくりが好きです。"
    assert how == "まず買ってくれる割合を数え、調べたときに見つけてもらう工夫も見ます。"
    assert experience == APPLY["apply.EXPERIENCE"]
    cast.world.move(noon_after(cast.world.now, 11))
    assert "買ってくれる割合を数え" in cast.owner.said
    assert "CVR" not in cast.owner.said


def test_he_may_send_it_as_it_is_or_write_it_anew() -> None:
    """上の文のまま送る: as he left it, changed by his own hand or not."""
    cast = at(published)
    asked(cast, **JARGON)
    cast.talent.fill({"plain.HOW": "まず注文の数を数えます。"})
    [[why, how, *_]] = sent(cast)
    assert (why, how) == (JARGON["apply.WHY"], "まず注文の数を数えます。")
    assert cast.talent.said.count("応募しました") == 1


def test_a_grand_plan_is_warned_of_kindly() -> None:
    """Only where he tells what he would do; the text stands there to be changed; no list of words without any."""
    cast = at(published)
    form = asked(cast, **GRAND)
    assert form is not None
    assert "目の前の一つを先に、が喜ばれます" in form.lead
    assert "置きかえますか" not in form.lead
    assert [field.key for field in form.fields] == ["plain.HOW"]
    cast.talent.fill({"plain.HOW": "最初の1週間で、いまの数を数えます。"})
    assert sent(cast)[0][1] == "最初の1週間で、いまの数を数えます。"


def test_experience_may_be_large() -> None:
    """Who led a reform once may say so: it is no plan for this firm."""
    cast = at(published)
    assert asked(cast, **{"apply.EXPERIENCE": "前の会社では、全社的な業務改革を進めました。"}) is None


FRAUD = (
    "先に登録料を振り込んでください。",
    "続きは個人のLINEで話しましょう。",
    "報酬は妻の口座に払ってください。",
)


@pytest.mark.parametrize("words", FRAUD)
def test_signs_of_fraud_do_not_cross(words: str) -> None:
    """An advance payment, another app, another one's account: said otherwise, or not at all, in all that goes over."""
    cast = at(published)
    register(cast.talent)
    assert "言いかえて" in str(cast.talent.fill({**APPLY, "apply.HOW": words}).errors)
    assert sent(cast) == []
    cast.talent.fill(APPLY)
    cast.talent.press("質問する")
    assert "言いかえて" in str(cast.talent.fill({"ask.question": words}).errors)
    cast.talent.fill({"ask.question": "写真はありますか"})
    assert "言いかえて" in "".join(cast.owner.do(words))
    assert words not in cast.owner.said + cast.talent.said
    cast.owner.do("あります")
    assert "お返事：「あります」" in cast.talent.said


def test_an_empty_or_endless_text_is_asked_again() -> None:
    """The second form holds to the limits of the first, and forgets nothing."""
    cast = at(published)
    asked(cast, **GRAND)
    assert cast.talent.fill({"plain.HOW": ""}).errors
    assert cast.talent.fill({"plain.HOW": "あ" * 301}).errors
    assert sent(cast) == []
    cast.talent.fill({"plain.HOW": "数えます。"})
    assert len(sent(cast)) == 1


def test_a_form_that_was_closed_comes_back() -> None:
    """He closes the second form: 関心あり brings it again, with what he wrote."""
    cast = at(published)
    asked(cast, **GRAND)
    cast.talent.form = None
    form = cast.talent.press("関心あり").form
    assert form is not None
    assert [field.initial for field in form.fields] == [GRAND["apply.HOW"]]
    cast.talent.fill({})
    assert sent(cast)[0][1] == GRAND["apply.HOW"]
