"""Week pages: the meeting and the month as a page for a telephone and a printer. Everything that came from people is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from flows.messages import Line
from flows.rules.calendar import say_day
from flows.weekly.week_cards import FEW, NONE_YET, Both, MonthView, Thing, WeekView, month_lines

STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f1ea; color: #27333a; font: 19px/1.75 "Hiragino Sans", "Noto Sans JP", "Noto Sans CJK JP", sans-serif;
  overflow-wrap: anywhere; -webkit-text-size-adjust: 100%; }
main { max-width: 34em; margin: 0 auto; padding: 1.1em .9em 2.5em; }
header p { margin: 0; color: #4c585e; font-size: 17px; }
h1 { margin: .1em 0 .6em; font-size: 26px; line-height: 1.4; }
section { background: #fffefb; border: 1px solid #ddd8cd; border-radius: 16px; padding: .9em 1.05em 1em; margin: 0 0 .9em; }
h2 { margin: 0 0 .35em; font-size: 21px; color: #17584a; line-height: 1.4; }
h3 { margin: .7em 0 .1em; font-size: 17px; color: #4c585e; font-weight: 600; }
ul { margin: 0; padding: 0; list-style: none; }
li { padding: .3em 0 .3em 1.15em; text-indent: -1.15em; }
li::before { content: "・"; }
.went { display: inline-block; text-indent: 0; padding: 0 .55em; border-radius: 1em; font-size: 16px; line-height: 1.7;
  background: #d7e8e0; color: #17584a; white-space: nowrap; }
.went.open { background: #eceae4; color: #4c585e; }
.note { margin: .2em 0 0; font-size: 16px; color: #4c585e; }
.hand { white-space: pre-line; margin: 0; }
img { display: block; width: 100%; max-width: 420px; height: auto; margin: 0 auto; clip-path: inset(3.4% round 12px); }
.due { display: inline-block; text-indent: 0; white-space: nowrap; font-size: 17px; color: #4c585e; }
a.join { display: block; text-align: center; background: #17584a; color: #fff; text-decoration: none; font-weight: 700;
  border-radius: 14px; padding: .7em; margin: 0 0 .9em; }
.dates { display: flex; gap: .6em; margin: .3em 0 0; }
a.date { flex: 1; text-align: center; color: #17584a; font-weight: 700; font-size: 17px; text-decoration: none;
  border: 2px solid #17584a; border-radius: 12px; padding: .55em .2em; }
dl { margin: 0; } dt { font-size: 17px; color: #4c585e; margin-top: .6em; } dd { margin: 0; font-size: 20px; }
@media print {
  body { background: #fff; font-size: 12pt; } main { max-width: none; padding: 0; }
  section { border: 0; padding: 0; background: none; break-inside: avoid; } a.join, .dates, .noprint { display: none; }
  dl { display: grid; grid-template-columns: 9em 1fr; } dt, dd { margin: 0; padding: .25em 0; border-bottom: 1px solid #ccc; font-size: 12pt; }
  img { max-width: 9cm; margin: .4cm 0; }
}
"""
WENT = {"yes": "できた", "partly": "途中", "no": "まだ", "dropped": "しないことに"}
TALK = (
    "先週やったことを聞き合う",
    "つまったところを一つだけ選んで、一緒に手を動かす",
    "今週やることを、お一人一つは決める",
)


def page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="ja"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{escape(title)}</title><style>{STYLE}</style><main>{body}</main></html>"
    )


