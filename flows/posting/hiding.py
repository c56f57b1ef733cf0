"""Hiding: before a posting goes out, the owner or the staff name firms whose people shall not see it."""

from __future__ import annotations

from flows.facts import Hiding
from flows.outcomes import HideFrom
from flows.questions import Text
from flows.rules.match.hiding import firms_in
from flows.steps import Steps, ask, fill
from flows.talent.talents import form

MOST = 1_000
EXAMPLE = "(例：◯◯商店、△△食品)"


def hide_from(facts: Hiding) -> Steps[HideFrom]:
    """The owner is asked once, the staff fill a form in which the names stand already."""
    if facts.is_staff:
        field = Text(
            "見せない会社(1行に一社。空にすると、だれにでも見えます)",
            least=0,
            most=MOST,
            is_long=True,
            initial="\n".join(facts.firms),
            hint="自己紹介や「重なると困る先」に、その名前を書いた方だけが分かります",
        )
        told = yield from fill(
            "hide", "見せない会社", form("Hidden", {"FIRMS": field}), given=facts.firms, submit="保存する"
        )
        return HideFrom(facts.posting, firms_in(told.FIRMS))
    said = yield from ask(
        "firms",
        Text(
            f"この募集を見せたくない会社は、どちらですか？{EXAMPLE}",
            least=0,
            most=MOST,
            can_skip=True,
            skip="ありません",
            label="見せない会社",
            is_free=True,
        ),
    )
    return HideFrom(facts.posting, firms_in(said))
