"""Kiosks and staff of an installation. Now they come from a TOML file (the demo desk's is config/demo.toml)."""

import tomllib
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from bridge import assets
from bridge.domain.staff import Level, Role
from bridge.service import Service
from bridge.settings import Settings, SettingsError

SeatId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]


class Kiosk(BaseModel):
    """A terminal: where it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: SeatId
    name: str = Field(min_length=1, max_length=80)
    municipality: str
    place: str = Field(default="", max_length=120)

    role: Role = Field(default=Role.KIOSK, exclude=True)


class StaffMember(BaseModel):
    """An advisor, an interpreter or a supervisor, with the languages they speak."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: SeatId
    name: str = Field(min_length=1, max_length=80)
    role: Role
    languages: dict[str, Level]


Seat = Kiosk | StaffMember


class Directory:
    """Every kiosk and staff member, by id. An id belongs to one of them."""

    def __init__(self, kiosks: dict[str, Kiosk], staff: dict[str, StaffMember]) -> None:
        self.kiosks = kiosks
        self.staff = staff

    def seat(self, seat_id: str) -> Seat | None:
        """The kiosk or staff member with this id."""
        return self.kiosks.get(seat_id) or self.staff.get(seat_id)


def directory_of(settings: Settings, service: Service) -> Directory:
    """The kiosks and staff of an installation. Raises SettingsError."""
    if settings.accounts.directory_file:
        return load_directory(Path(settings.accounts.directory_file), service)
    return load_directory(assets.CONFIG / "demo.toml", service) if settings.demo else Directory({}, {})


def profile_of(seat: Seat) -> dict[str, Any]:
    """What the desk keeps of a kiosk or staff member."""
    if isinstance(seat, Kiosk):
        return {"name": seat.name, "municipality": seat.municipality}
    return {
        "name": seat.name,
        "role": str(seat.role),
        "languages": {k: str(v) for k, v in seat.languages.items()},
    }


def load_directory(path: Path, service: Service) -> Directory:
    """Read kiosks and staff. Raises SettingsError naming the file, the row and what was expected."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: not readable as TOML: {error}") from None
    kiosks: dict[str, Kiosk] = {}
    staff: dict[str, StaffMember] = {}
    seats: list[tuple[str, Seat]] = []
    for table, model in (("kiosk", Kiosk), ("staff", StaffMember)):
        for number, row in enumerate(document.get(table, []), start=1):
            where = f"{path}: {table} {number}"
            try:
                seats.append((where, model.model_validate(row)))
            except ValidationError as error:
                first = error.errors()[0]
                place = ".".join(str(part) for part in first["loc"])
                raise SettingsError(f"{where}: {place}: {first['msg']}") from None
    for where, seat in seats:
        if seat.id in kiosks or seat.id in staff:
            raise SettingsError(f"{where}: id: {seat.id} stands twice; expected each id once")
        if isinstance(seat, Kiosk):
            if seat.municipality not in service.municipalities:
                raise SettingsError(f"{where}: municipality: {seat.municipality} is not in municipalities.toml")
            kiosks[seat.id] = seat
        else:
            unknown = sorted(set(seat.languages) - set(service.languages))
            if unknown:
                raise SettingsError(f"{where}: languages: {', '.join(unknown)} not in languages.toml")
            if seat.role is Role.KIOSK:
                raise SettingsError(f"{where}: role: expected advisor, interpreter or supervisor")
            staff[seat.id] = seat
    return Directory(kiosks, staff)
