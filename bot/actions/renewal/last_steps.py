"""Last steps: the hand-over, data and passwords, thanks both ways, and the evening on which all of it stops."""

from __future__ import annotations

from uuid import UUID

from bot import calls
from bot.actions.people import between, riding
from bot.actions.people.sides import both, handle_of, locked, side_of
from bot.actions.renewal import outcomes, renewing
from bot.actions.renewal.ending import found
from bot.actions.renewal.last_day import card
from bot.actions.weekly.slotting import AFTER, ends_at
from bot.errors import Refusal
from bot.facts import other_name
from bot.payloads import card_payload
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Card, Line, Look, Message
from flows.renewal.month_outcomes import KeepHandover, SayThanks
from flows.rules.calendar import JST, say_day
from storage.conversations import Conversation
from storage.endings import Ending
from storage.engagements import Engagement, Phase, Side
from storage.relays import KEPT_BACK, WAITS
from storage.staff_tasks import TaskKind

OVER = "ありがとうございます。このお仕事は、もう終わっています。"


def here(turn: Turn, subject: str) -> tuple[Ending, Engagement] | None:
    """Find what a moment is about, while its notice holds."""
    ending = turn.work.endings.get(UUID(subject))
    if ending is None:
        return None
    engagement = locked(turn, ending.engagement_id.hex)
    ending = turn.work.endings.get(UUID(subject))
    holds = ending is not None and ending.closed_at is None and engagement.ends_on is not None
    return (ending, engagement) if ending and holds and engagement.phase != Phase.ENDED.name else None


# --- what the firm takes over


def wrap_up_due(turn: Turn, subject: str) -> None:
    """Two weeks before the end: the talent writes what he hands over, in time for a meeting about it."""
    if (there := here(turn, subject)) is None:
        return
    ending, engagement = there
    if ending.handover or engagement.ends_on is None:
        return
    talent = handle_of(turn, engagement, Side.TALENT)
    day = say_day(engagement.ends_on)
    words = f"{day}でお仕事が終わります。最後の打ち合わせまでに、引き継ぐことを書いておきましょう。"
    turn.tell(talent, Message(words), purpose="reminder")
    begin_once(turn, "wrap_up", talent, {"engagement": engagement.id.hex})


def keep_handover(turn: Turn, talk: Conversation, outcome: KeepHandover) -> None:
    """What is handed over goes to the owner, and to who goes along in the firm."""
    engagement = locked(turn, outcome.engagement)
    ending = turn.work.endings.current(engagement.id)
    if side_of(engagement, talk.handle_id) is not Side.TALENT:
        raise Refusal("すみません、この操作は使えませんでした。")
    if ending is None or engagement.phase == Phase.ENDED.name:
        raise Refusal(OVER)
    where = f"\n【置き場所】{outcome.where}" if outcome.where.strip() else ""
    ending.handover, ending.handed_at = f"{outcome.what}{where}", turn.now
    again = Button("書き直す", card_payload("ending", ending.id, ending.number, "rewrite"))
    talent, name = handle_of(turn, engagement, Side.TALENT), other_name(turn, engagement, Side.TALENT)
    turn.tell(
        talent, Message(f"{name}に渡しました。最後の打ち合わせで、一緒に確かめてください。", buttons=(again,))
    )
    lines: tuple[Line, ...] = (Line("引き継ぐこと", outcome.what, is_quote=True),)
    lines += (Line("置き場所", outcome.where, is_quote=True),) if where else ()
    words = f"{other_name(turn, engagement, Side.OWNER)}から、引き継ぎのメモです。分からないことは、最後の打ち合わせで聞いてください。"
    for reader in between.readers(turn, engagement):
        turn.tell(reader, Message(words, Card("引き継ぎのメモ", lines)))
    card(turn, engagement, ending, "引き継ぎのメモができました。")


def rewrite(turn: Turn, tap: CardTapped) -> None:
    """書き直す: the form again, with what stands in it."""
    ending, engagement, side = found(turn, tap)
    if side is not Side.TALENT:
        raise Refusal("すみません、そのボタンは使えませんでした。")
    if ending.closed_at is not None or engagement.phase == Phase.ENDED.name:
        raise Refusal(OVER)
    begin_once(turn, "wrap_up", turn.person(), {"engagement": engagement.id.hex})


# --- data and passwords, and a word of thanks


ASKS = {
    Side.TALENT: "会社の資料・データ・パスワードは、お返しするか、消しましたか？",
    Side.OWNER: "渡した資料は戻り、お相手が使ったパスワードも変えましたか？",
}


def returning_due(turn: Turn, subject: str) -> None:
    """Two workdays before the end: both say that nothing of the other's stays with them, and may thank."""
    if (there := here(turn, subject)) is None:
        return
    ending, engagement = there
    for side, id in both(engagement):
        handle = turn.work.parties.handle(id)
        if ending.returned(side) is None:
            turn.tell(handle, question(ending, side), purpose="reminder")
        if not ending.thanks_of(side):
            begin_once(turn, "farewell", handle, {"engagement": engagement.id.hex})
    if not ending.handover:
        talent = handle_of(turn, engagement, Side.TALENT)
        begin_once(turn, "wrap_up", talent, {"engagement": engagement.id.hex})


