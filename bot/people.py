"""People: asks Slack who is staff, where everybody lives and which address he has; hourly, and at once of who has just come."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from bot import sweeps
from bot.actions.talent import joining
from bot.actions.talent.joining import Person
from bot.clock import Clock
from bot.slack.client import SlackClient, SlackRefused
from bot.turn import Rules, Turn
from bot.turn_thread import TurnThread
from storage.unit_of_work import begin

log = logging.getLogger("smallwin")


class People:
    """What Slack knows of people, kept in the store; without Slack there is nobody to ask about."""

    def __init__(
        self,
        engine: Engine,
        thread: TurnThread,
        clock: Clock,
        slack: SlackClient | None,
        rules: Rules,
        wake: Callable[[], None],
    ) -> None:
        self.engine, self.thread, self.clock = engine, thread, clock
        self.slack, self.rules, self.wake = slack, rules, wake

    async def find(self, channel: Callable[[], Awaitable[str]]) -> None:
        """Look at everybody once; ``channel`` finds the staff's."""
        if self.slack is None:
            return
        try:
            await self._find_staff(self.slack, await channel())
            await self._find_everybody(self.slack)
        except SQLAlchemyError as why:  # away just now: a process starts all the same
            log.error("people not kept", extra={"action": "find_people", "error": type(why).__name__})

    async def _find_staff(self, slack: SlackClient, channel: str) -> None:
        """Make the staff exactly the members of the staff channel."""
        if not channel:
            return
        try:
            members = await slack.members(channel)
            me = (await slack.auth_test()).get("user_id")
            names = {member: await slack.user_name(member) for member in members if member != me}
        except SlackRefused:  # joins and leaves keep the rows; the next sweep repairs
            log.exception("staff not read", extra={"action": "find_staff"})
            return
        await self.thread.do(sweeps.keep_staff, self.engine, self.rules, names, self.clock.now())
        self.wake()

    async def _find_everybody(self, slack: SlackClient) -> None:
        """Keep where people live, so that news reach them at a decent hour of theirs, and who of our list they are."""
        try:
            people = await slack.people()
        except SlackRefused:  # what we have still holds; who is new lives in Japan until the next sweep
            log.warning("people not read", extra={"action": "find_people"})
            return
        told = {id: Person(each.get("email", ""), each.get("tz", "")) for id, each in people.items()}
        await self.thread.do(self._keep, told)
        self.wake()

    def _keep(self, people: Mapping[str, Person]) -> None:
        with begin(self.engine) as work:
            work.parties.set_zones("slack", {id: each.zone for id, each in people.items()})
            turn = Turn(work, self.rules, self.clock.now())
            joining.everybody(turn, people)
            turn.finish()
