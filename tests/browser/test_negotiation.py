"""Conversations in one page, joined by a line that does what networks do: out of order, twice, too late."""

from typing import Any

import pytest

from tests.browser.people import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

# Joins an advisor's and a visitor's conversation. `mangle(kind, deliver)` decides when and how often a signal arrives.
LINE = """
  const { createConversation } = await import("shared/conversation.js");
  window.sent = [];
  window.renewals = [];
  window.reports = [];
  // In a call of two there is one link, which the advisor's side begins.
  window.asOneOfTwo = (side, other, conversation) => {
    const { follow } = conversation;
    conversation.follow = (target, fresh) => {
      if (!target) return follow(null, fresh);
      const { call, channel, ...state } = target;
      const only = { link: 1, other, starts: side === "advisor", there: true, ...state };
      return follow({ call, channel, links: [only] }, fresh);
    };
    return conversation;
  };
  window.link = (mangle) => {
    const sides = {};
    const pass = (other) => (event, message) => {
      const kind = event.replace("media.", "");
      const deliver = () => sides[other].receive(kind, message);
      window.sent.push({ kind, message, deliver });
      mangle(kind, deliver, message);
    };
    const make = (side, other, passes = pass(other)) => asOneOfTwo(side, other, createConversation({
      side,
      now: Date.now,
      lineUp: () => true,
      connection: {
        command: async (event, fields) => {
          if (event === "media.renew") window.renewals.push({ side, ...fields });
          if (event === "media.report") window.reports.push(fields);
          return { ok: true };
        },
        ask: async (event, fields) => {
          if (event === "media.describe") passes(event, fields);
          return { ok: true, ice_servers: [], turn_only: false, hidden: false, relays: [] };
        },
        signal: (event, fields) => passes(event, fields),
      },
    }));
    sides.advisor = make("advisor", "visitor");
    sides.visitor = make("visitor", "advisor");
    return sides;
  };
  window.until = async (what, condition) => {
    const deadline = performance.now() + 20000;
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


async def run(stage: Stage, script: str) -> Any:
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
    assert renewals == [{"side": "visitor", "call": "c1", "link": 1, "generation": 4}]


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


async def test_both_screens_show_the_same_safety_code(stage: Stage) -> None:
    codes = await run(
        stage,
        """
        const sides = link((kind, deliver) => deliver());
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        await until("both codes", () => sides.advisor.code.value && sides.visitor.code.value);
        const first = [sides.advisor.code.value, sides.visitor.code.value];
        const next = { call: "c1", generation: 2, talking: true };
        sides.advisor.follow(next, false);
        sides.visitor.follow(next, false);
        await until("new codes", () => sides.advisor.code.value && sides.visitor.code.value);
        return [first, [sides.advisor.code.value, sides.visitor.code.value]];
        """,
    )
    (first, second), (third, fourth) = codes
    assert first == second
    assert third == fourth
    assert first != third, "a new connection has a new code"
    assert len(first) == 6
    assert first.isdigit()


async def test_somebody_in_the_middle_makes_the_codes_differ(stage: Stage) -> None:
    """A bridge gone bad ends both encrypted connections itself and passes on everything that is said."""
    codes = await run(
        stage,
        """
        const { createPeer } = await import("shared/peer.js");
        const servers = { iceServers: [], turnOnly: false };
        const middle = {};
        const sides = {};
        const channels = {};
        const pass = () => {
          if (!channels.advisor || !channels.visitor) return;
          channels.advisor.onmessage = ({ data }) => channels.visitor.send(data);
          channels.visitor.onmessage = ({ data }) => channels.advisor.send(data);
          const target = { call: "c1", generation: 1, talking: true };
          sides.advisor.follow(target, false);
          sides.visitor.follow(target, false);
        };
        for (const side of ["advisor", "visitor"]) {
          middle[side] = createPeer({
            generation: 1,
            starts: side === "visitor",
            servers,
            renewServers: async () => servers,
            send: (kind, fields) => sides[side].receive(kind, { call: "c1", link: 1, generation: 1, ...fields }),
            onState: () => {},
            onStream: () => {},
            onTampered: () => {},
            onChannel: (channel) => { channels[side] = channel; pass(); },
          });
          sides[side] = asOneOfTwo(side, side === "advisor" ? "visitor" : "advisor", createConversation({
            side,
            now: Date.now,
            lineUp: () => true,
            connection: {
              command: async () => ({ ok: true }),
              ask: async (event, message) => {
                if (event === "media.describe") middle[side].receive("describe", message);
                return { ok: true, ice_servers: [], turn_only: false, hidden: false, relays: [] };
              },
              signal: (event, message) => {
                if (event !== "media.chat") middle[side].receive(event.replace("media.", ""), message);
              },
            },
          }));
        }
        const ringing = { call: "c1", generation: 1, talking: false };
        sides.advisor.follow(ringing, false);
        sides.visitor.follow(ringing, false);
        await until("both codes", () => sides.advisor.code.value && sides.visitor.code.value);
        sides.advisor.chat.say("do you hear me?");
        await until("the middle passes it on", () => sides.visitor.chat.lines.value.length === 1);
        return [sides.advisor.code.value, sides.visitor.code.value];
        """,
    )
    assert codes[0] != codes[1]


async def test_where_nothing_connects_the_chat_goes_through_the_bridge_and_says_so(stage: Stage) -> None:
    seen = await run(
        stage,
        """
        // Descriptions pass, candidates do not, nor those inside descriptions: a firewall without a hole.
        const blind = (message) => {
          const { description } = message;
          if (description) description.sdp = description.sdp.replace(/a=candidate.*/g, "a=x-held-back");
        };
        const sides = link((kind, deliver, message) => { blind(message); if (kind !== "candidate") deliver(); });
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        sides.advisor.chat.say("can you read this?");
        await until("the chat", () => sides.visitor.chat.lines.value.length === 1);
        sides.visitor.chat.say("yes");
        await until("the answer", () => sides.advisor.chat.lines.value.length === 2);
        const told = [sides.advisor.chatByBridge.value, sides.visitor.chatByBridge.value, sides.advisor.code.value];
        await until("a new try", () => window.renewals.length > 0);
        await until("the record", () => window.reports.some(({ route }) => route === "bridge"));
        const report = window.reports.at(-1);
        return [told, report.route, report.connect_ms, report.no_route];
        """,
    )
    assert seen == [[True, True, None], "bridge", None, "no_turn"]


async def test_from_the_bridge_the_chat_comes_back_when_something_connects(stage: Stage) -> None:
    seen = await run(
        stage,
        """
        let closed = true;
        const blind = (message) => {
          const { description } = message;
          if (description) description.sdp = description.sdp.replace(/a=candidate.*/g, "a=x-held-back");
        };
        const sides = link((kind, deliver, message) => {
          if (closed) blind(message);
          if (!closed || kind !== "candidate") deliver();
        });
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        sides.advisor.chat.say("one");
        await until("through the bridge", () => sides.visitor.chat.lines.value.length === 1);
        closed = false;
        const next = { call: "c1", generation: 2, talking: true };
        sides.advisor.follow(next, false);
        sides.visitor.follow(next, false);
        const stands = ({ path }) => path.value === "connected";
        await until("connected", () => stands(sides.advisor) && stands(sides.visitor));
        await until("own channel", () => !sides.advisor.chatByBridge.value && !sides.visitor.chatByBridge.value);
        await chats(sides, "two");
        return sides.visitor.chat.lines.value.map(({ text }) => text);
        """,
    )
    assert seen == ["one", "two"]


async def test_a_changed_network_restarts_ice_and_nothing_else(stage: Stage) -> None:
    """The connection, its keys, its channel and the code stay; both sides gather anew and ask for fresh servers."""
    seen = await run(
        stage,
        """
        const sides = link((kind, deliver) => deliver());
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        await chats(sides, "before");
        await until("codes", () => sides.advisor.code.value && sides.visitor.code.value);
        const code = sides.advisor.code.value;
        const ufrag = () => window.connections.map((pc) => /ice-ufrag:(.*)/.exec(pc.localDescription.sdp)[1]);
        const before = ufrag();
        // Both at once, as when a router changes its address.
        sides.visitor.networkChanged();
        sides.advisor.networkChanged();
        await until("new fragments", () => ufrag().every((one, at) => one !== before[at]));
        const stands = ({ path }) => path.value === "connected";
        await until("connected", () => stands(sides.visitor) && stands(sides.advisor));
        await chats(sides, "after");
        return [window.connections.length, window.renewals.length, sides.advisor.code.value === code];
        """,
    )
    assert seen == [2, 0, True]


async def test_other_keys_in_mid_call_are_refused_and_both_are_told(stage: Stage) -> None:
    """Chromium would take another certificate in a later description and go on, the first code on the screen."""
    seen = await run(
        stage,
        """
        let last = null;
        const sides = link((kind, deliver, message) => {
          if (kind === "describe" && message.description.type === "offer") last = message;
          deliver();
        });
        const target = { call: "c1", generation: 1, talking: true };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        await until("codes", () => sides.advisor.code.value && sides.visitor.code.value);
        const code = sides.visitor.code.value;
        const sdp = last.description.sdp.replace(/(a=fingerprint:sha-256 )../g, "$100");
        const others = { ...last, description: { type: "offer", sdp } };
        const doubled = last.description.sdp.replace(/(a=fingerprint:sha-256 )(..)/, "$100$2\\r\\n$1$2");
        sides.visitor.receive("describe", others);
        await until("the alarm", () => sides.visitor.code.value === "mismatch");
        await new Promise((resolve) => setTimeout(resolve, 300));
        const { onlyFingerprint } = await import("shared/peer.js");
        const own = onlyFingerprint(last.description.sdp) !== null;
        return [code.length, sides.visitor.code.value, onlyFingerprint(doubled), own];
        """,
    )
    assert seen == [6, "mismatch", None, True]


# Joins a visitor, an advisor and an interpreter: `links` says which connections there are now, and who is in.
THREE = """
  window.three = () => {
    const links = {
      1: { between: ["advisor", "visitor"], generation: 1, talking: true },
      2: { between: ["interpreter", "visitor"], generation: 1, talking: true },
      3: { between: ["interpreter", "advisor"], generation: 1, talking: true },
    };
    const sides = {};
    const make = (side) => {
      const pass = (event, message) => {
        const to = links[message.link]?.between.find((one) => one !== side);
        if (to) setTimeout(() => sides[to].receive(event.replace("media.", ""), message));
      };
      return createConversation({
        side,
        author: side,
        now: Date.now,
        lineUp: () => true,
        connection: {
          command: async () => ({ ok: true }),
          ask: async (event, fields) => {
            if (event === "media.describe") pass(event, fields);
            return { ok: true, ice_servers: [], turn_only: false, hidden: false, relays: [] };
          },
          signal: pass,
        },
      });
    };
    for (const side of ["visitor", "advisor", "interpreter"]) sides[side] = make(side);
    const seen = (side) => {
      const own = Object.entries(links).filter(([, { between }]) => between.includes(side));
      return own.map(([number, { between, ...state }]) => {
        const other = between.find((one) => one !== side);
        return { link: Number(number), other, starts: between[0] === side, there: true, ...state };
      });
    };
    const tell = () => {
      for (const side of Object.keys(sides)) {
        const own = seen(side);
        sides[side].follow(own.length ? { call: "c1", links: own } : null, false);
      }
    };
    return { sides, links, tell };
  };
  window.moves = async (what, conversation, id) => {
    const { remote } = conversation.others.value.find((other) => other.id === id);
    const element = document.createElement("video");
    element.muted = true;
    element.srcObject = remote.value;
    await element.play();
    const before = element.currentTime;
    await until(what, () => element.currentTime > before + 0.3 && element.videoWidth > 0);
  };
