"""One call in the lab: which way it takes, how long it takes to a picture, and how long a picture was away."""

import asyncio
import time
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from tests.browser.people import Person
from tests.media.lab.browsers import Pages
from tests.media.lab.network import SERVERS

#: Frames that make a picture: one may come by chance.
FRAMES = 8
#: A picture that stands still for this long has stopped, in milliseconds. The camera gives 15 frames a second.
STANDSTILL_MS = 800.0
#: What stops a picture at all has stopped it by then.
_NOTICED_WITHIN_MS = 4000.0
_LOOK_S = 0.1

# The pair of candidates in use, on the connection that is open.
_SELECTED = """async () => {
  const open = (window.connections ?? []).filter((pc) => pc.connectionState === "connected").at(-1);
  if (!open) return null;
  const reports = await open.getStats();
  for (const transport of reports.values()) {
    if (transport.type !== "transport" || !transport.selectedCandidatePairId) continue;
    const pair = reports.get(transport.selectedCandidatePairId);
    if (!pair) continue;
    const [local, remote] = [pair.localCandidateId, pair.remoteCandidateId].map((id) => reports.get(id));
    const plain = (one) => ({
      kind: one?.candidateType ?? "", address: one?.address ?? "", port: one?.port ?? 0,
      relayProtocol: one?.relayProtocol ?? "",
    });
    return { local: plain(local), remote: plain(remote) };
  }
  return null;
}"""
_RELAYS = {
    address: int(name[-1]) for name in ("relay1", "relay2") for address in (SERVERS[name].ipv4, SERVERS[name].ipv6)
}


class Route(StrEnum):
    """Which way a call takes. What the pages call it too."""

    DIRECT = "direct"
    RELAY = "relay"
    TURN_UDP = "turn_udp"
    TURN_TCP = "turn_tcp"
    TURN_TLS = "turn_tls"


@dataclass(frozen=True)
class Way:
    """The way a call takes, seen from both ends."""

    route: Route
    relay: int | None
    shown: str | None

    @property
    def described(self) -> str:
        """For a table."""
        return f"{self.route} {self.relay}" if self.relay else str(self.route)


@dataclass(frozen=True)
class Begun:
    """A call that came about. Seconds; ``prepared_s`` from ringing to a connection at both ends."""

    way: Way
    prepared_s: float
    accept_to_picture_s: float


async def begins(pages: Pages, patience_s: float = 30.0) -> Begun:
    """A visitor comes, the advisor accepts once the connection stands, and both see and hear each other."""
    visitor, advisor = pages.visitor, pages.advisor
    await rings(pages)
    rang = time.monotonic()
    await asyncio.gather(_is_prepared(visitor, patience_s), _is_prepared(advisor, patience_s))
    prepared = time.monotonic() - rang
    taken = await accepts(pages, patience_s)
    return Begun(await way_of(pages), prepared, taken)


async def rings(pages: Pages) -> None:
    """A visitor asks for the advisor's language."""
    for person in (pages.visitor, pages.advisor):
        await person.page.evaluate("() => { window.accepted = 0; window.shown = []; }")
    await pages.visitor.asks_for("ar")
    await pages.advisor.is_("ringing")


async def accepts(pages: Pages, patience_s: float) -> float:
    """The advisor accepts; seconds until both see each other (the later of the two)."""
    await pages.advisor.accepts()
    await pages.visitor.stage("call")
    accepted = float(await pages.advisor.page.evaluate("window.accepted"))
    first = await asyncio.gather(*(picture_comes(one, accepted, patience_s) for one in (pages.visitor, pages.advisor)))
    return (max(first) - accepted) / 1000


async def ends(pages: Pages) -> None:
    """The visitor ends; the advisor wraps up and is available again."""
    await pages.visitor.ends()
    await pages.visitor.stage("thanks")
    await pages.advisor.wraps_up("other")
    await pages.visitor.action("again").click()
    await pages.visitor.stage("start")


async def picture_comes(person: Person, since_ms: float, patience_s: float) -> float:
    """Wait for a picture that moves; when its first frame since then was shown (Unix time, milliseconds)."""
    deadline = time.monotonic() + patience_s
    while True:
        frames = await frames_shown(person, since_ms)
        if len(frames) >= FRAMES:
            return frames[0]
        assert time.monotonic() < deadline, f"{person.seat}: no picture; {await _state(person)}"
        await asyncio.sleep(_LOOK_S)


