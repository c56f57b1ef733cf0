"""Days: five pairs of one operator live on by what they read, from one thing that falls due to the next; all of it is written down."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flows.rules.calendar import JST, WEEKDAYS
from tests.year.operator import Operator
from tests.year.screens import Desk, Phone, Seen

THINKS = timedelta(minutes=20)  # before somebody answers what he read
ANSWERS = timedelta(minutes=2)  # between one act and the next
CALLS = timedelta(minutes=45)  # until somebody of the staff has rung up those of a card
OWNER, TALENT, STAFF, STAFF_BOOK = "社長", "お相手", "担当", "6_staff"
LINK = re.compile(r"https?://\S+")
ONLY_A_DEATH = "フォームを開けませんでした"  # brings the form whose process died; a calm day knows none

# Who, and what he does: a [button], words, a form's field=words; 「@45 」 before it waits so long.
Act = tuple[str, str]


@dataclass(frozen=True)
class Line:
    """A line of a diary."""

    at: datetime
    who: str
    words: str
    seen: Seen | None = None  # nothing where he did something himself

    def __str__(self) -> str:
        here = self.at.astimezone(JST)
        stamp = f"{here.year}/{here.month:02}/{here.day:02}({WEEKDAYS[here.weekday()]}) {here:%H:%M}"
        return f"{stamp} {self.who} {self.words}\n".replace("\n", "\n    ").rstrip(" ")


@dataclass(frozen=True)
class Plan:
    """An act somebody has in mind, and when he will be at it."""

    at: datetime
    who: str
    what: str


@dataclass
class Pair:
    """Two people, their habit, and the diary of what was said between them and us."""

    name: str
    firm: str
    phone: Phone
    desk: Desk
    habit: Callable[[Pair, str, Seen], list[Act]]
    lines: list[Line] = field(default_factory=list)
    plans: list[Plan] = field(default_factory=list)
    count: dict[str, int] = field(default_factory=dict)  # how often something came, for habits

    def nth(self, what: str) -> int:
        self.count[what] = self.count.get(what, 0) + 1
        return self.count[what]

    def listen(self, now: datetime, at: datetime) -> None:
        """Write down what came before anybody's eyes; what it makes them do comes before what they had in mind."""
        told = [(OWNER, seen) for seen in self.phone.news()] + [(TALENT, seen) for seen in self.desk.news()]
        told = [(who, seen) for who, seen in told if not seen.text.startswith(ONLY_A_DEATH)]
        self.lines += [Line(now, who, heard(seen), seen) for who, seen in told]
        fresh = [
            Plan(at + wait, one, what) for who, seen in told for one, wait, what in self._meant(who, seen)
        ]
        self.plans = sorted([*fresh, *self.plans], key=lambda plan: plan.at)

    def _meant(self, who: str, seen: Seen) -> list[tuple[str, timedelta, str]]:
        """Give what he means to do; what begins with 「@45 」 so many minutes later."""
        found = []
        for one, what in self.habit(self, who, seen):
            minutes, _, act = what[1:].partition(" ") if what.startswith("@") else ("0", "", what)
            found.append((one, timedelta(minutes=int(minutes)), act))
        return found

    async def act(self, now: datetime) -> None:
        """Do what comes first; the rest waits a little."""
        plan, *self.plans = self.plans
        self.plans = [Plan(max(each.at, now + ANSWERS), each.who, each.what) for each in self.plans]
        self.lines.append(Line(now, plan.who, f"→ {plan.what}"))
        await (self.phone if plan.who == OWNER else self.desk).do(plan.what)


def about(card: Seen) -> str:
    """Name a card of the staff in a line: what it is, and whose."""
    return " ".join(card.text.replace("会社：", "").split("\n")[:2])


def heard(seen: Seen) -> str:
    buttons = "".join(f" [{label}]" for label in seen.labels)
    return LINK.sub("https://…", f"← {seen.text}{buttons}")


@dataclass
class Days:
    """Everybody of one operator."""

    operator: Operator
    pairs: list[Pair]
    staff: Desk
    staff_habit: Callable[[Seen], list[str]]
    lines: list[Line] = field(default_factory=list)  # of the staff's channel
    calls: list[tuple[datetime, str, Seen]] = field(
        default_factory=list
    )  # what the staff mean to press, on which card

    async def live(self, until: datetime) -> None:
        """Let everybody live: nobody is steered but by what he reads."""
        while True:
            moments = [plan.at for pair in self.pairs for plan in pair.plans]
            moments += [at for at, _, _ in self.calls]
            moments += [stop] if (stop := self.operator.next_stop()) else []
            if not moments or min(moments) > until:
                break
            await self._go_to(max(min(moments), self.operator.now))
        await self.operator.move(until)
        self._listen(until, until + THINKS)

    async def _go_to(self, now: datetime) -> None:
        await self.operator.move(now)
        self._listen(now, now + THINKS)
        active = [pair for pair in self.pairs if pair.plans and pair.plans[0].at <= now]
        ripe = [call for call in self.calls if call[0] <= now]
        if not active and not ripe:
            return
        self.operator.strike()
        await asyncio.gather(*(pair.act(now) for pair in active), *(self._staff_act(now) for _ in ripe[:1]))
        await self.operator.rest()
        self._listen(now, now + ANSWERS)

    async def _staff_act(self, now: datetime) -> None:
        """Let the staff do one thing on a card, and the rest a little later; what settled itself is left."""
        (_, what, card), *self.calls = self.calls
        self.calls = [(max(at, now + ANSWERS), then, seen) for at, then, seen in self.calls]
        if what.startswith("[") and not self.staff.offers(what[1:-1], card.id):
            self.calls = [call for call in self.calls if call[2].id != card.id]
            return
        self.lines.append(Line(now, STAFF, f"→ {what} {about(card)}"))
        if what.startswith("["):
            await self.staff.press(what[1:-1], card=card.id)
        else:
            await self.staff.do(what)

    def _listen(self, now: datetime, at: datetime) -> None:
        for pair in self.pairs:
            pair.listen(now, at)
        fresh = sorted(self.staff.news(), key=lambda seen: seen.text)  # pairs know no order among each other
        self.lines += [Line(now, STAFF, heard(seen), seen) for seen in fresh]
        meant = [(now + CALLS, what, seen) for seen in fresh for what in self.staff_habit(seen)]
        self.calls = sorted([*self.calls, *meant], key=lambda call: call[0])

    def look_away(self) -> None:
        """Take what stands there already for known."""
        for pair in self.pairs:
            pair.phone.news()
            pair.desk.news()
        self.staff.news()

    def diaries(self, until: datetime) -> dict[str, str]:
        """Give it as it is read in review, up to a day: a diary for each pair, and the staff's channel."""
        books = {pair.name: pair.lines for pair in self.pairs} | {STAFF_BOOK: self.lines}
        return {
            name: "".join(str(line) for line in lines if line.at <= until) for name, lines in books.items()
        }
