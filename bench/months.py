"""Months: three of them in the life of pairs who are past their first, on the real turns and sweeps.

Of ten owners seven tap each notice, one puts a meeting off each month, one taps every second notice and one none.
Each professional writes to the firm once in two weeks, one of ten urgently once a month; lists are written after each
meeting. What the owner's own act brings is a free reply; all else is a push, one for each row.
"""

from __future__ import annotations

import json
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from bench.goals import GOALS
from bench.recording import house_rules
from bench.rows import ABSOLUTE, Report, Scale, judged
from bench.stores import SQLITE, Store, fresh
from bench.world import pair
from bot import sweeps
from bot.actions.people import between
from bot.actions.weekly import slotting
from bot.arrivals import Arrived
from bot.carry import carry
from bot.line.webhook import arrivals
from bot.sends.drawing import draw_all
from bot.slack.bodies import arrived
from bot.taking import take_turn
from bot.turn import Turn
from flows.rules.calendar import JST
from storage.database import open_engine
from storage.engagements import Engagement, Meeting, MeetingState, Phase, Side
from storage.inbox import Arrival
from storage.mail import DUE, HELD, SEND, SENT, OutMessage, bubbles_of
from storage.parties import Handle
from storage.slots import SlotChange
from storage.unit_of_work import begin
from storage.weeks import Wanted

PAIRS = 40
BEGINS, WEEKS = datetime(2027, 2, 1, 9, tzinfo=JST), 13  # a Monday; holidays and the golden week lie in it
MONTH = 30.4 / 7  # weeks
THINKS = timedelta(minutes=20)
WORDS, URGENT = "写真を5枚、共有に入れました。", "急ぎ：今日の写真を確かめてください。"


class WentWrong(Exception):
    """A meeting had no notice, or two."""


