"""Ending: either side says at any time that it wants to end; the law's first day holds, and the other reads it plainly."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from bot.actions.people import waits
from bot.actions.people.sides import handle_of, house_of, locked, refuse_if_over, side_of
from bot.actions.renewal import agreeing
from bot.actions.renewal.last_day import AT_WORK, card, set_day
from bot.actions.renewal.renewing import LOOK_AGAIN
from bot.ending_facts import heard_on
from bot.errors import Refusal
from bot.facts import full_name, other_name
from bot.payloads import card_payload, word_payload
from bot.talking import begin, begin_once
from bot.turn import Turn
from flows.inbound import CardTapped
from flows.journal import Entry
from flows.messages import Button, Card, Line, Message
from flows.renewal.going_on import Renewal
from flows.renewal.month_outcomes import GiveNotice, StayOn, TellReason
from flows.rules.calendar import JST, say_day
from flows.rules.renewal.ending import last_workday, may_end, said_end, told_to_owner, told_to_talent
from flows.words import LABELS, Word
from storage.conversations import Conversation
from storage.endings import Asks, Ending
from storage.engagements import Engagement, Phase, Round, Side
from storage.staff_tasks import TaskKind

NOBODY = "いま続いているお仕事はありません。"
FOREIGN = "すみません、そのボタンは使えませんでした。"
NOT_YET = "お仕事はまだ始まっていません。見送るときは「人と話す」で担当にお伝えください。"


def works_of(turn: Turn) -> list[Engagement]:
    return [item for item in turn.work.engagements.of_handle(turn.person().id) if item.phase in AT_WORK]


def has_work(turn: Turn) -> bool:
    return bool(works_of(turn))


def asked(turn: Turn) -> None:
    """終わり・お休みの相談: of the one work he has, or of the one he names."""
    turn.is_tap = True  # what it asks comes at once
    me, mine = turn.person(), works_of(turn)
    if not mine:
        return turn.tell(me, Message(NOBODY))
    if len(mine) == 1:
        return begin_ending(turn, locked(turn, mine[0].id.hex))
    buttons = tuple(
        Button(
            other_name(turn, item, side_of(item, me.id))[:20], card_payload("engagement", item.id, 0, "end")
        )
        for item in mine[:4]
    )
    turn.tell(me, Message("どなたとのお仕事のことですか？", buttons=buttons))


def tapped(turn: Turn, tap: CardTapped) -> None:
    """Which of several works, and 早めたい under a notice of the other."""
    found = turn.work.session.get(Engagement, UUID(tap.id))
    if found is None:
        raise Refusal(FOREIGN)
    side_of(found, turn.person().id)
    engagement = locked(turn, found.id.hex)
    refuse_if_over(engagement)
    if engagement.phase not in AT_WORK:
        raise Refusal(NOT_YET)
    is_sooner = tap.verb == "end_sooner" and engagement.ends_on is not None
    begin_ending(turn, engagement, is_sooner=is_sooner)


def begin_ending(turn: Turn, engagement: Engagement, *, is_sooner: bool = False) -> None:
    """Ask what he wants; where notice was given already, say how it stands with what may still be done."""
    me = turn.person()
    if engagement.ends_on is not None and not is_sooner:
        return turn.tell(me, how_it_stands(turn, engagement))
    subject = {"engagement": engagement.id.hex}
    if not is_sooner:
        begin_once(turn, "end_work", me, subject)
        return
    if not any(
        each.flow == "end_work" and each.subject == subject for each in turn.work.conversations.live(me.id)
    ):
        begin(turn, "end_work", me, subject, seed=[Entry("what", "END")])
        return
    begin_once(turn, "end_work", me, subject)


def how_it_stands(turn: Turn, engagement: Engagement) -> Message:
    me, ending = turn.person(), turn.work.endings.current(engagement.id)
    assert engagement.ends_on is not None
    side, name = side_of(engagement, me.id), other_name(turn, engagement, side_of(engagement, me.id))
    day = said_end(engagement.ends_on)
    buttons = tuple(Button(LABELS[word], word_payload(word)) for word in (Word.PERSON,))
    if ending is not None and ending.is_given_by(side):
        words = f"{name}とのお仕事は、{day}までとお知らせしてあります。"
        return Message(words, buttons=(take_back_button(ending), *buttons))
    words = f"{name}とのお仕事は、{day}までです。"
    sooner = Button("早めたい", card_payload("engagement", engagement.id, 0, "end_sooner"))
    return Message(words, buttons=(sooner, *buttons))


def take_back_button(ending: Ending) -> Button:
    return Button("取り下げたい", card_payload("ending", ending.id, ending.number, "take_back"))


def part_tapped(turn: Turn, tap: CardTapped) -> None:
    """終わりの相談 on the card of what the two write each other: the staff have the ways on."""
    found = turn.work.session.get(Engagement, UUID(tap.id))
    if not turn.person().is_staff or found is None:
        raise Refusal("このボタンは、運営スタッフだけが使えます。")
    engagement = locked(turn, found.id.hex)
    refuse_if_over(engagement)
    waits.raise_card(
        turn, engagement, TaskKind.ENDING, "担当からの、終わりの相談。", engagement.owner_handle_id
    )


# --- notice


def is_wanted(kept: Round) -> bool:
    """Tell whether one of the two chose ここで終わりにする: that is his right, and no wish to be weighed against another."""
    return [Renewal.END.name] in (kept.owner, kept.talent)


def chosen_at_renewal(turn: Turn, engagement: Engagement, kept: Round, side: Side) -> None:
    """ここで終わりにする at month three: the day is asked of whoever said it, and nothing is shown before his notice."""
    me = handle_of(turn, engagement, side)
    turn.work.dues.add("renewal_open", engagement.id.hex, waits.noon_after(turn.now, LOOK_AGAIN))
    if kept.of(side) != [Renewal.END.name]:
        return turn.tell(me, Message("ありがとうございます。お相手のお返事を待って、お知らせします。"))
    begin(turn, "end_work", me, {"engagement": engagement.id.hex}, seed=[Entry("what", "END")])


def give_notice(turn: Turn, talk: Conversation, outcome: GiveNotice) -> None:
    """The day holds from now on; a sooner one is put to the other, who is free to say no."""
    engagement = locked(turn, outcome.engagement)
    side = side_of(engagement, talk.handle_id)
    refuse_if_over(engagement)
    if engagement.started_on is None or engagement.phase not in AT_WORK:
        raise Refusal(NOT_YET)
    if outcome.day:
        tell_notice(turn, engagement, side, outcome)
    elif engagement.ends_on is None:
        raise Refusal("終わりのお知らせは、取り下げになりました。もう一度、最初からお願いします。")
    if outcome.sooner:
        agreeing.ask(turn, engagement, Asks.SOONER, side, date.fromisoformat(outcome.sooner))


def tell_notice(turn: Turn, engagement: Engagement, side: Side, outcome: GiveNotice) -> None:
    day, heard = date.fromisoformat(outcome.day), heard_on(turn, engagement, side)
    assert engagement.started_on is not None
    by_owner = side is Side.OWNER
    if not may_end(engagement.started_on, heard, day, by_owner=by_owner) or last_workday(day) <= heard:
        tell = told_to_owner if by_owner else told_to_talent
        raise Refusal(tell(engagement.started_on, heard), key="day")
    if engagement.ends_on is not None and engagement.ends_on <= day:
        raise Refusal(f"お仕事は、もう{say_day(engagement.ends_on)}までに決まっています。")
    ending = turn.work.endings.open(engagement.id, turn.now)
    ending.give(side, outcome.reason)
    set_day(turn, engagement, ending, day)
    me, name = handle_of(turn, engagement, side), other_name(turn, engagement, side)
    words = f"{name}に、{said_end(day)}までとお知らせしました。それまでは、いつもどおり続きます。"
    turn.tell(me, Message(words, buttons=(take_back_button(ending),)))
    turn.tell(handle_of(turn, engagement, side.other), notice(turn, engagement, ending, side))
    card(turn, engagement, ending, f"{full_name(turn, engagement, side.other)}から、終わりのお知らせ。")
    if not handle_of(turn, engagement, side.other).is_reachable:  # the law counts from when he reads it
        who = full_name(turn, engagement, side)
        unread = f"{who}には届いていません。今日のうちに、電話とメールでお知らせください。"
        card(turn, engagement, ending, unread)


def notice(turn: Turn, engagement: Engagement, ending: Ending, side: Side) -> Message:
    """Write the notice as its reader gets it: who gives it, from which day on, and what follows. No reason stands in it."""
    assert engagement.ends_on is not None
    reader, house = side.other, house_of(turn, engagement)
    name, operator = other_name(turn, engagement, reader), house.operator
    lines = (
        Line("お知らせした方", f"{firm_or_name(turn, engagement, side)}({operator}が代わってお送りします)"),
        Line("お知らせした日", say_day(turn.now.astimezone(JST).date())),
        Line("最後の日", said_end(engagement.ends_on)),
        Line("それまで", "毎週の打ち合わせは、いつもどおり続きます"),
        Line("お支払い", "最後の月の分も、お約束どおりです"),
    )
    buttons: tuple[Button, ...] = (
        Button("早めたい", card_payload("engagement", engagement.id, 0, "end_sooner")),
        Button(LABELS[Word.PERSON], word_payload(Word.PERSON)),
    )
    if side is Side.OWNER:
        buttons = (
            Button("わけを聞く", card_payload("ending", ending.id, ending.number, "ask_why")),
            *buttons,
        )
    staff = f"気がかりなことは、担当の{house.staff}がうかがいます。"
    return Message(
        f"{name}から、お仕事の終わりのお知らせです。これまでのこと、ありがとうございます。{staff}",
        Card("お仕事の終わりのお知らせ", lines),
        buttons,
    )


def firm_or_name(turn: Turn, engagement: Engagement, side: Side) -> str:
    """Name in full who gives notice: the law wants the firm, not the person."""
    company = turn.work.postings.get(engagement.posting_id).company_id
    if side is Side.OWNER and company:
        return turn.work.companies.get(company).legal_name
    return full_name(turn, engagement, side.other)


def stay_on(turn: Turn, talk: Conversation, outcome: StayOn) -> None:
    """やめておく, このまま続ける: nothing has happened; at a renewal the choice is his again."""
    engagement = locked(turn, outcome.engagement)
    side, me = side_of(engagement, talk.handle_id), turn.work.parties.handle(talk.handle_id)
    if engagement.phase == Phase.ENDED.name:
        return
    kept = turn.work.engagements.found_round(engagement.id, "RENEW", engagement.renewed + 1)
    turn.tell(me, Message("承知しました。何も変わっていません。お相手にも、お知らせしていません。"))
    if (
        engagement.phase == Phase.RENEWAL.name
        and kept
        and kept.of(side) == [Renewal.END.name]
        and kept.shared_at is None
    ):
        kept.keep(side, None)
        begin(turn, "renew", me, {"engagement": engagement.id.hex})


# --- why


def found(turn: Turn, tap: CardTapped) -> tuple[Ending, Engagement, Side]:
    """Lock the pair an ending belongs to, then read the ending; an id in a payload is a claim."""
    ending = turn.work.endings.get(UUID(tap.id))
    if ending is None:
        raise Refusal(FOREIGN)
    side_of(turn.work.engagements.get(ending.engagement_id), turn.person().id)
    engagement = locked(turn, ending.engagement_id.hex)
    ending = turn.work.endings.get(UUID(tap.id))
    assert ending is not None
    return ending, engagement, side_of(engagement, turn.person().id)


def ask_why(turn: Turn, tap: CardTapped) -> None:
    """わけを聞く: the law lets the talent ask, and the firm answers without delay, in the owner's own words."""
    ending, engagement, side = found(turn, tap)
    if side is not Side.TALENT or not ending.is_given_by(Side.OWNER):
        raise Refusal(FOREIGN)
    if ending.said_why:
        raise Refusal(f"社長のお返事です。「{ending.said_why}」")
    if ending.is_asked_why:
        raise Refusal("社長にうかがっています。お返事が来たら、ここでお知らせします。")
    if ending.closed_at is not None:
        raise Refusal("このお知らせは、もう終わっています。「人と話す」で担当にお伝えください。")
    ending.is_asked_why = True
    owner = handle_of(turn, engagement, Side.OWNER)
    begin_once(turn, "tell_reason", owner, {"engagement": engagement.id.hex})
    card(turn, engagement, ending, "お相手が、終わりのわけを知りたいとのことです。社長にうかがっています。")
    turn.tell(turn.person(), Message("社長にうかがいます。お返事が来たら、ここでお知らせします。"))


