"""Changing: a new wish, typed where the draft of another lies before him. A part of the draft he names is no new wish."""

from __future__ import annotations

import re

from flows.rules.coach.coach import quote, read_wish
from flows.rules.coach.codes import guesses
from flows.rules.coach.plain import jargon
from flows.rules.coach.routes import hard_road
from prompts.knowledge import job_codes
from prompts.results import Route

TELLS = 1.0  # what one plain word of a work weighs
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


def new_wish(words: str, code: str, *, is_preview: bool = True) -> str:
    """Return the wish in 「やっぱり在庫のことにする」, or nothing; ``code`` is the work that is talked about.

    Before the preview other words are answers: there he must say that he has changed his mind.
    """
    text = words.strip()
    if not 2 <= len(text) <= LONGEST or PART.search(text):
        return ""
    lead, end = LEAD.match(text), END.search(text)
    if not (is_preview or lead):
        return ""
    said = text[lead.end() :].strip("、, 。") if lead else text
    body = bare(said)
    is_said = bool(lead or end)  # he says that it is another; elsewhere it must be plain
    if road := hard_road(body):
        return said if is_said and road.route is not Route.DISTRESS else ""
    named = [guess.code for guess in guesses(body) if guess.by_words >= TELLS]
    is_same = code in named[:1] if is_said else any(found[:2] == code[:2] for found in named)
    if not named or is_same:
        return ""
    return (
        body if read_wish(body).route is Route.GO else said
    )  # 「在庫のことにする」 says more than 「在庫のこと」


def bare(said: str) -> str:
    """Leave out that it is to be so: 「在庫のこと」 of 「在庫のことにする」."""
    return END.sub("", said).strip("、, 。")


def said_back(wish: str) -> str:
    """Say a new wish in a few words: a piece of his own, or what the work is about."""
    piece, codes = quote(bare(wish) or wish), read_wish(wish).codes
    if piece and not jargon(piece):
        return piece
    return f"{job_codes()[codes[0]].topic}のこと" if codes else "いまのお話"
