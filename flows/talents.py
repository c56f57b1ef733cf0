"""Talents: a short profile, and a question to the firm. Each is one modal, long ones in pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, make_dataclass
from enum import Enum
from typing import Any

from flows.facts import Applicant, Asker, Profile
from flows.outcomes import AskFirm, KeepProfile
from flows.questions import Amount, Pick, Question, Text, Yen, question
from flows.steps import Steps, fill


class Employment(Enum):
    EMPLOYEE = "会社員"
    INDEPENDENT = "独立"
    OTHER = "その他"


class Permission(Enum):
    GIVEN = "許可・届出ずみ"
    NOT_NEEDED = "いらない"
    UNKNOWN = "まだ確かめていない"


class Insurance(Enum):
    YES = "入っている"
    NO = "入っていない"


def profile(facts: Applicant) -> Steps[KeepProfile]:
    """Ask who he is, then on which terms he helps; what is known stands there already."""
    known = facts.profile
    me = yield from fill("me", "自己紹介 1/2", form("Me", about_me(known)), submit="次へ")
    terms = yield from fill("terms", "自己紹介 2/2", form("Terms", about_terms(known)), submit="登録する")
    made = Profile(
        me.NAME,
        me.HEADLINE,
        me.BY_HAND,
        me.SKILLS,
        me.TIES,
        terms.HOURS,
        terms.SLOTS,
        terms.PAY,
        terms.EMPLOYMENT.name,
        terms.PERMISSION.name,
        terms.CONFLICTS,
        terms.INSURANCE.name,
    )
    return KeepProfile(made, facts.posting)


def about_me(known: Profile | None) -> dict[str, Question[Any]]:
    return {
        "NAME": Text("お名前(社長にお見せします)", most=40, initial=known.name if known else ""),
        "HEADLINE": Text(
            "ひとことで言うと", most=80, initial=known.headline if known else "", hint="例：食品の通販を5年"
        ),
        "BY_HAND": Text(
            "自分の手でやったこと",
            most=500,
            is_long=True,
            initial=known.by_hand if known else "",
            hint="数字や道具もあると伝わります",
        ),
        "SKILLS": Text("得意なこと", most=200, initial=known.skills if known else ""),
        "TIES": Text("ゆかりのある土地と、そのわけ", least=0, most=200, initial=known.ties if known else ""),
    }


def about_terms(known: Profile | None) -> dict[str, Question[Any]]:
    return {
        "HOURS": Amount(
            "月に使える時間", unit="時間", least=5, most=80, initial=str(known.hours) if known else ""
        ),
        "SLOTS": Text(
            "平日の日中で空く時間", most=150, initial=known.slots if known else "", hint="例：水 10:00-12:00"
        ),
        "PAY": Yen(
            "月の報酬の目安(円)", least=10_000, most=1_000_000, initial=str(known.pay) if known else ""
        ),
        "EMPLOYMENT": Pick("いまの働き方", of=Employment, initial=known.employment if known else ""),
        "PERMISSION": Pick("勤め先の副業の決まり", of=Permission, initial=known.permission if known else ""),
        "CONFLICTS": Text(
            "同業など、重なると困る先", least=0, most=200, initial=known.conflicts if known else ""
        ),
        "INSURANCE": Pick("賠償責任の保険", of=Insurance, initial=known.insurance if known else ""),
    }


def form(name: str, fields: Mapping[str, Question[Any]]) -> type[Any]:
    """Make a form whose questions are known only now."""
    return make_dataclass(
        name, [(key, object, question(asked)) for key, asked in fields.items()], frozen=True
    )


@dataclass(frozen=True)
class OneQuestion:
    question: str = question(Text("会社に聞きたいこと(一つだけ)", most=200, is_long=True))


def ask_firm(facts: Asker) -> Steps[AskFirm]:
    """One question to the firm, before applying."""
    asked = yield from fill("ask", "質問する", OneQuestion, submit="聞いてみる")
    return AskFirm(facts.about, asked.question)


def terms_line(profile: Profile) -> str:
    """Say the terms of a profile in one line, as the owner will read them."""
    permission = Permission[profile.permission].value
    insurance = Insurance[profile.insurance].value
    ties = f" / ゆかり：{profile.ties}" if profile.ties else ""
    conflicts = f" / 重なると困る先：{profile.conflicts}" if profile.conflicts else ""
    return (
        f"月{profile.hours}時間・月{profile.pay:,}円・{profile.slots}・{Employment[profile.employment].value}"
        f"(副業の決まり：{permission})・保険に{insurance}{ties}{conflicts}"
    )
