"""Inviting: who hears of a posting, when the search goes on, and why it was put to him. Pure; dates in, decisions out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta
from enum import IntEnum

from flows.rules.calendar import zone_of
from flows.rules.match.ranking import LEAST_WORK, Ranked, Wanted
from prompts.knowledge import job_codes

MOST = 30  # of one search
# How much of this work, or of one near it, somebody has done: asked at once, asked when nobody came, asked then if he
# has ties to the place.
DO_THIS, NEAR_THIS, NEAR_HERE = LEAST_WORK, 0.25, 0.15
WEEK = timedelta(days=7)
WIDER_AFTER, THIN_AFTER, NOBODY_AFTER = timedelta(days=3), timedelta(days=7), timedelta(days=14)
AGAIN_AFTER, RARE_FOR = timedelta(days=14), timedelta(days=60)
FEW = 2  # applications in a week: more would be welcome
DIGEST_AT, MONDAY = time(8, 30), 0
MOST_IN_DIGEST = 5


class Wave(IntEnum):
    """How far a search goes: those who have done this very work, then those near it or near here."""

    FIRST = 1
    WIDER = 2  # and every later one of a rare skill


def is_rare(code: str) -> bool:
    """Tell whether few people anywhere can do a work: ``rare`` in the table of works."""
    known = job_codes().get(code)
    return known is not None and known.rare


def chosen(found: Iterable[Ranked], wave: int) -> list[Ranked]:
    """Keep whom a search of this wave asks, in their order: a poor fit is not asked at all.

    The wider one takes works next to this one, and less of it from who has ties to the place.
    """
    if wave == Wave.FIRST:
        return [each for each in found if each.parts["work"] >= DO_THIS]
    return [each for each in found if each.parts["work"] >= (NEAR_HERE if each.parts["place"] else NEAR_THIS)]


def moments(code: str, published_at: datetime) -> dict[str, datetime]:
    """Return when something is looked at while nobody comes, by the due row's purpose.

    Of a rare skill one person is enough: it is searched for again instead, and stays open for two months.
    """
    if is_rare(code):
        return {"invite_again": published_at + AGAIN_AFTER, "nobody": published_at + RARE_FOR}
    return {
        "invite_wider": published_at + WIDER_AFTER,
        "thin": published_at + THIN_AFTER,
        "nobody": published_at + NOBODY_AFTER,
    }


def next_digest(now: datetime, zone: str) -> datetime:
    """Return the next Monday's half past eight where somebody lives."""
    here = now.astimezone(zone_of(zone))
    day = here.date() + timedelta(days=(MONDAY - here.weekday()) % 7)
    at = datetime.combine(day, DIGEST_AT, here.tzinfo)
    return at if at > here else datetime.combine(day + WEEK, DIGEST_AT, here.tzinfo)


def reasons_for(wanted: Wanted, parts: Mapping[str, float]) -> tuple[str, ...]:
    """Say to a talent why a posting may be his, the strongest first; each is a fact of his profile or of the posting."""
    found: list[str] = []
    known = job_codes().get(wanted.code)
    if known is not None and parts["work"] >= DO_THIS:
        found.append(f"「{known.name}」に近いお仕事をしてこられました。")
    if parts["trade"] == 1:
        found.append("この業種のことを、よくご存じです。")
    elif parts["trade"]:
        found.append("似た苦労のある業種をご存じです。")
    if parts["place"]:
        found.append(f"ゆかりのある{wanted.prefecture}の会社です。")
    if parts["routine"]:
        found.append("仕事をだれでもできる形にされたことが、生きます。")
    elif parts["hand"]:
        found.append("ご自分の手で進めてこられたことが、生きます。")
    if wanted.hours and parts["hours"] == 1:
        found.append("使える時間が、お仕事に足ります。")
    if wanted.hourly_yen and parts["price"] == 1:
        found.append("報酬が、ご希望に届きます。")
    return tuple(found) or ("お仕事の中身が、これまでのご経験に近いものです。",)
