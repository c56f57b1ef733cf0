"""Barring: whom a hard limit keeps from the owner's list is put before the staff, with the reason, and not forgotten."""

from __future__ import annotations

from uuid import UUID

from bot.actions.match import others
from bot.actions.posting import reviews
from bot.errors import Refusal
from bot.talking import begin_once
from bot.turn import STAFF, Turn
from flows.inbound import CardTapped
from storage.postings import Posting, State
from storage.talents import Application, Stage

MOST_WHY = 80


def hold_back(turn: Turn, application: Application, why: str) -> None:
    """Tell the staff once why somebody is not in the owner's list; his two weeks begin."""
    if application.barred:
        return
    application.barred = why[:MOST_WHY]
    others.wait_from_now(turn, application)
    turn.refresh(f"barred:{application.id.hex}", channel=STAFF)


def tapped(turn: Turn, tap: CardTapped) -> tuple[Application, Posting]:
    """Check a tap on such a card: the staff's, of an application that is still kept back."""
    if not turn.person().is_staff:
        raise Refusal("このボタンは、運営スタッフだけが使えます。")
    found = turn.work.session.get(Application, UUID(tap.id))
    posting = reviews.locked(turn, found.posting_id.hex) if found else None
    application = turn.work.talents.lock(found.id) if found else None
    if posting is None or application is None:
        raise Refusal("この応募は見つかりませんでした。")
    turn.refresh(f"barred:{application.id.hex}", channel=STAFF)
    if posting.state != State.OPEN.name:
        raise Refusal("この募集は、いま募集中ではありません。")
    if application.stage != Stage.APPLIED.name or application.is_let_in or not application.barred:
        raise Refusal("この方のことは、もう次に進んでいます。カードを新しくしました。")
    return application, posting


def turn_away(turn: Turn, tap: CardTapped) -> None:
    """ていねいに見送る: a reason class, then a kind word to the talent."""
    application, _ = tapped(turn, tap)
    begin_once(turn, "decline", turn.person(), {"about": application.id.hex})
