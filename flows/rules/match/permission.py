"""Permission: what an employee's own firm says of work beside it decides whether he may sign, never whether he may apply."""

from __future__ import annotations

WEEKS = 4.3  # of a month
MOST_BESIDE = 15  # hours a week beside a full job, from which on we ask him to mind himself


def may_sign(employment: str, permission: str) -> bool:
    """Tell whether a contract may be signed: not while an employee has yet to ask (副業・兼業ガイドライン)."""
    return employment != "EMPLOYEE" or permission != "UNKNOWN"


def is_much(employment: str, hours_month: int) -> bool:
    """Tell whether it is a lot beside a full job."""
    return employment == "EMPLOYEE" and hours_month > MOST_BESIDE * WEEKS
