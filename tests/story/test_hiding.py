"""見せない会社: people of a named firm see a posting nowhere, and both sides are told honestly what names can do."""

from __future__ import annotations

from sqlalchemy import select

from storage.postings import Posting, State
from storage.unit_of_work import begin
from tests.flows.talk import REVIEW
from tests.story.stages import ME, PAGES, TERMS, Cast, at, new_cast, noon_after, published
from tests.story.world import MARUYAMA, MORI, Member, Owner

RIVAL = "有限会社山田商店"


def registered(cast: Cast, id: str = MORI, **changed: str) -> Member:
    """Somebody who has written his profile already."""
    him = Member(cast.world, id)
    him.home()
    him.press("自己紹介を書く")
    given = {**ME, **TERMS, **{key.replace("__", "."): value for key, value in changed.items()}}
    for _ in range(PAGES):
        him.fill(given)
    return him


def hidden(cast: Cast) -> list[str]:
    with begin(cast.world.engine) as work:
        return [str(name) for name in work.session.scalars(select(Posting)).one().hidden_from]


def before_publishing(*names: str) -> Cast:
    """A posting is under review; the owner has named firms."""
    cast = at_review()
    cast.owner.do("[見せたくない会社がある]")
    cast.owner.do("、".join(names))
    return cast


def at_review() -> Cast:
    cast = new_cast()
    cast.owner.play(*REVIEW)
    return cast


def test_the_owner_names_firms_before_it_goes_out() -> None:
    """Asked only when he wishes it; he reads what a name can do and what it cannot; the staff's card shows the names."""
    cast = at_review()
    said = cast.owner.do("[見せたくない会社がある]")
    assert said[-1].startswith("この募集を見せたくない会社は、どちらですか？")
    said = cast.owner.do(f"{RIVAL}と、佐々木食品")
    assert "2社ですね。" in said[-1]
    assert "書いていない方は、こちらでは分かりません" in said[-1]
    assert hidden(cast) == [RIVAL, "佐々木食品"]
    assert [text for text in cast.world.told("staff") if "見せない会社：" in text]


def test_nothing_named_hides_nothing() -> None:
    """ありません: said back, and the posting goes up as any other."""
    cast = at_review()
    cast.owner.do("[見せたくない会社がある]")
    assert "どなたにも同じように" in cast.owner.do("[ありません]")[-1]
    cast.staff.press("公開する")
    assert [item for item in cast.world.seen if item.to == "postings"]


def test_people_of_a_named_firm_see_it_nowhere() -> None:
    """Not in the channel, not on his Home, not by an old button; others find it on theirs; the firm's name is never shown."""
    cast = before_publishing(RIVAL)
    rival = registered(cast, MORI, terms__CONFLICTS="勤め先の山田商店")
    other = registered(cast, "U0OTHER")
    cast.staff.press("公開する")
    cast.world.move(noon_after(cast.world.now, 1))
    assert [item for item in cast.world.seen if item.to == "postings"] == []
    assert "いま新しい募集はありません" in rival.home()
    assert "最初にやってほしいこと" in other.home()
    [button] = other.buttons("関心あり")[:1]
    assert "ご案内できませんでした" in rival.tap(button.payload).notice
    assert "山田商店" not in other.shown
    assert "山田商店" not in "".join(text for text in cast.world.told(rival.id) if "困る先" not in text)
    other.tap(button.payload)
    assert other.form is not None


def test_who_names_the_firm_only_while_applying() -> None:
    """He had no profile when he tapped: it is looked at again before an application is kept."""
    cast = before_publishing(RIVAL)
    cast.staff.press("公開する")
    other = registered(cast, "U0OTHER")
    other.home()
    [button] = other.buttons("関心あり")[:1]
    him = Member(cast.world, MORI)
    him.tap(button.payload)
    given = {**ME, **TERMS, "terms.CONFLICTS": "山田商店"}
    for _ in range(PAGES):
        him.fill(given)
    him.fill({"apply.WHY": "好き", "apply.HOW": "数えます", "apply.EXPERIENCE": "5年", "apply.READY": "YES"})
    assert "ご案内できませんでした" in him.notices[-1]
    assert "に応募しました" not in him.said


def test_named_after_it_was_published() -> None:
    """The staff add a firm: the card in the channel says no more what it is about; taken out again, it does."""
    cast = at(published)
    cast.staff.press("見せない会社")
    cast.staff.fill({"hide.FIRMS": f"{RIVAL}\n佐々木食品"})
    last = [item for item in cast.world.seen if item.to == "postings"][-1]
    assert "ご案内だけの募集" in last.text
    assert "入金" not in last.text
    assert last.message.buttons == ()
    form = cast.staff.press("見せない会社").form
    assert form is not None
    assert form.fields[0].initial == f"{RIVAL}\n佐々木食品"
    cast.staff.fill({"hide.FIRMS": ""})
    last = [item for item in cast.world.seen if item.to == "postings"][-1]
    assert "関心あり" in [button.label for button in last.message.buttons]


def test_a_stranger_hides_nothing() -> None:
    """Another owner, a talent, and a posting that is over: refused kindly."""
    cast = at(published)
    [button] = cast.owner.buttons("見せたくない会社がある")[:1]
    stranger, talent = Owner(cast.world, MARUYAMA), Member(cast.world, MORI)
    stranger.play("(友だち追加)")
    assert "使えませんでした" in stranger.tap(button.payload)[-1]
    assert "使えませんでした" in talent.tap(button.payload).notice
    with begin(cast.world.engine) as work:
        work.session.scalars(select(Posting)).one().state = State.CLOSED.name
    assert "終わっています" in cast.owner.tap(button.payload)[-1]
    assert hidden(cast) == []


def test_hostile_names_stay_names() -> None:
    """Signs of an expression, mark-up and ten thousand letters: kept short, shown as text, matched as letters."""
    cast = before_publishing(".*", "<!channel>", "あ" * 400)
    assert all(len(name) <= 60 for name in hidden(cast))
    him = registered(cast)
    cast.staff.press("公開する")
    assert "最初にやってほしいこと" in him.home()


def test_taken_back_names_are_gone() -> None:
    """He unsends his words: the names are no longer kept as he wrote them."""
    cast = before_publishing("まるい商店の佐藤社長のところ")
    cast.owner.unsends("まるい商店")
    assert "まるい商店" not in "".join(hidden(cast))
