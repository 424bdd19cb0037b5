"""How many connections one address may hold open: an idle connection asks for nothing, so rate limits never see it."""

from collections import Counter
from typing import Any

from aiohttp import web

from bridge.edge.limits import network_of


class ConnectionLimit:
    """Closes connections beyond ``most`` of one address (an IPv6 /64 counts as one), as soon as they are made.

    For a server that strangers reach directly; behind a proxy of ours every connection is the proxy's.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._open: Counter[str] = Counter()

    def __len__(self) -> int:
        """How many addresses hold connections."""
        return len(self._open)

    def watch(self, server: web.Server) -> None:
        """Count this server's connections from now on."""
        made, lost = server.connection_made, server.connection_lost
        whose: dict[int, str] = {}

        def connection_made(handler: Any, transport: Any) -> None:
            made(handler, transport)
            peer = network_of((transport.get_extra_info("peername") or ("",))[0])
            whose[id(handler)] = peer
            self._open[peer] += 1
            if self._open[peer] > self._most:
                transport.abort()

        def connection_lost(handler: Any, exc: BaseException | None = None) -> None:
            lost(handler, exc)
            peer = whose.pop(id(handler), None)
            if peer is not None:
                self._open[peer] -= 1
                if not self._open[peer]:
                    del self._open[peer]

        # The server calls these two on itself for each connection; it has no other hook.
        vars(server).update(connection_made=connection_made, connection_lost=connection_lost)
