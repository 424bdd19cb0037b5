"""Three in a call, in real browsers: who joins and leaves does not touch the picture of the first two."""

import pytest

from tests.browser.people import PATIENCE_MS, Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

# For each living connection, how many frames of the other side's picture it has decoded, four times a second.
COUNT_FRAMES = """() => {
  window.counted = [];
  window.counting = setInterval(async () => {
    const now = [];
    for (const pc of window.connections) {
      let frames = 0;
      if (pc.connectionState !== "closed") {
        for (const report of (await pc.getStats()).values())
          if (report.type === "inbound-rtp" && report.kind === "video") frames += report.framesDecoded;
      }
      now.push(frames);
    }
    window.counted.push({ at: performance.now(), frames: now });
  }, 250);
}"""

MORE_FRAMES = (
    "least => window.counted.length > 1 && window.counted.at(-1).frames[0] - window.counted[0].frames[0] > least"
)

# The longest time, in seconds, in which the first connection decoded nothing new; and how many frames it did in all.
LONGEST_STILL = """() => {
  clearInterval(window.counting);
  let still = 0, since = window.counted[0];
  for (const one of window.counted) {
    if (one.frames[0] > since.frames[0]) since = one;
    still = Math.max(still, one.at - since.at);
  }
  const first = window.counted[0].frames[0], last = window.counted.at(-1).frames[0];
  return { still_s: still / 1000, frames: last - first, samples: window.counted.length };
}"""


async def test_a_tigrinya_visitor_an_advisor_and_an_interpreter_talk_as_three(stage: Stage) -> None:
    mika = await stage.advisor("mika")
    selam = await stage.advisor("selam")
    visitor = await stage.visitor()
    await visitor.asks_for("ti")
    await mika.is_("ringing")
    await selam.is_("ringing")
    await mika.action("accept").click()
    await selam.accepts()
    await mika.is_("in_call")
    await visitor.stage("call")
    await visitor.until("no picture of the advisor, or not both are heard", frames=20, heard=2, connected=2)
    await visitor.page.locator("[data-other=selam][data-seen=none]").wait_for(timeout=PATIENCE_MS)
    await selam.until("no sound of the two others", connected=2, heard=2, frames=10)
    await mika.until("no sound of the two others", connected=2, heard=2, frames=10)
    connections = (await visitor.figures())["connections"]

    # The chat reaches all three.
    await visitor.writes("ሰላም")
    await mika.reads("ሰላም", "visitor")
    await selam.reads("ሰላም", "visitor")
    await selam.writes("Selam interprets")
    await visitor.reads("Selam interprets", "interpreter")
    await mika.reads("Selam interprets", "interpreter")

    # The interpreter leaves and another time joins; the first pair's picture goes on.
    await visitor.page.evaluate(COUNT_FRAMES)
    await selam.action("step-out").click()
    await selam.is_("available")
    await visitor.page.locator("[data-other=selam]").wait_for(state="detached", timeout=PATIENCE_MS)
    await mika.asks_for_an_interpreter("ti")
    await selam.accepts()
    await visitor.page.locator("[data-other=selam][data-seen=none]").wait_for(timeout=PATIENCE_MS)
    await visitor.until("no second connection", connected=2)
    # All of it may be over within a second, on a machine that decodes few frames in one.
    await visitor.page.wait_for_function(MORE_FRAMES, arg=20, timeout=PATIENCE_MS)
    still = await visitor.page.evaluate(LONGEST_STILL)
    assert still["frames"] > 20, still
    assert still["still_s"] < 2, f"the picture stood still: {still}"
    figures = await visitor.figures()
    assert figures["connections"] == connections + 1, "one connection came; the advisor's is the one from the start"

    await mika.action("end").click()
    await visitor.stage("thanks")
    await selam.is_("available")
    await mika.wraps_up("form")
