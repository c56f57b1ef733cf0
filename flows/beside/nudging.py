"""Nudging: three gentle words to somebody who fell silent, each asking less than the one before; then a person."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from flows.facts import House
from flows.messages import Card, Line
from flows.words import Word

DAYS = (2, 5, 10)  # after the question; then the staff, and rest
STAFF_DAY = 13

# These are never nudged: rounds of two have reminders of their own, and a form one opened oneself is one's own affair.
QUIET = frozenset(
    {
        *("pre_interview", "decide", "feedback", "renew", "kickoff", "confirm_kickoff", "week", "call"),
        *("show_alone", "confirm_wish"),
        *("counter", "end_work", "tell_reason", "wrap_up", "farewell"),
        *("sum_up", "share_part", "invite_over", "propose"),
        *("tell_other", "tell_person", "tell_staff", "send_back", "edit", "profile", "apply", "ask_firm"),
        *("ask_talent", "reply_owner", "decline", "go_on", "part_ways", "staff_contact", "hand_over"),
        *("withdraw", "hide_from"),
        *("keep_open", "close_posting"),
        *("offer_slots", "pick_slot", "change_meeting", "bring_partner", "second_questions"),
        *("decided", "thanks", "went", "number", "fix_list", "win"),
    }
)


def first_at(flow: str, now: datetime) -> datetime | None:
    """Return when somebody asked now in this flow is first nudged, if he is at all."""
    return None if flow in QUIET else next_at(now, 0)


def next_at(asked_at: datetime, nudges: int) -> datetime | None:
    """Return when to nudge after so many nudges; after the last one when a person takes over; then never."""
    days = (*DAYS, STAFF_DAY)
    return asked_at + timedelta(days=days[nudges]) if nudges < len(days) else None


def words(
    nudges: int, house: House, given: Sequence[tuple[str, str]]
) -> tuple[str, Card | None, tuple[Word, ...]]:
    """Give what to say, what to show and which words to offer, at the first, second or third nudge.

    ``given`` are his answers so far as (label, answer).
    """
    match nudges:
        case 0:
            said = "お忙しいところすみません。続きは、下のボタンからどうぞ。"
            return said, None, (Word.RESUME, Word.BUSY, Word.PERSON)
        case 1:
            lines = tuple(Line(label, answer, is_quote=True) for label, answer in given)
            card = Card("ここまでのお話", lines, note="残してあります。") if lines else None
            return "続きは、ご都合のよい時で大丈夫です。", card, (Word.RESUME, Word.BUSY, Word.PERSON)
        case _:
            said = f"書くのが手間でしたら、担当の{house.staff}がお電話でうかがいます。"
            return said, None, (Word.PERSON, Word.RESUME, Word.PARK)
