"""Inviting: an open posting is put to the professionals it fits; a few at a time, once each, and only while they like it."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from bot import metrics
from bot.arrivals import Answered
from bot.hidden import may_see
from bot.payloads import word_payload
from bot.posting_views import is_willing, open_posting
from bot.shortlist import wanted_of
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.rules.match.inviting import (
    AGAIN_AFTER,
    DO_THIS,
    MOST,
    MOST_IN_DIGEST,
    NEAR_HERE,
    WEEK,
    Wave,
    chosen,
    is_rare,
    moments,
    next_digest,
    reasons_for,
)
from flows.rules.match.ranking import Ranked, Wanted
from flows.words import LABELS, Word
from storage.database import new_id
from storage.invitations import Answer, Invitation, Way, may_be_invited
from storage.parties import Handle
from storage.postings import Posting, State
from storage.talents import Stage

BREATH = timedelta(seconds=1)  # between two searches: a turn makes one at most, people's events go in between
IN_PLAY = (Stage.APPLIED, Stage.SHOWN, Stage.MEETING, Stage.ENGAGED)
PERSON = Button(LABELS[Word.PERSON], word_payload(Word.PERSON))
PURPOSES = ("short_list", "invite", "invite_wider", "invite_again", "thin", "nobody")


def begin_search(turn: Turn, posting: Posting) -> None:
    """A posting is open, for the first time or again: who fits is looked for, and what follows is due."""
    turn.work.dues.add("invite", posting.id.hex, turn.now)
    for purpose, at in moments(posting.job_code, posting.published_at or turn.now).items():
        turn.work.dues.add(purpose, posting.id.hex, at)
    redraw(turn, posting)


def withdraw(turn: Turn, posting: Posting) -> None:
    """Nobody can apply any more, or just now: nothing more is looked for, and what hangs somewhere loses its buttons."""
    turn.work.dues.clear(posting.id.hex, PURPOSES, turn.now)
    if posting.channel_at is not None:
        turn.refresh(f"posting:{posting.id.hex}", channel=turn.postings_channel(posting.job_code))
    redraw(turn, posting)


def redraw(turn: Turn, posting: Posting) -> None:
    """Draw anew what hangs in talents' DMs about a posting."""
    work = turn.work
    people = {subject_of(item): item.handle_id for item in work.invitations.of_posting(posting.id)}
    for subject in work.outbox.hanging(people):
        turn.refresh(subject, handle=work.parties.handle(people[subject]))


def subject_of(item: Invitation) -> str:
    return f"digest:{item.digest_id.hex}" if item.digest_id else f"invitation:{item.id.hex}"


def tell_applicants(turn: Turn, posting: Posting) -> None:
    """The posting reads otherwise than what they applied for: they see it as it is now."""
    words = f"応募された「{posting.title}」の内容が変わりました。いまの募集は、こちらです。"
    for application in turn.work.talents.of_posting(posting.id, Stage.APPLIED, Stage.SHOWN, Stage.MEETING):
        talent = turn.work.parties.handle(application.handle_id)
        now = replace(open_posting(turn.work, posting), buttons=(PERSON,))
        turn.tell(talent, Message(words), now, purpose="news")


def invite(turn: Turn, subject: str) -> None:
    """Just published: who has done this very work."""
    search(turn, subject, "invite", Wave.FIRST)


def invite_wider(turn: Turn, subject: str) -> None:
    """Three days without anybody: works next to this one, and who has ties to the place."""
    if not turn.work.talents.count(UUID(subject)):
        search(turn, subject, "invite_wider", Wave.WIDER)


def invite_again(turn: Turn, subject: str) -> None:
    """A rare skill: whoever came to us since, each two weeks while nobody is in play."""
    posting = turn.work.session.get(Posting, UUID(subject))
    if posting is None or posting.state != State.OPEN.name or posting.published_at is None:
        return
    if turn.work.talents.of_posting(posting.id, *IN_PLAY):
        return turn.work.dues.add("invite_again", subject, turn.now + AGAIN_AFTER)
    if not search(turn, subject, "invite_again", Wave.WIDER):
        return
    if turn.now + AGAIN_AFTER < moments(posting.job_code, posting.published_at)["nobody"]:
        turn.work.dues.add("invite_again", subject, turn.now + AGAIN_AFTER)


def search(turn: Turn, subject: str, purpose: str, wave: Wave) -> bool:
    """Find who fits and ask them; tell whether it was done. One search a turn: the next waits for a second."""
    work = turn.work
    posting = work.session.get(Posting, UUID(subject))
    if posting is None or posting.state != State.OPEN.name:
        return False
    if work.invitations.searches:
        work.dues.add(purpose, subject, turn.now + BREATH)
        return False
    work.invitations.searches += 1
    started = time.perf_counter()
    wanted = wanted_of(work, posting)
    least = DO_THIS if wave is Wave.FIRST else NEAR_HERE
    found = chosen(work.pool.search(wanted, MOST, may_be_invited(posting, turn.now), least), wave)
    metrics.SEARCHES.observe(time.perf_counter() - started)
    ask(turn, posting, wanted, found, wave)
    return True


