"""Background tasks with an owner: named, their failure logged, cancelled at shutdown."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

log = logging.getLogger(__name__)

CANCEL_AGAIN_S = 0.5


class TaskOwner:
    """Starts tasks by name and answers for them.

    A task that fails is logged with its name and sets ``failed``: a process that lost a loop it lives by must
    not go on as if nothing had happened. ``close`` cancels what still runs and waits for it.

    Once is not always enough: ``asyncio.wait_for`` of Python 3.11, which libraries use, forgets a cancellation that
    comes in the moment in which its work is done.
    """

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()
        self.failed: asyncio.Event = asyncio.Event()

    def start(self, name: str, work: Coroutine[Any, Any, Any]) -> asyncio.Task[Any]:
        """Run ``work`` until it ends, fails or the owner closes."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if task.cancelled():
            return
        error = task.exception()
        if error is not None:
            log.error("task %s failed", task.get_name(), exc_info=error)
            self.failed.set()

    async def close(self) -> None:
        """Cancel every task and wait until all have ended."""
        running = set(self._tasks)
        while running:
            for task in running:
                task.cancel()
            _, running = await asyncio.wait(running, timeout=CANCEL_AGAIN_S)
