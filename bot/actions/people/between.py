"""Between: words from one side of an engagement to the other. Slack is told at once; LINE with the next message anyway."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from bot.actions.people.riding import TOLD, answer, leave, line_of, place, say_who_reads, send
from bot.actions.people.sides import house_of, locked
from bot.errors import Refusal
from bot.naming import other_name
from bot.payloads import card_payload
from bot.talking import begin, begin_once
from bot.turn import STAFF, Turn
from flows.beside.relaying import MOST
from flows.inbound import CardTapped
from flows.journal import Entry
from flows.messages import Button, Message, Picture
from flows.outcomes import TellOther
from flows.rules.calendar import say_moment
from flows.rules.coach.plain import jargon, plainly
from flows.rules.lint.relayed import fraud, is_unpaid, is_urgent
from storage.conversations import Conversation
from storage.engagements import Engagement, Phase, Side
from storage.mail import THREAD
from storage.parties import Handle
from storage.relays import KEPT_BACK, PHOTO, THINGS, WAITS, Relayed

URGENT_AGAIN = timedelta(days=7)  # between two pushes that one side may ask for
NO_LONGER = timedelta(days=7)  # words wait for a message to ride on
TYPED = ("message", "message_changed")  # kinds of Slack's events: the words stand where he wrote them
OVER = "このお仕事は終わっています。「人と話す」で担当にお伝えください。"
FOREIGN = "すみません、そのボタンは使えませんでした。"
TOO_LONG = f"長いので、まだお伝えしていません。{MOST}文字までに分けて書いてください。"


def seat_of(engagement: Engagement, handle: UUID) -> Side:
    """Tell on whose side somebody writes: who goes along in the firm writes on the owner's."""
    if handle == engagement.talent_handle_id:
        return Side.TALENT
    if handle in (engagement.owner_handle_id, engagement.partner_handle_id):
        return Side.OWNER
    raise Refusal(FOREIGN)


def tell_tapped(turn: Turn, tap: CardTapped) -> None:
    """お相手に伝える, 返事をする."""
    engagement = turn.work.session.get(Engagement, UUID(tap.id))
    if engagement is None:
        raise Refusal(FOREIGN)
    seat_of(engagement, turn.person().id)
    if engagement.phase == Phase.ENDED.name:
        raise Refusal(OVER)
    if engagement.phase in (Phase.QUESTIONS.name, Phase.DECIDING.name):
        raise Refusal("お二人で「進めたい」となってから使えます。")
    begin_once(turn, "tell_other", turn.person(), {"engagement": engagement.id.hex})


def heard(turn: Turn, id: UUID, words: str) -> None:
    """Somebody wrote in the thread of an engagement, or quoted words that came from there."""
    me, engagement = turn.person(), turn.work.engagements.get(id)
    if engagement.phase == Phase.ENDED.name:
        return turn.tell(me, Message(OVER), subject=place(engagement))
    if len(words) > MOST:
        return turn.tell(me, Message(TOO_LONG), subject=place(engagement))
    begin(turn, "tell_other", me, {"engagement": id.hex}, [Entry("tell.words", words, raw=words)])


def tell_other(turn: Turn, talk: Conversation, outcome: TellOther) -> None:
    """Carry words to the other side; who waits for them is told when they arrive."""
    engagement = locked(turn, outcome.engagement)
    if engagement.phase == Phase.ENDED.name:
        raise Refusal(OVER)
    me = turn.work.parties.handle(talk.handle_id)
    seat = seat_of(engagement, me.id)
    if not outcome.words:  # there were photos or files, and no more is to be said
        return turn.tell(me, Message("承知しました。"))
    if sign := fraud(outcome.words):
        keep_back(turn, engagement, me, outcome.words, sign)
    elif seat is Side.OWNER:
        to_talent(turn, engagement, me, outcome.words)
    else:
        to_firm(turn, engagement, me, outcome.words)
    turn.refresh(f"relay:{engagement.id.hex}", channel=STAFF)


def to_talent(turn: Turn, engagement: Engagement, me: Handle, words: str) -> None:
    """Into the thread of the engagement in the talent's DM, in a decent hour of his."""
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    row = keep(turn, engagement, me, talent, words)
    bring(turn, engagement)
    turn.tell(me, Message("お伝えしました。"))
    if is_unpaid(words):
        staff = house_of(turn, engagement).staff
        fair = "お支払いのない追加や値引きのお願いは、決まりで受けられません。"
        turn.tell(me, Message(f"{fair}必要なときは、担当の{staff}がお支払いつきの形をご用意します。"))
        turn.post(
            STAFF,
            Message(f"お支払いのない追加のお願いかもしれません：「{words}」"),
            dedupe=f"unpaid:{row.id.hex}",
        )
    say_who_reads(turn, engagement, me)


