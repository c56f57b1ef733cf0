"""Partnered: the story of two talks, after which who goes along in the firm answers the look back on his own LINE."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from storage.interviews import Invite
from storage.unit_of_work import begin
from tests.story.stages import KICKOFF, Cast, after, deciding, meet, pick
from tests.story.world import MARUYAMA, Owner


@after(deciding)
def joined(cast: Cast) -> None:
    """Both would meet once more; he joins by the code, they meet, and the work begins."""
    cast.owner.do("[もう一度会う]")
    cast.talent.press("進めたい")
    cast.owner.do("[LINEで呼ぶ]")
    with begin(cast.world.engine) as work:
        code = work.session.scalars(select(Invite.code)).one()
    partner = partner_of(cast)
    partner.play("(友だち追加)", f"合言葉 {code}")
    cast.owner.do("[この3つで聞く]")
    pick(cast)
    meet(cast)
    cast.owner.do("[進めたい]")
    cast.talent.press("進めたい")
    cast.talent.fill(KICKOFF)
    cast.owner.play("[これでよい]", "[続ける]")


@after(joined)
def looking_back_with_him(cast: Cast) -> None:
    """Twelve weeks later: he and the talent are asked the four questions."""
    cast.world.move(cast.world.due_at("feedback") + timedelta(minutes=5))


def partner_of(cast: Cast) -> Owner:
    return Owner(cast.world, MARUYAMA)
