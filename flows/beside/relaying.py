"""Relaying: words go over only as the answer to 「何を伝えますか？」, and a person sends them with a button of his own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flows.facts import Pair, Relay
from flows.inbound import Kind
from flows.outcomes import TellOther, TellPerson, TellStaff
from flows.questions import Text, question
from flows.steps import Steps, fill
from flows.talent.talents import form

MOST = 500


@dataclass(frozen=True)
class Words:
    words: str = question(Text("何を伝えますか？", most=MOST, is_long=True, label="伝えること", is_free=True))


def tell_other(pair: Pair) -> Steps[TellOther]:
    """Either side: a word to the other, between the meetings."""
    asked = {"words": _to_other(pair)}
    told: Any = yield from fill("tell", "お相手に伝える", form("Words", asked), submit="伝える")
    return TellOther(pair.engagement, told.words)


def tell_person(relay: Relay) -> Steps[TellPerson]:
    """Staff: [オーナーに送る] on the card; ten seconds to take it back."""
    told = yield from fill("send", "オーナーに送る", Words, submit="送る", lead=relay.last)
    return TellPerson(relay.task, told.words)


def tell_staff(relay: Relay) -> Steps[TellStaff]:
    """Either side: an answer to what the staff sent."""
    asked = {"words": _to_staff(relay)}
    told: Any = yield from fill("tell", "担当に伝える", form("Words", asked), submit="伝える")
    return TellStaff(relay.task, told.words)


def _to_other(pair: Pair) -> Text:
    """Words for the other; photos and files go over as they come, and then words are not needed."""
    wording = "何を伝えますか？"
    if pair.things:
        wording = f"{pair.things}件、{pair.other}に送ります。言葉も添えますか？"
    elif pair.may_show:
        wording = f"写真やファイルも送れます。{wording}"
    return Text(
        wording,
        most=MOST,
        least=0 if pair.things else 1,
        can_skip=bool(pair.things),
        skip="これで終わり",
        is_long=True,
        label="伝えること",
        is_free=True,
        accepts=frozenset({Kind.PHOTO, Kind.FILE}) if pair.may_show else frozenset(),
    )


def _to_staff(relay: Relay) -> Text:
    """Words for the staff; where photos went over already, words are not needed."""
    wording = f"担当の{relay.house.staff}に、何を伝えますか？"
    if relay.photos:
        wording = f"写真を{relay.photos}枚、担当の{relay.house.staff}に送りました。言葉も添えますか？"
    elif relay.may_show:
        wording = f"写真も送れます。{wording}"
    return Text(
        wording,
        most=MOST,
        least=0 if relay.photos else 1,
        can_skip=bool(relay.photos),
        skip="これで終わり",
        is_long=True,
        label="伝えること",
        is_free=True,
        accepts=frozenset({Kind.PHOTO}) if relay.may_show else frozenset(),
    )
