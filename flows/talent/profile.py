"""Profile: who a professional is, which works he has done, and on which terms he helps. Three pages; what is known stands there."""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from typing import Any

from flows.facts import Applicant, Profile
from flows.outcomes import DeleteProfile, KeepProfile
from flows.picking import Many
from flows.questions import Amount, Option, Pick, Question, Text, Yen
from flows.rules.japanese.zones import HOME
from flows.rules.match.skills import works_of
from flows.steps import Steps, fill
from flows.talent.profile_questions import Invoice, Slots, Zone
from flows.talent.talents import Employment, Insurance, Permission, form
from prompts.knowledge import groups, job_codes

MOST_PROPOSED, MOST_WORKS = 10, 12  # boxes on the second page; works of one profile
PAGE = 2_900  # characters of one field; Slack takes 3,000
Fields = dict[str, Question[Any]]


class Onsite(Enum):
    """Whether he can come to the firm."""

    AFAR = "離れた場所からだけ"
    VISITS = "月に数日なら行ける"


class Named(Enum):
    """From when on an owner reads his name."""

    NOW = "応募のときから"
    MET = "会うと決まってから"


class Sure(Enum):
    NO = "やっぱり残す"
    YES = "登録を消す"


def profile(facts: Applicant) -> Steps[KeepProfile]:
    """Ask who he is, confirm the works told from his words, then the terms."""
    known = facts.profile
    me = yield from fill("me", "自己紹介 1/3", form("Me", about_me(known)), submit="次へ")
    bio = me.BIO + getattr(me, "BIO_ON", "")
    words = (me.HEADLINE, me.BY_HAND, me.ROUTINE, me.SKILLS, bio)
    works = yield from fill(
        "works",
        "自己紹介 2/3",
        form("Works", about_works(proposed(*words), known)),
        given=words,
        submit="次へ",
        lead="お書きになったことから、これまでのお仕事を選びました。ちがうものは外し、足りないものは足してください。",
    )
    terms = yield from fill(
        "terms", "自己紹介 3/3", form("Terms", about_terms(facts)), submit="登録する", lead=facts.clock
    )
    made = Profile(
        name=me.NAME,
        headline=me.HEADLINE,
        by_hand=me.BY_HAND,
        skills=me.SKILLS,
        ties=me.TIES,
        hours=terms.HOURS,
        slots=terms.SLOTS,
        pay=terms.PAY,
        employment=terms.EMPLOYMENT.name,
        permission=terms.PERMISSION.name,
        conflicts=terms.CONFLICTS,
        insurance=terms.INSURANCE.name,
        bio=bio,
        routine=me.ROUTINE,
        works=tuple(dict.fromkeys((*getattr(works, "CODES", ()), *works.MORE)))[:MOST_WORKS],
        insurer=terms.INSURER,
        invoice=terms.INVOICE,
        zone=terms.ZONE,
        onsite=terms.ONSITE.name,
        named=terms.NAMED.name,
    )
    return KeepProfile(made, facts.posting)


def about_me(known: Profile | None) -> Fields:
    def text(wording: str, name: str, **how: Any) -> Text:
        return Text(wording, initial=getattr(known, name)[: how["most"]] if known else "", **how)

    fields: Fields = {
        "NAME": text("お名前(社長にお見せします)", "name", most=60),
        "HEADLINE": text("ひとことで言うと", "headline", most=200, hint="例：食品の通販を5年"),
        "BY_HAND": text(
            "自分の手でやったこと", "by_hand", most=500, is_long=True, hint="数字や道具もあると伝わります"
        ),
        "ROUTINE": text(
            "誰でもできる形にした仕事を一つ",
            "routine",
            least=0,
            most=500,
            is_long=True,
            hint="例：請求の締めを手順書にして、3人で回るようにした",
        ),
        "SKILLS": text("得意なこと", "skills", most=500),
        "TIES": text("ゆかりのある土地と、そのわけ", "ties", least=0, most=300),
        "BIO": text("くわしい経歴(書きたい方だけ)", "bio", least=0, most=PAGE, is_long=True),
    }
    if known and len(known.bio) > PAGE:  # came from a file: nothing of it is lost
        rest = known.bio[PAGE:]
        fields["BIO_ON"] = Text("くわしい経歴のつづき", least=0, most=PAGE, is_long=True, initial=rest)
    return fields


