"""The demo desk's kiosks and staff, from a TOML file (config/demo.toml or ``accounts.demo_file``)."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bridge import assets
from bridge.accounts.model import DraftError, KioskDraft, StaffDraft
from bridge.service import Service
from bridge.settings import Settings, SettingsError

D = TypeVar("D", KioskDraft, StaffDraft)


@dataclass(frozen=True)
class DemoSeats:
    """Who there is at the demo desk."""

    kiosks: tuple[KioskDraft, ...]
    staff: tuple[StaffDraft, ...]


def demo_seats(settings: Settings, service: Service) -> DemoSeats:
    """Read the demo desk's seats. Raises SettingsError naming the file, the row and what was expected."""
    path = Path(settings.accounts.demo_file) if settings.accounts.demo_file else assets.CONFIG / "demo.toml"
    return read_seats(path, service)


def read_seats(path: Path, service: Service) -> DemoSeats:
    """Read a file of kiosks and staff. Raises SettingsError."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not readable as TOML: {error}") from None
    kiosks = _read(document, path, "kiosk", lambda row: KioskDraft.read(row, service))
    staff = _read(document, path, "staff", lambda row: StaffDraft.read(row, service))
    seen: set[str] = set()
    for seat in (*(kiosk.id for kiosk in kiosks), *(member.id for member in staff)):
        if seat in seen:
            raise SettingsError(f"{path}: id: {seat} stands twice; expected each id once")
        seen.add(seat)
    return DemoSeats(kiosks, staff)


def _read(document: dict[str, Any], path: Path, table: str, read: Callable[[dict[str, Any]], D]) -> tuple[D, ...]:
    drafts: list[D] = []
    for number, row in enumerate(document.get(table, []), start=1):
        try:
            drafts.append(read(row))
        except DraftError as error:
            raise SettingsError(f"{path}: {table} {number}: {error}") from None
    return tuple(drafts)
