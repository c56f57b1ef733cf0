"""Changing: a new wish, typed where the draft of another lies before him. A part of the draft he names is no new wish."""

from __future__ import annotations

import re

from flows.rules.coach import quote, read_wish
from flows.rules.plain import jargon
from prompts.knowledge import job_codes
from prompts.results import Route

LONGEST = 300  # letters; a longer text is a talk
LEAD = re.compile(
    r"^(?:(?:あの|ええと|えーと|すまん|すみません|ごめん|悪いけど|申し訳ないけど|いや|うーん)(?:けど|が)?[、,\s]*)*"
    r"(?:やっぱり?|やはり|やっぱし|それより(?:も|は)?|ほんとは|本当は|いまさらだけど|今さらじゃが|気が変わった(?:ので|から|けん)?)[、,\s]*"
)
END = re.compile(
    r"(?:に|へ)(?:する|します|しよう(?:かな|か)?|したい|してほしい|して(?:ください)?|しとく|変える|変えたい|変えて(?:ください)?|変更(?:したい|して)?|替える|替えたい)"
    r"(?:わ|よ|ね|な|です|けど|ばい|で|のう)*[。！!]*$"
    r"|(?:の)?(?:方|ほう)?が(?:いい|ええ|よか|よい|先(?:だ|です|や|じゃ)?)(?:わ|な|です|かな|のう)*[。！!]*$"
)
PART = re.compile(
    r"題名|タイトル|目標|3か月|三か月|お?支払い|金額|月額|[0-9０-９一二三四五六七八九十]+万|時間|担当|一緒に進め|ことば|言葉|文章|場所|分類|最初の仕事|[0-9０-９]+(?:品|件|日|回|人)"
)
NO_WORK = frozenset({Route.EMPTY, Route.PRICE, Route.OFF_TOPIC})
HARD = frozenset(
    {
        Route.DISTRESS,
        Route.PRIVACY,
        Route.ILLEGAL,
        Route.LICENSED,
        Route.WORKER,
        Route.BIASED,
        Route.UNPAID,
        Route.ANONYMOUS,
    }
)


def new_wish(words: str, code: str) -> str:
    """Return the wish in 「やっぱり在庫のことにする」, or nothing; ``code`` is the work the draft is about."""
    text = words.strip()
    if not 2 <= len(text) <= LONGEST or PART.search(text):
        return ""
    lead, end = LEAD.match(text), END.search(text)
    body = END.sub("", text[lead.end() :] if lead else text).strip("、, 。")
    reading = read_wish(body)
    is_said = bool(lead or end)  # he says that it is another; elsewhere it must be plain
    if not body or reading.route in NO_WORK or not (reading.codes or reading.route in HARD):
        return ""
    if reading.route is Route.DISTRESS or (not is_said and reading.route in HARD | {Route.VAGUE}):
        return ""
    near = reading.codes[:1] if is_said else [found for found in reading.codes if found[:2] == code[:2]]
    is_same = code in near if is_said else bool(near)
    return "" if is_same and reading.route not in HARD else body


def said_back(wish: str) -> str:
    """Say a new wish in a few words: a piece of his own, or what the work is about."""
    piece, codes = quote(wish), read_wish(wish).codes
    if piece and not jargon(piece):
        return piece
    return f"{job_codes()[codes[0]].topic}のこと" if codes else "いまのお話"
