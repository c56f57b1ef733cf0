"""Handover: while a person of the staff speaks with an owner the bot is quiet; afterwards it goes on where it was."""

from __future__ import annotations

from datetime import timedelta

from tests.story.stages import Cast, at, new_cast, published
from tests.story.world import Owner


def speaking(words: str = "佐藤です。明日の朝はいかがですか") -> Cast:
    """The staff have just written to an owner who was in the middle of choosing a time to be rung."""
    cast = at(published)
    cast.owner.do("人と話す")
    cast.staff.press("オーナーに送る")
    cast.staff.fill({"send.words": words})
    cast.world.move(cast.world.now + timedelta(seconds=11))
    return cast


def test_words_go_over_by_one_tap_and_never_by_guess() -> None:
    """He just writes back: nothing is taken as an answer, and one tap sends his words to the card."""
    cast = speaking()
    heard = cast.owner.do("朝なら大丈夫です")[-1]
    assert "担当の佐藤が対応しています" in heard
    assert "朝なら大丈夫です" not in cast.world.told("staff")[-1]
    cast.owner.do("[この言葉を送る]")
    assert "← 朝なら大丈夫です" in cast.world.told("staff")[-1]


def test_the_bot_asks_nothing_meanwhile() -> None:
    """The question that was open rests until 対応おわり, and then comes back."""
    cast = speaking()
    cast.owner.do("朝なら大丈夫です")
    cast.world.move(cast.world.now + timedelta(hours=2))
    assert cast.owner.said.count("お電話は、いつ") == 1
    cast.staff.press("対応おわり")
    assert cast.owner.said.count("お電話は、いつ") == 2
    assert "ここまでです" in cast.owner.said


def test_he_may_go_on_without_waiting() -> None:
    """相談を続ける: the bot has the word at once."""
    cast = speaking()
    cast.owner.do("うーん")
    assert "お電話は、いつ" in cast.owner.do("[相談を続ける]")[-1]


def test_the_words_of_the_house_still_work() -> None:
    """いまどうなってる？ is answered while a person speaks with him."""
    cast = speaking()
    assert "募集中" in cast.owner.do("いまどうなってる？")[-1]


def test_a_quote_is_an_answer_to_whom_it_quotes() -> None:
    """Replying to the staff's bubble itself carries the words over, with no tap."""
    cast = speaking()
    cast.owner.quotes("明日の朝はいかが", "十時にお願いします")
    assert "← 十時にお願いします" in cast.world.told("staff")[-1]


def test_what_was_taken_back_leaves_the_bot_where_it_was() -> None:
    """取り消す within ten seconds: the bot goes on."""
    cast = at(published)
    cast.world.step = timedelta(seconds=1)
    cast.owner.do("人と話す")
    cast.staff.press("オーナーに送る")
    cast.staff.fill({"send.words": "まちがい"})
    cast.staff.press("取り消す")
    assert "お電話は、いつ" in cast.owner.said[-200:]
    assert "まちがい" not in cast.owner.said


def test_somebody_asked_nothing_is_not_taken_for_a_new_wish() -> None:
    """No question was open: what he writes to the person begins no new consultation."""
    cast = speaking()
    cast.staff.press("対応おわり")
    cast.owner.do("[いまはよい]")
    cast.owner.do("人と話す")
    cast.owner.do("[いまはよい]")
    cast.staff.press("オーナーに送る")
    cast.staff.fill({"send.words": "写真を見ました"})
    cast.world.move(cast.world.now + timedelta(seconds=11))
    assert "佐藤に送りますか" in cast.owner.do("どうでしたか、あの写真は")[-1]
    assert cast.world.flows_of(cast.owner.id).count("posting") == 1


def test_fifty_owners_at_once_never_cross() -> None:
    """Each of fifty reads only what the staff wrote to him, and his answer stands on his own card."""
    cast = new_cast()
    talks = [Owner(cast.world, f"Uowner{n:02}") for n in range(50)]
    for n, talk in enumerate(talks):
        talk.do("(友だち追加)")
        talk.do("人と話す")
        card = [seen for seen in cast.world.seen if seen.to == "staff"][-1]
        cast.staff.tap(next(each.payload for each in card.message.buttons if each.label == "オーナーに送る"))
        cast.staff.fill({"send.words": f"合言葉{n:02}です"})
    cast.world.move(cast.world.now + timedelta(minutes=1))
    for n, talk in enumerate(talks):
        talk.do(f"返事{n:02}")
        talk.do("[この言葉を送る]")
    for n, talk in enumerate(talks):
        read = [seen.text for seen in cast.world.seen if seen.to == talk.id]
        assert [text for text in read if "合言葉" in text] == [f"担当の佐藤 由美です。\n合言葉{n:02}です"]
    cards = {seen.subject: seen.text for seen in cast.world.seen if seen.subject.startswith("task:")}
    pairs = sorted(
        (text[text.index("合言葉") + 3 :][:2], text[text.index("← 返事") + 4 :][:2])
        for text in cards.values()
    )
    assert pairs == [(f"{n:02}", f"{n:02}") for n in range(50)]
