"""The `gloria` command."""

import argparse
import os
import socket
import sys
from pathlib import Path

import uvloop

from bridge import __version__, assets
from bridge.accounts.demo import demo_seats
from bridge.accounts.keyring import KeyFileError
from bridge.backup import BackupError
from bridge.commands import accounts, backups, contacts, turn_config
from bridge.commands.words import CommandError
from bridge.database.engine import StoreUnavailable
from bridge.domain.staff import SERVING_ROLES, Role
from bridge.edge.trust import how_to_trust
from bridge.logs import log_to_stderr
from bridge.parts import RelayError, handed_over, run_part, url_of_desk
from bridge.processes import Service, StartError, work
from bridge.service import check_against_lists, load_service
from bridge.settings import Settings, SettingsError, load_settings


def main(arguments: list[str] | None = None) -> int:
    """Run the command; its exit status. 2: used wrongly or configured wrongly, 1: it did not work."""
    # Whatever is written is for its owner only: accounts, records, backups, keys.
    os.umask(0o077)
    chosen = _parser().parse_args(arguments)
    try:
        needs_settings = getattr(chosen, "needs_settings", True)
        status: int = chosen.run(chosen, _settings(chosen)) if needs_settings else chosen.run(chosen)
    except SettingsError as error:
        sys.stderr.write(f"gloria: {error}\n")
        return 2
    except (StartError, RelayError, StoreUnavailable, BackupError, KeyFileError, CommandError) as error:
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
    serve.add_argument(
        "--lan", action="store_true", help="for a first try on a local network: all addresses, a certificate of its own"
    )
    serve.add_argument("--demo", action="store_true", help="the demo desk: example kiosks and staff, on loopback")
    serve.set_defaults(run=_serve)

    accounts.add_parsers(commands, common)

    listing = commands.add_parser("contacts", parents=[common], help="list contact records, newest hour first")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.add_argument("--limit", type=int, default=50, help="how many at most (default 50)")
    listing.set_defaults(run=contacts.run)

    backups.add_parsers(commands, common)

    relay = commands.add_parser("relay", parents=[common], help="be a relay for picture and sound (media.relay_…)")
    relay.set_defaults(run=_run_part, part="relay")
    line_check = commands.add_parser(
        "line-check", parents=[common], help="answer line checks, beside another machine's"
    )
    line_check.set_defaults(run=_run_part, part="line-check")
    turn_config.add_parsers(commands, common)

    worker = commands.add_parser("worker")
    worker.add_argument("listening", type=int)
    worker.set_defaults(run=_work, needs_settings=False)
    return parser


def _settings(chosen: argparse.Namespace) -> Settings:
    lan = getattr(chosen, "lan", False)
    flags = {
        "data.folder": chosen.data,
        "server.host": getattr(chosen, "host", None) or ("0.0.0.0" if lan else None),
        "server.port": getattr(chosen, "port", None),
        "server.workers": getattr(chosen, "workers", None),
        "server.tls": "lan" if lan else None,
        "demo": getattr(chosen, "demo", None) or None,
    }
    given = {key: value for key, value in flags.items() if value is not None}
    return load_settings(chosen.config, os.environ, given)


def _serve(chosen: argparse.Namespace, settings: Settings) -> int:
    log_to_stderr(settings.log.level)
    # What a worker would stumble over is said here, once and clearly.
    listed = load_service(assets.CONFIG)
    check_against_lists(settings, listed, str(chosen.config or assets.CONFIG / "gloria.toml"))
    if settings.demo:
        demo_seats(settings, listed)
    service = Service(settings)
    service.run(lambda address: _print_links(settings, service, address))
    return 0


def _print_links(settings: Settings, service: Service, address: str) -> None:
    lines = ["", f"Gloria is running: {address}/"]
    if settings.demo:
        seats = demo_seats(settings, load_service(assets.CONFIG))
        lines.append("The demo desk (one click signs you in):")
        lines += [f"  kiosk         {address}/kiosk/{kiosk.id}" for kiosk in seats.kiosks]
        for member in seats.staff:
            page = "console" if member.role in SERVING_ROLES else "supervisor"
            spoken = ", ".join(member.languages)
            if member.role in (*SERVING_ROLES, Role.SUPERVISOR):
                lines.append(f"  {member.role:<13} {address}/{page}/{member.id}   {member.name} ({spoken})")
            else:
                lines.append(f"  {member.role:<13} {address}/   open {member.name} there")
    else:
        lines += [
            f"  staff sign in   {address}/sign-in",
            f"  kiosks enrol    {address}/kiosk",
            "The first administrator is made by: gloria admin create <id>",
        ]
    if service.lan is not None:
        lines += ["", how_to_trust(service.lan).rstrip(), ""]
    lines += ["Ctrl-C stops it; the next start carries on with what was there.", ""]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


def _run_part(chosen: argparse.Namespace, settings: Settings) -> int:
    log_to_stderr(settings.log.level)
    return uvloop.run(run_part(chosen.part, settings, url_of_desk(settings), say=True))


def _work(chosen: argparse.Namespace) -> int:
    settings, redis_url = handed_over()
    with socket.socket(fileno=chosen.listening) as listening:
        return uvloop.run(work(settings, redis_url, listening))


if __name__ == "__main__":
    sys.exit(main())
