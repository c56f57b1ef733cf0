"""Habits: twelve weeks over a New Year of pairs who live as people do, on the real turns, sweeps and delivery.

Whatever stands before somebody's eyes is written into his diary; nobody is steered but by what he reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TypeVar

from sqlalchemy import select

from bot.arrivals import Answered
from flows.rules.calendar import JST, WEEKDAYS
from storage.outbox import SEND, OutMessage
from storage.unit_of_work import begin
from tests.faults.seasons import SeasonWorld
from tests.story.settled import settled
from tests.story.world import TAKAHASHI, YAMAZAKI, Member, Owner, Seen, buttons_of

T = TypeVar("T")
LINK = re.compile(r"https://meet\.example\.com/\w+")
UNSEEN = (
    "【あなたの予定",
    "【担当のホーム",
    "フォームを開けませんでした",
)  # homes, and what only this stage needs
TWELVE_WEEKS = timedelta(weeks=12)
THINKS = timedelta(minutes=20)  # before he answers what he read
ANSWERED = timedelta(minutes=2)  # until whatever comes of an act has come, whoever died meanwhile
OWNER, TALENT, STAFF = "社長", "高橋", "担当"


class HabitWorld(SeasonWorld):
    """A running pair in calm weather; only our own processes die, at any statement, as often as ``odds`` say."""

    odds = 0.0
    began: datetime

    @classmethod
    def living(cls, seed: int, odds: float) -> HabitWorld:
        world = cls.begun(seed, settled())
        assert isinstance(world, HabitWorld)
        world.platforms.calm, world.odds = True, odds
        world.dice = Random(seed)
        return world

    def dies(self) -> bool:
        return self.dice.random() < self.odds

    def take(self, came: object) -> Answered:
        """Bring an event once; what was not answered 2xx comes again."""
        answered = self._bring(came)  # type: ignore[arg-type]
        self.now += self.step
        return answered

    def pushes(self) -> list[datetime]:
        """Give when something was pushed to the owner: each row is a call of its own, as LINE counts."""
        with begin(self.engine) as work:
            mine = (OutMessage.platform == "line", OutMessage.how == "push", OutMessage.op == SEND)
            rows = work.session.scalars(select(OutMessage.sent_at).where(*mine))
            return sorted(at for at in rows if at is not None and at > self.began)


Act = tuple[
    str, str
]  # who, and what he does: a [button], words, a form's field=words; 「@45 」 before it waits so long


@dataclass
class Life:
    """One pair with its habit, and what was said between them and us."""

    world: HabitWorld
    habit: Callable[[Life, str, Seen], list[Act]]
    owner: Owner = field(init=False)
    talent: Member = field(init=False)
    lines: list[tuple[datetime, str, str]] = field(default_factory=list)
    heard: list[tuple[str, Seen]] = field(default_factory=list)
    read: int = 0
    pressed: str = ""
    count: dict[str, int] = field(default_factory=dict)  # how often something came, for habits

    def __post_init__(self) -> None:
        self.owner, self.talent = Owner(self.world, YAMAZAKI), Member(self.world, TAKAHASHI)
        self.world.began = self.world.now
        self.read = len(self.world.seen)

    def nth(self, what: str) -> int:
        self.count[what] = self.count.get(what, 0) + 1
        return self.count[what]

    def live(self) -> None:
        ends = self.world.now + TWELVE_WEEKS
        while (following := self.world.next_moment(ends)) is not None:
            self.world.move(following)
            fresh = self.listen()
            if not fresh:
                continue
            self.world.move(self.world.now + THINKS)
            for who, seen in sorted(fresh + self.listen(), key=lambda told: told[0] != OWNER):
                for one, what in self.habit(self, who, seen):
                    self.act(one, what)
        self.world.move(ends)
        self.listen()

    def act(self, who: str, what: str) -> None:
        """Do one thing; answer at once what is asked back, as the habit has it."""
        if what.startswith("@"):
            later, what = what[1:].split(" ", 1)
            self.world.move(self.world.now + timedelta(minutes=int(later)))
        self.lines.append((self.world.now, who, f"→ {what}"))
        if who == OWNER:
            self.owner.do(what)
        elif what.startswith("["):
            self.talent.press(what[1:-1])
            self.pressed = what[1:-1]
        elif "=" in what:
            for _ in range(9):  # whoever was to open the form has died over it
                if self.talent.form is None:
                    self.talent.press(self.pressed)
            self.talent.fill(dict(field.split("=", 1) for field in what.split("&")))
        else:
            self.talent.type(what)
        self.world.move(self.world.now + ANSWERED)
        for person, seen in sorted(self.listen(), key=lambda told: told[0] != OWNER):
            for one, then in self.habit(self, person, seen):
                self.act(one, then)

    def listen(self) -> list[tuple[str, Seen]]:
        """Write down what came before anybody's eyes; give what may be answered."""
        fresh = self.world.seen[self.read :]
        self.read = len(self.world.seen)
        names = {self.owner.id: OWNER, self.talent.id: TALENT, "staff": STAFF}
        told = [(names[item.to], item) for item in fresh if item.to in names and is_message(item)]
        for who, item in told:
            buttons = "".join(f" [{button.label}]" for button in buttons_of(item.message))
            text = short(item.text) if who == STAFF else item.text
            words = LINK.sub("https://meet.example.com/…", f"← {text}{buttons}")
            self.lines.append((item.at, who, words.replace("\n", "\n    ")))
        self.heard += told
        return told

    def diary(self) -> str:
        """Give all of it, as it is read in review."""
        return "".join(f"{stamp(at)} {who} {words}\n" for at, who, words in self.lines)


