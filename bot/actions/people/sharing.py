"""Sharing: photos and files from one side of an engagement to the other, fetched and looked into before they cross."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from bot.actions.people import between, relays
from bot.actions.people.riding import place, say_who_reads
from bot.actions.people.sides import locked
from bot.errors import Refusal
from bot.naming import other_name
from bot.payloads import card_payload
from bot.photos import KEPT_FOR
from bot.talking import repeat
from bot.turn import STAFF, Turn
from flows.beside import detour
from flows.inbound import CardTapped, Fetched, File, Kind, Sent
from flows.interpret import BYTES, Taken
from flows.journal import Journal
from flows.messages import Button, Look, Message
from flows.rules.lint import papers
from flows.rules.lint.papers import Unfit, Why
from flows.rules.lint.relayed import fraud
from storage.attachments import KEPT, OFFERED, WANTED, Attachment
from storage.attachments import LOST as NOT_FETCHED
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Side
from storage.parties import Handle
from storage.relays import FILE, KEPT_BACK, LOST, PHOTO, WAITS, Relayed

DAY = timedelta(days=1)
MOST_A_DAY = 30  # of one person: each costs room
MOST_BUTTONS = 3
NO_ADDRESS = "写真やファイルは、いまここでは届けられません。「人と話す」で担当にご相談ください。"


def shared(turn: Turn, sent: Sent) -> bool:
    """Slack: files in the thread of an engagement; tell whether they were. The caption crosses as words do."""
    id = relays.thread_of(turn, sent.quoted_id)
    if id is None or sent.kind is Kind.STICKER or not sent.message_id:
        return False
    me, engagement = turn.person(), turn.work.engagements.get(id)
    if engagement.phase == Phase.ENDED.name:
        turn.tell(me, Message(between.OVER), subject=place(engagement))
        return True
    engagement, caption = locked(turn, id.hex), "".join(sent.words).strip()
    going = [file for file in sent.files if _may_go(turn, engagement, file)]
    is_stopped = bool(fraud(caption) or any(fraud(file.name) for file in going))
    cross(
        turn, engagement, me, [_wanted(turn, sent.message_id, file) for file in going], is_stopped=is_stopped
    )
    if caption:
        between.heard(turn, id, caption)
    elif is_stopped:
        between.keep_back(turn, engagement, me, "、".join(file.name for file in going), "ファイルの名前")
    elif going:
        between.say_when(turn, engagement, me)
    return True


def taken(turn: Turn, talk: Conversation, journal: Journal, given: Taken) -> None:
    """LINE: a photo or a file while we ask what to tell the other; it goes, and words may still be added."""
    engagement = locked(turn, talk.subject["engagement"])
    if engagement.phase == Phase.ENDED.name:
        raise Refusal(between.OVER)
    if no := _refusal(turn, given.file):
        return repeat(turn, talk, journal, Message(no))
    wanted = _wanted(turn, given.message_id, given.file, talk)
    cross(turn, engagement, turn.person(), [wanted], is_stopped=bool(fraud(given.file.name)))
    turn.facts.pop(talk.id, None)  # the question says how many went over
    repeat(turn, talk, journal)


def offer(turn: Turn, sent: Sent) -> bool:
    """LINE: a photo or a file while nothing is asked: it goes over by one tap, never by guess. Tell whether it may."""
    me = turn.person()
    running = turn.work.engagements.talking(me.id)
    if sent.kind not in BYTES or not sent.message_id or not running:
        return False
    file = sent.files[0] if sent.files else File(sent.kind)
    if no := _refusal(turn, file):
        turn.tell(me, Message(no))
        return True
    _keep(turn, sent.message_id, file, OFFERED)
    waiting = turn.work.attachments.offered_by(me.id, turn.now - DAY)
    names = {each.id: other_name(turn, each, Side.OWNER) for each in running[:MOST_BUTTONS]}
    buttons = tuple(
        Button(
            f"{name}に送る",
            card_payload("engagement", id, 0, "things"),
            Look.PRIMARY if len(names) == 1 else Look.PLAIN,
        )
        for id, name in names.items()
    )
    to = next(iter(names.values())) if len(names) == 1 else "どなた"
    count = f"{len(waiting)}件まとめて、" if len(waiting) > 1 else ""
    turn.tell(me, Message(f"{sent.kind.value}ですね。{count}{to}に送りますか？", buttons=buttons))
    return True


def things_tapped(turn: Turn, tap: CardTapped) -> None:
    """…に送る; a second tap finds none."""
    engagement = turn.work.session.get(Engagement, UUID(tap.id))
    if engagement is None:
        raise Refusal(between.FOREIGN)
    between.seat_of(engagement, turn.person().id)
    engagement = locked(turn, engagement.id.hex)
    if engagement.phase == Phase.ENDED.name:
        raise Refusal(between.OVER)
    waiting = turn.work.attachments.offered_by(turn.person().id, turn.now - DAY)
    if not waiting:
        raise Refusal(detour.NO_PHOTO)
    for each in waiting:
        each.status = WANTED
    is_stopped = any(fraud(each.name) for each in waiting)
    cross(turn, engagement, turn.person(), waiting, is_stopped=is_stopped)
    name = other_name(turn, engagement, Side.OWNER)
    turn.tell(turn.person(), Message(f"{len(waiting)}件、{name}に送ります。"))


def cross(
    turn: Turn, engagement: Engagement, me: Handle, things: Sequence[Attachment], *, is_stopped: bool = False
) -> None:
    """Have things fetched and put them in the line of whoever reads them; what is said later waits behind them."""
    is_owner = me.id != engagement.talent_handle_id
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    for number, thing in enumerate(things, start=1):
        turn.work.dues.add("photo_kept", thing.id.hex, turn.now + KEPT_FOR)
        for reader in [talent] if is_owner else between.readers(turn, engagement):
            row = between.keep(turn, engagement, me, reader, papers.shown(thing.name, number=number))
            row.kind = PHOTO if thing.kind == Kind.PHOTO.name else FILE
            row.attachment_id, row.is_ready = thing.id, False
            row.status = KEPT_BACK if is_stopped else WAITS
    if things:
        between.open_thread(turn, engagement)
        say_who_reads(turn, engagement, me)
        turn.refresh(f"relay:{engagement.id.hex}", channel=STAFF)


def fetched(turn: Turn, inbound: Fetched) -> None:
    """What was on its way is here and fit to go over, or never will be: its sender hears why."""
    id = UUID(inbound.attachment)
    of = turn.work.relays.with_file(id)
    if of is None:
        return
    engagement = locked(turn, of.hex)
    thing = turn.work.attachments.lock(id)
    rows = turn.work.relays.of_attachments([id])
    if thing is None:
        return
    for row in rows:
        _arrive(thing, row)
    turn.refresh(f"relay:{engagement.id.hex}", channel=STAFF)
    if thing.status == NOT_FETCHED and any(row.status == LOST for row in rows):
        _say_lost(turn, engagement, thing)
    between.bring(turn, engagement)
    between.push_urgent(turn, engagement)


def _arrive(thing: Attachment, row: Relayed) -> None:
    row.is_ready = True
    if thing.status == KEPT and row.status in (WAITS, KEPT_BACK):
        is_photo = papers.FORMS[thing.form].is_photo
        row.kind = PHOTO if is_photo else FILE
        row.words = (
            "写真" if is_photo else f"{papers.shown(thing.name, thing.form)}({papers.size_of(thing.size)})"
        )
    elif thing.status == NOT_FETCHED and row.status == WAITS:
        row.status = LOST


def _say_lost(turn: Turn, engagement: Engagement, thing: Attachment) -> None:
    why = Why[thing.why] if thing.why in Why.__members__ else Why.AWAY
    what = f"「{papers.shown(thing.name)}」" if thing.name else "先ほどの写真"
    sender = turn.work.parties.handle(thing.handle_id)
    said = Message(f"すみません、{what}は届けていません。{why.value}")
    turn.tell(sender, said, dedupe=f"lost:{thing.id.hex}", subject=place(engagement))


def _may_go(turn: Turn, engagement: Engagement, file: File) -> bool:
    """Tell whether a file is worth the fetching; if not, its sender hears why."""
    no = _refusal(turn, file)
    if no:
        turn.tell(turn.person(), Message(no), subject=place(engagement))
    return not no


def _refusal(turn: Turn, file: File) -> str:
    """Say what the name and the size alone forbid."""
    if not turn.can_show_files:
        return NO_ADDRESS
    try:
        papers.named(file.name)
        why = Why.LARGE if file.size > papers.MOST_BYTES else None
    except Unfit as no:
        why = no.why
    if turn.work.attachments.sent_since(turn.person().id, turn.now - DAY) >= MOST_A_DAY:
        why = Why.MANY
    what = f"「{papers.shown(file.name)}」" if file.name else file.kind.value
    return f"{what}は届けていません。{why.value}" if why else ""


def _wanted(turn: Turn, message_id: str, file: File, talk: Conversation | None = None) -> Attachment:
    return _keep(turn, message_id, file, WANTED, talk)


def _keep(
    turn: Turn, message_id: str, file: File, status: str, talk: Conversation | None = None
) -> Attachment:
    me = turn.person()
    return turn.work.attachments.add(
        Attachment(
            handle_id=me.id,
            conversation_id=talk.id if talk else None,
            message_id=message_id[:64],
            kind=(file.kind if file.kind is Kind.PHOTO else Kind.FILE).name,
            status=status,
            created_at=turn.now,
            platform=me.platform,
            source=file.id,
            name=file.name,
            size=file.size,
        )
    )
