"""An offer: one call rung at one advisor. One race, one outcome.

(made) ──▶ RINGING ──▶ ACCEPTED | DECLINED | TIMED_OUT | WITHDRAWN
"""

from enum import StrEnum


class OfferState(StrEnum):
    """How an offer stands; all but ringing are outcomes."""

    RINGING = "ringing"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMED_OUT = "timed_out"
    WITHDRAWN = "withdrawn"


OFFER_TRANSITIONS: dict[OfferState, frozenset[OfferState]] = {
    OfferState.RINGING: frozenset(
        {OfferState.ACCEPTED, OfferState.DECLINED, OfferState.TIMED_OUT, OfferState.WITHDRAWN}
    ),
    OfferState.ACCEPTED: frozenset(),
    OfferState.DECLINED: frozenset(),
    OfferState.TIMED_OUT: frozenset(),
    OfferState.WITHDRAWN: frozenset(),
}
