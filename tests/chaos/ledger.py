"""What was acknowledged to the pages, and what must therefore be found in the contact records."""

import time
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from bridge.signaling.messages import Accept, End, Join, Leave, Message, WrapUp
from tests.chaos.databases import Record

#: Whoever was away for less is never given up, whatever is killed meanwhile.
LONG_ABSENCE_MS = 12_000
_CLOCKS_DIFFER_BY_MS = 1_000
_EVENTS_KEPT = 200


@dataclass
class Visit:
    """A call as the pages know it."""

    call: str
    kiosk: str | None = None
    asked: float = 0.0
    acknowledged: float = 0.0
    joined_at_ms: int | None = None
    told_reason: str | None = None
    left: bool = False
    ended: bool = False
    accepted_by: set[str] = field(default_factory=set)
    said: tuple[tuple[str, ...], str | None] | None = None


@dataclass(frozen=True)
class Ending:
    """How a call ended according to the desk's facts."""

    reason: str
    at_ms: int


class Ledger:
    """Keeps what was acknowledged, the faults found, and the last events for whoever has to explain them.

    ``endings`` and ``given_up`` are the witness's: how each call ended, and who of the staff was given up when.
    """

    def __init__(self) -> None:
        self.visits: dict[str, Visit] = {}
        self.faults: list[tuple[str, str]] = []
        self.endings: dict[str, Ending] = {}
        self.given_up: list[tuple[str, int]] = []
        self.records = 0
        self.is_audited = False
        self._events: deque[str] = deque(maxlen=_EVENTS_KEPT)
        self._began = time.monotonic()
        self._absences: dict[str, list[tuple[int, int]]] = {}
        self._gone_since_ms: dict[str, int] = {}

    # -------------------------------------------------------- what happened

    def note(self, event: str) -> None:
        """Something happened; kept for the transcript."""
        self._events.append(f"{time.monotonic() - self._began:8.2f} {event}")

    def fault(self, kind: str, detail: str) -> None:
        """Something is wrong with the product."""
        self.note(f"FAULT {kind}: {detail}")
        if (kind, detail) not in self.faults:
            self.faults.append((kind, detail))

    def transcript(self) -> str:
        """The last events."""
        return "\n".join(self._events)

    def count(self, kind: str) -> int:
        """How many faults of a kind were found."""
        return Counter(kind for kind, _ in self.faults)[kind]

    def answered(
        self, seat: str, message: type[Message], fields: Mapping[str, Any], answer: Mapping[str, Any], sent: float
    ) -> None:
        """A command was answered."""
        if not answer["ok"] or answer.get("call") is None:
            return
        visit = self._visit(answer["call"])
        if message is Join:
            if visit.kiosk not in {None, seat}:
                self.fault("two calls", f"call {visit.call} belongs to {visit.kiosk} and {seat}")
            visit.kiosk, visit.asked, visit.acknowledged = seat, sent, time.monotonic()
        elif message is Leave:
            visit.left = True
        elif message is End:
            visit.ended = True
        elif message is Accept:
            visit.accepted_by.add(seat)
        elif message is WrapUp:
            visit.said = tuple(sorted(set(fields["topics"]))), fields["outcome"]

    def told_place(self, kiosk: str, call: str, joined_at_ms: int) -> None:
        """A kiosk's page shows its call, which joined the queue then."""
        visit = self._visit(call)
        if visit.joined_at_ms is None:
            visit.joined_at_ms = joined_at_ms
        elif visit.joined_at_ms != joined_at_ms:
            self.fault("place lost", f"call {call} of {kiosk} joined at {visit.joined_at_ms}, now at {joined_at_ms}")
        if visit.told_reason is not None:
            self.fault("wrong record", f"call {call} of {kiosk} is back after it ended: {visit.told_reason}")

    def told_end(self, call: str, reason: str | None) -> None:
        """A kiosk's page was told that its call ended."""
        self._visit(call).told_reason = reason

    def goes(self, seat: str) -> None:
        """A page has no connection from now on."""
        self._gone_since_ms.setdefault(seat, _now_ms())

    def comes(self, seat: str) -> None:
        """A page has its snapshot again."""
        from_ms = self._gone_since_ms.pop(seat, None)
        if from_ms is not None:
            self._absences.setdefault(seat, []).append((from_ms, _now_ms()))

    def was_long_away_at(self, seat: str, at_ms: int) -> bool:
        """Whether a page had been away, at that time, for so long that it may have been given up."""
        absences = list(self._absences.get(seat, ()))
        if seat in self._gone_since_ms:
            absences.append((self._gone_since_ms[seat], _now_ms()))
        return any(from_ms + LONG_ABSENCE_MS <= at_ms <= to_ms + _CLOCKS_DIFFER_BY_MS for from_ms, to_ms in absences)

    # -------------------------------------------------------- what must be found

    def missing(self, records: Sequence[Record]) -> set[str]:
        """Calls whose record, or whose wrap-up, has not come yet."""
        found = {record.call: record for record in records}
        return {
            call
            for call, visit in self.visits.items()
            if call not in found or (visit.said is not None and found[call].version < 2)
        }

    def audit(self, records: Sequence[Record]) -> None:
        """Hold the records against what was acknowledged, and against the desk's own facts."""
        self.records = len(records)
        self.is_audited = True
        for call, times in Counter(record.call for record in records).items():
            if times > 1:
                self.fault("record double", f"call {call} has {times} records")
        found = {record.call: record for record in records}
        for call in found.keys() - self.visits.keys():
            self.fault("record double", f"record of call {call}, which was never acknowledged: {found[call]}")
        for visit in self.visits.values():
            if visit.kiosk is None:
                self.fault("record double", f"call {visit.call} was acknowledged to nobody: a touch made two")
            record = found.get(visit.call)
            if record is None:
                self.fault("record lost", f"no record of {visit}")
            else:
                self._hold(visit, record, self.endings.get(visit.call))
        for seat, at_ms in self.given_up:
            if not self.was_long_away_at(seat, at_ms):
                self.fault("given up", f"{seat} was given up at {at_ms} without having been away for long")
        self._places_in_order()

    def _hold(self, visit: Visit, record: Record, ending: Ending | None) -> None:
        if ending is None:
            self.fault("record lost", f"the facts know no end of {visit}")
            return
        if record.kiosk != visit.kiosk or record.end_reason != ending.reason:
            self.fault("wrong record", f"{record} is not of {visit}, {ending}")
        if visit.told_reason not in {None, record.end_reason}:
            self.fault("wrong record", f"the kiosk was told {visit.told_reason}, the record says {record.end_reason}")
        if (record.advisor is None) != (not visit.accepted_by) or record.advisor not in {None, *visit.accepted_by}:
            self.fault("wrong record", f"{record}: accepted by {visit.accepted_by or 'nobody'}")
        if (record.topics, record.outcome) != (visit.said or ((), None)):
            self.fault("wrong record", f"{record}: the advisor said {visit.said}")
        away = self.was_long_away_at(visit.kiosk or "", ending.at_ms)
        reasons = {
            "completed": visit.left or visit.ended,
            "abandoned": visit.left or away,
            "advisor_left": (visit.left or away) and bool(visit.accepted_by),
            "visitor_left": away,
        }
        if not reasons.get(record.end_reason, False):
            self.fault("call lost", f"{record}: nobody ended {visit}")

    def _places_in_order(self) -> None:
        """Whoever asked after another had been told of their place stands behind them."""
        placed = [visit for visit in self.visits.values() if visit.joined_at_ms is not None and visit.kiosk]
        placed.sort(key=lambda visit: visit.joined_at_ms or 0)
        latest_asked = 0.0
        for before, after in pairwise(placed):
            latest_asked = max(latest_asked, before.asked)
            if after.acknowledged < latest_asked and after.joined_at_ms != before.joined_at_ms:
                self.fault("place lost", f"{after} was acknowledged before somebody who stands before them asked")

    def _visit(self, call: str) -> Visit:
        return self.visits.setdefault(call, Visit(call))


def _now_ms() -> int:
    return int(time.time() * 1000)
