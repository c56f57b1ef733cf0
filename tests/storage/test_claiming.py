"""Claiming: answers first, nobody's many messages before another's few, and as quick after years as on the first day."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.event import listens_for

from storage.outbox import DUE, HELD, QUOTA, SENT, Room
from storage.unit_of_work import begin
from tests.storage.test_outbox import HOUR, NOW, SECOND, Post, bodies, post

__all__ = ["post"]


def test_a_talkative_person_delays_nobody(post: Post) -> None:
    """Of a hundred messages to one person one is claimed, and the other people's with it."""
    post.write("A", *(f"a{n}" for n in range(100)))
    for name in "BCD":
        post.write(name, name)
    assert sorted(bodies(*post.claim(most=4))) == ["B", "C", "D", "a0"]


def test_who_waits_for_an_answer_goes_before_reminders_and_news(post: Post) -> None:
    """In the middle of a storm of reminders an answer leaves first, and news last."""
    for purpose in ("news", "reminder", "answer"):
        for n in range(3):
            post.write(f"{purpose}{n}", f"{purpose}{n}", purpose=purpose)
    assert sorted(bodies(*post.claim(most=3))) == ["answer0", "answer1", "answer2"]
    assert sorted(bodies(*post.claim(most=3))) == ["reminder0", "reminder1", "reminder2"]


def test_platforms_have_room_of_their_own(post: Post) -> None:
    """A full Slack leaves LINE its places, and the other way round."""
    post.write("A", "line")
    post.write("U0B", "slack", platform="slack")
    with begin(post.engine) as work:
        assert bodies(*work.outbox.claim(NOW, NOW, room=Room(line=5, slack=0))) == ["line"]
        assert work.outbox.claim(NOW, NOW, room=Room(line=0, slack=0)) == []


def test_a_shut_lane_keeps_only_its_own(post: Post) -> None:
    """A channel and a person that must wait, and homes: all others leave."""
    post.post("staff", "p1", "p2")
    post.post("postings", "p3")
    post.write("U0A", "a1", platform="slack")
    post.write("U0B", "b1", platform="slack")
    post.refresh("home:1")
    post.refresh("review:1")
    room = Room(channels=["staff"], people=[post.person("U0A")], homes_shut=True)
    with begin(post.engine) as work:
        found = work.outbox.claim(NOW, NOW, room=room)
    assert sorted(each.head.body or each.head.subject for each in found) == ["b1", "p3", "review:1"]
    assert sorted(each.head.body or each.head.subject for each in post.claim()) == [
        "a1",
        "home:1",
        "p1",
        "p2",
    ]


def test_of_one_channel_a_few_leave_at_a_time(post: Post) -> None:
    """A busy channel takes no more than its share of what leaves now."""
    post.post("staff", *(f"p{n}" for n in range(30)))
    post.post("postings", "other")
    with begin(post.engine) as work:
        found = work.outbox.claim(NOW, NOW, room=Room(posts=2))
    assert sorted(bodies(*found)) == ["other", "p0", "p1"]


def test_a_retry_in_the_middle_is_not_overtaken_in_a_batch(post: Post) -> None:
    """Five share a free reply only without a gap: what waits for its next try keeps those behind it."""
    post.write("A", "a1", "a2", "a3")
    with begin(post.engine) as work:
        second = next(each for each in post.rows() if each.body == "a2")
        work.outbox.set([second.id], next_at=NOW + HOUR)
    post.give_token("A", "token", NOW + 50 * SECOND)
    assert bodies(*post.claim()) == ["a1"]


def test_a_group_that_arrived_is_marked_with_its_ids(post: Post) -> None:
    """One statement marks all, each with the id the platform gave it."""
    for name in "ABC":
        post.write(name, name)
    parcels = post.claim()
    with begin(post.engine) as work:
        work.outbox.set_sent(
            {each.head.id: f"id-{each.head.body}" * (each.head.body != "B") for each in parcels}, "push", NOW
        )
    assert {row.body: (row.status, row.external_id, row.how) for row in post.rows()} == {
        "A": (SENT, "id-A", "push"),
        "B": (SENT, "", "push"),
        "C": (SENT, "id-C", "push"),
    }


def test_what_was_sent_years_ago_slows_nothing(post: Post) -> None:
    """Each look at what waits uses an index that holds only what waits, however long the table is."""
    asked: dict[str, Any] = {}
    is_postgres = post.engine.dialect.name == "postgresql"

    @listens_for(post.engine, "before_cursor_execute")
    def keep(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.setdefault(statement, parameters)

    post.write("A", "a1")
    asked.clear()
    post.claim()
    with begin(post.engine) as work:
        work.outbox.release_held(NOW)
    looks = {each: given for each, given in asked.items() if each.startswith(("WITH", "SELECT messages.id"))}
    with post.engine.connect() as connection:
        words = "EXPLAIN" if is_postgres else "EXPLAIN QUERY PLAN"
        if is_postgres:  # on a table of a few rows it would read them all
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plans = [
            str(line)
            for each, given in looks.items()
            for line in connection.exec_driver_sql(f"{words} {each}", given)
        ]
    text = "\n".join(plans)
    for name in ("sending", "due", "line", "drawing", "held"):
        assert f"ix_messages_{name}" in text, text
    assert not re.search(r"(Seq Scan on|SCAN) messages\b", text), text


def test_what_waits_for_pushes_leaves_with_a_free_reply(post: Post) -> None:
    """The month's pushes are spent: he writes, and what waited for him goes along with the answer, in order."""
    post.write("A", "a1")
    [parcel] = post.claim()
    post.mark(parcel, status=HELD, number=None, next_at=NOW + 6 * HOUR, error=QUOTA, leased_until=None)
    assert post.claim() == []
    post.give_token("A", "token", NOW + 50 * SECOND)
    post.write("A", "a2")
    [parcel] = post.claim()
    assert [each.body for each in parcel.rows] == ["a1", "a2"]
    assert {each.reply_token for each in parcel.rows} == {"token"}


def test_a_mark_that_comes_late_changes_nothing(post: Post) -> None:
    """A process stood still until its lease had ended and another had the message: what it says is not heard."""
    post.write("A", "a1")
    [late] = post.claim()
    [parcel] = post.claim(real=NOW + 120 * SECOND)
    with begin(post.engine) as work:
        work.outbox.set([late.head.id], lease=late.head.leased_until, status=DUE)
    assert post.claim(real=NOW + 121 * SECOND) == []
    post.sent(parcel)
