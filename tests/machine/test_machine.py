"""Ten thousand steps of the machine, the same ones every time.

GLORIA_TEST_MACHINE_SEED takes another seed; ``make soak`` takes a million steps and a seed of its own.
"""

import os
from collections.abc import Iterator

import pytest

from bridge.signaling.messages import FactName
from tests.machine.machine import Machine, Statistics, run
from tests.machine.server import Laboratory

SEED = int(os.environ.get("GLORIA_TEST_MACHINE_SEED", "20261122"))
STEPS = 10_000


@pytest.fixture
def machine() -> Iterator[type[Machine]]:
    Machine.laboratory, Machine.statistics = Laboratory(), Statistics()
    yield Machine
    Machine.laboratory.close()


# A failure is made as short as may be first: minutes.
@pytest.mark.timeout(900)
def test_the_desk_keeps_its_promises_whatever_happens(machine: type[Machine]) -> None:
    print(f"seed {SEED}")
    run(STEPS, SEED)
    reached = machine.statistics
    print(reached)
    assert reached.steps >= STEPS
    assert reached.restarts > 5
    assert reached.repeated > 100
    # Of a walk that went nowhere the checks say nothing.
    often = [FactName.CALL_JOINED, FactName.OFFER_ACCEPTED, FactName.OFFER_TIMED_OUT, FactName.CALL_TRANSFERRED]
    often += [FactName.CALL_ASKED, FactName.OFFER_SEAT_ACCEPTED, FactName.CALL_REQUEUED, FactName.STAFF_SERVED]
    assert all(reached.facts[name] > 20 for name in often), reached
