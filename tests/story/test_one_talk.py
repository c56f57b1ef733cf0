"""One talk across two chats: the talent's thread and the owner's LINE, in order, once, and with a staff that reads along."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from storage.engagements import Phase
from storage.mail import bubbles_of
from storage.outbox import OutMessage
from storage.unit_of_work import begin
from tests.story.stages import Cast, at, running
from tests.story.world import MORI, Member


def opened() -> Cast:
    """Give a pair at work, in whose thread the owner has written first."""
    cast = at(running)
    cast.owner.play("写真はいつ撮りますか", "[お相手に伝える]", "写真はいつ撮りますか")
    cast.owner.news()
    cast.talent.news()
    return cast


def pushed(cast: Cast) -> list[str]:
    """Give what the owner was told of the talent's words so far."""
    return [text for text in cast.world.told(cast.owner.id) if text.startswith("高橋さんから：")]


def end(cast: Cast) -> None:
    with begin(cast.world.engine) as work:
        engagement = work.engagements.lock(cast.world.engagement().id)
        assert engagement is not None
        engagement.end(cast.world.now)


def test_the_owners_words_stand_in_one_thread_with_his_name() -> None:
    """What he answers to 「何を伝えますか？」 comes into the thread of the engagement, whose head is posted once."""
    cast = opened()
    cast.owner.play("[お相手に伝える]", "朝がよいです")
    with begin(cast.world.engine) as work:
        rows = work.session.scalars(select(OutMessage).where(OutMessage.subject.contains("thread:"))).all()
        inside = work.session.scalars(select(OutMessage).where(OutMessage.subject.startswith("in:"))).all()
    assert len(rows) == 1
    assert ["写真はいつ" in inside[0].body, "朝がよい" in inside[1].body] == [True, True]
    assert "丸山商店の社長から：「朝がよいです」" in cast.talent.said
    assert cast.talent.said.count("このスレッドに書いてください") == 1
    assert cast.owner.said.count("も読みます") == 1


def test_what_the_talent_writes_there_rides_on_the_owners_next_reply() -> None:
    """No push of its own: it comes before what the bot answers him, in the order it was written, with a name."""
    cast = opened()
    assert "お預かりしました" in cast.talent.writes("木曜はどうですか")[-1]
    assert cast.talent.writes("朝9時です") == []
    assert pushed(cast) == []
    heard = cast.owner.do("今の状況")
    assert heard[0] == "高橋さんから：「木曜はどうですか」\n「朝9時です」"
    assert "高橋さんから" not in "".join(cast.owner.do("今の状況"))


def test_he_answers_by_quoting_what_came() -> None:
    """A quoted bubble brings his words into the same thread, while another question may be open."""
    cast = opened()
    cast.talent.writes("木曜はどうですか")
    cast.owner.do("今の状況")
    assert "お伝えしました" in cast.owner.quotes("木曜はどうですか", "木曜で大丈夫です")[-1]
    assert "「木曜で大丈夫です」" in cast.talent.said


def test_it_rides_on_the_weeks_notice_where_he_is_silent() -> None:
    """The owner says nothing: the notice of the week takes the words along, and they come once."""
    cast = opened()
    cast.talent.writes("木曜はどうですか")
    cast.world.move(cast.world.due_at("remind") + timedelta(minutes=1))
    assert pushed(cast) == ["高橋さんから：「木曜はどうですか」"]
    with begin(cast.world.engine) as work:  # one push, not two
        rows = select(OutMessage.body).where(OutMessage.body.contains("木曜はどうですか"))
        [body] = work.session.scalars(rows.where(OutMessage.platform == "line"))
    assert "との打ち合わせです" in str(bubbles_of(body)[0])
    assert cast.owner.buttons("返事をする")
    cast.world.move(cast.world.now + timedelta(days=8))
    cast.owner.do("今の状況")
    assert cast.owner.said.count("木曜はどうですか") == 1


@pytest.mark.parametrize("words", ["急ぎ：明日は行けません", "【至急】明日は行けません"])
def test_urgent_words_leave_at_once_and_once_a_week(words: str) -> None:
    """急ぎ pushes what waits; a second one within seven days is told kindly, and rides."""
    cast = opened()
    cast.talent.writes("木曜はどうですか")
    assert "お届けします" in cast.talent.writes(words)[-1]
    cast.world.move(cast.world.now + timedelta(hours=14))
    assert pushed(cast) == [f"高橋さんから：「木曜はどうですか」\n「{words}」"]
    assert "週に一度まで" in cast.talent.writes("急ぎ：もう一つ")[-1]
    cast.world.move(cast.world.now + timedelta(hours=1))
    assert len(pushed(cast)) == 1
    cast.owner.do("今の状況")
    assert pushed(cast)[-1] == "高橋さんから：「急ぎ：もう一つ」"