def tell_reason(turn: Turn, talk: Conversation, outcome: TellReason) -> None:
    engagement = locked(turn, outcome.engagement)
    side_of(engagement, talk.handle_id)
    ending = turn.work.endings.last(engagement.id)
    if ending is None or engagement.phase == Phase.ENDED.name or ending.closed_at is not None:
        raise Refusal("ありがとうございます。このことは、もう終わっています。")
    ending.said_why = outcome.words
    talent = handle_of(turn, engagement, Side.TALENT)
    turn.tell(talent, Message(f"終わりのわけについて、社長のお返事です。\n「{outcome.words}」"))
    turn.tell(handle_of(turn, engagement, Side.OWNER), Message("お伝えしました。"))
    card(turn, engagement, ending, "終わりのわけを、お相手に伝えました。")


def take_back(turn: Turn, tap: CardTapped) -> None:
    """取り下げたい: only with the other's yes, who may have made plans by now."""
    ending, engagement, side = found(turn, tap)
    refuse_if_over(engagement)
    if ending.closed_at is not None or engagement.ends_on is None:
        raise Refusal("このお知らせは、もう取り下げてあります。")
    if not ending.is_given_by(side):
        raise Refusal("お知らせした方だけが、取り下げられます。「人と話す」で担当にご相談ください。")
    agreeing.ask(turn, engagement, Asks.STAY, side, None)
