"""Naming: how the two of an engagement are called, and the terms that hold between them."""

from __future__ import annotations

from bot.turn import Turn
from flows.rules.japanese.names import family_name, in_talk
from storage.engagements import Engagement, Side
from storage.unit_of_work import Work


def other_name(turn: Turn, engagement: Engagement, side: Side) -> str:
    """Return how the other is called by this side, in talk: 高橋さん, 山崎醸造の社長."""
    if side is Side.OWNER:
        return (
            f"{family_name(talent_name(turn, engagement))}さん" if talent_name(turn, engagement) else "お相手"
        )
    company_id = turn.work.postings.get(engagement.posting_id).company_id
    return f"{in_talk(turn.work.companies.get(company_id).legal_name)}の社長" if company_id else "社長"


def full_name(turn: Turn, engagement: Engagement, side: Side) -> str:
    """Return how the staff call this side's other: in full, for the phone."""
    if side is Side.OWNER:
        return f"{talent_name(turn, engagement) or 'お相手'}さん"
    company_id = turn.work.postings.get(engagement.posting_id).company_id
    return f"{turn.work.companies.get(company_id).legal_name}の社長" if company_id else "社長"


def talent_name(turn: Turn, engagement: Engagement) -> str:
    talent = turn.work.talents.profile(turn.work.parties.handle(engagement.talent_handle_id).party_id)
    return talent.name if talent else ""


def terms_of(work: Work, engagement: Engagement) -> tuple[int, int]:
    """Return the hours and the pay of a month as they hold now: as agreed last, else as they began."""
    agreed, posting = engagement.kickoff or {}, work.postings.get(engagement.posting_id)
    talent = work.talents.profile(work.parties.handle(engagement.talent_handle_id).party_id)
    pay = talent.pay_month_yen if talent else posting.pay_month_yen or 0
    return int(agreed.get("HOURS", posting.hours_month)), int(agreed.get("PAY", pay))