@dataclass
class Lives:
    """Pairs with a clock of their own."""

    folder: Path
    many: int
    weeks: int = WEEKS
    now: datetime = BEGINS
    numbers: Iterator[int] = field(default_factory=lambda: count(1))
    moved: set[UUID] = field(default_factory=set)

    def __post_init__(self) -> None:
        store = Store(SQLITE, "", self.folder)
        self.engine, self.rules = open_engine(fresh(store, "months")), house_rules()
        ids = pair(self.engine, self.many, Phase.RUNNING, BEGINS)
        with begin(self.engine) as work:
            settled = update(Engagement).values(started_on=date(2027, 1, 4), url="https://meet.example.com/1")
            work.session.execute(settled)
            turn = Turn(work, self.rules, self.now)
            self.pairs = [work.engagements.get(id) for id in ids]
            for engagement in self.pairs:
                self._met_before(turn, engagement)
            known = work.session.execute(select(Handle.id, Handle.external_id))
            self.names = {row.id: row.external_id for row in known}

    def _met_before(self, turn: Turn, engagement: Engagement) -> None:
        """Let a pair have met three times, so that the hour before is told only to who does not tap."""
        for week in (3, 2, 1):
            at = datetime.combine(
                (BEGINS + timedelta(days=2)).date(), engagement.meets_at or BEGINS.time(), JST
            )
            row = turn.work.engagements.add_meeting(engagement.id, at - timedelta(weeks=week), minutes=30)
            row.state = MeetingState.HELD.name
        slotting.top_up(turn, engagement)

    def live(self) -> None:
        ends = BEGINS + timedelta(weeks=self.weeks)
        while (following := self._next(ends)) is not None:
            self.now = max(self.now, following)
            before = self._newest()
            while sweeps.moments(self.engine, self.rules, self.now):
                pass
            self._write_lists()
            self._deliver()
            if self.now.astimezone(JST).hour == 16:
                self.now += THINKS
                self._answer(before)

    def _next(self, ends: datetime) -> datetime | None:
        with begin(self.engine) as work:
            at = work.dues.next_after(self.now)
        return at if at is not None and at < ends else None

    def _newest(self) -> UUID | None:
        with begin(self.engine) as work:
            return work.session.scalars(select(OutMessage.id).order_by(OutMessage.id.desc()).limit(1)).first()

    def _deliver(self) -> None:
        """Let everything have arrived that may."""
        draw_all(self.engine, self.rules, self.now)
        due = (OutMessage.status.in_((DUE, HELD)), OutMessage.next_at <= self.now)
        with begin(self.engine) as work:
            work.session.execute(update(OutMessage).where(*due).values(status=SENT))

    def _write_lists(self) -> None:
        """Let the professional have written what was decided at meetings that are over."""
        with begin(self.engine) as work:
            held = select(Meeting).where(Meeting.state == MeetingState.HELD.name, Meeting.meets_at > BEGINS)
            for meeting in work.session.scalars(held.order_by(Meeting.id)):
                if work.weeks.week(meeting.id) is None:
                    wanted = [
                        Wanted(Side.OWNER, "写真を5枚とる", None),
                        Wanted(Side.TALENT, "文を5本書く", None),
                    ]
                    work.weeks.write(meeting, wanted, Side.TALENT, self.now)
                    work.dues.clear(meeting.id.hex, ("list_wait", "list_staff"), self.now)

    def _answer(self, before: UUID | None) -> None:
        """Let each do with the notice he has just read what his habit is; let professionals write to the firm."""
        week = (self.now - BEGINS).days // 7
        for number, engagement in enumerate(self.pairs):
            found = self._buttons(engagement.owner_handle_id, before)
            if "日にちを変える" not in found:
                continue  # he was told nothing to answer
            if (number + week) % 2 == 0:
                self._write(engagement, URGENT if number % 10 == 3 and week % 4 == 1 else WORDS)
            match number % 10:
                case 7 if week % 4 == 1 and engagement.id not in self.moved:
                    self.moved.add(engagement.id)
                    self._move(engagement, found["日にちを変える"])
                case 8 if week % 2:
                    pass
                case 9:
                    pass
                case _:
                    self.moved.discard(engagement.id)
                    self._tap(engagement, found.get("できた") or found["わかりました"])

    def _move(self, engagement: Engagement, payload: str) -> None:
        """Put a meeting off: he takes the first time that is offered, and the professional agrees."""
        before = self._newest()
        self._tap(engagement, payload)
        offered = self._buttons(engagement.owner_handle_id, before)
        self._tap(engagement, next(payload for label, payload in offered.items() if "時" in label))
        self._press(engagement, self._buttons(engagement.talent_handle_id, before)["これでよい"])

    def _tap(self, engagement: Engagement, payload: str) -> None:
        event = {
            "type": "postback",
            "postback": {"data": payload},
            "webhookEventId": f"bench{next(self.numbers)}",
            "timestamp": int(self.now.timestamp() * 1000),
            "source": {"type": "user", "userId": self.names[engagement.owner_handle_id]},
            "mode": "active",
        }
        self._take(arrivals(json.dumps({"events": [event]}).encode(), self.now)[0])

    def _press(self, engagement: Engagement, payload: str) -> None:
        pressed = {"type": "button", "action_id": "tap.0", "value": payload}
        user = {"id": self.names[engagement.talent_handle_id]}
        body = {"type": "block_actions", "user": user, "actions": [pressed]}
        body["trigger_id"] = f"bench{next(self.numbers)}"
        self._take(arrived(body, "block_actions", self.now))

    def _take(self, came: Arrived) -> None:
        row = Arrival(came.platform, came.external_id, came.sender, came.kind, came.body, came.happened_at)
        with begin(self.engine) as work:
            [id] = work.inbox.store([row], self.now)
        assert id is not None
        take_turn(self.engine, self.rules, carry, id, self.now)

    def _write(self, engagement: Engagement, words: str) -> None:
        with begin(self.engine) as work:
            talent = work.parties.locked_by_id(engagement.talent_handle_id)
            turn = Turn(work, self.rules, self.now, me=talent)
            between.heard(turn, engagement.id, words)
            turn.finish()

    def _buttons(self, handle: UUID, since: UUID | None) -> dict[str, str]:
        """Give what somebody may tap of what he was sent since then, by label."""
        mine = select(OutMessage.body).where(OutMessage.handle_id == handle, OutMessage.op == SEND)
        mine = mine.where(OutMessage.id > since) if since else mine
        with begin(self.engine) as work:
            bodies = work.session.scalars(mine.order_by(OutMessage.id)).all()
        return {label: value for body in bodies for label, value in _taps(bubbles_of(body))}

    def pushes(self) -> list[tuple[UUID, datetime]]:
        """Give what was sent to owners unasked: to whom, and when."""
        unasked = (OutMessage.platform == "line", OutMessage.op == SEND, OutMessage.purpose != "answer")
        rows = select(OutMessage.handle_id, OutMessage.next_at).where(*unasked, OutMessage.error == "")
        with begin(self.engine) as work:
            return [(id, at) for id, at in work.session.execute(rows) if id is not None]

    def look(self) -> None:
        """Each meeting that was held must have had its notice, once."""
        with begin(self.engine) as work:
            held = select(Meeting).where(Meeting.state == MeetingState.HELD.name, Meeting.meets_at > BEGINS)
            ids = [meeting.id.hex for meeting in work.session.scalars(held)]
            keys = select(OutMessage.dedupe).where(OutMessage.dedupe.like("remind:%:OWNER.0"))
            told = Counter(str(key).split(":")[1] for key in work.session.scalars(keys))
            moved = Counter(
                str(row.meeting_id.hex) for row in work.session.scalars(select(SlotChange)) if row.meeting_id
            )
            failed = work.session.scalars(select(OutMessage.body).where(OutMessage.body.like("%不調%"))).all()
        if failed:
            raise WentWrong(f"{len(failed)} moments failed")
        if wrong := [id for id in ids if not 1 <= told[id] <= 1 + moved[id]]:
            raise WentWrong(f"{len(wrong)} of {len(ids)} meetings had no notice, or two")


