"""Photo card: what the staff's card says of photos, and the buttons that show them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from flows.inbound import Kind
from flows.messages import Button, Line
from storage.attachments import KEPT, LOST, Attachment
from storage.staff_tasks import StaffTask
from storage.unit_of_work import Work

MOST_BUTTONS = 5  # the newest ones
RECENT = timedelta(days=14)  # a note of what came is of use for as long

Address = Callable[[UUID, datetime], str]


def lines(work: Work, address: Address, task: StaffTask, now: datetime) -> tuple[Line, ...]:
    """Say how many photos are here, on their way or lost, and what came besides that nobody opened."""
    photos = work.attachments.of_task(task.id)
    kept = [photo for photo in photos if photo.status == KEPT]
    lost = sum(photo.status == LOST for photo in photos)
    coming = len(photos) - len(kept) - lost
    said = []
    if kept:
        is_shown = address(kept[0].id, now)
        said.append(f"写真 {len(kept)}枚" if is_shown else f"写真あり {len(kept)}枚")
    if coming:
        said.append(f"写真 {coming}枚を受け取り中")
    if lost:
        said.append(f"写真 {lost}枚は受け取れませんでした")
    return (*(Line("", each) for each in said), *noted(work, task.handle_id, now))


def noted(work: Work, handle: UUID | None, now: datetime) -> tuple[Line, ...]:
    """Name what he sent that no question takes; it was not fetched."""
    came = work.attachments.noted(handle, now - RECENT) if handle else {}
    what = "、".join(f"{Kind[kind].value} {count}件" for kind, count in came.items())
    return (Line("開かなかったもの", what),) if what else ()


def buttons(work: Work, address: Address, task: StaffTask, now: datetime) -> tuple[Button, ...]:
    """One button for each photo that is here; none where we have no public address."""
    kept: list[Attachment] = [photo for photo in work.attachments.of_task(task.id) if photo.status == KEPT]
    addresses = [(number, address(photo.id, now)) for number, photo in enumerate(kept, start=1)]
    many = len(kept) > 1
    return tuple(
        Button(f"写真を見る {number}" if many else "写真を見る", "", url=url)
        for number, url in addresses[-MOST_BUTTONS:]
        if url
    )
