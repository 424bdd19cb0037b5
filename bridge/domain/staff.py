"""A staff member at the desk.

                    ┌───────── declined, withdrawn ─────────┐
                    ▼                                       │
    OFFLINE ⇄ AVAILABLE ────────── offer made ─────────▶ RINGING ── accepted ──▶ IN_CALL
       ⇅        ⇅  ▲                                        │                       │
       │        │  └──── finished, time over ───┐           │                     ended
       │        │                               │           │                       ▼
       └───── AWAY ◀── finished, going away ────┼───────────┼─────────────────── WRAP_UP
                ▲                               └───────────┼───────────────────────┘
                └───────────────── timed out ───────────────┘

Any state falls to OFFLINE when the console has been gone for longer than its grace period.
"""

from enum import StrEnum


class Presence(StrEnum):
    """What a staff member is doing."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    IN_CALL = "in_call"
    WRAP_UP = "wrap_up"
    AWAY = "away"


PRESENCE_TRANSITIONS: dict[Presence, frozenset[Presence]] = {
    Presence.OFFLINE: frozenset({Presence.AVAILABLE, Presence.AWAY}),
    Presence.AVAILABLE: frozenset({Presence.RINGING, Presence.AWAY, Presence.OFFLINE}),
    Presence.RINGING: frozenset({Presence.IN_CALL, Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE}),
    Presence.IN_CALL: frozenset({Presence.WRAP_UP, Presence.OFFLINE}),
    Presence.WRAP_UP: frozenset({Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE}),
    Presence.AWAY: frozenset({Presence.AVAILABLE, Presence.OFFLINE}),
}


class Role(StrEnum):
    """Who somebody is. ``municipality`` is a library's or municipality's contact: own kiosks, own figures."""

    KIOSK = "kiosk"
    ADVISOR = "advisor"
    INTERPRETER = "interpreter"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    MUNICIPALITY = "municipality"


#: Who has a place at the desk. One Socket.IO namespace each; the others have pages that stand still.
DESK_ROLES = (Role.KIOSK, Role.ADVISOR, Role.INTERPRETER, Role.SUPERVISOR)

#: Who is rung and serves.
SERVING_ROLES = (Role.ADVISOR, Role.INTERPRETER)


class AwayReason(StrEnum):
    """Why somebody is away."""

    BREAK = "break"
    MISSED_OFFER = "missed_offer"


class Level(StrEnum):
    """How well somebody speaks a language: as their own, or well enough to advise in it."""

    NATIVE = "native"
    FLUENT = "fluent"
