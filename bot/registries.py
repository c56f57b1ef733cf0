"""Registries: every outcome's action, every card's verb, every due row's moment, in one place each."""

from __future__ import annotations

from bot import calls, waiting
from bot.actions import drafts, reviews, welcome
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
}

VERBS: dict[tuple[str, str], Verb] = {
    ("posting", "take"): reviews.take,
    ("posting", "publish"): reviews.publish,
    ("posting", "send_back"): reviews.send_back,
    ("posting", "edit"): reviews.edit,
    ("task", "take"): calls.take,
    ("task", "done"): calls.done,
}

MOMENTS: dict[str, Moment] = {
    "review_warn": reviews.warn,
    "review_late": reviews.own_up,
    "call_warn": calls.warn,
    "call_late": calls.own_up,
    "slow_thought": waiting.slow_thought,
    "ask": waiting.ask,
}