def ask(turn: Turn, posting: Posting, wanted: Wanted, found: Sequence[Ranked], wave: Wave) -> None:
    """Write the invitations, people locked before the posting; whoever's week is full waits for his Monday."""
    work, ids = turn.work, [UUID(each.id) for each in found]
    work.parties.lock(sorted(work.invitations.willing(posting, ids, turn.now).values()))
    locked = work.postings.lock(posting.id)
    if locked is None or locked.state != State.OPEN.name:
        return
    asked = work.invitations.willing(locked, ids, turn.now)
    willing = {party: id for party, id in asked.items() if may_see(work, locked, party)}
    people = {handle.id: handle for handle in work.hold(Handle, willing.values())}
    had = work.invitations.had(willing.keys(), turn.now - WEEK)
    rows = []
    for place, each in enumerate(found):
        party = UUID(each.id)
        if party in willing:
            way = Way.DM if had.get(party, 0) < turn.rules.most_invitations else Way.DIGEST
            rows.append(_row(turn, locked, wanted, each, people[willing[party]], wave, place, way))
    work.invitations.add(rows)
    send(turn, rows, people)
    _note(turn, locked, rows)


def _row(
    turn: Turn,
    posting: Posting,
    wanted: Wanted,
    each: Ranked,
    handle: Handle,
    wave: Wave,
    place: int,
    way: Way,
) -> Invitation:
    return Invitation(
        id=new_id(),
        posting_id=posting.id,
        party_id=handle.party_id,
        handle_id=handle.id,
        wave=wave,
        place=place,
        way=way.name,
        reasons=list(reasons_for(wanted, each.parts)[:3]),
        answer="",
        sent_at=turn.hour_for(handle) if way is Way.DM else None,
        created_at=turn.now,
    )


def send(turn: Turn, rows: Sequence[Invitation], people: Mapping[UUID, Handle]) -> None:
    """Let the DMs leave, and name the Monday of the others."""
    for item in rows:
        handle = people[item.handle_id]
        if item.way == Way.DM.name:
            turn.bring(f"invitation:{item.id.hex}", handle)
        else:
            turn.work.dues.add("invite_digest", handle.id.hex, next_digest(turn.now, handle.zone))


def _note(turn: Turn, posting: Posting, rows: Sequence[Invitation]) -> None:
    """Tell the staff on their card how many were asked, and how many we cannot reach."""
    later = sum(item.way == Way.DIGEST.name for item in rows)
    away = turn.work.invitations.out_of_reach(posting.job_code, DO_THIS)
    parts = [f"{len(rows)}人にお誘い"] if rows else ["お誘いできる方が、いまはいません"]
    parts += [f"うち{later}人は月曜のまとめで"] if later else []
    parts += [f"Slackにまだいない経験者{away}人"] if away else []
    turn.work.postings.note(posting, "・".join(parts), turn.now)
    turn.refresh(f"review:{posting.id.hex}", channel=STAFF)


def digest(turn: Turn, subject: str) -> None:
    """Monday, half past eight where he lives: what waited for him, in one message.

    What is left waits another week, and so does all of it while he rests, has stopped it or cannot be reached.
    """
    work = turn.work
    handle = work.parties.locked_by_id(UUID(subject))
    waiting = [item for item in work.invitations.waiting(handle.id) if may_see_it(turn, item)]
    shown, id = (waiting[:MOST_IN_DIGEST] if waiting and is_willing(work, waiting[0]) else []), new_id()
    for item in shown:
        item.digest_id, item.sent_at = id, turn.hour_for(handle)
    if shown:
        turn.bring(f"digest:{id.hex}", handle)
    if len(waiting) > len(shown):
        work.dues.add("invite_digest", subject, next_digest(turn.now, handle.zone))


def may_see_it(turn: Turn, item: Invitation) -> bool:
    return may_see(turn.work, turn.work.postings.get(item.posting_id), item.party_id)


def stop(turn: Turn, tap: CardTapped) -> None:
    """おすすめを止める: from now on, whatever is on its way."""
    me = turn.person()
    turn.work.invitations.stop(me.party_id, turn.now)
    _show_choice(turn, me, "承知しました。おすすめは、もうお送りしません。「ホーム」でいつでも戻せます。")


def resume(turn: Turn, tap: CardTapped) -> None:
    """おすすめを受け取る: what waited meanwhile comes next Monday."""
    me = turn.person()
    turn.work.invitations.resume(me.party_id)
    _show_choice(turn, me, "承知しました。あなたに合いそうな募集があれば、お送りします。")


def _show_choice(turn: Turn, me: Handle, words: str) -> None:
    turn.answer = Answered(notice=words)
    turn.refresh(f"home:{me.id.hex}", handle=me)


def note_answer(turn: Turn, posting: UUID, party: UUID, answer: Answer) -> None:
    """Keep what came of an invitation, where there was one; its card says so, too."""
    item = turn.work.invitations.answered(posting, party, answer, turn.now)
    if item is None or answer is Answer.ASKED:
        return
    if turn.work.outbox.hanging([subject_of(item)]):
        turn.refresh(subject_of(item), handle=turn.work.parties.handle(item.handle_id))


def few_words(posting: Posting) -> tuple[Message, ...]:
    """Tell an owner at the start that few people can do what he asks for."""
    if not is_rare(posting.job_code):
        return ()
    words = "くわしい方の少ないお仕事です。応募は、お一人かもしれません。60日のあいだ、さがし続けます。"
    return (Message(words),)
