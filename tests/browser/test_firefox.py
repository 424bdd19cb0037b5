"""One smoke test with Debian's Firefox: a visitor in Firefox and an advisor in Chromium talk."""

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.browser.people import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_visitor_in_firefox_and_an_advisor_in_chromium_talk(stage: Stage) -> None:
    assert shutil.which("firefox-esr"), "Firefox is missing: tests/install-browsers installs it"
    node = shutil.which("node")
    assert node, "Node.js is missing: `make setup` sees to it"
    script = Path(__file__).with_name("firefox-visitor.mjs")
    firefox = await asyncio.create_subprocess_exec(
        node,
        str(script),
        stage.url,
        "viitasaari",
        "en",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert firefox.stdout is not None
    assert firefox.stdin is not None
    assert firefox.stderr is not None
    stdout = firefox.stdout

    async def step(name: str) -> dict[str, Any]:
        line = await asyncio.wait_for(stdout.readline(), 60)
        assert line, f"Firefox ended before {name}: {(await firefox.stderr.read()).decode()[-2000:]}"  # type: ignore[union-attr]
        told: dict[str, Any] = json.loads(line)
        assert told["step"] == name, told
        return told

    try:
        assert "firefox" in (await step("start"))["browser"].lower()
        await step("waiting")
        mika = await stage.advisor("mika")
        await mika.accepts()
        await mika.sees_the_other()
        await mika.writes("hello Firefox")
        seen = await step("call")
        assert seen["frames"] > 30
        assert seen["width"] > 0
        assert "hello Firefox" in seen["line"]
        firefox.stdin.write(b"end\n")
        await firefox.stdin.drain()
        assert (await step("thanks"))["errors"] == []
        await mika.wraps_up("other")
        assert await asyncio.wait_for(firefox.wait(), 30) == 0
    finally:
        if firefox.returncode is None:
            firefox.kill()
            await firefox.wait()
