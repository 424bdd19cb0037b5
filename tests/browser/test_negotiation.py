"""Two conversations in one page, joined by a line that does what networks do: out of order, twice, too late."""

import pytest

from tests.browser.people import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Joins an advisor's and a visitor's conversation. `mangle(kind, deliver)` decides when and how often a signal arrives.
LINE = """
  const { createConversation } = await import("shared/conversation.js");
  window.sent = [];
  window.renewals = [];
  window.link = (mangle) => {
    const sides = {};
    const make = (side, other) => createConversation({
      side,
      iceServers: [],
      now: Date.now,
      command: async (event, fields) => { window.renewals.push({ side, ...fields }); return { ok: true }; },
      signal: (event, message) => {
        const kind = event === "media.describe" ? "describe" : "candidate";
        const deliver = () => sides[other].receive(kind, message);
        window.sent.push({ kind, message, deliver });
        mangle(kind, deliver);
      },
    });
    sides.advisor = make("advisor", "visitor");
    sides.visitor = make("visitor", "advisor");
    return sides;
  };
  window.until = async (what, condition) => {
    const deadline = performance.now() + 10000;
    while (!condition()) {
      if (performance.now() > deadline) throw new Error("never: " + what);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  window.chats = async ({ advisor, visitor }, text) => {
    await until("both chats open", () => advisor.chat.open.value && visitor.chat.open.value);
    advisor.chat.say(text);
    await until("the line arrives", () => visitor.chat.lines.value.some((line) => line.text === text));
  };
"""


async def run(stage: Stage, script: str) -> object:
    page = await stage.page()
    await page.goto(f"{stage.url}/supervisor/helena")
    await page.locator("[data-action=sign-in]").click()
    await page.wait_for_url("**/supervisor/helena")
    return await page.evaluate(f"async () => {{ {LINE} {script} }}")


async def test_candidates_that_come_before_their_description(stage: Stage) -> None:
    kinds = await run(
        stage,
        """
        const sides = link((kind, deliver) => {
          // Descriptions take their time; candidates are there at once, and come twice.
          if (kind === "describe") setTimeout(deliver, 400);
          else { deliver(); deliver(); }
        });
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        await chats(sides, "hello");
        await until("picture", () => sides.visitor.remote.value && sides.advisor.remote.value);
        return window.renewals.length;
        """,
    )
    assert kinds == 0, "the connection stands at the first try"


async def test_signals_that_come_before_the_desk_has_said_so(stage: Stage) -> None:
    renewals = await run(
        stage,
        """
        const sides = link((kind, deliver) => deliver());
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        await until("the advisor's description", () => window.sent.some((one) => one.kind === "describe"));
        // The visitor's bridge is slower: only now does the fact arrive.
        sides.visitor.follow(target, false);
        await chats(sides, "hello");
        return window.renewals.length;
        """,
    )
    assert renewals == 0


async def test_late_signals_of_an_old_connection_do_no_harm(stage: Stage) -> None:
    paths = await run(
        stage,
        """
        const sides = link((kind, deliver) => deliver());
        const first = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(first, false);
        sides.visitor.follow(first, false);
        await chats(sides, "one");
        const old = [...window.sent];
        const second = { call: "c1", generation: 2, talking: true };
        sides.visitor.follow(second, false);
        for (const signal of old) signal.deliver();
        sides.advisor.follow(second, false);
        for (const signal of old) signal.deliver();
        await chats(sides, "two");
        for (const signal of old) signal.deliver();
        await chats(sides, "three");
        return [sides.advisor.path.value, sides.visitor.path.value, sides.visitor.chat.lines.value.length];
        """,
    )
    assert paths == ["connected", "connected", 3]


async def test_a_page_that_reads_a_connection_from_a_snapshot_asks_for_a_new_one_once(stage: Stage) -> None:
    renewals = await run(
        stage,
        """
        const sides = link((kind, deliver) => deliver());
        const seen = { call: "c1", generation: 4, talking: true };
        sides.visitor.follow(seen, true);
        sides.visitor.follow(seen, true);
        await until("a renewal", () => window.renewals.length > 0);
        const next = { call: "c1", generation: 5, talking: true };
        sides.visitor.follow(next, false);
        sides.advisor.follow(next, false);
        await chats(sides, "hello");
        // A snapshot after that (the line to the bridge broke and came back) leaves a connection that stands alone.
        sides.visitor.follow(next, true);
        return window.renewals;
        """,
    )
    assert renewals == [{"side": "visitor", "call": "c1", "generation": 4}]


async def test_the_end_of_a_call_closes_everything(stage: Stage) -> None:
    left = await run(
        stage,
        """
        const sides = link((kind, deliver) => deliver());
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        await chats(sides, "hello");
        await until("own picture", () => sides.visitor.local.value);
        const tracks = sides.visitor.local.value.getTracks();
        sides.visitor.follow(null, false);
        sides.advisor.follow(null, false);
        return {
          open: window.connections.filter((pc) => pc.connectionState !== "closed").length,
          live: tracks.filter((track) => track.readyState === "live").length,
          lines: sides.visitor.chat.lines.value.length,
          remote: sides.visitor.remote.value,
        };
        """,
    )
    assert left == {"open": 0, "live": 0, "lines": 0, "remote": None}


async def test_two_calls_in_a_row_leave_no_camera_on(stage: Stage) -> None:
    """The first call is gone before its camera is open, and the next one rings at once."""
    live = await run(
        stage,
        """
        const opened = [];
        const real = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
        navigator.mediaDevices.getUserMedia = async (...wanted) => {
          const stream = await real(...wanted);
          opened.push(stream);
          return stream;
        };
        const sides = link((kind, deliver) => deliver());
        sides.visitor.follow({ call: "c1", generation: 1, talking: false }, false);
        sides.visitor.follow(null, false);
        sides.visitor.follow({ call: "c2", generation: 1, talking: false }, false);
        await until("both are open", () => opened.length === 2 && sides.visitor.local.value);
        const tracks = () => opened.flatMap((stream) => stream.getTracks());
        const live = () => tracks().filter((track) => track.readyState === "live").length;
        const during = live();
        sides.visitor.follow(null, false);
        return [during, live()];
        """,
    )
    assert live == [2, 0], "one camera and one microphone during the call, none after it"


async def test_nothing_is_written_to_an_advisor_who_has_not_accepted(stage: Stage) -> None:
    seen = await run(
        stage,
        """
        const sides = link((kind, deliver) => deliver());
        const ringing = { call: "c1", generation: 1, talking: false };
        sides.visitor.chat.say("what I told the one before");
        sides.advisor.follow(ringing, false);
        sides.visitor.follow(ringing, false);
        const stands = ({ path }) => path.value === "connected";
        await until("the warm connection", () => stands(sides.visitor) && stands(sides.advisor));
        await until("its channel", () => window.connections.every((pc) => pc.sctp?.state === "connected"));
        const before = [sides.advisor.chat.open.value, sides.advisor.chat.lines.value.length];
        const talking = { ...ringing, talking: true };
        sides.advisor.follow(talking, false);
        sides.visitor.follow(talking, false);
        await chats(sides, "hello");
        await until("the older line", () => sides.advisor.chat.lines.value.length === 2);
        return before;
        """,
    )
    assert seen == [False, 0]
