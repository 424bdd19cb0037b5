"""Something breaks in mid-call, and the picture comes back on both sides. All of it: `make media`, `make soak`."""

import pytest

from tests.media.accept_soak import soaked
from tests.media.lab.failures import FAILURES, Failure, survived
from tests.media.lab.lab import Lab

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("failure", [one for one in FAILURES if one.quick], ids=lambda one: one.name)
async def test_the_picture_comes_back(lab: Lab, failure: Failure) -> None:
    await survived(lab, failure)


async def test_no_call_lacks_its_picture_when_the_path_is_blocked_while_it_rings(lab: Lab) -> None:
    soak = await soaked(lab, calls=5, seed=11)
    assert not soak.without_picture, str(soak)
