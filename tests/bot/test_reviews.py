"""Reviews: nothing is published without both yeses, promises are kept or owned up to, and cards know their age."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select

from flows.rules.calendar import JST
from storage.database import open_engine
from storage.inbox import DONE
from storage.parties import Handle
from storage.time_rows import DueRow
from tests.bot.house import OTHER, OWNER, SATO, TALENT, TAMURA, House, a_house
from tests.databases import database


def dues(house: House) -> dict[str, bool]:
    """Say which moments stand, by purpose and time; True where they are over."""
    with house.work() as work:
        rows = work.session.scalars(select(DueRow).where(DueRow.purpose.like("review%")))
        return {
            f"{row.purpose} {row.due_at.astimezone(JST):%d %H:%M}": row.done_at is not None for row in rows
        }


def published(house: House) -> int:
    return len([row for row in house.messages("postings") if row.dedupe])


def test_a_posting_goes_from_the_owner_s_yes_to_the_staff_s(house: House) -> None:
    """これでよい, then 公開する: posted once, the owner told, every step traced, the promise called off."""
    house.in_review()
    house.presses("引き受ける")
    house.presses("公開する")
    assert house.changes() == ["DRAFT>REVIEW", "REVIEW>OPEN"]
    assert published(house) == 1
    assert "募集を始めました" in house.news()[-1]
    assert set(dues(house).values()) == {True}


def test_two_of_staff_publish_at_once(house: House) -> None:
    """Exactly one publishes; the other hears that somebody was first."""
    house.in_review()
    payload = house.card_payload("公開する")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda who: house.presses_payload(payload, who), (SATO, TAMURA)))
    assert sorted(bool(answer.notice) for answer in answers) == [False, True]
    assert "募集中" in next(answer.notice for answer in answers if answer.notice)
    assert published(house) == 1
    assert house.changes() == ["DRAFT>REVIEW", "REVIEW>OPEN"]
    with house.work() as work:
        events = [work.inbox.find("slack", name) for name in ("slack-1", "slack-2")]
    assert all(event is None or event.status == DONE for event in events)


def test_an_old_card_does_nothing(house: House) -> None:
    """A button of an older version, or for a state that is over, is refused and the card drawn anew."""
    posting = house.in_review()
    old = house.card_payload("質問して戻す")
    form = house.presses_payload(old).form
    house.submits(form, {"back.question": "月20時間くらい、でよろしいですか？"})
    for verb in ("publish", "send_back", "edit"):
        stale = f"c:posting:{posting.id.hex}:{posting.version}:{verb}"
        assert "カードを新しくしました" in house.presses_payload(stale).notice
        waiting = house.postings()[0]
        now = f"c:posting:{posting.id.hex}:{waiting.version}:{verb}"
        assert "社長のお返事待ち" in house.presses_payload(now).notice
    assert published(house) == 0


@pytest.mark.parametrize("verb", ["publish", "send_back", "edit", "take"])
def test_only_staff_may_act_on_a_card(house: House, verb: str, caplog: pytest.LogCaptureFixture) -> None:
    """A talent who sends a staff's button, or an owner on LINE, is refused kindly and leaves a trace in the log."""
    posting = house.in_review()
    payload = f"c:posting:{posting.id.hex}:{posting.version}:{verb}"
    with caplog.at_level(logging.INFO, "smallwin"):
        assert "運営スタッフだけ" in house.presses_payload(payload, TALENT).notice
        assert "運営スタッフだけ" in " ".join(house.taps_payload(payload))
    assert [getattr(record, "action", "") for record in caplog.records].count("refuse") == 2
    assert house.postings()[0].version == posting.version
    assert house.talks()[-1].flow == "firm"


def test_who_left_the_staff_channel_has_no_rights_any_more(house: House) -> None:
    """Leaving takes the rights at once, joining gives them."""
    posting = house.in_review()
    payload = f"c:posting:{posting.id.hex}:{posting.version}:publish"
    event = {"type": "member_left_channel", "user": SATO, "channel": "C0STAFF00", "event_ts": "1.1"}
    house.slack("member_left_channel", {"type": "event_callback", "event_id": "Ev1", "event": event})
    assert "運営スタッフだけ" in house.presses_payload(payload, SATO).notice
    event = {**event, "type": "member_joined_channel", "user": TALENT}
    house.slack("member_joined_channel", {"type": "event_callback", "event_id": "Ev2", "event": event})
    assert not house.presses_payload(payload, TALENT).notice
    assert published(house) == 1


def test_forged_cards_are_refused(house: House) -> None:
    """Ids that name nothing, verbs nobody knows: a kind word, and no failure."""
    posting = house.in_review()
    for payload in (
        f"c:posting:{UUID(int=1).hex}:1:publish",
        f"c:posting:{posting.id.hex}:{posting.version}:delete",
        f"c:party:{posting.owner_id.hex}:1:publish",
        f"c:task:{posting.id.hex}:1:done",
    ):
        assert house.presses_payload(payload).notice
        assert house.event().status == DONE
    assert house.postings()[0].state == "REVIEW"


