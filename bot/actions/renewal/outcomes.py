"""Outcomes: at the end of an engagement what came of it is summed up, and with two people's yes it becomes a case.

The firm's consent alone makes the case; the professional's yes adds what he did. Each can be taken back at any time.
"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from bot.actions.people.sides import close_talks, handle_of, locked, side_of
from bot.actions.posting.welcome import SERVICE
from bot.errors import Refusal
from bot.payloads import card_payload
from bot.summing import figures
from bot.talking import begin_once
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from flows.messages import Button, Message
from flows.renewal.month_outcomes import SharePart, SumUp
from flows.rules.coach.own_cases import HIDDEN, NAMED, NAMELESS, NO, SHOWN
from storage.conversations import Conversation
from storage.engagements import Engagement, Side
from storage.outcomes import WorkOutcome
from storage.parties import Handle

TEXT_VERSION = "case-1"  # of the question, as it was agreed to
WITHDRAW = "見せるのをやめる"
UNUSABLE = "すみません、そのボタンは使えませんでした。"
ASKED_ALREADY = "もううかがっています。ありがとうございます。"


def ask_outcome(turn: Turn, engagement: Engagement) -> None:
    """Sum up what came of it and ask the owner, once; nothing is asked where the two never met at work."""
    known = turn.work.outcomes.of(engagement.id)
    if engagement.started_on is None or (known is not None and known.confirmed_at is not None):
        return
    told = figures(turn.work, engagement, turn.now)
    if not told["meetings"] and told["after"] is None and told["win_weeks"] is None:
        return
    row = turn.work.outcomes.keep(engagement.id, told, turn.now)
    show(turn, row)
    begin_once(turn, "sum_up", handle_of(turn, engagement, Side.OWNER), about(engagement))


def about(engagement: Engagement) -> dict[str, str]:
    return {"engagement": engagement.id.hex}


def riding(turn: Turn, engagement: Engagement) -> list[Message]:
    """After month three with a win the summing-up goes along with a notice, once; a tap opens it."""
    if not (engagement.tie and engagement.renewed) or turn.work.outcomes.of(engagement.id) is not None:
        return []
    locked(turn, engagement.id.hex)
    show(turn, turn.work.outcomes.keep(engagement.id, figures(turn.work, engagement, turn.now), turn.now))
    look = Button("まとめを見る", card_payload("engagement", engagement.id, 0, "sum_up"))
    return [Message("これまでのまとめが、できました。ご都合のよい時にご覧ください。", buttons=(look,))]


def sum_up_tapped(turn: Turn, tap: CardTapped) -> None:
    """まとめを見る."""
    found = turn.work.session.get(Engagement, UUID(tap.id))
    if found is None or side_of(found, turn.person().id) is not Side.OWNER:
        raise Refusal(UNUSABLE)
    engagement = locked(turn, found.id.hex)
    row = turn.work.outcomes.of(engagement.id)
    if row is not None and row.confirmed_at is not None:
        raise Refusal(ASKED_ALREADY)
    ask_outcome(turn, engagement)


def sum_up(turn: Turn, talk: Conversation, outcome: SumUp) -> None:
    """Keep what the owner says came of it; with his consent it is a case from now on, and the professional is asked."""
    engagement = locked(turn, outcome.engagement)
    row, owner = own_row(turn, engagement), turn.work.parties.handle(talk.handle_id)
    if row.confirmed_at is not None:
        raise Refusal(ASKED_ALREADY)
    if not turn.work.parties.has_consented(owner.party_id, SERVICE):
        raise Refusal("お預かりしたお話は、もう消してあります。これまで、ありがとうございました。")
    row.win, row.after, row.words = outcome.win, outcome.after, outcome.words
    row.show, row.confirmed_at = outcome.show, turn.now
    if row.show == NAMED and row.company_id is None:
        row.show = NAMELESS
    show(turn, row)
    if row.show not in SHOWN:
        words = (
            "教えてくださって、ありがとうございます。"
            if row.win == NO
            else "承知しました。どこにもお見せしません。"
        )
        return turn.tell(owner, Message(words))
    turn.work.parties.consent(owner.party_id, consent_of(row), TEXT_VERSION, owner.platform, turn.now)
    words = "ありがとうございます。同じことで困っている社長の、励みになります。"
    turn.tell(owner, Message(words, buttons=(withdraw_button(row),)))
    talent = handle_of(turn, engagement, Side.TALENT)
    if turn.work.talents.profile(talent.party_id) is not None:  # else he had himself forgotten
        begin_once(turn, "share_part", talent, about(engagement))


def share_part(turn: Turn, talk: Conversation, outcome: SharePart) -> None:
    """Keep whether the professional's part may be told."""
    engagement = locked(turn, outcome.engagement)
    row, talent = own_row(turn, engagement), turn.work.parties.handle(talk.handle_id)
    row.talent_show = outcome.show
    show(turn, row)
    if row.talent_show not in SHOWN:
        return turn.tell(talent, Message("承知しました。あなたのしたことは、お見せしません。"))
    turn.work.parties.consent(talent.party_id, consent_of(row), TEXT_VERSION, talent.platform, turn.now)
    words = "ありがとうございます。お名前は出しません。取り消したいときは、いつでも下のボタンからどうぞ。"
    turn.tell(talent, Message(words, buttons=(withdraw_button(row),)))


