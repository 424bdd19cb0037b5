"""Ten thousand steps of the machine, the same ones every time."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.machine.machine import Machine
from tests.machine.server import Laboratory

STEPS, STEPS_AN_EXAMPLE = 10_000, 200


@pytest.fixture
def laboratory() -> Iterator[Laboratory]:
    laboratory = Machine.laboratory = Laboratory()
    yield laboratory
    laboratory.close()


@pytest.mark.timeout(900)
def test_the_desk_keeps_its_promises_whatever_happens(laboratory: Laboratory) -> None:
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=STEPS // STEPS_AN_EXAMPLE,
            stateful_step_count=STEPS_AN_EXAMPLE,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
