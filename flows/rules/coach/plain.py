"""Plain words: jargon found, an owner's words tidied, a title made from his own nouns. Nothing is invented."""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

from prompts.knowledge import job_codes, plain_words, words

TITLE = 40
KATAKANA = "ァ-ヶー"


@cache
def _jargon_shape() -> tuple[re.Pattern[str], dict[str, str]]:
    known = plain_words()
    shapes = {word: re.escape(word) for word in known.exempt} | {
        item.avoid: _shape(item.avoid) for item in known.words
    }
    longest_first = sorted(shapes, key=len, reverse=True)
    say = {item.avoid.casefold(): item.say for item in known.words}
    return re.compile("|".join(shapes[word] for word in longest_first), re.IGNORECASE), say


def _shape(word: str) -> str:
    if word.isascii():
        return rf"(?<![A-Za-z0-9_.@/-]){re.escape(word)}(?![A-Za-z0-9_@/])"
    if re.fullmatch(f"[{KATAKANA}]+", word):
        return f"(?<![{KATAKANA}]){re.escape(word)}"
    return re.escape(word)


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer
def jargon(text: str) -> tuple[tuple[str, str], ...]:
    """Find words not to be sent to owners, each once, with what to say instead."""
    shape, say = _jargon_shape()
    plain = unicodedata.normalize("NFKC", text)
    found = dict.fromkeys(hit[0].casefold() for hit in shape.finditer(plain))
    ours = {item.avoid.casefold(): item.avoid for item in plain_words().words}
    return tuple((ours[word], say[word]) for word in found if word in say)


def plainly(text: str) -> str:
    """Put the plain words in the place of the others; all else stays as written."""
    shape, say = _jargon_shape()
    return shape.sub(lambda hit: say.get(hit[0].casefold(), hit[0]), unicodedata.normalize("NFKC", text))


FILLERS = re.compile(
    r"(?:^|(?<=[。、\n]))(?:え[ーえ]?っ?と[ー、]*|あの[ーう]?、|その[ーう]、|まあ、?|なんか、"
    r"|うーん、?|えー、?|んー、?|そうですね、|そうだなあ?、)+"
)
TRAILS = re.compile(
    r"(?:なん|ん|の)?(?:だけど|ですけど|じゃけど|やけど|だけどね|ですけどね|ですが)(?:なあ?"
    r"|ね)?(?=$|[。\n])|(?:かな[あぁ]?)(?=$|[。\n])"
)


def tidy(text: str, most: int) -> str:
    """Trim, drop fillers, end each sentence with one 。; cut at a sentence if it is too long."""
    out = re.sub(r"[ \t\u3000]+", " ", text.strip())
    out = re.sub(r"[｡。．]+", "。", re.sub(r"[！!]{2,}", "！", re.sub(r"[？?]{2,}", "？", out)))
    out = re.sub(r"\s*\n\s*", "\n", FILLERS.sub("", out))
    out = TRAILS.sub("", out)
    out = re.sub(r"(?<=[^。！？!?…\n])(?=\n|$)", "。", out).replace("\n", "") if "\n" in out else out
    out = re.sub(r"。{2,}|、。", "。", out).strip(" 、")
    if out and out[-1] not in "。！？!?…」":
        out += "。"
    return _cut(out, most)


def _cut(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    for marks in ("。！？", "、", " "):
        at = max(text.rfind(mark, 0, most) for mark in marks)
        if at >= most // 3:
            return text[: at + 1].rstrip("、 ")
    return text[:most]


def title_from(text: str, code: str) -> str:
    """Make a title of at most 40 characters: the code's pattern around the owner's own noun."""
    pattern = job_codes()[code].title
    for mark, fallback in (("{品}", "うちの品"), ("{所}", "うちの会社")):
        if mark in pattern:
            pattern = pattern.replace(mark, _noun(text, mark, TITLE - len(pattern) + len(mark)) or fallback)
    return pattern[:TITLE]


def _noun(text: str, mark: str, room: int) -> str:
    nouns = words().things if mark == "{品}" else words().places
    plain = unicodedata.normalize("NFKC", text)
    hits = [(at, -len(noun), noun) for noun in nouns if (at := plain.find(noun)) >= 0 and len(noun) <= room]
    if not hits:
        return ""
    at, _, noun = min(hits)
    before = re.search(
        r"(?:創業[0-9]{1,4}年の|(?:江戸|明治|大正|昭和)(?:時代)?(?:から)?の?|手作りの?|自家製の?"
        r"|無農薬の?|地元の)$",
        plain[max(0, at - 12) : at],
    )
    led = re.sub("から$", "からの", before[0] if before else "") + noun
    return led if len(led) <= room else noun
