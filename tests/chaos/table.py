"""The table: every phase of a call through the loss of every victim.

Four groups, each in another phase and in a queue of its own, live through one kill side by side: four cells of the
table at once. The rule they are held against is the strictest that the product's documents allow. An offer is
taken back only when it was declined, timed out, or its console was gone for longer than ``staff_grace_s``; ring
time-out and graces are longer here than any recovery. So whatever was killed, every page must know of its own seat
exactly what it knew before: the same call, place, advisor, offer and times.
"""

import asyncio
import random
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from bridge.signaling.messages import Join, Leave, SetPresence
from tests.actors.people import signed_in_by_a_click
from tests.chaos.directory import (
    BOARD,
    BYSTANDER,
    BYSTANDERS_LANGUAGE,
    CLERK,
    LANGUAGE_OF_PHASE,
    PHASES,
    advisors_of,
    kiosks_of,
)
from tests.chaos.installation import Installation, Victim
from tests.chaos.ledger import Ledger
from tests.chaos.pages import PATIENCE_S, AdvisorPage, BoardPage, Entities, KioskPage, Page
from tests.chaos.report import RECORD, Times

#: Nothing is taken back, given up or counted as a mere touch while a cell is recovering.
TIMING = {"ring_timeout_s": 300, "staff_grace_s": 120, "visitor_grace_s": 120, "touch_limit_s": 0}

#: What ends the connection, or the reading, of every page.
_MEETS_EVERY_PAGE = {Victim.ALL_WORKERS, Victim.VALKEY, Victim.PARENT, Victim.EVERYTHING}
_LOSS_IS_NOTICED_WITHIN_S = 0.5
_LOOK_S = 0.1


class Group:
    """Three visitors in one queue and the two advisors who serve it, up to a phase and on from it.

    waiting: nobody serves · ringing: the first call rings at the first advisor, the second at the second, the third
    waits · talking: the first advisor talks · wrap-up: the first advisor wraps up, the second talks, the third waits.
    """

    def __init__(self, phase: str, kiosks: list[KioskPage], advisors: list[AdvisorPage]) -> None:
        self.phase = phase
        self._kiosks = kiosks
        self._first, self._second = advisors
        self._calls: list[str] = []
        self._steps = [self._joins, self._rings, self._talks, self._ends_first]

    @property
    def pages(self) -> list[Page]:
        return [*self._kiosks, self._first, self._second]

    def knows(self) -> dict[str, Entities]:
        """What each page knows of its own seat and call."""
        return {page.seat: page.owns() for page in self.pages}

    async def comes_to_its_phase(self) -> None:
        for step in self._steps[: PHASES.index(self.phase) + 1]:
            await step()

    async def goes_on_to_the_end(self) -> None:
        """The rest of the story, which tells whether order and advisors are still the right ones."""
        for step in self._steps[PHASES.index(self.phase) + 1 :]:
            await step()
        await self._finishes()

    async def _joins(self) -> None:
        self._calls = [await kiosk.asks_for(LANGUAGE_OF_PHASE[self.phase]) for kiosk in self._kiosks]
        for place, kiosk in enumerate(self._kiosks, start=1):
            await kiosk.stands_at(place)

    async def _rings(self) -> None:
        for advisor, kiosk, call in zip((self._first, self._second), self._kiosks, self._calls, strict=False):
            await advisor.goes_available()
            await advisor.is_offered(call)
            await kiosk.is_rung_for()

    async def _talks(self) -> None:
        assert await self._first.accepts() == self._calls[0]
        await self._kiosks[0].talks()

    async def _ends_first(self) -> None:
        assert await self._second.accepts() == self._calls[1]
        await self._kiosks[1].talks()
        await self._first.ends()
        await self._kiosks[0].sees_the_end(self._calls[0], "completed")
        await self._kiosks[2].stands_at(1)

    async def _finishes(self) -> None:
        first, second, third = self._calls
        assert [one["call"] for one in (self._first.one("self") or {})["wrap_ups"]] == [first]
        await self._first.wraps_up("work", "health")
        await self._first.is_offered(third)
        await self._kiosks[2].leaves()
        await self._kiosks[2].sees_the_end(third, "abandoned")
        await self._first.hears_no_ring()
        await self._kiosks[1].leaves()
        await self._kiosks[1].sees_the_end(second, "completed")
        await self._second.is_("wrap_up")
        await self._second.wraps_up("social", outcome=None, then="away")
        await self._first.goes_away()
        await self._second.is_("away")


@dataclass
class _Recovery:
    visitor_s: float
    staff_s: float
    record_s: float


