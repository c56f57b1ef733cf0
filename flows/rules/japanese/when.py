"""When: days, hours and weekly slots as people write them. ``now`` comes in; what may mean two things is no answer.

Each reader gives the value, None (ask once more, kindly), or ``Impossible`` with a kind reason.
"""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from flows.rules.calendar import JST, WEEKDAYS, half_day
from flows.rules.japanese.numerals import corrected, kanji_number

LONGEST = 200
AHEAD = timedelta(days=180)  # a month and day further off than this was meant for the past
DAYTIME = (time(8), time(19))  # a bare 「2時」 of a talk by day is 14 o'clock; 「7時」 could be either


@dataclass(frozen=True)
class Impossible:
    """What was written cannot be; ``why`` says it kindly."""

    why: str


@dataclass(frozen=True)
class Slot:
    """The same hour every week; Monday is 0."""

    weekday: int
    at: time


HOURS = {
    "じゅうに": 12, "じゅういち": 11, "じゅう": 10, "くう": 9, "く": 9, "きゅう": 9, "はち": 8, "しち": 7, "なな": 7,
    "ろく": 6, "ご": 5, "よ": 4, "よん": 4, "さん": 3, "に": 2, "いち": 1,
}  # fmt: skip
KANA_HOUR = re.compile(
    rf"(?:(?<=^)|(?<=[\sのは、日よう曜])|(?<=ごご)|(?<=ごぜん)|(?<=あさ)|(?<=ひる)|(?<=ゆうがた)|(?<=よる)|(?<=[後前朝昼方夜]))({'|'.join(HOURS)})じ(?!かん)"
)
HALF_KANA = re.compile(
    r"(?<=時)\s*はん(?=$|[^ぁ-ん]|から|くらい|ぐらい|ごろ|ころ|で|に|が|です|かな|まで|や|じや)"
)
NUMERALS = re.compile(
    r"[〇零一二三四五六七八九十百]+(?=\s*(?:時|日|月|年|週|分|か月|ヶ月|がつ))|(?<=第)[一二三四五]"
)
KANA_DAYS_OF_MONTH = {
    "ふつか": 2, "みっか": 3, "よっか": 4, "いつか": 5, "むいか": 6, "なのか": 7, "ようか": 8, "ここのか": 9, "とおか": 10,
}  # fmt: skip
# after its month only: 「いつか」 alone is some day
KANA_DAY = re.compile(rf"(?<=[月つげ])の?({'|'.join(KANA_DAYS_OF_MONTH)})")
DAY_WORDS = (
    ("しあさって", None), ("明々後日", None), ("明明後日", None),  # three days, or four: the regions differ
    ("おととい", -2), ("一昨日", -2), ("きのう", -1), ("昨日", -1), ("あさって", 2), ("明後日", 2), ("みょうにち", 1), ("あした", 1),
    ("明日", 1), ("あす(?=$|の|は|に|、|で|[0-9])", 1), ("きょう", 0), ("今日", 0), ("本日", 0), ("ほんじつ", 0),
)  # fmt: skip
WEEKDAY = re.compile(
    r"(?:(?P<kana>げつ|か|すい|もく|きん|ど|にち)(?=よう)|(?P<kanji>[月火水木金土日])(?=曜|よう|ヨウ|\)))(?:曜|よう)?日?び?"
)
BARE_WEEKDAY = re.compile(
    r"(?:^|[\s、(]|週の?|毎週)(?P<kanji>[火水木金土])(?=$|[\s)、の。]|[0-9]{1,2}[:時]|朝|昼|夕|午)"
)
KANA_DAYS = {"げつ": 0, "か": 1, "すい": 2, "もく": 3, "きん": 4, "ど": 5, "にち": 6}
WEEKS = (
    (re.compile(r"(?:再|さ)来週|再らい週|さらいしゅう"), 2), (re.compile(r"来週|らいしゅう|翌週|よくしゅう"), 1),
    (re.compile(r"今週|こんしゅう"), 0), (re.compile(r"先週|せんしゅう"), -1),
)  # fmt: skip
THE_NEXT = re.compile(r"次の?|つぎの?|今度の?|こんどの?")
MONTHS = (
    (re.compile(r"(?:再|さ)来月|さらいげつ"), 2), (re.compile(r"来月|らいげつ|翌月"), 1),
    (re.compile(r"今月|こんげつ"), 0), (re.compile(r"先月|せんげつ"), -1),
)  # fmt: skip
FULL = re.compile(r"(?:(20[0-9]{2})年|令和([0-9]{1,2})年)?\s*([0-9]{1,2})月の?\s*([0-9]{1,2})日?")
SLASHED = re.compile(r"(?<![0-9])(?:(20[0-9]{2})[/-])?([0-9]{1,2})[/-]([0-9]{1,2})(?![0-9])")
OF_MONTH = re.compile(
    r"(?<![0-9])(?:(?<!月)|(?<=来月)|(?<=今月))([0-9]{1,2})日(?!間|中|以内|後|前|ほど|程|かけ|で|に[0-9]|あたり|[0-9.]*時間)"
)
LATER = re.compile(r"([0-9]{1,2})(日|週間)後(?!半)")
FEASTS = {
    "大晦日": (12, 31), "おおみそか": (12, 31), "大みそか": (12, 31), "元日": (1, 1), "元旦": (1, 1),
    "くりすますいぶ": (12, 24), "くりすます": (12, 25),
}  # fmt: skip
FEAST = re.compile("|".join(FEASTS))
NTH = re.compile(r"第([1-5])(?:の|回の?)?(?=[月火水木金土日][曜よ]|(?:げつ|か|すい|もく|きん|ど|にち)よう)")
EXCEPT = re.compile(r"以外|いがい|(?:じゃ|では)?(?:ダメ|だめ|駄目|無理|むり)|は(?:避け|さけ|はずし|外し)")
NO_HOUR = re.compile(r"(?:まで|以降|いこう|より(?:後|あと|前|まえ)|の(?:後|あと))")
ENDS = re.compile(r"(?<!年)月末|げつまつ|末日")
VAGUE = re.compile(
    r"(?:日|にち)(?:ごろ|ころ|頃|過ぎ|すぎ|前後|あたり|辺り)|[月週]の?(?:頭|あたま|初め|はじめ|半ば|なかば|前半|後半)"
    r"|(?:下旬|中旬|上旬|月初め?|初旬|年末|年始|年明け|週明け|週末|連休|盆|正月|平日|土日|以降|いつでも)"
)
CLOCK = re.compile(
    r"(?<![0-9])([0-9]{1,2})(?:時(?!間)\s*(?:([0-9]{1,2})分?|(半))?\s*(前|まえ|過ぎ|すぎ)?|:([0-9]{2})(?![0-9]))"
)
MORNING = re.compile(r"午前|ごぜん|朝|あさ(?!って)|am|a\.m")
NOON = re.compile(r"昼|ひる|正午")
EVENING = re.compile(r"午後|ごご|夕|ゆうがた|夜|よる|晩|pm|p\.m")
SPAN = re.compile(r"\s*(?:から|~|-|〜|より)\s*(?:の)?(?:午前|午後|朝|昼|夕方)?の?\s*$")


