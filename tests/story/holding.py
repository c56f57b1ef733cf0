"""Holding: what must hold after each step of a walk, whatever was done; and what each person sees then."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from sqlalchemy import Table, bindparam, func, select, update

from bot.facts import facts_of
from bot.line.limits import broken
from bot.payloads import decode
from bot.slack.limits import broken_message, broken_view, safe, safe_home, safe_modal
from bot.taking import SORRY
from bot.talking import stand
from bot.turn import Rules, Turn
from bot.views import draw
from bot.wiring import Bot
from flows.messages import Form, Message
from flows.registry import FLOWS
from flows.replay import Finished, replay
from flows.steps import OpenQuestion, Think
from storage.conversations import CLOSED, HUMAN, LIVE, OPEN, Conversation, JournalEntry
from storage.inbox import FAILED, PARKED, Event
from storage.outbox import DUE, HELD, LOADING, REFRESH, SENT, OutMessage
from storage.parties import Handle
from storage.unit_of_work import Work, begin
from tests.bot.house import buttons_in
from tests.e2e.stage import words_of
from tests.flows.talk import SETTINGS, find_firm
from tests.story.world import MARUYAMA, MEETING_URL, TAKAHASHI, YAMAZAKI

if TYPE_CHECKING:
    from tests.story.walker import Street

RULES = replace(
    Bot.rules_of(SETTINGS, {"staff": "C0STAFF"}, find_firm, "test"), meeting_url=MEETING_URL, has_model=False
)
THINKING = replace(RULES, has_model=True)
UNREADABLE = re.compile(
    r"\bNone\b|\{[a-z_.]+\}|%\([a-z]+\)s|object at 0x|[aecfw]:[0-9a-f]{32}|[0-9a-f]{32}|Traceback"
)
TROUBLE = ("しくみの不調", SORRY)
TABLE = cast(Table, OutMessage.__table__)
MESSAGES, ENTRIES = OutMessage.__table__.c, JournalEntry.__table__.c
HANDLES = Handle.__table__.c
WHOLE = 4  # every so many steps all entries are compared, and at the end
APART = {YAMAZAKI: (MARUYAMA,), MARUYAMA: (YAMAZAKI, TAKAHASHI)}  # these never read a word of each other's


class Eyes:
    """What everybody sees, and what is true behind it."""

    def __init__(self, street: Street) -> None:
        self.street = street
        self.rules: Rules = THINKING if street.has_model else RULES
        self.buttons: dict[str, list[str]] = {}
        self.newest: dict[str, list[str]] = {}
        self.sent: dict[str, list[str]] = {}
        self.names: dict[UUID, str] = {}
        self.floors: dict[UUID, UUID] = {}
        self.steps = -1
        self.entries: dict[UUID, tuple[Any, ...]] = {}
        self.held: dict[UUID, tuple[Any, ...]] = {}
        self.may_blank = False
        self.deployed_at: datetime | None = None
        self._remember()

    def _remember(self) -> None:
        """Look through what was sent before the walk began."""
        with begin(self.street.engine) as work:
            self._learn(work)
            rows = select(MESSAGES.handle_id, MESSAGES.channel, MESSAGES.body).where(MESSAGES.body != "")
            for row in work.session.connection().execute(rows.order_by(MESSAGES.id)):
                self._offer(self._to(row), plain_payloads(json.loads(row.body)))
            for subject in select_subjects(work):
                self._card(work, subject, "postings" if subject.startswith("posting") else "staff")

    def _learn(self, work: Work) -> None:
        rows = work.session.connection().execute(select(HANDLES.id, HANDLES.external_id, HANDLES.floor))
        found = rows.all()
        self.names = {row.id: row.external_id for row in found}
        self.floors = {row.id: row.floor for row in found if row.floor}

    def _to(self, row: Any) -> str:
        return self.names[row.handle_id] if row.handle_id else row.channel

    def _offer(self, to: str, payloads: list[str]) -> None:
        if payloads:
            self.buttons.setdefault(to, []).extend(payloads)
            self.newest[to] = payloads

    # after each step

    def look(self, sender: str) -> int:
        """Let everything leave that may, hold what must hold; count what the sender heard."""
        with begin(self.street.engine) as work:
            troubles = select(func.count()).where(Event.status.in_((FAILED, PARKED)))
            assert not work.session.scalar(troubles), "an event failed"
            self._learn(work)
            heard = self._read(work, sender)
            self.steps += 1
            if self.steps % WHOLE == 0 or self.may_blank:
                self.hold_journals(work)
            self._hold_talks(work)
        return heard

    def _read(self, work: Work, sender: str) -> int:
        connection = work.session.connection()
        may_leave = (MESSAGES.status.in_((DUE, HELD)), MESSAGES.next_at <= self.street.now)
        rows = connection.execute(select(TABLE).where(*may_leave).order_by(MESSAGES.id)).all()
        drawn = set[str]()
        for row in rows:
            if row.op == REFRESH and row.subject not in drawn:
                drawn.add(row.subject)
                self._card(work, row.subject, self._to(row))
            elif row.op not in (REFRESH, LOADING):
                self._message(row)
        if rows:
            marks = [{"row": row.id, "known": f"x{row.id.hex}"} for row in rows]
            left = update(TABLE).where(MESSAGES.id == bindparam("row"))
            now = self.street.now
            connection.execute(left.values(status=SENT, left_at=now, external_id=bindparam("known")), marks)
        return sum(row.handle_id is not None and self._to(row) == sender for row in rows)

    def _message(self, row: Any) -> None:
        body, to = json.loads(row.body), self._to(row)
        is_line = row.platform == "line"
        assert not (broken([body]) if is_line else broken_message(body)), row.body
        self._hold_words(words_of(body) if is_line else slack_words(body), to)
        payloads = [payload for _, payload in buttons_in(body)] if is_line else slack_payloads(body)
        assert all(decode(payload, self.street.now) for payload in payloads), payloads
        self._offer(to, payloads)
        self.sent.setdefault(to, []).append(f"x{row.id.hex}")

    def _card(self, work: Work, subject: str, to: str) -> None:
        drawing = (
            draw(work, self.rules, subject, self.street.now) if not subject.startswith("menu:") else None
        )
        if drawing is None:
            return
        bodies = [safe_home(drawing.messages)] if drawing.is_home else list(map(safe, drawing.messages))
        for body in bodies:
            assert not (broken_view(body) if drawing.is_home else broken_message(body))
            self._hold_words(slack_words(body), to)
            self._offer(to, slack_payloads(body))

    def check_form(self, form: Form) -> None:
        view = safe_modal(form)
        assert not broken_view(view)
        self._hold_words(slack_words(view), "form")

    def _hold_words(self, words: str, to: str) -> None:
        from tests.story.walker import CANARY

        assert words.strip(), "an empty message"
        assert not UNREADABLE.search(words), words
        assert not any(sign in words for sign in TROUBLE), words
        for other in APART.get(to, ()):
            assert CANARY[other] not in words, f"a word of {other} before {to}: {words}"

    def hold_journals(self, work: Work) -> None:
        """Entries are only added, but for those a person took back."""
        rows = select(ENTRIES.id, ENTRIES.key, ENTRIES.value, ENTRIES.raw, ENTRIES.given, ENTRIES.is_blank)
        found = {
            row.id: (row.key, json.dumps(row.value), row.raw, row.given, row.is_blank)
            for row in work.session.connection().execute(rows)
        }
        if not self.may_blank:
            assert all(found.get(id) == entry for id, entry in self.entries.items()), "an entry was changed"
        assert found.keys() >= self.entries.keys(), "an entry is gone"
        self.entries = found

    def _hold_talks(self, work: Work) -> None:
        live = select(Conversation).where(Conversation.status.in_(LIVE))
        talks = {each.id: each for each in work.session.scalars(live)}
        for handle, floor in self.floors.items():
            assert floor in talks, f"{self.names[handle]} speaks to a talk that is over"
            assert talks[floor].handle_id == handle, "somebody else's talk"
        turn = Turn(work, self.rules, self.street.now)
        for talk in talks.values():
            stands = (talk.status, talk.turn, str(talk.asked), talk.settled_at, self.deployed_at)
            if self.held.get(talk.id) == stands and not self.may_blank:
                continue
            self.held[talk.id] = stands
            journal = work.conversations.journal(talk.id)
            facts = facts_of(turn, talk)
            state, again = (replay(FLOWS[talk.flow], facts, journal) for _ in range(2))
            assert repr(state) == repr(again), "two runs on one journal differ"
            if talk.status == OPEN and not self._is_before_release(talk):
                assert not isinstance(state, Finished), f"{talk.flow} is at its end and still open"
                assert set(state.keys[:1]) <= talk.asked.keys(), (
                    f"{talk.flow} asks {state.keys} and knows {talk.asked}"
                )
                is_thinking = isinstance(state.step, Think)
                assert is_thinking == (state.keys[0] in talk.asked and not state.open_questions())

    def _is_before_release(self, talk: Conversation) -> bool:
        return self.deployed_at is not None and talk.settled_at <= self.deployed_at

    # what is asked

    def open_question(self, who: str) -> OpenQuestion | None:
        return self.open_in(who)[1]

    def open_in(self, who: str) -> tuple[str, OpenQuestion | None]:
        """Give the flow somebody is in and the question open there; the posting's where he is in none."""
        with begin(self.street.engine) as work:
            handle = work.session.scalars(select(Handle).where(Handle.external_id == who)).first()
            talk = work.conversations.get(handle.floor) if handle and handle.floor else None
            if talk is None or talk.status in (CLOSED, HUMAN):
                return "posting", None
            journal = work.conversations.journal(talk.id)
            state = stand(Turn(work, self.rules, self.street.now), talk, journal)
            return talk.flow, next(iter(state.open_questions()), None) if state else None


def select_subjects(work: Work) -> list[str]:
    rows = select(OutMessage.subject).where(OutMessage.op == REFRESH, OutMessage.subject.not_like("home:%"))
    return sorted({subject for subject in work.session.scalars(rows) if not subject.startswith("menu:")})


def plain_payloads(body: dict[str, Any]) -> list[str]:
    """Give the buttons of a message as the story's world keeps it."""
    found = [button["payload"] for button in body.get("buttons", ())]
    return found + [payload for each in body.get("deck", ()) for payload in plain_payloads(each)]


def slack_words(node: Any) -> str:
    return "\n".join(_texts(node))


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for each in node:
            yield from _texts(each)
    elif isinstance(node, dict):
        for name, each in node.items():
            if name == "text" and isinstance(each, str):
                yield each
            else:
                yield from _texts(each)


def slack_payloads(node: Any) -> list[str]:
    if isinstance(node, list):
        return [payload for each in node for payload in slack_payloads(each)]
    if not isinstance(node, dict):
        return []
    own = [node["value"]] if node.get("type") == "button" and "value" in node else []
    return own + [payload for each in node.values() for payload in slack_payloads(each)]


__all__ = ["Eyes", "Message"]
