"""server.idle_memory: what one more connected kiosk costs the worker, beside a bare python-socketio server."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import aiohttp

from bridge.accounts.sign_in import cookie_name
from bridge.signaling.messages import PROTOCOL_VERSION
from tests.actors.people import signed_in_by_a_click
from tests.actors.service import RunningService
from tests.bench.lines import Visitor, connect_all
from tests.bench.measurement import Measurement

WARM = 100
COUNTED = 500
HOW = (
    f"Resident memory of the worker process after {WARM} kiosks and after {COUNTED} more are connected, divided by "
    f"{COUNTED}; baseline: python-socketio on aiohttp and uvloop with the same timings, serializer and no compression, "
    "accepting everybody. Three rounds each in turn, medians."
)
ROUNDS = 3


async def measure() -> Measurement:
    """Kilobytes of resident memory per connected kiosk."""
    ours, baseline = [], []
    for _ in range(ROUNDS):
        ours.append(await _ours())
        baseline.append(await _baseline())
    return Measurement(sorted(ours)[ROUNDS // 2], sorted(baseline)[ROUNDS // 2], "KiB/kiosk", 1.5, HOW)


async def _ours() -> float:
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder:
        names = [f"kiosk-{n}" for n in range(WARM + COUNTED)]
        people = Path(folder) / "people.toml"
        people.write_text(
            "".join(f'[[kiosk]]\nid = "{name}"\nname = "{name}"\nmunicipality = "729"\n' for name in names)
        )
        # Everybody comes from one address here.
        environment = {
            "GLORIA_ACCOUNTS_DEMO_FILE": str(people),
            "GLORIA_LIMITS_REQUESTS_BURST": "100000",
            "GLORIA_LIMITS_CONNECTIONS": "10000",
        }
        os.environ.update(environment)
        service = RunningService(Path(folder) / "data", "--port", "0")
        try:
            service.start()
            [worker] = service.children("worker")
            tokens = [await signed_in_by_a_click(service.url, name) for name in names]
            visitors = [
                Visitor(
                    "/kiosk",
                    f"{cookie_name(name)}={token}",
                    {"seat": name, "page": f"page-{name}", "claim": True, "version": PROTOCOL_VERSION},
                )
                for name, token in zip(names, tokens, strict=True)
            ]
            return await _per_connection(service.url, visitors, worker)
        finally:
            for name in environment:
                del os.environ[name]
            service.stop()


async def _baseline() -> float:
    server = subprocess.Popen([sys.executable, "-m", "tests.bench.bare_server"], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        port = server.stdout.readline().strip()
        visitors = [Visitor("/kiosk", "", {}) for _ in range(WARM + COUNTED)]
        return await _per_connection(f"http://127.0.0.1:{port}", visitors, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(20)
        if server.stdout is not None:
            server.stdout.close()


async def _per_connection(url: str, visitors: list[Visitor], pid: int) -> float:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        lines = await connect_all(session, url, visitors[:WARM])
        before = await _settled_kib(pid)
        lines += await connect_all(session, url, visitors[WARM:])
        after = await _settled_kib(pid)
        for line in lines:
            await line.close()
    return (after - before) / COUNTED


async def _settled_kib(pid: int) -> float:
    """Resident memory once it stands still."""
    last = 0.0
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        await asyncio.sleep(1.5)
        text = Path(f"/proc/{pid}/status").read_text()
        now = float(next(line for line in text.splitlines() if line.startswith("VmRSS")).split()[1])
        if abs(now - last) < 64:
            return now
        last = now
    return last