@lru_cache(maxsize=64)  # a talk is replayed several times a turn, always with the same words
def proposed(headline: str, by_hand: str, routine: str, skills: str, bio: str) -> tuple[str, ...]:
    """Tell the works that somebody's words speak of, the surest first."""
    return tuple(works_of(headline, "。".join((by_hand, routine, bio)), skills))


def about_works(found: tuple[str, ...], known: Profile | None) -> Fields:
    """Boxes for what his words tell and what he confirmed before, and the whole list to add from."""
    before = known.works if known else ()
    boxes = tuple(dict.fromkeys((*before, *found)))[:MOST_PROPOSED]
    codes = job_codes()
    fields: Fields = {}
    if boxes:
        options = tuple(Option(code, codes[code].name) for code in boxes if code in codes)
        fields["CODES"] = Many("やったことのある仕事", options, chosen=before or boxes)
    left = tuple(code for code in before if code not in boxes)
    fields["MORE"] = Many("ほかにもあれば", others(boxes), most=MOST_WORKS, chosen=left)
    return fields


@lru_cache(maxsize=64)
def others(boxes: tuple[str, ...]) -> tuple[Option, ...]:
    """Give every work but these, by their groups."""
    return tuple(
        Option(code.code, code.name, group=group.name)
        for group in groups().values()
        for code in group.codes
        if code.code not in boxes
    )


def about_terms(facts: Applicant) -> Fields:
    known = facts.profile
    return {
        "HOURS": Amount(
            "月に使える時間",
            unit="時間",
            least=5,
            most=80,
            initial=str(known.hours) if known and known.hours else "",
        ),
        "SLOTS": Slots(
            "平日の日中で空く時間(日本時間)",
            most=500,
            initial=known.slots if known else "",
            hint="例：水 10:00-12:00、金 午後",
        ),
        "ONSITE": Pick("会社に行く日", of=Onsite, initial=known.onsite if known else ""),
        "PAY": Yen(
            "月の報酬の目安(円)",
            least=10_000,
            most=1_000_000,
            initial=str(known.pay) if known and known.pay else "",
        ),
        "EMPLOYMENT": Pick("いまの働き方", of=Employment, initial=known.employment if known else ""),
        "PERMISSION": Pick(
            "勤め先の副業の決まり",
            of=Permission,
            initial=known.permission if known else "",
            hint="「まだ」でも応募できます。契約の前に確かめてください。",
        ),
        "CONFLICTS": Text(
            "同業など、重なると困る先", least=0, most=300, initial=known.conflicts if known else ""
        ),
        "INSURANCE": Pick("賠償責任の保険", of=Insurance, initial=known.insurance if known else ""),
        "INSURER": Text(
            "保険の名前と、いつまでか(入っている方)",
            least=0,
            most=100,
            initial=known.insurer if known else "",
        ),
        "INVOICE": Invoice(
            "インボイスの登録番号(ある方だけ)", least=0, most=40, initial=known.invoice if known else ""
        ),
        "ZONE": Zone("お住まいの国・地域(時刻のため)", here=facts.zone, initial=facts.zone or HOME),
        "NAMED": Pick("社長にお名前を出すのは", of=Named, initial=known.named if known else Named.NOW.name),
    }


def delete_profile(facts: Applicant) -> Steps[DeleteProfile]:
    """Ask once more, saying what goes and what stays."""
    fields: Fields = {
        "SURE": Pick(
            "消してよろしいですか",
            of=Sure,
            initial=Sure.NO.name,
            hint="あとでまた登録できます。はじめから書いていただきます。",
        )
    }
    lead = (
        "自己紹介、応募のお答え、ここでのやりとりを消します。応募中のものは取り下げます。"
        "終わったお仕事の契約と支払いの記録だけは、法律のために残ります。"
    )
    sure: Any = yield from fill("delete", "登録を消す", form("Delete", fields), submit="決める", lead=lead)
    return DeleteProfile(sure.SURE is Sure.YES)
