"""Records: the first and the latest photo that an owner showed the one he works with, side by side when the goal is reached."""

from __future__ import annotations

from datetime import datetime

from bot.pages.page_links import WIN
from bot.turn import Turn
from flows.messages import Message, Picture
from flows.rules.calendar import JST, say_day
from storage.attachments import Attachment
from storage.engagements import Engagement
from storage.unit_of_work import Work


def ends(work: Work, engagement: Engagement, until: datetime) -> list[tuple[str, Attachment]]:
    """Give the first and the latest photo that crossed from the firm by then, each with its name; one is the latest.

    Its owner sent each over by his own tap; what he took back since, or what we no longer hold, is none.
    """
    firm = [id for id in (engagement.owner_handle_id, engagement.partner_handle_id) if id]
    photos = work.relays.photos_from(engagement.id, firm, until)
    return [("はじめ", photos[0]), ("いま", photos[-1])][-len(photos) :] if photos else []


def pictures(turn: Turn, engagement: Engagement) -> tuple[Message, ...]:
    """Show them, where there are any and an address to show them at."""
    photos = ends(turn.work, engagement, turn.now)
    url = turn.rules.page_url(WIN, engagement.id, turn.now)
    if not photos or not url.startswith("https://"):
        return ()
    named = [f"{name}の写真({say_day(photo.created_at.astimezone(JST).date())})" for name, photo in photos]
    return (Message(picture=Picture(url, "と、".join(named))),)