def _taps(node: Any) -> Iterator[tuple[str, str]]:
    """Find the buttons in what was drawn for LINE or Slack."""
    if isinstance(node, list):
        for each in node:
            yield from _taps(each)
    elif isinstance(node, dict):
        if node.get("type") == "postback":
            yield str(node["label"]), str(node["data"])
        elif node.get("type") == "button" and "value" in node:
            yield str(node["text"]["text"]), str(node["value"])
        else:
            for each in node.values():
                yield from _taps(each)


def lived(folder: Path, scale: Scale, report: Report) -> None:
    """Report the pushes of a month, and the most that came to anybody unasked on one day."""
    is_short = scale.size < 0.01
    lives = Lives(folder, 10 if is_short else PAIRS, WEEKS // 3 if is_short else WEEKS)
    lives.live()
    lives.look()
    pushes = lives.pushes()
    owners = [engagement.owner_handle_id for engagement in lives.pairs]
    each = Counter(id for id, _ in pushes)
    months = [each[id] * MONTH / lives.weeks for id in owners]
    days = Counter((id, at.astimezone(JST).date()) for id, at in pushes)
    normal = [months[number] for number in range(len(owners)) if number % 10 <= 7]
    report.put("weekly.pushes", normal, judged(GOALS["weekly.pushes"], statistics.median(normal)))
    report.put("weekly.a_day", list(map(float, days.values())), ABSOLUTE)
    kinds = {
        "who taps": range(7),
        "who moves one a month": (7,),
        "who taps every second": (8,),
        "never taps": (9,),
    }
    said = ", ".join(
        f"{name} {statistics.mean(months[n] for n in range(len(owners)) if n % 10 in which):.1f}"
        for name, which in kinds.items()
    )
    report.notes.append(f"{len(owners)} pairs, {lives.weeks} weeks; pushes of a month: {said}")
    report.notes.append(f"unasked messages to one owner on one day: {max(days.values())} at most")
