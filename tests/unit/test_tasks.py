"""The owner of background tasks: names their failures, and ends them whatever they do."""

import asyncio
import logging
from contextlib import suppress

import pytest

from bridge import tasks
from bridge.database.engine import database_work
from bridge.tasks import TaskOwner


async def test_a_task_that_fails_is_logged_by_its_name_and_known(caplog: pytest.LogCaptureFixture) -> None:
    owner = TaskOwner()

    async def work() -> None:
        raise ValueError("no more of it")

    with caplog.at_level(logging.ERROR):
        await asyncio.wait([owner.start("the work", work())])
    assert owner.failed.is_set()
    assert "task the work failed" in caplog.text
    await owner.close()


async def test_a_cancellation_that_got_lost_is_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "CANCEL_AGAIN_S", 0.01)
    owner, lost = TaskOwner(), 0

    async def work() -> None:
        nonlocal lost
        while lost < 3:
            try:
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                lost += 1
        await asyncio.Event().wait()

    started = owner.start("the work", work())
    await asyncio.sleep(0)
    await owner.close()
    assert started.cancelled()
    assert lost == 3
    assert not owner.failed.is_set()


async def test_database_work_is_done_to_its_end_however_often_its_caller_is_cancelled() -> None:
    may_end, ended = asyncio.Event(), False

    @database_work
    async def work() -> None:
        nonlocal ended
        await may_end.wait()
        ended = True

    caller = asyncio.create_task(work())
    for _ in range(3):
        await asyncio.sleep(0)
        caller.cancel()
    await asyncio.sleep(0)
    assert not caller.done()
    may_end.set()
    with suppress(asyncio.CancelledError):
        await caller
    assert caller.cancelled()
    assert ended