def test_an_edit_holds_only_with_the_owner_s_yes(house: House) -> None:
    """Staff propose, the owner says 元のままがよい: nothing changed. He says これでよい: exactly that changed."""
    before = house.in_review()
    for says, title in (("元のままがよい", before.title), ("これでよい", "味噌を町の外へ")):
        form = house.presses("直して見てもらう").form
        house.submits(form, {"edit.TITLE": "味噌を町の外へ"})
        assert house.postings()[0].title == before.title
        house.taps(says)
        after = house.postings()[0]
        assert (after.title, after.goal, after.state) == (title, before.goal, "REVIEW")


def test_a_form_that_changes_nothing_stays_open(house: House) -> None:
    """The action refuses with a reason at a field, and the same form can be sent again."""
    house.in_review()
    form = house.presses("直して見てもらう").form
    answered = house.submits(form, {})
    assert list(answered.errors) == ["edit.TITLE"]
    again = house.submits(form, {"edit.TITLE": "味噌を町の外へ"})
    assert again.is_closed
    assert house.postings()[0].state == "ASKED"


def test_a_form_sent_twice_counts_once(house: House) -> None:
    """The second submission of one form hears that it is over; the owner is asked once."""
    house.in_review()
    form = house.presses("質問して戻す").form
    assert house.submits(form, {"back.question": "月20時間でよろしいですか？"}).is_closed
    assert house.submits(form, {"back.question": "月20時間でよろしいですか？"}).notice
    assert sum("月20時間でよろしいですか？" in each for each in house.news()) == 1


def test_two_of_staff_write_into_the_same_form_at_once(house: House) -> None:
    """Each has a form of his own; the first sent counts, the second hears who was first."""
    house.in_review()
    first, second = house.presses("質問して戻す", SATO).form, house.presses("質問して戻す", TAMURA).form
    assert house.submits(first, {"back.question": "月20時間でよろしいですか？"}, SATO).is_closed
    late = house.submits(second, {"back.question": "場所はどちらですか？"}, TAMURA)
    assert "先に進めました" in late.notice
    assert house.postings()[0].question == "月20時間でよろしいですか？"


def test_somebody_else_s_form_is_refused(house: House) -> None:
    """A form's conversation is a claim: only the person it was opened for may send it."""
    house.in_review()
    form = house.presses("質問して戻す", SATO).form
    assert house.submits(form, {"back.question": "月20時間でよろしいですか？"}, TAMURA).notice
    assert house.postings()[0].state == "REVIEW"


# --- promises


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=JST)


def test_a_promise_is_warned_and_owned_up(house: House) -> None:
    """An hour before, staff hear; at the time the owner hears that we are late, and a new time is promised."""
    house.in_review()
    assert dues(house) == {"review_warn 25 11:00": False, "review_late 25 12:00": False}
    house.news("staff")
    house.moves(at(25, 10, 59))
    assert house.news("staff") == []
    house.moves(at(25, 11))
    assert "あと1時間" in house.news("staff")[0]
    house.moves(at(25, 11, 30))
    assert house.news("staff") == house.news() == []
    house.moves(at(25, 12))
    assert "すみません" in house.news()[0]
    assert "約束の時間を過ぎました" in house.news("staff")[0]
    assert dues(house)["review_late 26 12:00"] is False
    house.moves(at(26, 12))
    assert "すみません" in house.news()[0]
    house.presses("公開する")
    assert False not in dues(house).values()


def test_a_promise_that_was_kept_is_called_off(house: House) -> None:
    """Published in time: nobody is warned, nobody apologises."""
    house.in_review()
    house.presses("公開する")
    house.news()
    house.news("staff")
    house.moves(at(27, 12))
    assert house.news() == house.news("staff") == []


def test_a_promise_made_again_for_the_same_time_holds(house: House) -> None:
    """Sent back and answered within the morning: the promise for tomorrow noon was called off, and stands again."""
    house.in_review()
    form = house.presses("質問して戻す").form
    house.submits(form, {"back.question": "月20時間でよろしいですか？"})
    assert set(dues(house).values()) == {True}
    house.taps("それでよい")
    assert dues(house) == {"review_warn 25 11:00": False, "review_late 25 12:00": False}


def test_a_sweep_and_a_publish_at_once(house: House) -> None:
    """The promise falls due in the second somebody publishes: published once, and nothing failed."""
    house.in_review()
    payload = house.card_payload("公開する")
    house.now = at(25, 12)
    with ThreadPoolExecutor(3) as pool:
        swept = [pool.submit(house.moves, house.now) for _ in range(2)]
        answer = pool.submit(house.presses_payload, payload).result()
        for each in swept:
            each.result()
    assert house.event().status == DONE
    assert published(house) == (0 if answer.notice else 1)
    assert not any("しくみの不調" in each for each in house.news("staff"))
    assert len([each for each in house.news() if "すみません" in each]) <= 1


