"""Asking: tells a question to us (いくら？ だれが来る？) from an answer to our question."""

from __future__ import annotations

import re

from flows.words import Word, fold

_TOPICS: tuple[tuple[Word, re.Pattern[str]], ...] = (
    (Word.COMPARE, re.compile(r"(雇う|社員|外注|派遣|コンサル|業者).{0,8}(違|ちが)")),
    (
        Word.QUIT,
        re.compile(r"(途中で|すぐ|いつでも)?(やめ|辞め|止め|解約).{0,6}(られ|れる|たい時|たいとき|できる)"),
    ),
    (
        Word.PRICE,
        re.compile(
            r"(いくら|何円|なんぼ|どれくらい.{0,4}(お金|費用)|手数料|料金|値段|費用|お金).{0,16}(掛か|かか|する|です|なん|知り|教え|[?]|$)|(いくら|なんぼ)"
        ),
    ),
    (
        Word.WHO,
        re.compile(r"(誰|だれ|どんな人|どなた|どういう人).{0,6}(来る|くる|来て|来ます|なの|です|[?])"),
    ),
    (
        Word.SAFETY,
        re.compile(r"(安心|安全|大丈夫|騙|だま|詐欺|怪し|あやし|秘密|信用).{0,10}(です|なの|か|[?]|でき)"),
    ),
    (Word.PREPARE, re.compile(r"(何|なに|なん).{0,3}(を)?.{0,2}(用意|準備|そろえ|揃え)")),
)

_ASKS = re.compile(
    r"[?]|(か|の|かな|かね|んや|ですか|ますか|知りたい|教えて|おしえて|先に知りたい|いくら|なんぼ|っけ)$"
)
_FILLER = re.compile(
    r"(それより|ところで|その前に|まず|先に|ちなみに|あの|えーと|えっと|で|全部で|だいたい|大体|結局|一体|そもそも|これ|これって|それ|って|は|が|も|の|に|を|、|。|\s)+"
)

_PERSON = re.compile(
    r"(人間?|担当(の人|者|さん)?|だれか|誰か|佐藤さん|電話|直接).{0,4}(話し?(が)?した|話せ|話さ|代わ|かわって|つない|繋い|出して|かけて|がほし|が欲し|(を)?ください|(を)?くれ|してほし|してくれ|もらえ)"
)
MOST_ASKED = 20
MOST_WORDS = 40  # a longer text tells something: it is an answer that happens to contain a question


def asks_about(text: str) -> Word | None:
    """Return the topic when a text only asks about one: 「それよりいくらかかるの」, not 「いくらか売上を増やしたい」."""
    folded = fold(text)
    if len(folded) <= MOST_ASKED and _PERSON.match(folded):
        return Word.PERSON
    if len(folded) > MOST_WORDS or not _ASKS.search(folded):
        return None
    for word, pattern in _TOPICS:
        found = pattern.search(folded)
        if found and _little_else(folded, found):
            return word
    return None


_ENDS = re.compile(
    r"([?]|(です|ます|でしょう|ません|ました|でした|の|ん)か(ね|な|しら)?|(の|ん)(かな|やろ)|っけ|教えて(ください|くださいね|ほしい)?)$"
)


def is_question(text: str) -> bool:
    """Tell words that end as a question to us does; longer texts tell something."""
    folded = fold(text)
    return len(folded) <= MOST_WORDS and bool(_ENDS.search(folded))


def _little_else(text: str, found: re.Match[str]) -> bool:
    rest = text[: found.start()] + " " + text[found.end() :]
    rest = re.sub(
        r"(か|かかる|掛かる|知りたい|教えて|ください|ほしい|んだけど|のか|(る)?ん?(やった|だった|でした)っけ|です|ます|んや|[?])",
        "",
        rest,
    )
    return len(_FILLER.sub("", rest)) <= 5
