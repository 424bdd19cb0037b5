"""queue.join_to_ring: from a visitor's touch to the ring at a console, with everybody connected to one worker."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp

from bridge.accounts.sign_in import cookie_name
from bridge.desk.desk import new_id
from bridge.desk.embedded import EmbeddedServer, find_program
from bridge.signaling.messages import PROTOCOL_VERSION, Fact, Join, Leave, SetPresence
from tests.actors.people import signed_in_by_a_click
from tests.actors.service import RunningService
from tests.bench.lines import Crowd, Line, Visitor, connect_all
from tests.bench.measurement import Measurement, middle, ratios

KIOSKS, CONSOLES = 1000, 200
#: Of the kiosks, those whose visitors come; of the consoles, those that are free. The others are there and look on.
AT_WORK = 10
JOINS = 200
ROUNDS = 5
_PAUSE_S = 0.1
_LANGUAGE = "ar"
HOW = (
    f"95th percentile over {JOINS} visitors, one after the other, of the time from sending `{Join.EVENT}` to the "
    f"arrival of the offer at the console; {KIOSKS:,} kiosks and {CONSOLES} consoles are connected to the one worker "
    "and are told all that concerns them. Baseline: a bare python-socketio server on aiohttp and uvloop with as many "
    "connected, that hands a message of the same size to the Redis server, takes it from there and sends it to that "
    f"console. {ROUNDS} rounds, each of both, as the machine's speed changes by the minute; of these the one with the "
    "median ratio."
)


async def measure() -> Measurement:
    """Milliseconds."""
    rounds: list[Measurement] = []
    async with _our_server() as (url, kiosks, consoles), _bare_server() as bare_url:
        strangers = [Visitor("/kiosk", "", {}) for _ in range(KIOSKS)], [Visitor("/kiosk", "", {})] * CONSOLES
        for _ in range(ROUNDS):
            async with _connected(url, kiosks, consoles) as (callers, rung):
                ours, size = await _ring(callers, rung)
            async with _connected(bare_url, *strangers) as (callers, rung):
                baseline = await _pass_on(callers, rung, size)
            seen = f"medians {median(ours):.2f} and {median(baseline):.2f} ms; the message has {size} bytes"
            rounds.append(Measurement(_p95(ours), _p95(baseline), "ms", 2.5, HOW, seen=seen))
    chosen = middle(rounds)
    return replace(chosen, seen=f"{chosen.seen}; ratios of the rounds {ratios(rounds)}")


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[-1]


@asynccontextmanager
async def _our_server() -> AsyncIterator[tuple[str, list[Visitor], list[Visitor]]]:
    """The demo service with everybody signed in."""
    kiosks = [f"kiosk-{n}" for n in range(KIOSKS)]
    consoles = [f"staff-{n}" for n in range(CONSOLES)]
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder, _everybody(Path(folder), kiosks, consoles):
        service = RunningService(Path(folder) / "data", "--port", "0")
        try:
            service.start()
            visitors = [await _visitor(service.url, "/kiosk", name) for name in kiosks]
            advisors = [await _visitor(service.url, "/advisor", name) for name in consoles]
            yield service.url, visitors, advisors
        finally:
            service.stop()


@asynccontextmanager
async def _bare_server() -> AsyncIterator[str]:
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder:
        redis = EmbeddedServer(Path(folder), find_program())
        redis.start()
        command = [sys.executable, "-m", "tests.bench.bare_server", redis.url]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            assert server.stdout is not None
            yield f"http://127.0.0.1:{server.stdout.readline().strip()}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)
            if server.stdout is not None:
                server.stdout.close()
            redis.stop()


async def _ring(callers: list[Line], rung: list[Line]) -> tuple[list[float], int]:
    """Visitors come and are rung for; how long each took, and how long the message was."""
    for line in rung:
        await _does(line, SetPresence.EVENT, presence="available")
    rings: asyncio.Queue[tuple[float, dict[str, Any]]] = asyncio.Queue()

    def hears(event: str, message: Any) -> None:
        if event == Fact.EVENT and any(entity["kind"] == "own_offer" for entity in message["put"]):
            rings.put_nowait((time.perf_counter(), message))

    for line in rung:
        line.hears = hears
    times: list[float] = []
    size = 0
    for n in range(JOINS + AT_WORK):
        caller = callers[n % AT_WORK]
        began = time.perf_counter()
        answer = asyncio.create_task(_does(caller, Join.EVENT, language=_LANGUAGE))
        rang, message = await rings.get()
        if n >= AT_WORK:
            times.append((rang - began) * 1000)
        size = len(json.dumps(message))
        await _does(caller, Leave.EVENT, call=(await answer)["call"])
        await asyncio.sleep(_PAUSE_S)
        assert rings.empty(), "one visitor, several rings"
    return times, size


async def _does(line: Line, event: str, **fields: Any) -> dict[str, Any]:
    answer: dict[str, Any] = await line.says(event, {"key": new_id(), **fields})
    assert answer["ok"], answer
    return answer


async def _pass_on(callers: list[Line], rung: list[Line], size: int) -> list[float]:
    heard: asyncio.Queue[float] = asyncio.Queue()
    for n, line in enumerate(rung):
        await line.says("hear", {"name": f"console-{n}"})
        line.hears = lambda *_: heard.put_nowait(time.perf_counter())
    message = {"text": "x" * size}
    times: list[float] = []
    for n in range(JOINS + AT_WORK):
        began = time.perf_counter()
        answer = asyncio.create_task(callers[n % AT_WORK].says("pass", {"to": f"console-{n % AT_WORK}", **message}))
        rang = await heard.get()
        if n >= AT_WORK:
            times.append((rang - began) * 1000)
        await answer
        await asyncio.sleep(_PAUSE_S)
    return times


@asynccontextmanager
async def _connected(
    url: str, kiosks: list[Visitor], consoles: list[Visitor]
) -> AsyncIterator[tuple[list[Line], list[Line]]]:
    """Everybody; those at work are in this process, the others in one of their own."""
    connector = aiohttp.TCPConnector(limit=0)
    async with (
        Crowd(url, [*kiosks[AT_WORK:], *consoles[AT_WORK:]]),
        aiohttp.ClientSession(connector=connector) as session,
    ):
        callers = await connect_all(session, url, kiosks[:AT_WORK])
        rung = await connect_all(session, url, consoles[:AT_WORK])
        yield callers, rung
        for line in (*callers, *rung):
            await line.close()
        # The connections themselves end a moment after the session.
    await asyncio.sleep(0.2)


async def _visitor(url: str, namespace: str, name: str) -> Visitor:
    token = await signed_in_by_a_click(url, name)
    auth = {"seat": name, "page": f"page-{name}", "claim": True, "version": PROTOCOL_VERSION}
    return Visitor(namespace, f"{cookie_name(name)}={token}", auth)


@contextmanager
def _everybody(folder: Path, kiosks: list[str], consoles: list[str]) -> Iterator[None]:
    """The demo desk's people, and limits that let them all come from one address."""
    people = folder / "people.toml"
    people.write_text(
        "".join(f'[[kiosk]]\nid = "{name}"\nname = "{name}"\nmunicipality = "729"\n' for name in kiosks)
        + "".join(
            f'[[staff]]\nid = "{name}"\nname = "{name}"\nrole = "advisor"\nlanguages = {{ {_LANGUAGE} = "native" }}\n'
            for name in consoles
        )
    )
    environment = {
        "GLORIA_ACCOUNTS_DEMO_FILE": str(people),
        "GLORIA_LIMITS_REQUESTS_BURST": "100000",
        "GLORIA_LIMITS_CONNECTIONS": "10000",
    }
    os.environ.update(environment)
    try:
        yield
    finally:
        for name in environment:
            del os.environ[name]
