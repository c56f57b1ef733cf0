"""Registries: every outcome's action, every card's verb, every due row's moment, in one place each."""

from __future__ import annotations

from bot import calls, photos, waiting
from bot.actions import (
    closing,
    drafts,
    listing,
    matching,
    pairs,
    relays,
    renewing,
    reviews,
    staffing,
    waits,
    weekly,
    welcome,
)
from bot.turn import Action, Load, Moment, Verb
from flows import outcomes

ACTIONS: dict[type, Action] = {
    outcomes.Welcome: welcome.welcome,
    outcomes.SubmitDraft: drafts.submit_draft,
    outcomes.TurnDown: drafts.turn_down,
    outcomes.NeedsPerson: drafts.needs_person,
    outcomes.RequestReview: drafts.request_review,
    outcomes.AskOwner: reviews.ask_owner,
    outcomes.ProposeEdit: reviews.propose_edit,
    outcomes.AnswerStaff: reviews.answer_staff,
    outcomes.DecideEdit: reviews.decide_edit,
    outcomes.RequestCall: calls.request_call,
    outcomes.KeepProfile: matching.keep_profile,
    outcomes.FixProfile: matching.fix_profile,
    outcomes.Apply: matching.apply,
    outcomes.AskFirm: matching.ask_firm,
    outcomes.AnswerFirmQuestion: matching.answer_firm_question,
    outcomes.AskTalent: matching.ask_talent,
    outcomes.ReplyOwner: matching.reply_owner,
    outcomes.Decline: matching.decline,
    outcomes.KeepRound: pairs.keep_round,
    outcomes.ProposeKickoff: pairs.propose_kickoff,
    outcomes.AgreeKickoff: pairs.agree_kickoff,
    outcomes.GoOn: renewing.go_on,
    outcomes.PartWays: renewing.part_ways,
    outcomes.ClosePosting: closing.close_posting,
    outcomes.KeepPosting: closing.keep_posting,
    outcomes.PromiseWeek: weekly.promise_week,
    outcomes.TellOther: relays.tell_other,
    outcomes.TellPerson: relays.tell_person,
    outcomes.TellStaff: relays.tell_staff,
    outcomes.KeepContact: staffing.keep_contact,
    outcomes.HandOver: staffing.hand_over,
}

VERBS: dict[tuple[str, str], Verb] = {
    ("posting", "take"): reviews.take,
    ("posting", "publish"): reviews.publish,
    ("posting", "send_back"): reviews.send_back,
    ("posting", "edit"): reviews.edit,
    ("posting", "close"): closing.close_tapped,
    ("task", "take"): calls.take,
    ("task", "done"): renewing.done,
    ("task", "go_on"): renewing.go_on_tapped,
    ("task", "part"): renewing.part_tapped,
    ("task", "send"): relays.send_tapped,
    ("task", "reply"): relays.reply_tapped,
    ("said", "undo"): relays.undo,
    ("engagement", "tell"): relays.tell_tapped,
    ("engagement", "differs"): renewing.differs,
    ("profile", "open"): matching.open_profile,
    ("staff", "contact"): staffing.contact_tapped,
    ("staff", "hand_over"): staffing.hand_over_tapped,
    ("posting", "interest"): matching.interested,
    ("posting", "ask"): matching.ask_firm_tapped,
    ("posting", "pass"): matching.passed,
    ("application", "meet"): matching.meet,
    ("application", "ask"): matching.ask_tapped,
    ("application", "decline"): matching.decline_tapped,
    ("meeting", "yes"): weekly.tapped,
    ("meeting", "partly"): weekly.tapped,
    ("meeting", "no"): weekly.tapped,
}

MOMENTS: dict[str, Moment] = {
    "review_warn": reviews.warn,
    "review_late": reviews.own_up,
    "call_warn": calls.warn,
    "call_late": calls.own_up,
    "slow_thought": waiting.slow_thought,
    "ask": waiting.ask,
    "photo_kept": photos.let_go,
    "short_list": listing.list_due,
    "remind": weekly.remind,
    "met": weekly.met,
    "feedback": pairs.feedback_due,
    "round_wait": waits.remind,
    "round_staff": waits.tell_staff,
    "kickoff_late": waits.kickoff_late,
    "renewal_open": renewing.still_open,
}

LOADS: dict[str, Load] = {"remind": weekly.load}  # what many moments of one purpose read at once
