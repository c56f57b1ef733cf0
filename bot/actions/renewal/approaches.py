"""Approaches: what brings a firm and a professional nearer goes along with notices, by one at a time, and never by itself.

An invitation may be offered once a win is recorded, a proposal from half a year on. Who taps この話はいらない hears of
neither again; what he wrote himself is still answered to him.
"""

from __future__ import annotations

from uuid import UUID

from bot.actions.people.sides import handle_of, locked, refuse_if_over, side_of
from bot.errors import Refusal
from bot.naming import other_name
from bot.payloads import card_payload
from bot.talking import begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.messages import Button, Card, Line, Message
from flows.renewal.coming_near import Pays
from flows.renewal.month_outcomes import InviteOver, Propose
from flows.rules.calendar import JST
from flows.rules.lint.relayed import fraud
from flows.rules.renewal.ending import SIX, months_done
from storage.approaches import Approach, Kind
from storage.conversations import Conversation
from storage.engagements import Engagement, Side
from storage.opt_outs import About

FLOW = {Kind.VISIT: "invite_over", Kind.IDEA: "propose"}
UNUSABLE = "すみません、そのボタンは使えませんでした。"
ODD = "お金の先払いや、別の連絡先のことは、お伝えできません。言葉を変えていただけますか？"
STOP = "この話はいらない"
AGREED = {
    Kind.VISIT: "よかったです。日にちは、次の打ち合わせで決めてください。",
    Kind.IDEA: "承知しました。次の打ち合わせで10分、お話しください。",
}


def riding(turn: Turn, engagement: Engagement, side: Side) -> list[Message]:
    """Give the one thing of this kind that this side may hear now: an answer, what the other wrote, or an offer."""
    if engagement.tie < 1 or engagement.started_on is None:
        return []
    if not waiting(turn, engagement, side):
        return []
    locked(turn, engagement.id.hex)
    return [message for message in (waiting(turn, engagement, side, is_told=True),) if message]


def waiting(turn: Turn, engagement: Engagement, side: Side, *, is_told: bool = False) -> Message | None:
    """Find it; noted as told where it leaves now."""
    rows = turn.work.approaches.of(engagement.id)
    for kind, row in rows.items():
        if kind.writer is side and row.answer and row.heard_at is None:
            row.heard_at = turn.now if is_told else None
            return answer_of(turn, engagement, kind, row)
    if turn.work.opt_outs.has(handle_of(turn, engagement, side).party_id, About.TIES):
        return None
    for kind, row in rows.items():
        if kind.writer is not side and row.written_at and row.told_at is None:
            row.told_at = turn.now if is_told else None
            return shown(turn, engagement, kind, row)
    due = [
        kind for kind in Kind if kind.writer is side and kind not in rows and is_time(turn, engagement, kind)
    ]
    if not due:
        return None
    if not is_told:
        return Message("-")
    return offer(turn, engagement, due[0], turn.work.approaches.offer(engagement.id, due[0], turn.now))


def is_time(turn: Turn, engagement: Engagement, kind: Kind) -> bool:
    """Tell whether it is time: of an invitation once a win is recorded, of a proposal when half a year is over."""
    assert engagement.started_on is not None
    today = turn.now.astimezone(JST).date()
    return kind is Kind.VISIT or months_done(engagement.started_on, SIX) < today


def button(row: Approach, label: str, verb: str) -> Button:
    return Button(label, card_payload("approach", row.id, 0, verb))


def offer(turn: Turn, engagement: Engagement, kind: Kind, row: Approach) -> Message:
    name = other_name(turn, engagement, kind.writer)
    words, label = {
        Kind.VISIT: (f"{name}に、一度そちらの暮らしを見に来てもらいませんか？", "誘ってみる"),
        Kind.IDEA: (
            f"{name}とのお仕事が、半年になりました。やってみたいことがあれば、社長に届けられます。",
            "書いてみる",
        ),
    }[kind]
    return Message(
        words,
        buttons=(
            button(row, label, "open"),
            button(row, "今はやめておく", "later"),
            button(row, STOP, "stop"),
        ),
    )


def shown(turn: Turn, engagement: Engagement, kind: Kind, row: Approach) -> Message:
    """Show what the other wrote, in his own words, with the way to say no that costs nothing."""
    name, said = other_name(turn, engagement, kind.writer.other), dict(row.words or {})
    if kind is Kind.VISIT:
        rows = (
            Line("何に", said.get("what", ""), is_quote=True),
            Line("いつごろ", said.get("when", ""), is_quote=True),
            Line("交通費", Pays[said["pays"]].value if said.get("pays") in Pays.__members__ else ""),
        )
        note, labels = (
            "お仕事ではありません。お断りになっても、何も変わりません。",
            ("行ってみたい", "今回は見送る"),
        )
    else:
        rows = (
            Line("やってみたいこと", said.get("own", ""), is_quote=True),
            Line("会社に必要だと思うこと", said.get("need", ""), is_quote=True),
            Line("最初の一歩", said.get("first", ""), is_quote=True),
        )
        note, labels = "お返事は、どちらでも大丈夫です。", ("話してみたい", "今回は見送る")
    buttons = (button(row, labels[0], "yes"), button(row, labels[1], "no"), button(row, STOP, "stop"))
    return Message(card=Card(f"{name}からの{kind.value}", rows, note=note), buttons=buttons)


