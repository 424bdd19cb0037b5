"""A bridge under test: the real application on a free port, a real server for the desk, a clock that is stepped."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from aiohttp import web

from bridge.app import ANNOUNCER, GUARD, TASKS, bridge
from bridge.clock import SteppedClock
from bridge.contacts.store import ContactStore
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk
from bridge.desk.keys import Keys
from bridge.domain.contact import Contact
from bridge.domain.staff import Role
from bridge.settings import Settings
from tests.actors.people import (
    PATIENCE_S,
    Actor,
    AdvisorActor,
    InterpreterActor,
    KioskActor,
    SupervisorActor,
    signed_in_by_a_click,
)

A = TypeVar("A", bound=Actor)


class DeskUnderTest:
    """Gives out actors and lets time pass."""

    def __init__(self, settings: Settings, redis_url: str, url: str, clock: SteppedClock, app: web.Application) -> None:
        self.settings = settings
        self.redis_url = redis_url
        self.url = url
        self.clock = clock
        self.routes = app[GUARD].routes
        self._announcer = app[ANNOUNCER]
        self._actors: list[Actor] = []

    async def kiosk(self, seat: str = "saarijarvi") -> KioskActor:
        """A kiosk, connected."""
        actor = await self.actor(KioskActor, seat)
        await actor.arrives()
        return actor

    async def advisor(self, seat: str = "amina", available: bool = True) -> AdvisorActor:
        """An advisor at a console, available unless said otherwise."""
        actor = await self.actor(AdvisorActor, seat)
        await actor.arrives()
        if available:
            await actor.goes_available()
        return actor

    async def interpreter(self, seat: str = "selam", available: bool = True) -> InterpreterActor:
        """An interpreter at a console, available unless said otherwise."""
        actor = await self.actor(InterpreterActor, seat)
        await actor.arrives()
        if available:
            await actor.goes_available()
        return actor

    async def supervisor(self, seat: str = "helena") -> SupervisorActor:
        """A supervisor at the board."""
        actor = await self.actor(SupervisorActor, seat)
        await actor.arrives()
        return actor

    async def actor(self, kind: type[A], seat: str) -> A:
        """Somebody who has signed in but is not connected yet."""
        actor = kind(self.url, seat, await self.token(seat))
        actor.until_noticed = self.notices_the_loss_of
        self._actors.append(actor)
        return actor

    async def notices_the_loss_of(self, actor: Actor) -> None:
        """Wait until the desk knows that this page is gone (or that another one has its calls)."""
        if actor.role is Role.SUPERVISOR:
            return

        def is_known(snapshot: dict[str, Any]) -> bool:
            entities = snapshot["kiosks"] if actor.role is Role.KIOSK else snapshot["staff"]
            mine = next((entity for entity in entities if entity["id"] == actor.seat), None)
            return mine is None or mine["page"] != actor.page or not mine["connected"]

        await eventually(self.snapshot, is_known, f"the loss of {actor.seat}")

    async def forgets_every_connection(self) -> None:
        """As after a power cut: the lines are dead, and the desk has not been told."""
        for socket in list(self._announcer):
            self._announcer.remove(socket.sid)

    async def snapshot(self) -> dict[str, Any]:
        """What the desk itself holds."""
        client = DeskServer(self.redis_url).for_scripts()
        try:
            return await Desk(client, Keys(self.settings.desk.name), self.clock, self.settings.timing).snapshot()
        finally:
            await close(client)

    async def token(self, seat: str) -> str:
        """A sign-in, by the demo desk's one click."""
        return await signed_in_by_a_click(self.url, seat)

    async def passes(self, seconds: float) -> None:
        """Let time pass, a second at a time, every loop of the bridge doing its work in each."""
        while seconds > 0:
            self.clock.advance(min(1.0, seconds))
            await self.clock.settled(PATIENCE_S)
            seconds -= 1

    async def jumps(self, seconds: float) -> None:
        """Let hours pass at once, as when the desk was away, and then its grace."""
        self.clock.advance(seconds)
        await self.clock.settled(PATIENCE_S)
        await self.passes(self.settings.timing.restart_grace_s + 2)

    async def holds_that_facts_make_snapshots(self) -> None:
        """Old snapshot + facts equals new snapshot, for everybody who is connected."""
        for actor in list(self._actors):
            if not actor.connected:
                continue
            fresh = await self.actor(type(actor), actor.seat)
            # Another page that claims nothing, so that looking changes nothing at the desk.
            await fresh.arrives(claim=False)
            await actor.hears(functools.partial(_agree, actor, fresh), f"everything up to {fresh.at}")
            assert actor.model == fresh.model, f"facts and snapshot differ\n{actor.told()}\n{fresh.told()}"
            await fresh.loses_the_network()
            self._actors.remove(fresh)

    async def contacts(self, count: int, version: int = 1) -> list[Contact]:
        """The contact records, in no order within an hour, once there are ``count`` of at least this version."""
        store = ContactStore.open(self.settings.database_url)
        try:
            found = await eventually(
                lambda: store.latest(count + 10),
                lambda contacts: len(contacts) >= count and all(c.version >= version for c in contacts),
                f"{count} contacts of version {version}",
            )
        finally:
            await store.close()
        assert len(found) == count, f"expected {count} contacts, found {len(found)}: {found}"
        return list(found)

    async def leaves(self) -> None:
        """Everybody goes home."""
        for actor in self._actors:
            actor.until_noticed = None
            await actor.loses_the_network()


def _agree(actor: Actor, fresh: Actor) -> bool:
    # An audience hears only of what it sees, so the newest fact may not be for it: then the models agree already.
    return actor.model == fresh.model


async def eventually(
    look: Callable[[], Any], good: Callable[[Any], bool], what: str, patience_s: float = PATIENCE_S
) -> Any:
    """Look again and again until what is seen is good; for what no event announces (a row in a database)."""
    loop = asyncio.get_running_loop()
    until = loop.time() + patience_s
    while True:
        seen = await look()
        if good(seen):
            return seen
        assert loop.time() < until, f"did not come about: {what}; last seen: {seen}"
        await asyncio.sleep(0.01)


@asynccontextmanager
async def desk_under_test(
    settings: Settings, redis_url: str, clock: SteppedClock | None = None
) -> AsyncIterator[DeskUnderTest]:
    """A running bridge with nobody connected yet."""
    clock = clock or SteppedClock()
    async with bridge(settings, redis_url, clock) as app:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        under_test = DeskUnderTest(settings, redis_url, f"http://127.0.0.1:{port}", clock, app)
        try:
            yield under_test
        finally:
            await under_test.leaves()
            await runner.cleanup()
            assert not app[TASKS].failed.is_set(), "a loop of the bridge failed; its error is in the log"
