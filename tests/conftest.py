"""Fixtures: a real server for the desk, a bridge on it, one desk a test."""

import itertools
import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bridge.database import schema
from bridge.desk.embedded import EmbeddedServer, find_program
from bridge.settings import Settings, load_settings
from tests.actors.desk import DeskUnderTest, desk_under_test

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    """Address of an embedded server; GLORIA_TEST_REDIS_URL names another one to test against."""
    given = os.environ.get("GLORIA_TEST_REDIS_URL")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="gloria-") as folder:
        server = EmbeddedServer(Path(folder), find_program())
        server.start()
        yield server.url
        server.stop()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a demo desk of its own."""
    return load_settings(
        None,
        {},
        {
            "demo": True,
            "data.folder": tmp_path,
            "desk.name": f"test-{os.getpid()}-{next(_numbers)}",
            # Most scenarios are not about tiers: whoever speaks a language is tried at once.
            "routing.fluent_after_s": 0,
        },
    )


@pytest.fixture
async def desk(settings: Settings, redis_url: str) -> AsyncIterator[DeskUnderTest]:
    """A bridge with nobody connected yet."""
    await schema.upgrade(settings.database_url)
    async with desk_under_test(settings, redis_url) as under_test:
        yield under_test
