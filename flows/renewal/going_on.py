"""Going on: what each wishes from month three on, and what he says to the other's wish."""

from __future__ import annotations

from enum import Enum
from typing import Any

from flows.facts import Pair
from flows.messages import Card, Line
from flows.outcomes import KeepRound
from flows.questions import Amount, Pick, Question, Yen, yen
from flows.rules.renewal.wishes_on import Answer, On, Terms, read_wish
from flows.steps import Steps, ask, fill, say
from flows.talent.talents import form

LEAST_HOURS, MOST_HOURS, LEAST_PAY, MOST_PAY = 1, 80, 10_000, 1_000_000


class Renewal(Enum):
    SAME = "同じ条件で続ける"
    CHANGE = "条件を変えて続ける"
    TALK = "話してから決める"
    END = "ここで終わりにする"


def renew(pair: Pair) -> Steps[KeepRound]:
    """Both choose, having read each other; what he wrote under MF4 is taken up and not asked twice."""
    now = Terms(*pair.terms)
    wish = read_wish(pair.wish, now)
    first = Renewal[wish.on.name] if wish.on is not On.UNSAID else Renewal.SAME
    if wish.is_vague and wish.leans:
        yield from say(f"「もう少し{wish.leans[0]}」とのことですね。")
    chosen = yield from ask(
        "renewal", Pick("これからのことは、どうしましょうか？", of=Renewal, primary=first)
    )
    if chosen is not Renewal.CHANGE:
        return KeepRound(pair.engagement, "RENEW", (chosen.name,))
    told = Terms(wish.hours or now.hours, wish.pay or now.pay)
    terms = yield from _terms("terms", now, told)
    return KeepRound(pair.engagement, "RENEW", (chosen.name, str(terms.hours), str(terms.pay)))


def _terms(key: str, now: Terms, told: Terms) -> Steps[Terms]:
    """Ask for the hours and the pay of a month; what he said already stands first, what holds now beside it."""
    hours = tuple(dict.fromkeys((told.hours, now.hours)))
    pay = tuple(dict.fromkeys((told.pay, now.pay)))
    fields: dict[str, Question[Any]] = {
        "HOURS": Amount(
            f"いまは月{now.hours}時間です。何時間がよいですか？",
            unit="時間",
            least=LEAST_HOURS,
            most=MOST_HOURS,
            examples=hours,
            initial=str(told.hours),
            label="月の時間",
        ),
        "PAY": Yen(
            f"お支払いは、いま月{yen(now.pay)}です。いくらがよいですか？",
            least=LEAST_PAY,
            most=MOST_PAY,
            examples=pay,
            initial=str(told.pay),
            label="月のお支払い",
        ),
    }
    given: Any = yield from fill(
        key, "これからの条件", form("Wished", fields), given=(now.hours, now.pay), submit="お相手に伝える"
    )
    return Terms(given.HOURS, given.PAY)


def said_terms(terms: tuple[int, int]) -> str:
    return f"月{terms[0]}時間くらい・月{yen(terms[1])}"


def counter(pair: Pair) -> Steps[KeepRound]:
    """Both have said different things: each reads the other's wish, and answers it once."""
    now, (mine, theirs) = Terms(*pair.terms), pair.wanted
    card = Card(
        "お二人のご希望",
        (
            Line("いま", said_terms(pair.terms)),
            Line("ご自分", said_terms(mine)),
            Line(pair.other, said_terms(theirs)),
        ),
    )
    asked = Pick("どうしましょうか？", of=Answer, primary=Answer.TAKE, card=card, label="条件のこと")
    chosen = yield from ask("answer", asked, given=(mine, theirs))
    if chosen is not Answer.OTHER:
        return KeepRound(pair.engagement, "COUNTER", (chosen.name,))
    terms = yield from _terms("other", now, Terms(*theirs))
    return KeepRound(pair.engagement, "COUNTER", (chosen.name, str(terms.hours), str(terms.pay)))
