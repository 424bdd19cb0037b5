"""Real browsers against the real service: `gloria serve --demo` in processes of its own, Debian's Chromium."""

import contextlib
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.browser.people import Stage

CHROMIUM_ARGUMENTS = [
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--autoplay-policy=no-user-gesture-required",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--no-sandbox",
]


class RunningService:
    """`gloria serve --demo` on a data folder of its own."""

    def __init__(self, data: Path, *flags: str) -> None:
        self.data = data
        self.log = data.parent / f"{data.name}.log"
        self._flags = flags
        self._process: subprocess.Popen[bytes] | None = None
        self.url = ""

    def start(self) -> None:
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bridge.cli", "serve", "--demo", "--data", str(self.data), *self._flags],
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + 30
        while not (found := re.findall(r"Gloria is running: (http://\S+)/", self.log.read_text())):
            assert self._process.poll() is None, f"the service ended:\n{self.log.read_text()}"
            assert time.monotonic() < deadline, f"the service did not start:\n{self.log.read_text()}"
            time.sleep(0.05)
        self.url = found[-1]

    def stop(self) -> float:
        """Ctrl-C; how many seconds it took to end."""
        assert self._process is not None
        began = time.monotonic()
        self._process.send_signal(signal.SIGINT)
        self._process.wait(20)
        return time.monotonic() - began

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningService]:
    running = RunningService(tmp_path_factory.mktemp("service") / "data", "--port", "0")
    running.start()
    yield running
    running.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "Chromium is missing: tests/install-browsers installs it"
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def stage(browser: Browser, service: RunningService) -> AsyncIterator[Stage]:
    """Gives out kiosks and consoles; afterwards everybody goes offline and every page is closed."""
    given = Stage(browser, service.url, service.data)
    yield given
    with contextlib.suppress(AssertionError):
        await given.everybody_leaves()
    errors = given.page_errors
    await given.close()
    assert not errors, f"errors in the pages: {errors}"