def read_day(text: str, now: datetime) -> date | Impossible | None:
    """Read the one day a text names: 「来週水よう」, 「25日」, 「12/9」, 「三日後」, 「月末」."""

    def day(piece: str) -> date | Impossible | None:
        return _day(_plain(piece), now.astimezone(JST).date())

    return corrected(text, day)


def read_time(text: str, within: tuple[time, time] = DAYTIME) -> time | Impossible | None:
    """Read the one hour a text names; of a span its beginning. A bare hour must fall ``within`` in one way only."""

    def at(piece: str) -> time | Impossible | None:
        return _time(_plain(piece), within)

    return corrected(text, at)


def read_weekday(text: str) -> int | None:
    """Read the one weekday a text names: 「水よう」, 「毎週木曜」, 「すいようび」."""
    return corrected(text, lambda piece: _weekday(_plain(piece)))


def read_slot(text: str, within: tuple[time, time] = DAYTIME) -> Slot | Impossible | None:
    """Read a weekly slot: 「毎週水曜10時半」. Both parts must be there."""
    weekday, at = read_weekday(text), read_time(text, within)
    if isinstance(at, Impossible):
        return at
    return Slot(weekday, at) if weekday is not None and at is not None else None


def read_moment(text: str, now: datetime) -> datetime | Impossible | None:
    """Read a day with its hour, which has not passed: 「再来週の火曜10時から」."""
    day, at = read_day(text, now), read_time(text)
    for part in (day, at):
        if isinstance(part, Impossible):
            return part
    if not isinstance(day, date) or not isinstance(at, time):
        return None
    moment = datetime.combine(day, at, JST)
    return moment if moment > now else Impossible("その時刻は、もう過ぎています。")


