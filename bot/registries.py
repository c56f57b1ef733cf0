"""Registries: every outcome's action, every card's verb, every due row's moment, in one place each."""

from __future__ import annotations

from bot import calls, waiting
from bot.actions import drafts, matching, pairs, relays, reviews, staffing, weekly, welcome
from bot.turn import Action, Moment, Verb
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
    ("task", "take"): calls.take,
    ("task", "done"): calls.done,
    ("task", "send"): relays.send_tapped,
    ("task", "reply"): relays.reply_tapped,
    ("said", "undo"): relays.undo,
    ("engagement", "tell"): relays.tell_tapped,
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
    "short_list": matching.list_due,
    "remind": weekly.remind,
    "met": weekly.met,
    "feedback": pairs.feedback_due,
    "feedback_wait": pairs.feedback_wait,
    "feedback_staff": pairs.feedback_staff,
}
