"""Accounts as they are kept, and drafts of them as people write them."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError

from bridge.desk.desk import Registration
from bridge.domain.hours import read_hours
from bridge.domain.staff import SERVING_ROLES, Gender, Level, Role
from bridge.service import Service

SeatId = Annotated[
    str, StringConstraints(strip_whitespace=True, to_lower=True, pattern=r"^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$")
]


def _not_reserved(seat: str) -> str:
    """The other end of a call is called visitor, and the audit knows these for who is no account."""
    if seat in {"visitor", "gloria", "command", "nobody"}:
        raise ValueError(f"{seat} has a meaning of its own; expected another name")
    return seat


# They belong to names in Persian, Sinhala and Devanagari.
_JOINERS = "\u200c\u200d"


def _plain(text: object) -> object:
    """One line, without the characters that steer a terminal or a reading direction."""
    if isinstance(text, str) and not all(c.isprintable() or c in _JOINERS for c in text):
        raise ValueError("expected one line of printable characters")
    return text


def _line(longest: int, shortest: int = 0) -> Any:
    return StringConstraints(strip_whitespace=True, min_length=shortest, max_length=longest)


Name = Annotated[str, BeforeValidator(_plain), _line(80, 1)]
Line = Annotated[str, BeforeValidator(_plain), _line(200)]


class DraftError(ValueError):
    """What somebody wrote about an account cannot be taken. ``field`` is where, ``reason`` what was expected."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class _Draft(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class StaffDraft(_Draft):
    """A member of the staff, as somebody describes them. ``gender`` only when they want it known, to visitors who wish
    to be served by a woman or a man."""

    id: Annotated[SeatId, AfterValidator(_not_reserved)]
    name: Name
    role: Role
    languages: dict[str, Level] = Field(default_factory=dict)
    provider: Annotated[str, BeforeValidator(_plain), _line(80)] = ""
    municipality: str | None = None
    gender: Gender | None = None

    @classmethod
    def read(cls, values: dict[str, Any], service: Service) -> "StaffDraft":
        """Check what somebody wrote. Raises DraftError."""
        draft = _validated(cls, values)
        if draft.role is Role.KIOSK:
            raise DraftError("role", "expected a role of the staff")
        unknown = sorted(set(draft.languages) - set(service.languages))
        if unknown:
            raise DraftError("languages", f"{', '.join(unknown)} not in languages.toml")
        if draft.role in SERVING_ROLES and not draft.languages:
            raise DraftError("languages", "expected at least one: calls are routed by them")
        if draft.role is Role.MUNICIPALITY and draft.municipality not in service.municipalities:
            raise DraftError("municipality", "expected a three-digit code of municipalities.toml")
        if draft.role is not Role.MUNICIPALITY and draft.municipality is not None:
            raise DraftError("municipality", "only for the role municipality")
        if draft.role not in SERVING_ROLES and draft.gender is not None:
            raise DraftError("gender", "only for advisors and interpreters: it is for nothing else")
        return draft


class KioskDraft(_Draft):
    """A kiosk, as somebody describes it."""

    id: Annotated[SeatId, AfterValidator(_not_reserved)]
    name: Name
    municipality: str
    place: Line = ""
    hours: Line = ""
    contact: Line = ""
    path_policy: Literal["", "direct", "hidden", "turn"] = ""

    @classmethod
    def read(cls, values: dict[str, Any], service: Service) -> "KioskDraft":
        """Check what somebody wrote. Raises DraftError."""
        draft = _validated(cls, values)
        if draft.municipality not in service.municipalities:
            raise DraftError("municipality", "expected a three-digit code of municipalities.toml")
        try:
            read_hours(draft.hours)
        except ValueError as error:
            raise DraftError("hours", str(error).removeprefix("hours: ")) from None
        return draft


@dataclass(frozen=True)
class StaffAccount:
    """A member of the staff, as kept. Of its secrets it says only whether they are there."""

    id: str
    name: str
    role: Role
    languages: dict[str, Level]
    provider: str
    municipality: str | None
    gender: Gender | None
    active: bool
    demo: bool
    has_password: bool
    must_change: bool
    has_second_factor: bool
    revision: int
    sign_in_epoch: int

    def registration(self) -> Registration:
        """What the desk is told."""
        return Registration(
            id=self.id,
            place="staff" if self.role in SERVING_ROLES else "none",
            profile={
                "name": self.name,
                "role": str(self.role),
                "languages": {code: str(level) for code, level in self.languages.items()},
                "gender": str(self.gender) if self.gender else None,
            },
            revision=self.revision,
            sign_in_epoch=self.sign_in_epoch,
            active=self.active,
        )


@dataclass(frozen=True)
class KioskAccount:
    """A kiosk, as kept."""

    id: str
    name: str
    municipality: str
    place: str
    hours: str
    contact: str
    path_policy: str
    active: bool
    demo: bool
    code_until: int | None
    device_since: int | None
    revision: int
    sign_in_epoch: int

    role = Role.KIOSK

    def registration(self) -> Registration:
        """What the desk is told."""
        return Registration(
            id=self.id,
            place="kiosk",
            profile={"name": self.name, "municipality": self.municipality, "path_policy": self.path_policy},
            revision=self.revision,
            sign_in_epoch=self.sign_in_epoch,
            active=self.active,
        )


Account = StaffAccount | KioskAccount
T = TypeVar("T", bound=_Draft)


def _validated(kind: type[T], values: dict[str, Any]) -> T:
    try:
        return kind.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        expected = {
            "gender": "expected woman or man, or nothing",
            "id": "expected 1 to 40 small letters, digits and hyphens",
            "path_policy": "expected direct, hidden or turn, or nothing for the setting media.kiosk_path",
            "role": "expected advisor, interpreter, supervisor, administrator or municipality",
        }
        raise DraftError(field, expected.get(field, first["msg"].removeprefix("Value error, "))) from None
