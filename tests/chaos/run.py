"""A whole chaos run: for each database the table, then random days, then the reckoning."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.databases import Database, database_of
from tests.chaos.installation import Installation, Victim
from tests.chaos.ledger import Ledger
from tests.chaos.random_day import TIMING as RANDOM_TIMING
from tests.chaos.random_day import RandomDay
from tests.chaos.report import Times, summary
from tests.chaos.table import TIMING as TABLE_TIMING
from tests.chaos.table import Table
from tests.chaos.witness import Witness

#: A record that a dead worker had been given is taken over after 15 s; then the database may just be away.
_RECORDS_WITHIN_S = 60.0
_ROUND_S = 40.0
_SHORTEST_ROUND_S = 5.0
_LOOK_S = 0.2
_LOG_SHOWN = 1500


@dataclass(frozen=True)
class Plan:
    """What to do on one database: these victims for the table, again until ``table_s``, then random until ``end_s``."""

    database: str
    victims: Sequence[Victim]
    table_s: float
    end_s: float


@dataclass
class Outcome:
    """What came of it."""

    seed: int
    times: Times = field(default_factory=Times)
    ledgers: list[Ledger] = field(default_factory=list)

    @property
    def faults(self) -> list[tuple[str, str]]:
        return [fault for ledger in self.ledgers for fault in ledger.faults]

    def story(self) -> str:
        """What an explanation has to begin with."""
        ledger = self.ledgers[-1]
        faults = "\n".join(f"{kind}: {detail}" for kind, detail in self.faults)
        return f"seed {self.seed}\nthe last events:\n{ledger.transcript()}\n{summary(ledger)}\n{faults}"


def plan_for(database: str, end_s: float, table_s: float = 0.0) -> Plan:
    """The table of all victims that this database leaves, at least once, then random days."""
    victims = [victim for victim in Victim if victim is not Victim.DATABASE or database != "sqlite"]
    return Plan(database, victims, table_s, end_s)


async def run(plans: Sequence[Plan], outcome: Outcome) -> None:
    """Carry the plans out, one after the other; what was found is in ``outcome``, also when this raises.

    Raises AssertionError where pages do not come back, or do not see what they should.
    """
    for plan in plans:
        with tempfile.TemporaryDirectory(prefix="chaos-") as folder:
            ledger = Ledger()
            outcome.ledgers.append(ledger)
            outcome.times.begins(plan.database)
            with database_of(plan.database, Path(folder) / "data") as database:
                await _run(plan, Path(folder), database, ledger, outcome)


async def _run(plan: Plan, folder: Path, database: Database, ledger: Ledger, outcome: Outcome) -> None:
    began = time.monotonic()
    chance = random.Random(f"{outcome.seed} {plan.database}")
    installation = Installation(folder, database)
    witness = Witness(ledger)
    await installation.starts(TABLE_TIMING)
    try:
        async with witness.watches(installation.desk_url):
            await _table(plan, installation, ledger, chance, outcome.times, began)
            await installation.stops()
            await installation.starts(RANDOM_TIMING)
            await _random(plan, installation, ledger, witness, chance, began)
            await _reckoning(installation, ledger, witness)
    except BaseException:
        ledger.note(f"the service's log ends with:\n{installation.log[-_LOG_SHOWN:]}")
        raise
    finally:
        await installation.stops()


async def _table(
    plan: Plan, installation: Installation, ledger: Ledger, chance: random.Random, times: Times, began: float
) -> None:
    table = Table(installation, ledger, chance, times)
    await table.opens()
    try:
        while True:
            for victim in plan.victims:
                await table.goes_through(victim)
                _say(f"  {plan.database}: {victim} killed in every phase")
            if time.monotonic() > began + plan.table_s:
                return
    finally:
        await table.closes()


async def _random(
    plan: Plan, installation: Installation, ledger: Ledger, witness: Witness, chance: random.Random, began: float
) -> None:
    day = RandomDay(installation, ledger, witness, chance)
    await day.opens()
    try:
        left_s = began + plan.end_s - time.monotonic()
        while left_s > _SHORTEST_ROUND_S:
            await day.goes_on_for(min(_ROUND_S, left_s))
            left_s = began + plan.end_s - time.monotonic()
            _say(f"  {plan.database}: {len(ledger.visits)} calls, {max(0.0, left_s):.0f} s to go")
        await day.ends()
    finally:
        await day.closes()


async def _reckoning(installation: Installation, ledger: Ledger, witness: Witness) -> None:
    until = time.monotonic() + _RECORDS_WITHIN_S
    while True:
        records = await asyncio.to_thread(installation.database.records)
        complete = not ledger.missing(records) and await witness.is_up_to_date()
        if complete or time.monotonic() > until:
            break
        await asyncio.sleep(_LOOK_S)
    ledger.audit(records)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
