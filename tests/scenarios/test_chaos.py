"""Two minutes of `make chaos`: everything is killed in every phase of a call, and nothing is lost."""

import pytest

from tests.chaos.run import Outcome, plan_for, run

SEED = 20261122


@pytest.mark.timeout(240)
async def test_whatever_is_killed_nothing_acknowledged_is_lost() -> None:
    outcome = Outcome(SEED)
    try:
        await run([plan_for("sqlite", end_s=35), plan_for("postgresql", end_s=60)], outcome)
    except AssertionError as error:
        raise AssertionError(f"{error}\n{outcome.story()}") from None
    assert not outcome.faults, outcome.story()
    assert sum(len(ledger.visits) for ledger in outcome.ledgers) > 50
