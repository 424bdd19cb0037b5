"""queue.match_growth: what one match costs the desk's server with 10,000 visitors waiting, beside 10."""

import json
from statistics import median

from bridge.desk.desk import new_id
from tests.bench.busy_desk import BusyDesk
from tests.bench.desk_server import MeasuredServer, measured_server
from tests.bench.measurement import Measurement

MANY, FEW = 10_000, 10
STAFF = 40
ROUNDS = 300
#: After so many rounds everybody is heard of again.
_HEARD_OF_EVERY = 100
HOW = (
    "Processor time of the server's one thread for a match that makes one offer, because somebody has become free: "
    f"with {MANY:,} visitors waiting; baseline: with {FEW}, on the same server, in turn, the same person at both. "
    f"Whoever was offered leaves, and another such visitor joins. Medians of {ROUNDS} rounds."
)


async def measure() -> Measurement:
    """Microseconds."""
    async with measured_server() as server:
        desks = [BusyDesk(server.redis, waiting, STAFF) for waiting in (MANY, FEW)]
        for desk in desks:
            await desk.opens()
        taken: list[list[float]] = []
        n = 0
        while len(taken) < ROUNDS:
            if n % _HEARD_OF_EVERY == 0:
                for desk in desks:
                    await desk.are_there()
            times = [await _time_of_a_match(server, desk, desk.staff[n % STAFF]) for desk in desks]
            # Among ten there is not for everybody one to serve; then neither counts.
            taken += [[one for one in times if one is not None]] if None not in times else []
            n += 1
    ours, baseline = (median(round_[which] for round_ in taken) for which in (0, 1))
    return Measurement(ours, baseline, "µs", 1.5, HOW)


async def _time_of_a_match(server: MeasuredServer, desk: BusyDesk, staff: str) -> float | None:
    """Somebody becomes free and is rung; then all is as it was, with another such visitor at that kiosk."""
    await desk.is_free(staff)
    before_us = server.used_us()
    made = await desk.desk.match()
    taken_us = server.used_us() - before_us
    offers = [json.loads(text) for text in await server.redis.hvals(desk.keys["offers"])]
    assert len(offers) == made
    await desk.goes(staff)
    desk.clock.advance(1)
    for offer in offers:
        call = json.loads(await server.redis.hget(desk.keys["calls"], offer["call"]) or "{}")
        await desk.desk.leave(call["kiosk"], call["id"], new_id())
        await desk.joins(call["kiosk"])
    return taken_us if offers else None