# --- a person is not always there


def test_a_block_closes_what_waits_and_a_return_brings_one_recap(house: House) -> None:
    """Blocked: nothing more is written, staff hear once. Back again: where things stand, in one breath."""
    house.in_review()
    house.line(OWNER, {"type": "unfollow"})
    house.line(OWNER, {"type": "unfollow"})
    assert len([each for each in house.news("staff") if "届かなくなりました" in each]) == 1
    house.news()
    house.presses("公開する")
    assert house.news() == []
    assert {row.status for row in house.messages(OWNER)} == {"closed"}
    house.line(OWNER, {"type": "follow"})
    assert len(recap := house.news()) <= 2
    assert "募集中" in recap[-1]


def test_who_writes_can_be_written_to(house: House) -> None:
    """A person who blocked us and writes again hears an answer, though LINE told us of no return."""
    house.plays_to("wish")
    house.line(OWNER, {"type": "unfollow"})
    assert house.says("メニュー")
    with house.work() as work:
        handle = work.session.scalars(select(Handle).where(Handle.external_id == OWNER)).one()
        assert handle.is_reachable


# --- whatever anybody does, in any order

ACTS = (
    "owner yes",
    "owner no",
    "owner words",
    "owner back",
    "publish",
    "publish old",
    "take",
    "ask",
    "edit",
    "talent publishes",
    "stranger taps",
    "noon",
)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.sampled_from(ACTS), min_size=3, max_size=12))
def test_nothing_is_published_without_both_yeses(acts: list[str]) -> None:
    """Whatever owner, staff and strangers do in any order: what is published is what the owner saw and agreed to."""
    with TemporaryDirectory() as folder, database("sqlite", Path(folder)) as url:
        engine: Engine = open_engine(url)
        house = a_house(engine)
        house.plays_to("verdict")
        agreed, first_card = set[tuple[str, str]](), ""
        for act in acts:
            first_card = first_card or newest(house, "公開する")
            before = house.postings()[-1:] if house.postings() else []
            said_yes = act == "owner yes" and house.open_key().startswith("verdict")
            do(house, act, first_card)
            assert house.event().status == DONE, act
            shown = house.postings()
            if said_yes and shown:
                agreed.add((shown[-1].title, shown[-1].words_shown))
            for posting in shown:
                if posting.state == "OPEN":
                    assert (posting.title, posting.words_shown) in agreed
                    assert posting.decided_by is not None
            if act != "publish" and before and before[0].state != "OPEN":
                assert all(posting.state != "OPEN" for posting in shown)
        assert published(house) == sum(posting.state == "OPEN" for posting in house.postings())
        engine.dispose()


def newest(house: House, label: str) -> str:
    try:
        return house.card_payload(label, next(s for s in reviews(house)))
    except (AssertionError, StopIteration):
        return ""


def reviews(house: House) -> list[str]:
    return [row.subject for row in house.messages("staff", "refresh") if row.subject.startswith("review:")]


def do(house: House, act: str, first_card: str) -> None:
    match act:
        case "owner yes":
            tap(house, "これでよい", "自分が決める", "それでよい")
        case "owner no":
            tap(house, "元のままがよい", "直したい", "直す")
        case "owner words":
            house.says(
                {"contact": "0265-00-1234", "firm": "田中商店 長野県飯田市1-2"}.get(house.open_key(), "はい")
            )
        case "owner back":
            house.says("戻る")
        case "publish" | "take" | "ask" | "edit":
            press(house, act)
        case "publish old":
            house.presses_payload(first_card or "c:posting:" + "0" * 32 + ":1:publish")
        case "talent publishes":
            house.presses_payload(newest(house, "公開する") or first_card or "w:menu", TALENT)
        case "stranger taps":
            house.taps_payload(newest(house, "公開する") or "w:menu", OTHER)
        case "noon":
            house.now += timedelta(days=1)
            house.moves(house.now)
            house.says("メニュー")


def tap(house: House, *labels: str) -> None:
    found = dict(reversed(house.buttons()))
    key = house.open_key()
    label = next((each for each in labels if f":{key}:" in found.get(each, "")), None)
    house.taps_payload(found[label]) if label else house.says("はい")


def press(house: House, act: str) -> None:
    label = {"publish": "公開する", "take": "引き受ける", "ask": "質問して戻す", "edit": "直して見てもらう"}[
        act
    ]
    payload = newest(house, label)
    answered = house.presses_payload(payload or "c:posting:" + "0" * 32 + ":1:take")
    if answered.form and act == "ask":
        house.submits(answered.form, {"back.question": "月20時間くらい、でよろしいですか？"})
    if answered.form and act == "edit":
        house.submits(answered.form, {"edit.TITLE": f"題名その{house.now:%d}"})
