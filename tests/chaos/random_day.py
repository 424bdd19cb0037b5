"""Random days: visitors, advisors and a killer do what comes to their mind.

The seed decides what everybody tries; when it happens is the machine's own. After each round everybody stands still
and every page must show what the desk's facts say.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from typing import Any

from bridge.signaling.messages import Accept, Decline, End, Join, Leave, SetPresence, WrapUp
from tests.actors.people import signed_in_by_a_click
from tests.chaos.directory import RANDOM_ADVISORS, RANDOM_KIOSKS, RANDOM_LANGUAGES
from tests.chaos.installation import Installation, Victim
from tests.chaos.ledger import Ledger
from tests.chaos.pages import PATIENCE_S, AdvisorPage, KioskPage, Page
from tests.chaos.witness import Witness

#: Short, so that offers time out and people are given up; leases are renewed so often that a grace is worth its name.
TIMING = {
    "ring_timeout_s": 5,
    "decline_rest_s": 2,
    "visitor_grace_s": 15,
    "staff_grace_s": 15,
    "restart_grace_s": 10,
    "lease_interval_s": 1,
    "touch_limit_s": 0,
}
_GIVEN_UP_AFTER_S = 18.0
_LOSES_ANSWERS = 0.1
_TOPICS = ("work", "social", "health")
_WEIGHTS = {
    Victim.ONE_WORKER: 4,
    Victim.ALL_WORKERS: 2,
    Victim.VALKEY: 3,
    Victim.PARENT: 2,
    Victim.DATABASE: 2,
    Victim.EVERYTHING: 1,
}
_LOOK_S = 0.1

Step = Callable[[], Awaitable[None]]


class RandomDay:
    """The people of the random part and their killer."""

    def __init__(self, installation: Installation, ledger: Ledger, witness: Witness, chance: random.Random) -> None:
        self._installation = installation
        self._ledger = ledger
        self._witness = witness
        self._chance = chance
        self._kiosks: list[KioskPage] = []
        self._advisors: list[AdvisorPage] = []
        self._until = 0.0

    async def opens(self) -> None:
        """Everybody signs in and opens their page."""
        self._kiosks = [await self._page(KioskPage, seat) for seat in RANDOM_KIOSKS]
        self._advisors = [await self._page(AdvisorPage, seat) for seat in RANDOM_ADVISORS]
        for page in self._pages:
            page.loses_answers = _LOSES_ANSWERS
        await asyncio.gather(*(page.opens() for page in self._pages))

    async def closes(self) -> None:
        """Everybody goes home."""
        await asyncio.gather(*(page.closes() for page in self._pages))

    async def goes_on_for(self, seconds: float) -> None:
        """One round, kills and all; afterwards everybody stands still and is asked what they see."""
        self._until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as people:
            for kiosk in self._kiosks:
                people.create_task(self._lives(kiosk, _Visitor(kiosk, self._chances(), self._left_s).step))
            for advisor in self._advisors:
                people.create_task(self._lives(advisor, _Advisor(advisor, self._chances(), self._left_s).step))
            people.create_task(self._kills())
        await self._everybody_sees_the_desk()

    async def ends(self) -> None:
        """Every visitor leaves, every advisor wraps up and goes."""
        for kiosk in self._kiosks:
            await kiosk.is_settled()
            call = kiosk.call()
            if call is not None:
                await kiosk.commands(Leave, call=call["id"])
                await kiosk.has_no_call()
        for advisor in self._advisors:
            await advisor.is_free_of_calls()
            if advisor.presence == "wrap_up":
                await advisor.wraps_up("work", then="away")
            await advisor.does(SetPresence, presence="offline")

    @property
    def _pages(self) -> list[Page]:
        return [*self._kiosks, *self._advisors]

    def _left_s(self) -> float:
        return max(0.0, self._until - time.monotonic())

    def _chances(self) -> random.Random:
        return random.Random(self._chance.random())

    async def _page(self, kind: Any, seat: str) -> Any:
        token = await signed_in_by_a_click(self._installation.url, seat)
        return kind(self._installation.url, seat, token, self._ledger, self._chances())

    async def _lives(self, page: Page, step: Step) -> None:
        while time.monotonic() < self._until:
            await page.is_settled()
            await step()

    async def _kills(self) -> None:
        while True:
            await asyncio.sleep(self._chance.uniform(2, 8))
            if time.monotonic() > self._until:
                return
            victims = self._chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=self._chance.choice((1, 1, 1, 2)))
            for number, victim in enumerate(victims):
                # A second one meets whatever is just coming back.
                await asyncio.sleep(self._chance.uniform(0.05, 2.0) if number else 0)
                done = self._installation.kills(victim, self._chance)
                self._ledger.note(f"---- {victim} is killed" if done else f"---- no {victim} to kill")
            await self._installation.mends(*victims)

    async def _everybody_sees_the_desk(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while True:
            differences = [text for page in self._pages if (text := self._differs(page))]
            if not differences and await self._witness.is_up_to_date():
                return
            assert time.monotonic() < until, "pages and desk differ:\n" + "\n".join(differences)
            await asyncio.sleep(_LOOK_S)

    def _differs(self, page: Page) -> str:
        if not page.settled:
            return f"{page.seat} is not connected"
        seen, desk = self._of_a_kiosk(page) if isinstance(page, KioskPage) else self._of_an_advisor(page)
        return "" if seen == desk else f"{page.seat} sees {seen}, the desk has {desk}"

    def _of_a_kiosk(self, page: Page) -> tuple[list[Any], list[Any]]:
        calls = [call for call in self._witness.calls.values() if call["kiosk"] == page.seat]
        desk = [(call["id"], call["state"], self._witness.position(call), call["joined_at_ms"]) for call in calls]
        own = page.sees("own_call")
        return [(call["id"], call["state"], call["position"], call["joined_at_ms"]) for call in own], desk

    def _of_an_advisor(self, page: Page) -> tuple[list[Any], list[Any]]:
        offers = [("offer", offer["id"]) for offer in page.sees("own_offer")]
        calls = [("call", call["id"]) for call in page.sees("advisor_call")]
        return offers + calls, self._witness.busy_with(page.seat)


class _Person:
    def __init__(self, page: Page, chance: random.Random, left_s: Callable[[], float]) -> None:
        self._any_page = page
        self._chance = chance
        self._left_s = left_s

    async def _waits(self, least_s: float, most_s: float) -> None:
        await asyncio.sleep(self._chance.uniform(least_s, most_s))

    async def _has_trouble(self, likely: float) -> bool:
        """With this likelihood the network goes for a moment or for long, or the page is reloaded."""
        if self._chance.random() >= likely:
            return False
        kind = self._chance.random()
        if kind < 0.45:
            await self._any_page.is_reloaded()
        else:
            away_s = self._chance.uniform(0.1, 4) if kind < 0.9 else _GIVEN_UP_AFTER_S
            await self._any_page.is_without_network(min(away_s, self._left_s()))
        return True


class _Visitor(_Person):
    """Comes, waits, talks, leaves or is left."""

    def __init__(self, page: KioskPage, chance: random.Random, left_s: Callable[[], float]) -> None:
        super().__init__(page, chance, left_s)
        self._page = page

    async def step(self) -> None:
        if await self._has_trouble(0.04):
            return
        call = self._page.call()
        if call is None:
            await self._waits(0.1, 1.5)
            joined = await self._page.does(Join, language=self._chance.choice(RANDOM_LANGUAGES))
            await self._page.sees_or_misses(joined["call"])
        elif self._chance.random() < 0.03:
            answer = await self._page.commands(Leave, call=call["id"])
            assert answer["ok"] or answer["code"] == "call_over", f"leaving: {answer}"
            await self._page.hears(lambda: (self._page.call() or {}).get("id") != call["id"], "the end of the call")
        else:
            await self._page.hears_something(self._chance.uniform(0.3, 1.5))


class _Advisor(_Person):
    """Comes, is rung, answers in one way or another, talks, wraps up, takes a break."""

    def __init__(self, page: AdvisorPage, chance: random.Random, left_s: Callable[[], float]) -> None:
        super().__init__(page, chance, left_s)
        self._page = page

    async def step(self) -> None:
        if await self._has_trouble(0.04):
            return
        presence = self._page.presence
        offer, call = self._page.one("own_offer"), self._page.one("advisor_call")
        if presence in {"offline", "away"}:
            await self._waits(0.2, 1.0)
            await self._tries("wrong_state", SetPresence, presence="available")
        elif presence == "available":
            if self._chance.random() < 0.05:
                await self._tries("wrong_state", SetPresence, presence=self._chance.choice(("away", "offline")))
            await self._page.hears_something(self._chance.uniform(0.3, 2.0))
        elif offer is not None:
            await self._answers(offer["id"])
        elif call is not None:
            await self._waits(0.2, 2.0)
            if self._chance.random() < 0.5:
                await self._tries("call_over not_yours", End, call=call["id"])
        elif presence == "wrap_up":
            await self._waits(0.0, 0.8)
            await self._wraps_up()
        else:
            await self._page.hears_something(0.5)

    async def _answers(self, offer: str) -> None:
        await self._waits(0.05, 0.8)
        kind = self._chance.random()
        if kind < 0.6:
            await self._tries("offer_over not_yours", Accept, offer=offer)
        elif kind < 0.85:
            await self._tries("offer_over not_yours", Decline, offer=offer)
        else:
            await self._page.hears(lambda: (self._page.one("own_offer") or {}).get("id") != offer, "the ringing ends")

    async def _wraps_up(self) -> None:
        call = self._wrapping()
        if call is None:
            return
        topics = self._chance.sample(_TOPICS, self._chance.randrange(len(_TOPICS) + 1))
        outcome = self._chance.choice(("advised", "guided", None))
        then = self._chance.choice(("available", "available", "available", "away"))
        await self._tries("not_yours", WrapUp, call=call, topics=topics, onward=[], outcome=outcome, then=then)
        await self._page.hears(lambda: self._wrapping() != call, "wrapped up")

    def _wrapping(self) -> str | None:
        open_ones = (self._page.one("self") or {}).get("wrap_ups") or []
        return str(open_ones[0]["call"]) if open_ones else None

    async def _tries(self, may_be_refused: str, message: Any, **fields: Any) -> None:
        answer = await self._page.commands(message, **fields)
        assert answer["ok"] or answer["code"] in may_be_refused.split(), f"{self._page.seat} {message.EVENT}: {answer}"
        await self._page.hears_something(0.3)
