"""Who is on duty, as the tiers of a waiting call ask for it: by role, language, level and gender.

The names are those of the desk's own indexes (keys.py, ``duty:``): ``advisor``, ``advisor:ar:native``,
``advisor:ar:native:woman``, ``advisor::woman``.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bridge.domain.routing import TierName
from bridge.domain.staff import Level, Role

Raw = Mapping[str, Any]


def duty_of(member: Raw) -> Iterator[str]:
    """What a member on duty can be counted on for; nothing when they are not."""
    if not member.get("duty") or member.get("removed"):
        return
    role, gender = member["role"], member.get("gender")
    yield role
    if gender:
        yield f"{role}::{gender}"
    for language, level in (member.get("languages") or {}).items():
        yield f"{role}:{language}:{level}"
        if gender:
            yield f"{role}:{language}:{level}:{gender}"


def duty_of_all(staff: Iterable[Raw]) -> frozenset[str]:
    """What somebody on duty can be counted on for."""
    return frozenset(name for member in staff for name in duty_of(member))


def is_staffed(
    duty: frozenset[str], tier: TierName, language: str, also: Iterable[str], gender: str | None = None
) -> bool:
    """Whether anybody on duty could serve a call in ``language`` by this tier (and is of that gender)."""
    suffix = f":{gender}" if gender else ""
    both = (Level.NATIVE, Level.FLUENT)
    match tier:
        case TierName.NATIVE | TierName.FLUENT:
            return f"{Role.ADVISOR}:{language}:{tier}{suffix}" in duty
        case TierName.OTHER_LANGUAGE:
            return any(f"{Role.ADVISOR}:{code}:{level}{suffix}" in duty for code in also for level in both)
        case TierName.INTERPRETED:
            advised = (f"{Role.ADVISOR}::{gender}" if gender else str(Role.ADVISOR)) in duty
            return advised and any(f"{Role.INTERPRETER}:{language}:{level}{suffix}" in duty for level in both)


def languages_named(duty: Iterable[str]) -> tuple[frozenset[str], bool]:
    """The languages in such names, and whether one is about a role as a whole, which concerns every language."""
    parts = [name.split(":") for name in duty]
    return frozenset(one[1] for one in parts if len(one) > 1 and one[1]), any(
        len(one) < 2 or not one[1] for one in parts
    )