def bring(turn: Turn, engagement: Engagement) -> None:
    """Put what the firm has said into the talent's thread, in its order."""
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    rows = [row for row in turn.work.relays.waiting(talent.id) if row.engagement_id == engagement.id]
    if rows:
        open_thread(turn, engagement)
    for row in rows:
        key = f"{TOLD}{engagement.id.hex}:{row.id.hex}"
        turn.tell(talent, in_thread(turn, engagement, row), dedupe=key, subject=place(engagement))
        leave(turn, [row], key)


def in_thread(turn: Turn, engagement: Engagement, row: Relayed) -> Message:
    """Draw what the firm said for Slack: a photo is seen at once, a file opens."""
    name = writer(turn, engagement, turn.work.parties.handle(row.from_id))
    if row.kind not in THINGS or row.attachment_id is None:
        return Message(f"{name}から：「{row.words}」", buttons=(answer(engagement),))
    url, words = turn.file_url(row.attachment_id), f"{name}から：{line_of(row)}"
    if row.kind == PHOTO:
        return Message(words, picture=Picture(url, f"{name}からの写真"), buttons=(answer(engagement),))
    return Message(words, buttons=(Button("ファイルを開く", "", url=url), answer(engagement)))


def to_firm(turn: Turn, engagement: Engagement, me: Handle, words: str) -> None:
    """To LINE, where a message of its own costs: it rides, unless it is urgent."""
    known = turn.work.relays.all_waiting(engagement.owner_handle_id)
    is_first = not any(row.engagement_id == engagement.id for row in known)
    for reader in readers(turn, engagement):
        row = keep(turn, engagement, me, reader, words)
        turn.work.dues.add("relay_waits", row.id.hex, turn.now + NO_LONGER)
    open_thread(turn, engagement)
    if hard := jargon(words)[:2]:
        row = next(each for each in turn.work.relays.of_event(turn.event_id) if each.status == WAITS)
        return suggest(turn, engagement, me, row, hard)
    if is_urgent(words):
        return hurry(turn, engagement, me)
    is_typed = turn.event is not None and turn.event.kind in TYPED
    own = "" if is_typed else f"あなた：「{words}」\n"  # what came by a form stands in the thread too
    if not is_first:
        return turn.tell(me, Message(own.strip()), subject=place(engagement)) if own else None
    say_when(turn, engagement, me, own)


def say_when(turn: Turn, engagement: Engagement, me: Handle, own: str = "") -> None:
    """Tell the talent when the firm will read it, and let him have it sent at once."""
    owner = other_name(turn, engagement, Side.TALENT)
    note = f"{own}お預かりしました。{owner}の次のお返事か、毎週のお知らせに添えて届けます。"
    urgent = Button("急ぎで届ける", card_payload("engagement", engagement.id, 0, "urgent"))
    turn.tell(me, Message(note, buttons=(urgent,)), subject=place(engagement))


def suggest(
    turn: Turn, engagement: Engagement, me: Handle, row: Relayed, hard: Sequence[tuple[str, str]]
) -> None:
    """Before they go, words that owners do not use are shown with plain ones; they go either way."""
    pairs = "、".join(f"「{word}」は「{say}」" for word, say in hard)
    plain = Button("置きかえる", card_payload("relay", row.id, 0, "plain"))
    urgent = Button("急ぎで届ける", card_payload("engagement", engagement.id, 0, "urgent"))
    said = f"お預かりしました。次のお返事か、毎週のお知らせに添えて届けます。\n{pairs}に置きかえますか？"
    turn.tell(me, Message(said, buttons=(plain, urgent)), subject=place(engagement))


def plain_tapped(turn: Turn, tap: CardTapped) -> None:
    """置きかえる."""
    row = turn.work.session.get(Relayed, UUID(tap.id))
    if row is None or row.from_id != turn.person().id:
        raise Refusal(FOREIGN)
    waiting = [each for each in turn.work.relays.of_event(row.event_id) if each.status == WAITS]
    if not waiting:
        raise Refusal("もうお届けしました。")
    for each in waiting:
        each.words = plainly(each.words)
    engagement = turn.work.engagements.get(row.engagement_id)
    turn.tell(turn.person(), Message(f"置きかえました：「{waiting[0].words}」"), subject=place(engagement))
    turn.refresh(f"relay:{engagement.id.hex}", channel=STAFF)


