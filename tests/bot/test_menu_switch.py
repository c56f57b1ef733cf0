"""Which menu an owner is due: noticed by the store in whatever turn his work moves, whoever moved it."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from bot.menus import Shown, due, standing_of
from bot.payloads import word_payload
from bot.turn import Turn
from flows.beside.menu import Standing, entries
from storage.inbox import DONE
from storage.outbox import REFRESH, SENT, OutMessage
from storage.postings import Posting, State
from storage.unit_of_work import begin
from tests.bot.house import OWNER, House
from tests.bot.town import handle_of
from tests.story import stages
from tests.story.world import YAMAZAKI


def posting_of(turn: Turn, who: str) -> Posting:
    """Put a posting of this person under review."""
    handle = handle_of(turn.work, who)
    return turn.work.postings.add(
        Posting(
            owner_id=handle.party_id,
            handle_id=handle.id,
            state=State.REVIEW.name,
            wish_raw="ネットで売りたい",
            words_raw="うれしい",
            words_shown="うれしい",
            title="味噌を売る",
            goal="月10件",
            measure="月2件",
            first_tasks=["写真をとる"],
            partner="美咲",
            hours_month=20,
            approved_at=turn.now,
            created_at=turn.now,
        )
    )


def looks(house: House) -> int:
    """Count how often the owner's menu was asked to be looked at."""
    return sum(row.subject.startswith("menu:") for row in house.messages(OWNER, REFRESH))


def shows(house: House, state: str) -> None:
    """Let everything that waits be sent, and the owner see a menu."""
    with house.work() as work:
        work.session.execute(update(OutMessage).values(status=SENT))
        handle_of(work, OWNER).menu = state


def due_to_owner(house: House) -> Shown | None:
    with house.work() as work:
        return due(work, handle_of(work, OWNER).id)


def test_talk_alone_changes_no_menu(house: House) -> None:
    """Who is still telling his wish sees what everybody sees, and no turn of his asks for another."""
    house.plays_to("now")
    assert looks(house) == 0
    assert due_to_owner(house) is None


def test_an_approved_draft_brings_the_waiting_menu(house: House) -> None:
    """Three moves of one posting wait as one look; the menu is drawn from the store when it is sent."""
    house.in_review()
    assert looks(house) == 1
    assert due_to_owner(house) == Shown("waiting", "")
    with house.work() as work:
        work.menus.keep("waiting", "0" * 64, "richmenu-1")
    assert due_to_owner(house) == Shown("waiting", "richmenu-1")


def test_another_persons_turn_is_noticed_too(house: House) -> None:
    """Staff publish in Slack: the owner's menu is looked at, and stays, for he is waiting still."""
    house.in_review()
    shows(house, "waiting")
    house.presses("公開する")
    assert looks(house) == 2
    assert due_to_owner(house) is None


def test_a_posting_that_ends_brings_the_first_menu_back(house: House) -> None:
    """By whatever turn it ended."""
    posting = house.in_review()
    shows(house, "waiting")
    with house.work() as work:
        turn, ended = Turn(work, house.rules, house.now), work.postings.get(posting.id)
        work.postings.move(ended, State.CLOSED, by=None, channel="slack", event=None, now=house.now)
        turn.finish()
    assert looks(house) == 2
    assert due_to_owner(house) == Shown("new", "")


def test_who_comes_back_is_shown_his_menu_again(house: House) -> None:
    """A block unlinks him at LINE; following us again makes his menu due."""
    house.in_review()
    shows(house, "waiting")
    house.line(OWNER, {"type": "unfollow"})
    house.line(OWNER, {"type": "follow"})
    assert looks(house) == 2
    assert due_to_owner(house) == Shown("waiting", "")


@pytest.mark.parametrize(
    ("stage", "found"),
    [
        (stages.published, Standing.WAITING),
        (stages.chosen, Standing.WAITING),
        (stages.kicking, Standing.WAITING),
        (stages.running, Standing.RUNNING),
        (stages.looking_back, Standing.RUNNING),
    ],
    ids=lambda each: getattr(each, "__name__", ""),
)
def test_the_menu_follows_the_story(stage: object, found: Standing) -> None:
    """Published, chosen, agreeing: waiting. From the first weekly meeting on: running. Each change was noticed."""
    cast = stages.at(stage)
    with begin(cast.world.engine) as work:
        handle = handle_of(work, YAMAZAKI)
        assert standing_of(work, handle) is found
        seen = [row for row in work.session.query(OutMessage) if row.subject == f"menu:{handle.id.hex}"]
        assert seen
        assert {row.handle_id for row in seen} == {handle.id}


@pytest.mark.parametrize("standing", Standing)
def test_a_tap_on_each_area_is_understood(house: House, standing: Standing) -> None:
    """Whatever is open, a tap on any area of any menu is answered at once and fails nothing."""
    house.in_review()
    for entry in entries(standing):
        assert house.taps_payload(word_payload(entry.word)), entry.label
        assert house.event().status == DONE
