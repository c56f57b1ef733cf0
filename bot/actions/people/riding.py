"""Riding: waiting words leave with what their reader is told anyway, several of one engagement in a bubble."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from uuid import UUID

from bot.actions.people.sides import house_of
from bot.naming import other_name
from bot.payloads import card_payload
from bot.turn import STAFF, Turn
from flows.messages import Button, Message, Picture
from storage.engagements import Engagement, Phase, Side
from storage.mail import BATCH, DUE, HELD, IN_THREAD, SEND, UNREACHABLE
from storage.parties import Handle
from storage.relays import BACK, FILE, FIX, LEFT, PHOTO, THINGS, WAITS, Relayed

TOLD = "told:"  # how the dedupe key of relayed words begins; the engagement follows
AT_ONCE, ROOM = 5, 1_200  # words of one bubble, and their characters
NAMES = {PHOTO: "写真です。", FILE: "ファイルです。{}"}
OUTSIDE = "?openExternalBrowser=1"  # LINE's own browser saves no files: developers.line.biz, line-url-scheme


def ride_along(turn: Turn) -> None:
    """Whoever is being answered on LINE is given what waits for him first, in the same free reply."""
    me = turn.me
    if me is None or me.platform != "line" or not me.is_reachable:
        return
    mine = [row for row in turn.out if row.handle_id == me.id]
    said = [row for row in mine if row.op == SEND]
    if not said or len(said) != len([row for row in mine if row.op != "refresh"]):
        return  # nothing is said, or a thought keeps the free reply for its answer
    waiting = turn.work.relays.waiting(me.id)
    before, room = len(turn.out), BATCH - 1 - len(said)
    for bubble in bubbles(waiting, is_free=True):
        room -= 2 if bubble[0].kind == PHOTO else 1
        if room < 0:
            break  # the rest waits for his next one: what was said first comes first
        send(turn, me, bubble)
    turn.out[:] = [*turn.out[before:], *turn.out[:before]]  # a question stays last


def push_waiting(turn: Turn, subject: str) -> None:
    """Nothing came along for a week: what waits goes by itself."""
    row = turn.work.session.get(Relayed, UUID(subject))
    if row is not None and row.status == WAITS and goes_on(turn, row):
        reader = turn.work.parties.locked_by_id(row.to_id)
        send(turn, reader, turn.work.relays.waiting(reader.id), purpose="reminder")


def goes_on(turn: Turn, row: Relayed) -> bool:
    """Tell whether the two still work together: after that nothing is pushed."""
    return turn.work.engagements.get(row.engagement_id).phase != Phase.ENDED.name


def along_with(turn: Turn, engagement: Engagement, reader: Handle, key: str) -> tuple[Message, ...]:
    """The week's notice goes out: what waits for its reader goes in the same push, for each costs."""
    mine = [row for row in turn.work.relays.waiting(reader.id) if row.engagement_id == engagement.id]
    if not mine or not reader.is_reachable:
        return ()  # the words wait on
    for bubble in list(bubbles(mine))[:1]:  # more waits for his next reply
        leave(turn, bubble, key)
        return (drawn(turn, engagement, bubble, is_free=False),)
    return ()


def send(turn: Turn, reader: Handle, rows: Iterable[Relayed], purpose: str = "answer") -> None:
    """Put waiting words in their reader's line; where none is, they wait on. Only a free reply shows a photo itself:
    as a push it would cost one more than the link to it."""
    if not reader.is_reachable:
        return
    is_free = purpose == "answer"
    for bubble in bubbles(rows, is_free=is_free):
        engagement = turn.work.engagements.get(bubble[0].engagement_id)
        key = f"{TOLD}{engagement.id.hex}:{bubble[0].id.hex}"
        turn.tell(reader, drawn(turn, engagement, bubble, is_free=is_free), purpose=purpose, dedupe=key)
        if is_free:
            say_who_reads(turn, engagement, reader)
        leave(turn, bubble, key)


def leave(turn: Turn, rows: Sequence[Relayed], key: str) -> None:
    """Note under which key of the outbox words are in their reader's line."""
    for row in rows:
        row.status, row.left_at, row.told_by = LEFT, turn.now, key
    turn.refresh(f"relay:{rows[0].engagement_id.hex}", channel=STAFF)


