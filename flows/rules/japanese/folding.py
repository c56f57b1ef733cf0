"""Japanese as people type it: a folded copy to compare by. What is stored or shown is never folded."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

KANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヶ") - 1)}  # katakana → hiragana
SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕづぢ", "あいうえおつやゆよわかずじ")
GONE = str.maketrans("", "", "… \t\u3000'\"´`*_")
DASHES = str.maketrans("~〜―—–", "-----")
END = re.compile(r"[\n。．！？!?;；]+")
LONG = re.compile(r"(?<=[ぁ-ん])[ー~〜―—–‐-]+")  # a long sound, however it is typed

# Verb stems that dialects end in ん, へん, ねえ … where the common tongue says ない.
STEMS = (
    "売れ|うれ|足り|たり|分から|わから|判ら|でき|出来|もた|持た|回ら|まわら|決まら|きまら|続か"
    "|つずか|合わ|あわ"
    "|見え|みえ|おら|居ら|いら|要ら|知ら|しら|くれ|残ら|のこら|読め|よめ|書け|かけ|使え|つかえ"
    "|追いつか|間に合わ"
    "|進ま|すすま|減ら|へら|増え|ふえ|取れ|とれ|眠れ|ねむれ|寝れ|ねれ|寝られ|ねられ|出ら|乗ら"
    "|儲から|もうから"
    "|つか|付か|かから|来|こ|出|動か|届か|とどか|払わ|はらわ|決められ|見つから|みつから|入ら|はいら"
    "|つけれ|やれ"
    "|行け|いけ|言え|いえ|会え|上がら|あがら|下がら|さがら|変わら|かわら|伝わら|つたわら|返ら"
    "|もらえ|貰え|し"
)
NOT = re.compile(
    f"({STEMS})(?:んなら|へん|ひん|ねえ|ねん(?=けど|$)|まへん|ません"
    f"|ん(?![あ-んがぐげござじずぜぞだでどばびぶべぼ]))"
)
NOT_BEFORE = re.compile(  # ん before words that only follow a negation
    f"({STEMS})ん(?=けえ|けん|けど|から|ので|のじや|のや|のよ|のう|ねん|わ|ばい|で|と|くて"
    f"|か[。?]?$|し|の|よう|ごと|さかい|だ|なあ|な$)"
)

NOT_ANY = re.compile(  # 買わん, 読めん, 効かん: a verb's last kana and ん (never さん, はん)
    "(?<=[一-鿿][かがたなばまらわいきぎちにびみりえけげせてねべめれ])(?:へん|ひん|ん)(?=$|[。?、]"
    "|けえ|けん|けど|から|ので|のじや|のや|のよ|のう|わ|ばい|で|と|し|の|よう|ごと|さかい|だ|なあ"
    "|人|客|品|物|事|時|店)"
)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Fold width, case, kana, long and small sounds, spaces and dialect negations."""
    text = unicodedata.normalize("NFKC", text).casefold().replace("\r", "\n")
    text = LONG.sub("ー", text.translate(KANA).translate(SMALL).translate(GONE))
    text = END.sub(lambda hit: "?" if "?" in hit[0] else "。", text.translate(DASHES))
    return NOT_BEFORE.sub(r"\1ない", NOT.sub(r"\1ない", NOT_ANY.sub("ない", text)))


def fold_pattern(pattern: str) -> str:
    """Fold a word of the knowledge files the way texts are folded, leaving the signs of an expression."""
    text = unicodedata.normalize("NFKC", pattern).casefold().translate(KANA).translate(SMALL)
    return text.replace(" ", "").replace("\u3000", "")


def sentences(text: str) -> list[str]:
    """Cut a text into its sentences with their ends; joined again they are the text."""
    return [piece for piece in re.findall(r"[^。！？!?\n]*[。！？!?\n]+|[^。！？!?\n]+", text) if piece]


def is_blank(text: str) -> bool:
    """Tell whether nothing in the text can be read as words."""
    return not any(unicodedata.category(mark)[0] in "LN" for mark in text)
