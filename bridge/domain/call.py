"""A call: one visitor's wish to talk, from the touch on a language to the end.

                    ┌────────── offer declined, timed out, withdrawn ──────────┐
                    ▼                                                          │
    (join) ──▶ WAITING ──── offer made ────▶ RINGING ──── accepted ────▶ CONNECTED
                 ▲ │                            │                          │  │
                 │ └────────── leave ───────────┴──────── leave, end ──────┘  │
                 │                  ▼                                         │
                 │                ENDED                                       │
                 └──────────────────── advisor lost ──────────────────────────┘

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


class EndReason(StrEnum):
    """Why a call ended. ``touched`` is a visitor who left within seconds; it is counted apart from abandoned."""

    COMPLETED = "completed"
    VISITOR_LEFT = "visitor_left"
    ADVISOR_LEFT = "advisor_left"
    ABANDONED = "abandoned"
    TOUCHED = "touched"
    NO_ADVISOR = "no_advisor"
    CLOSED = "closed"
    FAILED = "failed"
    TRANSFERRED = "transferred"
