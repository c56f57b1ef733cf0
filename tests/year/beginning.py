"""Beginning: five owners and five talents come to work together, from the hello to the kickoff, on the real screens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flows.rules.calendar import JST, WEEKDAYS
from tests.e2e.test_spine import EIGHT_ACTIONS
from tests.e2e.test_story import APPLY, ME, TERMS, WORKS
from tests.year.days import OWNER, TALENT, Act, Days, Pair
from tests.year.operator import Operator
from tests.year.screens import Desk, Phone, Seen

FIRST_DAY = datetime(2026, 11, 9, 10, tzinfo=JST)  # a Monday
BEGINS = datetime(2026, 11, 27, 18, tzinfo=JST)  # a Friday: all five are at work, nobody has met yet
HELLO = ("(友だち追加)", "[同意して始める]")


@dataclass(frozen=True)
class Role:
    """Who a pair is: the owner's way to his posting, the talent, the hour they meet, and what they set out to do."""

    owner: str
    firm: str
    script: tuple[str, ...]
    talent: str
    weekday: int
    hour: str
    deeds: tuple[str, str]
    number: Callable[[int], str] = field(default=lambda _: "")


def typed_firm(name: str, phone: str) -> tuple[str, ...]:
    return ("[これでよい]", f"{name} 長野県飯田市本町1-2", phone, "[自分が決める]")


KNOWN_FIRM = (
    "[これでよい]",
    "山崎醸造",
    "[有限会社山崎醸造 長野県飯田市本町1-2]",
    "[0265-00-1234]",
    "[自分が決める]",
)
ROLES = {
    "1_careful": Role(
        "山崎 修",
        "有限会社山崎醸造",
        (*EIGHT_ACTIONS, "[その文だけ外す]", *KNOWN_FIRM),
        "高橋 直樹",
        2,
        "10:30",
        ("商品の写真を{n}枚とる", "説明文を{n}本書く"),
        lambda week: str(10 + week),
    ),
    "2_forgetful_owner": Role(
        "丸山 茂",
        "丸山商店",
        (
            "売掛の入金チェックが毎月しんどい。エクセルぐちゃぐちゃ",
            "[照らし合わせの手間]",
            "[毎週の未入金の一覧]",
            "15時間",
            "経理の佐々木",
            "8万",
            "卸を三代やってます。毎月の確認が楽になったらうれしい",
            *typed_firm("丸山商店", "0265-00-9999"),
        ),
        "鈴木 彩",
        1,
        "14:00",
        ("入金の控えを{n}か月分そろえる", "一覧の{n}枚目を作る"),
    ),
    "3_silent_talent": Role(
        "上田 実",
        "上田電器",
        (
            "見積もりを早く出したい",
            "[書類に打つ所]",
            "[見積もりの日数を半分に]",
            "5日",
            "[自分でやる]",
            "8万",
            "町の電気屋です。早く返事をしたい",
            *typed_firm("上田電器", "0265-00-8888"),
        ),
        "中村 大輔",
        3,
        "11:00",
        ("古い見積もりを{n}枚わたす", "ひな形を{n}つ作る"),
    ),
    "4_meetings_that_move": Role(
        "小野 清",
        "小野建材",
        (
            "請求書づくりに毎月追われとる",
            "[金額を集める所]",
            "[請求の作業を半分に]",
            "20時間",
            "経理の林",
            "8万",
            "建材の店です。月末に早く帰りたい",
            *typed_firm("小野建材", "0265-00-7777"),
        ),
        "小林 さおり",
        2,
        "10:30",
        ("伝票を{n}束わたす", "集計の表を{n}枚作る"),
    ),
    "5_days_off": Role(
        "大久保 豊",
        "大久保履物",
        (
            "チラシを配っても来ない",
            "[2種類を配って比べる]",
            "1人",
            "[自分でやる]",
            "5万",
            "はきもの屋です。近所の人に来てほしい",
            *typed_firm("大久保履物", "0265-00-6666"),
        ),
        "加藤 真一",
        4,
        "10:00",
        ("チラシを{n}か所に置く", "チラシの案を{n}つ作る"),
    ),
}


