"""Reading: P12, P13 and P14. What Python alone does: cards drawn, webhooks read, a talk replayed. No store, no wire."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from linebot.v3.messaging import (
    FlexBox,
    FlexBubble,
    FlexButton,
    FlexCarousel,
    FlexMessage,
    FlexText,
    PostbackAction,
)
from linebot.v3.webhook import WebhookParser

from bench.rounds import alternate, per_second
from bench.rows import FAILED, Report, Scale
from bench.talk import hooks
from bot.line.reading import read
from bot.line.render import safe
from bot.line.webhook import arrivals, verify
from flows.inbound import Typed
from flows.interpret import Answer, Opened, interpret
from flows.journal import Entry, Journal
from flows.messages import Button, Card, Line, Look, Message
from flows.questions import Text
from flows.replay import Waiting, replay
from flows.steps import Steps, ask
from storage.database import dumps

ROWS = ("P12", "P13", "P14")
QUESTIONS, CARDS = 15, 10
AT = datetime(2026, 11, 21, tzinfo=UTC)


def measure(scale: Scale) -> Report:
    report = Report()
    problems = [*drawn_alike(), *read_alike(), *replayed_right()]
    if problems:
        report.skip(ROWS, "; ".join(problems), FAILED)
        return report
    works = {
        "draw": draw,
        "sdk draw": sdk_draw,
        "read": read_hook,
        "sdk read": sdk_read,
        "replay": answer_last,
        "json": loads_and_dumps,
    }
    modes = {name: per_second(work) for name, work in works.items()}
    rates = asyncio.run(alternate(scale, modes))
    report.add("P12", rates["draw"], rates["sdk draw"])
    report.add("P13", rates["read"], rates["sdk read"])
    report.add("P14", *([1 / rate for rate in rates[name]] for name in ("replay", "json")))
    micro = {name: 1e6 / max(each) for name, each in rates.items()}
    report.notes.append("microseconds, best round: " + ", ".join(f"{k} {v:,.1f}" for k, v in micro.items()))
    return report


# -- P12: a deck as owners see applicants


def deck() -> Message:
    lines = tuple(
        Line(label, words, is_quote=label == "ひとこと")
        for label, words in (
            ("できること", "通販の立ち上げ、写真、商品説明の文章。一人で手を動かしてきました。"),
            ("ひとこと", "味噌屋さんのお店を、二年お手伝いしました。写真の撮り直しから始めたいです。"),
            ("時間", "月16時間、水曜の午前"),
            ("月の金額", "80,000円"),
        )
    )
    buttons = (Button("会ってみる", "a:1:meet", Look.PRIMARY), Button("聞いてみる", "a:1:ask"))
    return Message(
        deck=tuple(
            Message(card=Card(f"お相手 {number}", lines), buttons=buttons) for number in range(1, CARDS + 1)
        )
    )


DECK = deck()
[DRAWN] = safe(DECK)


def draw() -> bytes:
    return dumps(safe(DECK)[0]).encode()


def sdk_draw() -> bytes:
    """Build the same message from the SDK's models, as its documentation does, and make it bytes."""
    return json.dumps(flex(DRAWN).to_dict(), ensure_ascii=False).encode()


def flex(drawn: dict[str, Any]) -> FlexMessage:
    return FlexMessage(quickReply=None, altText=drawn["altText"], contents=built(drawn["contents"]))


def built(part: dict[str, Any]) -> Any:
    """Call the model's constructor for each part, as hand-written code would."""
    given = {
        name: [built(each) for each in value]
        if name == "contents"
        else built(value)
        if isinstance(value, dict)
        else value
        for name, value in part.items()
        if name != "type"
    }
    return MODELS[part["type"]](**given)


MODELS: dict[str, Any] = {
    "carousel": FlexCarousel,
    "bubble": FlexBubble,
    "box": FlexBox,
    "text": FlexText,
    "button": FlexButton,
    "postback": PostbackAction,
}


def drawn_alike() -> list[str]:
    ours, theirs = json.loads(draw()), json.loads(sdk_draw())
    alike = ours == theirs and len(ours["contents"]["contents"]) == CARDS
    return [] if alike else ["P12: the SDK's models give other JSON"]


# -- P13: one webhook, from its bytes to what happened


SECRET = "secret"
HOOK = next(hooks(1, SECRET))
PARSER = WebhookParser(SECRET)


def read_hook() -> Typed:
    """Verify, take apart, mask what must not be kept, and say what it means."""
    assert verify(HOOK.body, HOOK.signature, (SECRET,))
    [arrived] = arrivals(HOOK.body, AT)
    inbound = read(arrived.body, arrived.happened_at)
    assert isinstance(inbound, Typed)
    return inbound


def sdk_read() -> Any:
    return PARSER.parse(HOOK.body.decode(), HOOK.signature)


def read_alike() -> list[str]:
    [theirs] = sdk_read()
    return [] if read_hook().text == theirs.message.text else ["P13: the SDK reads other words"]


# -- P14: the last of fifteen answers


def interview(_: object) -> Steps[None]:
    for number in range(QUESTIONS):
        yield from ask(f"q{number}", Text(f"{number + 1}つ目の質問です。", least=1, most=200))


WORDS = "うちは明治から味噌をつくっています。買いやすいお店にしてくれる人がいたらうれしいです。"
JOURNAL = json.dumps(
    [{"key": f"q{number}", "value": WORDS, "raw": WORDS, "turn": number} for number in range(QUESTIONS - 1)],
    ensure_ascii=False,
)
LAST = Typed(WORDS, AT)


def answer_last() -> str:
    """Parse the journal, find where the talk stands, read the last answer and give it as it is kept."""
    journal = Journal(Entry(**row) for row in json.loads(JOURNAL))
    state = replay(interview, None, journal)
    assert isinstance(state, Waiting)
    answer = interpret(LAST, Opened("", state.open_questions(), {}))
    assert isinstance(answer, Answer)
    entry = Entry(answer.key, answer.value, answer.given, answer.raw)
    replay(interview, None, journal.write(entry))
    return json.dumps({"key": entry.key, "value": entry.value, "raw": entry.raw}, ensure_ascii=False)


def loads_and_dumps() -> str:
    return json.dumps(json.loads(JOURNAL), ensure_ascii=False)


def replayed_right() -> list[str]:
    kept = json.loads(answer_last())
    return (
        []
        if kept == {"key": f"q{QUESTIONS - 1}", "value": WORDS, "raw": WORDS}
        else ["P14: not the last answer"]
    )
