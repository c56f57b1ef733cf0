"""Extras: what somebody tells beside the answer — who goes along, what can be paid. Doubtful: nothing, and it is asked."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from flows.rules.coach.drafting import is_himself, partner_name
from flows.rules.japanese.numerals import TURNED, numbers
from flows.rules.japanese.reading import read_yen, two_amounts
from flows.rules.lint.sensitive import NOT_NAMES

LEAST, MOST = 10_000, 1_000_000  # yen a month that can be meant as pay
LONGEST = 3_000  # letters of a text that is looked through
LONGEST_ANSWER = 300
MOST_PIECES = 80
LONGEST_PIECE = 120  # nobody names pay or a partner in a longer one
CUT = re.compile(  # but for the comma of 「7、8万」
    r"(?:[。！!？?；;\n\s]|(?<![0-9０-９])[、，,]|[、，,](?![0-9０-９]))+"
)

PAYS = re.compile(
    r"(?:出(?:せ|す)|払(?:え|う|い)|(?:お)?支払い?|報酬|謝礼|お礼|月額|予算).*[0-9万千円]"
    r"|[0-9万千円].*(?:出(?:せ|す(?!る))|払(?:え|う|い))"
)
OTHER_MONEY = re.compile(
    r"売上|売り上げ|売れ|手数料|かか[っりるん]|家賃|給料|給与|賃金|人件費|広告|電気|ガス|水道|赤字|黒字|借|単価|値段|値上|価格|利益|在庫|仕入|経費"
    r"|費用|代金|税|年間?に|年で|1回|一回|1件|一件|1個|一個|時給|時間|日当|1日|一日|払って|出して|出費|出すのは|もら|設備|込み|全部で|ぜんぶで|合わせて|総額|合計|トータル|日当|年額|年[0-9一二三四五六七八九十]|機械|車|損|儲|もうけ|%|割"
)
NEVER = re.compile(r"(?:出せ|払え|出さ|払わ)(?:ない|ん(?!や|の)|ません|へん|ねえ)")
BARE = re.compile(
    r"(?:お?(?:支払い?|金|礼)は|(?:お)?相手(?:へ)?には?|月(?:に|々)?|毎月|まあ|だいたい|大体|約|ざっと|予算(?:は|が)?|いや|やっぱり?)*"
    r"[¥\\]?[0-9〇一二三四五六七八九十百千万.,、~〜]+(?:円|えん)?(?:くらい|ぐらい|位|ほど|程度?|ちょい|まで|以内|前後)*"
    r"(?:なら|で|を|は|です|だ|や|じゃ|かな|どう|ええ|いい|お願いします|お願い|頼む|頼みます|ね|よ|か|の|う)*"
)
OUR_MONEY = re.compile(r"(?:お金|お?支払い?|お礼)は")
FAMILY = r"(?:嫁|妻|女房|家内|奥さん|夫|主人|息子|むすこ|せがれ|娘|むすめ|長男|次男|三男|長女|次女|弟|妹|兄|姉|父|母|親父|おふくろ|孫)"
ROLE = r"(?:経理|事務|営業|発送|電話番|製造|現場|店|工場|倉庫|出荷|物流|仕入れ?|購買|厨房|フロント|仲居|設計|積算|整備|品質|検品|レジ|畑|総務|企画|広報|受付|配達|調理|管理|パート|社員|専務|常務|店長|工場長|部長|課長|係長|主任|番頭|女将|若女将)"
NAME = r"(?:[一-鿿々]{1,4}|[ァ-ヶー]{2,6}|[ぁ-ん]{2,4})"
HONORED = rf"{NAME}(?:さん|くん|君|ちゃん)"
SURE = re.compile(
    rf"(?:うちの)?(?:{FAMILY}の{NAME}(?:さん|くん|君|ちゃん)?|{FAMILY}|{ROLE}の(?:{HONORED}|{NAME}|者|人|子|方|担当)|{ROLE}|{HONORED})"
)
LIKELY = re.compile(rf"(?:{SURE.pattern}|{NAME})")
TOGETHER = re.compile(
    r"^(?:あと、?)?(?:社内(?:で|の担当)?は|うちからは)?(?P<who>.{1,16}?)(?:が|と|も|に)(?:毎週)?(?:一緒に(?:やる|やり|やって|やらせ|進め|動|する|します|でき|見る|考え|取り組)|(?<=と)(?:やる|やります|やりたい|進める|進めます)(?:$|わ|よ|け|ん)|組(?:む|んで|ませ)|相手(?:をする|します)|ついてもら)"
)
NAMED = re.compile(
    r"^(?:(?:社内の|うちの)?(?P<mark>一緒に(?:やる|進める|する|動く|やってくれる)(?:の|人|者|方)?|お?相手(?:役)?|担当(?:者|の者)?|窓口|組むの|進めるの|進める人))(?:は|が|には?)(?P<who>.{1,16}?)"
    r"(?:です|だ|や|じゃ|で|になります|になる|にする|にします|がやる|がやります|がする|がします|に頼む|かな|ばい|たい|とです)*$"
)
DOES = re.compile(
    r"^(?P<who>.{1,16}?)が(?:やる|やります|やらせます|します|する|担当する|担当します|担当(?:です|だ)?)(?:わ|よ|け|けん|けえ|ね)?$"
)
LEAVES = re.compile(
    r"辞め|やめ|おら[んな]|い(?:ない|ません)|退職|休|無理|でき(?:ん|ない)|忙し|嫌|いや|代わり|やっと(?:る|った)|抜け"
)


@lru_cache(maxsize=2_048)  # a talk is replayed at every answer
def told_pay(text: str, *, is_answer: bool = False) -> int | None:
    """Return the monthly pay a text names: 「8万くらいなら出せる」; a bare 「8万で」 only in an answer to another question."""
    found: list[int] = []
    for piece in _pieces(text):
        if two_amounts(piece) is not None and _is_pay(piece, is_answer):
            return None
        amount = read_yen(piece) if any(number.is_money for number in numbers(piece)) else None
        if amount is None or not LEAST <= amount <= MOST:
            continue
        if _is_pay(piece, is_answer) or (found and TURNED.match(piece) and BARE.fullmatch(_plain(piece))):
            found = [] if TURNED.match(piece) else found
            found.append(amount)
    return found[0] if len(set(found)) == 1 else None


@lru_cache(maxsize=2_048)
def told_partner(text: str, *, is_answer: bool = False) -> str:
    """Return who goes along, as it was typed: 「経理の高橋」 of 「経理の高橋が一緒にやる」; empty where it is not sure."""
    found = [who for piece in _pieces(text) if (who := _partner(piece, is_answer))]
    return found[0] if len(set(found)) == 1 else ""


GOAL = re.compile(
    r"(?P<words>(?P<now>(?:いま|今)?(?:は)?(?:月々?に?|毎月|週に?|年に?|1日に?|一日に?)?[0-9０-９一二三四五六七八九十百千,]{1,8}(?P<unit>件|人|回|社|時間|日|分|個|本|枚|品|店|組|か所|冊|点|台)?)"
    r"(?:を|から)、?(?:月々?に?|毎月|週に?|年に?)?[0-9０-９一二三四五六七八九十百千,]{1,8}(?(unit)(?P=unit)?|(?:件|人|回|社|時間|個|本|枚|品|店|組))(?:くらい|ぐらい|ほど)?(?:に|へ|まで)"
    r"(?:し(?:たい|よう|て)|する|増や|ふや|減ら|へら|伸ば|のば|上げ|あげ|下げ|さげ|なれば|なったら|なると)(?:したい|たい|しい)?)"
)


COUNT = r"[0-9０-９一二三四五六七八九十百千,]{1,8}"
TAKEN = (  # how it is now: 「5日かかっとるのを」, 「30件やけど」
    r"(?:くらい|ぐらい|ほど)?(?:(?:掛か|かか|使|やっ|出|来|き)(?:っ)?(?:て|と|ちょ)?(?:い)?(?:る|ます|りよる)(?:の)?(?:を|が|けど|けれど|んだけど|んやけど|ので|から)"
    r"|(?:なん|な)?(?:だ|や|じゃ|です)?(?:けど|けれど|が)|(?:を|から|が|は))、?"
)
LIVED = re.compile(
    rf"(?P<words>(?P<now>(?:いま|今)?(?:は)?(?:月々?に?|毎月|週に?|年に?|1日に?|一日に?)?{COUNT}(?P<unit>件|人|回|社|時間|日|分|個|本|枚|品|店|組))"
    rf"{TAKEN}(?:せめて|なんとか|できれば)?(?:月々?に?|毎月|週に?|年に?)?(?:{COUNT}(?P=unit)?(?:くらい|ぐらい|ほど)?|半分(?:くらい|ぐらい)?)(?:に|へ|まで)"
    r"(?:したい|しよう|する|増やしたい|ふやしたい|減らしたい|へらしたい|伸ばしたい|のばしたい|なれば|なったら|なると)(?:うれしい|いい|ええ)?)"
)
FROM_TO = re.compile(
    r"[0-9０-９一二三四五六七八九十百千][^0-9０-９、。\n]{0,3}(?:を|から)[^0-9０-９、。\n]{0,3}[0-9０-９一二三四五六七八九十百千]"
)
MOST_BEFORE = 16


@dataclass(frozen=True)
class Goal:
    """A goal that a wish named: its words as they were typed, and where the number stands now."""

    words: str
    now: str


@lru_cache(maxsize=1_024)
def told_goal(wish: str) -> Goal | None:
    """Return the goal of 「月20件を30件にしたい」; None where there is none, or more than one."""
    hits = list(GOAL.finditer(wish[:LONGEST]))
    is_one = len(hits) == 1 and len(FROM_TO.findall(wish[:LONGEST])) == 1
    if not hits:
        hits = list(LIVED.finditer(wish[:LONGEST]))
        is_one = len(hits) == 1
    if not is_one:
        return None
    hit = hits[0]
    before = re.split(CUT, wish[: hit.start()])[-1]  # what it is that is counted: 「残業を」
    words = f"{before}{hit['words']}" if len(before) <= MOST_BEFORE else hit["words"]
    return Goal(words, re.sub("^(?:いま|今)は?", "", hit["now"]))


@lru_cache(maxsize=2_048)
def rest_of(text: str) -> str:
    """Leave out of an answer what tells of pay or partner only; the rest stays as it was typed."""
    if len(text) > LONGEST_ANSWER:
        return text  # a talk, not an answer
    if told_pay(text, is_answer=True) is None and not told_partner(text, is_answer=True):
        return text
    parts = re.split(f"({CUT.pattern})", text)
    kept = [
        (piece, *parts[at + 1 : at + 2])
        for at, piece in enumerate(parts)
        if at % 2 == 0 and not is_extra(piece)
    ]
    kept = [pair for pair in kept if pair[0]]
    return kept[0][0] if len(kept) == 1 else "".join(map("".join, kept)).strip().rstrip("、，,")


def is_extra(piece: str) -> bool:
    """Tell whether a piece of an answer is about pay or partner."""
    is_money = any(number.is_money for number in numbers(piece))
    return (is_money and _is_pay(piece, True)) or bool(_partner(piece, True))


def _pieces(text: str) -> list[str]:
    return [piece for piece in CUT.split(text[:LONGEST])[:MOST_PIECES] if 0 < len(piece) <= LONGEST_PIECE]


def _plain(piece: str) -> str:
    return unicodedata.normalize("NFKC", piece)


def _is_pay(piece: str, is_answer: bool) -> bool:
    plain = _plain(piece)
    if NEVER.search(plain) and "しか" not in plain:
        return False
    if OTHER_MONEY.search(plain):
        return False
    if is_answer and BARE.fullmatch(plain):
        return True
    if OUR_MONEY.match(plain) and BARE.fullmatch(plain):
        return True
    return bool(PAYS.search(plain)) and ("予算" not in plain or "月" in plain)


def _partner(piece: str, is_answer: bool) -> str:
    hit = NAMED.match(piece) or TOGETHER.match(piece) or (DOES.match(piece) if is_answer else None)
    if hit is None or LEAVES.search(piece):
        return ""
    who = hit["who"].strip()
    if is_himself(who) and len(who) <= 6:
        return who
    mark = hit.groupdict().get("mark") or ""
    if mark.startswith(("担当", "窓口")) and not is_answer:
        return ""  # in a wish it says who does the work today
    is_marked = is_answer or mark.startswith(("一緒", "組", "進め"))
    shape = LIKELY if is_marked and hit.re in (NAMED, DOES) else SURE
    if not shape.fullmatch(who) or (
        NOT_NAMES.search(who.removesuffix("さん")) and not re.match(f"(?:うちの)?(?:{FAMILY}|{ROLE})", who)
    ):
        return ""
    return who if partner_name(who) or re.match(f"(?:うちの)?(?:{FAMILY}|{ROLE})", who) else ""
