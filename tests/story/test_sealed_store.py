"""Sealed in the store: while one side waits, its words stand in three tables, and nowhere else that anybody reads from."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import metrics
from bot.tables.kinds import KINDS
from storage.database import Base
from storage.mail import OutMessage
from storage.parties import Handle
from storage.unit_of_work import begin
from tests.story.stages import Cast, at, looking_back
from tests.story.world import Member

SECRET = "椿の秘密"
KEPT = {"events", "entries", "rounds"}  # as it came, as it was answered, as it is sealed


def holders(cast: Cast) -> set[str]:
    """Name the tables whose rows hold the words, whatever their columns are called."""
    with begin(cast.world.engine) as work:
        return {
            table.name
            for table in Base.metadata.sorted_tables
            if any(
                SECRET in str(row) for row in work.session.execute(select(table))
            )  # Python draws JSON as it stands
        }


def readers(cast: Cast) -> set[str]:
    """Name whom a message with the words was ever written to."""
    with begin(cast.world.engine) as work:
        rows = select(OutMessage).where(OutMessage.body.contains(SECRET))
        return {
            work.session.get_one(Handle, row.handle_id).external_id if row.handle_id else row.channel
            for row in work.session.scalars(rows)
        }


def answered(cast: Cast) -> Cast:
    """The owner answers all four with a model at hand, asks in between, and writes them anew in part."""
    cast.world.rules = replace(cast.world.rules, has_model=True)
    cast.owner.play(f"{SECRET}一", f"{SECRET}二ですか？", f"{SECRET}三", f"{SECRET}四")
    return cast


def rewriting(cast: Cast) -> Cast:
    answered(cast)
    cast.owner.play("[書き直す]", f"{SECRET}五")
    return cast


def asking_for_a_person(cast: Cast) -> Cast:
    answered(cast)
    cast.owner.play("人と話す", "いまはよい", "いまどうなってる？", "わたしの情報")
    return cast


def waiting_for_weeks(cast: Cast) -> Cast:
    answered(cast)
    cast.world.move(
        cast.world.now + timedelta(days=12)
    )  # reminders, the staff's card, the question of day 90
    cast.talent.home()
    Member(cast.world, "U0SATO").home()
    return cast


WAYS = [answered, rewriting, asking_for_a_person, waiting_for_weeks]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_row_message_metric_or_export_carries_a_sealed_word(way: object) -> None:
    """No thought for the model, no card, no moment, no message but to himself, no metric, no export holds one of them."""
    assert callable(way)
    cast: Cast = way(at(looking_back))
    assert holders(cast) - {"messages"} <= KEPT
    assert "rounds" in holders(cast)  # the test looks where it says it looks
    assert readers(cast) <= {cast.owner.id}  # MF2 stands above his own MF3
    assert SECRET not in metrics.text().decode()
    for kind in KINDS.values():
        assert SECRET not in kind.write(cast.world.engine)
    assert SECRET not in cast.talent.shown + "".join(cast.world.told("staff"))
