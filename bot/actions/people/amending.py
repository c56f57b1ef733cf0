"""Amending: whoever writes his words anew, or takes them back, has them follow to where they went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from bot.actions.people import between, relays, riding
from bot.actions.people.sides import locked
from bot.turn import STAFF, Turn
from flows.beside.relaying import MOST
from flows.inbound import Edited, Sent, Submitted, Tapped, Typed, WordTapped
from flows.messages import Message
from flows.rules.coach.plain import jargon
from flows.rules.lint.relayed import fraud, is_urgent
from storage.engagements import Engagement, Phase
from storage.inbox import Event
from storage.mail import SENT, THREAD
from storage.relays import BACK, FILE, FIX, KEPT_BACK, LEFT, LOST, PHOTO, TAKEN, WAITS, WORDS, Relayed
from storage.unsent import GONE

Said = Typed | Tapped | WordTapped | Sent | Submitted

MOST_BEFORE = 20  # characters of what a correction puts right: enough to know it by
TOO_LONG = f"直した言葉が長いので、前のままにしています。{MOST}文字までに分けて書いてください。"
STOPPED = "止めた連絡は、直してもお届けできません。新しく書いてください。"
ANEW = "直した言葉のほうを届けます。"
CORRECTED = "前の言葉は届いているので、次のお返事に訂正を添えます。"
NEVER_LEFT = "取り消しました。お相手には届きません。"
HAS_LEFT = "取り消しました。お相手の画面からは消せないので、取り消されたことを次のお返事に添えます。"


KINDS = {PHOTO: "写真", FILE: "ファイル"}


@dataclass(frozen=True)
class TakenBack:
    """What a message that was taken back had made cross: nothing, or something that the other may have read."""

    has_crossed: bool = False
    is_read: bool = False
    place: str = ""  # the thread in which its writer hears of it


def as_it_stands(turn: Turn, inbound: Said) -> Said:
    """Give a message with its latest words: a change of it may have come before it."""
    edits = _edits(turn, turn.event) if turn.event and isinstance(inbound, Typed) else []
    words = said_in(turn, edits[-1]) if edits else ""
    return replace(inbound, text=words) if words.strip() and isinstance(inbound, Typed) else inbound


def has_crossed(turn: Turn, event: Event) -> bool:
    """Tell whether a change of this message came before it, and brought its words over."""
    edits = _edits(turn, event)
    return bool(edits) and turn.work.relays.engagement_of([edit.id for edit in edits]) is not None


def edited(turn: Turn, edit: Edited) -> None:
    """Have what waits say the new words; what the other has read already is put right with the next message."""
    events = events_of(turn, edit.message_id)
    if edit.gone:
        files_gone(turn, edit)
    here = next((at for at, event in enumerate(events) if event.id == turn.event_id), 0)
    if here == 0 or here < len(events) - 1:
        return  # its message is not here yet and will come with these words; or it was changed again since
    words, before = edit.text.strip(), said_in(turn, events[here - 1])
    if words == before.strip() or not words:
        return  # a preview of a link
    of = turn.work.relays.engagement_of([event.id for event in events])
    is_new = len(before) > MOST or not before.strip()  # too long to cross; or files without words
    if of is None:
        return _as_new(turn, edit, words) if is_new else None
    engagement = locked(turn, of.hex)
    crossed = turn.work.relays.of_events([event.id for event in events])
    rows = [row for row in crossed if row.kind in (WORDS, FIX)]
    if not rows and is_new:
        return _as_new(turn, edit, words)
    if no := _refusal(engagement, rows, words):
        return turn.tell(turn.person(), Message(no), subject=riding.place(engagement))
    if sign := fraud(words):
        _withdraw(turn, [row for row in rows if row.status == WAITS])
        return between.keep_back(turn, engagement, turn.person(), words, sign)
    _say_anew(turn, engagement, rows, words, before)


def taken_back(turn: Turn, events: Sequence[UUID], files: Sequence[UUID] = ()) -> TakenBack:
    """Blank what a message made cross, and its files; who has read it on LINE is told with the next message."""
    held = turn.work.relays
    of = held.engagement_of(events) or next((id for id in map(held.with_file, files) if id), None)
    if of is None:
        return TakenBack()
    engagement, is_read = locked(turn, of.hex), False
    found = {row.id: row for row in (*held.of_events(events), *held.of_attachments(files))}
    rows = [row for _, row in sorted(found.items()) if row.status not in (TAKEN, LOST)]
    for id in dict.fromkeys(row.to_id for row in rows):
        mine = [row for row in rows if row.to_id == id]
        _withdraw(turn, mine)
        if any(row.told_by for row in mine):  # not drawn anew in time
            is_read = True
            if _is_on_line(turn, mine[0]) and engagement.phase != Phase.ENDED.name:
                back = turn.work.relays.add(_beside(turn, mine[0], BACK, ""))
                back.before = KINDS.get(mine[0].kind, "言葉")
    turn.refresh(f"relay:{engagement.id.hex}", channel=STAFF)
    return TakenBack(bool(rows), is_read, riding.place(engagement))


def events_of(turn: Turn, message_id: str) -> list[Event]:
    """Give a message and its changes, each in its turn; nothing while the message itself is not here."""
    me = turn.person()
    first = turn.work.unsent.message(me.platform, me.external_id, message_id)
    return [first, *turn.work.unsent.edits(me.platform, me.external_id, message_id)] if first else []


def said_in(turn: Turn, event: Event) -> str:
    """Give the words that somebody typed in a stored message, or in its change."""
    match turn.rules.read[event.platform](event):
        case Typed(text=words) | Edited(text=words):
            return words
        case Sent(words=(words, *_)) if event.platform == "slack":
            return words
    return ""


def _edits(turn: Turn, event: Event) -> list[Event]:
    if event.platform != "slack" or not event.message_id:
        return []
    return turn.work.unsent.edits(event.platform, event.sender, event.message_id)


def _as_new(turn: Turn, edit: Edited, words: str) -> None:
    relays.quoted(turn, edit.quoted_id, words)


def files_gone(turn: Turn, edit: Edited) -> None:
    """He deleted files from under a message: their bytes go, the words stay."""
    known = turn.work.attachments.of_message(turn.person().id, edit.message_id)
    ids = [id for id, source in known.items() if source in edit.gone]
    crossed = taken_back(turn, (), ids)
    turn.work.attachments.let_go(ids)
    if crossed.has_crossed:
        said = HAS_LEFT if crossed.is_read else NEVER_LEFT
        turn.tell(turn.person(), Message(said), dedupe=f"deleted:{ids[0].hex}", subject=crossed.place)


def _refusal(engagement: Engagement, rows: Sequence[Relayed], words: str) -> str:
    if engagement.phase == Phase.ENDED.name:
        return between.OVER
    if any(row.status == KEPT_BACK for row in rows):
        return STOPPED
    return TOO_LONG if len(words) > MOST else ""


def _say_anew(turn: Turn, engagement: Engagement, rows: Sequence[Relayed], words: str, before: str) -> None:
    me, waits = turn.person(), list[Relayed]()
    for id in dict.fromkeys(row.to_id for row in rows):
        mine = [row for row in rows if row.to_id == id]
        waits += [row for row in mine if row.status == WAITS] or _put_right(turn, mine, words)
        read = [row.words for row in mine if row.status == LEFT]
        for row in (each for each in waits if each.to_id == id):
            row.words = words
            if row.kind == FIX and read and read[-1] == words:
                row.status = TAKEN  # it is again as the other has read it
    turn.refresh(f"relay:{engagement.id.hex}", channel=STAFF)
    is_first = any(row.kind == WORDS for row in waits)
    hard = jargon(words)[:2]
    if waits and hard and hard != jargon(before)[:2]:
        return between.suggest(turn, engagement, me, waits[0], hard)
    if waits and is_urgent(words) and not is_urgent(before):
        return between.hurry(turn, engagement, me)
    key = f"amended:{rows[0].id.hex}:{'anew' if is_first or not waits else 'fix'}"
    said = ANEW if is_first or not waits else CORRECTED
    turn.tell(me, Message(said), dedupe=key, subject=riding.place(engagement))


def _put_right(turn: Turn, mine: Sequence[Relayed], words: str) -> list[Relayed]:
    """Change a bubble that still waits for its hour; else give a correction, which rides."""
    last = next((row for row in reversed(mine) if row.status == LEFT), None)
    if last is None:
        return []
    old, last.words = last.words, words
    if riding.redrawn(turn, last):
        return []
    last.words = old
    fix = turn.work.relays.add(_beside(turn, last, FIX, words))
    fix.before = old if len(old) <= MOST_BEFORE else f"{old[: MOST_BEFORE - 1]}…"
    turn.work.dues.add("relay_waits", fix.id.hex, turn.now + between.NO_LONGER)
    return [fix]


def _withdraw(turn: Turn, rows: Sequence[Relayed]) -> None:
    """Blank words; what has not begun to leave goes without them, and what stands in Slack is drawn anew."""
    for row in rows:
        was, row.words, row.before, row.status, row.is_ready = row.status, GONE, "", TAKEN, True
        if was == LEFT and _is_on_line(turn, row):
            row.told_by = "" if riding.redrawn(turn, row) else row.told_by
        elif was == LEFT:
            draw_anew(turn, row)


def draw_anew(turn: Turn, row: Relayed) -> None:
    """Have words that already stand in the talent's thread changed there, as Slack allows."""
    under = turn.work.outbox.card(f"{THREAD}{row.engagement_id.hex}")
    said = turn.work.outbox.deduped(f"{riding.TOLD}{row.engagement_id.hex}:{row.id.hex}.")
    reader = turn.work.parties.handle(row.to_id)
    for message in said if under else ():
        if message.status == SENT and message.external_id and under:
            turn.work.outbox.posted(f"relayed:{row.id.hex}", under.channel, message.external_id)
            turn.refresh(f"relayed:{row.id.hex}", handle=reader)


def _beside(turn: Turn, row: Relayed, kind: str, words: str) -> Relayed:
    """Make what is said beside words that have left."""
    return Relayed(
        engagement_id=row.engagement_id,
        from_id=row.from_id,
        to_id=row.to_id,
        words=words,
        said_at=turn.event.happened_at if turn.event else turn.now,
        event_id=turn.event_id,
        status=WAITS,
        is_urgent=False,
        kind=kind,
    )


def _is_on_line(turn: Turn, row: Relayed) -> bool:
    return turn.work.parties.handle(row.to_id).platform == "line"