def question(ending: Ending, side: Side) -> Message:
    def button(label: str, verb: str, look: Look = Look.PLAIN) -> Button:
        return Button(label, card_payload("ending", ending.id, ending.number, verb), look)

    return Message(
        ASKS[side], buttons=(button("すみました", "returned", Look.PRIMARY), button("まだです", "not_yet"))
    )


def returned(turn: Turn, tap: CardTapped) -> None:
    """すみました: kept with its time; the staff see both. It may be said after the end too."""
    ending, engagement, side = found(turn, tap)
    if ending.returned(side) is not None:
        raise Refusal("うかがっています。ありがとうございます。")
    if side is Side.OWNER:
        ending.owner_returned_at = turn.now
    else:
        ending.talent_returned_at = turn.now
    turn.tell(turn.person(), Message("ありがとうございます。記録しました。"))
    show(turn, engagement)


def not_yet(turn: Turn, tap: CardTapped) -> None:
    """まだです: no harm done; how to do it, and a person where that is hard."""
    ending, _, side = found(turn, tap)
    if ending.returned(side) is not None:
        raise Refusal("「すみました」とうかがっています。ちがうときは「人と話す」を押してください。")
    how = {
        Side.TALENT: "最後の日までに、手元のものを消すか、会社の置き場所に戻してください。",
        Side.OWNER: "パスワードは、会社の方が新しいものに変えれば大丈夫です。",
    }[side]
    turn.tell(
        turn.person(),
        Message(f"{how}できたら「すみました」を押してください。", buttons=question(ending, side).buttons[:1]),
    )


def show(turn: Turn, engagement: Engagement) -> None:
    """Draw the staff's card anew."""
    task = turn.work.tasks.about(engagement.id, TaskKind.ENDING)
    if task is not None:
        calls.show(turn, task)


def say_thanks(turn: Turn, talk: Conversation, outcome: SayThanks) -> None:
    """A last word, kept until the last day; who writes after that is read at once, while the day lasts."""
    engagement = locked(turn, outcome.engagement)
    side, ending = side_of(engagement, talk.handle_id), turn.work.endings.current(engagement.id)
    if ending is None or engagement.phase == Phase.ENDED.name:
        raise Refusal(OVER)
    me = turn.work.parties.handle(talk.handle_id)
    if not outcome.words.strip():
        return turn.tell(me, Message("承知しました。ありがとうございます。"))
    if side is Side.OWNER:
        ending.owner_thanks = outcome.words
    else:
        ending.talent_thanks = outcome.words
    if ending.shown_at is None:
        return turn.tell(me, Message("ありがとうございます。最後の日に、お相手にお見せします。"))
    turn.tell(
        handle_of(turn, engagement, side.other), Message(thanked(turn, engagement, side, outcome.words))
    )
    turn.tell(me, Message("ありがとうございます。お相手にお見せしました。"))


def thanked(turn: Turn, engagement: Engagement, side: Side, words: str) -> str:
    return f"{other_name(turn, engagement, side.other)}から：「{words}」"


# --- the last day, and the end


def closing_due(turn: Turn, subject: str) -> None:
    """Noon of the last workday, or after its meeting: what still waits is brought, both read the other's thanks, and that nothing follows."""
    if (there := here(turn, subject)) is None:
        return
    ending, engagement = there
    assert engagement.ends_on is not None
    meetings = turn.work.engagements.meetings(engagement.id)
    on_the_day = [row for row in meetings if row.meets_at.astimezone(JST).date() <= engagement.ends_on]
    if ahead := [row for row in on_the_day if ends_at(row) + AFTER > turn.now]:
        return turn.work.dues.add("closing", subject, ends_at(ahead[-1]) + AFTER)
    ending.shown_at = turn.now
    is_today = engagement.ends_on == turn.now.astimezone(JST).date()
    for reader in between.readers(turn, engagement):
        waiting = [row for row in turn.work.relays.waiting(reader.id) if row.engagement_id == engagement.id]
        riding.send(turn, reader, waiting, purpose="reminder")
    for side, id in both(engagement):
        name, theirs = other_name(turn, engagement, side), ending.thanks_of(side.other)
        day = "今日" if is_today else say_day(engagement.ends_on)
        words = f"{name}とのお仕事は、{day}までです。{renewing.THANKS}毎週のお知らせは、これで終わりです。"
        told = Card("お礼のひとこと", (Line(name, theirs, is_quote=True),)) if theirs else None
        turn.tell(turn.work.parties.handle(id), Message(words, told), purpose="reminder")
    outcomes.ask_outcome(turn, engagement)


def work_over(turn: Turn, subject: str) -> None:
    """The last day is over: nothing is said, everything stops, and the staff read what is still open."""
    if (there := here(turn, subject)) is None:
        return
    ending, engagement = there
    assert engagement.ends_on is not None
    task = card(turn, engagement, ending, "お仕事が終わりました。")
    left = [row for row in turn.work.relays.of_engagement(engagement.id, 20) if row.status == WAITS]
    for row in left:
        row.status = KEPT_BACK  # nobody is written to any more: the staff pass it on
    if left:
        card(
            turn, engagement, ending, "届けていない言葉：" + "".join(f"「{row.words[:80]}」" for row in left)
        )
    renewing.finish(turn, engagement)
    task.stage = Phase[engagement.phase].value
    if ending.handed_at and ending.owner_returned_at and ending.talent_returned_at and not left:
        renewing.end_card(turn, task, "すべてすみました。")
