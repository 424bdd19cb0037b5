"""A visitor and an advisor talk over networks of different kinds. All of them: `make media`."""

import pytest

from tests.media.lab.lab import Lab
from tests.media.topologies import TOPOLOGIES, Topology, tried

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("topology", [one for one in TOPOLOGIES if one.quick], ids=lambda one: one.name)
async def test_they_see_and_hear_each_other(lab: Lab, topology: Topology) -> None:
    outcome = await tried(lab, topology)
    assert outcome.accept_to_picture_s < 5