def keep_back(turn: Turn, engagement: Engagement, me: Handle, words: str, sign: str) -> None:
    """Signs of fraud: the words do not cross, both are told, and the staff look at it."""
    staff = house_of(turn, engagement).staff
    is_owner = me.id != engagement.talent_handle_id
    other = engagement.talent_handle_id if is_owner else engagement.owner_handle_id
    reader = turn.work.parties.handle(other)
    row = keep(turn, engagement, me, reader, words)
    row.status = KEPT_BACK
    no = f"この内容は、決まりでお届けできません。担当の{staff}が確かめて、ご連絡します。"
    turn.tell(me, Message(no), subject=place(engagement))
    name = other_name(turn, engagement, Side.TALENT if is_owner else Side.OWNER)
    warn = f"{name}からの連絡を一つ、止めました。先払いや別の連絡先のお話には、応じないでください。担当の{staff}が確かめます。"
    key = f"warned:{engagement.id.hex}:{turn.now:%Y-%m-%d}:{reader.id.hex}"
    turn.tell(reader, Message(warn), dedupe=key, subject=place(engagement))
    told = f"お二人のやりとりを一つ止めました({sign})：「{words}」"
    turn.post(STAFF, Message(told), dedupe=f"stopped:{row.id.hex}")


def urgent_tapped(turn: Turn, tap: CardTapped) -> None:
    """急ぎで届ける."""
    found = turn.work.session.get(Engagement, UUID(tap.id))
    if found is None or found.talent_handle_id != turn.person().id:
        raise Refusal(FOREIGN)
    engagement = locked(turn, found.id.hex)
    waiting = turn.work.relays.all_waiting(engagement.owner_handle_id)
    if not any(row.engagement_id == engagement.id for row in waiting):
        raise Refusal("もうお届けしました。")
    hurry(turn, engagement, turn.person())
    turn.refresh(f"relay:{engagement.id.hex}", channel=STAFF)


def hurry(turn: Turn, engagement: Engagement, me: Handle) -> None:
    """Push what waits of this engagement, once in seven days; the rest of the time it rides."""
    since = turn.now - URGENT_AGAIN
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    last = turn.work.relays.urgent_since(engagement.id, owner.id, since)
    name = other_name(turn, engagement, Side.TALENT)
    if last is not None:
        again = say_moment(last + URGENT_AGAIN, turn.now)
        said = (
            f"急ぎは、週に一度までです。次は{again}から使えます。今回は、{name}の次のお返事に添えて届けます。"
        )
        return turn.tell(me, Message(said), subject=place(engagement))
    if not owner.is_reachable:
        staff = house_of(turn, engagement).staff
        said = f"{name}とは、いま連絡がとれていません。お預かりして、担当の{staff}が確かめます。"
        turn.post(STAFF, Message(f"急ぎの連絡を届けられません：{name}"), dedupe=f"cut_off:{turn.event_id}")
        return turn.tell(me, Message(said), subject=place(engagement))
    for reader in readers(turn, engagement):
        for row in turn.work.relays.all_waiting(reader.id):
            row.is_urgent = row.is_urgent or row.engagement_id == engagement.id
    push_urgent(turn, engagement)
    at = turn.hour_for(owner)
    when = "いま" if at <= turn.now else say_moment(at, turn.now) + "に"
    turn.tell(me, Message(f"{when}、{name}にお届けします。"), subject=place(engagement))


def push_urgent(turn: Turn, engagement: Engagement) -> None:
    """Push what is urgent, all of it together: what is on its way is waited for."""
    for reader in readers(turn, engagement):
        mine = [row for row in turn.work.relays.all_waiting(reader.id) if row.engagement_id == engagement.id]
        if any(row.is_urgent for row in mine) and all(row.is_ready for row in mine):
            send(turn, reader, mine, purpose="reminder")


def keep(turn: Turn, engagement: Engagement, me: Handle, reader: Handle, words: str) -> Relayed:
    said_at = turn.event.happened_at if turn.event else turn.now
    return turn.work.relays.add(
        Relayed(
            engagement_id=engagement.id,
            from_id=me.id,
            to_id=reader.id,
            words=words,
            said_at=said_at,
            event_id=turn.event_id,
            status=WAITS,
            is_urgent=False,
        )
    )


def readers(turn: Turn, engagement: Engagement) -> list[Handle]:
    """Return who reads the talent's words in the firm: the owner, and who goes along."""
    ids = (engagement.owner_handle_id, engagement.partner_handle_id)
    return [turn.work.parties.handle(id) for id in ids if id]


def open_thread(turn: Turn, engagement: Engagement) -> None:
    """Post what the thread hangs under, once."""
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    name, staff = other_name(turn, engagement, Side.TALENT), house_of(turn, engagement).staff
    said = f"{name}との連絡は、このスレッドに書いてください。LINEに届けます。担当の{staff}も読み、必要なら間に入ります。"
    root = f"{THREAD}{engagement.id.hex}"
    turn.tell(talent, Message(said), dedupe=root, subject=root)


def writer(turn: Turn, engagement: Engagement, me: Handle) -> str:
    """Return how the talent hears of whoever writes in the firm."""
    owner = other_name(turn, engagement, Side.TALENT)
    if me.id == engagement.owner_handle_id:
        return owner
    name = turn.work.parties.name(me.id)
    return f"{name}さん" if name else f"{owner.removesuffix('の社長')}の方"
