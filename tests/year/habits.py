"""Habits: how five pairs work together week by week. Nobody is steered but by what he reads."""

from __future__ import annotations

from collections.abc import Callable

from tests.year.beginning import ROLES, begins
from tests.year.days import OWNER, TALENT, Act, Pair
from tests.year.quarters import all_year
from tests.year.screens import Seen

Habit = Callable[[Pair, str, Seen], list[Act]]


def owner_answers(pair: Pair, seen: Seen) -> list[Act]:
    """A careful owner: he taps each notice, does what he said, and answers what he is asked."""
    for label in ("できた", "わかりました", "いい感じ", "届きそう", "これでよい"):
        if seen.has(label):
            return [(OWNER, f"[{label}]")]
    return []


def talent_answers(pair: Pair, seen: Seen) -> list[Act]:
    """A careful talent."""
    for label in ("できた", "わかりました", "いい感じ", "届きそう", "これでよい"):
        if seen.has(label):
            return [(TALENT, f"[{label}]")]
    if seen.has("決まったこと"):
        role, week = ROLES[pair.name], pair.nth("list")
        owner, talent = (deed.format(n=week) for deed in role.deeds)
        both = f"decided.OWNER={owner}&decided.TALENT={talent}&decided.NUMBER={role.number(week)}"
        return [(TALENT, "[決まったこと]"), (TALENT, both)]
    return []


def careful(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """Both do what is asked, and take another day when a week falls on a holiday."""
    if who == OWNER and seen.has("この週は休む"):
        return [(OWNER, first(seen))]
    return owner_answers(pair, seen) if who == OWNER else talent_answers(pair, seen) if who == TALENT else []


def forgetful(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """The owner taps nothing; the talent is careful."""
    return talent_answers(pair, seen) if who == TALENT else []


def silent(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """The talent never answers anything; the owner does, and worries."""
    if who != OWNER:
        return []
    return [(OWNER, "[心配]")] if seen.has("心配") else careful(pair, who, seen)


def moving(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """The owner moves every second meeting; once he leaves one out, once they disagree, once the talent does not come."""
    if who == OWNER and seen.has("日にちを変える") and seen.has("わかりました") | seen.has("できた"):
        is_moved = pair.nth("notice") % 2 == 0
        return [(OWNER, "[日にちを変える]")] if is_moved else owner_answers(pair, seen)
    if who == OWNER and seen.has("この回は休む"):
        return [(OWNER, "[この回は休む]" if pair.nth("move") == 3 else first(seen))]
    if who == OWNER and "まもなく" in seen.text:
        return [(OWNER, "@45 [お相手が来ない]")] if pair.nth("soon") == 3 else []
    if who == TALENT and seen.has("いま入ります"):
        return []
    if who == TALENT and seen.has("合わない") and pair.nth("asked") == 2:
        return [(TALENT, "[合わない]"), (TALENT, "[ほかの日時]"), (TALENT, "move.WHEN=今週金曜の15時")]
    return careful(pair, who, seen)


def away(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """The firm closes over New Year, the talent is away a week, and from February on they meet on Mondays."""
    acts = careful(pair, who, seen)
    week = pair.nth(f"notice of {who}") if "との打ち合わせです" in seen.text else 0
    if who == OWNER and week == 2:
        return [*acts, (OWNER, "休みの日を伝える"), (OWNER, "12月25日から1月8日まで"), (OWNER, "[毎年]")]
    if who == TALENT and week == 3:
        return [*acts, (TALENT, "休みの日を伝える"), (TALENT, "off.DAYS=2月1日から5日まで")]
    if who == OWNER and week == 5:
        return [*acts, (OWNER, "曜日を変える"), (OWNER, "月曜の10時")]
    return acts


def staff_answers(seen: Seen) -> list[str]:
    """Somebody rings both up, and says so on the card; where two wishes differ he brings them together."""
    if "【続けるかどうか" in seen.text:
        differ = "自分の希望のままがよい" in seen.text
        terms = "go_on.CHANGES=&go_on.HOURS=15&go_on.PAY=60000" if differ else "go_on.CHANGES="
        return ["[続けることになった]", terms]
    return ["[対応おわり]"] if seen.has("対応おわり") and "【終わりの" not in seen.text else []


def first(seen: Seen) -> str:
    return f"[{seen.labels[0]}]"


def living(habit: Habit) -> Habit:
    """Let a pair come together first, then live as it does, and look back when it is time."""
    later = all_year(habit)
    return lambda pair, who, seen: begins(pair, who, seen) or later(pair, who, seen)


HABITS = {
    "1_careful": living(careful),
    "2_forgetful_owner": living(forgetful),
    "3_silent_talent": living(silent),
    "4_meetings_that_move": living(moving),
    "5_days_off": living(away),
}
