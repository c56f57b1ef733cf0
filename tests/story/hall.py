"""Hall: a posting about to be published, and professionals with their profiles on Slack."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import select

from flows.messages import Message
from storage.invitations import Invitation
from storage.postings import Posting
from storage.talents import Talent
from storage.unit_of_work import begin
from tests.flows.talk import REVIEW, START
from tests.story.stages import Cast, new_cast
from tests.story.world import Member, Owner, StoryWorld, buttons_of

CODE = "AC-02"  # what the owner of the story asks for
USUAL: dict[str, Any] = {
    "name": "森 太郎",
    "headline": "経理を自分の手で5年",
    "by_hand": "入金の照合を毎月しました。",
    "skills": "照合、表計算",
    "hours_month": 20,
    "slots": "",
    "pay_month_yen": 60_000,
    "hourly_yen": 3_000,
    "employment": "EMPLOYEE",
    "insurance": "YES",
}


@cache
def _ready(at: datetime) -> Cast:
    cast = new_cast(now=at)
    cast.owner.play(*REVIEW)
    return cast


def ready(at: datetime = START) -> Cast:
    """The owner has said これでよい; the staff's next tap publishes."""
    return _ready(at).fork()


def second(cast: Cast, id: str) -> Owner:
    """Another owner with the same wish, ready to be published."""
    other = Owner(cast.world, id)
    other.play(*REVIEW)
    return other


def settle(world: StoryWorld, id: str, share: float = 0.9, code: str = CODE, **changed: Any) -> Member:
    """Let somebody have his profile, having done so much of a work."""
    zone = changed.pop("zone", "")
    with begin(world.engine) as work:
        me = work.parties.meet("slack", id, "talent", world.now)
        me.zone = zone
        work.talents.keep(
            Talent(party_id=me.party_id, handle_id=me.id, updated_at=world.now, **{**USUAL, **changed})
        )
        work.session.flush()
        work.pool.keep_works({me.party_id: {code: share}})
    return Member(world, id)


def publish(cast: Cast) -> None:
    """The newest posting goes out, and the search is done."""
    cast.staff.press("公開する")
    cast.world.move(cast.world.now)


def postings_of(world: StoryWorld) -> list[Posting]:
    """Give all postings, the newest first."""
    with begin(world.engine) as work:
        return list(work.session.scalars(select(Posting).order_by(Posting.id.desc())))


def posting_of(world: StoryWorld) -> Posting:
    """Give the newest posting."""
    return postings_of(world)[0]


def invitations(world: StoryWorld) -> list[Invitation]:
    with begin(world.engine) as work:
        return list(work.session.scalars(select(Invitation).order_by(Invitation.id)))


def asked(who: Member) -> list[Message]:
    """Give the invitations that came before somebody's eyes, each Monday's message among them."""
    cards = (item for item in who.world.seen if item.to == who.id)
    return [item.message for item in cards if item.subject.startswith(("invitation:", "digest:"))]


def labels(message: Message) -> list[str]:
    return [button.label for button in buttons_of(message)]
