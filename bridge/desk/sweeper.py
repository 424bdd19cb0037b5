"""Carries out what is due. Every worker runs one; whichever comes first does the work."""

import logging

from redis.exceptions import RedisError

from bridge.clock import Clock
from bridge.desk.desk import Desk, DeskUnavailable
from bridge.settings import TimingSettings

log = logging.getLogger(__name__)

_TRIM_EVERY = 30


async def sweep_for_ever(desk: Desk, clock: Clock, timing: TimingSettings) -> None:
    """Sweep, now and then trim the stream, and match, every ``sweep_interval_s`` seconds."""
    rounds = 0
    away = False
    while True:
        await clock.sleep(timing.sweep_interval_s)
        try:
            await desk.sweep()
            rounds += 1
            if rounds % _TRIM_EVERY == 0:
                await desk.trim(timing.stream_keep_s)
            await desk.match()
            away = False
        except (DeskUnavailable, RedisError) as error:
            if not away:
                log.warning("sweep: %s", error)
            away = True
