"""Who is tried for a call, and when: the policy, as data.

A call is given its *tiers* when it joins. A tier says after how long it opens (``after_s`` seconds of waiting) and
which *seats* it takes: each seat is a role, the languages of which one will do, and how well it has to be spoken. A
tier is served when every seat can be filled by somebody free, all at once or not at all. The desk evaluates tiers
against who is on duty at the moment of matching, so that a changed roster takes effect at once.

| tier | who | opens |
|---|---|---|
| ``native`` | an advisor whose own language it is | at once |
| ``fluent`` | an advisor who speaks it well | after ``routing.fluent_after_s`` |
| ``other_language`` | an advisor with another language the visitor knows | after ``routing.other_language_after_s`` |
| ``interpreted`` | an advisor and an interpreter for the language | after ``routing.interpreted_after_s`` |

Nobody waits for the sake of a tier with nobody on duty: a tier is open at once when no tier before it has anybody on
duty, and ``interpreted`` also when no advisor on duty speaks the language itself (``opening``).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum

from bridge.domain.call import CallChannel
from bridge.domain.staff import Gender, Level, Role

#: Of the other languages that a visitor knows.
ALSO_AT_MOST = 3


class TierName(StrEnum):
    """The tiers, in the order in which they are tried."""

    NATIVE = "native"
    FLUENT = "fluent"
    OTHER_LANGUAGE = "other_language"
    INTERPRETED = "interpreted"


@dataclass(frozen=True)
class Seat:
    """One person a tier needs. No languages: any that the others of the tier share with them."""

    role: Role
    languages: tuple[str, ...]
    levels: tuple[Level, ...]


@dataclass(frozen=True)
class Tier:
    """Who may serve a call from ``after_s`` seconds after it began to wait."""

    name: TierName
    after_s: int
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class Delays:
    """After how many seconds the tiers of a language open."""

    fluent_after_s: int
    other_language_after_s: int
    interpreted_after_s: int


@dataclass(frozen=True)
class Wishes:
    """What a visitor says about who should serve them: other languages they know, by whom, by which channel."""

    also: tuple[str, ...] = ()
    gender: Gender | None = None
    channel: CallChannel = CallChannel.VIDEO


@dataclass(frozen=True)
class Queue:
    """Calls that differ in nothing but their age: same language, wishes and tiers; ``id`` is made from all of it."""

    id: str
    language: str
    wishes: Wishes
    tiers: tuple[Tier, ...]


_BOTH = (Level.NATIVE, Level.FLUENT)


def tiers_for(language: str, also: Sequence[str], delays: Delays) -> tuple[Tier, ...]:
    """The tiers of a call in ``language`` (a code of config/languages.toml) whose visitor knows ``also``."""
    own = (language,)
    others = tuple(code for code in also if code != language)
    tiers = [
        Tier(TierName.NATIVE, 0, (Seat(Role.ADVISOR, own, (Level.NATIVE,)),)),
        Tier(TierName.FLUENT, delays.fluent_after_s, (Seat(Role.ADVISOR, own, (Level.FLUENT,)),)),
    ]
    if others:
        seat = Seat(Role.ADVISOR, others, _BOTH)
        tiers.append(Tier(TierName.OTHER_LANGUAGE, delays.other_language_after_s, (seat,)))
    pair = (Seat(Role.ADVISOR, (), _BOTH), Seat(Role.INTERPRETER, own, _BOTH))
    tiers.append(Tier(TierName.INTERPRETED, delays.interpreted_after_s, pair))
    return tuple(tiers)


def queue_for(language: str, wishes: Wishes, delays: Delays) -> Queue:
    """The queue of a call. The same wishes make the same queue, whatever the order they were said in."""
    also = tuple(sorted({code for code in wishes.also if code != language}))
    wishes = Wishes(also, wishes.gender, wishes.channel)
    tiers = tiers_for(language, also, delays)
    text = json.dumps([language, asdict(wishes), [asdict(tier) for tier in tiers]], sort_keys=True)
    return Queue(hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()[:16], language, wishes, tiers)


def opening(tiers: Sequence[tuple[str, int]], staffed: Mapping[str, bool]) -> dict[str, int]:
    """After how many seconds each tier opens, by its name, given which of them have somebody on duty.

    ``tiers``: names and ``after_s``, in order. The desk's script for matching has the same rule; a test compares them.
    """
    opens: dict[str, int] = {}
    anybody = False
    speaker = any(staffed.get(name, False) for name in (TierName.NATIVE, TierName.FLUENT))
    for name, after_s in tiers:
        at_once = not anybody or (name == TierName.INTERPRETED and not speaker)
        opens[name] = 0 if at_once else after_s
        anybody = anybody or staffed.get(name, False)
    return opens
