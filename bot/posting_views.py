"""Posting views: a posting as it hangs in its channel, comes as an invitation, or stands on a talent's Home."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from uuid import UUID

from bot.facts import draft_of
from bot.hidden import may_see
from bot.list_cards import over_posting, standing
from bot.payloads import card_payload
from bot.shortlist import wanted_of
from flows.facts import FirmRecord
from flows.messages import Button, Card, Line, Look, Message
from flows.posting.cards import posting_card, short_posting_card
from flows.rules.match.inviting import reasons_for
from flows.rules.match.ranking import near_works, rank_postings
from storage.companies import Company
from storage.invitations import Invitation
from storage.parties import Handle
from storage.postings import Posting, State
from storage.talents import Application, Stage
from storage.unit_of_work import Work

MOST_OPEN = 5  # postings on a talent's Home
MOST_NEWEST, MOST_WEIGHED = 30, 300  # that are read for it: a few milliseconds
STOP, RESUME = "おすすめを止める", "おすすめを受け取る"


def firm_of(work: Work, posting: Posting) -> FirmRecord:
    if posting.company_id is None:
        return FirmRecord("(会社名はこれから)", "")
    company = work.companies.get(posting.company_id)
    return FirmRecord(company.legal_name, company.address, company.corporate_number)


def contact_of(work: Work, posting: Posting) -> str:
    return work.companies.get(posting.company_id).contact if posting.company_id else ""


def open_posting(work: Work, posting: Posting, lead: str = "") -> Message:
    """A published posting with the three things a talent may do; ``lead`` says why it is put to him."""
    card = posting_card(draft_of(posting), firm_of(work, posting), contact_of(work, posting))
    return Message(card=replace(card, lead=lead), buttons=choices(posting))


def choices(posting: Posting) -> tuple[Button, ...]:
    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("posting", posting.id, posting.version, verb), look)

    return (
        button("関心あり", "interest", Look.PRIMARY),
        button("質問する", "ask"),
        button("見送る", "pass"),
    )


def invitation(work: Work, id: UUID) -> Message | None:
    """One invitation as it stands now; None when it has not gone out and should not any more."""
    item = work.invitations.get(id)
    if item is None:
        return None
    hangs = work.outbox.card(f"invitation:{id.hex}") is not None
    drawn = _drawn(work, item, hangs=hangs)
    if drawn is None or not (hangs or is_willing(work, item)):
        return None
    if not drawn.buttons:  # over, or answered
        return drawn
    whole = open_posting(work, work.postings.get(item.posting_id), lead_of(item.reasons))
    return replace(whole, buttons=(*whole.buttons, stop_button(work, item.party_id, item.handle_id)))


def digest(work: Work, id: UUID) -> Message | None:
    """One Monday's message; what is over by then is left out, and when nothing is left there is none."""
    items = work.invitations.of_digest(id)
    hangs = work.outbox.card(f"digest:{id.hex}") is not None
    if not items or not (hangs or is_willing(work, items[0])):
        return None
    found = [_drawn(work, item, hangs=hangs) for item in items]
    deck = tuple(each for each in found if each is not None)
    if not deck:
        return None
    lead = f"あなたに合いそうな募集が、{len(deck)}件あります。"
    stop = stop_button(work, items[0].party_id, items[0].handle_id)
    return Message(card=Card("今週のおすすめ", lead=lead), deck=deck, buttons=(stop,))


def _drawn(work: Work, item: Invitation, *, hangs: bool) -> Message | None:
    """One posting in short; once it hangs somewhere, what became of it."""
    posting = work.postings.get(item.posting_id)
    if not may_see(work, posting, item.party_id):
        return Message(card=Card("おすすめ", note="このご案内は終わりました。")) if hangs else None
    if posting.state != State.OPEN.name:
        return over_posting(work, posting) if hangs else None
    known = work.talents.application(item.posting_id, item.party_id)
    if known is not None:
        return _answered(work, posting, known) if hangs else None
    card = short_posting_card(draft_of(posting), firm_of(work, posting), contact_of(work, posting))
    return Message(card=replace(card, lead=item.reasons[0]), buttons=choices(posting))


def _answered(work: Work, posting: Posting, known: Application) -> Message:
    is_passed = known.stage == Stage.PASSED.name
    so_far = f"ご応募は、いま「{standing(known)}」です。進み具合は「ホーム」で見られます。"
    note = "見送りました。" if is_passed else so_far
    return Message(card=Card(posting.title, (Line("会社", firm_of(work, posting).name),), note=note))


def is_willing(work: Work, item: Invitation) -> bool:
    """Tell whether somebody still takes invitations: it may have waited for his morning."""
    talent = work.talents.profile(item.party_id)
    is_there = (
        talent is not None and not talent.is_paused and work.parties.handle(item.handle_id).is_reachable
    )
    return is_there and not work.invitations.has_stopped(item.party_id)


def lead_of(reasons: Sequence[str]) -> str:
    return "\n".join(("あなたに合いそうなお仕事です。", *(f"・{reason}" for reason in reasons)))


def stop_button(work: Work, party: UUID, handle: UUID) -> Button:
    """One tap stops invitations, and the same place brings them back."""
    if work.invitations.has_stopped(party):
        return Button(RESUME, card_payload("invitations", handle, 0, "resume"))
    return Button(STOP, card_payload("invitations", handle, 0, "stop"))


def postings_for(work: Work, handle: Handle, known: Collection[UUID]) -> tuple[Message, ...]:
    """What a talent may apply for: what fits him first, each with a reason; then the newest."""
    fitting = _fitting(work, handle.party_id, known)
    but = {*known, *(item.id for item, _ in fitting)}
    newest = [
        (item, "")
        for item in work.postings.open_newest(MOST_NEWEST, but)
        if may_see(work, item, handle.party_id)
    ]
    shown = (*fitting, *newest)[:MOST_OPEN]
    lead = f"{len(shown)}件" if shown else "いま新しい募集はありません。公開されると、ここに出ます。"
    return (
        Message(card=Card("いまの募集", lead=lead)),
        *(open_posting(work, item, reason) for item, reason in shown),
    )


def _fitting(work: Work, party: UUID, known: Collection[UUID]) -> list[tuple[Posting, str]]:
    """Order the postings that fit somebody's profile, each with its strongest reason; who has none fits nothing."""
    people = work.pool.candidates([party])
    if not people:
        return []
    codes = {near for code in people[0].works for near in near_works(code)}
    found = work.postings.open_newest(MOST_WEIGHED, known, codes)
    near = {item.id.hex: item for item in found if may_see(work, item, party)}
    work.hold(Company, {item.company_id for item in near.values() if item.company_id})
    wanted = {id: wanted_of(work, item) for id, item in near.items()}
    ranked = rank_postings(people[0], wanted.values(), MOST_OPEN)
    return [(near[each.id], reasons_for(wanted[each.id], each.parts)[0]) for each in ranked]
