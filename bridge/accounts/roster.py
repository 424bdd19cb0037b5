"""Tells the desk who exists: from the accounts in SQL to the live roster in Redis.

A change is told at once by whoever made it; besides, every worker looks every few seconds, so that a change whose maker
died before telling, or a desk that was emptied, comes right by itself. While the database is away the desk goes on with
the roster it has.
"""

import logging

from bridge.accounts.model import Account
from bridge.accounts.store import Accounts, StoreUnavailable
from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable, few_at_a_time

log = logging.getLogger(__name__)


class Roster:
    """The accounts, as the desk is told of them."""

    def __init__(self, accounts: Accounts, desk: Desk) -> None:
        self._accounts = accounts
        self._desk = desk

    async def tell(self) -> None:
        """Tell the desk of every account; it takes only what is new. Raises StoreUnavailable, DeskUnavailable."""
        staff, kiosks = await self._accounts.everybody()
        accounts: list[Account] = [*staff, *kiosks]
        seats = [account.registration() for account in accounts]
        for some in few_at_a_time(seats):
            told = await self._desk.register(some)
            if told.behind:
                # The database was brought back from a backup, and the desk was not: the database's word counts.
                log.warning("roster: %d accounts are older than the desk knows them", len(told.behind))
                await self._accounts.catch_up(told.behind)

    async def tell_of_a_change(self) -> None:
        """After a change that is kept already: it is not undone by somebody who does not answer just now."""
        try:
            await self.tell()
        except (StoreUnavailable, DeskUnavailable) as error:
            log.warning("roster: %s; the desk will learn of it by itself", error)

    async def follow_for_ever(self, clock: Clock, every_s: float) -> None:
        """Tell the desk again every ``every_s`` seconds."""
        away = False
        while True:
            try:
                await self.tell()
                away = False
            except (StoreUnavailable, DeskUnavailable) as error:
                if not away:
                    log.warning("roster: %s", error)
                away = True
            await clock.sleep(every_s)
