"""Applicants: several people who apply for one posting, each in his own Slack."""

from __future__ import annotations

from sqlalchemy import select

from storage.talents import Application
from storage.unit_of_work import begin
from tests.story.stages import APPLY, Cast, register
from tests.story.world import Member

NAMES = ("森 太郎", "林 花子", "原 健一", "谷 良子", "沢 一郎", "岡 次郎", "浜 三郎")


def applies(cast: Cast, number: int, **changed: str) -> Member:
    """Let one more person register and apply; ``changed`` are answers of his profile."""
    him = Member(cast.world, f"U0APPLICANT{number}")
    register(him, **{"me__NAME": NAMES[number], **changed})
    him.fill(APPLY)
    return him


def stages(cast: Cast) -> dict[str, str]:
    """Say where each application stands, by the family's name."""
    with begin(cast.world.engine) as work:
        rows = work.session.scalars(select(Application).order_by(Application.id))
        names = {row.id: work.talents.profile(row.party_id) for row in rows}
        return {
            profile.name.split()[0]: row.stage
            for row in work.session.scalars(select(Application).order_by(Application.id))
            if (profile := names[row.id])
        }


def decks(cast: Cast) -> list[list[str]]:
    """Give the names on the cards that were laid before the owner, deck by deck."""
    mine = (item.message.deck for item in cast.world.seen if item.to == cast.owner.id and item.message.deck)
    return [[card.card.title.split()[0] for card in deck if card.card] for deck in mine]


def tap_on(cast: Cast, label: str, family: str) -> list[str]:
    """Tap a button on the newest card of somebody."""
    for item in reversed(cast.world.seen):
        if item.to != cast.owner.id:
            continue
        for card in (item.message, *item.message.deck):
            if card.card and card.card.title.startswith(family):
                found = [button for button in card.buttons if button.label == label]
                if found:
                    return cast.owner.tap(found[0].payload)
    raise AssertionError(f"no card of {family}")
