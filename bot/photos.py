"""Photos: an owner shows the staff something, by his one tap or while they asked. Whatever else comes is only noted."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot import calls
from bot.actions.people import relays
from bot.payloads import aside_payload, word_payload
from bot.talking import repeat, with_person
from bot.turn import Turn
from flows.beside import detour
from flows.inbound import Fetched, Kind, Sent
from flows.journal import Journal
from flows.messages import Button, Look, Message
from flows.words import Word
from storage.attachments import KEPT, LOST, NOTED, OFFERED, OVER, WANTED, Attachment
from storage.conversations import Conversation
from storage.engagements import Phase
from storage.parties import Handle
from storage.postings import State
from storage.staff_tasks import StaffTask

PHOTO = "photo"  # the key in the button of photos that wait for his yes
KEPT_FOR = timedelta(days=90)  # at least; then until nothing of his runs any more
LOOKED_AT_AGAIN = timedelta(days=30)
MOST_HELD = 20  # photos of one talk; more is no showing, and each costs room


def offer(turn: Turn, human: Conversation, message_id: str) -> None:
    """A photo while a person of the staff speaks with him: it goes over by one tap, never by guess."""
    if turn.work.attachments.sent_in([human.id]).get(human.id, 0) >= MOST_HELD:
        return relays.hear(turn, human, "", detour.kept(Kind.PHOTO))
    _keep(turn, OFFERED, Kind.PHOTO, message_id, human)
    count = len(turn.work.attachments.offered(human.id))
    label = "この写真を送る" if count == 1 else f"写真{count}枚を送る"
    send = Button(label, aside_payload(human.id, PHOTO, "tell"), Look.PRIMARY)
    go_on = Button("相談を続ける", word_payload(Word.RESUME))
    staff = turn.house(human.party_id).staff
    turn.tell(turn.person(), Message(f"写真ですね。担当の{staff}に送りますか？", buttons=(send, go_on)))


def send_offered(turn: Turn, human: Conversation) -> None:
    """この写真を送る; a second tap finds none."""
    waiting = turn.work.attachments.offered(human.id)[:MOST_HELD]
    if not waiting:
        return turn.tell(turn.person(), Message(detour.NO_PHOTO))
    to_card(turn, human, waiting)
    staff = turn.house(human.party_id).staff
    turn.tell(turn.person(), Message(f"写真を{len(waiting)}枚、担当の{staff}に送りました。"))


def taken(turn: Turn, talk: Conversation, journal: Journal, message_id: str) -> None:
    """A photo while we ask what to tell the staff: it goes at once, and words may still be added."""
    if turn.work.attachments.sent_in([talk.id]).get(talk.id, 0) >= MOST_HELD:
        return repeat(turn, talk, journal, Message(detour.kept(Kind.PHOTO)))
    to_card(turn, talk, [_keep(turn, WANTED, Kind.PHOTO, message_id, talk)])
    turn.facts.pop(talk.id, None)  # the question says how many went over
    repeat(turn, talk, journal)


def to_card(turn: Turn, talk: Conversation, photos: list[Attachment]) -> None:
    """Put photos on the staff's card that the talk is about, and have them fetched."""
    task = relays.on_card(turn, UUID(talk.subject["task"]), f"(写真{len(photos)}枚)")
    for photo in photos:
        photo.task_id, photo.status = task.id, WANTED
        turn.work.dues.add("photo_kept", photo.id.hex, turn.now + KEPT_FOR)


def came(turn: Turn, sent: Sent) -> bool:
    """Something other than text while nothing is asked; tell whether it went to the person who speaks with him."""
    me = turn.person()
    human = with_person(turn, me)
    if human is not None and sent.kind is Kind.PHOTO and sent.message_id:
        offer(turn, human, sent.message_id)
        return True
    if sent.kind is not Kind.STICKER:
        note(turn, sent.kind, sent.message_id)
        if human is None:
            turn.tell(me, Message(detour.kept(sent.kind)))
    return False


def note(turn: Turn, kind: Kind, message_id: str) -> None:
    """Keep the fact that something came, and show it on the cards about him; no bytes are fetched."""
    me = turn.person()
    _keep(turn, NOTED, kind, message_id)
    for task in turn.work.tasks.open_about(me.id):
        calls.show(turn, task)


def fetched(turn: Turn, inbound: Fetched) -> None:
    """The bytes are here, or never will be: the staff's card says which, and the owner hears once of a failure."""
    photo = turn.work.attachments.lock(UUID(inbound.attachment))
    if photo is None or photo.task_id is None:
        return
    task = turn.work.session.get_one(StaffTask, photo.task_id)
    calls.show(turn, task)
    if photo.status == LOST:
        staff = turn.house(task.party_id).staff
        sorry = f"すみません、先ほどの写真を開けませんでした。担当の{staff}には、そう伝わります。"
        to = turn.work.parties.handle(photo.handle_id)
        turn.tell(to, Message(sorry), dedupe=f"lost:{photo.id.hex}")


def let_go(turn: Turn, subject: str) -> None:
    """A photo has been kept for long: its bytes go, unless a posting or an engagement of his still runs."""
    photo = turn.work.attachments.lock(UUID(subject))
    if photo is None or photo.status != KEPT:
        return
    if is_running(turn, turn.work.parties.handle(photo.handle_id)):
        turn.work.dues.add("photo_kept", subject, turn.now + LOOKED_AT_AGAIN)
        return
    photo.status, photo.content = OVER, None
    if photo.task_id is not None:
        calls.show(turn, turn.work.session.get_one(StaffTask, photo.task_id))


def is_running(turn: Turn, owner: Handle) -> bool:
    postings = (item.state != State.CLOSED.name for item in turn.work.postings.of_owner(owner.party_id))
    pairs = (item.phase != Phase.ENDED.name for item in turn.work.engagements.of_handle(owner.id))
    return any(postings) or any(pairs)


def forget(turn: Turn, message_id: str) -> list[tuple[Attachment, str]]:
    """He takes it back: the bytes go, and the cards that showed it are drawn anew."""
    gone = turn.work.attachments.forget(turn.person().id, message_id)
    for photo, _ in gone:
        if photo.task_id is not None:
            calls.show(turn, turn.work.session.get_one(StaffTask, photo.task_id))
    return gone


def _keep(
    turn: Turn, status: str, kind: Kind, message_id: str, talk: Conversation | None = None
) -> Attachment:
    return turn.work.attachments.add(
        Attachment(
            handle_id=turn.person().id,
            conversation_id=talk.id if talk else None,
            message_id=message_id[:64],
            kind=kind.name,
            status=status,
            created_at=turn.now,
        )
    )