def own_row(turn: Turn, engagement: Engagement) -> WorkOutcome:
    row = turn.work.outcomes.of(engagement.id)
    if row is None:
        raise Refusal(UNUSABLE)
    turn.work.outcomes.lock(row.id)
    return row


def withdraw_button(row: WorkOutcome) -> Button:
    return Button(WITHDRAW, card_payload("outcome", row.id, 0, "withdraw"))


def withdraw_buttons(turn: Turn, me: Handle, pairs: Sequence[UUID]) -> tuple[Button, ...]:
    """Give somebody the way to take back what is told of his work now: the newest of it."""
    is_talent = me.platform == "slack"
    told = [
        row
        for row in (turn.work.outcomes.among(pairs) if pairs else ())
        if row.is_shown and (not is_talent or row.talent_show in SHOWN)
    ]
    return tuple(map(withdraw_button, told[:1]))


def consent_of(row: WorkOutcome) -> str:
    """Name the consent to this one case: the longest that a kind may be."""
    return f"case:{row.id.hex[5:]}"


def withdraw(turn: Turn, tap: CardTapped) -> None:
    """見せるのをやめる: from now on nobody reads of it; of the professional, of his part. However old the button is."""
    found, me = turn.work.outcomes.get(UUID(tap.id)), turn.person()
    if found is None or found.engagement_id is None:
        raise Refusal(UNUSABLE)
    pair = turn.work.engagements.get(found.engagement_id)
    side = Side.OWNER if me.is_staff else side_of(pair, me.id)
    engagement = locked(turn, pair.id.hex)
    row = own_row(turn, engagement)
    if (row.show if side is Side.OWNER else row.talent_show) not in SHOWN:
        raise Refusal("もう、どこにもお見せしていません。")
    hide(turn, row, engagement, side)
    turn.tell(me, Message("承知しました。これからは、どこにもお見せしません。"))


def hide(turn: Turn, row: WorkOutcome, engagement: Engagement, side: Side) -> None:
    """Take one side's consent back, on the row and on record."""
    handle: Handle = handle_of(turn, engagement, side)
    if side is Side.OWNER:
        row.hide(turn.now)
        talent = handle_of(turn, engagement, Side.TALENT)
        close_talks(turn, talent, ("share_part",), "engagement", engagement.id)
    else:
        row.talent_show = HIDDEN
    turn.work.parties.withdraw(handle.party_id, consent_of(row), turn.now)
    show(turn, row)


def show(turn: Turn, row: WorkOutcome) -> None:
    """Let the staff see it as it stands now."""
    turn.refresh(f"outcome:{row.id.hex}", channel=STAFF)
