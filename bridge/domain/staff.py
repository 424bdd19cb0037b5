"""A staff member at the desk.

What somebody is doing follows from what they have, in this order: an offer that rings, calls, work at the desk,
wrap-ups that are open; with none of them they are what they wish to be.

    has an offer that rings ──▶ RINGING
    has calls ────────────────▶ IN_CALL     (one with sound, or several chats; a further chat may ring meanwhile)
    works at the desk ────────▶ SERVING     (a visit or a phone call; one click, and a contact of its own)
    has open wrap-ups ────────▶ WRAP_UP
    otherwise ────────────────▶ AVAILABLE, AWAY or OFFLINE, as wished for

                     ┌──────── declined, withdrawn ────────┐
                     ▼                                     │
    OFFLINE ⇄ AVAILABLE ───────── offer made ─────────▶ RINGING ── accepted ──▶ IN_CALL
       ⇅        ⇅  ▲                                       │                       │
       │        │  ├──── wrap-up finished, time over ──┐   │                     ended
       │        │  └──── an interpreter's call ended ──┼───┼───────────────────────┤
       │        │                                      │   │                       ▼
       └───── AWAY ◀──── wrap-up finished, going away ─┼───┼─────────────────── WRAP_UP ◀── served ── SERVING
                ▲                                      └───┼───────────────────────┘                     ▲
                └──────────────── timed out ───────────────┘             AVAILABLE, AWAY ── a visitor ───┘

Any state falls to OFFLINE when the console has been gone for longer than its grace period.
"""

from enum import StrEnum


class Presence(StrEnum):
    """What a staff member is doing."""

    OFFLINE = "offline"
    AVAILABLE = "available"
    RINGING = "ringing"
    IN_CALL = "in_call"
    SERVING = "serving"
    WRAP_UP = "wrap_up"
    AWAY = "away"


_FREE = frozenset({Presence.AVAILABLE, Presence.AWAY, Presence.OFFLINE})

PRESENCE_TRANSITIONS: dict[Presence, frozenset[Presence]] = {
    Presence.OFFLINE: frozenset({Presence.AVAILABLE, Presence.AWAY, Presence.SERVING}),
    Presence.AVAILABLE: frozenset({Presence.RINGING, Presence.AWAY, Presence.OFFLINE, Presence.SERVING}),
    Presence.RINGING: _FREE | {Presence.IN_CALL, Presence.WRAP_UP},
    Presence.IN_CALL: _FREE | {Presence.WRAP_UP, Presence.RINGING},
    Presence.SERVING: _FREE | {Presence.WRAP_UP},
    Presence.WRAP_UP: _FREE,
    Presence.AWAY: frozenset({Presence.AVAILABLE, Presence.OFFLINE, Presence.SERVING}),
}

#: Who counts as being there for a language: free now, or free again later today.
ON_DUTY = frozenset(set(Presence) - {Presence.OFFLINE, Presence.AWAY})


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
    """Why somebody is away. The last two are not chosen: an offer rang unanswered, a supervisor said so."""

    BREAK = "break"
    LUNCH = "lunch"
    MEETING = "meeting"
    OTHER_WORK = "other_work"
    MISSED_OFFER = "missed_offer"
    SUPERVISOR = "supervisor"


class DeskWork(StrEnum):
    """What somebody serves at the desk, besides the kiosks."""

    VISIT = "visit"
    PHONE = "phone"


class Gender(StrEnum):
    """By whom a visitor may wish to be served; of a staff member only when they want it known."""

    WOMAN = "woman"
    MAN = "man"


class Level(StrEnum):
    """How well somebody speaks a language: as their own, or well enough to advise in it."""

    NATIVE = "native"
    FLUENT = "fluent"
