"""`gloria line-check`: hears of offers through Redis, takes them if it has a place free, and runs a call for each.

Several of them share the work: whoever claims a check first answers it. What is promised: every offer that reaches a
process is answered once (taken, busy, refused or failed), a call ends by itself, and its process is killed if it does
not. Nothing of a call is kept.
"""

import asyncio
import json
import logging
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bridge.clock import Clock
from bridge.desk.connections import DeskServer, close
from bridge.desk.keys import Keys
from bridge.domain.media import PathPolicy
from bridge.media.descriptions import description_for_other_side, passage
from bridge.media.line_check import names
from bridge.media.line_check.limits import ANSWER_WITHIN_S, CONNECT_WITHIN_S, ENDS_AFTER_S, GOODBYE_WITHIN_S
from bridge.media.line_check.offers import BadOffer, Offer, read_offer
from bridge.media.line_check.paths import PATHS, CheckPaths, NoRelays, Path
from bridge.settings import MediaSettings, Settings
from bridge.tasks import TaskOwner

log = logging.getLogger(__name__)

_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 1.0
_LOOK_EVERY_S = 0.5


class _Failed(Exception):
    """A call's process did not do what it should; the text says what."""


async def run(
    settings: Settings, redis_url: str, clock: Clock, stop: asyncio.Event, paths: CheckPaths | None = None
) -> None:
    """Take line checks until ``stop``; running ones are then ended. Without a server it tries again until there is one.

    With ``media.line_checks = 0`` it only waits for ``stop``. ``paths`` opens the way through relays.
    """
    service = _LineCheck(settings.media, Keys(settings.desk.name), paths or NoRelays())
    stopped = asyncio.create_task(stop.wait(), name="stop")
    listening = asyncio.create_task(service.listen(redis_url, clock), name="line check")
    try:
        await asyncio.wait({stopped, listening}, return_when=asyncio.FIRST_COMPLETED)
        if listening.done():
            listening.result()
    finally:
        service.stopping = True
        for task in (stopped, listening):
            task.cancel()
        await asyncio.gather(stopped, listening, return_exceptions=True)
        await service.close()


