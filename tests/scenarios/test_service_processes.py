"""The processes of `gloria serve`: starting, stopping, dying, and carrying on with what was there."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from tests.actors import AdvisorActor, KioskActor
from tests.actors.desk import eventually
from tests.actors.people import Actor, signed_in_by_a_click
from tests.actors.service import RunningService


@pytest.fixture
def service(tmp_path: Path) -> RunningService:
    return RunningService(tmp_path / "data", "--port", "0", "--workers", "2")


async def come(service: RunningService, kind: type[Actor], seat: str) -> Actor:
    actor = kind(service.url, seat, await signed_in_by_a_click(service.url, seat))
    await actor.arrives()
    return actor


async def come_back(actor: Actor) -> None:
    """As a page does: try until the bridge takes the connection."""
    await actor.loses_the_network()

    async def attempt() -> bool:
        try:
            await actor.comes_back()
        except Exception:
            await actor.loses_the_network()
            return False
        return True

    await eventually(attempt, bool, f"{actor.seat} connects again", patience_s=20)


async def test_ctrl_c_stops_everything_in_three_seconds_and_the_next_start_carries_on(service: RunningService) -> None:
    service.start()
    visitor = await come(service, KioskActor, "saarijarvi")
    assert isinstance(visitor, KioskActor)
    call = await visitor.asks_for("ar")
    workers, servers = service.children("worker"), service.children("valkey-server")
    assert (len(workers), len(servers)) == (2, 1)
    assert await asyncio.to_thread(service.stop) < 3
    assert not any(Path(f"/proc/{pid}").exists() for pid in (*workers, *servers))

    service.start()
    try:
        visitor._url = service.url
        await come_back(visitor)
        assert (await visitor.waits())["id"] == call
        advisor = await come(service, AdvisorActor, "amina")
        assert isinstance(advisor, AdvisorActor)
        await advisor.goes_available()
        assert await advisor.accepts() == call
        await visitor.talks()
        await advisor.loses_the_network()
    finally:
        await visitor.loses_the_network()
        await asyncio.to_thread(service.stop)


async def test_whoever_is_killed_is_replaced_and_no_call_is_lost(service: RunningService) -> None:
    service.start()
    try:
        visitor = await come(service, KioskActor, "saarijarvi")
        advisor = await come(service, AdvisorActor, "amina")
        assert isinstance(visitor, KioskActor)
        assert isinstance(advisor, AdvisorActor)
        call = await visitor.asks_for("ar")
        await advisor.goes_available()
        await advisor.is_offered(call)
        service.kill("worker")
        await come_back(visitor)
        await come_back(advisor)
        await advisor.accepts()
        assert (await visitor.talks())["id"] == call
        service.kill("valkey-server")
        await eventually(
            lambda: asyncio.to_thread(lambda: service.healthy() and len(service.children("valkey-server")) == 1),
            bool,
            "the server is back",
            patience_s=20,
        )
        await come_back(visitor)
        await come_back(advisor)
        assert (await visitor.talks())["id"] == call
        await advisor.ends()
        await visitor.sees_the_end(call, "completed")
        await advisor.wraps_up("work")
        await visitor.loses_the_network()
        await advisor.loses_the_network()
    finally:
        await asyncio.to_thread(service.stop)


async def test_nothing_outlives_a_parent_that_is_killed(service: RunningService) -> None:
    service.start()
    pids = [*service.children("worker"), *service.children("valkey-server")]
    assert len(pids) == 3
    service.kill_parent()

    async def alive() -> list[int]:
        return [pid for pid in pids if Path(f"/proc/{pid}").exists()]

    await eventually(alive, lambda left: not left, "every process has ended", patience_s=10)
    service.start()
    assert service.healthy()
    service.stop()


def test_a_second_service_on_the_same_folder_is_refused(service: RunningService) -> None:
    service.start()
    try:
        second = subprocess.run(
            [sys.executable, "-m", "bridge.cli", "serve", "--demo", "--data", str(service.data), "--port", "0"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        assert second.returncode == 1
        assert "is in use by another Gloria" in second.stderr
        assert service.healthy()
    finally:
        service.stop()


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (("--host", "0.0.0.0", "--demo"), "loopback only"),
        (("--port", "http"), "--port: server.port"),
        (("--workers", "0"), "--workers: server.workers"),
        (("--config", "/nowhere.toml"), "/nowhere.toml: no such file"),
    ],
)
def test_a_wrong_configuration_is_refused_with_words(tmp_path: Path, flags: tuple[str, ...], words: str) -> None:
    command = [sys.executable, "-m", "bridge.cli", "serve", "--data", str(tmp_path), *flags]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert words in ended.stderr
    assert "Traceback" not in ended.stderr
