"""Lists: what was decided is written once, read back to both, agreed on by both; what is odd gets a kind answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from storage.engagements import Engagement, Side
from storage.inbox import Event
from storage.staff_tasks import StaffTask
from storage.unit_of_work import begin
from storage.unsent import GONE
from storage.weeks import DROPPED, Promise
from tests.story.stages import Cast, at, running

FORM = {"decided.OWNER": "写真を5枚とる\n美咲が値札を直す", "decided.TALENT": "説明文を2本書く"}


def met(cast: Cast) -> Cast:
    """Let the next meeting pass."""
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    cast.owner.news()
    return cast


def decided(cast: Cast, **changed: str) -> Cast:
    """Let the next meeting pass, and the talent write what was decided."""
    met(cast)
    cast.talent.press("決まったこと")
    cast.talent.fill({**FORM, **{f"decided.{key}": value for key, value in changed.items()}})
    return cast


def promises(cast: Cast, side: Side = Side.OWNER) -> list[tuple[str, str]]:
    """Give what a side promised last, and how it went."""
    with begin(cast.world.engine) as work:
        rows = work.session.scalars(select(Promise).order_by(Promise.id))
        last = [row for row in rows if row.side == side.name]
        return [(row.text, row.done) for row in last if row.meeting_id == last[-1].meeting_id]


def silence(cast: Cast) -> list[str]:
    """Give what the staff's cards say of a pair that does not answer."""
    with begin(cast.world.engine) as work:
        mine = (StaffTask.kind == "SILENT", StaffTask.engagement_id.is_not(None))
        return [task.words for task in work.session.scalars(select(StaffTask).where(*mine))]


def test_the_talent_writes_and_the_owner_is_not_called() -> None:
    """決まったこと in one form; the owner hears nothing by itself, reads it by 今週やること and agrees with one tap."""
    cast = decided(at(running))
    assert cast.owner.news() == []
    read = cast.owner.do("今週やること")[-1]
    assert "・写真を5枚とる\n・美咲が値札を直す" in read
    assert "高橋さんがやること：・説明文を2本書く" in read
    assert "これでよろしいですか？" in read
    assert "これで進めます" in cast.owner.do("[これでよい]")[-1]
    assert "「これでよい」とのことです" in cast.talent.said
    assert "これでよろしいですか" not in cast.owner.do("今週やること")[-1]


def test_each_side_leaves_with_one_thing() -> None:
    """A form in which one side has nothing to do is asked again, at that field; nothing is lost."""
    cast = met(at(running))
    cast.talent.press("決まったこと")
    answered = cast.talent.fill({**FORM, "decided.OWNER": "高橋：全部やります"})
    assert "社長がやることも" in answered.errors["decided.OWNER"]
    answered = cast.talent.fill({"decided.OWNER": "😀", "decided.TALENT": "はい"})
    assert answered.errors
    assert cast.talent.fill(FORM).is_closed
    assert promises(cast) == [("写真を5枚とる", ""), ("美咲が値札を直す", "")]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("あ" * 5_000, "5000文字"),
        ("😀😀", "一つだけで大丈夫です"),
        ("\n".join(f"{n}つ目のこと" for n in range(20)), "20こありました"),
    ],
)
def test_an_owner_is_answered_kindly(words: str, said: str) -> None:
    """Five thousand characters, faces, twenty things: said why, asked again, and a good answer is taken."""
    cast = met(at(running))
    cast.owner.do("今週やること")
    assert said in "".join(cast.owner.do(words))
    assert "決まりですね" in "".join(cast.owner.do("写真を5枚とる"))


def test_an_owner_says_it_in_his_words_and_the_talent_agrees() -> None:
    """One breath becomes three things of two people; the talent has two buttons; silence is nudged, then the staff ask."""
    cast = met(at(running))
    cast.owner.do("今週やること")
    read = cast.owner.do("写真を5枚とる。値札は美咲が直す。高橋さんは説明文を2本書く")[-1]
    assert "社長がやること：・写真を5枚とる\n・値札は美咲が直す" in read
    assert "高橋さんがやること：・説明文を2本書く" in read
    assert "が、今週やることを決めました" in cast.talent.said
    cast.world.move(cast.world.now + timedelta(days=1, hours=1))
    assert "お返事をお待ちしています" in cast.talent.said
    cast.talent.press("これでよい")
    before = cast.talent.said
    cast.world.move(cast.world.now + timedelta(days=3))
    assert cast.talent.said.count("お返事をお待ち") == before.count("お返事をお待ち")
    assert silence(cast) == []


