"""Reloads and lost lines in real browsers: nobody's place and no call is lost."""

import asyncio
import socket

import pytest
from playwright.async_api import Browser

from tests.actors.service import RunningService
from tests.browser.people import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Keeps the camera a page opened last where a test can see whether it gives a picture.
WATCH_CAMERA = """
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await real(wanted);
    window.camera = Object.assign(document.createElement("video"), { muted: true, autoplay: true, srcObject: stream });
    return stream;
  };
"""


async def test_reloads_while_waiting_and_ringing(stage: Stage) -> None:
    # Each camera is waited for before the other page is loaded again. Where two pages of one browser let the camera go
    # and open it at the same time, Chromium 156 gives no picture to either until both have closed it: once in a hundred
    # times, with two bare pages too. A kiosk and a console are two machines.
    stage.init_scripts.append(WATCH_CAMERA)
    visitor = await stage.visitor()
    await visitor.asks_for("ar")
    await visitor.page.reload()
    await visitor.stage("waiting")
    await visitor.shows("window.camera?.videoWidth > 0")
    amina = await stage.advisor("amina")
    await amina.is_("ringing")
    await amina.page.reload()
    await amina.is_("ringing")
    await amina.shows("window.camera?.videoWidth > 0")
    await visitor.page.reload()
    await visitor.stage("waiting")
    await visitor.shows("window.camera?.videoWidth > 0")
    await amina.accepts()
    await visitor.sees_the_other()
    await amina.sees_the_other()


async def test_a_bridge_that_dies_in_mid_call_leaves_the_picture_alone(stage: Stage, service: RunningService) -> None:
    visitor = await stage.visitor()
    await visitor.asks_for("ar")
    amina = await stage.advisor("amina")
    await amina.accepts()
    await visitor.sees_the_other()
    before = await visitor.figures()
    async with amina.page.expect_websocket(), visitor.page.expect_websocket():
        service.kill("worker")
    # Picture and chat run between the browsers meanwhile, over the same connection.
    await amina.writes("still here")
    await visitor.reads("still here", "advisor")
    during = await visitor.until("the picture stands still", frames=before["frames"] + 30)
    assert during["connections"] == before["connections"]
    await amina.is_("in_call")
    after = await visitor.until("the picture stands still", frames=during["frames"] + 30)
    assert after["connections"] == before["connections"], "a connection that stands is left alone"
    await visitor.ends()
    await visitor.stage("thanks")
    await amina.wraps_up("other")


async def test_everything_dies_in_mid_call_and_the_conversation_goes_on(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The parent, its workers and Valkey, at once; started again, both are still in the same call."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    service = RunningService(tmp_path_factory.mktemp("mortal") / "data", "--port", str(port), "--workers", "2")
    service.start()
    stage = Stage(browser, service.url, service.data)
    try:
        visitor = await stage.visitor()
        await visitor.asks_for("ar")
        amina = await stage.advisor("amina")
        await amina.accepts()
        await visitor.sees_the_other()
        before = await visitor.figures()
        service.kill("valkey-server")
        service.kill("worker")
        service.kill_parent()
        await amina.writes("still here")
        await visitor.reads("still here", "advisor")
        during = await visitor.until("the picture stands still", frames=before["frames"] + 60)
        async with amina.page.expect_websocket(), visitor.page.expect_websocket():
            await asyncio.to_thread(service.start)
        await amina.is_("in_call")
        await visitor.stage("call")
        after = await visitor.until("the picture stands still", frames=during["frames"] + 30)
        assert after["connections"] == before["connections"], "a connection that stands is left alone"
        await amina.action("end").click()
        await amina.wraps_up("work")
        [contact] = stage.contacts()
        assert (contact["end_reason"], contact["topics"]) == ("completed", ["work"])
    finally:
        await stage.close()
        service.stop()
    # A page that reconnects asks in vain for a while.
    lost = [error for error in stage.page_errors if "ERR_CONNECTION_REFUSED" not in error]
    assert not lost, lost


async def test_a_kiosk_that_was_closed_and_opened_again_is_back_in_the_call(stage: Stage) -> None:
    visitor = await stage.visitor()
    await visitor.asks_for("en")
    mika = await stage.advisor("mika")
    await mika.accepts()
    await mika.writes("hello")
    await visitor.reads("hello", "advisor")
    other = await visitor.page.context.new_page()
    await visitor.page.close()
    visitor.page = other
    await other.goto(f"{stage.url}/kiosk/saarijarvi")
    await visitor.stage("call")
    await visitor.sees_the_other()
    await visitor.reads("hello", "advisor")


async def test_the_second_window_takes_the_calls_and_the_first_is_told(stage: Stage) -> None:
    amina = await stage.advisor("amina")
    first = amina.page
    second = await first.context.new_page()
    await second.goto(f"{stage.url}/console/amina")
    await second.locator("main[data-presence=available]").wait_for()
    await first.locator("[data-action=claim]").wait_for()
    await first.locator("[data-action=claim]").click()
    await first.locator("main[data-presence=available] [data-action=break]").wait_for()
    await second.locator("[data-action=claim]").wait_for()
