"""Who is tried for a call, and when: the policy, as data.

A call is given its *tiers* when it joins. A tier says after how long it opens (``after_s`` seconds from the
join) and which *seats* it takes: each seat is a role, a language and the levels that will do. A tier is served
when every seat can be filled by somebody available. The desk evaluates tiers against who is on duty at the moment
of matching, so that a changed roster takes effect at once.

The policy now: anybody who speaks the language, as their own or well, from second 0; longest idle first.
"""

from dataclasses import dataclass

from bridge.domain.staff import Level, Role


@dataclass(frozen=True)
class Seat:
    """One person a tier needs."""

    role: Role
    language: str
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Tier:
    """Who may serve a call from ``after_s`` seconds after it joined."""

    after_s: int
    seats: tuple[Seat, ...]


def tiers_for(language: str) -> tuple[Tier, ...]:
    """The tiers of a call in ``language`` (a code of config/languages.toml)."""
    return (Tier(after_s=0, seats=(Seat(Role.ADVISOR, language, (Level.NATIVE, Level.FLUENT)),)),)
