"""Firm: the three things the law wants on a posting, after これでよい."""

from __future__ import annotations

from enum import Enum

from flows.facts import Firm, FirmRecord
from flows.inbound import Kind
from flows.outcomes import RequestReview
from flows.questions import Choice, Contact, Option, Pick, Text
from flows.rules.japanese.addresses import split_address
from flows.steps import Steps, ask, say

NONE_OF_THESE = "none"
UNNAMED = "お店の名前で大丈夫です。出しにくいわけは「人と話す」でうかがいます。"


class Sharing(Enum):
    NO = "伝えない"
    YES = "伝えてよい"


def firm(facts: Firm) -> Steps[RequestReview]:
    """Ask for the firm, a contact to show, and who decides."""
    record = yield from find(facts)
    if facts.known is None:
        yield from say("あと3つです。" if facts.partner else "あと2つです。")
    ready = tuple(dict.fromkeys(phone for phone in (record.phone,) if phone))
    asks = (
        "募集に載せる電話かメールは、こちらでよろしいですか？"
        if ready
        else "募集に載せる電話番号かメールを、書いていただけますか？"
    )
    contact = yield from ask("contact", Contact(asks, ready=ready, label="載せる連絡先"))
    decider = ""
    if facts.known is None:
        asked_decider = Choice(
            "お返事や契約を決めるのは、どなたですか？",
            choices=("自分が決める", "ほかの人が決める"),
            or_words=True,
            label="決める方",
        )
        decider = yield from ask("decider", asked_decider)
    shares = False
    if facts.partner:
        asked = Pick(
            f"{facts.partner}さんに、進み具合をお伝えしてもよろしいですか？",
            of=Sharing,
            label="紹介元への連絡",
        )
        shares = (yield from ask("sharing", asked)) is Sharing.YES
    return RequestReview(facts.posting, record, contact, decider, shares)


def find(facts: Firm) -> Steps[FirmRecord]:
    """Find the firm in the register, or ask for the address."""
    if facts.known is not None:
        yield from say(f"ありがとうございます。前回と同じ、{facts.known.name}さんの募集にします。")
        return facts.known
    yield from say("ありがとうございます。募集には会社名・住所・連絡先を出す決まりです。")
    asks = "会社のお名前と住所を、教えていただけますか？(例：山田商店 長野県飯田市本町1-2)"
    told = yield from ask("firm", Text(asks, most=300, unknown=UNNAMED, label="会社", is_told=True))
    name, address = split_address(told)
    found = facts.find(name)
    if found:
        options = tuple(
            Option(str(n), f"{item.name} {item.address}"[:40]) for n, item in enumerate(found[:4])
        )
        asked = Choice(
            f"{len(found[:4])}つ見つかりました。どちらですか？" if len(found) > 1 else "こちらの会社ですか？",
            choices=(*options, Option(NONE_OF_THESE, "どれでもない")),
            label="会社の確認",
        )
        chosen = yield from ask("which", asked, given=[plain.name + plain.address for plain in found])
        if chosen != NONE_OF_THESE:
            return found[int(chosen)]
    if not address:
        address = yield from ask(
            "address",
            Text(
                "住所も教えていただけますか？(例：長野県飯田市本町1-2)",
                least=4,
                most=200,
                again="町名と番地までお願いします。",
                is_told=True,
                unknown="名刺や看板にある住所で大丈夫です。",
                label="住所",
                accepts=frozenset({Kind.PLACE}),
            ),
            given=name,
        )
    return FirmRecord(name, address)
