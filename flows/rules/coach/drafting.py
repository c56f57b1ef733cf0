"""Drafting: what can be worked out for a posting from a few answers."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.fuzz import partial_ratio

from flows.rules.coach.plain import tidy, title_from
from flows.rules.japanese.folding import fold
from flows.rules.japanese.reading import is_dont_know
from prompts.knowledge import JobCode, job_codes
from prompts.results import PolishedDraft

SHORT_ANSWER = 20
TOLD = 88.0  # of 100: how near a ready answer must be to stand in the wish
HOUR_YEN = 4_000  # for planning only; the averages 3,700円, 32時間 and 11万円 are three separate means

_FAMILY = re.compile(
    r"(うちの)?(嫁|妻|女房|家内|奥さん|夫|主人|息子|娘|長男|次男|三男|長女|次女|弟|妹|兄|姉|父|母|親父|おふくろ|孫)(の|、|さん|$)?"
)
_NAME = re.compile(r"^(?P<name>[一-鿿々]{1,4}|[ァ-ヶー]{2,6}|[ぁ-ん]{2,4})(さん|くん|君|ちゃん)?$")
_AFTER_ROLE = re.compile(
    r"^(?:経理|事務|営業|発送|製造|現場|店|工場|倉庫|出荷|物流|仕入れ?|購買|厨房|フロント|仲居|設計|積算|整備|品質|検品|レジ|畑|店長|工場長|番頭|女将|若女将|料理長|板長|総務|企画|広報|受付|配達|調理|管理|専務|常務|部長|課長|係長|主任|社員|パート)の(?P<name>(?!.*[人者子方員性手皆])[一-鿿々]{2,4})(?:さん|くん|君)?$"
)
WITH = re.compile(r"([一-鿿々ァ-ヶー]|さん|くん|ちゃん)(?:と|に|が)$")  # 「妻の和子と、月に6万」
TRADE = re.compile(
    r"..+屋|[酒米魚花肉茶傘畳]屋|.*(?:業|農家|旅館|食堂|酒造|水産|建設|商店|食品|工業|小売|問屋)|卸"
)  # what a firm is, and nobody's name
_LED = re.compile(r"^(?:担当|相手|一緒にやる人|進めるの)は、?")  # 「担当は美咲」
_ROLE = re.compile(
    r"(担当|係|長|経理|事務|営業|発送|電話|製造|現場|店|工場|倉庫|出荷|物流|仕入|購買|厨房|フロント|仲居|設計|積算|整備|品質|検品|レジ|総務|企画|広報|受付|配達|調理|管理|専務|常務|番)"
)


@dataclass(frozen=True)
class PolishInput:
    """What a posting is polished from. Everything here is the owner's, but for the tasks of the small win."""

    wish: str
    words: str
    goal: str
    code: str
    tasks: tuple[str, ...]


def polish_by_rules(given: PolishInput) -> PolishedDraft:
    """Tidy without inventing: his nouns in the title, his goal with the talk trimmed off."""
    return PolishedDraft(
        title=title_from(f"{given.words}\n{given.wish}", given.code),
        goal=tidy(given.goal, 60),
        first_tasks=list(given.tasks),
    )


def hours_for(pay: int, code: JobCode) -> int:
    """Return the monthly hours to plan with, within what this kind of work takes."""
    low, high = code.hours_per_month
    return max(min(low, 10), min(high, round(pay / HOUR_YEN / 5) * 5)) if pay else low


_SELF = "自分|じぶん|わし|わたし|私|俺|おれ|僕|ぼく|社長|うち|一人|ひとり"
_NO_NAME = re.compile(
    f"{_SELF}|いや|いえ|まだ|みんな|全員|皆|社員|従業員|家族|なし|ない|これから|はい|うん|かかあ|おっかあ|おふくろ|おやじ"
    "|せがれ|むすこ|むすめ|(?:よめ|嫁)(?:はん|さん)?|(?:婆|ばあ|爺|じい)(?:さん|ちゃん)"
)
_HIMSELF = re.compile(rf"^(?:{_SELF})(?:です|だ|で|がや|しか|だけ|が|や|じゃ|。|$)")
_NOBODY = re.compile(
    r"(?<!て)(?:い|お|居)(?:ない|らん|りません|ません|らない|れへん|らへん)|なし(?:です)?。?$|(?:誰|だれ)も|(?:一人|ひとり)で"
)


def is_himself(raw: str) -> bool:
    """Tell whether there is nobody but the owner: 「自分」「いない」「一人でやっとる」."""
    said = raw.strip()
    is_other = _ROLE.search(said.replace("社長", "")) or _named(said)
    return bool(_HIMSELF.search(said) or _NOBODY.search(said)) and not is_other


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer
def partner_name(raw: str) -> str:
    """Return the name in 「嫁の美咲。発送と電話番」, or nothing: no name is guessed."""
    return "" if is_himself(raw) or is_dont_know(raw) else _named(raw)