def cast(
    operator: Operator,
    habits: Mapping[str, Callable[[Pair, str, Seen], list[Act]]],
    staff_habit: Callable[[Seen], list[str]],
) -> Days:
    """Seat everybody at his screen; who is not there yet comes."""
    line, slack = operator.sandbox.line, operator.sandbox.slack
    known = {person.name: id for id, person in line.people.items()}
    rooms = {place.name: id for id, place in slack.channels.items()}
    staff = named(slack.people, "佐藤")
    pairs = []
    for name, role in ROLES.items():
        phone = Phone(operator, known.get(role.owner) or line.add_person(role.owner))
        desk = Desk(operator, named(slack.people, role.talent))
        pairs.append(Pair(name, role.firm, phone, desk, habits[name]))
    return Days(operator, pairs, Desk(operator, staff, rooms["staff"]), staff_habit)


def named(people: Mapping[str, Any], name: str) -> str:
    return next(id for id, each in people.items() if each.name.startswith(name))


def profile(role: Role) -> tuple[str, ...]:
    """Give the pages of a talent's first application."""
    day = WEEKDAYS[role.weekday]
    me = {**ME, "me.NAME": role.talent}
    terms = {**TERMS, "terms.SLOTS": f"{day} {role.hour}-{int(role.hour[:2]) + 2}:00"}
    return tuple(
        "&".join(f"{key}={value or ''}" for key, value in page.items()) for page in (me, WORKS, terms, APPLY)
    )


async def begin(days: Days) -> None:
    """Publish five postings, let one talent apply for each; then all live on until they are at work."""
    operator, staff = days.operator, days.staff
    postings = next(id for id, place in operator.sandbox.slack.channels.items() if place.name == "postings")
    for pair in days.pairs:
        role = ROLES[pair.name]
        for what in (*HELLO, *role.script):
            await pair.phone.do(what)
            await operator.rest()
        await staff.press("公開する", words=role.firm)
        await operator.rest()
        await pair.desk.press("関心あり", postings, role.firm)
        await operator.rest()
        for page in profile(role):
            await pair.desk.do(page)
            await operator.rest()
    await days.live(BEGINS)


def begins(pair: Pair, who: str, seen: Seen) -> list[Act]:
    """What both do until they are at work; nothing where they are."""
    role = ROLES[pair.name]
    if who == OWNER:
        for label in ("会ってみたい", "この3つで聞く", "進めたい"):
            if seen.has(label):
                return [(OWNER, f"[{label}]")]
        if "この6つで始めて" in seen.text:
            return [(OWNER, "[これでよい]")]
        if "募集は、続けますか" in seen.text:
            return [(OWNER, "[終える]")]
        if seen.has("とばす") and seen.text.startswith(LIKED):
            return [(OWNER, "人に喜ばれること" if "好きなこと" in seen.text else "[とばす]")]
        return []
    if seen.has("会う前の5つの質問"):
        answers = "&".join(f"pi.PI{n}={words}" for n, words in enumerate(LIKES, start=1))
        return [(TALENT, "[会う前の5つの質問]"), (TALENT, answers)]
    if "どの時間がよいですか" in seen.text:
        return [(TALENT, f"[{seen.labels[0]}]")]
    if seen.has("進めたい"):
        return [(TALENT, "[進めたい]")]
    if "も「進めたい」" in seen.text:  # the form stands open already
        fixed = f"ko.KO3={role.weekday}&ko.KO3_TIME={role.hour}&ko.KO5=ふだんはこのトーク、急ぎは電話"
        return [(TALENT, fixed)]
    return []


LIKED = ("好きなこと", "自分が", "周りに", "最近、考え")  # how the five questions begin
LIKES = ("数字を見ること", "人の話を聞くこと", "急な変更", "親にもらった根気", "若いころの失敗")
