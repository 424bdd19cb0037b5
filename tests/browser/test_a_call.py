"""The main job in real browsers: a visitor at a kiosk and an advisor at a console talk."""

import pytest

from tests.browser.people import PATIENCE_MS, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

# A camera that is not there.
NO_CAMERA = """
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    if (wanted.video) throw new DOMException("no camera", "NotFoundError");
    return real(wanted);
  };
"""

# A camera that opens and never gives a picture: its driver hangs, or another program has it.
DEAD_CAMERA = """
  const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const sound = wanted.audio ? (await real({ ...wanted, video: false })).getTracks() : [];
    const picture = wanted.video ? [new MediaStreamTrackGenerator({ kind: "video" })] : [];
    return new MediaStream([...sound, ...picture]);
  };
"""


async def test_an_arabic_visitor_talks_with_the_advisor_who_speaks_it(stage: Stage) -> None:
    before = {contact["call"] for contact in stage.contacts()}
    mika = await stage.advisor("mika")
    amina = await stage.advisor("amina")
    visitor = await stage.visitor()

    await visitor.asks_for("ar")
    assert await visitor.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]

    # The offer goes to the one who speaks Arabic.
    await amina.is_("ringing")
    assert "العربية" in await amina.page.locator("main").inner_text()
    await mika.is_("available")

    # Warm: the connection stands, yet before accept neither side receives one media packet.
    await visitor.until("the connection is not prepared while it rings", connected=1)
    await amina.until("the connection is not prepared while it rings", connected=1)
    # Consent checks go to and fro on the connection: time enough for a packet to come, if one did.
    checks = (await amina.figures())["checks"]
    await amina.until("no consent checks", checks=checks + 2)
    assert (await amina.figures())["packets"] == 0
    assert (await visitor.figures())["packets"] == 0
    assert await visitor.page.locator("[data-picture=remote]").count() == 0

    await amina.accepts()
    await visitor.stage("call")
    await amina.sees_the_other()
    await visitor.sees_the_other()

    await amina.writes("Welcome, how can I help?")
    await visitor.reads("Welcome, how can I help?", "advisor")
    await visitor.writes("أحتاج مساعدة في رسالة")
    await amina.reads("أحتاج مساعدة في رسالة", "visitor")

    # A phone number keeps its order although the words around it run from right to left.
    await amina.writes("رقم الهاتف: 020 634 0300 أو 040-123 4567")
    for person in (amina, visitor):
        numbers = person.page.locator("[data-line-from=advisor] bdi.written-number")
        await numbers.nth(1).wait_for()
        assert await numbers.all_inner_texts() == ["020 634 0300", "040-123 4567"]
        assert await numbers.first.get_attribute("dir") == "ltr"

    # A reload of either side is back in picture, and brings the chat back from the other side.
    await visitor.page.reload()
    await visitor.stage("call")
    await visitor.sees_the_other()
    await visitor.reads("Welcome, how can I help?", "advisor")
    assert await visitor.page.evaluate("document.documentElement.lang") == "ar"
    await amina.sees_the_other()
    await amina.page.reload()
    await amina.is_("in_call")
    await amina.sees_the_other()
    await amina.reads("أحتاج مساعدة في رسالة", "visitor")
    await visitor.sees_the_other()

    await visitor.ends()
    await visitor.stage("thanks")
    await amina.wraps_up("permit", "form")
    await visitor.action("again").click()
    await visitor.stage("start")

    # The screen is as new: nothing of the last visitor is left.
    traces = await visitor.page.evaluate(
        """async () => ({
          text: document.documentElement.outerHTML,
          storage: localStorage.length + sessionStorage.length,
          databases: (await indexedDB.databases()).length,
          caches: (await caches.keys()).length,
          cookies: document.cookie,
          streams: [...document.querySelectorAll("video, audio")].filter((element) => element.srcObject).length,
          alive: window.connections.filter((pc) => pc.connectionState !== "closed").length,
        })"""
    )
    assert "Welcome, how can I help?" not in traces["text"]
    assert "أحتاج" not in traces["text"]
    assert "Amina" not in traces["text"]
    del traces["text"]
    assert traces == {"storage": 0, "databases": 0, "caches": 0, "cookies": "", "streams": 0, "alive": 0}
    assert await visitor.page.evaluate("document.documentElement.dir") == "ltr"

    [contact] = [contact for contact in stage.contacts() if contact["call"] not in before]
    assert (contact["kiosk"], contact["municipality"]) == ("saarijarvi", "729")
    assert (contact["language_asked"], contact["served_how"]) == ("ar", "native_advisor")
    assert (contact["advisor"], contact["end_reason"]) == ("amina", "completed")
    assert sorted(contact["topics"]) == ["form", "permit"]
    assert contact["talk_ms"] > 1000
    assert [(o["staff"], o["outcome"]) for o in contact["offers"]] == [("amina", "accepted")]


