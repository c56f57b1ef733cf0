"""Outbox: each person's messages leave in order, each once, and nobody waits for anybody else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Engine, select

from storage.leases import USUAL
from storage.outbox import (
    DUE,
    HELD,
    REFRESH,
    SENDING,
    SENT,
    UNREACHABLE,
    Outgoing,
    OutMessage,
    Parcel,
)
from storage.unit_of_work import begin

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


@dataclass
class Post:
    """An outbox with people, as turns and deliveries use it."""

    engine: Engine
    handles: dict[str, UUID] = field(default_factory=dict)

    def person(self, name: str, platform: str = "line") -> UUID:
        if name not in self.handles:
            with begin(self.engine) as work:
                self.handles[name] = work.parties.meet(platform, name, "owner", NOW).id
        return self.handles[name]

    def write(self, to: str, *bodies: str, at: datetime = NOW, platform: str = "line", **values: Any) -> None:
        """One turn that writes to one person."""
        handle = self.person(to, platform)
        with begin(self.engine) as work:
            work.outbox.add(
                [row(body, at, handle_id=handle, platform=platform, **values) for body in bodies], NOW
            )

    def post(self, channel: str, *bodies: str, **values: Any) -> None:
        with begin(self.engine) as work:
            rows = [row(body, NOW, channel=channel, platform="slack", **values) for body in bodies]
            work.outbox.add(rows, NOW)

    def refresh(self, subject: str) -> None:
        self.post("staff", "", op=REFRESH, subject=subject)

    def give_token(self, to: str, token: str, until: datetime) -> None:
        with begin(self.engine) as work:
            work.outbox.add((), NOW, {self.person(to): (token, until)})

    def claim(self, now: datetime = NOW, real: datetime = NOW, most: int = 20) -> list[Parcel]:
        with begin(self.engine) as work:
            return work.outbox.claim(now, real, most)

    def sent(self, *parcels: Parcel) -> None:
        self.mark(*parcels, status=SENT)

    def mark(self, *parcels: Parcel, **values: Any) -> None:
        with begin(self.engine) as work:
            work.outbox.set([each.id for parcel in parcels for each in parcel.rows], **values)

    def rows(self) -> list[OutMessage]:
        with begin(self.engine) as work:
            return list(work.session.scalars(select(OutMessage).order_by(OutMessage.id)))

    def statuses(self) -> dict[str, str]:
        return {each.body: each.status for each in self.rows()}


def row(body: str, at: datetime, platform: str, **values: Any) -> Outgoing:
    return Outgoing(platform, body, at, NOW, **values)


def bodies(*parcels: Parcel) -> list[str]:
    return [each.body for parcel in parcels for each in parcel.rows]


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine)


def test_messages_are_numbered_in_the_order_their_turns_committed(post: Post) -> None:
    """Each person's line counts by itself, without a gap."""
    post.write("A", "a1", "a2")
    post.write("B", "b1")
    post.write("A", "a3")
    assert {each.body: each.number for each in post.rows()} == {"a1": 1, "a2": 2, "b1": 1, "a3": 3}


def test_turns_of_many_processes_number_one_line_without_a_double(post: Post) -> None:
    """Ten turns at once that write to one new person give ten numbers."""
    post.person("A")
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: post.write("A", f"m{n}"), range(10)))
    assert sorted(each.number or 0 for each in post.rows()) == list(range(1, 11))


def test_without_a_reply_token_the_head_goes_alone(post: Post) -> None:
    """A push carries one message under its own retry key; the next waits until it has arrived."""
    post.write("A", "a1", "a2")
    [first] = post.claim()
    assert bodies(first) == ["a1"]
    assert post.claim() == []
    post.sent(first)
    assert bodies(*post.claim()) == ["a2"]


def test_a_reply_token_carries_five_in_a_row_and_is_spent(post: Post) -> None:
    """Five messages share a free reply; the sixth has no token left."""
    post.give_token("A", "token", NOW + 50 * SECOND)
    post.write("A", *(f"a{n}" for n in range(1, 8)))
    [first] = post.claim()
    assert bodies(first) == ["a1", "a2", "a3", "a4", "a5"]
    assert {each.reply_token for each in first.rows} == {"token"}
    post.sent(first)
    [second] = post.claim()
    assert bodies(second) == ["a6"]
    assert second.head.reply_token == ""


def test_a_reply_token_past_its_time_is_not_used(post: Post) -> None:
    """After fifty seconds the message goes as a push, alone."""
    post.give_token("A", "token", NOW + 50 * SECOND)
    post.write("A", "a1", "a2")
    [late] = post.claim(real=NOW + 51 * SECOND)
    assert (bodies(late), late.head.reply_token) == (["a1"], "")


