"""Words written anew or taken back follow to where they went: what waits changes, what was read is put right."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage.unit_of_work import begin
from tests.story.stages import Cast
from tests.story.test_one_talk import end, opened, pushed

FIRST, SECOND, LATE = "1800000010.000100", "1800000020.000100", "1800000900.000100"


def statuses(cast: Cast) -> list[tuple[str, str]]:
    with begin(cast.world.engine) as work:
        rows = work.relays.of_engagement(cast.world.engagement().id, 9)
    return [(row.kind, row.status) for row in rows][1:]  # the first is the owner's own


def test_an_edit_replaces_what_still_waits() -> None:
    """Written anew before the owner was told anything: he reads the new words alone, at their old place."""
    cast = opened()
    cast.talent.writes("木曜はどうですか", ts=FIRST)
    cast.talent.writes("朝9時です", ts=SECOND)
    assert cast.talent.changes(FIRST, "金曜はどうですか") == ["直した言葉のほうを届けます。"]
    assert cast.talent.changes(FIRST, "土曜はどうですか", at=LATE) == []  # said once
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「土曜はどうですか」\n「朝9時です」"
    assert "木曜" not in cast.owner.said + cast.world.told("staff")[-1]


def test_an_edit_of_what_was_read_is_one_correction_with_the_next_message() -> None:
    """On LINE nothing can be changed: however often he edits, one 「訂正」 rides, with the last words."""
    cast = opened()
    cast.talent.writes("木曜はどうですか", ts=FIRST)
    cast.owner.do("今の状況")
    assert "次のお返事に訂正を添えます" in cast.talent.changes(FIRST, "金曜はどうですか")[-1]
    assert cast.talent.changes(FIRST, "土曜はどうですか", at=LATE) == []
    assert len(pushed(cast)) == 1
    heard = cast.owner.do("今の状況")
    assert heard[0] == "高橋さんから：訂正です。「木曜はどうですか」は、「土曜はどうですか」になりました。"
    cast.owner.do("今の状況")
    assert len(pushed(cast)) == 2
    assert "お伝えしました" in cast.owner.quotes("訂正です", "土曜で大丈夫です")[-1]


def test_an_edit_back_to_what_was_read_needs_no_correction() -> None:
    """He changes his mind twice: nothing is left to put right."""
    cast = opened()
    cast.talent.writes("木曜はどうですか", ts=FIRST)
    cast.owner.do("今の状況")
    cast.talent.changes(FIRST, "金曜はどうですか")
    cast.talent.changes(FIRST, "木曜はどうですか", at=LATE)
    assert "高橋さんから" not in "".join(cast.owner.do("今の状況"))


def test_an_edit_in_the_night_changes_the_push_that_waits_for_the_morning() -> None:
    """Urgent words in the night have a bubble already: it is drawn anew, and no correction is needed."""
    cast = opened()
    cast.world.move(cast.world.now.replace(hour=14, minute=0) + timedelta(days=1))  # 23:00 in Japan
    cast.talent.writes("きょうはここまでです", ts=FIRST)
    cast.talent.writes("急ぎ：明日は行けません", ts=SECOND)
    assert "直した言葉" in cast.talent.changes(SECOND, "急ぎ：明日は昼からになります")[-1]
    cast.world.move(cast.world.now + timedelta(days=1))
    assert pushed(cast) == ["高橋さんから：「きょうはここまでです」\n「急ぎ：明日は昼からになります」"]


def test_one_of_two_words_in_a_bubble_that_waits_can_be_taken_back() -> None:
    """The other one still comes in the morning."""
    cast = opened()
    cast.world.move(cast.world.now.replace(hour=14, minute=0) + timedelta(days=1))
    cast.talent.writes("きょうはここまでです", ts=FIRST)
    cast.talent.writes("急ぎ：明日は行けません", ts=SECOND)
    assert "お相手には届きません" in cast.talent.changes(SECOND)[-1]
    cast.world.move(cast.world.now + timedelta(days=1))
    assert pushed(cast) == ["高橋さんから：「きょうはここまでです」"]
    assert "取り消されました)" not in cast.owner.said


def test_events_out_of_order_end_with_the_last_words() -> None:
    """The edit comes before its message, an older edit after a newer one: the newest words go over, once."""
    cast = opened()
    cast.talent.changes(FIRST, "三度目の言葉です", at="1800000013.000100")
    cast.talent.changes(FIRST, "二度目の言葉です", at="1800000012.000100")
    cast.talent.writes("一度目の言葉です", ts=FIRST)
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「三度目の言葉です」"
    cast.talent.changes(FIRST, "おそい言葉です", at="1800000011.000100")
    assert "高橋さんから" not in "".join(cast.owner.do("今の状況"))


def test_a_deletion_that_comes_before_its_message_drops_it() -> None:
    """Whatever order Slack brings them in: nothing goes over."""
    cast = opened()
    cast.talent.changes(FIRST)
    assert cast.talent.writes("木曜はどうですか", ts=FIRST) == []
    cast.owner.do("今の状況")
    assert pushed(cast) == []


@pytest.mark.parametrize(
    "more",
    [
        {"edited": None, "attachments": [{"title": "a"}]},
        {"bot_id": "B1"},
        {"text": "木曜はどうですか", "attachments": [{"title": "a"}]},
    ],
)
def test_a_preview_or_our_own_change_is_no_edit(more: dict[str, object]) -> None:
    """A link's preview, and what a bot changes, say nothing new to anybody."""
    cast = opened()
    cast.talent.writes("木曜はどうですか", ts=FIRST)
    assert cast.talent.changes(FIRST, "ちがう言葉", more=more) == []
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「木曜はどうですか」"


