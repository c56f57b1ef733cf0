"""Wins: a goal that is reached is put to the owner; his yes records it, and it is celebrated once."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from bot.actions.people.others_did import tell_fact
from bot.actions.people.sides import locked, refuse_if_over
from bot.actions.weekly import records
from bot.errors import Refusal
from bot.naming import other_name
from bot.pages import week_view
from bot.pages.chart_data import picture
from bot.talking import begin
from bot.turn import Turn
from flows.messages import Message
from flows.rules.coach.others import Step
from flows.weekly.outcomes_weekly import DecideWin, KeepThanks
from flows.weekly.week_cards import win_card
from storage.conversations import Conversation
from storage.engagements import Engagement, Side
from storage.weeks import Win

AGAIN = timedelta(days=14)  # after もう少し様子を見る he is left in peace for so long
FIRST_TIE = 1  # 関係人口: from 「あなた誰？」 to 「うちにはないこれができる人」


def look(turn: Turn, engagement: Engagement, *, is_said: bool = False, thanks: str = "") -> None:
    """See whether the goal is reached, by the number or by the talent's word; if so the owner is asked, once."""
    number = week_view.gauge(turn.work, engagement)
    readings = tuple(item.value for item in turn.work.weeks.readings(engagement.id))
    if not is_said and not number.is_reached(readings):
        return
    known = turn.work.weeks.wins(engagement.id)
    win = known[-1] if known else None
    if win is not None and win.confirmed_at is not None:
        return
    is_asked = win is not None and (win.put_off_at is None or turn.now < win.put_off_at + AGAIN)
    start = number.start if number.start is not None else readings[0] if readings else None
    if win is None:
        win = turn.work.weeks.add_win(
            Win(
                engagement_id=engagement.id,
                what=week_view.goal_of(turn.work, engagement),
                before=start,
                after=None,
                thanks="",
                asked_at=turn.now,
            )
        )
    win.after, win.thanks = (readings[-1] if readings else None), thanks or win.thanks
    if is_asked:
        return
    win.asked_at, win.put_off_at = turn.now, None
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    begin(turn, "win", owner, {"engagement": engagement.id.hex, "win": win.id.hex})


def decide_win(turn: Turn, talk: Conversation, outcome: DecideWin) -> None:
    """はい: recorded and celebrated, once. もう少し様子を見る: left alone for a while."""
    engagement = locked(turn, talk.subject["engagement"])
    win = turn.work.session.get(Win, UUID(outcome.win))
    refuse_if_over(engagement)
    if win is None:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    if win.confirmed_at is not None:
        raise Refusal("もう記録してあります。ありがとうございます。")
    owner = turn.work.parties.handle(talk.handle_id)
    if not outcome.is_reached:
        win.put_off_at = turn.now
        turn.tell(owner, Message("承知しました。もう少し、一緒に見ていきましょう。"))
        return
    win.confirmed_at, engagement.tie = turn.now, max(engagement.tie, FIRST_TIE)
    celebrate(turn, engagement, win)


def celebrate(turn: Turn, engagement: Engagement, win: Win) -> None:
    """Both read it once; where the talent has not written his line yet, he is asked for it."""
    if win.celebrated_at is not None:
        return
    win.celebrated_at = turn.now
    number = week_view.look(turn.work, engagement)
    owner = turn.work.parties.handle(engagement.owner_handle_id)
    talent = turn.work.parties.handle(engagement.talent_handle_id)
    name = other_name(turn, engagement, Side.OWNER)
    card = win_card(win.what, number, name, win.thanks)
    photos = records.pictures(turn, engagement)
    said = Message("記録しました。お二人の力です。", card)
    turn.tell(owner, said, *photos, *picture(turn, engagement))
    said = Message(
        f"{other_name(turn, engagement, Side.TALENT)}が、「目標に届いた」と記録しました。おめでとうございます。",
        win_card(win.what, number, name, ""),
    )
    turn.tell(talent, said, *photos)
    tell_fact(turn, owner, turn.work.postings.get(engagement.posting_id), Step.WON)
    if not win.thanks:
        begin(turn, "thanks", talent, {"engagement": engagement.id.hex, "win": win.id.hex})


def keep_thanks(turn: Turn, talk: Conversation, outcome: KeepThanks) -> None:
    """The talent's line stands in 今週やること from now on: no notice of its own goes to the owner."""
    locked(turn, talk.subject["engagement"])
    win = turn.work.session.get(Win, UUID(outcome.win))
    if win is None:
        raise Refusal("すみません、このフォームは使えませんでした。")
    win.thanks = outcome.line
    me = turn.work.parties.handle(talk.handle_id)
    turn.tell(me, Message("ありがとうございます。社長の「今週やること」に添えます。"))
