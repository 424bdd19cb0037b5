"""`gloria backup` and `gloria restore`."""

import argparse
import sys
from pathlib import Path
from typing import Any

from bridge.backup import back_up, restore
from bridge.settings import Settings


def add_parsers(commands: Any, common: argparse.ArgumentParser) -> None:
    """Give the `gloria` command these subcommands."""
    backup = commands.add_parser(
        "backup", parents=[common], help="write the data folder to one file, also while it is used"
    )
    backup.add_argument("file", type=Path, help="a new file, for example gloria-2026-11-22.backup")
    backup.set_defaults(run=_back_up)
    again = commands.add_parser("restore", parents=[common], help="make the data folder what it was")
    again.add_argument("file", type=Path, help="a file that `gloria backup` wrote")
    again.add_argument("--replace", action="store_true", help="move what is in the folder aside")
    again.set_defaults(run=_restore)


def _back_up(chosen: argparse.Namespace, settings: Settings) -> int:
    report = back_up(
        settings.data.folder,
        chosen.file,
        desk_is_embedded=not settings.desk.redis_url,
        database_is_in_folder=not settings.contacts.database_url,
        redis_binary=settings.desk.redis_binary,
        key_file=settings.key_file,
    )
    _say(
        f"Written: {report.file} ({report.size_bytes / 1_000_000:.1f} MB, {report.live_calls} live calls)",
        report.not_in_it,
    )
    return 0


def _restore(chosen: argparse.Namespace, settings: Settings) -> int:
    report = restore(
        chosen.file,
        settings.data.folder,
        replace=chosen.replace,
        redis_binary=settings.desk.redis_binary,
        key_file=settings.key_file,
    )
    aside = (f"What was in the folder is now in {report.moved_aside}.",) if report.moved_aside else ()
    made_at = report.manifest.made_at.isoformat(timespec="minutes")
    _say(f"{report.data} is as it was at {made_at}, with {report.live_calls} live calls.", (*aside, *report.not_in_it))
    return 0


def _say(first: str, more: tuple[str, ...]) -> None:
    sys.stdout.write("\n".join((first, *more)) + "\n")
