"""Readers of natural answers: money, numbers, choices, contacts. None means: ask once more, kindly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

from rapidfuzz import fuzz

from flows.rules.coach.beside import is_refused
from flows.rules.japanese.folding import fold
from flows.rules.japanese.numerals import between, corrected, normal, numbers, read_count
from flows.rules.lint.secrets import mask_secrets

__all__ = [
    "is_dont_know",
    "mask_secrets",
    "read_choice",
    "read_mail",
    "read_number",
    "read_phone",
    "read_yen",
    "two_amounts",
]

LONGEST = 400  # an answer longer than this is a talk, not a number or a choice
LIKE = 78  # how alike a mistyped label must be, of 100
APART = 12  # and how much more alike than the next

NONE_AT_ALL = re.compile(
    r"(?:まだ|全然|ぜんぜん|今は|いまは|一件も|1件も|ひとつも)*(ない|ありません|なし|無し"
    r"|ぜろ)(です|よ|わ|ね|な|かな)*。?"
)


def read_number(text: str) -> int | None:
    """Read the one number in an answer; of a range (「15、6時間」) the lower end."""
    if len(text) > LONGEST:
        return None
    if NONE_AT_ALL.fullmatch(fold(text)):
        return 0
    return read_count(text)


def read_yen(text: str) -> int | None:
    """Read an amount of money: 8万, 八万円, 1.5万, 5000円, 80,000. A bare small number is too unsure."""
    if len(text) > LONGEST or two_amounts(text):
        return None
    return corrected(text, _yen)


def two_amounts(text: str) -> tuple[int, int] | None:
    """Return both amounts of 「5万か20万」: they are too far apart to take the lower one."""
    found = numbers(text)
    if len(text) > LONGEST or len(found) != 2 or found[1].unit < 10_000:
        return None
    low, high = (
        found[0].value * (found[1].unit if found[0].unit == 1 and found[0].value < 100 else 1),
        found[1].value,
    )
    words = between(normal(text), found)
    is_either = re.fullmatch(r"\s*(?:円)?(?:くらい|ぐらい)?\s*(?:か|または|それとも|or)[、\s]*(?:月)?", words)
    is_range = re.fullmatch(r"\s*(?:円)?(?:くらい|ぐらい)?\s*(?:から|~|-|、)\s*", words)
    far = high >= 2 * low if is_either else high >= 3 * low if is_range else False
    return (int(low), int(high)) if far and low else None


def _yen(text: str) -> int | None:
    found = numbers(text)
    if not found:
        return None
    first = found[0]
    if len(found) > 1 and not _is_range(found[0].value, found[1].value, text):
        marked = [number for number in found if number.is_money]
        if len(marked) != 1:
            return None
        first = marked[0]
    value = first.value
    if len(found) > 1 and found[1].unit >= 10_000 > first.unit and value < 1000:
        value *= found[1].unit  # 「5、6万」 and 「5から8万」: the first borrows the second's 万
    if value < 100 and not first.is_money:
        return None
    return int(value)


def _is_range(low: float, high: float, text: str) -> bool:
    return (low < high or high < 100) and bool(re.search(r"[〜~～ー\-–、,・]|から|か", text))


DIGIT_WORDS = ("いち", "に", "さん", "よん", "ご", "ろく", "なな", "はち", "きゅう", "じゅう")
KANJI = "一二三四五六七八九十"
YES = re.compile(
    r"(?:はい|ほい|へい|うん|ええよ|ええで|ええわ|ええ|いいよ|いいです|よいです|よい|よし|いえす"
    r"|(?:おー?つ?けー?い?)(?:です)?|okay|ok(?:です)?"
    r"|そうです|そうだ|そうじや|そうや|そう|お願いします|おねがいします|お願い|頼みます|頼む|たのむ"
    r"|了解です|了解|りようかい|わかつた|分かつた|よろしく|もちろん|それで(?:ええ|いい|よい)?|yes|y"
    r"|これで(?:ええ|いい|よい|よか)|ぜひ(?:とも)?|是非|お願いしたい|どうぞ|だいじようぶ|大丈夫です|大丈夫)++(?:よ|ね|わ|で|な|の)*+[。!]*"
)
NO = re.compile(
    r"(?:いいえ|いえ|いやです|いやだ|いや|ううん|ちがいます|ちがう|違います|違う|だめです|だめだ"
    r"|だめ|駄目|のう|no|n|いかん|あかん|やめとく|やめておく|やめて|結構です|けつこうです|いらない"
    r"|要らない)++(?:よ|ね|わ|で|な|の)*+[。!]*"
)
YES_LABEL = re.compile(
    r"^(はい|よい|いい|これで|それで|この|ok|同意|続け|つづけ|合つて|作つてみ|始めてみ|整理を進|よろし|進め|お願い|載せ|のせ|送る"
    r"|大丈夫|引き受け|できた|会つて(?!も))"
)
NO_LABEL = re.compile(
    r"^(いいえ|いや|やめ|直す|なおす|違う|ちがう|別|ほか|まだ|(?:今回は)?見送|断|しない|その文|あとで|もう少し"
    r"|条件を変)"
)
TURNED = re.compile(
    r"(では?ない|じや?ない|じゃない|ではなく|じやなくて?|以外|よりも?|違|ちがう|どれも|どつちも"
    r"|どちらも|両方|りようほう|ぜんぶ|全部)"
)
TAIL = re.compile(
    r"(?<=..)(?:です|だ|や|じや|で|かな|かも|かの|やな|だな|だね|です?ね|やね|がええ|がいい"
    r"|にします|にする|を?お願いします|だと思う|と思う|かねえ?|よ|わ|ね|な|のう|さ|けん|けえ|ばい"
    r"|たい|べ|っちゃ|ください|下さい|希望)++$"
)
LEAD = re.compile(
    r"^(うん|はい|ええと|えと|えつと|あの|まあ|やつぱり?|そうですね|そうやな|そうだな|じやあ|では"
    r"|それなら|たぶん|多分|一番は|あえて言えば|どちらかと言えば|どつちかと言えば|強いて言えば)、?"
)


STEM = re.compile(r"(?:したい|して|します|する|した|す)$")
ENDING = re.compile(r"(?<=..)[りる]$")  # 「見送り」 means 「見送る」
DENIED = re.compile(
    r"な(?:い|く|かつた)|ま(?:せ|へ)ん|へん|[わらかれせめ]ん(?=$|で|わ|よ|な|ね|の|と|か|ば)"
    r"|(?<![0-9ん])えん(?=$|で|わ|よ|な|ね|の|と|か|ば)|ずに|ぬ$"
)  # a no of the same word; 「さん」 「じゃけん」 「ですたん」 are none


def read_choice(text: str, labels: Sequence[str]) -> int | None:
    """Tell which label an answer means: its number, itself, a piece of it, a slip of it, or yes and no."""
    if not text.strip() or len(text) > LONGEST or not labels:
        return None
    said = bare(text)
    folded = [bare(label) for label in labels]
    if (at := _ordinal(text, len(labels))) is not None:
        return at
    if said in folded:
        return folded.index(said)
    if (at := _yes_no(fold(text), [fold(label) for label in labels])) is not None:
        return at
    if TURNED.search(said) and not any(TURNED.search(label) for label in folded):
        return None
    if (at := _held(said, folded)) is not None:
        return at
    return _alike(TAIL.sub("", LEAD.sub("", said)) or said, folded)


def bare(text: str) -> str:
    """Fold a text and strip its marks: what is left is compared."""
    return re.sub(r"[。、,.?!「」『』\[\]()・:/\\]", "", fold(text))


ORDINAL_TAIL = re.compile(
    r"(?<=.)(?:です|だ|や|じや|で|かな|にする|にします|がいい|がええ|で頼む|でお願いします|をお願いします)$"
)


def _ordinal(text: str, count: int) -> int | None:
    said = bare(re.sub(r"[①-⑩]", lambda hit: str("①②③④⑤⑥⑦⑧⑨⑩".index(hit[0]) + 1), text))
    said = ORDINAL_TAIL.sub("", re.sub(r"^no(?=[0-9])", "", said))
    hit = re.fullmatch(
        r"(?:([0-9]{1,2})|([一二三四五六七八九十]))(?:番|番目|つ目|つめ|ばん|ばんめ"
        r"|個目)?(?:の(?:やつ|方|ほう)?)?",
        said,
    )
    if hit:
        at = int(hit[1]) if hit[1] else KANJI.index(hit[2]) + 1
        return at - 1 if 1 <= at <= count else None
    words = [fold(word) for word in DIGIT_WORDS]
    spoken = re.sub(r"(?<=.)(番目?|ばんめ?)$", "", said)
    if spoken in words and words.index(spoken) < count:
        return words.index(spoken)
    return None


def _yes_no(said: str, labels: Sequence[str]) -> int | None:
    for words, shape in ((YES, YES_LABEL), (NO, NO_LABEL)):
        if words.fullmatch(said.replace("、", "")):
            fits = [at for at, label in enumerate(labels) if shape.search(label)]
            return fits[0] if fits and (words is YES or len(fits) == 1) else None
    return None


def _held(said: str, labels: Sequence[str]) -> int | None:
    """Tell which one label stands whole in what was said, and is not denied behind it."""
    held = [at for at, label in enumerate(labels) if label in said and len(said) <= len(label) + 14]
    if len(held) != 1 or _is_denied(said.partition(labels[held[0]])[2]):
        return None
    return held[0]


def _is_denied(said: str) -> bool:
    return DENIED.search(said) is not None


def _alike(said: str, labels: Sequence[str]) -> int | None:
    if (at := _held(said, labels)) is not None:
        return at
    stem = ENDING.sub("", said)
    pieces = [at for at, label in enumerate(labels) if stem in label]
    if pieces:
        return pieces[0] if len(pieces) == 1 and (len(said) >= 2 or not said.isascii()) else None
    if len(same := [at for at, label in enumerate(labels) if STEM.sub("", label) == STEM.sub("", said)]) == 1:
        return same[0]
    labels = [label if _is_denied(label) == _is_denied(said) else "" for label in labels]
    if len(said) < 3:
        return None
    scores = sorted(((fuzz.ratio(said, label), -at) for at, label in enumerate(labels)), reverse=True)
    best, at = scores[0]
    rest = scores[1][0] if len(scores) > 1 else 0.0
    return -at if best >= LIKE and best - rest >= APART else None


DONT_KNOW = re.compile(
    r"(?:う|ー|ん|さあ|、|ええと、?|えつと、?|まあ、?|よう|よく|全く|まつたく|全然|ぜんぜん|さつぱり"
    r"|いまいち|ちよつと|正直、?|まだ|それは?|今は|いまは|自分では?|私に?は?)*?"
    r"(分かない|分からない|わからない|判らない|わからんです|わからん|分からん|わかんない|分かんない"
    r"|わかりません|分かりません|わからへん|わからねえ?|分からねえ?|知らない|知らん|しらん"
    r"|知りません"
    r"|不明|未定|(?:今|いま)?すぐ(?:に)?は(?:思いつかない|出てこない|浮かばない)|急に言われても"
    r"|出てこない|浮かばない|思いつかない|思い浮かばない|考えてない|決めてない|決まつてない|見当もつかない"
    r"|見当つかない|どうやろ|どうだろう?|どうじやろ|なんとも言えない|何とも言えない|さあ|さつぱり"
    r"|測つてない|数えてない|数えたことない)"
    r"(?:です|だ|や|じや|わ|よ|なあ|な|ねえ|ね|のう|ばい|けど|けどね|けえ|けん|けんね|が|ので|ら"
    r"|っちゃ|べ|す|とです|たい|とよ|っす|かな|かも|の|ん)*+"
)

THINKING = re.compile(  # sounds of somebody who thinks: no answer yet, and never one to be printed
    r"(?:う+ー+ん*|ん+ー+|え+ー*つ?とー*|そう(?:だ|や|じや)(?:なあ?|ねえ?|のう|の)|あのー*|さてー*"
    r"|(?:なん|何)(?:だ|や|じや)ろうー*(?:なあ?|ねえ?)?|(?:むずか|難)しい(?:です)?(?:なあ?|ねえ?|のう)?"
    r"|どう(?:か|しよう)(?:なあ?|ねえ?|のう)|迷(?:う|います|つてます|い中)(?:なあ?|ねえ?)?|(?:いま)?考え(?:中|てます)(?:です)?)+"
)


@lru_cache(maxsize=1_024)  # a talk is replayed at every answer
def is_dont_know(text: str) -> bool:
    """Tell whether the whole answer says 「分からない」, 「うーん」 or 「言いたくない」, in any tongue; 「？」 alone does too."""
    if len(text) > 40:
        return False
    if is_refused(text):
        return True
    said = re.sub(r"[。、,.!…「」・]", "", fold(text))
    if said and not said.strip("?"):
        return True
    said = said.rstrip("?")
    return bool(said) and bool(DONT_KNOW.fullmatch(said) or THINKING.fullmatch(said))


def read_phone(text: str) -> str | None:
    """Read a Japanese phone number; hyphens stay as they were typed."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    plain = re.sub(r"[‐‑–—―ー−ｰ]", "-", plain)
    plain = re.sub(r"\+81[- ]?\(?0?\)?", "0", plain).replace("(", "-").replace(")", "-")
    for hit in re.finditer(r"(?<![0-9])0[0-9](?:[0-9]|[- ](?=[0-9- ])){7,13}[0-9](?![0-9])", plain):
        digits = re.sub(r"\D", "", hit[0])
        digits = re.sub(r"^00", "0", digits)
        if len(digits) == 11 or (len(digits) == 10 and not digits.startswith(("070", "080", "090"))):
            return _phone(digits, [part for part in re.split(r"[- ]+", hit[0]) if part])
    return None


def _phone(digits: str, parts: list[str]) -> str:
    if len(parts) == 3 and "".join(parts) == digits and all(1 < len(part) < 6 for part in parts):
        return "-".join(parts)
    if len(digits) == 11:
        return f"{digits[:3]}-{digits[3:7]}-{digits[7:]}"
    if digits.startswith(("0120", "0800")):
        return f"{digits[:4]}-{digits[4:7]}-{digits[7:]}"
    if digits.startswith(("03", "06")):
        return f"{digits[:2]}-{digits[2:6]}-{digits[6:]}"
    return digits  # where the area code ends cannot be told without a table


def read_mail(text: str) -> str | None:
    """Read a mail address, full-width marks too."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST])
    hit = re.search(r"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24}", plain)
    return hit[0] if hit else None
