"""Asking: tells a question to us (いくら？ だれが来る？) from an answer to our question."""

from __future__ import annotations

import re

from flows.words import Word, fold

_TOPICS: tuple[tuple[Word, re.Pattern[str]], ...] = (
    (
        Word.COMPARE,
        re.compile(
            r"(?:おたく|お宅|ここ|そちら|この(?:会社|サービス)|ほか|他|よそ|別の(?:会社|サービス)).{0,34}(?:何が|どこが|どう|なにが).{0,3}(?:違|ちが|ちゃ[いう])"
            r"|(雇う|社員|外注|派遣|コンサル|業者|ハローワーク|はろーわーく|職安|求人|紹介会社).{0,8}(違|ちが|ちゃ[いう])"
        ),
    ),
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
    (
        Word.SAFETY,  # 「うちの話が、よそにもれたりせんか」
        re.compile(
            r"(うち|ここ|これ|会社|書いた|話した)?.{0,10}(よそ|ほか|他|外|近所|同業|組合).{0,6}"
            r"(もれ|漏れ|洩れ|しゃべら|話され|見られ|知られ|ばれ|伝わ).{0,16}(か|の|け|ね|ん|やろ|[?])"
        ),
    ),
    (Word.PREPARE, re.compile(r"(何|なに|なん).{0,3}(を)?.{0,2}(用意|準備|そろえ|揃え)")),
)

_ASKS = re.compile(
    r"[?]|(か|の|のん|かな|かね|んや|け|やろ|ですか|ますか|知りたい|教えて|おしえて|先に知りたい|いくら|なんぼ|っけ)$"
)
_FILLER = re.compile(
    r"(それより|ところで|その前に|まず|先に|ちなみに|あの|えーと|えっと|で|全部で|だいたい|大体|結局|一体|そもそも|これ|これって|それ|って|は|が|も|の|に|を|、|。|\s)+"
)

_HUMAN = r"(?:(?<![一-鿿])人間?|生きた人|生身の人|だれか|誰か|担当(?:の(?:人|方|者)|者|さん)?|係の(?:人|方)|佐藤さん|オペレーター)"
_PERSON = re.compile(
    rf"{_HUMAN}(?:と|に|を|へ|、|\s)?.{{0,3}}(?:話し?(?:が|を)?した|話せ|話さ|しゃべ|喋|代わ|かわって|つない|繋い|出して|呼んで)"
    r"|(?:担当(?:の(?:人|方|者)|者|さん)?|係の(?:人|方)|オペレーター)(?:は|って)?.{0,2}(?:おる|いる|おられ|いますか|いませんか|おらん|お願い|おねがい)"
    r"|電話(?!番|対応|応対|注文|受付|代|の).{0,3}(?:で話|話したい|もらえ|もらい|くれ|ください|下さい|ほしい|欲しい|かけて|お願い|おねがい|頼む|たのむ)"
    r"|(?:責任者|担当(?:の(?:人|方|者|もん)|者)?)(?:から|が|に)?.{0,3}(?:連絡|電話|返事)(?:して|を|ば)?.{0,2}(?:くれ|ほし|ください|もらい|せえ|せんか|よこ)"
    r"|直接.{0,4}(?:会って|話).{0,8}(?:した|聞い|ほし|もらえ|話)"
    r"|(?:機械|自動|ロボット|ai)(?:じゃ|では|や|で)?.{0,4}(?:なく|のうて|ない|なしに|いや).{0,6}人"
    r"|(?:打つ|書く|入力する)の(?:は|が).{0,3}(?:苦手|面倒|めんどう|でき|つらい|しんど).{0,12}(?:電話|話した|しゃべ)"
)
_OF_WORK = re.compile("客|店|ように|仕組|増や|減ら|ふや|へら")  # a talk about his own telephone, not with us
MOST_ASKED = 26
MOST_WORDS = 40  # a longer text tells something: it is an answer that happens to contain a question


def asks_about(text: str) -> Word | None:
    """Return the topic when a text only asks about one: 「それよりいくらかかるの」, not 「いくらか売上を増やしたい」."""
    folded = fold(text)
    pieces = re.split("[。.!?]", folded) if len(folded) <= 2 * MOST_ASKED else ()
    is_call = any(len(piece) <= MOST_ASKED and _PERSON.search(piece) for piece in (folded, *pieces))
    if is_call and not _OF_WORK.search(folded):
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
