"""Days, hours, weekly slots and hours a month, as people write them: read without doubt, or not at all."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.rules.calendar import JST
from flows.rules.japanese.hours import read_hours
from flows.rules.japanese.reading import read_number, read_yen, two_amounts
from flows.rules.japanese.when import (
    Impossible,
    Slot,
    read_day,
    read_half,
    read_half_day,
    read_moment,
    read_slot,
    read_time,
    read_weekday,
)

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=JST)  # 火
TOLD = "told why"  # stands for a kind reason

DAYS = {
    "来週水よう": "12/02", "らいしゅうのすいようび": "12/02", "来週の水曜日でお願いします": "12/02", "再来週の火曜10時から": "12/08",
    "さらいしゅうかよう": "12/08", "あさって": "11/26", "アサッテ": "11/26", "ｱｻｯﾃ": "11/26", "明後日": "11/26", "明日": "11/25",
    "あした": "11/25", "あすの昼": "11/25", "きょう": "11/24", "本日": "11/24", "月末": "11/30", "今月末": "11/30", "来月末": "12/31",
    "25日の昼すぎ": "11/25", "２５日": "11/25", "二十五日": "11/25", "来月十日": "12/10", "来月の10日": "12/10", "12/9": "12/09",
    "12月9日": "12/09", "１２月９日（水）": "12/09", "十二月九日": "12/09", "1月5日": "01/05", "2027年2月3日": "02/03",
    "令和9年3月1日": "03/01", "三日後": "11/27", "3日後": "11/27", "2週間後": "12/08", "今週の金曜": "11/27", "水曜": "11/25",
    "木よう": "11/26", "(木)": "11/26", "次の月曜": "11/30", "今度の月曜でどうじゃろ": "11/30", "水曜じゃなくて木曜": "11/26",
    "25日、いや26日": "11/26", "えーとあの、あさってでお願いします": "11/26", "来週の月曜日 午前": "11/30",
    "大晦日": "12/31", "おおみそか": "12/31", "元旦": "01/01", "12月の第1火曜": "12/01", "来月の第三水曜": "12/16", "12がつ1にち": "12/01",
    "12月とおか": "12/10", "来月のふつか": "12/02",
    # what may mean two days, or none
    "水曜以外": None, "第二水曜": None, "28日ごろ": None, "28日過ぎ": None, "再来月の頭": None, "お盆明け": None, "来週の前半": None, "いつか": None,
    "25日はだめ": None, "来週": None, "火曜": None, "次の木曜": None, "しあさって": None, "水曜か木曜": None, "週明け": None, "来月": None, "年末": None,
    "平日ならいつでも": None, "10日間": None, "月20日": None, "毎週水曜": None, "25日か26日": None, "さあ": None, "": None,
    "一日中": None, "忙しい": None, "来月中旬": None, "土日": None, "12月": None,
    # what cannot be
    "2月30日": TOLD, "13月1日": TOLD, "きのう": TOLD, "11月20日": TOLD, "20日": TOLD, "9月1日": TOLD, "今週の月曜": TOLD,
    "12月9日の木曜": TOLD, "先週の水曜": TOLD, "12/32": TOLD,
}  # fmt: skip
TIMES = {
    "あさ10じ半": "10:30", "朝の10時半": "10:30", "午後の2時": "14:00", "ごごにじ": "14:00", "じゅうじはん": "10:30", "ジュウジハン": "10:30",
    "ｼﾞｭｳｼﾞ": "10:00", "10時": "10:00", "１０時": "10:00", "十時": "10:00", "十時半": "10:30", "10じはんから": "10:30", "2時": "14:00",
    "三時": "15:00", "くじ": "09:00", "8時": "08:00", "夕方5時": "17:00", "ゆうがたごじ": "17:00", "夜7時": "19:00", "昼12時": "12:00",
    "昼の1時": "13:00", "正午": "12:00", "14:30": "14:30", "１４：３０": "14:30", "14時半": "14:30", "午後14時": "14:00",
    "10時15分": "10:15", "10時15分前": "09:45", "10時ごろ": "10:00", "10時から11時": "10:00", "10時〜11時": "10:00",
    "すいようのじゅうじ": "10:00", "10時、いや11時": "11:00", "水曜の10時でお願いします": "10:00", "午後0時": "12:00", "pm3時": "15:00",
    "7時": None, "10時か11時": None, "10時前": None, "10時すぎ": None, "24時": None, "午前12時": None, "3時間": None, "15時間": None,
    "午後3時まで": None, "3時まで": None, "8時以降": None, "10時より後": None, "10時以外": None, "夕方5時過ぎ": None, "朝": None, "昼すぎ": None, "いつでも": None, "": None, "10": None, "まじで": None,
    "25時": TOLD, "午前15時": TOLD, "10時75分": TOLD, "99時": TOLD,
}  # fmt: skip
SLOTS = {
    "毎週水曜10時": Slot(2, time(10)), "水よう じゅうじはん": Slot(2, time(10, 30)), "木曜の午後2時": Slot(3, time(14)),
    "毎週、火曜の朝9時半から": Slot(1, time(9, 30)), "金 15時": Slot(4, time(15)), "水曜": None, "10時": None, "毎週かな": None,
}  # fmt: skip
WEEKDAYS = {
    "水よう": 2,
    "すいようび": 2,
    "水曜日": 2,
    "毎週木曜": 3,
    "火": 1,
    "ｹﾞﾂﾖｳ": 0,
    "水か木": None,
    "平日": None,
    "火事": None,
}
HALVES = {"25日の昼すぎ": "午後", "あさって朝いち": "午前", "10時": "午前", "午後ならいつでも": "午後", "昼前": "午前", "いつでも": "", "朝か夕方": "", "3時まで": "午後", "8時以降": "午前", "夕方5時過ぎ": "午後"}  # fmt: skip
HOURS = {
    "月に十五六時間": 15, "15、6時間": 15, "十五時間": 15, "じゅうごじかん": 15, "２０時間くらい": 20, "週に2回、1時間ずつ": 8,
    "しゅうに2かい1じかん": 8, "1日30分を毎日": 10, "半日": 4, "月に半日": 4, "二週間に一ぺん、半日": 8, "隔週で3時間": 6, "毎週2時間": 8,
    "週5時間": 20, "1日1時間": 20, "週に3日、1日2時間": 24, "月に2回 半日ずつ": 8, "90分を週2回": 12, "ひと月に10時間": 10,
    "20時間、いや15時間": 15, "月10から15時間": 10, "週に1ぺん2時間ほど": 8, "まる1日": 8, "20時間やなくて30時間": 30,
    "週に2回、1回1時間": 8, "1回1時間を週に2回": 8, "週2で1時間": 8, "週一で一時間": 4, "月一で半日": 4, "月2で3時間": 6, "二、三時間": 2,
    "15〜20時間": 15, "月に10時間あれば十分": 10, "8時間×2日": 16,
    "一日おきに1時間": None, "1回2時間": None, "朝1時間": None, "週に2回": None, "二週間に一ぺん": None, "30分": None, "10時間か20時間": None, "年に20時間": None, "そのうち": None, "": None,
}  # fmt: skip
YEN = {
    "3万くらい": 30_000, "8万5千": 85_000, "5、6万": 50_000, "十万ちょい": 100_000, "ﾊﾁﾏﾝ": 80_000, "８万円ぐらいかのう": 80_000,
    "8万、いや5万": 50_000, "8万じゃなくて5万": 50_000, "10万、やっぱり8万にする": 80_000, "8万やなくて5万で": 50_000,
    "いやあ8万くらい": 80_000, "8万か10万": 80_000, "5万〜8万": 50_000, "えーと、まあ八万ぐらいなら": 80_000,
    "5万か20万": None, "5か20万": None, "5万〜20万": None, "10万か20万": None,
}  # fmt: skip
NUMBERS = {
    "30件、いや40件": 40, "20件じゃなくて30件": 30, "だいたい三百くらいやろか": 300, "ﾆｼﾞｭｯｹﾝ": 20, "いやあ、30件くらい": 30,
    "月に15件": 15, "二三件": 2, "20件を30件にしたい": None,
}  # fmt: skip


def day_of(said: str | None) -> date | None:
    if said is None:
        return None
    month, day = map(int, said.split("/"))
    return date(2026 if month >= 11 else 2027, month, day)


@pytest.mark.parametrize(("text", "said"), DAYS.items())
def test_a_day_is_read(text: str, said: str | None) -> None:
    """A day is that day, None where it could be two, and a reason where it cannot be."""
    found = read_day(text, NOW)
    assert isinstance(found, Impossible) if said == TOLD else found == day_of(said)


@pytest.mark.parametrize(("text", "said"), TIMES.items())
def test_an_hour_is_read(text: str, said: str | None) -> None:
    """An hour is that hour; morning or afternoon is never guessed."""
    found = read_time(text)
    assert (
        isinstance(found, Impossible)
        if said == TOLD
        else found == (time.fromisoformat(said) if said else None)
    )


@pytest.mark.parametrize(("text", "slot"), SLOTS.items())
def test_a_weekly_slot_is_read(text: str, slot: Slot | None) -> None:
    """A slot needs its weekday and its hour."""
    assert read_slot(text) == slot


@pytest.mark.parametrize(("text", "weekday"), WEEKDAYS.items())
def test_a_weekday_is_read(text: str, weekday: int | None) -> None:
    """One weekday is read; two, or a word that only holds its sign, is none."""
    assert read_weekday(text) == weekday


@pytest.mark.parametrize(("text", "half"), HALVES.items())
def test_a_half_day_is_read(text: str, half: str) -> None:
    """Morning or afternoon, by word or by hour."""
    assert read_half(text) == half


@pytest.mark.parametrize(("text", "hours"), HOURS.items())
def test_hours_a_month_are_read(text: str, hours: int | None) -> None:
    """How long and how often make hours a month; one without the other makes none."""
    assert read_hours(text) == hours


@pytest.mark.parametrize(("text", "yen"), YEN.items())
def test_money_said_twice_is_what_was_said_last(text: str, yen: int | None) -> None:
    """Who corrects himself is taken at his last word; two sums far apart are asked about."""
    assert read_yen(text) == yen


@pytest.mark.parametrize(("text", "number"), NUMBERS.items())
def test_a_corrected_number_is_the_last_one(text: str, number: int | None) -> None:
    """The last number of a correction counts; of two that both stand, none."""
    assert read_number(text) == number


def test_two_sums_far_apart_are_both_named() -> None:
    """The question that follows can name both."""
    assert two_amounts("5万か20万") == (50_000, 200_000)
    assert two_amounts("5万から6万") is None


def test_a_moment_has_not_passed() -> None:
    """An hour of today that is over is refused kindly."""
    assert read_moment("再来週の火曜10時から", NOW) == datetime(2026, 12, 8, 10, tzinfo=JST)
    assert isinstance(read_moment("今日の9時", NOW), Impossible)
    assert read_moment("今日", NOW) is None


def test_half_days_of_the_office_only() -> None:
    """Nobody is promised a call on a holiday, at night or in a month."""
    found = read_half_day("あさっての10時ごろ", NOW)
    assert found is not None
    assert found[0] == "11/26(木)の午前"
    assert read_half_day("来月の20日の10時", NOW) is None
    assert read_half_day("今週の日曜の10時", NOW) is None


@given(st.dates(date(2026, 11, 25), date(2027, 4, 30)), st.integers(0, 23), st.sampled_from((0, 15, 30)))
def test_what_is_written_out_is_read_back(day: date, hour: int, minute: int) -> None:
    """A day and an hour in figures come back as they are, full width too."""
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    for said in (
        f"{day.month}月{day.day}日",
        f"{day.month}月{day.day}日".translate(wide),
        f"{day.month}/{day.day}",
    ):
        assert read_day(said, NOW) == day
    half = "午前" if hour < 12 else "午後"
    assert read_time(f"{half}{hour % 12}時{minute}分") == time(hour, minute)


TALK = st.text(
    "来再今週月火水木金土日曜時分半朝昼夜午前後明本0123456789０１一二十ー〜、。いやかでのにあさってじはん ｱｲ:/",
    max_size=40,
)


@given(TALK | st.text(max_size=80))
def test_nothing_anybody_types_breaks_a_reader(text: str) -> None:
    """Whatever is typed gives a value in its bounds, a reason, or nothing: no error, no day that has passed."""
    day, at = read_day(text, NOW), read_time(text)
    assert not isinstance(day, date) or day >= NOW.date()
    assert not isinstance(at, Impossible) or "時" in at.why
    moment = read_moment(text, NOW)
    assert not isinstance(moment, datetime) or moment > NOW - timedelta(seconds=1)
    hours = read_hours(text)
    assert hours is None or hours >= 1
    read_slot(text), read_half(text), read_yen(text), read_number(text)