def _named(raw: str) -> str:
    for piece in re.split(r"[。、,\s]+", raw.strip()):
        bare = _FAMILY.sub("", _LED.sub("", piece))
        bare = WITH.sub(r"\1", re.sub(r"(です|だ|かな|と思う)$", "", bare))
        found = _NAME.match(bare)
        if (
            found
            and not _ROLE.search(bare)
            and not TRADE.fullmatch(bare)
            and not _NO_NAME.fullmatch(bare)
            and not _NOBODY.search(bare)
            and not is_dont_know(bare)
        ):
            return found["name"]
        if (after_role := _AFTER_ROLE.search(bare)) and not _ROLE.search(after_role["name"]):
            return after_role["name"]
    return ""


def partner_role(raw: str) -> str:
    """Return who talent will work with, without family ties or a name: 「発送と電話番の担当の方」."""
    pieces = (_LED.sub("", piece) for piece in re.split(r"[。、,\s]+", raw.strip()))
    roles = [piece for piece in pieces if _ROLE.search(piece)]
    if is_himself(raw) or (re.search(r"自分|わし|私|俺|僕|社長", raw) and not roles):
        return "社長ご本人"
    if not roles:
        return "社内の担当の方"
    role = re.sub(
        r"(を?(やっ|し)て(いる|る|ます|もらってる)|です|だ|の人|の方|さん)$", "", _FAMILY.sub("", roles[-1])
    )
    name = re.search(r"の([一-鿿々]{1,3}|[ァ-ヶー]{2,6})$", role)
    role = (role[: name.start()] if name and not _ROLE.search(name[1]) else role).removesuffix("の")
    if role.endswith(("長", "専務", "常務")):
        return role
    return f"{role}の方" if role.endswith(("担当", "係", "番", "監督", "主任")) else f"{role}の担当の方"


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer
def told_option(wish: str, labels: tuple[str, ...]) -> str:
    """Return the ready answer that the wish gave by itself: what was said is not asked again."""
    said = fold(wish)
    told = [
        label
        for label in labels
        if any(piece in said or _is_near(piece, said) for piece in re.split("[や・]", fold(label)) if piece)
    ]
    return told[0] if len(told) == 1 else ""


def _is_near(label: str, said: str) -> bool:
    return len(label) >= 5 and partial_ratio(label, said) >= TOLD


_NUMBER = r"(?:[0-9０-９]+(?:[.．、,〜~ー-][0-9０-９]+)?|[一二三四五六七八九十百千]{2,5}|[一二三四五六七八九十百千](?=時間))"


@lru_cache(maxsize=1_024)
def told_number(wish: str, unit: str) -> str:
    """Return today's number from the wish as it was typed: 「月16時間」, not a number he hopes for or would pay."""
    if not unit or "円" in unit:
        return ""
    shape = rf"(?:毎月|毎週|毎日|月々?|週|[1１一]日|年)?(?:に|で)?(?:だいたい|約)?{_NUMBER}{re.escape(unit)}(?:くらい|ぐらい|ほど)?"
    hit = re.search(
        rf"({shape})(?!に(?:し|減|へ|増|な)|へ|まで|以[上内]|増|ふや|売り?た|ほし|欲し|集め)", wish
    )
    return hit[1] if hit else ""


PLAIN_COUNT = re.compile(
    r"(?:毎?[月週日年]々?|[1一](?:日|週間?|か月|ヶ月|年))?(?:に|で|あたり)?(?:だいたい|大体|約|ざっと)?"
    r"[数何]?[0-9〇零一二三四五六七八九十百千万.,、~〜～-]+[数何]?[十百千]?[ぁ-んァ-ヶa-z一-龠%]{0,3}?(?:(?:から|か|~|〜|-|、)?[0-9一二三四五六七八九十百千万.,]+[ぁ-んァ-ヶa-z一-龠%]{1,3}?)?"
    r"半?(?:くらい|ぐらい|位|ほど|程度|まで|以上|以下|前後|弱|強|ちょい|ちょっと|あまり|余り|足らず|未満|以内|も)?"
    r"|もっと(?:多い|長い|先)|ゼロ"
)


def measured(ask: str, now: str) -> str:
    """Say today's number with what it counts: 「ネットの注文は月に」 and 「30件まで」 become one line."""
    counts = re.split("何|いくら|いくつ", ask)[0].removeprefix("いま、")
    if len(now) > SHORT_ANSWER or not re.search(
        "[0-9０-９一二三四五六七八九十百千万ゼロ]|まで|多い|長い|先", now
    ):
        return now
    now = re.sub(r"^(?:だいたい|大体|たぶん|多分|約|ざっと)", "", now)
    if not PLAIN_COUNT.fullmatch(unicodedata.normalize("NFKC", now)):
        return (
            now  # 「先月は12件」, 「電話が20件、ネットが5件」: more than a count, and it stands as he said it
        )
    if re.match(r"[月週毎年日]|[一1１]日", now):
        counts = re.sub(r"(?:月|週|年|1日)に?$", "", counts)
    return f"{counts}{now}"


def code_of(codes: list[str]) -> JobCode:
    """Return the first code we know; a model's invention is passed over."""
    known = job_codes()
    return next(known[code] for code in codes if code in known)
