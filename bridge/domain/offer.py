"""An offer: one call rung at one desk, or at two at once. One race, one outcome.

(made) ──▶ RINGING ──▶ ACCEPTED | DECLINED | TIMED_OUT | WITHDRAWN

An offer has a *seat* for each person it rings. It is accepted when every seat is; as soon as one declines or lets the
time run out the whole offer is over, and whoever had accepted is released (``withdrawn`` is what stays of their seat).
"""

from enum import StrEnum


class OfferState(StrEnum):
    """How an offer stands, and each of its seats; all but ringing are outcomes."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


class OfferKind(StrEnum):
    """To serve a visitor who waits, or to join a conversation that goes on."""

    SERVE = "serve"
    JOIN = "join"


OFFER_TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.RINGING: frozenset(
        {OfferState.ACCEPTED, OfferState.DECLINED, OfferState.TIMED_OUT, OfferState.WITHDRAWN}
    ),
    OfferState.ACCEPTED: frozenset(),
    OfferState.DECLINED: frozenset(),
    OfferState.TIMED_OUT: frozenset(),
    OfferState.WITHDRAWN: frozenset(),
}