@pytest.mark.parametrize("camera", [NO_CAMERA, DEAD_CAMERA], ids=["no camera", "a dead camera"])
async def test_who_gives_no_picture_is_heard(stage: Stage, camera: str) -> None:
    mika = await stage.advisor("mika")
    stage.init_scripts.append(camera)
    visitor = await stage.visitor()
    await visitor.asks_for("en")
    await mika.accepts()
    await visitor.sees_the_other()
    heard = await mika.until("the visitor is not heard", heard=1)
    assert heard["frames"] == 0
    await mika.page.locator("[data-notice=no-picture]").wait_for(timeout=PATIENCE_MS)


async def test_the_advisor_ends_and_mutes(stage: Stage) -> None:
    visitor = await stage.visitor("viitasaari", viewport={"width": 1920, "height": 1080})
    await visitor.asks_for("en")
    mika = await stage.advisor("mika")
    await mika.accepts()
    await mika.sees_the_other()
    await mika.action("camera").click()
    await mika.shows("document.querySelector('[data-action=camera]').dataset.off === 'true'")
    # The picture turns black: Chromium goes on sending, but nothing of the room is in it.
    await visitor.shows(
        """(() => {
          const video = document.querySelector("[data-picture=remote]");
          const canvas = document.createElement("canvas");
          canvas.width = canvas.height = 16;
          const context = canvas.getContext("2d");
          context.drawImage(video, 0, 0, 16, 16);
          return context.getImageData(0, 0, 16, 16).data.every((value, at) => at % 4 === 3 || value < 20);
        })()"""
    )
    # And the visitor is told why, as the advisor is when the visitor hides the pictures.
    await visitor.page.get_by_text("The advisor's camera is off").wait_for()
    await visitor.action("hide").click()
    await mika.page.get_by_text("The visitor has hidden the picture").wait_for()
    await mika.action("end").click()
    await visitor.stage("thanks")
    await mika.wraps_up("everyday")


async def test_an_offer_nobody_answers_is_declined_with_a_key_and_rings_at_the_next(stage: Stage) -> None:
    amina = await stage.advisor("amina")
    visitor = await stage.visitor()
    await visitor.asks_for("en")
    await amina.is_("ringing")
    yusuf = await stage.advisor("yusuf")
    await amina.page.keyboard.press("Escape")
    await yusuf.is_("ringing")
    await amina.is_("available")
    await yusuf.page.keyboard.press("Enter")
    await yusuf.is_("in_call")
    await visitor.stage("call")
    await visitor.sees_the_other(frames=1)


async def test_the_supervisor_sees_it_live(stage: Stage) -> None:
    helena = await stage.supervisor()
    visitor = await stage.visitor()
    await helena.page.locator("[data-kiosk=saarijarvi][data-connected=true]").wait_for()
    await visitor.asks_for("ar")
    await helena.page.locator("[data-call][data-state=waiting]").wait_for()
    amina = await stage.advisor("amina")
    await amina.accepts()
    await helena.page.locator("[data-call][data-state=connected]").wait_for()
    await helena.page.locator("[data-staff=amina][data-state=in_call]").wait_for()
    await visitor.ends()
    await helena.page.locator("[data-call]").wait_for(state="detached")
