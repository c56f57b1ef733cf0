"""Going on: two wishes become terms by themselves where they meet; where they do not, each reads the other's once."""

from __future__ import annotations

from bot.actions.people import waits
from bot.actions.people.sides import both, close_talks, locked
from bot.actions.renewal import renewing
from bot.facts import terms_of
from bot.talking import begin
from bot.turn import Turn
from flows.messages import Message
from flows.renewal.going_on import Renewal, said_terms
from flows.rules.renewal.wishes_on import Answer, Terms, come_to, wanted
from storage.engagements import Engagement, Phase, Round
from storage.terms import How

SILENT = 10  # business days after which no answer means: as it was


def now_of(turn: Turn, engagement: Engagement) -> Terms:
    return Terms(*terms_of(turn.work, engagement))


def wishes_of(turn: Turn, engagement: Engagement, kept: Round) -> tuple[Terms | None, Terms | None]:
    now = now_of(turn, engagement)
    owner, talent = (wanted(said[0], said[1:], now) for said in (kept.owner, kept.talent))
    return owner, talent


def open_renewal(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Wishes that meet hold from now on; two that differ are shown; anything else the staff talk over."""
    owner, talent = wishes_of(turn, engagement, kept)
    if owner is not None and owner == talent:
        is_same = kept.owner == [Renewal.SAME.name] == kept.talent
        return agree(turn, engagement, owner, How.SAME if is_same else How.WISHED)
    if owner is None or talent is None:
        return renewing.talk_over(turn, engagement, kept)
    for _, id in both(engagement):
        begin(turn, "counter", turn.work.parties.handle(id), {"engagement": engagement.id.hex})
    waits.begin_wait(turn, engagement, "COUNTER")


def agree(turn: Turn, engagement: Engagement, terms: Terms, how: How) -> None:
    """Keep a new version of the terms, go on without a gap, and let both read what holds."""
    engagement.version += 1
    renewing.keep_terms(turn, engagement, (terms.hours, terms.pay), how)
    renewing.run_on(turn, engagement)
    if how is How.SAME:
        words = "お二人とも「同じ条件で続ける」でした。毎週の打ち合わせは、このまま続きます。"
        return renewing.tell_both(turn, engagement, Message(words))
    words = "お二人のご希望が合いました。ちがうときは、「ちがう」を押してください。"
    if how is How.SILENCE:
        words = (
            "お返事がそろわなかったので、いまと同じ条件で続けます。ちがうときは、「ちがう」を押してください。"
        )
    renewing.tell_both(turn, engagement, renewing.terms_card(turn, engagement, words))


def open_counter(turn: Turn, engagement: Engagement, kept: Round) -> None:
    """Both have answered the other's wish: one agreement, or a person helps."""
    first = turn.work.engagements.round(engagement.id, "RENEW", kept.number)
    owner, talent = wishes_of(turn, engagement, first)
    assert owner is not None
    assert talent is not None
    said = [
        (each[0], Terms(int(each[1]), int(each[2])) if len(each) == 3 else None)
        for each in (kept.owner, kept.talent)
    ]
    if (agreed := come_to((owner, talent), (said[0], said[1]))) is not None:
        return agree(turn, engagement, agreed, How.WISHED)
    lines = [
        f"{who}：{said_terms((wish.hours, wish.pay))} → {Answer[name].value}"
        + (f"({said_terms((other.hours, other.pay))})" if other else "")
        for who, wish, (name, other) in zip(("社長", "お相手"), (owner, talent), said, strict=True)
    ]
    renewing.ask_staff(turn, engagement, "\n".join(lines))


def wait_for_choice(turn: Turn, engagement: Engagement) -> None:
    """Name the day on which silence means that it goes on as it was."""
    number = waits.number_of(engagement, "RENEW")
    turn.work.dues.add(
        "renew_silent", f"{engagement.id.hex}:RENEW:{number}", waits.noon_after(turn.now, SILENT)
    )


def silent(turn: Turn, subject: str) -> None:
    """Who says nothing wishes no change: the same terms, told plainly. A wish of the other is not passed over."""
    if (there := waits.missing(turn, subject)) is None:
        return
    engagement, _, kept, _ = there
    said = [each[0] for each in (kept.owner, kept.talent) if each is not None]
    if engagement.phase != Phase.RENEWAL.name or any(name != Renewal.SAME.name for name in said):
        return
    kept.shared_at = turn.now
    waits.end_wait(turn, engagement)
    for _, id in both(engagement):
        close_talks(turn, turn.work.parties.handle(id), ("renew",), "engagement", engagement.id)
    agree(turn, locked(turn, engagement.id.hex), now_of(turn, engagement), How.SILENCE)
