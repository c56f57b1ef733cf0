"""Applicants: the card by which an owner chooses whom to meet. Facts and his own words; no number of ours."""

from __future__ import annotations

from flows.facts import Profile
from flows.messages import Card, Line
from flows.questions import yen

MOST_REASONS = 4  # more are not read
DOUBT = "・じかにお話しして確かめましょう"


def applicant_card(
    profile: Profile, answers: tuple[str, ...], reasons: tuple[str, ...], fee_yen: int, terms_before: str = ""
) -> Card:
    """An applicant as the owner sees him: what he does first, what he has done, why here, when, and what it costs in all.

    ``terms_before`` are the terms he applied on, where he has changed them since.
    """
    fits = "\n".join(f"・{reason}" for reason in reasons[:MOST_REASONS]) or DOUBT
    place = (Line("この土地とのご縁", profile.ties, is_quote=True),) if profile.ties else ()
    before = (Line("応募のときの条件", terms_before),) if terms_before else ()
    return Card(
        f"{profile.name}さん",
        lines=(
            Line("この方が最初にすること", answers[1], is_quote=True),
            Line("自分の手でやったこと", profile.by_hand),
            Line("関心をもったわけ", answers[0], is_quote=True),
            *place,
            Line("合うところ", fits),
            Line("打ち合わせのできる時間", profile.slots),
            Line(
                "時間とお支払い",
                f"月{profile.hours}時間・月{yen(profile.pay)}(手数料と合わせて月{yen(profile.pay + fee_yen)})",
            ),
            *before,
        ),
        note=profile.headline,
    )
