"""Expiring: what was not delivered in its time is not delivered; what came along with it still is."""

from __future__ import annotations

import pytest

from storage.mail import QUOTA, TOO_LATE
from storage.outbox import DUE, HELD, SENDING, UNREACHABLE
from storage.unit_of_work import begin
from tests.storage.test_outbox import HOUR, NOW, SECOND, Post, bodies, post

__all__ = ["post"]

NOTICE, WORDS = '{"text":"notice"}', '{"text":"words"}'
PACK = f"[{NOTICE},{WORDS}]"


def test_what_is_too_late_is_let_go_and_the_next_leaves(post: Post) -> None:
    """A notice that waited past its hour goes nowhere; who stood behind it comes forward in the same look."""
    post.write("A", "stale", expires_at=NOW + HOUR)
    post.write("A", "fresh")
    post.write("B", "b1", expires_at=NOW + 2 * HOUR)
    assert sorted(bodies(*post.claim(NOW + HOUR, NOW + HOUR))) == ["b1", "fresh"]
    gone = next(each for each in post.rows() if each.body == "stale")
    assert (gone.status, gone.error) == (UNREACHABLE, TOO_LATE)


def test_in_time_is_in_time(post: Post) -> None:
    """A second before its hour it still leaves."""
    post.write("A", "a1", expires_at=NOW + HOUR)
    assert bodies(*post.claim(NOW + HOUR - SECOND, NOW)) == ["a1"]


def test_a_quiet_night_longer_than_the_help(post: Post) -> None:
    """Held until it would only mislead: closed when its time comes, and never numbered."""
    post.write("A", "stale", at=NOW + HOUR, expires_at=NOW + HOUR)
    with begin(post.engine) as work:
        work.outbox.release_held(NOW + HOUR)
    [row] = post.rows()
    assert (row.status, row.number) == (UNREACHABLE, None)


def test_a_reply_after_days_without_pushes_brings_nothing_stale(post: Post) -> None:
    """The month's pushes were spent: his next words bring what still helps, and not last week's notice."""
    post.write("A", "stale", expires_at=NOW + HOUR)
    post.write("A", "fresh")
    for parcel in (*post.claim(), *post.claim()):
        post.mark(parcel, status=HELD, number=None, error=QUOTA, next_at=NOW + 6 * HOUR)
    post.mark(*post.claim(), status=HELD, number=None, error=QUOTA, next_at=NOW + 6 * HOUR)
    with begin(post.engine) as work:
        work.outbox.add((), NOW + 2 * HOUR, {post.person("A"): ("token", NOW + 3 * HOUR)})
    [parcel] = post.claim(NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert bodies(parcel) == ["fresh"]
    assert post.statuses()["stale"] == UNREACHABLE


def test_a_reply_takes_along_only_what_still_helps(post: Post) -> None:
    """In the middle of a line the stale one is stepped over: the free reply carries the others."""
    post.write("A", "a1")
    post.write("A", "stale", expires_at=NOW + HOUR)
    post.write("A", "a3")
    post.give_token("A", "token", NOW + 3 * HOUR)
    [parcel] = post.claim(NOW + 2 * HOUR, NOW + 2 * HOUR)
    assert bodies(parcel) == ["a1", "a3"]
    assert post.statuses()["stale"] == UNREACHABLE


def test_what_came_along_still_goes_out(post: Post) -> None:
    """Of several bubbles of one push the first ages: words of the other side in it are not lost with it."""
    post.write("A", PACK, expires_at=NOW + HOUR)
    assert bodies(*post.claim(NOW + HOUR, NOW + HOUR)) == [f"[{WORDS}]"]
    assert [(each.status, each.expires_at) for each in post.rows()] == [(SENDING, None)]


@pytest.mark.parametrize("status", [HELD, DUE])
def test_taken_back_is_only_what_ages(post: Post, status: str) -> None:
    """A week is moved after its notice fell due: the notice goes, and what was to come along leaves."""
    later = NOW + HOUR if status == HELD else NOW
    post.write("A", PACK, at=later, dedupe="remind:1:0:OWNER.0", expires_at=NOW + 9 * HOUR)
    post.write("B", NOTICE, at=later, dedupe="remind:1:0:TALENT.0")
    with begin(post.engine) as work:
        work.outbox.take_back("remind:1:")
    assert {each.body: each.status for each in post.rows()} == {f"[{WORDS}]": status, NOTICE: UNREACHABLE}


def test_several_bubbles_leave_alone(post: Post) -> None:
    """A reply holds five messages: a row of several neither takes others along nor goes along."""
    post.write("A", "a1", PACK, "a3")
    post.give_token("A", "token", NOW + HOUR)
    [first] = post.claim()
    assert bodies(first) == ["a1"]
    post.sent(first)
    post.give_token("A", "again", NOW + HOUR)
    assert bodies(*post.claim()) == [PACK]