def test_a_silent_talent_is_reminded_and_then_the_staff_are() -> None:
    """Nobody wrote anything: the form once more the next morning, a card for the staff after two business days."""
    cast = met(at(running))
    cast.world.move(cast.world.now + timedelta(days=1, hours=1))
    assert "まだうかがっていません" in cast.talent.said
    cast.world.move(cast.world.now + timedelta(days=3))
    assert "決まったことが、まだ書かれていません" in silence(cast)[0]
    cast.talent.press("決まったことを書く")
    assert cast.talent.fill(FORM).is_closed


def test_the_owner_puts_one_thing_right() -> None:
    """直す: one thing is changed, both read the new list, and the talent's old これでよい does not hold for it."""
    cast = decided(at(running))
    cast.owner.do("今週やること")
    cast.owner.do("[直す]")
    cast.owner.do("[高橋さん：説明文を2本書く]")
    read = cast.owner.do("説明文を3本書く")
    assert "説明文を3本書く" in "".join(read)
    assert "が、今週やることを決めました" in cast.talent.said
    assert promises(cast, Side.TALENT) == [("説明文を3本書く", "")]
    cast.talent.press("これでよい")
    cast.owner.do("今週やること")
    cast.owner.do("[直す]")
    cast.owner.do("[一つ加える]")
    cast.owner.do("見積もりを読む")
    assert [text for text, _ in promises(cast)] == ["写真を5枚とる", "美咲が値札を直す", "見積もりを読む"]
    cast.owner.do("[直す]")
    cast.owner.do("[社長：見積もりを読む]")
    cast.owner.do("[この一つを消す]")
    assert [text for text, _ in promises(cast)] == ["写真を5枚とる", "美咲が値札を直す"]


def test_nobody_is_left_without_anything_to_do() -> None:
    """Taking out the only thing of a side is not taken, and said kindly."""
    cast = decided(at(running))
    cast.owner.do("今週やること")
    cast.owner.do("[直す]")
    cast.owner.do("[高橋さん：説明文を2本書く]")
    assert "一つずつは残しましょう" in "".join(cast.owner.do("[この一つを消す]"))


def test_two_at_once_lose_nothing() -> None:
    """The owner wrote his things while the talent's form stood open: what the form says is added, nothing goes away."""
    cast = met(at(running))
    cast.talent.press("決まったこと")
    cast.owner.do("今週やること")
    cast.owner.do("電話を3本かける。高橋さんは表を作る")
    assert cast.talent.fill(FORM).is_closed
    assert {text for text, _ in promises(cast)} == {"写真を5枚とる", "美咲が値札を直す", "電話を3本かける"}
    assert {text for text, _ in promises(cast, Side.TALENT)} == {"説明文を2本書く", "表を作る"}
    assert "これでよろしいですか" in cast.owner.do("今週やること")[-1]


def test_words_taken_back_leave_the_list() -> None:
    """He unsends what he wrote: the things made of it are blanked wherever they stand."""
    cast = met(at(running))
    cast.owner.do("今週やること")
    with begin(cast.world.engine) as work:
        before = work.session.query(Event).count()
    cast.owner.do("写真を5枚とる。値札は美咲が直す")
    with begin(cast.world.engine) as work:
        said = work.session.query(Event).order_by(Event.id).offset(before).first()
        assert said is not None
        id = said.message_id
    cast.world.line(cast.owner.id, {"type": "unsend", "unsend": {"messageId": id}})
    assert {text for text, _ in promises(cast)} == {GONE}


def test_an_old_yes_is_for_the_old_list() -> None:
    """The talent changed the list while the owner looked: his tap shows him what changed, and agrees to nothing."""
    cast = decided(at(running))
    cast.owner.do("今週やること")
    old = cast.owner.buttons("これでよい")[0]
    cast.talent.press("直す")
    cast.talent.fill({**FORM, "decided.TALENT": "説明文を4本書く"})
    assert "少し変わりました" in cast.owner.tap(old.payload)[-1]
    assert "4本" in cast.owner.said
    assert "これで進めます" in cast.owner.do("[これでよい]")[-1]
    assert "うかがっています" in cast.owner.do("[これでよい]")[-1]


def test_a_form_of_last_week_catches_nothing() -> None:
    """The form stood open over the next meeting: it says that time has gone on."""
    cast = met(at(running))
    cast.talent.press("決まったこと")
    late = cast.talent.form
    met(cast)
    assert late is not None
    assert "もう次に進んでいます" in cast.talent.fill(FORM, late).notice
    cast.talent.press("決まったこと")
    assert cast.talent.fill(FORM).is_closed


