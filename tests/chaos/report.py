"""The recovery times as a Markdown table, and the line that says what was lost."""

import statistics
from collections import defaultdict

from tests.chaos.directory import PHASES
from tests.chaos.installation import Victim
from tests.chaos.ledger import Ledger

RECORD = "record"
_COLUMNS = (*PHASES, RECORD)
_EXPLANATION = """\
Seconds from SIGKILL, median / worst. For a phase: until every page of its group and the board has its snapshot again
(where it had to get another one) and a command of each side is answered (`call.leave` of a visitor, `staff.presence`
of an advisor, sent when their pages are back), so a page's own pause of 0.5 to 2 s before it tries again is part of it.
`record`: until the contact record of that visitor, who left after the kill, is in the database. Of one worker's death
only the pages that were connected to it take notice, about half of them."""


class Times:
    """How long each cell of the table took, by database."""

    def __init__(self) -> None:
        self._taken: dict[str, dict[tuple[Victim, str], list[float]]] = {}
        self._database = ""

    def begins(self, database: str) -> None:
        """What is added from now on belongs to this database."""
        self._database = database
        self._taken.setdefault(database, defaultdict(list))

    def add(self, victim: Victim, column: str, seconds: float) -> None:
        self._taken[self._database][victim, column].append(max(0.0, seconds))

    def markdown(self) -> str:
        """One table a database."""
        parts = [_EXPLANATION]
        for database, taken in self._taken.items():
            times = max((len(values) for values in taken.values()), default=0)
            parts.append(f"\n**{database}**, each cell up to {times} ×\n")
            parts.append(f"| killed | {' | '.join(_COLUMNS)} |\n|---|{'--:|' * len(_COLUMNS)}")
            for victim in Victim:
                cells = [_cell(taken.get((victim, column), [])) for column in _COLUMNS]
                parts.append(f"| {victim} | {' | '.join(cells)} |")
        return "\n".join(parts)


def summary(ledger: Ledger) -> str:
    """What was counted, and what was lost."""
    calls = sum(1 for visit in ledger.visits.values() if visit.kiosk is not None)
    if not ledger.is_audited:
        return f"calls {calls}: the run was cut short before the records were counted"
    lost = ledger.count("record lost") + ledger.count("call lost") + ledger.count("facts lost")
    line = (
        f"calls {calls}, records {ledger.records}: lost {lost}, double {ledger.count('record double')}, "
        f"places lost {ledger.count('place lost')}"
    )
    others = [kind for kind, _ in ledger.faults if kind not in _SUMMED]
    return f"{line}; also: {', '.join(sorted(set(others)))}" if others else line


_SUMMED = {"record lost", "call lost", "facts lost", "record double", "place lost"}


def _cell(values: list[float]) -> str:
    return f"{statistics.median(values):.1f} / {max(values):.1f}" if values else "—"
