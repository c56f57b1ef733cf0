"""Heeding: rules and care where a talk is already under way. What is said once to words that no answer may hold."""

from __future__ import annotations

import re

from flows.posting.roads import A_LICENCE, AFTER, FIXED, LICENCES
from flows.rules.coach.codes import SURE, guesses
from flows.rules.coach.routes import Match, hard_road, says, soft_roads
from prompts.results import Route

STEERED = ("wish", "road.", "which.")  # their answers are read as wishes anyway
OWN = ("own", "goal.own", "fair", "spare", "fix.")  # his own words: asked about before they are shown
AIMS = ("stuck", "goal")  # what he would have done, rather than a number, a name or a sum
LONGEST = 400  # letters; of a longer talk the staff read what is in it
HIRING = "雇うときはハローワークが近道です。ここでは、仕事を楽にするお手伝いをします。"
INSTEAD = {
    Route.BIASED: f"{FIXED['biased'].says}経験で選べます。",
    Route.UNPAID: f"{FIXED['unpaid'].says}月10時間ほどの小さな形ならできます。",
    Route.ANONYMOUS: f"{FIXED['anonymous'].says}見るのは登録した方だけで、ネットには出ません。",
    Route.HIRE: HIRING,
    Route.ROUTINE_HIRE: HIRING,
    Route.MIGRATION: "移住の募集はしていません。まず一つの仕事を、一緒に進める形です。",
}
PAPERS = "その前の数字や書類の整理なら、一緒にできます。"
AT_EASE = re.compile(
    r"(?<!もう)(?<!早く)(?<!はやく)(?<!いっそ)楽に(?:なりたい|なれば|なったら|なる|したい)"
)  # what work should become
BARE_NUMBER = re.compile(
    r"(?:だいたい|約|月に?|まあ)*[0-9０-９一二三四五六七八九十百]+(?:まで|以下|以内|未満|くらいまで)(?:です|かな|。)*"
)
OFF_TOPIC = "すみません、それは分からないんです。"
MAY_INSIST = frozenset(
    {Route.HIRE, Route.ROUTINE_HIRE, Route.MIGRATION}
)  # no law stands against what he writes then
TOLD_NOW = re.compile(
    r"(?:し|やっ|書い|出し|払っ|頼ん|任せ)(?:て|と)(?:い)?(?:る|ます|おる|もろう|もらっ)|かか(?:る|っ)|しんど|大変|手間|忙し|時期|間に合わ|面倒"
)


def needs_care(words: str, key: str = "") -> bool:
    """Tell whether somebody is in distress: care comes before any question.

    In what he writes of his firm (「もう歳で体がきつい。若い人に伝えたい」) only the gravest words stop the talk; the
    rest the staff read on the draft, with the word to ring first.
    """
    if key.startswith(OWN):
        return is_grave(words)
    road = hard_road(AT_EASE.sub("", words))
    return road is not None and road.route is Route.DISTRESS


def is_grave(words: str) -> bool:
    """Tell whether somebody speaks of his own death; 「死ぬほど忙しい」 and a death in the family are not that."""
    plain = AT_EASE.sub("", words)
    return says(plain, "死") and not says(plain, "死の否定")


def rule_for(words: str, key: str) -> tuple[Route, str] | None:
    """Return the rule that words in the middle of a talk run against, and what is said to them; None where none does.

    Where he only tells how things are today (「申告の時期は大変」) nothing is asked for, and no rule is read to him.
    """
    if key.startswith((*STEERED, *OWN)) or len(words) > LONGEST or key.startswith("pay"):
        return None
    road = hard_road(words) or _soft(words, key)
    if road is None or road.route is Route.DISTRESS:
        return None
    if road.route is Route.BIASED and BARE_NUMBER.fullmatch(words.strip()):
        return None  # 「20まで」 to the question how many
    if road.route in (Route.LICENSED, Route.WORKER, Route.PRIVACY) and TOLD_NOW.search(words):
        return None
    return road.route, said_of(road)


def said_of(road: Match) -> str:
    """Say a rule kindly with the lawful thing that lies beside it."""
    if road.route is Route.LICENSED:
        return f"{LICENCES.get(road.kind, A_LICENCE).partition('。')[0]}。{PAPERS}"
    if road.route in INSTEAD:
        return INSTEAD[road.route]
    named = AFTER.get(f"{road.route.value}:{road.kind}") or AFTER.get(f"{road.route.value}:")
    return named[0] if named else FIXED["off_topic"].says


def _soft(words: str, key: str) -> Match | None:
    if not key.startswith(AIMS):
        return None
    asked = (Route.HIRE, Route.ROUTINE_HIRE, Route.MIGRATION)
    return next((road for road in soft_roads(words) if road.route in asked and not road.yields), None)


def is_off_topic(words: str) -> bool:
    """Tell whether a question is about the weather and the like: nobody of the staff need answer it."""
    return says(words, "よそ事") and not any(guess.by_words >= SURE for guess in guesses(words))
