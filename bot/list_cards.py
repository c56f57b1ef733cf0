"""List cards: an applicant as the staff and he himself see him, and what is left of a posting in its channel."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import UUID

from bot.list_facts import may_leave
from bot.payloads import card_payload
from flows.messages import Button, Card, Line, Look, Message
from storage.parties import Handle
from storage.postings import Posting, State
from storage.talents import Application, Stage
from storage.unit_of_work import Work

SELECTING = "選考中"
SILENT = "ご本人には、まだお伝えしていません。2週間たつと、ていねいに終わりをお知らせします。"


def barred_card(work: Work, application: Application) -> Message:
    """What the staff decide on: who, for what, and which limit speaks against it."""
    profile = work.talents.profile(application.party_id)
    posting = work.postings.get(application.posting_id)
    is_open = application.stage == Stage.APPLIED.name and not application.is_let_in
    state = "社長の一覧に入れていません" if is_open else Stage[application.stage].value
    if application.is_let_in and application.stage == Stage.APPLIED.name:
        state = "社長の一覧に入れます"
    card = Card(
        f"応募・{state}",
        lines=(
            Line("お名前", f"{profile.name}さん" if profile else "-"),
            Line("募集", posting.title),
            Line("わけ", application.barred),
            Line("条件", application.terms),
        ),
        note=SILENT if is_open else "",
    )

    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("application", application.id, application.version, verb), look)

    buttons = (button("社長に見せる", "let_in", Look.PRIMARY), button("ていねいに見送る", "turn_away"))
    return Message(card=card, buttons=buttons if is_open else ())


def standing(application: Application) -> str:
    """Say where an application stands, as he who applied reads it."""
    is_held = application.on_hold_at is not None and application.stage in (
        Stage.APPLIED.name,
        Stage.SHOWN.name,
    )
    return SELECTING if is_held else Stage[application.stage].value


def applications_of(work: Work, answered: Sequence[Application], begun: Collection[UUID]) -> list[Line]:
    """Give a line for each application that no work has come of."""
    return [
        Line(standing(item), work.postings.get(item.posting_id).title)
        for item in answered
        if item.stage != Stage.PASSED.name and item.id not in begun
    ]


def leave_button(work: Work, handle: Handle) -> tuple[Button, ...]:
    """Offer to take an application back, where there is one that can be."""
    if not may_leave(work, handle.party_id):
        return ()
    return (Button("応募を取り下げる", card_payload("applications", handle.id, 0, "leave")),)


def over_posting(work: Work, posting: Posting) -> Message:
    """What is left of a posting in its channel: it is over, is being put right, or is for some eyes only."""
    if posting.hidden_from and posting.state != State.CLOSED.name:
        return Message(card=Card("ご案内だけの募集", note="この募集は、合いそうな方にだけご案内しています。"))
    firm = work.companies.get(posting.company_id).legal_name if posting.company_id else "-"
    notes = {
        State.CLOSED.name: "この募集は終わりました。",
        State.PAUSED.name: "この募集は、いまお休みしています。",
    }
    note = notes.get(posting.state, "この募集は、いま少し直しています。")
    return Message(card=Card(posting.title, (Line("会社", firm),), note=note))
