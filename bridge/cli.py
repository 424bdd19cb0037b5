"""The `gloria` command."""

import argparse
import asyncio
import dataclasses
import json
import logging
import os
import socket
import sys
from pathlib import Path
from typing import Any

import uvloop

from bridge import __version__, assets
from bridge.accounts.directory import directory_of
from bridge.contacts.store import ContactStore
from bridge.database.engine import StoreUnavailable
from bridge.domain.contact import Contact
from bridge.processes import Service, StartError, work
from bridge.service import load_service
from bridge.settings import Settings, SettingsError, load_settings


def main(arguments: list[str] | None = None) -> int:
    """Run the command; its exit status. 2: used wrongly or configured wrongly, 1: it did not work."""
    chosen = _parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
    except SettingsError as error:
        sys.stderr.write(f"gloria: {error}\n")
        return 2
    except (StartError, StoreUnavailable) as error:
        sys.stderr.write(f"gloria: {error}\n")
        return 1
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="gloria", description="Remote advice in the visitor's own language.")
    parser.add_argument("--version", action="version", version=f"gloria {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--config", type=Path, help="file of settings (default: config/gloria.toml)")
    common.add_argument("--data", help="data folder (data.folder)")

    serve = commands.add_parser("serve", parents=[common], help="start the service")
    serve.add_argument("--host", help="address to listen on (server.host)")
    serve.add_argument("--port", help="port to listen on (server.port)")
    serve.add_argument("--workers", help="number of bridge workers (server.workers)")
    serve.add_argument("--demo", action="store_true", help="the demo desk: example kiosks and staff, on loopback")
    serve.set_defaults(run=_serve)

    contacts = commands.add_parser("contacts", parents=[common], help="list contact records, newest hour first")
    contacts.add_argument("--json", action="store_true", help="for programs")
    contacts.add_argument("--limit", type=int, default=50, help="how many at most (default 50)")
    contacts.set_defaults(run=_contacts)

    worker = commands.add_parser("worker")
    worker.add_argument("listening", type=int)
    worker.set_defaults(run=_work)
    return parser


def _settings(chosen: argparse.Namespace) -> Settings:
    flags = {
        "data.folder": chosen.data,
        "server.host": getattr(chosen, "host", None),
        "server.port": getattr(chosen, "port", None),
        "server.workers": getattr(chosen, "workers", None),
        "demo": getattr(chosen, "demo", None) or None,
    }
    given = {key: value for key, value in flags.items() if value is not None}
    return load_settings(chosen.config, os.environ, given)


def _serve(chosen: argparse.Namespace) -> int:
    settings = _settings(chosen)
    _log(settings)
    # What a worker would stumble over is said here, once and clearly.
    service = load_service(assets.CONFIG)
    directory_of(settings, service)
    Service(settings).run(lambda address: _print_links(settings, address))
    return 0


def _print_links(settings: Settings, address: str) -> None:
    lines = ["", f"Gloria is running: {address}/"]
    if settings.demo:
        directory = directory_of(settings, load_service(assets.CONFIG))
        lines.append("The demo desk (one click signs you in):")
        for kiosk in directory.kiosks.values():
            lines.append(f"  kiosk        {address}/kiosk/{kiosk.id}")
        for member in directory.staff.values():
            page = "supervisor" if member.role == "supervisor" else "console"
            spoken = ", ".join(member.languages)
            lines.append(f"  {member.role:<12} {address}/{page}/{member.id}   {member.name} ({spoken})")
    else:
        lines.append("Nobody can sign in yet: accounts come in a later version. --demo starts the demo desk.")
    lines += ["Ctrl-C stops it; the next start carries on with what was there.", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _work(chosen: argparse.Namespace) -> int:
    redis_url, _, text = sys.stdin.read().partition("\n")
    settings = Settings.model_validate_json(text)
    _log(settings)
    with socket.socket(fileno=chosen.listening) as listening:
        return uvloop.run(work(settings, redis_url, listening))


def _contacts(chosen: argparse.Namespace) -> int:
    settings = _settings(chosen)
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
    rows = [_HEAD, *(_row(contact) for contact in contacts)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    for row in rows:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n")
    if not contacts:
        sys.stdout.write("No contacts yet: one is written when a call ends.\n")
    return 0


async def _latest(database: str, limit: int) -> list[Contact]:
    store = ContactStore.open(database)
    try:
        return await store.latest(limit)
    finally:
        await store.close()


_HEAD = ("date", "hour", "kiosk", "asked", "served how", "advisor", "wait", "talk", "ended", "topics")


def _row(contact: Contact) -> tuple[str, ...]:
    return (
        contact.began_on.isoformat(),
        f"{contact.began_hour:02}",
        contact.kiosk,
        contact.language_asked,
        contact.served_how,
        contact.advisor or "-",
        _minutes(contact.wait_ms),
        _minutes(contact.talk_ms),
        contact.end_reason,
        ", ".join(contact.topics) or "-",
    )


def _minutes(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    return f"{seconds // 60}:{seconds % 60:02}"


def _plain(contact: Contact) -> dict[str, Any]:
    return {**dataclasses.asdict(contact), "began_on": contact.began_on.isoformat()}


def _log(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log.level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )


if __name__ == "__main__":
    sys.exit(main())
