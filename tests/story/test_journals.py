"""Journals of the story: recorded once, replayed on every commit by tests/test_replay_is_pure.py."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.flows.talk import SATO
from tests.story import stages
from tests.story.partnered import looking_back_with_him, partner_of
from tests.story.test_approaches import IDEA, half_a_year, offered
from tests.story.test_numbers import aims
from tests.story.test_outcomes import summed_up
from tests.story.world import MORI, Member
from tests.test_replay_is_pure import Recorder


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record() -> None:
    """Play the story with every conversation it has, and keep the journals."""
    cast = stages.new_cast()
    world, owner, talent = cast.world, cast.owner, cast.talent
    recorder = Recorder(world.engine, world.rules)

    def record(name: str) -> None:
        recorder.keep(name, world.now)

    stages.published(cast)
    talent.press("質問する")
    record("asks")
    talent.fill({"ask.question": "写真は何枚くらいですか？"})
    record("asks")
    owner.do("20枚くらい")
    record("asks")
    talent.press("関心あり")
    record("applies")
    for _ in range(stages.PAGES):
        talent.fill({**stages.ME, **stages.WORKS, **stages.TERMS, "terms.INVOICE": "T7010705000725"})
    record("applies")
    talent.fill(stages.APPLY)
    record("applies")
    world.move(stages.noon_after(world.now, 11))
    owner.do("[聞きたい]")
    record("chooses")
    owner.do("月に何回くらい話せますか")
    record("chooses")
    talent.press("お返事する")
    talent.fill({"reply.reply": "毎週話せます"})
    record("chooses")
    meet(cast, record)
    owner.do("[進めたい]")
    talent.press("進めたい")
    record("decides")
    talent.fill(stages.KICKOFF)
    record("decides")
    owner.do("[これでよい]")
    record("decides")
    owner.do("[続ける]")
    record("decides")
    work_on(cast, record)
    staff = Member(world, SATO)
    staff.press("募集を終える")
    record("closes")
    staff.fill({"close.REASON": "FOUND"})
    record("closes")


DECIDED = {"decided.OWNER": "写真を2枚とる", "decided.TALENT": "説明を1本書く"}


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_a_win() -> None:
    """A goal that is reached, recorded at once; the talent's line comes after it."""
    cast = stages.at(stages.running)
    recorder = Recorder(cast.world.engine, cast.world.rules)
    aims(cast)
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    cast.owner.play("今週の数字", "16")
    cast.world.move(cast.world.due_at("met") + timedelta(minutes=1))
    cast.owner.play("今週の数字", "9")
    cast.owner.do("[はい]")
    recorder.keep("wins", cast.world.now)
    cast.talent.press("お礼のひとこと")
    cast.talent.fill({"thanks.LINE": "美咲さんの写真が効きました"})
    recorder.keep("wins", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_a_renewal() -> None:
    """What the staff write down after talking with both."""
    cast = stages.talking_over(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.staff.press("続けることになった")
    recorder.keep("renewed", cast.world.now)
    cast.staff.fill({"go_on.CHANGES": "木曜にする", "go_on.HOURS": "15", "go_on.PAY": "60000"})
    recorder.keep("renewed", cast.world.now)
    cast.owner.do("[ちがう]")
    cast.staff.press("終わりになった")
    recorder.keep("parted", cast.world.now)
    cast.staff.fill({"end.WORDS": "またいつか"})
    recorder.keep("parted", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_an_outcome() -> None:
    """What came of it: a number put right, a yes, and both sides' word on who may read of it."""
    cast = stages.at(summed_up)
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.owner.play("[数字を直す]", "8時間")
    recorder.keep("ended", cast.world.now)
    cast.owner.play("[はい]", "[名前なしならよい]")
    recorder.keep("ended", cast.world.now)
    cast.talent.press("入れてよい")
    recorder.keep("ended", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_approaches() -> None:
    """An invitation of the owner's, and a proposal of the talent's after half a year."""
    cast = stages.at(offered)
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.owner.do("[誘ってみる]")
    recorder.keep("nearer", cast.world.now)
    cast.owner.play("秋の蔵びらき", "来月の週末", "[会社で持つ]")
    recorder.keep("nearer", cast.world.now)
    half_a_year(cast)
    cast.talent.press("書いてみる")
    recorder.keep("nearer", cast.world.now)
    cast.talent.fill(IDEA)
    recorder.keep("nearer", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_one_side_alone() -> None:
    """Only the owner answered: he says that his may be read already."""
    cast = stages.looking_back(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.owner.play("うれしかった", "早いとよい", "約束", "続けたい")
    cast.world.move(cast.world.due_at("mf_alone") + timedelta(minutes=1))
    recorder.keep("one_side_alone", cast.world.now)
    cast.owner.do("[先に見せる]")
    recorder.keep("one_side_alone", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_two_wishes() -> None:
    """Other terms of one; each answers the other's wish."""
    cast = stages.looking_back(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    stages.look_back(cast)
    cast.owner.do("[同じ条件で続ける]")
    cast.talent.press("条件を変えて続ける")
    recorder.keep("two_wishes", cast.world.now)
    cast.talent.fill({"terms.HOURS": "20", "terms.PAY": "80000"})
    recorder.keep("two_wishes", cast.world.now)
    cast.owner.play("[別の条件を出す]", "18", "7万5千円")
    recorder.keep("two_wishes", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_who_speaks_for_the_firm() -> None:
    """Who goes along looks back, and the owner puts his own words in the place of the last."""
    cast = stages.at(looking_back_with_him)
    recorder = Recorder(cast.world.engine, cast.world.rules)
    partner_of(cast).play("帳面が早くなった", "返事を早くほしい", "約束", "続けたい")
    recorder.keep("for_the_firm", cast.world.now)
    cast.owner.play("[自分で書く]", "月15時間なら続けたい")
    recorder.keep("for_the_firm", cast.world.now)


def meet(cast: stages.Cast, record: Callable[[str], None]) -> None:
    """From the choice to the talk: other hours than ours, the five questions, an hour, and a second thought about it."""
    acts: tuple[Callable[[], object], ...] = (
        lambda: cast.owner.do("[会ってみたい]"),
        lambda: cast.owner.play("[ほかの時間]", "再来週の水曜10時半"),
        lambda: cast.owner.do("[これだけで聞く]"),
        lambda: stages.answer_pi(cast),
        lambda: stages.pick(cast),
        lambda: cast.owner.do("[会うのをやめる]"),
        lambda: cast.owner.do("[このままでよい]"),
        lambda: stages.meet(cast),
    )
    for act in acts:
        act()
        record("meets")


def work_on(cast: stages.Cast, record: Callable[[str], None]) -> None:
    """From the first meeting to the renewal."""
    a_week(cast, record)
    world, owner, talent = cast.world, cast.owner, cast.talent
    owner.do("一つ伝えたいことがある")
    owner.do("[お相手に伝える]")
    record("tells")
    owner.do("来週は忙しいです")
    record("tells")
    owner.do("人と話す")
    record("tells")
    staff = Member(world, SATO)
    staff.press("オーナーに送る")
    record("tells")
    staff.fill({"send.words": "お電話します"})
    world.move(world.now + timedelta(minutes=11))
    record("tells")
    owner.do("[返事をする]")
    record("tells")
    owner.do("お願いします")
    record("tells")
    staff.press("対応おわり")
    world.move(world.due_at("feedback") + timedelta(minutes=5))
    record("looks_back")
    owner.play("ほめられた", "早く知らせてほしい", "約束", "続けたい")
    talent.press("ふりかえり 1/2")
    talent.fill({"mf.MF1": "写真", "mf.MF2": "決めるのが遅い"})
    talent.fill({"mf2.MF3": "早く試す", "mf2.MF4": "続けたい"})
    record("looks_back")
    talent.press("同じ条件で続ける")
    record("looks_back")


def a_week(cast: stages.Cast, record: Callable[[str], None]) -> None:
    """A meeting, its list written, put right and lived, the number, and a goal that is nearly reached."""
    world, owner, talent = cast.world, cast.owner, cast.talent
    world.move(world.due_at("met") + timedelta(minutes=1))
    owner.do("今週やること")
    record("week")
    owner.do("写真を1枚とる")
    record("week")
    talent.press("決まったこと")
    record("week")
    talent.fill(
        {**DECIDED, "decided.HAND": "下書きを1本書いた", "decided.NUMBER": "12", "decided.STATE": "REACHED"}
    )
    record("week")
    talent.fill({"thanks.LINE": "美咲さんの写真が効きました"})
    record("week")
    owner.do("[もう少し様子を見る]")
    record("week")
    owner.do("今週やること")
    owner.play("[直す]", "[社長：写真を2枚とる]")
    record("week")
    owner.do("写真を3枚とる")
    record("week")
    owner.do("今週の数字")
    record("week")
    owner.do("3つふえて15")
    record("week")
    world.move(world.due_at("remind") + timedelta(minutes=1))
    owner.do("[途中]")
    record("week")
    owner.do("[やり方の相談]")
    record("week")


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_a_second_talk() -> None:
    """もう一度会う, with who goes along, and two more questions."""
    cast = stages.deciding(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.owner.do("[もう一度会う]")
    cast.talent.press("進めたい")
    recorder.keep("again", cast.world.now)
    cast.owner.do("[LINEで呼ぶ]")
    recorder.keep("again", cast.world.now)
    cast.owner.play("[この3つで聞く]", "早口な方", "子どものころ")
    cast.talent.fill({"pi2.PI6": "電話", "pi2.PI7": "引っ越し"})
    recorder.keep("again", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_a_no() -> None:
    """見送る, with its reason."""
    cast = stages.listed(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.owner.do("[見送る]")
    recorder.keep("lets_go", cast.world.now)
    cast.owner.do("[時間が合わない]")
    recorder.keep("lets_go", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_the_staff() -> None:
    """わたしの連絡先 and 担当を代わる."""
    cast = stages.published(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.staff.home()
    cast.staff.press("わたしの連絡先")
    recorder.keep("staffs", cast.world.now)
    cast.staff.fill({"mine.HOURS": "月〜木 10〜16時", "mine.PHONE": "0265-12-3456"})
    recorder.keep("staffs", cast.world.now)
    form = cast.staff.press("担当を代わる").form
    assert form is not None
    recorder.keep("staffs", cast.world.now)
    cast.staff.fill({item.key: item.options[0][0] for item in form.fields})
    recorder.keep("staffs", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_a_short_list() -> None:
    """見せない会社 by both, 応募を取り下げる, and the question when all were declined."""
    cast = stages.listed(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)

    def record() -> None:
        recorder.keep("lists", cast.world.now)

    cast.owner.do("[見せたくない会社がある]")
    record()
    cast.owner.do("有限会社山田商店、佐々木食品")
    cast.staff.press("見せない会社")
    record()
    cast.staff.fill({})
    record()
    mori = Member(cast.world, MORI)
    cast.staff.fill({"hide.FIRMS": ""}, cast.staff.forms[-1])
    cast.staff.press("見せない会社")
    cast.staff.fill({"hide.FIRMS": ""})
    stages.register(mori, me__NAME="森 太郎")
    mori.fill(stages.APPLY)
    mori.home()
    mori.press("応募を取り下げる")
    record()
    mori.fill({"leave.WHY": "TIME"})
    record()
    cast.owner.play("[見送る]", "[時間が合わない]")
    record()
    cast.owner.do("もう少し近い方がいい")
    record()


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_the_slot() -> None:
    """ほかの日時, 休みの日を伝える, 曜日を変える with the other side's answer."""
    cast = stages.running(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.owner.do("日にちを変える")
    cast.owner.do("[ほかの日時]")
    recorder.keep("moves", cast.world.now)
    cast.owner.do("12月11日の14時")
    recorder.keep("moves", cast.world.now)
    cast.owner.do("休みの日を伝える")
    recorder.keep("is_away", cast.world.now)
    cast.owner.play("12月28日から1月5日まで", "[毎年]")
    recorder.keep("is_away", cast.world.now)
    cast.owner.do("曜日を変える")
    cast.owner.do("木曜の14時")
    recorder.keep("changes", cast.world.now)
    cast.talent.press("これでよい")
    recorder.keep("changes", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_a_hint() -> None:
    """An application with hard words and a large plan."""
    cast = stages.published(stages.new_cast())
    recorder = Recorder(cast.world.engine, cast.world.rules)
    stages.register(cast.talent)
    recorder.keep("hints", cast.world.now)
    cast.talent.fill({**stages.APPLY, "apply.HOW": "まずCVRを見て、全体設計をします。"})
    cast.talent.fill({"plain.SEND": "PLAIN"})
    recorder.keep("hints", cast.world.now)


@pytest.mark.skipif(not os.environ.get("UPDATE_JOURNALS"), reason="records the journals anew when asked to")
def test_record_a_goodbye() -> None:
    """登録を消す, and rather not."""
    cast = stages.at(stages.applied)
    recorder = Recorder(cast.world.engine, cast.world.rules)
    cast.talent.home()
    cast.talent.press("登録を消す")
    recorder.keep("stays", cast.world.now)
    cast.talent.fill({"delete.SURE": "NO"})
    recorder.keep("stays", cast.world.now)