async def picture_comes_back(pages: Pages, since_ms: float, patience_s: float = 60.0) -> float:
    """Wait until the picture, which something may have stopped at ``since_ms``, moves on both sides; since when it has
    on the side that waited longer (both Unix time in milliseconds). ``since_ms`` where nobody noticed.
    """
    return max(
        await asyncio.gather(*(_comes_back(one, since_ms, patience_s) for one in (pages.visitor, pages.advisor)))
    )


async def frames_shown(person: Person, since_ms: float) -> list[float]:
    """When frames of the other side were shown since then (Unix time, milliseconds)."""
    shown: list[float] = await person.page.evaluate("(since) => window.shown.filter((at) => at > since)", since_ms)
    return shown


async def settles_on(pages: Pages, expected: Route, patience_s: float = 5.0) -> Way:
    """The way the call takes, once it is the expected one: ICE may begin with another and change to a better."""
    deadline = time.monotonic() + patience_s
    # Over what the other side reaches its TURN server, a page cannot see.
    shown = {None, str(expected)} if expected in {Route.DIRECT, Route.RELAY} else {None, *map(str, Route)}
    while (way := await way_of(pages)).route is not expected or way.shown not in shown:
        assert time.monotonic() < deadline, f"the call goes {way}, expected {expected}"
        await asyncio.sleep(_LOOK_S)
    return way


async def way_of(pages: Pages) -> Way:
    """Which way the call takes, from the browsers' own figures; and what the console says, once it says it."""
    ends_of_it = [await person.page.evaluate(_SELECTED) for person in (pages.visitor, pages.advisor)]
    assert all(ends_of_it), f"no pair of candidates in use: {ends_of_it}"
    shown = await pages.advisor.page.evaluate("document.querySelector('[data-route]')?.dataset.route ?? null")
    for end in ends_of_it:
        # Through one of our relays, an allocation is seen by the relay's address, and counts as peer reflexive.
        if end["local"]["relayProtocol"]:
            return Way(Route(f"turn_{end['local']['relayProtocol']}"), None, shown)
    for end in ends_of_it:
        if end["remote"]["address"] in _RELAYS:
            return Way(Route.RELAY, _RELAYS[end["remote"]["address"]], shown)
    return Way(Route.DIRECT, None, shown)


async def addresses_known(person: Person) -> set[str]:
    """Every address of the other side that this browser was told of, or that it has seen on a packet."""
    known: list[str] = await person.page.evaluate(
        """async () => {
          const reports = await Promise.all(window.connections.map((pc) => pc.getStats()));
          return reports.flatMap((each) => [...each.values()])
            .filter((report) => report.type === "remote-candidate").map((report) => report.address);
        }"""
    )
    return set(known)


async def _is_prepared(person: Person, patience_s: float) -> None:
    deadline = time.monotonic() + patience_s
    while (await person.figures())["connected"] < 1:
        assert time.monotonic() < deadline, f"{person.seat}: no connection while it rings; {await _state(person)}"
        await asyncio.sleep(0.02)


async def _comes_back(person: Person, since_ms: float, patience_s: float) -> float:
    deadline = time.monotonic() + patience_s
    while True:
        # The last frame from before counts as one end of the gap.
        frames = [since_ms, *await frames_shown(person, since_ms)]
        gaps = [at for at, before in zip(frames[1:], frames, strict=False) if at - before > STANDSTILL_MS]
        moves_since = gaps[-1] if gaps else since_ms
        steady = gaps or time.time() * 1000 - since_ms > _NOTICED_WITHIN_MS
        moves_now = time.time() * 1000 - frames[-1] < STANDSTILL_MS
        if steady and moves_now and len([at for at in frames if at >= moves_since]) >= FRAMES:
            return moves_since
        assert time.monotonic() < deadline, f"{person.seat}: the picture does not come back; {await _state(person)}"
        await asyncio.sleep(_LOOK_S)


async def _state(person: Person) -> dict[str, Any]:
    """What its connections are up to, for a failed expectation. No addresses but the lab's own."""
    state: dict[str, Any] = await person.page.evaluate(
        """async () => {
          const of = async (pc) => {
            const pairs = {}, own = [], others = [];
            for (const report of (await pc.getStats()).values()) {
              if (report.type === "candidate-pair") pairs[report.state] = (pairs[report.state] ?? 0) + 1;
              if (report.type === "local-candidate") own.push(`${report.candidateType} ${report.address}`);
              if (report.type === "remote-candidate") others.push(`${report.candidateType} ${report.address}`);
            }
            return { state: pc.connectionState, ice: pc.iceConnectionState, pairs, own, others };
          };
          return {
            main: { ...document.querySelector("main")?.dataset },
            connections: await Promise.all((window.connections ?? []).slice(-2).map(of)),
          };
        }"""
    )
    return state
