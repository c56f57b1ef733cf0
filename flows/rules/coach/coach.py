"""The coach that needs no model: reads an owner's wish by rules, and says so when it is unsure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from flows.rules.coach.beside import is_foreign
from flows.rules.coach.codes import SURE, Guess, guesses
from flows.rules.coach.learned import road_chances, road_shares
from flows.rules.coach.routes import Match, hard_road, likeliest, says, soft_roads
from flows.rules.japanese.folding import fold, is_blank, sentences
from flows.rules.japanese.reading import is_dont_know
from flows.rules.lint.sensitive import Sensitive, drop_sentences, sensitive
from prompts.knowledge import weights
from prompts.results import Route, WishReading

__all__ = ["Sensitive", "drop_sentences", "quote", "read_wish", "sensitive"]

QUOTE = 24
LONGEST_END = 40  # letters; no sentence trails off for longer
NEIGHBOUR_FIRST = {
    Route.DISTRESS,
    Route.HIRE,
    Route.HIRE_OR_EASE,
    Route.ILLEGAL,
    Route.LICENSED,
    Route.MIGRATION,
}
HARD = (
    Route.DISTRESS,
    Route.PRIVACY,
    Route.ILLEGAL,
    Route.LICENSED,
    Route.WORKER,
    Route.BIASED,
    Route.UNPAID,
    Route.ANONYMOUS,
)
SOFT = (
    Route.MIGRATION,
    Route.ROUTINE_HIRE,
    Route.HIRE,
    Route.ROUTINE,
    Route.TOO_BIG,
    Route.ONEOFF,
    Route.HIRE_OR_EASE,
    Route.OFF_TOPIC,
    Route.PRICE,
    Route.VAGUE,
)
NEVER_MISSED = (Route.DISTRESS, Route.PRIVACY, Route.ILLEGAL, Route.LICENSED)
GIVING_WAY = (
    Route.LICENSED,
    Route.WORKER,
    Route.BIASED,
    Route.UNPAID,
    Route.ANONYMOUS,
)  # to what is far likelier
# A sign gives way where another road has at least the first chance, and its own at most the second. Of corpus lines read
# unseen 41 plain ones were freed so and two lawless ones lost (docs/decisions/0013-learned-from-a-corpus.md).
CERTAIN, LIKELY = (0.9, 0.05), (0.7, 0.15)
NEARLY = 0.2  # the chance of a soft road that is worth taking where plain work is likelier, and none is named
BESIDE = (Route.HIRE, Route.ROUTINE_HIRE, Route.ROUTINE, Route.ONEOFF, Route.OFF_TOPIC, Route.TOO_BIG)
DOUBT = 0.75  # of a road's level: he is asked, before we begin a work
TWICE = 2.0  # how much surer the corpus must be of a hard road where plain words name a work
SHORTEST, TELLING = 6, 20  # letters of our tongue that say anything
STORY = 600  # letters: of a life told at length no share says much; signs count wherever they stand
WORK, FEW = 0.21, 0.15  # the shares of plain work, and of three kinds of it, that are worth a question
CLEAR = 0.9  # the share of a work that hardly leaves a doubt
HINTED = 0.4  # by words: half a telling one
TOLD = 0.3  # the share that a code told by its words needs
TOOLS = {"IT-01", "IT-02", "IT-03", "HR-05"}  # a tool, or being busy, is no work by itself


@lru_cache(maxsize=256)  # every replay of a talk reads its wish again; the reading is never changed in place
def read_wish(text: str) -> WishReading:
    """Read a wish: hard roads first, then soft ones, then plain work; unsure is said, or VAGUE, never a mere guess.

    Signs written by hand come before what was learned: they hold whatever the corpus says.
    """
    if is_blank(text) or says(text, "挨拶"):
        return WishReading(route=Route.EMPTY, codes=[], sure=True, quote="")
    if is_foreign(text) or (is_dont_know(text) and hard_road(text) is None):
        return WishReading(route=Route.VAGUE, codes=[], sure=False, quote="")
    found = as_told(past_tools(led(text, guesses(text))))
    also_price = says(text, "値段は") and not says(text, "値段でない")
    if _says_little(text, found) and not (also_price or hard_road(text)):
        return _reading(text, Route.VAGUE, [], False, also_price)
    is_other = _is_plain(text, found) or any(soft_roads(text))
    times = TWICE if is_other or len(text) > STORY else 1.0
    if road := _hard(text, found, times):
        return _reading(text, road.route, _beside(road, found), True, also_price, road.kind)
    if says(text, "不始末") and not _is_told(found):
        return _reading(text, Route.VAGUE, [], False, also_price)
    route, codes, is_sure = _soft(text, found, also_price)
    return _reading(text, route, codes, is_sure, also_price and route is not Route.PRICE)


def _hard(text: str, found: tuple[Guess, ...], times: float) -> Match | None:
    """Tell the hard road: by a sign, unless that is one of fairness and the corpus clearly hears a graver one."""
    seen = hard_road(text)
    if seen is None or _is_outvoted(seen, text, found):
        return _learned_road(text, HARD, times)
    if seen.route in NEVER_MISSED:
        return seen
    graver, chances = _learned_road(text, NEVER_MISSED, times), road_chances(text)
    return graver if graver and chances[graver.route.value] > TWICE * chances[seen.route.value] else seen


def _is_outvoted(seen: Match, text: str, found: tuple[Guess, ...]) -> bool:
    """Tell whether the corpus is all but certain that a sign was only a word of other things; of dying it never is.

    What does harm when it is missed gives way to nothing but a work that is named, or hardly leaves a doubt; and no road
    gives way to a tool, which is no work by itself.
    """
    if says(text, "死") and not says(text, "死の否定"):
        return False
    chances, other = road_chances(text), _likeliest(text)
    if other is Route.GO and found and found[0].code in TOOLS:
        return False
    certain, gone = LIKELY
    if seen.route in NEVER_MISSED:
        certain, gone = CERTAIN
        if other is Route.GO and not (_is_told(found) or (found and found[0].share >= CLEAR)):
            return False
    return other not in NEVER_MISSED and chances[other.value] >= certain and chances[seen.route.value] <= gone


LITTLE = re.compile(r"[ぁ-んー]{0,7}|.{0,3}")


def _says_little(text: str, found: tuple[Guess, ...]) -> bool:
    """Tell 「うーん」 and 「いい」: a few letters that no word of ours stands in; no corpus can tell anything from them."""
    is_known = any(guess.by_words for guess in found) or any(soft_roads(text)) or says(text, "よそ事")
    return not is_known and LITTLE.fullmatch(re.sub(r"[。、,.?!]", "", fold(text))) is not None


def _soft(text: str, found: tuple[Guess, ...], is_price: bool) -> tuple[Route, list[str], bool]:
    codes, is_told = _codes(found), _is_told(found)
    is_sure = bool(found) and found[0].share >= weights().tuning["codes"]["sure"]
    for road in soft_roads(text):
        if not (road.yields and (is_told or _is_plain(text, found))) and not _is_outvoted(road, text, found):
            return road.route, _beside(road, found), True
    is_work = _likeliest(text) is Route.GO
    if is_told and found[0].share >= TOLD and is_work:
        return Route.GO, codes, True
    if not is_work and (known := _learned_road(text, SOFT)):
        if known.route is Route.VAGUE:
            return Route.VAGUE, codes if is_sure else [], False
        return known.route, _beside(known, found), True
    if is_sure:
        return Route.GO, codes, True
    if nearly := _nearly(text, is_told):
        return nearly.route, _beside(nearly, found), True
    is_between = _is_between(text, found)
    if is_price and not (is_work and is_between):
        return Route.PRICE, [], True
    if says(text, "よそ事") and not is_told and not (is_work and is_between):
        return Route.OFF_TOPIC, [], True
    if is_between and not _learned_road(text, NEVER_MISSED, DOUBT):
        return Route.GO, codes, False
    return Route.VAGUE, codes if found and found[0].share >= TOLD else [], False


def _nearly(text: str, is_told: bool) -> Match | None:
    """Tell the soft road that is not much less likely than plain work, where no work is named or sure."""
    chances = road_chances(text)
    best = max(BESIDE, key=lambda road: chances.get(road.value, 0.0))
    return likeliest(text, best) if not is_told and chances.get(best.value, 0.0) >= NEARLY else None


def _is_between(text: str, found: tuple[Guess, ...]) -> bool:
    """Tell whether the wish is plain work of one of three kinds: likely so by the kinds, or by the road."""
    letters = len(re.findall("[ぁ-んァ-ヶ一-鿿]", text))
    if letters < SHORTEST:
        return False
    among = sum(guess.share for guess in found[:3])
    least = WORK if letters < TELLING else WORK / 2  # who tells so much is seldom vague
    is_work = _likeliest(text) is Route.GO and road_shares(text)[Route.GO] >= least
    return among >= weights().tuning["codes"]["among"] or (is_work and among >= FEW)


def _is_told(found: tuple[Guess, ...]) -> bool:
    """Tell whether plain words name a kind of work; a tool is none."""
    return any(guess.by_words >= SURE and guess.code not in TOOLS for guess in found)


def _is_plain(text: str, found: tuple[Guess, ...]) -> bool:
    """Tell whether plain work is the likeliest road, and hardly a doubt is left which."""
    return (_is_told(found) or bool(found and found[0].share >= CLEAR)) and _likeliest(text) is Route.GO


def _likeliest(text: str) -> Route:
    roads = road_shares(text)
    return Route(max(roads, key=lambda road: roads[road]))


def _learned_road(text: str, roads: tuple[Route, ...], times: float = 1.0) -> Match | None:
    """Tell the road that the corpus knows, where its share passes the level that was found for it, so many times."""
    found, levels = road_chances(text), weights().tuning["roads"]
    seen = [road for road in roads if found.get(road.value, 0.0) > times * levels.get(road.value, 1.0)]
    if not seen:
        return None
    gravest = [road for road in seen if road in NEVER_MISSED] or seen
    best = max(gravest, key=lambda road: found[road.value] / levels[road.value])
    other, cool = _likeliest(text), road_shares(text)
    is_other = other in SOFT and best in GIVING_WAY and cool[other.value] > TWICE * cool[best.value]
    return None if is_other else likeliest(text, best)


def _codes(found: tuple[Guess, ...]) -> list[str]:
    return [guess.code for guess in found[:3]]


def _beside(road: Match, found: tuple[Guess, ...]) -> list[str]:
    """Name the work that lies beside a road; a refusal, or a work that is a guess, comes after the lawful neighbour."""
    needed = weights().tuning["codes"]["sure"] if road.route in HARD else TOLD
    is_clear = _is_told(found) or bool(found and (found[0].share >= needed or found[0].by_words >= HINTED))
    codes = _codes(found)
    ours, theirs = (
        (codes, road.codes) if is_clear and road.route not in NEIGHBOUR_FIRST else (road.codes, codes)
    )
    return list(dict.fromkeys([*ours, *theirs]))[:3]


def _reading(
    text: str, route: Route, codes: list[str], sure: bool, also_price: bool, kind: str = ""
) -> WishReading:
    said = "" if says(text, "不始末") else quote(text)  # what somebody did wrong is not said back
    return WishReading(route=route, codes=codes, sure=sure, quote=said, also_price=also_price, kind=kind)


WANTED = re.compile(r"^(.{4,}?たい(?:の|ん)?(?:だ|や|じゃ|です)?(?:けど|けれど|けれども|が|のに))[、,\s]")


def led(text: str, found: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Put first the work he wants to do, before what is in its way: 「ネットで売ってみたいけど、若いもんがおらん」."""
    said = WANTED.match(text)
    wanted = guesses(said[1])[:1] if said else ()
    if not wanted or wanted[0].by_words < SURE:
        return found
    return tuple(sorted(found, key=lambda guess: guess.code != wanted[0].code))


