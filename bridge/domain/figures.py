"""Figures of a municipality, month by month, as they may be shown outside the service.

Small cells give people away (one kiosk, one month, one visitor): a count below the limit, other than none, is not
told, nor one that a subtraction would give away. Months are never added up, for the same reason.
"""

import statistics
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Served:
    """What the figures need of one contact: when, after how long a wait (ms), and whether somebody answered."""

    began_on: date
    wait_ms: int
    answered: bool


@dataclass(frozen=True)
class Month:
    """``None`` is a count that is too small to tell. ``queued``: calls that waited, without those who touched and left.
    ``median_wait_ms``: of the answered ones, told only with their count."""

    month: str
    queued: int | None
    answered: int | None
    median_wait_ms: int | None


def by_month(contacts: Iterable[Served], small: int) -> list[Month]:
    """The months that have contacts, newest first; counts from 1 to ``small`` - 1 are hidden."""
    months: dict[str, list[Served]] = defaultdict(list)
    for contact in contacts:
        months[f"{contact.began_on:%Y-%m}"].append(contact)
    return [_month(month, months[month], small) for month in sorted(months, reverse=True)]


def _month(month: str, contacts: list[Served], small: int) -> Month:
    waits = [contact.wait_ms for contact in contacts if contact.answered]
    queued, answered = len(contacts), len(waits)

    def may_be_told(count: int) -> bool:
        return count == 0 or count >= small

    if not may_be_told(queued):
        return Month(month, None, None, None)
    if not may_be_told(answered) or not may_be_told(queued - answered):
        return Month(month, queued, None, None)
    return Month(month, queued, answered, round(statistics.median(waits)) if waits else None)