def test_the_button_under_the_note_makes_it_urgent_once() -> None:
    """急ぎで届ける: pushed; tapped again there is nothing left to send, and a stranger has no say."""
    cast = opened()
    cast.talent.writes("木曜はどうですか")
    payload = cast.talent.buttons("急ぎで届ける")[0].payload
    assert "使えませんでした" in Member(cast.world, MORI).tap(payload).notice
    cast.talent.tap(payload)
    cast.world.move(cast.world.now + timedelta(hours=14))
    assert pushed(cast) == ["高橋さんから：「木曜はどうですか」"]
    assert "もうお届けしました" in cast.talent.tap(payload).notice


def test_an_ended_engagement_closes_its_thread_kindly() -> None:
    """After the end nothing crosses, from either side, and both read where to turn."""
    cast = opened()
    cast.talent.writes("木曜はどうですか")
    cast.owner.do("今の状況")
    end(cast)
    assert "終わっています" in cast.talent.writes("まだいますか")[-1]
    assert "終わっています" in cast.owner.quotes("木曜はどうですか", "まだいますか")[-1]
    assert "まだいますか" not in cast.owner.said + cast.talent.said
    assert cast.world.engagement().phase == Phase.ENDED.name


def test_a_thread_is_only_its_persons_own() -> None:
    """A stranger who names the thread, or another thread, reaches nobody."""
    cast = opened()
    with begin(cast.world.engine) as work:
        root = work.session.scalars(select(OutMessage).where(OutMessage.subject.contains("thread:"))).one()
    stranger = Member(cast.world, MORI)
    cast.world.dm(MORI, "社長いますか", thread_ts=root.external_id)
    cast.world.dm(cast.talent.id, "社長いますか", thread_ts="1700000000.000100")
    cast.owner.do("今の状況")
    assert "社長いますか" not in cast.owner.said
    assert "お預かり" not in stranger.said


def test_five_thousand_characters_are_asked_for_in_parts() -> None:
    """Too long for a phone: nothing crosses, and the words still stand where they were written."""
    cast = opened()
    assert "500文字まで" in cast.talent.writes("あ" * 5_000)[-1]
    cast.owner.do("今の状況")
    assert pushed(cast) == []


def test_the_staff_read_along_and_step_in() -> None:
    """One card shows both sides' words; its button opens the way to either of the two, for the staff alone."""
    cast = opened()
    cast.talent.writes("木曜はどうですか")
    card = cast.world.told("staff")[-1]
    assert "写真はいつ撮りますか" in card
    assert "木曜はどうですか" in card
    payload = cast.staff.buttons("会社の方に送る", "staff")[0].payload
    assert "運営スタッフだけ" in cast.talent.tap(payload).notice
    cast.staff.tap(payload)
    cast.staff.fill({"send.words": "間に入りますね"})
    cast.world.move(cast.world.now + timedelta(minutes=1))
    assert "間に入りますね" in cast.owner.said


ACTS = st.lists(st.sampled_from(["owner", "talent", "late", "look", "day"]), min_size=1, max_size=12)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(acts=ACTS)
def test_any_interleaving_arrives_in_order_and_once(acts: list[str]) -> None:
    """However the two write across each other, and Slack's events arrive: each word once, each side's in its order."""
    cast = opened()
    said: dict[str, list[str]] = {"owner": [], "talent": []}
    stamp = 1_800_000_000
    for number, act in enumerate(acts):
        words = f"ことば{number:02}"
        stamp += 10
        if act == "owner":
            cast.owner.play("[お相手に伝える]", words)
            said["owner"].append(words)
        elif act == "talent":
            cast.talent.writes(words, ts=f"{stamp}.000100")
            said["talent"].append(words)
        elif act == "late":  # the second of two events arrives first
            cast.talent.writes(f"{words}後", ts=f"{stamp + 5}.000100")
            cast.talent.writes(f"{words}先", ts=f"{stamp}.000100")
            said["talent"] += [f"{words}先", f"{words}後"]
        elif act == "look":
            cast.owner.do("今の状況")
        else:
            cast.world.move(cast.world.now + timedelta(days=1))
    cast.owner.do("今の状況")
    cast.world.move(cast.world.now + timedelta(days=1))
    for who, words_of, reader in (
        ("owner", said["owner"], cast.talent),
        ("talent", said["talent"], cast.owner),
    ):
        read = "\n".join(line for line in cast.world.told(reader.id) if "から：「" in line)
        places = [read.find(f"「{words}」") for words in words_of]
        assert -1 not in places, who
        assert places == sorted(places), who
        assert all(read.count(f"「{words}」") == 1 for words in words_of), who