def test_a_deletion_withdraws_what_waits() -> None:
    """Deleted before the owner was told: he reads nothing, and no record keeps the words."""
    cast = opened()
    cast.talent.writes("やはり来月の売上の話は秘密です", ts=FIRST)
    assert cast.talent.changes(FIRST) == ["取り消しました。お相手には届きません。"]
    cast.owner.do("今の状況")
    assert pushed(cast) == []
    assert "売上" not in cast.world.told("staff")[-1]
    assert statuses(cast) == [("words", "taken")]


def test_a_deletion_of_what_was_read_is_told_kindly() -> None:
    """LINE cannot unsend for us: he hears that it was taken back, without the words, and a person of the staff hears it too."""
    cast = opened()
    cast.talent.writes("やはり来月の売上の話は秘密です", ts=FIRST)
    cast.owner.do("今の状況")
    cast.talent.changes(FIRST, "やはり来月の売上の話は内緒です")
    assert "お相手の画面からは消せない" in cast.talent.changes(FIRST, at=LATE)[-1]
    heard = cast.owner.do("今の状況")
    assert heard[0] == "高橋さんから：(前の言葉を一つ、取り消されました)"
    assert any("取り消しました" in text for text in cast.world.told("staff"))
    with begin(cast.world.engine) as work:
        rows = work.relays.of_engagement(cast.world.engagement().id, 9)
    assert "売上" not in "".join(row.words + row.before for row in rows)
    assert cast.talent.changes(FIRST, at=LATE) == []  # deleted twice


def test_an_edit_with_signs_of_fraud_does_not_cross() -> None:
    """Harmless first, and changed afterwards: it is looked at as if it were new, and stays stopped."""
    cast = opened()
    cast.talent.writes("木曜はどうですか", ts=FIRST)
    assert "お届けできません" in cast.talent.changes(FIRST, "先に手付を振り込んでいただけますか")[-1]
    assert "止めた連絡は" in cast.talent.changes(FIRST, "木曜はどうですか", at=LATE)[-1]
    cast.owner.do("今の状況")
    assert pushed(cast) == []


def test_words_too_long_cross_once_they_are_cut() -> None:
    """5,000 characters were asked for in parts; cut down in place, they go over. Made too long, the old words stay."""
    cast = opened()
    assert "500文字まで" in cast.talent.writes("あ" * 5_000, ts=FIRST)[-1]
    assert "お預かりしました" in cast.talent.changes(FIRST, "短くしました")[-1]
    assert "前のままにしています" in cast.talent.changes(FIRST, "い" * 5_000, at=LATE)[-1]
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「短くしました」"


def test_after_the_end_an_edit_does_not_cross_and_a_deletion_still_blanks() -> None:
    """The ended engagement: nothing new to read, and what is taken back is gone all the same."""
    cast = opened()
    cast.talent.writes("木曜はどうですか", ts=FIRST)
    cast.owner.do("今の状況")
    end(cast)
    assert "終わっています" in cast.talent.changes(FIRST, "金曜はどうですか")[-1]
    cast.talent.changes(FIRST, at=LATE)
    assert "高橋さんから" not in "".join(cast.owner.do("今の状況"))
    assert statuses(cast) == [("words", "taken")]


def test_nobody_changes_the_words_of_another() -> None:
    """A change names its writer; one of somebody else's moment finds nothing."""
    cast = opened()
    cast.talent.writes("木曜はどうですか", ts=FIRST)
    other = {"user": "U0MORI"}
    assert cast.talent.changes(FIRST, "にせの言葉", more=other) == []
    assert cast.owner.do("今の状況")[0] == "高橋さんから：「木曜はどうですか」"
