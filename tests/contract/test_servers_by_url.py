"""The whole bridge on servers given by URL: a Redis of one's own over TCP, and PostgreSQL."""

from pathlib import Path

from bridge.database import schema
from bridge.settings import load_settings
from tests.actors.desk import desk_under_test

pytest_plugins = ["tests.postgres"]


async def test_a_call_on_servers_of_ones_own(server_by_url: str, empty_database: str, tmp_path: Path) -> None:
    """``empty_database`` is SQLite and PostgreSQL in turn."""
    settings = load_settings(
        None,
        {"GLORIA_CONTACTS_DATABASE_URL": empty_database},
        {"demo": True, "data.folder": tmp_path, "desk.name": f"url-{tmp_path.name[-20:].strip('_').replace('_', '-')}"},
    )
    await schema.upgrade(settings.database_url)
    async with desk_under_test(settings, server_by_url) as desk:
        amina = await desk.advisor("amina")
        visitor = await desk.kiosk()
        call = await visitor.asks_for("ar")
        await amina.accepts()
        await visitor.talks()
        await desk.passes(90)
        await visitor.leaves()
        await amina.wraps_up("housing")
        await desk.holds_that_facts_make_snapshots()
        [contact] = await desk.contacts(1, version=2)
        assert (contact.call, contact.talk_ms, contact.topics) == (call, 90_000, ("housing",))
