"""Trust: what of a model's reading of a wish may be believed. On a hard road, and on plain work, rules hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from flows.rules.coach.coach import HARD as HARD_ROADS
from flows.rules.coach.coach import QUOTE, TOOLS, read_wish
from flows.rules.coach.codes import SURE, guesses
from flows.rules.coach.untold import CONTACT, Fault, folded
from prompts.knowledge import job_codes, kinds
from prompts.results import Route, WishReading

MOST_CODES = 3
MONEY = re.compile(
    "いくら|なんぼ|幾ら|値段|料金|費用|手数料|お金|おかね|金額|予算|相場|高[いくそ]|安[いくそ]|ただ|タダ|無料|円|払|コスト|かかる|[0-9]万"
)
HARD = frozenset(HARD_ROADS)
NO_WISH = frozenset({Route.EMPTY, Route.OFF_TOPIC, Route.PRICE})
ACCUSING = HARD - {Route.DISTRESS}  # nobody hears a rule he did not touch; care may be offered in vain


def is_ours(words: str) -> bool:
    """Tell whether the rules answer a wish whatever a model would say: it is not even asked, nor shown the words.

    So it is on a hard road, and where nothing was said: a hello, a sticker.
    """
    return read_wish(words).route in HARD | {Route.EMPTY}


def safest(words: str, thought: WishReading) -> WishReading:
    """Believe a model's reading where nothing speaks against it; else the rules' own holds, whole."""
    ours = read_wish(words)
    if thought == ours or any(reading_faults(words, thought)):
        return ours
    codes, sure = together(thought, ours)
    also_price = thought.also_price or (ours.also_price and thought.route is not Route.PRICE)
    quote = ours.quote if ours.quote in thought.quote else thought.quote or ours.quote
    kept = {"codes": codes, "sure": sure, "quote": quote, "also_price": also_price}
    return thought.model_copy(update=kept)


def together(thought: WishReading, ours: WishReading) -> tuple[list[str], bool]:
    """Where the model's first work is none of the rules', neither is sure: the owner is asked which it is."""
    if thought.route is not Route.GO or ours.route not in (Route.GO, Route.VAGUE, Route.TOO_BIG):
        return thought.codes, thought.sure
    both = list(dict.fromkeys([*thought.codes, *ours.codes]))[:MOST_CODES]
    if len(thought.codes) == MOST_CODES and ours.codes and ours.codes[0] not in both:
        both[-1] = ours.codes[0]
    is_one = not ours.codes or thought.codes[0] in ours.codes
    return both, thought.sure and is_one


def reading_faults(words: str, thought: WishReading) -> Iterator[Fault]:
    """Name everything that keeps a reading from being believed."""
    if strange := [code for code in thought.codes if code not in job_codes()]:
        yield Fault("code", f"codes：表にない番号です：{'、'.join(code[:12] for code in strange[:3])}")
    if len(thought.codes) > MOST_CODES or len(set(thought.codes)) < len(thought.codes):
        yield Fault("code", f"codes：ちがう番号を{MOST_CODES}つまでにします")
    if thought.kind not in ("", *kinds()):
        yield Fault("kind", "kind：決まった言葉から選ぶか、空にします")
    if (thought.also_price or thought.route is Route.PRICE) and not MONEY.search(folded(words)):
        yield Fault("price", "also_price：お金のことは聞いていません。false にします")
    yield from _quote_faults(words, thought.quote)
    yield from _contradictions(words, thought, read_wish(words))


def known_codes(thought: WishReading) -> list[str]:
    return list(dict.fromkeys(code for code in thought.codes if code in job_codes()))[:MOST_CODES]


def _quote_faults(words: str, quote: str) -> Iterator[Fault]:
    if len(quote) > QUOTE or quote not in words or "\n" in quote:
        yield Fault("quote", f"quote：wish からそのまま切り取った{QUOTE}文字以内にします")
    elif CONTACT.search(folded(quote)):
        yield Fault("contact", "quote：電話番号などは切り取りません")


def _contradictions(words: str, thought: WishReading, by_rules: WishReading) -> Iterator[Fault]:
    """Name where a reading cannot stand beside the rules' own."""
    codes, route = known_codes(thought), thought.route
    if by_rules.route in HARD | {Route.EMPTY} and route is not by_rules.route:
        yield Fault("route", f"route：この言葉は {by_rules.route.value} です")
    if route is Route.GO and not codes:
        yield Fault("code", "codes：go のときは、番号を一つは選びます。選べなければ vague にします")
    if route is Route.GO and not thought.sure and by_rules.route is not Route.GO:
        yield Fault("route", "route：迷うときは vague にします")
    if route in NO_WISH and by_rules.codes:
        yield Fault("route", "route：会社の仕事のことが書かれています。go か vague にします")
    if route in ACCUSING and is_work(words, by_rules):
        yield Fault(
            "route", "route：ふつうの仕事の話で、決まりに反することは書かれていません。go か vague にします"
        )
    is_told = by_rules.sure and by_rules.route not in (Route.GO, Route.TOO_BIG)
    if (by_rules.sure and route is Route.VAGUE) or (is_told and route is not by_rules.route):
        yield Fault("route", f"route：はっきり書かれています。{by_rules.route.value} にします")
    if by_rules.sure and by_rules.route is Route.GO:
        if route is Route.TOO_BIG:
            yield Fault("route", "route：仕事がはっきり書かれています。go にします")
        if route is Route.GO and not set(codes) & set(by_rules.codes):
            yield Fault("code", f"codes：この言葉に近いのは {'、'.join(by_rules.codes)} です")


def is_work(words: str, reading: WishReading) -> bool:
    """Tell whether a reading is work we can begin with. A big wish is, once it names what it is about."""
    if not reading.codes:
        return False
    return reading.route is Route.GO or (reading.route is Route.TOO_BIG and names_work(words))


def names_work(words: str) -> bool:
    """Tell whether plain words name a kind of work; a tool is none."""
    return any(guess.by_words >= SURE and guess.code not in TOOLS for guess in guesses(words))
