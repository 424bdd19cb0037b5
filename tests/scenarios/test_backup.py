"""A library's town loses its server: what was backed up while the service ran carries on in a new folder."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from socketio.exceptions import ConnectionError as SocketRefused

from bridge.backup import back_up, restore
from tests.actors import AdvisorActor, KioskActor
from tests.actors.desk import eventually
from tests.actors.people import Actor, signed_in_by_a_click
from tests.actors.service import RunningService


async def contacts(service: RunningService) -> dict[str, int]:
    """The contacts in the service's data folder: version by call."""
    with closing(sqlite3.connect(service.data / "gloria.sqlite")) as database:
        return dict(database.execute("SELECT call, version FROM contact").fetchall())


async def test_a_visitor_keeps_the_place_and_the_contact_is_there_after_a_restore(tmp_path: Path) -> None:
    first = RunningService(tmp_path / "first", "--port", "0")
    second = RunningService(tmp_path / "second", "--port", "0")
    people: list[Actor] = []
    first.start()
    try:
        waiting = KioskActor(first.url, "saarijarvi", await signed_in_by_a_click(first.url, "saarijarvi"))
        served = KioskActor(first.url, "viitasaari", await signed_in_by_a_click(first.url, "viitasaari"))
        amina = AdvisorActor(first.url, "amina", await signed_in_by_a_click(first.url, "amina"))
        people += [waiting, served, amina]
        for actor in people:
            await actor.arrives()
        await amina.goes_available()
        done = await served.asks_for("ar")
        assert await amina.accepts() == done
        await amina.ends()
        await amina.wraps_up("housing", then="away")
        await eventually(lambda: contacts(first), lambda found: found == {done: 2}, "the contact, wrapped up")
        call = await waiting.asks_for("ar")
        report = back_up(first.data, tmp_path / "backup", desk_is_embedded=True, database_is_in_folder=True)
        assert report.live_calls == 1
        assert first.healthy()
        # What comes after the backup is not in it.
        await waiting.leaves()
        await waiting.sees_an_end(call)
        for actor in people:
            await actor.loses_the_network()
        await asyncio.to_thread(first.stop)

        restore(tmp_path / "backup", second.data)
        second.start()
        waiting._url = amina._url = second.url
        # The kiosk is let in as before; staff sign in again, somebody may have been signed out since the backup.
        await waiting.comes_back()
        with pytest.raises(SocketRefused):
            await amina.comes_back()
        amina.token = await signed_in_by_a_click(second.url, "amina")
        await amina.comes_back()
        assert (await waiting.waits())["id"] == call
        assert await contacts(second) == {done: 2}
        await amina.goes_available()
        assert await amina.accepts() == call
        await waiting.talks()
    finally:
        for actor in people:
            await actor.loses_the_network()
        await asyncio.to_thread(first.stop)
        if second.url:
            await asyncio.to_thread(second.stop)