def test_what_is_not_done_comes_along_without_blame() -> None:
    """途中 and まだ: each is asked about once, then what would help; it stands in the next form, what was let go does not."""
    cast = decided(at(running))
    cast.owner.do("今週やること")
    cast.owner.do("[これでよい]")
    cast.owner.do("今週やること")
    asked = cast.owner.do("[できたことを知らせる]")
    assert "「写真を5枚とる」は、いかがですか？" in asked[-1]
    assert "「美咲が値札を直す」は" in cast.owner.do("途中 3つできた")[-1]
    assert "何があると進みそうですか" in cast.owner.do("[まだ]")[-1]
    assert "次の打ち合わせで一緒に" in cast.owner.do("[やり方の相談]")[-1]
    assert "「写真を5枚とる」→ 途中(3つできた)" in cast.talent.said
    assert promises(cast) == [("写真を5枚とる", "partly"), ("美咲が値札を直す", "no")]
    met(cast)
    form = cast.talent.press("決まったこと").form
    assert form is not None
    assert {item.key: item.initial for item in form.fields}[
        "decided.OWNER"
    ] == "写真を5枚とる\n美咲が値札を直す"


def test_an_answer_typed_without_a_question_is_heard() -> None:
    """「途中 3つできた」 after the notice, with no question open: kept with its words, the rest comes in the same reply."""
    cast = decided(at(running), OWNER="写真を5枚とる")
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    assert "何があると進みそうですか" in cast.owner.do("途中 3つできた")[-1]
    said = "".join(cast.owner.do("[時間]"))
    assert "量を見なおしましょう" in said
    assert "次の打ち合わせ" in said
    assert "「写真を5枚とる」→ 途中(3つできた)" in cast.talent.said
    assert promises(cast) == [("写真を5枚とる", "partly")]
    assert "どなたへのお話ですか" in "".join(cast.owner.do("できたら写真も送りたい"))


def test_the_talent_may_write_while_they_talk() -> None:
    """決まったことを書く stands on his Home from the beginning of the meeting until it is written."""
    cast = at(running)
    with begin(cast.world.engine) as work:
        [pair] = work.session.scalars(select(Engagement))
        coming = work.engagements.coming(pair.id, cast.world.now)
    assert coming is not None
    cast.talent.home()
    assert not cast.talent.buttons("決まったことを書く")
    cast.world.move(coming.meets_at + timedelta(minutes=5))
    cast.talent.home()
    cast.talent.press("決まったことを書く")
    assert cast.talent.fill(FORM).is_closed
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    assert "「決まったこと」をお願いします" not in cast.talent.said
    assert promises(cast)[0] == ("写真を5枚とる", "")


def test_what_is_let_go_does_not_come_back() -> None:
    """もうしなくてよい: it is gone from the next list, and nobody asks why."""
    cast = decided(at(running), OWNER="写真を5枚とる")
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    cast.owner.do("[まだ]")
    cast.owner.do("[もうしなくてよい]")
    assert promises(cast) == [("写真を5枚とる", DROPPED)]
    met(cast)
    form = cast.talent.press("決まったこと").form
    assert form is not None
    assert {item.key: item.initial for item in form.fields}["decided.OWNER"] == ""


def test_the_hands_of_last_week_stand_in_the_form() -> None:
    """今週、自分の手でやったこと begins with what the talent promised and did; the owner reads it in his list."""
    cast = decided(at(running))
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    cast.talent.press("できた")
    met(cast)
    form = cast.talent.press("決まったこと").form
    assert form is not None
    assert {item.key: item.initial for item in form.fields}["decided.HAND"] == "説明文を2本書く"
    cast.talent.fill(FORM)
    assert "自分の手でやったこと：説明文を2本書く" in "".join(cast.owner.do("今週やること"))


def test_a_stranger_touches_nothing() -> None:
    """The buttons of one pair's list, pressed by somebody else, are refused."""
    cast = decided(at(running))
    cast.owner.do("今週やること")
    payloads = [cast.owner.buttons(label)[0].payload for label in ("これでよい", "直す")]
    stranger = type(cast.owner)(cast.world, "Ustranger")
    for payload in payloads:
        stranger.tap(payload)
    assert "これで進めます" not in cast.owner.said
    assert promises(cast)[0] == ("写真を5枚とる", "")


def test_two_weeks_unseen_call_a_person() -> None:
    """An owner who neither agreed to two lists nor said a word about them is rung up by the staff."""
    cast = decided(decided(at(running)))
    met(cast)
    assert "2週つづけて見ておられない" in silence(cast)[0]


def test_nothing_is_written_after_the_end() -> None:
    """The work ended while the form stood open: said so, nothing kept."""
    cast = met(at(running))
    cast.talent.press("決まったこと")
    with begin(cast.world.engine) as work:
        [engagement] = work.session.scalars(select(Engagement))
        engagement.phase = "ENDED"
    assert "終わっています" in cast.talent.fill(FORM).notice