def meeting_page(week: WeekView, chart: str, alt: str, dates: Sequence[tuple[str, str]] = ()) -> str:
    """What is spoken of, in the order it is spoken of: last week, the number, today, this week.

    ``dates`` are addresses that put the meeting into a calendar, each with its name.
    """
    title = f"{week.met_on or week.next_at}の打ち合わせ"
    join = f'<a class="join" href="{escape(week.url)}">打ち合わせに入る</a>' if _is_address(week.url) else ""
    parts = (
        f"<header><p>{escape(week.firm)}・{escape(week.talent)}</p><h1>{escape(title)}</h1></header>",
        join,
        _section("先週やったこと", _both(week, week.last) + _hand(week)),
        _section(escape(week.look.name) if week.look else "毎週見る数", _number(week, chart, alt)),
        _section("今日話すこと", _list([*week.talk, *TALK])),
        _section("今週やること", _both(week, week.this)),
        _section("めざすこと", f"<p class=hand>{escape(week.goal)}</p>"),
        _section("カレンダーに入れる", _dates(dates)) if dates else "",
    )
    return page(title, "".join(parts))


def month_page(month: MonthView, chart: str, alt: str) -> str:
    """One month on one sheet, for the eyes of a bank."""
    title = f"{month.month}のまとめ"
    rows = "".join(_row(line) for line in month_lines(month))
    done = _section("できたことの中身", _list(month.done)) if month.done else ""
    picture = _section("数字のうつりかわり", _picture(chart, alt)) if chart and month.last else ""
    return page(
        f"{title} {month.firm}",
        f"<header><p>{escape(month.firm)}</p><h1>{escape(title)}</h1></header>"
        f"<section><dl>{rows}</dl></section>{picture}{done}"
        "<p class='note noprint'>このページは、スマホの「共有」から印刷できます。</p>",
    )


def gone_page(why: str) -> str:
    return page(
        "このページは開けません", f"<section><h1>このページは開けません</h1><p>{escape(why)}</p></section>"
    )


def _section(title: str, body: str) -> str:
    return f"<section><h2>{title}</h2>{body}</section>"


def _both(week: WeekView, given: Both) -> str:
    if not given:
        return f"<p class=note>{NONE_YET}</p>"
    sides = (("社長", given.owners), (week.talent, given.talents))
    return "".join(f"<h3>{escape(name)}</h3><ul>{_things(things)}</ul>" for name, things in sides)


def _things(things: Sequence[Thing]) -> str:
    return "".join(f"<li>{_bare(thing)}{_went(thing)}</li>" for thing in things) or f"<li>{NONE_YET}</li>"


def _bare(thing: Thing) -> str:
    due = f'<span class="due">({say_day(thing.due_on)}まで)</span>' if thing.due_on else ""
    return f"{escape(thing.text)}{due}"


def _went(thing: Thing) -> str:
    word = f" {escape(thing.word)}" if thing.word else ""
    mark = WENT.get(thing.done, "")
    look = "went" if thing.done == "yes" else "went open"
    return f' <span class="{look}">{mark}</span>{word}' if mark else ""


def _hand(week: WeekView) -> str:
    hand = week.last_hand
    if not hand:
        return ""
    return f"<h3>{escape(week.talent)}が自分の手でやったこと</h3><p class=hand>{escape(hand)}</p>"


def _number(week: WeekView, chart: str, alt: str) -> str:
    if week.look is None or not week.look.now:
        start = f"はじめは{escape(week.look.start)}。" if week.look and week.look.start else ""
        return f"<p class=note>{start}今週の数字は、まだ入っていません。</p>"
    few = f"<p class=note>{FEW}</p>" if week.look.is_few and not chart else ""
    return f"<p class=hand>{escape(week.look.line())}</p>{_picture(chart, alt)}{few}"


def _picture(chart: str, alt: str) -> str:
    return f'<img src="{escape(chart)}" alt="{escape(alt)}">' if chart else ""


def _dates(dates: Sequence[tuple[str, str]]) -> str:
    links = (f'<a class="date" href="{escape(url)}">{escape(name)}</a>' for name, url in dates)
    return f"<p class=dates>{''.join(links)}</p>"


def _list(lines: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"


def _row(line: Line) -> str:
    return f"<dt>{escape(line.label)}</dt><dd>{escape(line.text)}</dd>"


def _is_address(url: str) -> bool:
    """Tell whether an address may be opened from a page: nothing but the web."""
    return url.startswith(("https://", "http://"))