class _LineCheck:
    def __init__(self, settings: MediaSettings, keys: Keys, paths: CheckPaths) -> None:
        self._settings = settings
        self._keys = keys
        self._paths = paths
        self._calls = TaskOwner()
        self._running = 0
        #: A cancellation that lands within a command of redis-py may be lost there: the loop looks for itself.
        self.stopping = False

    async def listen(self, redis_url: str, clock: Clock) -> None:
        """Hear offers until ``stopping``; after an outage listen anew."""
        pause_s = _FIRST_PAUSE_S
        while not self.stopping:
            server = DeskServer(redis_url)
            hears, says = server.for_blocking_reads(), server.for_scripts()
            try:
                async with hears.pubsub(ignore_subscribe_messages=True) as subscribed:
                    if self._settings.line_checks:
                        await subscribed.subscribe(names.offers(self._keys))
                    else:
                        await asyncio.Event().wait()
                    log.info("line check: listening")
                    while not self.stopping:
                        message = await subscribed.get_message(timeout=_LOOK_EVERY_S)
                        pause_s = _FIRST_PAUSE_S
                        if message is not None:
                            await self._take(says, message["data"])
            except (RedisError, OSError) as error:
                log.warning("line check: the desk's server does not answer: %s", type(error).__name__)
            finally:
                await close(hears)
                await close(says)
            await clock.sleep(pause_s)
            pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)

    async def close(self) -> None:
        """End the calls that run."""
        await self._calls.close()

    async def _take(self, redis: "Redis", data: str) -> None:
        asked = _read(data)
        if asked is None:
            return
        check, path, sdp = asked
        if self._running >= self._settings.line_checks:
            await self._reply(redis, check, busy=True)
            return
        claimed = await redis.set(names.claim(self._keys, check), "1", nx=True, ex=names.CLAIM_KEPT_S)
        if claimed:
            self._running += 1
            self._calls.start(f"line check {check}", self._call(redis, check, path, sdp))

    async def _call(self, redis: "Redis", check: str, path: Path, sdp: str) -> None:
        ended: Mapping[str, Any] = {}
        try:
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    call = await _Call.begin(self._job(read_offer(sdp, path), path))
            except BadOffer as error:
                await self._reply(redis, check, refused=str(error))
                return
            try:
                async with asyncio.timeout(ANSWER_WITHIN_S):
                    said = await self._answer(call, check, path, read_offer(sdp, path))
                await self._reply(redis, check, **said)
                longest_s = CONNECT_WITHIN_S + self._settings.line_check_s + GOODBYE_WITHIN_S + ENDS_AFTER_S
                async with asyncio.timeout(longest_s):
                    ended = await call.hears()
            finally:
                await call.end()
                if path == "relay":
                    await self._paths.release(check)
            log.info("line check %s (%s): %s", check, path, ", ".join(f"{name} {ended[name]}" for name in ended))
        except (_Failed, RedisError, OSError, TimeoutError, ValueError, KeyError) as error:
            log.warning("line check %s (%s): %s", check, path, error if str(error) else type(error).__name__)
            with suppress(RedisError, OSError):
                await self._reply(redis, check, failed=True)
        finally:
            self._running -= 1

    def _job(self, offer: Offer, path: Path) -> dict[str, Any]:
        stun = [str(server.get("urls", "")) for server in self._settings.ice_servers]
        return {
            "path": path,
            "sdp": offer.sdp,
            "kinds": sorted(offer.kinds),
            "candidates": offer.candidates,
            "stun": next((url for url in stun if url.startswith("stun:") and path == "direct"), ""),
            "connect_s": CONNECT_WITHIN_S,
            "measure_s": self._settings.line_check_s,
        }

    async def _answer(self, call: "_Call", check: str, path: Path, offer: Offer) -> dict[str, Any]:
        """What is said to the page."""
        relays: list[tuple[str, int]] = []
        said = await call.hears()
        if "ours" in said:
            # Both sides are known to the relay before our first check arrives there: an early one would be dropped.
            await self._paths.register(check, "page", offer.ufrag, offer.pwd)
            relays = await self._paths.register(check, "ours", *said["ours"])
            if not relays:
                return {"no_relay": True}
            await call.tell({"relays": relays})
            said = await call.hears()
        if "refused" in said:
            return {"refused": said["refused"]}
        if relays:
            only_relays = passage(PathPolicy.HIDDEN, PathPolicy.HIDDEN)
            return {"sdp": description_for_other_side(said["sdp"], only_relays, relays)}
        return {"sdp": said["sdp"]}

    async def _reply(self, redis: "Redis", check: str, **said: Any) -> None:
        await redis.publish(names.answers(self._keys, check), json.dumps(said))


class _Call:
    """The process of a call (bridge/media/line_check/call.py)."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    @classmethod
    async def begin(cls, job: dict[str, Any]) -> "_Call":
        """Start it and give it its job. Raises OSError."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bridge.media.line_check.call", stdin=pipe, stdout=pipe, limit=1_000_000
        )
        call = cls(process)
        try:
            await call.tell(job)
        except BaseException:
            await call.end()
            raise
        return call

    async def tell(self, what: dict[str, Any]) -> None:
        """Say something to it. Raises OSError when it is gone."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(what).encode() + b"\n")
        await self._process.stdin.drain()

    async def hears(self) -> dict[str, Any]:
        """What it says next. Raises _Failed when it has ended."""
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        if not line:
            raise _Failed("the call's process ended without a word")
        said: dict[str, Any] = json.loads(line)
        return said

    async def end(self) -> None:
        """It is over, whatever it is doing; it is gone when this returns, also when whoever waits is cancelled."""
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        # Reads to the end too: an unread pipe stays open.
        gone = asyncio.ensure_future(self._process.communicate())
        try:
            await asyncio.shield(gone)
        except asyncio.CancelledError:
            await gone
            raise


def _read(data: str) -> tuple[str, Path, str] | None:
    """Check, path and offer of a message of the bridge; None for one of another version that cannot be read."""
    try:
        said = json.loads(data)
        check, path, sdp = str(said["check"]), said["path"], str(said["sdp"])
    except (ValueError, KeyError, TypeError):
        log.warning("line check: a message that cannot be read")
        return None
    return (check, path, sdp) if path in PATHS else None
