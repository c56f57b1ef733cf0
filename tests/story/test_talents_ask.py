"""What a talent may ask the bot in Slack at any moment, and what he may send it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.slack.bodies import arrived
from tests.story.stages import KICKOFF, applied, at, kicking, listed, published, running
from tests.story.world import TAKAHASHI, StoryWorld

STATE = "いまどうなってる？"


@pytest.mark.parametrize(
    ("stage", "says"),
    [
        (published, "まだ応募はありません"),
        (applied, "応募ずみです"),
        (listed, "社長が見ています"),
        (kicking, "お書きください"),
        (running, "次の打ち合わせは"),
    ],
)
def test_a_talent_may_ask_how_it_stands(stage: Any, says: str) -> None:
    """いまどうなってる？ in two lines at each of his stages: nothing yet, applied, shown, his turn to write, at work."""
    cast = at(stage)
    cast.talent.news()
    heard = "\n".join(cast.talent.type(STATE))
    assert says in heard
    assert "相談する" not in heard


def test_who_has_written_the_six_waits_for_the_owner() -> None:
    """The six decisions are with the owner: each side reads whose turn it is."""
    cast = at(kicking)
    assert "お相手が書いています" in cast.owner.do(STATE)[-1]
    cast.talent.fill(KICKOFF)
    cast.talent.news()
    assert "社長が確かめています" in cast.talent.type(STATE)[-1]
    assert "お確かめください" in cast.owner.do(STATE)[-1]


def test_a_talent_reads_what_we_hold_about_him() -> None:
    """わたしの情報: name, headline and applications, with the way to change them."""
    cast = at(applied)
    cast.talent.news()
    heard = "\n".join(cast.talent.type("わたしの情報"))
    assert "高橋 直樹" in heard
    assert "経理を自分の手で5年" in heard
    assert "応募：1件" in heard
    assert cast.talent.press("自己紹介を直す").form is not None


def send_photo(world: StoryWorld, user: str) -> None:
    files = [{"id": "F1", "mimetype": "image/png", "filetype": "png", "size": 9}]
    event = {"type": "message", "subtype": "file_share", "channel_type": "im", "user": user, "files": files}
    body = {"event_id": "Ev-photo", "event": {**event, "ts": "7.0001", "text": ""}}
    world.take(arrived(body, "message", world.now))
    world.flush()


def test_a_photo_of_a_talent_is_not_taken_and_he_hears_it() -> None:
    """A photo in the DM: kindly told that it does not arrive, nothing of it is kept."""
    cast = at(applied)
    cast.talent.news()
    send_photo(cast.world, TAKAHASHI)
    assert "ここでは受け取れません" in cast.talent.news()[-1]
