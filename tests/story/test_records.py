"""Photos of a work: the first and the latest that an owner sent over are shown to both when the goal is reached."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

from PIL import Image
from sqlalchemy import select

from bot.pages.photo_pair import draw
from flows.inbound import Kind
from storage.attachments import GONE, KEPT, Attachment
from storage.engagements import Engagement
from storage.relays import LEFT, PHOTO, Relayed
from storage.unit_of_work import Work, begin
from tests.story.stages import Cast, at, running
from tests.story.test_lists import decided, met
from tests.story.test_numbers import aims


def jpeg(colour: str) -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(packed, "JPEG")
    return packed.getvalue()


def sent_over(work: Work, pair: Engagement, now: datetime, *, is_owners: bool = True) -> None:
    """Let a photo have crossed to the other side."""
    sides = (pair.owner_handle_id, pair.talent_handle_id)
    me, other = sides if is_owners else sides[::-1]
    photo = work.attachments.add(
        Attachment(
            handle_id=me,
            message_id=f"m{now.timestamp()}",
            kind=Kind.PHOTO.name,
            status=KEPT,
            content=jpeg("red"),
            created_at=now,
        )
    )
    row = Relayed(engagement_id=pair.id, from_id=me, to_id=other, words="写真", said_at=now, status=LEFT)
    row.is_urgent, row.kind, row.attachment_id, row.is_ready = False, PHOTO, photo.id, True
    work.relays.add(row)


def worked(*days: int, is_owners: bool = True) -> Cast:
    """Give a pair near its goal with photos so many days old, in a house that has an address for pictures."""
    cast = aims(decided(at(running), NUMBER="16"))
    cast.world.rules = replace(
        cast.world.rules, page_url=lambda kind, id, _: f"https://smallwin.example.com/p/{kind}/{id.hex}"
    )
    met(cast)
    with begin(cast.world.engine) as work:
        [pair] = work.session.scalars(select(Engagement))
        for day in days:
            sent_over(work, pair, cast.world.now - timedelta(days=day), is_owners=is_owners)
    return cast


def won(cast: Cast) -> list[list[str]]:
    """Let the owner record the win; give what photos each of the two was shown, in words."""
    cast.owner.play("今週の数字", "9時間", "[はい]")
    assert "おめでとうございます" in cast.owner.said
    pictures = [(item.to, item.message.picture.alt) for item in cast.world.seen if item.message.picture]
    return [
        [alt for to, alt in pictures if to == who.id and "の写真(" in alt]
        for who in (cast.owner, cast.talent)
    ]


def test_first_and_latest_photo_are_shown_when_the_goal_is_reached() -> None:
    """Three he sent over: with his yes to the win both read it with the oldest and the newest side by side, once."""
    for [alt] in won(worked(30, 9, 2)):
        assert alt.count("の写真(") == 2
        assert alt.startswith("はじめの写真(")


def test_one_photo_is_shown_alone() -> None:
    """Where he sent but one, there is no beginning beside it."""
    assert [alt[:5] for [alt] in won(worked(3))] == ["いまの写真"] * 2


def test_without_photos_the_win_is_celebrated_all_the_same() -> None:
    """None sent over, or only the talent's: no empty picture comes."""
    assert won(worked()) == [[], []]
    assert won(worked(3, is_owners=False)) == [[], []]


def test_a_photo_taken_back_is_shown_to_nobody() -> None:
    """He unsent it: the picture of a later win does without it."""
    cast = worked(3)
    with begin(cast.world.engine) as work:
        [photo] = work.session.scalars(select(Attachment))
        photo.status, photo.content = GONE, None
    assert won(cast) == [[], []]


def test_the_picture_of_two() -> None:
    """Two photos of any shape make one wide picture, one photo a square one."""
    two = Image.open(io.BytesIO(draw([("はじめ", jpeg("red")), ("いま", jpeg("blue"))])))
    one = Image.open(io.BytesIO(draw([("いま", jpeg("blue"))])))
    assert two.width > two.height * 1.5
    assert abs(one.width - one.height) < 120
    red, blue = two.getpixel((270, 270)), two.getpixel((800, 270))
    assert red[0] > 200 > red[2]  # type: ignore[index]
    assert blue[2] > 200 > blue[0]  # type: ignore[index]