def as_told(found: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Put the one work that he named before what only sounds likely, and is not sure."""
    told = [guess for guess in found if guess.by_words >= SURE and guess.code not in TOOLS]
    if len(told) != 1 or found[0].by_words or found[0].share >= weights().tuning["codes"]["sure"]:
        return found
    return tuple(sorted(found, key=lambda guess: guess is not told[0]))


def past_tools(found: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """Put the work before the tool he would like for it: of 「AIで海外に売りたい」 the selling."""
    if not any(guess.by_words >= SURE and guess.code not in TOOLS for guess in found):
        return found
    return tuple(sorted(found, key=lambda guess: guess.code in TOOLS))


ENDS = re.compile(
    r"(?:んです(?:けど|が)|(?:な|なの)?ん(?:だ|や|じゃ)(?:けど|が)|の(?:だ|です)(?:けど|が)|(?:です"
    r"|だ|や|じゃ)?(?:けど|けれど|けれども)|(?<=こと)に(?:する|します|したい|変える|変えたい)"
    r"|(?<!ん)(?<!ない)(?:かな[あぁ]?|かのう?)|のじゃ|のう|なあ|ねえ|[、。！？!?\s]|ですが)+$"
)


LEADING = re.compile(
    r"^(.{6,}?(?:けど|けれど|けれども|ですが))、.*$", re.DOTALL
)  # what matters is said first


def quote(text: str) -> str:
    """Cut a piece of at most 24 characters from the owner's words; what is inside stays as it was typed."""
    pieces = [piece.strip() for piece in sentences(text) if not is_blank(piece)]
    pieces = [LEADING.sub(r"\1", piece) for piece in pieces]
    for cut in (_bare(piece) for piece in pieces[:3]):
        if 2 <= len(cut) <= QUOTE:
            return cut
    first = pieces[0] if pieces else ""
    for part in re.split(r"[、，,\s]|(?<=けど)|(?<=ので)|(?<=から)|(?<=けん)", first):
        cut = _bare(part.strip())
        if 4 <= len(cut) <= QUOTE:
            return cut
    return _prefix(_bare(first))


def _bare(piece: str) -> str:
    """Take the ending off; it is looked for near the end only, or a run of commas would take seconds."""
    return piece[:-LONGEST_END] + ENDS.sub("", piece[-LONGEST_END:])


def _prefix(text: str) -> str:
    """Cut after a particle, so that the quote does not break a word; never inside a combined character."""
    if len(text) <= QUOTE:
        return text
    head = text[:QUOTE]
    ends = [hit.end() for hit in re.finditer(r"[をがはにでともへの](?=[一-鿿ァ-ヶA-Za-z0-9])", head)]
    head = head[: ends[-1]] if ends and ends[-1] >= 8 else head
    while head and len(text) > len(head) and unicodedata.combining(text[len(head)]):
        head = head[:-1]
    return head
