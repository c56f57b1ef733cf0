"""Samples: messages as flows say them, and as nobody should, for everything that draws or checks them."""

from __future__ import annotations

from uuid import UUID

from hypothesis import strategies as st

from bot.payloads import answer_payload, card_payload, form_payload, word_payload
from flows.messages import Button, Card, Line, Look, Message
from flows.words import LABELS, Word

TALK = UUID("0192f0c1d2e37abc8def001122334455")

YES = Button("この内容で載せる", card_payload("posting", TALK, 3, "publish"), Look.PRIMARY)
FIX = Button("直す", card_payload("posting", TALK, 3, "edit"))
STOP = Button("取り下げる", card_payload("posting", TALK, 3, "withdraw"), Look.DANGER)
PERSON = Button(LABELS[Word.PERSON], word_payload(Word.PERSON))
OPEN_FORM = Button("フォームを開く", form_payload(TALK))
PAINS = (
    "請求書づくり",
    "お客さまへのご連絡",
    "ホームページやチラシの手直しを毎月すこしずつ頼みたい",
    "分からない",
)
CHOICES = tuple(Button(label, answer_payload(TALK, "pain", 2, label)) for label in PAINS)

DRAFT = Card(
    "募集の下書き",
    (
        Line("いま困っていること", "月末になると請求書がたまって、夜なべになるんです。", is_quote=True),
        Line("最初の小さな一歩", "請求書のひな形を一つ作る", is_new=True),
        Line("月の時間", "8時間"),
        Line("", "場所はオンラインです。"),
    ),
    lead="うかがったことをまとめました。",
    note="載せたあとでも直せます。",
)
ESSAY = "".join(
    f"{number}つめのお話です。とても長いお話になりますが、最後までお読みください。" for number in range(400)
)

MESSAGES = {
    "words": Message("こんにちは。"),
    "question": Message("いちばん手がかかっているのは何ですか？", buttons=(*CHOICES, PERSON)),
    "card": Message(card=DRAFT),
    "card and question": Message("この内容でよろしいですか？", DRAFT, (YES, FIX, STOP, PERSON)),
    "buttons alone": Message(buttons=(YES, OPEN_FORM)),
    "long words": Message(ESSAY),
    "long question": Message(ESSAY, buttons=CHOICES),
    "card and long question": Message(ESSAY, DRAFT, CHOICES),
    "long quote": Message(
        "どうしますか？", Card("ご感想", (Line("お声", "長い。" * 3_334, is_quote=True),)), (YES,)
    ),
    "long card": Message(
        "よろしいですか？", Card("長い", tuple(Line(f"項目{at}", "あ" * 900) for at in range(40))), (YES, FIX)
    ),
    "many buttons": Message("どれですか？", buttons=CHOICES * 8),
    "one line": Message("あ" * 4_999 + "𠮷" * 3),
    "blank": Message(" \n", Card("", (Line("", " "),)), (Button("", "w:menu"),)),
    "braces": Message("{name} さん {{ }} $ %s", Card("{", (Line("}", "{x}"),)), (FIX,)),
    "forged": Message("どれですか？", buttons=(Button("これ", "あ" * 301), Button("あれ", ""))),
}

LETTERS = [
    "👨‍👩‍👧‍👦",
    "🇯🇵",
    "𠮷野家",
    "髙﨑",
    "が\u3099" * 3,
    "שלום",
    "\u202eabc",
    "e\u0301" + "\u0301" * 700,
]
CONTROLS = ["\x00", "\x07", "\r\n", "\ud83d", "\u200b", "\n\n", "　", "{", "}}", "$"]
SENTENCES = ["。", "！？", "、", "あ" * 130, "長い話です。" * 90]
odd = st.sampled_from([*LETTERS, *CONTROLS, *SENTENCES])
texts = st.one_of(st.text(st.characters(), max_size=60), st.lists(odd, max_size=12).map("".join))
lines = st.builds(Line, texts, texts, st.booleans(), st.booleans())
cards = st.builds(Card, texts, st.lists(lines, max_size=8).map(tuple), texts, texts)
payloads = st.sampled_from([YES.payload, CHOICES[0].payload, PERSON.payload]) | st.text(max_size=320)
buttons = st.builds(Button, texts, payloads, st.sampled_from(Look))
messages = st.builds(Message, texts, st.none() | cards, st.lists(buttons, max_size=15).map(tuple))
