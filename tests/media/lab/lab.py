"""The whole lab, put together: the network, the servers in it, and a visitor and an advisor at their pages."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from playwright.async_api import async_playwright

from tests.media.lab.browsers import Pages, browser_in
from tests.media.lab.firewall import Firewall
from tests.media.lab.network import Network, Site
from tests.media.lab.servers import RELAYS, Servers

_OPEN = Site(Firewall.OPEN, ipv4=True, ipv6=False)


class Lab:
    """What a test holds in its hand. What happens at a moment answers with that moment: Unix time in milliseconds."""

    def __init__(self, network: Network, servers: Servers, pages: Pages) -> None:
        self.network = network
        self.servers = servers
        self.pages = pages
        self._policy = "direct"

    @classmethod
    @asynccontextmanager
    async def opened(cls) -> AsyncIterator["Lab"]:
        """A lab with everything running and both signed in, on an open network. Nothing of it is left afterwards."""
        async with AsyncExitStack() as stack:
            folder = Path(tempfile.mkdtemp(prefix="gloria-lab-"))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            network = Network()
            stack.callback(network.close)
            network.becomes(_OPEN, _OPEN)
            servers = Servers(network, folder)
            stack.callback(servers.close)
            servers.start()
            playwright = await stack.enter_async_context(async_playwright())
            kiosk, desk, code, password = await asyncio.gather(
                stack.enter_async_context(browser_in(playwright, network.sides["kiosk"].host, folder)),
                stack.enter_async_context(browser_in(playwright, network.sides["advisor"].host, folder)),
                asyncio.to_thread(servers.adds_kiosk),
                asyncio.to_thread(servers.adds_advisor),
            )
            yield cls(network, servers, await Pages.signed_in(kiosk, desk, code, password))

    async def becomes(self, kiosk: Site, advisor: Site, policy: str = "direct") -> None:
        """Another network around the same browsers, everything in it whole; both are at their pages, the advisor
        available.
        """
        self.network.mends()
        await self.pages.empty_the_desk()
        await self.pages.leave()
        self.network.becomes(kiosk, advisor)
        for number in RELAYS:
            if not self.servers.relay_runs(number):
                self.servers.start_relay(number)
        if policy != self._policy:
            await asyncio.to_thread(self.servers.sets_path_policy, policy)
            self._policy = policy
        await self.pages.come_back()
        if not await self.pages.advisor.page.locator("main[data-presence=available]").count():
            await self.pages.advisor.goes_available()

    async def blocks_direct_path(self) -> float:
        """UDP between the two sites gets nowhere from now on; to the servers it does."""
        self.network.blocks_direct_path()
        return _now_ms()

    async def opens_direct_path(self) -> float:
        """Take it back."""
        self.network.opens_direct_path()
        return _now_ms()

    async def kills_relay(self, number: int) -> float:
        """This relay's process dies."""
        self.servers.kill_relay(number)
        return _now_ms()

    async def restarts_relay(self, number: int) -> float:
        """It is started again, under its name and at its address."""
        self.servers.start_relay(number)
        return _now_ms()

    async def blocks_relay(self, number: int) -> float:
        """As if this relay's machine were gone: nothing answers, nothing refuses."""
        self.network.blocks_server(f"relay{number}")
        return _now_ms()

    async def opens_relay(self, number: int) -> float:
        """Take it back."""
        self.network.opens_server(f"relay{number}")
        return _now_ms()

    async def cuts_off(self, side: str) -> float:
        """The line of this side ("kiosk", "advisor") is dead."""
        self.network.cuts_off(side)
        return _now_ms()

    async def restores(self, side: str) -> float:
        """Take it back."""
        self.network.restores(side)
        return _now_ms()

    async def unplugs(self, side: str) -> float:
        """The cable of this side's machine is out, which it sees."""
        self.network.unplugs(side)
        return _now_ms()

    async def plugs_in(self, side: str) -> float:
        """Put it back."""
        self.network.plugs_in(side)
        return _now_ms()

    async def changes_address(self, side: str) -> float:
        """This side has other addresses, inside and outside; what was connected is not any longer."""
        self.network.changes_address(side)
        return _now_ms()

    async def shaped(self, delay_ms: float, loss: float) -> None:
        """Delay each way, and loss (0 to 1), on both sites' lines; (0, 0) takes it back."""
        self.network.shaped(delay_ms, loss)

    def check_pages(self) -> None:
        """What went wrong in the pages since the last time fails the test."""
        faults = self.pages.faults[:]
        self.pages.faults.clear()
        assert not faults, f"errors in the pages: {faults}"


def _now_ms() -> float:
    return time.time() * 1000
