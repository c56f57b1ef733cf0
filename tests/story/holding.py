"""Holding: what must hold in a walk, whatever was done; and what each person sees then."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from bot.facts import facts_of
from bot.line.limits import broken
from bot.payloads import decode
from bot.slack.limits import broken_message, broken_view, safe, safe_home, safe_modal
from bot.taking import SORRY
from bot.talking import stand
from bot.turn import Rules, Turn
from bot.views import draw
from bot.wiring import Bot
from flows.journal import Journal
from flows.messages import Form
from flows.registry import FLOWS
from flows.replay import Finished, replay
from flows.steps import OpenQuestion, Think
from storage.conversations import CLOSED, HUMAN, LIVE, OPEN, Conversation
from storage.inbox import FAILED, PARKED
from storage.outbox import DUE, HELD, LOADING, REFRESH, SENT
from storage.parties import Handle
from storage.unit_of_work import Work, begin
from tests.bot.house import buttons_in
from tests.e2e.stage import words_of
from tests.flows.talk import SETTINGS, find_firm
from tests.story.said import CANARY
from tests.story.world import MARUYAMA, MEETING_URL, TAKAHASHI, TANAKA, YAMAZAKI

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
Rows = Callable[..., list[Any]]
APART = {YAMAZAKI: (MARUYAMA,), MARUYAMA: (YAMAZAKI, TAKAHASHI)}  # these never read a word of each other's


@dataclass
class Seen:
    """What everybody has before his eyes: by person or channel, the buttons' payloads and the messages' ids."""

    buttons: dict[str, list[str]] = field(default_factory=dict)
    newest: dict[str, list[str]] = field(default_factory=dict)
    sent: dict[str, list[str]] = field(default_factory=dict)

    def copy(self) -> Seen:
        return Seen(*({to: list(kept) for to, kept in each.items()} for each in vars(self).values()))

    def offer(self, to: str, payloads: list[str]) -> None:
        if payloads:
            self.buttons.setdefault(to, []).extend(payloads)
            self.newest[to] = payloads


class Eyes:
    """What everybody sees, and what is true behind it. Reads past the ORM: there are very many steps."""

    def __init__(self, street: Street, seen: Seen, deployed_at: datetime | None = None) -> None:
        self.street, self.seen, self.deployed_at = street, seen, deployed_at
        self.rules: Rules = THINKING if street.has_model else RULES
        self.names: dict[str, str] = {}
        self.floors: dict[str, str] = {}
        self.entries: dict[str, tuple[Any, ...]] = {}
        self.held: dict[UUID, tuple[Any, ...]] = {}
        self.cards: dict[str, str] = {}  # cards and homes that are to be looked at, and by whom
        self.hold_journals()

    def remember(self) -> None:
        """Look through what was sent before the walk began."""
        with self._rows() as rows:
            self._learn(rows)
            for handle, channel, body in rows(
                "SELECT handle_id, channel, body FROM messages WHERE body <> '' ORDER BY id"
            ):
                self.seen.offer(self._to(handle, channel), plain_payloads(json.loads(body)))
            for (subject,) in rows(
                f"SELECT DISTINCT subject FROM messages WHERE op = '{REFRESH}' ORDER BY subject"
            ):
                if not subject.startswith(("menu:", "home:")):
                    self.cards[subject] = "postings" if subject.startswith("posting") else "staff"
        self.look_at_cards()

    @contextmanager
    def _rows(self) -> Iterator[Rows]:
        connection = self.street.engine.raw_connection()
        try:
            yield lambda sql, *given: connection.driver_connection.execute(sql, given).fetchall()  # type: ignore[union-attr]
        finally:
            connection.close()

    def _learn(self, rows: Rows) -> None:
        found = rows("SELECT id, external_id, floor FROM handles")
        self.names = {id: name for id, name, _ in found}
        self.floors = {id: floor for id, _, floor in found if floor}

    def _to(self, handle: str | None, channel: str) -> str:
        return self.names[handle] if handle else channel

    # after each step

    def look(self, sender: str) -> int:
        """Let everything leave that may, and read it; count what the sender heard."""
        now = self.street.now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
        heard, may_leave = 0, f"status IN ('{DUE}', '{HELD}') AND next_at <= ?"
        with self._rows() as rows:
            [[failed]] = rows(f"SELECT count(*) FROM events WHERE status IN ('{FAILED}', '{PARKED}')")
            assert not failed, "an event failed"
            self._learn(rows)
            columns = "id, handle_id, channel, platform, op, subject, body"
            leaves = rows(f"SELECT {columns} FROM messages WHERE {may_leave} ORDER BY id", now)
            for id, handle, channel, platform, op, subject, body in leaves:
                to = self._to(handle, channel)
                heard += to == sender and handle is not None
                if op == REFRESH:
                    self.cards[subject] = to
                elif op != LOADING:
                    self._message(id, platform, body, to)
            if leaves:
                left = f"UPDATE messages SET status = '{SENT}', left_at = ?, external_id = 'x' || id WHERE {may_leave}"
                rows(left, now, now)
        return heard

    def hold(self) -> None:
        """Hold all that must hold now."""
        self.look_at_cards()
        self.hold_journals()
        with begin(self.street.engine) as work:
            self._hold_talks(work)

    def look_at_cards(self) -> None:
        """See the cards and homes that were to be drawn; of the staff's homes, which are alike, one."""
        with begin(self.street.engine) as work:
            for subject, to in self.cards.items():
                if to != TANAKA and not subject.startswith("menu:"):
                    self._card(work, subject, to)
        self.cards.clear()

    def _message(self, id: str, platform: str, text: str, to: str) -> None:
        body, is_line = json.loads(text), platform == "line"
        assert not (broken([body]) if is_line else broken_message(body)), text
        self._hold_words(words_of(body) if is_line else slack_words(body), to)
        payloads = [payload for _, payload in buttons_in(body)] if is_line else slack_payloads(body)
        assert all(decode(payload, self.street.now) for payload in payloads), payloads
        self.seen.offer(to, payloads)
        self.seen.sent.setdefault(to, []).append(f"x{id}")

    def _card(self, work: Work, subject: str, to: str) -> None:
        drawing = draw(work, self.rules, subject, self.street.now)
        if drawing is None:
            return
        bodies = [safe_home(drawing.messages)] if drawing.is_home else list(map(safe, drawing.messages))
        for body in bodies:
            assert not (broken_view(body) if drawing.is_home else broken_message(body))
            self._hold_words(slack_words(body), to)
            self.seen.offer(to, slack_payloads(body))

    def check_form(self, form: Form) -> None:
        view = safe_modal(form)
        assert not broken_view(view)
        self._hold_words(slack_words(view), "form")

    def _hold_words(self, words: str, to: str) -> None:
        assert words.strip(), "an empty message"
        assert not UNREADABLE.search(words), words
        assert not any(sign in words for sign in TROUBLE), words
        for other in APART.get(to, ()):
            assert CANARY[other] not in words, f"a word of {other} before {to}: {words}"

    def hold_journals(self, *, may_blank: bool = False) -> None:
        """Entries are only added, but for those a person took back."""
        with self._rows() as rows:
            found = {
                row[0]: row[1:] for row in rows("SELECT id, key, value, raw, given, is_blank FROM entries")
            }
        if not may_blank:
            assert self.entries.items() <= found.items(), "an entry was changed"
        assert found.keys() >= self.entries.keys(), "an entry is gone"
        self.entries = found

    def _hold_talks(self, work: Work) -> None:
        live = select(Conversation).where(Conversation.status.in_(LIVE))
        talks = {each.id.hex: each for each in work.session.scalars(live)}
        for handle, floor in self.floors.items():
            assert floor in talks, f"{self.names[handle]} speaks to a talk that is over"
            assert talks[floor].handle_id.hex == handle, "somebody else's talk"
        turn = Turn(work, self.rules, self.street.now)
        for talk in talks.values():
            stands = (talk.status, talk.turn, str(talk.asked), talk.settled_at, self.deployed_at)
            if self.held.get(talk.id) == stands:
                continue
            self.held[talk.id] = stands
            journal = work.conversations.journal(talk.id)
            facts = facts_of(turn, talk)
            twice = (journal, Journal(journal.entries))
            state, again = (replay(FLOWS[talk.flow], facts, each) for each in twice)
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

    @contextmanager
    def open_in(self, who: str) -> Iterator[tuple[str, OpenQuestion | None]]:
        """Give the flow somebody is in and the question open there, which may look things up in the store while it reads.

        The posting's flow where he is in none.
        """
        with begin(self.street.engine) as work:
            handle = work.session.scalars(select(Handle).where(Handle.external_id == who)).first()
            talk = work.conversations.get(handle.floor) if handle and handle.floor else None
            if talk is None or talk.status in (CLOSED, HUMAN):
                yield "posting", None
                return
            journal = work.conversations.journal(talk.id)
            state = stand(Turn(work, self.rules, self.street.now), talk, journal)
            yield talk.flow, next(iter(state.open_questions()), None) if state else None


def plain_payloads(body: dict[str, Any] | list[dict[str, Any]]) -> list[str]:
    """Give the buttons of a message as the story's world keeps it; several that leave as one are a list."""
    if isinstance(body, list):
        return [payload for each in body for payload in plain_payloads(each)]
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


__all__ = ["Eyes", "Seen"]
