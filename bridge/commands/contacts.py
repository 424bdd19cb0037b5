"""`gloria contacts`: the contact records, as a table or for programs."""

import argparse
import asyncio
import dataclasses
import json
import sys
from typing import Any

from bridge.commands.words import print_table
from bridge.contacts.store import ContactStore
from bridge.domain.contact import Contact
from bridge.settings import Settings, SettingsError


def run(chosen: argparse.Namespace, settings: Settings) -> int:
    """List contacts."""
    database = settings.database_url
    if not settings.contacts.database_url and not (settings.data.folder / "gloria.sqlite").exists():
        raise SettingsError(
            f"data.folder: no gloria.sqlite in {settings.data.folder.resolve()}; expected the folder that "
            "`gloria serve` uses"
        )
    contacts = asyncio.run(_latest(database, chosen.limit))
    if chosen.json:
        sys.stdout.write(json.dumps([_plain(contact) for contact in contacts], indent=1) + "\n")
        return 0
    print_table(_HEAD, [_row(contact) for contact in contacts])
    if not contacts:
        sys.stdout.write("No contacts yet: one is written when a call ends.\n")
    return 0


async def _latest(database: str, limit: int) -> list[Contact]:
    store = ContactStore.open(database)
    try:
        return await store.latest(limit)
    finally:
        await store.close()


_HEAD = ("date", "hour", "channel", "kiosk", "asked", "served", "advisor", "wait", "talk", "path", "ended", "topics")


def _row(contact: Contact) -> tuple[str, ...]:
    return (
        contact.began_on.isoformat(),
        f"{contact.began_hour:02}",
        contact.channel,
        contact.kiosk or "-",
        contact.language_asked or "-",
        contact.served_how,
        contact.advisor or "-",
        _minutes(contact.wait_ms),
        _minutes(contact.talk_ms),
        contact.media.route or "-",
        contact.end_reason,
        ", ".join(contact.topics) or "-",
    )


def _minutes(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


def _plain(contact: Contact) -> dict[str, Any]:
    return {**dataclasses.asdict(contact), "began_on": contact.began_on.isoformat()}