def short(card: str) -> str:
    """Leave of a card of the staff its title and its last words; the digest stays whole."""
    lines = card.split("\n")
    last = [line.removeprefix("さいごの言葉：") for line in lines[5:-1]]
    return f"{lines[0]} {' '.join(last)}" if lines[0].startswith(("【毎週の", "【お仕事の")) else card


def is_message(item: Seen) -> bool:
    """Leave out homes, menus and postings: they are pictures of a state, not said to anybody."""
    return not item.text.startswith(UNSEEN) and "【いまの募集" not in item.text


def stamp(at: datetime) -> str:
    here = at.astimezone(JST)
    return f"{here.month:2}/{here.day:02}({WEEKDAYS[here.weekday()]}) {here:%H:%M}"


# --- what people do with what they read


def has(seen: Seen, label: str) -> bool:
    return label in {button.label for button in buttons_of(seen.message)}


def owner_answers(life: Life, seen: Seen) -> list[Act]:
    """A careful owner: he taps each notice, does what he said, and answers what he is asked."""
    for label in ("できた", "わかりました", "いい感じ", "届きそう", "これでよい"):
        if has(seen, label):
            return [(OWNER, f"[{label}]")]
    return []


def talent_answers(life: Life, seen: Seen) -> list[Act]:
    """A careful talent."""
    for label in ("できた", "わかりました", "いい感じ", "届きそう", "これでよい"):
        if has(seen, label):
            return [(TALENT, f"[{label}]")]
    if has(seen, "決まったこと"):
        n = life.nth("list")
        both = f"decided.OWNER=写真を{n}枚とる&decided.TALENT=説明文を{n}本書く"
        return [(TALENT, "[決まったこと]"), (TALENT, both)]
    return []


def careful(life: Life, who: str, seen: Seen) -> list[Act]:
    """Both do what is asked, and take another day when a week falls on a holiday."""
    if who == OWNER and has(seen, "この週は休む"):
        return [(OWNER, first(seen))]
    return owner_answers(life, seen) if who == OWNER else talent_answers(life, seen) if who == TALENT else []


def forgetful(life: Life, who: str, seen: Seen) -> list[Act]:
    """The owner taps nothing; the talent is careful."""
    return talent_answers(life, seen) if who == TALENT else []


def silent(life: Life, who: str, seen: Seen) -> list[Act]:
    """The talent never answers anything; the owner does, and worries."""
    if who != OWNER:
        return []
    return [(OWNER, "[心配]")] if has(seen, "心配") else careful(life, who, seen)


def moving(life: Life, who: str, seen: Seen) -> list[Act]:
    """The owner moves every second meeting; once he leaves one out, once they disagree, once the talent does not come."""
    if who == OWNER and has(seen, "日にちを変える") and has(seen, "わかりました") | has(seen, "できた"):
        is_moved = life.nth("notice") % 2 == 0
        return [(OWNER, "[日にちを変える]")] if is_moved else owner_answers(life, seen)
    if who == OWNER and has(seen, "この回は休む"):
        return [(OWNER, "[この回は休む]" if life.nth("move") == 3 else first(seen))]
    if who == OWNER and "まもなく" in seen.text:
        return [(OWNER, "@45 [お相手が来ない]")] if life.nth("soon") == 3 else []
    if who == TALENT and has(seen, "いま入ります"):
        return []
    if who == TALENT and has(seen, "合わない") and life.nth("asked") == 2:
        return [(TALENT, "[合わない]"), (TALENT, "[ほかの日時]"), (TALENT, "move.WHEN=今週金曜の15時")]
    return careful(life, who, seen)


def away(life: Life, who: str, seen: Seen) -> list[Act]:
    """The firm closes over New Year, the talent is away a week, and from February on they meet on Mondays."""
    acts = careful(life, who, seen)
    week = life.nth(f"notice of {who}") if "との打ち合わせです" in seen.text else 0
    if who == OWNER and week == 2:
        return [*acts, (OWNER, "休みの日を伝える"), (OWNER, "12月25日から1月8日まで"), (OWNER, "[毎年]")]
    if who == TALENT and week == 3:
        return [*acts, (TALENT, "休みの日を伝える"), (TALENT, "off.DAYS=2月1日から5日まで")]
    if who == OWNER and week == 5:
        return [*acts, (OWNER, "曜日を変える"), (OWNER, "月曜の10時")]
    return acts


def first(seen: Seen) -> str:
    return f"[{buttons_of(seen.message)[0].label}]"


HABITS: dict[str, Callable[[Life, str, Seen], list[Act]]] = {
    "1_careful": careful,
    "2_forgetful_owner": forgetful,
    "3_silent_talent": silent,
    "4_meetings_that_move": moving,
    "5_days_off": away,
}
