"""Introducing: asks Slack who somebody is that has just come, outside any transaction; the hourly look makes up for what failed."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import Engine

from bot.actions.talent.joining import Person, looked_up
from bot.clock import Clock
from bot.slack.client import SlackClient, SlackRefused
from bot.turn import Rules, Turn
from bot.turn_thread import TurnThread
from bot.workers import Worker
from storage.parties import Handle
from storage.unit_of_work import Work, begin


class Introducing(Worker[Handle]):
    """Claims people nobody has looked up; twice does no harm, and who could not be looked up waits for the hour."""

    does = "introduce"
    at_once = 2

    def __init__(
        self,
        engine: Engine,
        thread: TurnThread,
        clock: Clock,
        slack: SlackClient,
        rules: Rules,
        wake: Callable[[], None],
    ) -> None:
        super().__init__(engine, thread, clock)
        self.slack, self.rules, self.told = slack, rules, wake
        self._in_hand = set[UUID]()

    def claim(self, work: Work, most: int) -> list[Handle]:
        found = work.joining.strangers(most, self._in_hand)
        self._in_hand.update(handle.id for handle in found)
        return found

    async def carry(self, row: Handle) -> None:
        try:
            person = await self.slack.person(row.external_id)
        except SlackRefused as no:
            self._log.warning("not looked up", extra={"action": self.does, "error": no.outcome.error})
            person = {}
        await self.thread.do(self._keep, row, Person(person.get("email", ""), person.get("tz", "")))
        self._in_hand.discard(row.id)
        self.told()

    def _keep(self, row: Handle, person: Person) -> None:
        with begin(self.engine) as work:
            turn = Turn(work, self.rules, self.clock.now())
            looked_up(turn, work.parties.locked_by_id(row.id), person)
            turn.finish()
