"""Hello: who we are, what we keep, and one tap to begin."""

from __future__ import annotations

from enum import Enum

from flows.facts import Visitor
from flows.messages import Card, Line
from flows.outcomes import Welcome
from flows.questions import Pick
from flows.steps import Steps, ask, recall, say
from flows.words import Word

DATA_USE_VERSION = "2026-11"


class Consent(Enum):
    YES = "同意して始める"


KEPT = "いまのお話は、残してあります。"
DATA_USE = Card(
    "お預かりする内容の使いみち",
    lines=(
        Line("使いみち", "ご相談を形にし、お相手を見つけ、毎週の打ち合わせを支えるためだけに使います。"),
        Line("見る人", "担当の者と、会いたいとお決めになったお相手です。"),
        Line("預け先", "LINE・Slackと、文を整えるコンピューターの会社(外国を含みます)です。"),
    ),
    note="いつでも見る・直す・消すことができます。",
)


def hello(visitor: Visitor) -> Steps[Welcome]:
    """Greet, tell what the data is for, and ask for one tap."""
    house = visitor.house
    first_words = yield from recall("first_words")
    if visitor.partner:
        yield from say(f"{visitor.partner}さんのご紹介ですね。ありがとうございます。")
    yield from say(
        f"はじめまして、{house.operator}です。"
        "会社の「前からやりたかったこと」を、経験のある方と小さく始めるお手伝いをします。"
    )
    yield from say(
        f"お返事は自動です。「人と話す」で、担当の{house.staff}({house.hours})につながります。"
        "振込先や暗証番号を、ここでお聞きすることはありません。"
    )
    yield from ask(
        "consent",
        Pick(
            f"{KEPT if first_words else ''}下のボタンで、始めてもよろしいですか？",
            of=Consent,
            primary=Consent.YES,
            card=DATA_USE,
            words=(Word.TERMS, Word.MORE),
            overhear="first_words",
            is_listed=False,
        ),
    )
    return Welcome(DATA_USE_VERSION, first_words or "")
