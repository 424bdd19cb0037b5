"""Who is asking, when proxies stand in between: the forwarded headers, believed as far as our own proxies reach."""

import logging
from collections.abc import Collection
from ipaddress import IPv4Address, IPv6Address

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bridge.edge.addresses import plain_address

log = logging.getLogger(__name__)

ADDRESSES = "X-Forwarded-For"
SCHEMES = "X-Forwarded-Proto"

#: Traefik names the scheme of a WebSocket.
_SCHEMES = {"http": "http", "https": "https", "ws": "http", "wss": "https"}


class NotForwarded(Exception):
    """The forwarded headers are not as that many proxies leave them. The text says what was expected."""


def behind_proxies(hops: int, direct: Collection[str] = ("/healthz",)) -> Middleware:
    """A middleware for a service behind ``hops`` reverse proxies of our own, each of which adds to X-Forwarded-For.

    With 0 the headers are ignored altogether: a stranger may send them. Otherwise the handlers behind it get a request
    whose ``remote`` is the hops-th address from the right and whose ``scheme`` is the browser's; what a stranger wrote
    stands further left and is not read. Headers that are missing or malformed are answered with 400 and a line in the
    log, never guessed at. ``direct`` are the paths that are also asked for past the proxies (health checks): there the
    headers are ignored.

    The handlers get a copy of the request. aiohttp itself goes on with the first one, and so does a handler of
    ``on_response_prepare``: what it reads from the request must be put there by a middleware before this one.
    Raises ValueError for fewer than 0 hops.
    """
    if hops < 0:
        raise ValueError(f"expected 0 proxies or more, got {hops}")

    @web.middleware
    async def believe(request: web.Request, handler: Handler) -> web.StreamResponse:
        if hops == 0 or request.path in direct:
            return await handler(request)
        try:
            address = forwarded_address(request.headers.getall(ADDRESSES, ()), hops)
            scheme = forwarded_scheme(request.headers.getall(SCHEMES, ()), hops)
        except NotForwarded as error:
            log.warning("proxy: %s; either a proxy is set up otherwise or somebody went past it", error)
            raise web.HTTPBadRequest from None
        return await handler(request.clone(remote=str(address), scheme=scheme))

    return believe


def forwarded_address(lines: Collection[str], hops: int) -> IPv4Address | IPv6Address:
    """The address that the outermost of ``hops`` proxies saw, from all X-Forwarded-For lines. Raises NotForwarded."""
    entries = _entries(lines)
    if len(entries) < hops:
        raise NotForwarded(f"{ADDRESSES} has {len(entries)} entries, expected {hops} or more")
    address = plain_address(entries[-hops])
    if address is None:
        raise NotForwarded(f"{ADDRESSES}: entry {hops} from the right is no IP address")
    return address


def forwarded_scheme(lines: Collection[str], hops: int) -> str:
    """http or https, as the outermost of ``hops`` proxies saw it, from all X-Forwarded-Proto lines.

    Proxies either hand one value through or each add their own. Raises NotForwarded.
    """
    entries = _entries(lines)
    if len(entries) != 1 and len(entries) < hops:
        expected = "1" if hops == 1 else f"1 or {hops}"
        raise NotForwarded(f"{SCHEMES} has {len(entries)} entries, expected {expected}")
    scheme = _SCHEMES.get(entries[0 if len(entries) == 1 else -hops].lower())
    if scheme is None:
        raise NotForwarded(f"{SCHEMES}: expected http or https")
    return scheme


def _entries(lines: Collection[str]) -> list[str]:
    return [entry.strip() for entry in ",".join(lines).split(",")] if lines else []