"""


async def run_three(stage: Stage, script: str) -> Any:
    return await run(stage, f"{THREE} {script}")


async def test_three_people_are_three_connections_and_a_third_comes_and_goes_unnoticed(stage: Stage) -> None:
    seen = await run_three(
        stage,
        """
        const { sides, links, tell } = three();
        const { visitor, advisor, interpreter } = sides;
        const absent = { 2: links[2], 3: links[3] };
        delete links[2];
        delete links[3];
        tell();
        advisor.chat.say("one");
        await until("two", () => visitor.chat.lines.value.length === 1);
        await moves("the advisor's picture", visitor, "advisor");
        const pair = [...window.connections];
        const states = [];
        for (const pc of pair) pc.addEventListener("signalingstatechange", () => states.push(pc.signalingState));
        const code = visitor.code.value;
        Object.assign(links, absent);
        // Warm first: they are being rung.
        links[2].talking = links[3].talking = false;
        tell();
        const warm = () => interpreter.others.value.every(({ path }) => path.value === "connected");
        await until("the warm connections", warm);
        const silent = window.connections.slice(2).flatMap((pc) => pc.getSenders()).filter(({ track }) => track).length;
        links[2].talking = links[3].talking = true;
        tell();
        await until("the line so far", () => interpreter.chat.lines.value.length === 1);
        interpreter.chat.say("two");
        visitor.chat.say("three");
        const all = [visitor, advisor, interpreter];
        const lines = () => all.map(({ chat }) => chat.lines.value);
        await until("everybody has everything", () => lines().every(({ length }) => length === 3));
        await until("delivered", () => lines().flat().every(({ delivered }) => delivered));
        const codes = () => all.flatMap(({ others }) => others.value.map((other) => other.code.value));
        await until("codes", () => codes().every((one) => one));
        const different = new Set(codes()).size;
        const tracks = (conversation) => conversation.local.value.getTracks().map(({ kind }) => kind).sort();
        const before = tracks(interpreter);
        interpreter.setCameraOff(false);
        await until("the interpreter's camera", () => tracks(interpreter).length === 2);
        await moves("the interpreter's picture", visitor, "interpreter");
        await moves("the interpreter's picture at the advisor", advisor, "interpreter");
        const height = visitor.local.value.getVideoTracks()[0].getSettings().height;
        delete links[2];
        delete links[3];
        tell();
        await moves("the advisor's picture goes on", visitor, "advisor");
        advisor.chat.say("four");
        await until("four", () => visitor.chat.lines.value.length === 4);
        return {
          silent, states, different, before, height,
          same: visitor.code.value === code,
          open: window.connections.map((pc) => pc.connectionState !== "closed"),
        };
        """,
    )
    assert seen == {
        "silent": 0,
        "states": [],
        "different": 3,
        "before": ["audio"],
        "height": 360,
        "same": True,
        "open": [True, True, False, False, False, False],
    }


async def test_a_chat_is_a_connection_without_picture_and_sound(stage: Stage) -> None:
    seen = await run(
        stage,
        """
        navigator.mediaDevices.getUserMedia = () => { throw new Error("no device is opened for a chat"); };
        const sides = link((kind, deliver) => deliver());
        const target = { call: "c1", generation: 1, talking: true, channel: "chat" };
        sides.advisor.follow(target, false);
        sides.visitor.follow(target, false);
        await sides.visitor.prepare();
        sides.visitor.setMuted(true);
        await chats(sides, "hello");
        await until("codes", () => sides.advisor.code.value && sides.visitor.code.value);
        const senders = window.connections.flatMap((pc) => pc.getSenders());
        return [sides.visitor.path.value, senders.filter(({ track }) => track).length, sides.visitor.local.value];
        """,
    )
    assert seen == ["connected", 0, None]
