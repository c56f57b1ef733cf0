"""Front door: somebody comes, goes, returns, or speaks while nothing is asked of him."""

from __future__ import annotations

import re

from bot import calls, detours, heeding, mine, photos
from bot.actions.people import relays, sharing
from bot.actions.posting.welcome import SERVICE
from bot.actions.weekly import progress, rescheduling
from bot.talking import begin, floor, has_waiting, next_in_line, repeat, with_person
from bot.turn import Turn
from flows.beside import detour
from flows.inbound import Sent, Submitted, Tapped, Typed, WordTapped
from flows.interpret import Kept, Said, interpret
from flows.journal import Entry, Journal
from flows.messages import Message
from flows.posting.heeding import needs_care
from flows.rules.coach.coach import read_wish
from flows.rules.japanese.names import bare_name
from flows.words import Word, word_of
from prompts.results import Route

INTRODUCED = re.compile(r"^\s*紹介[\s　:：]+(?P<partner>\S.{0,40})\s*$")


def come_in(turn: Turn, inbound: Typed | WordTapped | Sent | Tapped | Submitted) -> None:
    """Nobody is being asked anything: greet, go on with what was parked, or take the words as a new wish."""
    assert turn.me is not None
    if turn.me.platform == "slack":
        return at_slack(turn, inbound)
    reading = interpret(inbound, None)
    words = inbound.text if isinstance(inbound, Typed) else ""
    human = with_person(turn, turn.me)
    if isinstance(inbound, Sent) and human is None and sharing.offer(turn, inbound):
        return
    if isinstance(inbound, Sent) and photos.came(turn, inbound):
        return
    if human is not None and isinstance(reading, Said) and reading.word is Word.START:
        return relays.hear(turn, human, "")  # a new wish would wait unheard: first this, or 「相談を続ける」
    if human is not None and not isinstance(reading, Said):
        return relays.hear(turn, human, words, detour.kept(inbound.kind) if isinstance(inbound, Sent) else "")
    if not isinstance(reading, Said) and needs_care(words):
        return heeding.care(turn, None, words)
    if not isinstance(reading, Said) and has_waiting(turn, turn.me):
        turn.tell(turn.me, Message(detour.FIRST_THIS))  # his words are kept, and are not the answer to this
        next_in_line(turn, turn.me)
        return
    if not turn.work.parties.has_consented(turn.me.party_id, SERVICE):
        is_here = bool(turn.work.conversations.live(turn.me.id))  # 前回のつづき goes on with what there is
        begins = (Word.START,) if is_here else (Word.START, Word.RESUME)
        if isinstance(reading, Said) and reading.word not in begins:
            return detours.take(turn, reading, None, Journal())
        seed = [Entry("first_words", words)] if len(words) >= detour.LEAST_WISH and not word_of(words) else []
        begin(turn, "hello", turn.me, {}, seed)
        return
    if isinstance(reading, Said):
        return detours.take(turn, reading, None, Journal())
    if read_wish(words).route is Route.EMPTY and turn.work.postings.of_owner(turn.me.party_id):
        return detours.said(turn, Word.STATE, None, Journal())  # 「ありがとう」 is no new wish
    if parked := detours.at_rest(turn):
        return detours.offer_parked(turn, parked[-1], words)
    if running := turn.work.engagements.talking(turn.me.id):
        return None if progress.heard(turn, words) else detours.offer_tell(turn, running)
    seed = [Entry("wish", words, raw=words)] if words.strip() else []
    begin(turn, "posting", turn.me, {"again": True}, seed)


def at_slack(turn: Turn, inbound: Typed | WordTapped | Sent | Tapped | Submitted) -> None:
    """A talent writes to the bot outside any question: a person is one word away, the rest is on the home."""
    me, reading = turn.person(), interpret(inbound, None)
    match reading:
        case Said(Word.PERSON):
            calls.ask_person(turn, None)
        case Said(Word.STATE):
            turn.tell(me, *mine.state_of(turn))
        case Said(Word.MOVE):
            rescheduling.move_next(turn)
        case Said(Word.DAYS_OFF):
            rescheduling.tell_days_off(turn)
        case Said(Word.HOUR):
            rescheduling.change_hour(turn)
        case Said(Word.ME):
            turn.tell(me, *mine.known(turn))
        case Said(Word.WEEK | Word.NUMBER | Word.MONTH | Word.END as word):
            detours.said(turn, word, None, Journal())
        case Kept():
            is_running = bool(turn.work.engagements.talking(me.id))
            turn.tell(me, Message(detour.IN_THE_THREAD if is_running else detour.NOT_HERE))
        case _:
            turn.tell(me, Message(detour.AT_HOME))


def introduced(turn: Turn, text: str) -> bool:
    """Take 「紹介 ◯◯信用金庫」, which a partner's card puts in the input field; it proves nothing and opens nothing."""
    found = INTRODUCED.match(text)
    if found is None or turn.me is None or turn.me.platform != "line":
        return False
    party = turn.party()
    party.referred_by = bare_name(found["partner"])[:100]
    talk = floor(turn)
    if talk is None and not turn.work.parties.has_consented(party.id, SERVICE):
        begin(turn, "hello", turn.me, {})
        return True
    journal = turn.work.conversations.journal(talk.id) if talk else Journal()
    repeat(turn, talk, journal, Message(f"{party.referred_by}さんのご紹介ですね。ありがとうございます。"))
    return True


def followed(turn: Turn) -> None:
    """A friend, new or back again: greet, or go on where we were."""
    assert turn.me is not None
    turn.me.is_reachable = True
    if not turn.work.parties.has_consented(turn.me.party_id, SERVICE):
        talk = floor(turn)
        if talk is None:
            begin(turn, "hello", turn.me, {})
        else:
            repeat(turn, talk, turn.work.conversations.journal(talk.id), Message(detour.BACK_AGAIN))
        return
    detours.tell(turn, Message(detour.BACK_AGAIN))
    detours.said(turn, Word.STATE, floor(turn), Journal())


def unfollowed(turn: Turn) -> None:
    """Blocked: stop sending, keep everything, and tell the staff once."""
    assert turn.me is not None
    was_reachable, turn.me.is_reachable = turn.me.is_reachable, False
    turn.work.outbox.close_unreachable(turn.me.id)
    if turn.work.engagements.spoken_by(turn.me.id):
        turn.work.dues.add("speaker_gone", turn.me.id.hex, turn.now)
    posting = next(iter(turn.work.postings.of_owner(turn.me.party_id)), None)
    if was_reachable and posting is not None:
        turn.post(
            "staff",
            Message(
                f"「{posting.title}」の社長に、LINEでは届かなくなりました。お電話で様子をうかがってください。"
            ),
        )