@pytest.mark.parametrize(
    "words",
    [
        "先に手付のお金を振り込んでいただけますか",
        "続きは個人LINEで話しましょう",
        "報酬は妻の名義の口座に振り込んでください",
        "ビットコインで払ってもらえますか",
    ],
)
def test_signs_of_fraud_do_not_cross(words: str) -> None:
    """Advance payment, another's account, crypto, another app: stopped, both told in plain words, staff see it."""
    cast = opened()
    assert "お届けできません" in cast.talent.writes(words)[-1]
    cast.world.move(cast.world.now + timedelta(hours=14))
    cast.owner.do("今の状況")
    assert words not in cast.owner.said
    assert "応じないでください" in cast.owner.said
    assert any(words in text and "止めました" in text for text in cast.world.told("staff"))


@pytest.mark.parametrize(
    "words", ["前払いは必要ありません", "誰でもすぐ使える手順書にします", "電子マネーのレジを見ました"]
)
def test_plain_talk_about_work_is_not_stopped(words: str) -> None:
    """What only sounds like it goes over as it is."""
    cast = opened()
    cast.talent.writes(words)
    cast.owner.do("今の状況")
    assert pushed(cast) == [f"高橋さんから：「{words}」"]


def test_an_unpaid_extra_is_answered_with_the_fair_way() -> None:
    """The owner asks for more without pay: he reads what is possible instead, and the staff hear of it."""
    cast = opened()
    heard = cast.owner.play("[お相手に伝える]", "チラシも無料で作ってもらえませんか")
    assert any("決まりで受けられません" in text for text in heard)
    assert any("お支払いのない" in text for text in cast.world.told("staff"))


def test_jargon_is_shown_in_plain_words_before_it_goes() -> None:
    """KPI → 毎週見る数字: one tap puts it in, and without the tap it goes as it was written."""
    cast = opened()
    assert "「KPI」は「毎週見る数字」" in cast.talent.writes("KPIを決めましょう")[-1]
    cast.talent.press("置きかえる")
    cast.talent.writes("次のKPIも見ます")
    cast.owner.do("今の状況")
    assert pushed(cast) == ["高橋さんから：「毎週見る数字を決めましょう」\n「次のKPIも見ます」"]
    assert "もうお届けしました" in cast.talent.press("置きかえる").notice


def test_what_the_owner_takes_back_is_blanked_in_the_record_too() -> None:
    """LINE's unsend: the staff's card shows the words no more, and the staff hear that they were read."""
    cast = opened()
    cast.owner.play("[お相手に伝える]", "やはり来月の売上の話は秘密です")
    cast.owner.unsends("売上の話は秘密")
    with begin(cast.world.engine) as work:
        rows = work.relays.of_engagement(cast.world.engagement().id, 9)
    assert [row.words for row in rows] == ["写真はいつ撮りますか", "(取り消されました)"]
    assert "売上の話" not in cast.world.told("staff")[-1]
    assert cast.world.told(cast.talent.id)[-1] == "(取り消されました)"


def test_words_taken_back_in_the_night_never_arrive() -> None:
    """Written at night for the morning and taken back at once: the talent reads nothing of them."""
    cast = opened()
    cast.world.move(cast.world.now.replace(hour=14, minute=0) + timedelta(days=1))  # 23:00 in Japan
    cast.owner.play("[お相手に伝える]", "やはり来月の売上の話は秘密です")
    cast.owner.unsends("売上の話は秘密")
    cast.world.move(cast.world.now + timedelta(days=1))
    assert "売上の話" not in cast.talent.said


def test_who_has_himself_forgotten_leaves_no_words_between_the_two() -> None:
    """After the end his own words go from the record; what the firm wrote stays."""
    cast = opened()
    cast.talent.writes("うちの子の話ですみません")
    end(cast)
    with begin(cast.world.engine) as work:
        me = work.parties.locked("slack", cast.talent.id)
        assert me is not None
        profile = work.talents.profile(me.party_id)
        assert profile is not None
        work.forgetting.talent(me, profile, cast.world.now)
    with begin(cast.world.engine) as work:
        rows = work.relays.of_engagement(cast.world.engagement().id, 9)
    assert [row.words for row in rows] == ["写真はいつ撮りますか", ""]
    cast.owner.do("今の状況")
    assert pushed(cast) == []


def test_words_for_an_owner_who_blocked_us_wait_until_he_is_back() -> None:
    """Urgent or not, nothing is lost: the talent and the staff hear it, and the words come when the owner writes again."""
    cast = opened()
    cast.world.line(cast.owner.id, {"type": "unfollow"})
    assert "連絡がとれていません" in cast.talent.writes("急ぎ：明日は行けません")[-1]
    assert "届けられません" in "".join(cast.world.told("staff"))
    cast.world.move(cast.world.now + timedelta(days=9))
    assert pushed(cast) == []
    cast.owner.do("今の状況")
    assert pushed(cast) == ["高橋さんから：「急ぎ：明日は行けません」"]
