"""The lab of the media tests: one for all of them, with the network around the same two browsers changed."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.media.lab.lab import Lab
from tests.media.lab.namespace import why_not


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lab() -> AsyncIterator[Lab]:
    """A running Gloria in a network of its own, the kiosk's and the advisor's browsers signed in."""
    if reason := why_not():
        pytest.skip(reason)
    async with Lab.opened() as opened:
        yield opened
