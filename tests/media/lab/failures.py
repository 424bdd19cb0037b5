"""What goes wrong in mid-call, and how long the picture is away."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.media.lab import call
from tests.media.lab.firewall import Firewall
from tests.media.lab.lab import Lab
from tests.media.lab.network import Site

_OPEN = Site(Firewall.OPEN)
_NAT = Site(Firewall.PORT_RESTRICTED)
_SYMMETRIC = Site(Firewall.SYMMETRIC)
AWAY_S = 20.0
_RELAY_IS_DOWN_S = 3.0
#: They talk for a while before it happens.
_TALK_S = 3.0


@dataclass(frozen=True)
class Moments:
    """When the picture was stopped, and from when on it could be back (Unix time, milliseconds)."""

    stopped_ms: float
    mended_ms: float


@dataclass(frozen=True)
class Failure:
    """Something that happens in mid-call. ``within_s``: the picture is back that soon, from when it can be.

    ``relays`` and ``turn``: which servers there are at all.
    """

    name: str
    kiosk: Site
    advisor: Site
    happens: Callable[[Lab], Awaitable[Moments]]
    within_s: float
    quick: bool = False
    relays: tuple[int, ...] = (1, 2)
    turn: bool = True


@dataclass(frozen=True)
class Recovery:
    """What became of a failure: seconds until both saw each other again, and the ways before and after."""

    failure: str
    before: str
    after: str
    back_after_s: float


async def survived(lab: Lab, failure: Failure) -> Recovery:
    """A call, the failure in the middle of it, and the picture back on both sides in time."""
    await lab.becomes(failure.kiosk, failure.advisor)
    for number in {1, 2} - set(failure.relays):
        await lab.kills_relay(number)
    if not failure.turn:
        lab.network.blocks_server("turn")
    begun = await call.begins(lab.pages)
    await asyncio.sleep(_TALK_S)
    moments = await failure.happens(lab)
    back = await call.picture_comes_back(lab.pages, moments.stopped_ms, failure.within_s + AWAY_S + 15)
    back_after_s = (back - moments.mended_ms) / 1000
    after = await call.way_of(lab.pages)
    assert back_after_s < failure.within_s, f"{failure.name}: the picture was back only after {back_after_s:.1f} s"
    await call.ends(lab.pages)
    lab.check_pages()
    return Recovery(failure.name, begun.way.described, after.described, max(0.0, back_after_s))


async def _direct_path_is_blocked(lab: Lab) -> Moments:
    at = await lab.blocks_direct_path()
    return Moments(at, at)


async def _relay_dies(lab: Lab) -> Moments:
    number = await _relay_in_use(lab)
    at = await lab.kills_relay(number)
    return Moments(at, at)


async def _machine_of_relay_dies(lab: Lab) -> Moments:
    number = await _relay_in_use(lab)
    at = await lab.blocks_relay(number)
    return Moments(at, at)


async def _only_relay_restarts(lab: Lab) -> Moments:
    number = await _relay_in_use(lab)
    stopped = await lab.kills_relay(number)
    await asyncio.sleep(_RELAY_IS_DOWN_S)
    return Moments(stopped, await lab.restarts_relay(number))


def _line_is_dead(side: str) -> Callable[[Lab], Awaitable[Moments]]:
    async def happens(lab: Lab) -> Moments:
        stopped = await lab.cuts_off(side)
        await asyncio.sleep(AWAY_S)
        return Moments(stopped, await lab.restores(side))

    return happens


def _cable_is_out(side: str) -> Callable[[Lab], Awaitable[Moments]]:
    async def happens(lab: Lab) -> Moments:
        stopped = await lab.unplugs(side)
        await asyncio.sleep(AWAY_S)
        return Moments(stopped, await lab.plugs_in(side))

    return happens


def _address_changes(side: str) -> Callable[[Lab], Awaitable[Moments]]:
    async def happens(lab: Lab) -> Moments:
        at = await lab.changes_address(side)
        return Moments(at, at)

    return happens


async def _relay_in_use(lab: Lab) -> int:
    way = await call.settles_on(lab.pages, call.Route.RELAY)
    assert way.relay is not None
    return way.relay


FAILURES = (
    Failure("direct path blocked", _OPEN, _OPEN, _direct_path_is_blocked, within_s=15, quick=True),
    Failure(
        "relay's process killed, a second one there, no TURN",
        _SYMMETRIC,
        _SYMMETRIC,
        _relay_dies,
        within_s=15,
        quick=True,
        turn=False,
    ),
    Failure(
        "relay's machine gone, a second one there, no TURN",
        _SYMMETRIC,
        _SYMMETRIC,
        _machine_of_relay_dies,
        within_s=15,
        turn=False,
    ),
    Failure(
        "the only relay's machine gone, TURN there", _SYMMETRIC, _SYMMETRIC, _machine_of_relay_dies, 15, relays=(1,)
    ),
    Failure(
        "the only relay restarted, no TURN",
        _SYMMETRIC,
        _SYMMETRIC,
        _only_relay_restarts,
        within_s=30,
        relays=(1,),
        turn=False,
    ),
    Failure("kiosk's line dead for 20 s", _NAT, _NAT, _line_is_dead("kiosk"), within_s=30),
    Failure("advisor's line dead for 20 s", _NAT, _NAT, _line_is_dead("advisor"), within_s=30),
    Failure("kiosk's cable out for 20 s", _NAT, _NAT, _cable_is_out("kiosk"), within_s=30),
    Failure("kiosk's address changed", _NAT, _NAT, _address_changes("kiosk"), within_s=30),
    Failure("advisor's address changed", _NAT, _NAT, _address_changes("advisor"), within_s=30),
)