class Table:
    """The groups with two bystanders and a board, for as many kills as wanted."""

    def __init__(self, installation: Installation, ledger: Ledger, chance: random.Random, times: Times) -> None:
        self._installation = installation
        self._ledger = ledger
        self._chance = chance
        self._times = times
        self._groups: list[Group] = []
        self._bystander: KioskPage
        self._clerk: AdvisorPage
        self._board: BoardPage

    async def opens(self) -> None:
        """Everybody signs in and opens their page."""
        for phase in PHASES:
            kiosks = [await self._page(KioskPage, seat) for seat in kiosks_of(phase)]
            self._groups.append(Group(phase, kiosks, [await self._page(AdvisorPage, s) for s in advisors_of(phase)]))
        self._bystander = await self._page(KioskPage, BYSTANDER)
        self._clerk = await self._page(AdvisorPage, CLERK)
        self._board = await self._page(BoardPage, BOARD)
        await asyncio.gather(*(page.opens() for page in self._pages))

    async def closes(self) -> None:
        """Everybody goes home."""
        await asyncio.gather(*(page.closes() for page in self._pages))

    async def goes_through(self, victim: Victim) -> None:
        """All phases live through the loss of ``victim``; adds to the times."""
        await self._installation.is_whole()
        await asyncio.gather(*(group.comes_to_its_phase() for group in self._groups))
        before = [group.knows() for group in self._groups]
        self._ledger.note(f"---- {victim} is killed in every phase")
        killed_at = time.monotonic()
        if not self._installation.kills(victim, self._chance):
            raise AssertionError(f"there is no {victim} to kill")
        _, recovery = await asyncio.gather(self._installation.mends(victim), self._recovers(victim, killed_at))
        for group, knew in zip(self._groups, before, strict=True):
            await self._knows_the_same(group, knew)
            back_s = max(page.snapshot_at - killed_at for page in [*group.pages, self._board])
            self._times.add(victim, group.phase, max(back_s, recovery.visitor_s, recovery.staff_s))
        self._times.add(victim, RECORD, recovery.record_s)
        await asyncio.gather(*(group.goes_on_to_the_end() for group in self._groups))
        assert not self._installation.has_ended(), f"the parent ended\n{self._installation.log}"

    @property
    def _pages(self) -> list[Page]:
        return [*(page for group in self._groups for page in group.pages), self._bystander, self._clerk, self._board]

    async def _page(self, kind: Any, seat: str) -> Any:
        token = await signed_in_by_a_click(self._installation.url, seat)
        return kind(self._installation.url, seat, token, self._ledger, random.Random(self._chance.random()))

    async def _recovers(self, victim: Victim, killed_at: float) -> _Recovery:
        """Wait until both sides are answered and every page has its snapshot; when the former was, from the kill."""
        since = killed_at if victim in _MEETS_EVERY_PAGE else 0.0
        (visitor_s, record_s), staff_s = await asyncio.gather(
            self._somebody_comes_and_leaves(killed_at, since), self._the_clerk_is_answered(killed_at, since)
        )
        await asyncio.sleep(max(0.0, killed_at + _LOSS_IS_NOTICED_WITHIN_S - time.monotonic()))
        for page in self._pages:
            await page.is_settled_since(since)
        return _Recovery(visitor_s, staff_s, record_s)

    async def _somebody_comes_and_leaves(self, killed_at: float, since: float) -> tuple[float, float]:
        """A visitor joins while it happens and leaves once they are back.

        How long it took until the latter was answered, and until their record was in the database.
        """
        call = (await self._bystander.does(Join, language=BYSTANDERS_LANGUAGE))["call"]
        await self._bystander.is_settled_since(since)
        await self._bystander.does(Leave, call=call)
        answered_s = time.monotonic() - killed_at
        until = time.monotonic() + PATIENCE_S
        while not await asyncio.to_thread(self._has_record, call):
            assert time.monotonic() < until, f"no record of call {call} within {PATIENCE_S:.0f} s"
            await asyncio.sleep(_LOOK_S)
        return answered_s, time.monotonic() - killed_at

    async def _the_clerk_is_answered(self, killed_at: float, since: float) -> float:
        """An advisor goes away while it happens and off duty once they are back; how long the latter took."""
        await self._clerk.does(SetPresence, presence="away")
        await self._clerk.is_settled_since(since)
        await self._clerk.does(SetPresence, presence="offline")
        return time.monotonic() - killed_at

    def _has_record(self, call: str) -> bool:
        try:
            return any(record.call == call for record in self._installation.database.records())
        except Exception as error:
            self._ledger.note(f"the database does not answer: {type(error).__name__}")
            return False

    async def _knows_the_same(self, group: Group, knew: dict[str, Entities]) -> None:
        for page in group.pages:
            try:
                await page.hears(partial(_knows, page, knew[page.seat]), "what it knew before")
            except AssertionError:
                raise AssertionError(
                    f"{page.seat} ({group.phase}) knew {knew[page.seat]}\nit knows {page.owns()}\n{page.told()}"
                ) from None


def _knows(page: Page, what: Entities) -> bool:
    return page.owns() == what
