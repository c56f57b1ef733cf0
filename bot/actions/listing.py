"""Listing: who applied is shown to the owner, a few at a time, with reasons; nobody is left waiting unseen."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot.facts import draft_of, profile_of
from bot.payloads import card_payload, word_payload
from bot.turn import STAFF, Turn
from flows.cards import applicant_card
from flows.messages import Button, Look, Message
from flows.rules.matching import Fit, fit
from flows.talents import terms_line
from flows.words import LABELS, Word
from storage.postings import Posting, State
from storage.talents import Application, Stage

MOST_SHOWN = 5
ENOUGH = 3  # applications that make a list at once
LIST_AFTER = timedelta(days=7)  # otherwise whoever has applied by then, week after week


def list_due(turn: Turn, subject: str) -> None:
    """Each week while the posting is open: whoever has applied since is shown, however few."""
    posting = turn.work.postings.lock(UUID(subject))
    if posting is None or posting.state != State.OPEN.name:
        return
    turn.work.dues.add("short_list", subject, turn.now + LIST_AFTER)
    if turn.work.talents.of_posting(posting.id, Stage.APPLIED):
        show_list(turn, posting)
    elif not turn.work.talents.count(posting.id):
        nobody_yet(turn, posting)


def nobody_yet(turn: Turn, posting: Posting) -> None:
    """The first week the owner is asked, the second the staff are; then it is theirs."""
    weeks = (turn.now - (posting.published_at or turn.now)) // LIST_AFTER
    if weeks <= 1:
        staff = turn.house(posting.owner_id).staff
        words = f"応募は、まだ0人です。題名や最初の仕事の言葉を、担当の{staff}と少し変えてみませんか？"
        person = Button(LABELS[Word.PERSON], word_payload(Word.PERSON))
        turn.tell(
            turn.work.parties.handle(posting.handle_id), Message(words, buttons=(person,)), purpose="news"
        )
    elif weeks == 2:
        words = f"「{posting.title}」は、2週間たっても応募がありません。社長にお電話して、言葉を見直してください。"
        turn.post(STAFF, Message(words))


def show_list(turn: Turn, posting: Posting) -> None:
    """Send the owner up to five cards, the best fit first, none hidden when there are few."""
    work = turn.work
    waiting = work.talents.of_posting(posting.id, Stage.APPLIED)
    owner = work.parties.handle(posting.handle_id)
    ranked = sorted(
        ((fit_of(turn, posting, item).points, str(item.id), item) for item in waiting), reverse=True
    )
    shown = [item for _, _, item in ranked[:MOST_SHOWN]]
    for item in shown:
        item.stage = Stage.SHOWN.name
    cards = tuple(card_of(turn, posting, item) for item in shown)
    turn.tell(
        owner,
        Message(f"{len(shown)}人の方から応募がありました。会ってみたい方を選んでください。"),
        Message(deck=cards),
        purpose="news",
    )


def fit_of(turn: Turn, posting: Posting, application: Application) -> Fit:
    profile = profile_of(turn, application.party_id)
    assert profile is not None
    assert posting.company_id is not None
    return fit(draft_of(posting), profile, turn.work.companies.get(posting.company_id).address)


def card_of(turn: Turn, posting: Posting, application: Application) -> Message:
    profile = profile_of(turn, application.party_id)
    assert profile is not None
    reasons = fit_of(turn, posting, application).reasons
    fee = turn.rules.house.fee_yen

    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("application", application.id, application.version, verb), look)

    before = application.terms if application.terms != terms_line(profile) else ""
    card = applicant_card(profile, tuple(application.answers), reasons, fee, before)
    return Message(
        card=card,
        buttons=(
            button("会ってみたい", "meet", Look.PRIMARY),
            button("聞きたい", "ask"),
            button("見送る", "decline"),
        ),
    )
