"""Numbers: what the two look at every week, kept once a week, shown beside where it began; few are never judged."""

from __future__ import annotations

from uuid import UUID

from bot.actions.people.sides import locked, refuse_if_over, side_of
from bot.actions.weekly import wins
from bot.errors import Refusal
from bot.pages import week_view
from bot.pages.chart_data import picture
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Message
from flows.rules.calendar import JST
from flows.weekly.outcomes_weekly import KeepNumber
from flows.weekly.week_cards import FEW
from storage.conversations import Conversation
from storage.engagements import Engagement, Side


def tapped(turn: Turn, tap: CardTapped) -> None:
    """今週の数字を入れる."""
    engagement = turn.work.session.get(Engagement, UUID(tap.id))
    if engagement is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    side_of(engagement, turn.person().id)
    refuse_if_over(engagement)
    begin_once(turn, "number", turn.person(), {"engagement": engagement.id.hex})


def ask(turn: Turn) -> None:
    """今週の数字, typed: of the work that runs."""
    me = turn.person()
    turn.is_tap = True  # he asked for it: the question comes at once
    running = turn.work.engagements.talking(me.id)
    if not running:
        turn.tell(me, Message("数字は、お仕事が始まってから一緒に見ていきます。"))
        return
    begin_once(turn, "number", me, {"engagement": running[0].id.hex})


def keep_number(turn: Turn, talk: Conversation, outcome: KeepNumber) -> None:
    """Keep this week's number, show it, and see whether the goal is reached."""
    engagement = locked(turn, outcome.engagement)
    refuse_if_over(engagement)
    side = side_of(engagement, talk.handle_id)
    assert outcome.value is not None
    keep(turn, engagement, side, outcome.value)
    me = turn.work.parties.handle(talk.handle_id)
    turn.tell(me, Message(said(turn, engagement)), *picture(turn, engagement))
    wins.look(turn, engagement)


def keep(turn: Turn, engagement: Engagement, side: Side, value: float) -> None:
    """Keep the number of the week that is now in Japan."""
    turn.work.weeks.read(engagement.id, value, side, turn.now.astimezone(JST).date(), turn.now)


def said(turn: Turn, engagement: Engagement) -> str:
    """Say the number beside the last one; one too small to be judged is only shown."""
    look = week_view.look(turn.work, engagement)
    return f"{look.now}ですね。{look.change}{FEW if look.is_few else ''}"
