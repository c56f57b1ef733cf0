"""Week cards: the list of both, the month, and a small win, as they are shown. Text in, data out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flows.messages import Card, Line
from flows.questions import yen
from flows.rules.calendar import say_day

WENT = {"yes": "できた", "partly": "途中", "no": "まだ", "dropped": "しないことに"}
NONE_YET = "まだ決まっていません"
FEW = "少ない数は、運でも動きます。良し悪しは決めません。"


@dataclass(frozen=True)
class Thing:
    """One promise as it is shown."""

    text: str
    due_on: date | None = None
    done: str = ""
    word: str = ""
    helps: str = ""

    def line(self) -> str:
        until = f"({say_day(self.due_on)}まで)" if self.due_on else ""
        went = f" → {WENT[self.done]}" if self.done in WENT else ""
        word = f"({self.word})" if self.word else ""
        return f"・{self.text}{until}{went}{word}"


@dataclass(frozen=True)
class Both:
    """What each side does: the firm's, and the talent's, each with how he is called."""

    owners: tuple[Thing, ...] = ()
    talents: tuple[Thing, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.owners or self.talents)


@dataclass(frozen=True)
class Look:
    """The number, as it is said: its name, today's, beside the last one, where it began and is to go."""

    name: str
    now: str = ""
    change: str = ""
    start: str = ""
    goal: str = ""
    is_few: bool = False

    def line(self) -> str:
        return f"{self.now}({self.change.rstrip('。')})" if self.change else self.now


@dataclass(frozen=True)
class WeekView:
    """All that the card and the page of a week show; ``talent`` and ``owner`` as they are called in talk."""

    firm: str
    owner: str
    talent: str
    goal: str
    met_on: str = ""  # 「12月2日(水)」
    next_at: str = ""  # 「12月9日(水) 10時30分」
    this: Both = Both()
    last: Both = Both()
    hand: str = ""
    last_hand: str = ""
    look: Look | None = None
    thanks: str = ""
    is_owners: bool = True
    talk: tuple[str, ...] = ()  # what is to be spoken of
    url: str = ""


def things(given: tuple[Thing, ...]) -> str:
    return "\n".join(thing.line() for thing in given) or NONE_YET


def list_card(view: WeekView) -> Card:
    """今週やること: who does what, the number, and when they meet again."""
    owner, talent = ("社長", view.talent) if view.is_owners else (view.owner, "あなた")
    number = (Line(view.look.name, view.look.line()),) if view.look and view.look.now else ()
    hand = (Line(f"{talent}が自分の手でやったこと", view.hand),) if view.hand and view.is_owners else ()
    words = (
        (Line(f"{view.talent}から", view.thanks, is_quote=True),) if view.thanks and view.is_owners else ()
    )
    return Card(
        "今週やること",
        (
            Line(f"{owner}がやること", things(view.this.owners)),
            Line(f"{talent}がやること", things(view.this.talents)),
            *hand,
            *number,
            *words,
        ),
        note=f"次の打ち合わせは {view.next_at}から" if view.next_at else "",
    )


@dataclass(frozen=True)
class MonthView:
    """One month of one pair; ``fee`` is None where it is not for these eyes."""

    month: str  # 「2026年12月」
    firm: str
    talent: str
    goal: str
    is_won: bool
    meetings: int
    owners_done: int
    talents_done: int
    done: tuple[str, ...]
    hours: int
    pay: int
    fee: int | None
    name: str = ""
    first: str = ""
    last: str = ""
    is_few: bool = False


def month_card(view: MonthView) -> Card:
    """今月のまとめ: what an owner can show to his bank."""
    return Card(f"{view.month}のまとめ", (*month_lines(view),), note=FEW if view.is_few and view.last else "")


def month_lines(view: MonthView) -> tuple[Line, ...]:
    done = view.owners_done + view.talents_done
    fee = f"(手数料 月{yen(view.fee)}と合わせて {yen(view.pay + view.fee)})" if view.fee is not None else ""
    shown = f"{view.first} → {view.last}" if view.first and view.first != view.last else view.last
    number = (Line(view.name, shown),) if view.last else ()
    each = f"(社長 {view.owners_done}・{view.talent} {view.talents_done})" if done else ""
    return (
        Line("めざすこと", f"{view.goal}{' → 届きました' if view.is_won else ''}"),
        Line("一緒に進める方", view.talent),
        Line("打ち合わせ", f"{view.meetings}回"),
        Line("できたこと", f"{done}こ{each}"),
        *number,
        Line("お約束の時間", f"月{view.hours}時間くらい"),
        Line("お支払い", f"お相手に月{yen(view.pay)}{fee}"),
    )


def win_card(goal: str, look: Look | None, talent: str, thanks: str) -> Card:
    """A small win, celebrated once."""
    number: tuple[Line, ...] = ()
    if look and look.now:
        shown = f"{look.start} → {look.now}" if look.start and look.start != look.now else look.now
        number = (Line(look.name, shown),)
    words = (Line(f"{talent}から", thanks, is_quote=True),) if thanks else ()
    return Card("目標に届きました。おめでとうございます", (Line("目標", goal), *number, *words))
