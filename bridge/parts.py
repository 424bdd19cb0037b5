"""The processes beside the bridge workers: the relay and the line check. Each can be started by `gloria serve` or by
itself, on this machine or another.
"""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack

import uvloop

from bridge.clock import SystemClock
from bridge.desk.connections import DeskServer, close
from bridge.desk.desk import Desk
from bridge.desk.embedded import address_in
from bridge.desk.facts import FactReader
from bridge.desk.keys import Keys
from bridge.logs import log_to_stderr
from bridge.media.check_paths import DeskCheckPaths
from bridge.media.line_check import serving
from bridge.media.registrations import DeskRegistrations
from bridge.media.relay.process import RelayError, name_of, run_relay
from bridge.media.relay.registrations import RelayStatus
from bridge.settings import Settings

__all__ = ["RelayError", "handed_over", "run_part", "url_of_desk"]


def url_of_desk(settings: Settings) -> str:
    """Where the desk's server is: the one that is set, or the one that `gloria serve` embeds in the data folder."""
    return settings.desk.redis_url or address_in(settings.data.folder)


async def run_part(part: str, settings: Settings, redis_url: str, say: bool = False) -> int:
    """Be the ``part`` until SIGTERM or SIGINT; the exit status. ``say``: tell people where the relay listens.

    Raises RelayError when the relay cannot listen.
    """
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        server = DeskServer(redis_url)
        scripts = server.for_scripts()
        stack.push_async_callback(close, scripts)
        desk = Desk(scripts, Keys(settings.desk.name), clock, settings.timing)
        if part == "relay":
            reads = server.for_blocking_reads()
            stack.push_async_callback(close, reads)
            registrations = DeskRegistrations(
                desk, FactReader(reads, Keys(settings.desk.name)), name_of(settings.media)
            )
            return await run_relay(
                settings.media, registrations, clock, loopback=settings.demo, on_ready=_print_relay if say else None
            )
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        await serving.run(settings, redis_url, clock, stop, DeskCheckPaths(desk, clock))
        return 0


def handed_over() -> tuple[Settings, str]:
    """Settings and the desk's address, as the parent wrote them into the pipe."""
    redis_url, _, text = sys.stdin.read().partition("\n")
    settings = Settings.model_validate_json(text)
    log_to_stderr(settings.log.level)
    return settings, redis_url


def _print_relay(status: RelayStatus) -> None:
    places = ", ".join(f"{place.host} port {place.port}" for place in status.addresses)
    sys.stdout.write(f"Relay {status.name} is running: UDP at {places}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    # What `gloria serve` starts beside itself: of Gloria no more is loaded than it needs.
    handed = handed_over()
    try:
        sys.exit(uvloop.run(run_part(sys.argv[1], *handed)))
    except RelayError as error:
        sys.exit(f"gloria: {error}")