def test_an_unused_token_serves_what_is_written_later(post: Post) -> None:
    """The free reply of a turn that said nothing carries the answer that a worker wrote soon after."""
    post.give_token("A", "token", NOW + 50 * SECOND)
    assert post.claim() == []
    post.write("A", "thought")
    [parcel] = post.claim(real=NOW + 45 * SECOND)
    assert parcel.head.reply_token == "token"


def test_what_was_tried_with_a_token_is_tried_with_the_same_rows(post: Post) -> None:
    """A reply of unknown outcome is repeated word for word, though more was written meanwhile."""
    post.give_token("A", "token", NOW + 50 * SECOND)
    post.write("A", "a1", "a2")
    [first] = post.claim()
    post.write("A", "a3")
    post.mark(first, status=DUE, error="unknown: timeout")
    [again] = post.claim()
    assert bodies(again) == ["a1", "a2"]
    assert again.head.reply_token == "token"


def test_what_may_have_arrived_as_a_push_takes_no_fresh_token(post: Post) -> None:
    """Only the retry key can tell whether a push of unknown outcome arrived: it stays a push."""
    post.write("A", "a1")
    [first] = post.claim()
    post.mark(first, status=DUE, error="unknown: timeout")
    post.give_token("A", "token", NOW + 50 * SECOND)
    post.write("A", "a2")
    [again] = post.claim()
    assert (bodies(again), again.head.reply_token) == (["a1"], "")
    post.sent(again)
    [after] = post.claim()
    assert (bodies(after), after.head.reply_token) == (["a2"], "token")


def test_a_message_that_waits_holds_its_own_line_only(post: Post) -> None:
    """While A's first message waits for its next try, A's second waits too, and B hears at once."""
    post.write("A", "a1", "a2")
    [first] = post.claim()
    post.mark(first, status=DUE, next_at=NOW + HOUR)
    post.write("B", "b1")
    assert bodies(*post.claim()) == ["b1"]
    [again] = post.claim(now=NOW + HOUR)
    assert bodies(again) == ["a1"]


def test_many_waiting_lines_do_not_starve_a_channel(post: Post) -> None:
    """Though a hundred people's lines stand still, the staff's post leaves."""
    for n in range(100):
        post.write(f"A{n}", "first", "second")
    parcels = post.claim(most=200)
    assert len(parcels) == 100
    post.mark(*parcels, status=DUE, next_at=NOW + HOUR)
    post.post("staff", "news")
    post.write("Z", "hello")
    assert sorted(bodies(*post.claim(most=2))) == ["hello", "news"]


def test_a_message_out_of_the_line_goes_by_itself(post: Post) -> None:
    """What was retried too long has no number any more: it leaves alone, and the line goes on."""
    post.write("A", "a1", "a2")
    [first] = post.claim()
    post.mark(first, status=DUE, number=None)
    assert sorted(bodies(*post.claim())) == ["a1", "a2"]


@pytest.mark.parametrize(("platform", "lease"), [("line", USUAL.line), ("slack", USUAL.slack)])
def test_a_lease_that_ends_gives_the_message_to_another(post: Post, platform: str, lease: timedelta) -> None:
    """A carrier that died comes back with nothing: another carries, knowing that it may have arrived."""
    post.write("A", "a1", platform=platform)
    assert len(post.claim()) == 1
    assert post.claim(real=NOW + lease) == []
    [again] = post.claim(real=NOW + lease + SECOND)
    assert bodies(again) == ["a1"]
    assert again.head.error.startswith("unknown")
    assert again.head.attempts == 2


def test_a_reply_whose_carrier_died_asks_the_same_token(post: Post) -> None:
    """While LINE knows the token it tells whether the same rows arrived: nobody reads them twice."""
    post.give_token("A", "token", NOW + 50 * SECOND)
    post.write("A", "a1", "a2")
    post.claim()
    post.write("A", "a3")
    [again] = post.claim(real=NOW + USUAL.line + SECOND)
    assert (bodies(again), again.head.reply_token) == (["a1", "a2"], "token")


def test_a_token_that_line_has_forgotten_is_not_asked(post: Post) -> None:
    """After a minute LINE refuses any token: that says nothing, so what may be lost goes as a push."""
    post.give_token("A", "token", NOW + 50 * SECOND)
    post.write("A", "a1", "a2")
    [first] = post.claim()
    post.mark(first, status=DUE, error="unknown: timeout")  # kept for a second try, and the process died
    [late] = post.claim(real=NOW + 56 * SECOND)
    assert (bodies(late), late.head.reply_token) == (["a1"], "")


def test_each_parcel_is_leased_to_one(post: Post) -> None:
    """Eight deliveries at once share forty lines; no message is in two hands, no line in two places."""
    for n in range(40):
        post.write(f"A{n}", "x1", "x2")
    with ThreadPoolExecutor(8) as pool:
        parcels = [each for found in pool.map(lambda _: post.claim(most=10), range(8)) for each in found]
    parcels += post.claim(most=50)
    assert sorted(each.recipient for each in parcels) == sorted(f"A{n}" for n in range(40))
    assert bodies(*parcels) == ["x1"] * 40
    assert post.claim() == []