def redrawn(turn: Turn, row: Relayed) -> bool:
    """Draw the bubble of words anew while it still waits for its hour; tell whether it could be."""
    if not row.told_by.startswith(TOLD):
        return False  # it is part of a notice
    parts = turn.work.outbox.deduped(f"{row.told_by}.")
    if not parts or any(part.status not in (HELD, DUE) or part.attempts for part in parts):
        return False
    engagement = turn.work.engagements.get(row.engagement_id)
    rows = turn.work.relays.told_by(row.told_by)
    is_free = parts[0].purpose == "answer"
    shown = drawn(turn, engagement, rows, is_free=is_free) if rows else None
    bodies = turn.bodies(parts[0].platform, shown) if shown else ()
    if len(bodies) > len(parts):
        return False
    for part, body in zip(parts, bodies, strict=False):
        part.body = body
    for part in parts[len(bodies) :]:
        part.status, part.error = UNREACHABLE, "taken back"
    return True


def bubbles(rows: Iterable[Relayed], *, is_free: bool = False) -> Iterator[Sequence[Relayed]]:
    """Group words by engagement, as many as one bubble holds; a photo that is shown begins one."""
    for _, each in groupby(rows, key=lambda row: row.engagement_id):
        held: list[Relayed] = []
        for row in each:
            is_full = len(held) == AT_ONCE or sum(map(weight, (*held, row))) > ROOM
            if held and (is_full or (is_free and row.kind == PHOTO)):
                yield held
                held = []
            held.append(row)
        yield held


def weight(row: Relayed) -> int:
    return len(row.words) + len(row.before)


def drawn(turn: Turn, engagement: Engagement, rows: Sequence[Relayed], *, is_free: bool) -> Message:
    """Draw one bubble of words for LINE; a photo before it stands above it."""
    words, first = words_of(turn, engagement, rows), rows[0]
    if not is_free or first.kind != PHOTO or first.attachment_id is None:
        return Message(words, buttons=(*opening(turn, rows), answer(engagement)))
    name = other_name(turn, engagement, Side.OWNER)
    photo = Picture(turn.file_url(first.attachment_id), f"{name}からの写真")
    return Message(words, buttons=(*opening(turn, rows[1:]), answer(engagement)), picture=photo)


def opening(turn: Turn, rows: Sequence[Relayed]) -> tuple[Button, ...]:
    """Give a button for each thing of a bubble that is not shown in it."""
    things = [row for row in rows if row.kind in THINGS and row.attachment_id]
    labels = {PHOTO: "写真を見る", FILE: "ファイルを開く"}
    return tuple(
        Button(
            labels[row.kind] if len(things) == 1 else f"{labels[row.kind]} {number}",
            "",
            url=f"{turn.file_url(row.attachment_id)}{OUTSIDE if row.kind == FILE else ''}",
        )
        for number, row in enumerate(things, start=1)
        if row.attachment_id
    )


def words_of(turn: Turn, engagement: Engagement, rows: Sequence[Relayed]) -> str:
    return f"{other_name(turn, engagement, Side.OWNER)}から：" + "\n".join(map(line_of, rows))


def line_of(row: Relayed) -> str:
    """Say one thing of a bubble."""
    if row.kind == FIX:
        return f"訂正です。「{row.before}」は、「{row.words}」になりました。"
    if row.kind == BACK:
        return f"(前の{row.before}を一つ、取り消されました)"
    return NAMES[row.kind].format(row.words) if row.kind in NAMES else f"「{row.words}」"


def say_who_reads(turn: Turn, engagement: Engagement, reader: Handle) -> None:
    """Say once to each that the staff read along."""
    said = f"このやりとりは、担当の{house_of(turn, engagement).staff}も読みます。必要なときは間に入ります。"
    turn.tell(reader, Message(said), dedupe=f"who_reads:{engagement.id.hex}:{reader.id.hex}")


def answer(engagement: Engagement) -> Button:
    return Button("返事をする", card_payload("engagement", engagement.id, 0, "tell"))


def place(engagement: Engagement) -> str:
    """Name the thread that a message to the talent goes into."""
    return f"{IN_THREAD}{engagement.id.hex}"
