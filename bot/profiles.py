"""Profiles: how a talent's profile is seen: by the flows, by an owner before and after they meet, on a clock of his own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from bot.payloads import card_payload
from bot.turn import Turn
from flows.facts import Profile
from flows.messages import Button, Look
from flows.rules.japanese.zones import ZONES, apart
from flows.talent.profile import Named, Onsite
from storage.parties import Handle
from storage.talents import Application, Talent

NAMELESS = "匿名希望"


def profile_of(turn: Turn, party: UUID) -> Profile | None:
    """Return a talent's profile as the flows see it."""
    talent = turn.work.talents.profile(party)
    if talent is None:
        return None
    return Profile(
        name=talent.name,
        headline=talent.headline,
        by_hand=talent.by_hand,
        skills=talent.skills,
        ties=talent.ties,
        hours=talent.hours_month,
        slots=talent.slots,
        pay=talent.pay_month_yen,
        employment=talent.employment,
        permission=talent.permission,
        conflicts=talent.conflicts,
        insurance=talent.insurance,
        bio=talent.bio,
        routine=talent.routine,
        works=turn.work.talents.confirmed(party),
        insurer=talent.insurer,
        invoice=talent.invoice,
        onsite=(Onsite.AFAR if talent.is_remote else Onsite.VISITS).name,
        named=(Named.NOW if talent.is_named else Named.MET).name,
    )


def profile_for_owner(turn: Turn, application: Application) -> Profile | None:
    """Return an applicant's profile as the owner may read it: without the name, until they meet, where he wishes so."""
    profile = profile_of(turn, application.party_id)
    has_met = turn.work.engagements.of_application(application.id) is not None
    if profile is None or profile.named == Named.NOW.name or has_met:
        return profile
    return replace(profile, name=NAMELESS)


def clock_of(zone: str, now: datetime) -> str:
    """Say where his clock is, for whom it matters; empty in Japan."""
    difference = apart(zone, now)
    return (
        f"時刻は{ZONES.get(zone, zone)}({difference})で見ています。ちがうときは下で直せます。"
        if difference
        else ""
    )


def profile_buttons(talent: Talent | None, handle: Handle) -> tuple[Button, ...]:
    """What a talent may do about his profile, from his Home and from わたしの情報."""

    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("profile", handle.id, 0, verb), look)

    if talent is None:
        return (button("自己紹介を書く", "open", Look.PRIMARY),)
    rest = button("再開する", "resume", Look.PRIMARY) if talent.is_paused else button("しばらく休む", "pause")
    return (button("自己紹介を直す", "open"), rest, button("登録を消す", "leave", Look.DANGER))
