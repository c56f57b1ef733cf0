"""Registry: every flow by its released name. A renamed flow keeps its old name here while talks are open."""

from __future__ import annotations

from flows.beside.calling import call
from flows.beside.relaying import tell_other, tell_person, tell_staff
from flows.beside.staffing import hand_over, staff_contact
from flows.interview.companions import bring_partner
from flows.interview.interviews import change_meeting, offer_slots, pick_slot
from flows.match.applying import apply
from flows.match.choosing import answer_talent, ask_talent, decline, reply_owner
from flows.match.leaving import withdraw
from flows.posting.adjusting import why_none
from flows.posting.closing import close_posting, keep_open
from flows.posting.firm import firm
from flows.posting.hello import hello
from flows.posting.hiding import hide_from
from flows.posting.posting import posting
from flows.posting.reviewing import clarify, consent_edit, edit, send_back
from flows.renewal.coming_near import invite_over, propose
from flows.renewal.feedback import confirm_wish, feedback, show_alone
from flows.renewal.going_on import counter, renew
from flows.renewal.parting import end_work, farewell, tell_reason, wrap_up
from flows.renewal.renewing import go_on, part_ways
from flows.renewal.summing import share_part, sum_up
from flows.steps import Flow
from flows.talent.profile import delete_profile, profile
from flows.talent.talents import ask_firm
from flows.together import (
    confirm_kickoff,
    decide,
    kickoff,
    pre_interview,
    second_questions,
    week,
)
from flows.weekly.slots import agree_slot, change_slot, days_off, other_time
from flows.weekly.weekly import decided, fix_list, number, thanks, went, win

FLOWS: dict[str, Flow] = {
    "hello": hello,
    "posting": posting,
    "firm": firm,
    "send_back": send_back,
    "edit": edit,
    "clarify": clarify,
    "consent_edit": consent_edit,
    "call": call,
    "profile": profile,
    "delete_profile": delete_profile,
    "apply": apply,
    "ask_firm": ask_firm,
    "answer_talent": answer_talent,
    "ask_talent": ask_talent,
    "reply_owner": reply_owner,
    "decline": decline,
    "pre_interview": pre_interview,
    "decide": decide,
    "offer_slots": offer_slots,
    "pick_slot": pick_slot,
    "change_meeting": change_meeting,
    "bring_partner": bring_partner,
    "second_questions": second_questions,
    "kickoff": kickoff,
    "confirm_kickoff": confirm_kickoff,
    "week": week,
    "decided": decided,
    "thanks": thanks,
    "went": went,
    "number": number,
    "fix_list": fix_list,
    "win": win,
    "feedback": feedback,
    "confirm_wish": confirm_wish,
    "show_alone": show_alone,
    "renew": renew,
    "counter": counter,
    "go_on": go_on,
    "part_ways": part_ways,
    "sum_up": sum_up,
    "share_part": share_part,
    "invite_over": invite_over,
    "propose": propose,
    "end_work": end_work,
    "tell_reason": tell_reason,
    "wrap_up": wrap_up,
    "farewell": farewell,
    "close_posting": close_posting,
    "keep_open": keep_open,
    "other_time": other_time,
    "days_off": days_off,
    "change_slot": change_slot,
    "agree_slot": agree_slot,
    "tell_other": tell_other,
    "tell_person": tell_person,
    "tell_staff": tell_staff,
    "staff_contact": staff_contact,
    "hand_over": hand_over,
    "withdraw": withdraw,
    "why_none": why_none,
    "hide_from": hide_from,
}