def test_slack_messages_to_a_person_leave_one_by_one(post: Post) -> None:
    """Slack has no batch: the second waits for the first."""
    post.write("U0A", "s1", "s2", platform="slack")
    [first] = post.claim()
    assert bodies(first) == ["s1"]
    assert post.claim() == []


def test_a_channel_promises_no_order(post: Post) -> None:
    """Posts in a channel leave side by side."""
    post.post("staff", "p1", "p2")
    assert sorted(bodies(*post.claim())) == ["p1", "p2"]


def test_quiet_hours_wait_outside_the_line(post: Post) -> None:
    """What is held takes no number until its hour; what is said meanwhile does not wait for it."""
    post.write("A", "news", at=NOW + HOUR, purpose="news")
    post.write("A", "answer")
    assert post.statuses() == {"news": HELD, "answer": DUE}
    assert bodies(*post.claim()) == ["answer"]
    with begin(post.engine) as work:
        assert work.outbox.release_held(NOW + HOUR - SECOND) == 0
        assert work.outbox.release_held(NOW + HOUR) == 1
    assert {each.body: each.number for each in post.rows()} == {"answer": 1, "news": 2}


def test_held_messages_are_released_once(post: Post) -> None:
    """Several processes that look at the same hour number each message once."""
    for n in range(30):
        post.write("A", f"n{n}", at=NOW + HOUR)

    def release(_: int) -> int:
        with begin(post.engine) as work:
            return work.outbox.release_held(NOW + HOUR)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(release, range(6))) == 30
    assert sorted(each.number or 0 for each in post.rows()) == list(range(1, 31))


def test_a_dedupe_key_speaks_once(post: Post) -> None:
    """The same key in a later turn, or twice in one, is one message."""
    post.post("staff", "quota", "quota again", dedupe="quota:2026-11")
    post.post("staff", "quota once more", dedupe="quota:2026-11")
    assert list(post.statuses()) == ["quota"]


def test_a_drawing_that_waits_is_enough(post: Post) -> None:
    """A refresh shows the latest state, so one in the line serves all changes; one in the air does not."""
    post.refresh("review:1")
    post.refresh("review:1")
    post.refresh("review:2")
    assert len(post.rows()) == 2
    parcels = post.claim()
    post.refresh("review:1")
    assert len(post.rows()) == 3
    assert post.claim() == []  # not while the older drawing is in the air
    post.sent(*parcels)
    assert [parcel.head.subject for parcel in post.claim()] == ["review:1"]


def test_two_drawings_of_one_card_are_never_in_the_air_together(post: Post) -> None:
    """A drawing to be retried and a newer one leave one after the other: a card is not posted twice."""
    post.refresh("review:1")
    first = post.claim()
    post.refresh("review:1")
    post.mark(*first, status=DUE)
    assert len(post.claim()) == 1
    assert post.claim() == []


def test_a_drawing_never_misses_the_change_that_asked_for_it(post: Post) -> None:
    """While a turn that found a waiting drawing has not committed, nobody draws the state before it."""
    if post.engine.dialect.name == "sqlite":
        return  # one writer at a time
    post.refresh("review:1")
    with begin(post.engine) as turn:
        turn.outbox.add([row("", NOW, "slack", channel="staff", op=REFRESH, subject="review:1")], NOW)
        assert post.claim() == []
    assert len(post.claim()) == 1


def test_what_waits_for_somebody_who_blocked_us_is_closed(post: Post) -> None:
    """Due and held rows of that person are closed; what is in the air ends by itself; others keep theirs."""
    post.write("A", "a1", "a2")
    post.write("A", "held", at=NOW + HOUR)
    post.write("B", "b1")
    post.claim(most=1)
    with begin(post.engine) as work:
        assert work.outbox.close_unreachable(post.person("A")) == 2
    assert post.statuses() == {"a1": SENDING, "a2": UNREACHABLE, "held": UNREACHABLE, "b1": DUE}


def test_where_a_card_hangs_is_known_until_it_is_gone(post: Post) -> None:
    """A card's place is kept, changed and forgotten by its subject."""
    with begin(post.engine) as work:
        assert work.outbox.card("review:1") is None
        work.outbox.posted("review:1", "C0STAFF", "1.1")
        work.outbox.posted("review:1", "C0STAFF", "2.2")
    with begin(post.engine) as work:
        card = work.outbox.card("review:1")
        assert card is not None
        assert card.ts == "2.2"
        work.outbox.unpost("review:1")
    with begin(post.engine) as work:
        assert work.outbox.card("review:1") is None