def answer_of(turn: Turn, engagement: Engagement, kind: Kind, row: Approach) -> Message:
    name = other_name(turn, engagement, kind.writer)
    said = {
        (
            Kind.VISIT,
            "yes",
        ): f"{name}が、「行ってみたい」とのことです。日にちは、打ち合わせで決めてください。",
        (Kind.VISIT, "no"): f"{name}は、今回はご都合がつかないそうです。お気持ちは届いています。",
        (Kind.IDEA, "yes"): f"{name}が、「話してみたい」とのことです。次の打ち合わせで10分、お話しください。",
        (Kind.IDEA, "no"): f"提案は、{name}に届きました。いまは、このままのお仕事を続けたいとのことです。",
    }
    return Message(said[kind, row.answer])


def tapped(turn: Turn, tap: CardTapped, *, is_writer: bool | None) -> tuple[Approach, Engagement, Side]:
    """Check who taps, under the lock; only the writer writes, only the other answers."""
    found = turn.work.approaches.get(UUID(tap.id))
    if found is None:
        raise Refusal(UNUSABLE)
    engagement = locked(turn, found.engagement_id.hex)
    side = side_of(engagement, turn.person().id)
    row = turn.work.approaches.of(engagement.id)[Kind[found.kind]]
    if is_writer is not None and (Kind[row.kind].writer is side) is not is_writer:
        raise Refusal(UNUSABLE)
    return row, engagement, side


def open_tapped(turn: Turn, tap: CardTapped) -> None:
    """誘ってみる, 書いてみる."""
    row, engagement, _ = tapped(turn, tap, is_writer=True)
    refuse_if_over(engagement)
    if row.written_at is not None:
        raise Refusal("もうお預かりしています。ありがとうございます。")
    about = {"engagement": engagement.id.hex, "approach": row.id.hex}
    begin_once(turn, FLOW[Kind[row.kind]], turn.person(), about)


def later(turn: Turn, tap: CardTapped) -> None:
    """今はやめておく: he is not asked again."""
    tapped(turn, tap, is_writer=True)
    turn.tell(turn.person(), Message("承知しました。こちらからは、もうお聞きしません。"))


def stop(turn: Turn, tap: CardTapped) -> None:
    """この話はいらない: nothing of this kind reaches him again, from nobody."""
    tapped(turn, tap, is_writer=None)
    me = turn.person()
    turn.work.opt_outs.add(me.party_id, About.TIES, turn.now)
    turn.tell(me, Message("承知しました。お仕事の外のお話は、もうお送りしません。"))


def yes(turn: Turn, tap: CardTapped) -> None:
    row, engagement = answered(turn, tap, "yes")
    engagement.tie = max(engagement.tie, Kind[row.kind].tie)
    turn.tell(turn.person(), Message(AGREED[Kind[row.kind]]))


def no(turn: Turn, tap: CardTapped) -> None:
    answered(turn, tap, "no")
    turn.tell(turn.person(), Message("承知しました。お仕事は、これまでどおり続きます。"))


def answered(turn: Turn, tap: CardTapped, answer: str) -> tuple[Approach, Engagement]:
    row, engagement, _ = tapped(turn, tap, is_writer=False)
    refuse_if_over(engagement)
    if row.written_at is None:
        raise Refusal(UNUSABLE)
    if row.answer:
        raise Refusal("もうお返事をいただいています。ありがとうございます。")
    row.answer = answer
    return row, engagement


def invite_over(turn: Turn, talk: Conversation, outcome: InviteOver) -> None:
    """The invitation waits for the professional's next notice."""
    if fraud(f"{outcome.what}。{outcome.when}"):
        raise Refusal(ODD, key="what")
    said = {"what": outcome.what, "when": outcome.when, "pays": outcome.pays}
    keep(turn, talk, outcome.approach, said)


def propose(turn: Turn, talk: Conversation, outcome: Propose) -> None:
    """The proposal waits for the owner's next notice."""
    if fraud(f"{outcome.own}。{outcome.need}。{outcome.first}"):
        raise Refusal(ODD, key="idea.OWN")
    keep(turn, talk, outcome.approach, {"own": outcome.own, "need": outcome.need, "first": outcome.first})


def keep(turn: Turn, talk: Conversation, id: str, said: dict[str, str]) -> None:
    engagement = locked(turn, talk.subject["engagement"])
    refuse_if_over(engagement)
    row = next((each for each in turn.work.approaches.of(engagement.id).values() if each.id.hex == id), None)
    if row is None or row.written_at is not None:
        raise Refusal("もうお預かりしています。ありがとうございます。")
    row.words, row.written_at = said, turn.now
    me = turn.work.parties.handle(talk.handle_id)
    name = other_name(turn, engagement, side_of(engagement, me.id))
    turn.tell(me, Message(f"承知しました。次のお知らせと一緒に、{name}にお届けします。"))
