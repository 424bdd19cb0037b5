"""The relay process: its sockets, its paths as the bridge registers them, and a word now and then."""

import asyncio
import logging
import signal
import socket
from collections.abc import Callable, Iterable

from bridge.clock import Clock
from bridge.media.relay.addresses import announced_addresses
from bridge.media.relay.endpoint import Endpoint
from bridge.media.relay.registrations import Registrations, RelayAddress, RelayStatus
from bridge.media.relay.switchboard import Figures, Limits, Path, Switchboard
from bridge.media.turn import host_of
from bridge.settings import MediaSettings
from bridge.tasks import TaskOwner

log = logging.getLogger(__name__)

SEEN_EVERY_S = 5.0
ADDRESSES_EVERY_S = 10.0
STATUS_EVERY_S = 60.0
TURN_EVERY_S = 60.0
#: Longer than an answer takes, shorter than whoever stops a service waits.
_LEAVE_WITHIN_S = 1.0


class RelayError(Exception):
    """The relay cannot start; the text names the setting and says why."""


def name_of(settings: MediaSettings) -> str:
    """The relay's name, the same after a restart; "" where it has none of its own and takes a free port."""
    if settings.relay_name or not settings.relay_port:
        return settings.relay_name
    return f"{socket.gethostname()}-{settings.relay_port}"[:64]


class Relay:
    """One relay: open it, register paths with it (it is a PathTable), close it."""

    def __init__(self, settings: MediaSettings, now_ms: Callable[[], int], *, loopback: bool = False) -> None:
        """``now_ms``: milliseconds that never run backwards. ``loopback``: announce that address too."""
        self._settings = settings
        self._now_ms = now_ms
        self._loopback = loopback
        limits = Limits(settings.relay_paths, settings.relay_path_kbps, settings.relay_total_kbps)
        self._switchboard = Switchboard(limits, now_ms())
        self._endpoint = Endpoint(self._switchboard, settings.relay_listen, settings.relay_port, now_ms)
        # A browser takes nothing but STUN from the address of a STUN server, so that is another port, and one without
        # paths.
        answers_only = Switchboard(Limits(0, settings.relay_path_kbps, settings.relay_total_kbps), now_ms())
        self._stun = (
            Endpoint(answers_only, settings.relay_listen, settings.relay_stun_port, now_ms)
            if settings.relay_stun_port
            else None
        )

    def open(self) -> None:
        """Listen. Raises RelayError."""
        where = ", ".join(self._settings.relay_listen)
        try:
            self._endpoint.open()
        except OSError as error:
            raise RelayError(
                f"media.relay_listen, media.relay_port: cannot listen on {where} with UDP port "
                f"{self._settings.relay_port}: {error.strerror or error}"
            ) from error
        if not self._endpoint.hosts:
            raise RelayError(f"media.relay_listen: this machine has no address for {where}")
        try:
            if self._stun is not None:
                self._stun.open()
        except OSError as error:
            self._endpoint.close()
            raise RelayError(
                f"media.relay_stun_port: cannot listen on {where} with UDP port {self._settings.relay_stun_port}: "
                f"{error.strerror or error}; choose another, or 0 for no STUN server"
            ) from error

    def close(self) -> None:
        """Stop listening. What is on its way to the port is lost."""
        self._endpoint.close()
        if self._stun is not None:
            self._stun.close()

    def put(self, path: Path) -> bool:
        return self._switchboard.put(path, self._now_ms())

    def remove(self, path_id: str) -> None:
        self._switchboard.remove(path_id)

    def replace_all(self, paths: Iterable[Path]) -> int:
        return self._switchboard.replace_all(paths, self._now_ms())

    def follow_addresses(self) -> None:
        """Open and close sockets as this machine's addresses come and go."""
        self._endpoint.follow_addresses()
        if self._stun is not None:
            self._stun.follow_addresses()

    async def look_up_turn(self) -> None:
        """Find the addresses of the TURN servers, by which roundabout ways are told from straight ones."""
        found: set[str] = set()
        loop = asyncio.get_running_loop()
        for url in self._settings.turn_urls:
            try:
                known = await loop.getaddrinfo(host_of(url), None, type=socket.SOCK_DGRAM)
            except OSError as error:
                log.warning("relay: a TURN server of media.turn_urls is not known by name: %s", error.strerror)
                # Names come and go; what was known of it is better than nothing.
                found |= self._switchboard.turn_hosts
                continue
            found |= {str(address[0]) for _, _, _, _, address in known}
        self._switchboard.turn_hosts = frozenset(found)

    @property
    def name(self) -> str:
        """media.relay_name, or the machine's name and the port."""
        return name_of(self._settings) or f"{socket.gethostname()}-{self._endpoint.port}"[:64]

    def addresses(self) -> tuple[RelayAddress, ...]:
        """Where browsers reach it, the best first."""
        hosts = announced_addresses(self._settings.relay_listen, self._settings.relay_announce, loopback=self._loopback)
        return tuple(RelayAddress(host, self._endpoint.port, 6 if ":" in host else 4) for host in hosts)

    def status(self) -> RelayStatus:
        """What it announces of itself."""
        stun_port = self._stun.port if self._stun is not None else 0
        return RelayStatus(self.name, self.addresses(), len(self._switchboard), self._settings.relay_paths, stun_port)

    def figures(self) -> Figures:
        """Counts since the start."""
        return self._switchboard.figures(self._now_ms())