def read_half(text: str) -> str:
    """Tell which half of a day is meant, 午前 or 午後; empty: neither, or both."""
    plain = _plain(text)
    at = read_time(NO_HOUR.sub("", text))
    if isinstance(at, time):
        return "午前" if at < time(12) else "午後"
    is_morning = bool(MORNING.search(plain) or re.search(r"昼(?:前|まえ)|ひるまえ", plain))
    is_late = bool(EVENING.search(plain) or re.search(r"(?:昼|ひる)(?:過ぎ|すぎ|から|以降)", plain))
    return "" if is_morning == is_late else "午前" if is_morning else "午後"


def read_half_day(text: str, now: datetime) -> tuple[str, datetime] | None:
    """Read a half day of the office within two weeks, as it is said and when it is over: 「あさっての10時」."""
    day, half = read_day(text, now), read_half(text)
    if not isinstance(day, date) or not half or day - now.astimezone(JST).date() > timedelta(days=14):
        return None
    return half_day(day, half, now)


def cannot_be(text: str, now: datetime) -> str:
    """Say kindly why a day or an hour that was named cannot be; empty where it can."""
    parts = (read_day(text, now), read_time(text), read_moment(text, now))
    return next((part.why for part in parts if isinstance(part, Impossible)), "")


def _plain(text: str) -> str:
    """Fold width and kana, and write the numbers before 時, 日, 月, 週 and 分 in figures."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower().strip()
    plain = plain.translate({code: code - 0x60 for code in range(ord("ァ"), ord("ヵ"))})
    plain = plain.replace("ついたち", "1日").replace("はつか", "20日")
    plain = KANA_DAY.sub(lambda hit: f"{KANA_DAYS_OF_MONTH[hit[1]]}日", plain)
    plain = NUMERALS.sub(lambda hit: str(kanji_number(hit[0])), plain)
    plain = re.sub(r"(?<=[0-9])\s*がつ", "月", plain)
    plain = re.sub(r"(?<=[0-9])\s*にち(?!よう)", "日", plain)
    plain = re.sub(r"(?<=[0-9])\s*じ(?!かん)", "時", plain)
    plain = re.sub(r"(?<=[0-9])\s*[ふぷ]ん", "分", plain)
    plain = KANA_HOUR.sub(lambda hit: f"{HOURS[hit[1]]}時", plain)
    return HALF_KANA.sub("半", plain)


def _day(plain: str, today: date) -> date | Impossible | None:
    if VAGUE.search(plain) or EXCEPT.search(plain):
        return None
    if nth := NTH.search(plain):
        return _nth(plain, int(nth[1]), today)
    found = [part for part in (_word(plain, today), _dated(plain, today), _by_week(plain, today)) if part]
    if any(isinstance(part, Impossible) for part in found):
        return next(part for part in found if isinstance(part, Impossible))
    days = {part for part in found if isinstance(part, date)}
    if len(days) != 1 or len(found) != len([part for part in found if isinstance(part, date)]):
        return None
    day = days.pop()
    if day < today:
        return Impossible("過ぎた日のようです。これからの日を教えてください。")
    said = _weekday(plain)
    if said is not None and said != day.weekday():
        return Impossible(
            f"{day.month}月{day.day}日は{WEEKDAYS[day.weekday()]}曜日です。どちらの日でしょうか。"
        )
    return day


def _word(plain: str, today: date) -> date | str | None:
    """A day by its word, or so many days from now; a text where a word may mean two days."""
    days, rest = set[date](), plain
    for word, ahead in DAY_WORDS:
        if re.search(word, rest):
            if ahead is None:
                return "?"
            days.add(today + timedelta(days=ahead))
            rest = re.sub(word, " ", rest)
    for number, unit in LATER.findall(plain):
        days.add(today + timedelta(days=int(number) * (7 if unit == "週間" else 1)))
    return days.pop() if len(days) == 1 else "?" if days else None


def _dated(plain: str, today: date) -> date | Impossible | str | None:
    """A day of a month: 12月9日, 12/9, 25日, 来月25日, 月末."""
    hits = [
        ((y and int(y)) or (r and 2018 + int(r)) or 0, int(m), int(d)) for y, r, m, d in FULL.findall(plain)
    ]
    hits += [(int(y or 0), int(m), int(d)) for y, m, d in SLASHED.findall(plain)]
    hits += [(0, *FEASTS[name]) for name in FEAST.findall(plain)]
    months = [ahead for shape, ahead in MONTHS if shape.search(plain)][:1]
    at = today.year * 12 + today.month - 1 + (months[0] if months else 0)
    year, month = divmod(at, 12)
    if not hits and ENDS.search(plain):
        return date(year, month + 1, monthrange(year, month + 1)[1])
    alone = [] if hits else [int(number) for number in OF_MONTH.findall(plain)]
    if len({*hits, *alone}) > 1:
        return "?"
    if hits:
        return _checked(*hits[0], today)
    if not alone or (alone == [1] and not months):  # 「一日」 is how long as often as which
        return "?" if months or alone else None
    day = _made(year, month + 1, alone[0])
    if isinstance(day, date) and day < today:
        return Impossible(f"今月の{alone[0]}日は過ぎました。来月の{alone[0]}日のことでしょうか。")
    return day


def _nth(plain: str, nth: int, today: date) -> date | Impossible | None:
    """A weekday counted in a month that is named: 「12月の第1火曜」, 「来月の第三水曜」."""
    named = re.search(r"([0-9]{1,2})月", plain)
    ahead = next((ahead for shape, ahead in MONTHS if shape.search(plain)), None)
    weekday = _weekday(plain)
    if weekday is None or (named is None) == (ahead is None):
        return None
    if ahead is None:
        assert named is not None
        ahead = (int(named[1]) - today.month) % 12
    year, month = divmod(today.year * 12 + today.month - 1 + ahead, 12)
    first = date(year, month + 1, 1)
    day = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
    if day.month != first.month:
        return Impossible(f"{first.month}月に第{nth}{WEEKDAYS[weekday]}曜日はありません。何日でしょうか。")
    return day if day >= today else None


def _checked(year: int, month: int, day: int, today: date) -> date | Impossible:
    if year:
        return _made(year, month, day)
    coming = _made(today.year, month, day)
    if isinstance(coming, date) and coming < today:
        later = _made(today.year + 1, month, day)
        return later if isinstance(later, date) and later - today <= AHEAD else coming
    return coming


def _made(year: int, month: int, day: int) -> date | Impossible:
    if not 1 <= month <= 12:
        return Impossible(f"{month}月はありません。何月でしょうか。")
    if not 1 <= day <= monthrange(year, month)[1]:
        return Impossible(f"{month}月{day}日はありません。何日でしょうか。")
    return date(year, month, day)


def _by_week(plain: str, today: date) -> date | str | None:
    """A weekday of this week or a coming one. 「次の水曜」 early in a week may mean two days."""
    if re.search(r"毎週|隔週|まいしゅう|[0-9]週間(?!後)|第[0-9]", plain):
        return "?"
    weeks = [ahead for shape, ahead in WEEKS if shape.search(plain)][:1]
    if len(_weekdays(plain)) > 1:
        return "?"
    weekday = _weekday(plain)
    if weekday is None:
        return "?" if weeks else None
    monday = today - timedelta(days=today.weekday())
    if weeks:
        return monday + timedelta(days=weekday, weeks=weeks[0])
    if OF_MONTH.search(plain) or FULL.search(plain) or SLASHED.search(plain) or _word(plain, today):
        return None  # it only says which day of the week that is
    ahead = (weekday - today.weekday()) % 7
    is_unsure = ahead == 0 or (THE_NEXT.search(plain) and weekday > today.weekday())
    return "?" if is_unsure else today + timedelta(days=ahead)


def _weekdays(plain: str) -> set[int]:
    found = {
        KANA_DAYS[hit["kana"]] if hit["kana"] else WEEKDAYS.index(hit["kanji"])
        for hit in WEEKDAY.finditer(plain)
    }
    return found or {WEEKDAYS.index(hit["kanji"]) for hit in BARE_WEEKDAY.finditer(plain)}


def _weekday(plain: str) -> int | None:
    found = _weekdays(plain)
    return found.pop() if len(found) == 1 else None


def _time(plain: str, within: tuple[time, time]) -> time | Impossible | None:
    hits = list(CLOCK.finditer(plain))
    if EXCEPT.search(plain) or (hits and NO_HOUR.match(plain, hits[-1].end()) and len(hits) == 1):
        return None
    if not hits:
        return time(12) if re.search(r"正午|(?:お昼|ひる|昼)ちょうど", plain) else None
    if len(hits) > 1 and not (len(hits) == 2 and SPAN.search(plain[hits[0].end() : hits[1].start()])):
        return None
    hit = hits[0]
    hour, minute = int(hit[1]), 30 if hit[3] else int(hit[2] or hit[5] or 0)
    if hour > 24 or minute > 59:
        said = f"{hour}時{minute}分" if minute else f"{hour}時"
        return Impossible(f"{said}という時刻はありません。何時でしょうか。")
    if hour == 24 or (hit[4] and (hit[4] in ("過ぎ", "すぎ") or not hit[2])):
        return None  # midnight of which day; 「10時すぎ」 and 「10時前」 name no minute
    ready = _halved(plain[: hit.start()], hour, minute, within)
    if isinstance(ready, time) and hit[4]:
        return (
            datetime.combine(date.min + timedelta(days=1), time(ready.hour)) - timedelta(minutes=minute)
        ).time()
    return ready


def _halved(before: str, hour: int, minute: int, within: tuple[time, time]) -> time | Impossible | None:
    """Put an hour into its half of the day: by what is said before it, else by the only way it fits."""
    if MORNING.search(before):
        if hour > 12:
            return Impossible(f"午前{hour}時という時刻はありません。何時でしょうか。")
        return time(hour, minute) if hour < 12 else None
    if NOON.search(before):
        return time(hour + 12 if hour < 6 else hour, minute) if hour < 6 or 11 <= hour <= 17 else None
    if EVENING.search(before):
        if hour == 12:
            return None
        return time(hour + 12 if hour < 12 else hour, minute)
    if hour > 12 or hour == 0:
        return time(hour, minute)
    fits = [time(each % 24, minute) for each in (hour, hour + 12) if each < 24]
    fits = [each for each in fits if within[0] <= each < within[1]]
    return fits[0] if len(fits) == 1 else None
