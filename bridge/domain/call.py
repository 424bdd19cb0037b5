"""A call: one visitor's wish to talk, from the touch on a language to the end.

                 ┌─ declined, timed out, withdrawn ─┐
                 ▼                                  │
    (join) ──▶ WAITING ──── offer made ────▶ RINGING ──── all accepted ────▶ CONNECTED
                 ▲ │                            │                              │  │
                 │ └────────── leave ───────────┴────────── leave, end ────────┘  │
                 │                  ▼                                             │
                 │                ENDED                                           │
                 └────────────── the last advisor lost, transferred ─────────────┘

While it is connected it may ask for one more person (``Ask``): an interpreter for a language, or a named colleague.

The transitions happen in ``bridge/desk/scripts``; this table is what a test holds them against.
"""

from enum import StrEnum


class CallState(StrEnum):
    """Where a call is."""

    WAITING = "waiting"
    RINGING = "ringing"
    CONNECTED = "connected"
    ENDED = "ended"


CALL_TRANSITIONS: dict[CallState, frozenset[CallState]] = {
    CallState.WAITING: frozenset({CallState.RINGING, CallState.ENDED}),
    CallState.RINGING: frozenset({CallState.WAITING, CallState.CONNECTED, CallState.ENDED}),
    CallState.CONNECTED: frozenset({CallState.WAITING, CallState.ENDED}),
    CallState.ENDED: frozenset(),
}


class CallChannel(StrEnum):
    """How the visitor wants to talk: with picture and sound, or by writing only."""

    VIDEO = "video"
    CHAT = "chat"


class Ask(StrEnum):
    """Whom a conversation asks for."""

    INTERPRETER = "interpreter"
    COLLEAGUE = "colleague"


class PassedOn(StrEnum):
    """Why a visitor who has talked already waits again, as they are told it."""

    LOST = "lost"
    """The line to the advisor broke."""
    LANGUAGE = "language"
    """Passed on to the queue of another language."""
    COLLEAGUE = "colleague"
    """Passed on to a named colleague."""


class WaitingNotice(StrEnum):
    """What a supervisor can tell those who wait. Ready-made, so that everybody reads it in their own language."""

    LONGER_WAIT = "longer_wait"
    SHORT_BREAK = "short_break"
    TECHNICAL = "technical"
    CLOSING_SOON = "closing_soon"
    COME_ANOTHER_DAY = "come_another_day"


#: The visitor and three of the staff: more connections than that no kiosk's line carries.
PEOPLE_AT_MOST = 4


class EndReason(StrEnum):
    """Why a call ended.

    ``touched`` is a visitor who left within seconds; it is counted apart from abandoned. ``transferred``: the visitor
    was being passed on and nobody took over. ``failed``: a supervisor or the time limit ended what had got stuck.
    """

    COMPLETED = "completed"
    VISITOR_LEFT = "visitor_left"
    ADVISOR_LEFT = "advisor_left"
    ABANDONED = "abandoned"
    TOUCHED = "touched"
    NO_ADVISOR = "no_advisor"
    CLOSED = "closed"
    FAILED = "failed"
    TRANSFERRED = "transferred"