async def run_relay(
    settings: MediaSettings,
    registrations: Registrations,
    clock: Clock,
    *,
    stop: asyncio.Event | None = None,
    loopback: bool = False,
    on_ready: Callable[[RelayStatus], None] | None = None,
) -> int:
    """Be a relay until ``stop`` is set (without one: SIGTERM or SIGINT), or until a loop it lives by fails.

    Returns the exit status: 0, or 1 after a failure (logged). Raises RelayError when it cannot listen.
    ``on_ready`` is told once it listens; paths come after that.
    """
    loop = asyncio.get_running_loop()
    relay = Relay(settings, lambda: int(loop.time() * 1000), loopback=loopback)
    relay.open()
    tasks = TaskOwner()
    handled: list[signal.Signals] = []
    if stop is None:
        stop = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
            handled.append(number)
    try:
        tasks.start("relay registrations", _follow(relay, registrations))
        tasks.start("relay announcement", _announce(relay, registrations, clock))
        tasks.start("relay addresses", _follow_addresses(relay, clock))
        tasks.start("relay figures", _report(relay, clock))
        tasks.start("relay TURN servers", _look_up_turn(relay, clock))
        if on_ready is not None:
            on_ready(relay.status())
        await _first(stop, tasks.failed)
        return 1 if tasks.failed.is_set() else 0
    finally:
        for number in handled:
            loop.remove_signal_handler(number)
        await tasks.close()
        await _leave(relay, registrations)
        relay.close()


async def _follow(relay: Relay, registrations: Registrations) -> None:
    await registrations.follow(relay)
    raise RuntimeError("the relay's registrations came to an end")


async def _announce(relay: Relay, registrations: Registrations, clock: Clock) -> None:
    heard = True
    while True:
        try:
            await registrations.seen(relay.status())
            heard = True
        except OSError as error:
            if heard:
                log.warning("relay: nobody hears that it is there: %s", type(error).__name__)
            heard = False
        await clock.sleep(SEEN_EVERY_S)


async def _leave(relay: Relay, registrations: Registrations) -> None:
    try:
        async with asyncio.timeout(_LEAVE_WITHIN_S):
            await registrations.leave(relay.name)
    except OSError as error:
        # TimeoutError is one too. It is forgotten by itself, a little later.
        log.warning("relay: nobody hears that it stops: %s", type(error).__name__)


async def _follow_addresses(relay: Relay, clock: Clock) -> None:
    while True:
        await clock.sleep(ADDRESSES_EVERY_S)
        relay.follow_addresses()


async def _look_up_turn(relay: Relay, clock: Clock) -> None:
    while True:
        await relay.look_up_turn()
        await clock.sleep(TURN_EVERY_S)


async def _report(relay: Relay, clock: Clock) -> None:
    before = relay.figures()
    while True:
        await clock.sleep(STATUS_EVERY_S)
        now = relay.figures()
        line = status_line(before, now)
        log.log(logging.INFO if now.forwarded > before.forwarded else logging.DEBUG, "%s", line)
        before = now


def status_line(before: Figures, now: Figures) -> str:
    """What happened between two counts, in codes and numbers."""
    dropped = {why.value: count - before.dropped[why] for why, count in now.dropped.items()}
    lost = " ".join(f"{why}={count}" for why, count in dropped.items() if count)
    return (
        f"relay: paths={now.paths} joined={now.paths_joined} forwarded={now.forwarded - before.forwarded} "
        f"bytes={now.forwarded_bytes - before.forwarded_bytes} answers={now.binding_answers - before.binding_answers} "
        f"repeated={now.repeated - before.repeated} dropped: {lost or 'none'}"
    )


async def _first(*events: asyncio.Event) -> None:
    """Return when one of these is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
