"""The others: who is not chosen first waits in the open, comes back when it comes to nothing, and is let go kindly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from bot.payloads import card_payload
from bot.sends.marking import Carried, mark
from bot.sends.sending import Outcome, Result
from bot.slack.bodies import arrived as slack_arrived
from flows.messages import Button
from storage.engagements import Engagement, Phase
from storage.interviews import Arranged, Interview
from storage.mail import WRITTEN, Letter
from storage.outbox import OutMessage, Parcel
from storage.parties import Handle
from storage.talents import Application, Stage
from storage.unit_of_work import begin
from tests.story.applicants import NAMES, applies, decks, stages, tap_on
from tests.story.stages import (
    KICKOFF,
    Cast,
    answer_pi,
    at,
    chosen,
    deciding,
    meet,
    new_cast,
    noon_after,
    pick,
    published,
)
from tests.story.world import Member

HELD = "いま選考中です"
BACK = "社長がもう一度、みなさんの応募を見ています"


def met(cast: Cast) -> tuple[Cast, str, Member, list[Member]]:
    """Three applied; the owner wants to meet the first on his list. Gives him, and the others."""
    people = {NAMES[number].split()[0]: applies(cast, number) for number in range(3)}
    cast.world.move(noon_after(cast.world.now, 1))
    [[first, *rest]] = decks(cast)
    tap_on(cast, "会ってみたい", first)
    cast.world.move(cast.world.now + timedelta(minutes=5))
    return cast, first, people[first], [people[name] for name in rest]


def talk(cast: Cast, chosen: Member) -> None:
    """They find an hour, answer the five questions, and meet."""
    cast.talent = chosen
    cast.owner.do("[この3つで聞く]")
    answer_pi(cast)
    pick(cast)
    meet(cast)


def test_the_others_read_that_they_are_being_chosen_among() -> None:
    """選考中, once, in a message and on the Home; nobody is declined, and the chosen one reads nothing of it."""
    cast, _, chosen, rest = met(at(published))
    for him in rest:
        assert him.said.count(HELD) == 1
        assert "【あなたの予定】" in (home := him.home())
        assert "選考中" in home
        assert "選考中です" in him.type("いまどうなってる？")[-1]
    assert HELD not in chosen.said
    assert sorted(stages(cast).values()) == [Stage.MEETING.name, Stage.SHOWN.name, Stage.SHOWN.name]


def test_a_second_choice_does_not_say_it_again() -> None:
    """He meets two: the third still has one message."""
    cast, _, _, rest = met(at(published))
    tap_on(cast, "会ってみたい", decks(cast)[0][1])
    cast.world.move(cast.world.now + timedelta(minutes=5))
    assert sorted(him.said.count(HELD) for him in rest) == [1, 1]


def test_who_applies_meanwhile_is_told_so() -> None:
    """An application beside a meeting: told at once, kept, and not pushed at the owner."""
    cast, *_ = met(at(published))
    late = applies(cast, 4)
    assert "いまほかの方とお会いするところです" in late.said
    cast.world.move(noon_after(cast.world.now, 9))
    assert len(decks(cast)) == 1


def test_a_withdrawal_does_not_empty_the_table() -> None:
    """The chosen one takes his word back before anything is signed: the owner hears it once and sees the others again."""
    cast, first, chosen, rest = met(at(published))
    cast.owner.do("[この3つで聞く]")
    cast.talent = chosen
    pick(cast)
    chosen.home()
    chosen.press("応募を取り下げる")
    chosen.fill({"leave.WHY": "OTHER_WORK"})
    cast.world.move(noon_after(cast.world.now, 1))
    assert "取り下げました" in chosen.said
    assert (
        cast.owner.said.count(
            f"{first}さんが、応募を取り下げました。わけは「ほかの仕事に決まった」とのことです。"
        )
        == 1
    )
    assert sorted(decks(cast)[-1]) == sorted(decks(cast)[0][1:])
    assert "2人の方が、お返事を待っています。会ってみたい方を選んでください。" in cast.owner.said
    for him in rest:
        assert BACK in him.said
        assert "選考中" not in him.home()
    with begin(cast.world.engine) as work:
        assert work.session.scalars(select(Engagement.phase)).one() == Phase.ENDED.name
        interview = work.session.scalars(select(Interview)).one()
        assert interview.state == Arranged.OVER.name  # calendars take it out
    assert "いま「取り下げ」です" in tap_on(cast, "会ってみたい", first)[-1]
    assert "この3つのどれかで会えないか" in tap_on(cast, "会ってみたい", decks(cast)[-1][0])[-1]
    cast.world.move(cast.world.now + timedelta(days=5))
    assert not [text for text in cast.world.told(cast.owner.id) if f"{first}さんとの打ち合わせ" in text]


def test_a_no_of_one_side_brings_the_others_back() -> None:
    """進めたい and 今回は見送る: the others are on the table again."""
    cast, _, chosen, _ = met(at(published))
    talk(cast, chosen)
    cast.owner.do("[進めたい]")
    chosen.press("今回は見送る")
    cast.world.move(noon_after(cast.world.now, 1))
    assert cast.owner.said.count("今回は見送りになりました") == 1
    assert len(decks(cast)[-1]) == 2


def test_the_others_are_declined_when_the_work_has_begun() -> None:
    """Nobody hears a no before the six decisions are agreed; then 終える tells them kindly."""
    cast, _, chosen, rest = met(at(published))
    talk(cast, chosen)
    cast.owner.do("[進めたい]")
    chosen.press("進めたい")
    assert all("ご縁がありませんでした" not in him.said for him in rest)
    chosen.fill(KICKOFF)
    cast.owner.do("[これでよい]")
    assert "お返事を待つ方が、あと2人います" in cast.owner.said
    cast.owner.do("[終える]")
    cast.world.move(noon_after(cast.world.now, 1))
    assert [him.said.count("ご縁がありませんでした") for him in rest] == [1, 1]


def test_two_weeks_are_the_end_of_waiting() -> None:
    """The first talk goes on and on: on day 14 the others are free, hear why, and the owner hears it once."""
    cast, _, _, rest = met(at(published))
    cast.world.move(noon_after(cast.world.now, 15))
    for him in rest:
        assert him.said.count("ほかの方とのお話が続いています") == 1
        assert "社長のお返事を待っています" not in him.said
    assert cast.owner.said.count("お待ちだった2人の方には") == 1
    assert sorted(stages(cast).values()) == [Stage.MEETING.name, Stage.RELEASED.name, Stage.RELEASED.name]


def test_an_applicant_whom_nobody_has_seen_leaves_in_silence() -> None:
    """Taken back before the list: the owner hears nothing, and is not shown him; he may apply again."""
    cast = at(published)
    him = applies(cast, 0)
    him.home()
    him.press("応募を取り下げる")
    him.fill({"leave.WHY": "TERMS"})
    cast.world.move(noon_after(cast.world.now, 11))
    assert "取り下げ" not in cast.owner.said
    assert decks(cast) == []
    assert "応募を取り下げる" not in [button.label for button in home_buttons(cast, him)]
    him.press("関心あり")
    him.fill(
        {"apply.WHY": "やはり", "apply.HOW": "数えます", "apply.EXPERIENCE": "5年", "apply.READY": "YES"}
    )
    assert stages(cast) == {"森": Stage.APPLIED.name}


def home_buttons(cast: Cast, him: Member) -> list[Button]:
    him.home()
    newest = [item.message for item in cast.world.seen if item.to == him.id and "あなたの予定" in item.text][
        -1
    ]
    return list(newest.buttons)


def test_an_old_form_takes_nothing_back_twice() -> None:
    """Two forms of the same withdrawal: the second is told that it is over; a started work cannot be taken back so."""
    cast = at(published)
    him = applies(cast, 0)
    him.home()
    him.press("応募を取り下げる")
    with begin(cast.world.engine) as work:
        work.session.scalars(select(Application)).one().stage = Stage.DECLINED.name
    him.fill({"leave.WHY": "TIME"})
    assert stages(cast) == {"森": Stage.DECLINED.name}
    assert "取り下げられる応募はありません" in him.press("応募を取り下げる").notice


def test_a_stranger_takes_back_nothing() -> None:
    """Somebody with no application at all presses a Home button that is not his."""
    cast = at(published)
    him = applies(cast, 0)
    him.home()
    [button] = him.buttons("応募を取り下げる")[:1]
    thief = Member(cast.world, "U0THIEF")
    assert "取り下げられる応募はありません" in thief.tap(button.payload).notice
    assert stages(cast) == {"森": Stage.APPLIED.name}


# --- somebody is gone


def goes(cast: Cast, him: Member) -> None:
    """His Slack account is closed; the next message to him finds it out."""
    world = cast.world
    with begin(world.engine) as work:
        handle = work.session.scalars(select(Handle).where(Handle.external_id == him.id)).one()
        row = OutMessage(
            handle_id=handle.id, platform="slack", body="{}", next_at=world.now, created_at=world.now
        )
        work.session.add(row)
        work.session.flush()
        letter = Letter(*(getattr(row, column.name) for column in WRITTEN))
        gone = Outcome(Result.UNREACHABLE, error="user_disabled")
        mark(work, world.rules, [Carried(Parcel(him.id, (letter,)), gone, "post")], world.now, world.now)


def test_who_leaves_slack_leaves_the_list() -> None:
    """Deactivated while the owner looks: gone from the cards, the owner told once, the others stay."""
    cast = at(published)
    people = {NAMES[number].split()[0]: applies(cast, number) for number in range(3)}
    cast.world.move(noon_after(cast.world.now, 1))
    name = decks(cast)[0][0]
    for _ in range(2):
        goes(cast, people[name])
        cast.world.move(noon_after(cast.world.now, 1))
    assert cast.owner.said.count(f"{name}さんとは連絡がとれなくなり、応募は終わりになりました。") == 1
    assert stages(cast)[name] == Stage.WITHDRAWN.name
    assert sorted(stages(cast).values()) == [Stage.SHOWN.name, Stage.SHOWN.name, Stage.WITHDRAWN.name]
    cast.owner.do("[もう一度見る]")
    assert name not in decks(cast)[-1]


def test_the_chosen_one_leaves_slack_and_the_others_come_back() -> None:
    """Deactivated before they met: the owner is told once, in one message, and sees the others again."""
    cast, first, chosen, rest = met(at(published))
    goes(cast, chosen)
    cast.world.move(noon_after(cast.world.now, 1))
    told = [text for text in cast.world.told(cast.owner.id) if "連絡がとれ" in text]
    assert told == [f"{first}さんとは連絡がとれなくなり、応募は終わりになりました。"]
    assert sorted(decks(cast)[-1]) == sorted(decks(cast)[0][1:])
    assert all(BACK in him.said for him in rest)
    cast.world.move(cast.world.now + timedelta(days=20))
    assert not [text for text in cast.world.told("staff") if "会う前の質問" in text and "お電話" in text]


def test_both_said_yes_and_then_he_is_gone() -> None:
    """Agreed already: the staff look into it, as before, and nobody else is put on the table."""
    cast = at(deciding)
    cast.owner.do("[進めたい]")
    cast.talent.press("進めたい")
    goes(cast, cast.talent)
    cast.world.move(noon_after(cast.world.now, 1))
    assert "いま連絡がとれていません" in cast.owner.said
    assert stages(cast) == {"高橋": Stage.ENGAGED.name}


# --- two at once


@pytest.mark.parametrize("is_quick", [True, False])
def test_a_choice_and_a_withdrawal_at_the_same_instant(engine: Engine, is_quick: bool) -> None:
    """会ってみたい and 取り下げる at once: he is withdrawn either way, no pair stays open, and nobody is locked out."""
    cast = new_cast(engine)
    published(cast)
    people = {NAMES[number].split()[0]: applies(cast, number) for number in range(3)}
    cast.world.move(noon_after(cast.world.now, 1))
    name = decks(cast)[0][0]
    him = people[name]
    him.home()
    him.press("応募を取り下げる")
    form = him.form
    assert form is not None
    with begin(engine) as work:
        rows = {row.handle_id: row for row in work.session.scalars(select(Application))}
        id = work.session.scalars(select(Handle.id).where(Handle.external_id == him.id)).one()
        payload = card_payload("application", rows[id].id, rows[id].version, "meet")
    one, other = cast.world.beside(), cast.world.beside()
    chooses = lambda: type(cast.owner)(one, cast.owner.id).tap(payload)  # noqa: E731
    leaves = lambda: Member(other, him.id).fill({"leave.WHY": "TIME"}, form)  # noqa: E731
    with ThreadPoolExecutor(2) as pool:
        both = (chooses, leaves) if is_quick else (leaves, chooses)
        for each in [pool.submit(act) for act in both]:
            each.result()
    assert stages(cast)[name] == Stage.WITHDRAWN.name
    with begin(engine) as work:
        assert set(work.session.scalars(select(Engagement.phase))) <= {Phase.ENDED.name}


def changes(cast: Cast, user: str, **profile: object) -> None:
    """Slack tells that something about a person has changed."""
    event = {"type": "user_change", "user": {"id": user, **profile}}
    cast.world.take(
        slack_arrived(
            {"event_id": f"Ev{user}{sorted(profile)}{profile.get('deleted')}", "event": event},
            "user_change",
            cast.world.now,
        )
    )
    cast.world.flush()


def test_slack_says_that_he_is_gone() -> None:
    """Closed at four o'clock: the staff and the owner hear it without a message having failed first."""
    cast = at(published)
    people = {NAMES[number].split()[0]: applies(cast, number) for number in range(3)}
    cast.world.move(noon_after(cast.world.now, 1))
    name = decks(cast)[0][0]
    changes(cast, people[name].id, tz="Asia/Tokyo")
    changes(cast, people[name].id, deleted=False, tz="")
    assert stages(cast)[name] == Stage.SHOWN.name
    changes(cast, people[name].id, deleted=True)
    cast.world.move(noon_after(cast.world.now, 1))
    assert stages(cast)[name] == Stage.WITHDRAWN.name
    assert cast.owner.said.count(f"{name}さんとは連絡がとれなくなり") == 1
    assert sum("届かなくなりました" in text for text in cast.world.told("staff")) == 1


def test_a_stranger_who_leaves_is_nobody_s_news() -> None:
    """Somebody of the workspace who never spoke with us: nothing is said, and no row is made of him."""
    cast = at(published)
    before = len(cast.world.told("staff"))
    changes(cast, "U0NEVERSEEN", deleted=True)
    assert len(cast.world.told("staff")) == before
    with begin(cast.world.engine) as work:
        assert work.session.scalars(select(Handle).where(Handle.external_id == "U0NEVERSEEN")).all() == []


def test_the_only_one_leaves_and_the_owner_is_not_left_in_the_dark() -> None:
    """Nobody else applied: he hears that the posting goes on, and why this one left."""
    cast = at(chosen)
    cast.talent.home()
    cast.talent.press("応募を取り下げる")
    cast.talent.fill({"leave.WHY": "TIME"})
    cast.world.move(noon_after(cast.world.now, 1))
    assert "わけは「時間がとれなくなった」とのことです。" in cast.owner.said
    assert "募集は続いています。新しい応募があったら、ここでお知らせします。" in cast.owner.said
