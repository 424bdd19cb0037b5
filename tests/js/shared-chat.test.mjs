// The chat's protocol between two and three sides, over channels that break and come back.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createChat } from "shared/chat.js";

/** Two ends of a channel; what is sent arrives at once while both are open. */
function channelPair() {
  /** @type {any} */
  const a = Object.assign(new EventTarget(), { readyState: "open", onmessage: null });
  /** @type {any} */
  const b = Object.assign(new EventTarget(), { readyState: "open", onmessage: null });
  a.send = (/** @type {string} */ data) => b.onmessage?.({ data });
  b.send = (/** @type {string} */ data) => a.onmessage?.({ data });
  return {
    a,
    b,
    breaks() {
      for (const end of [a, b]) {
        end.readyState = "closed";
        end.dispatchEvent(new Event("close"));
      }
    },
  };
}

/** A side of a call in which everybody else is reached over a link of its own. */
function side(name, { author, now = time() } = {}) {
  const chat = createChat({ side: name, author, now });
  const strands = {};
  const strandTo = (other) => (strands[other] ??= chat.join());
  return {
    chat,
    lines: chat.lines,
    open: chat.open,
    say: chat.say,
    clear: chat.clear,
    attach: (channel, other = "other") => strandTo(other).attach(channel),
    loses(other) {
      chat.part(strands[other]);
      delete strands[other];
    },
  };
}

/** One clock for everybody. */
function time() {
  let now = 0;
  return () => (now += 1);
}

function twoSides() {
  const now = time();
  return { visitor: side("visitor", { now }), advisor: side("advisor", { now }) };
}

/** Visitor, advisor and interpreter, not connected yet. */
function threeSides() {
  const now = time();
  return {
    visitor: side("visitor", { now }),
    advisor: side("advisor", { author: "amina", now }),
    interpreter: side("interpreter", { author: "ivan", now }),
  };
}

/** Connect two of them; what is sent between them is counted. */
function connects(sides, one, other) {
  const pair = channelPair();
  const sent = [];
  for (const [end, from] of [[pair.a, one], [pair.b, other]]) {
    const send = end.send;
    end.send = (data) => {
      sent.push({ from, ...JSON.parse(data) });
      send(data);
    };
  }
  sides[one].attach(pair.a, other);
  sides[other].attach(pair.b, one);
  return { ...pair, sent };
}

/** @param {any} chat */
const texts = (chat) => chat.lines.value.map((/** @type {any} */ line) => `${line.from}: ${line.text}`);
const delivered = (chat) => chat.lines.value.map((line) => line.delivered);

test("lines arrive in order and are acknowledged", () => {
  const { visitor, advisor } = twoSides();
  const { a, b } = channelPair();
  visitor.attach(a);
  advisor.attach(b);
  visitor.say("hello");
  advisor.say("welcome");
  assert.deepEqual(texts(visitor), ["visitor: hello", "advisor: welcome"]);
  assert.deepEqual(texts(advisor), texts(visitor));
  assert.ok(visitor.lines.value.every((line) => line.delivered));
});

test("what is written while the channel is broken is sent when it is back, once", () => {
  const { visitor, advisor } = twoSides();
  const first = channelPair();
  visitor.attach(first.a);
  advisor.attach(first.b);
  first.breaks();
  assert.equal(visitor.open.value, false);
  visitor.say("are you there?");
  assert.equal(visitor.lines.value[0].delivered, false);
  const second = channelPair();
  visitor.attach(second.a);
  advisor.attach(second.b);
  assert.deepEqual(texts(advisor), ["visitor: are you there?"]);
  assert.equal(visitor.lines.value[0].delivered, true);
});

test("a side that was reloaded gets everything back from the other, its own lines too", () => {
  const { visitor, advisor } = twoSides();
  const first = channelPair();
  visitor.attach(first.a);
  advisor.attach(first.b);
  visitor.say("one");
  advisor.say("two");
  first.breaks();
  const reloaded = twoSides().visitor;
  const second = channelPair();
  advisor.attach(second.b);
  reloaded.attach(second.a);
  assert.deepEqual(texts(reloaded), ["visitor: one", "advisor: two"]);
});

test("a side that begins to listen late loses nothing, and asks for what it lacks", () => {
  const { visitor, advisor } = twoSides();
  const first = channelPair();
  visitor.attach(first.a);
  advisor.attach(first.b);
  visitor.say("one");
  first.breaks();
  const reloaded = twoSides().visitor;
  const second = channelPair();
  // The reloaded side says what it has before the other listens.
  reloaded.attach(second.a);
  reloaded.say("two");
  advisor.attach(second.b);
  assert.deepEqual(texts(advisor).sort(), ["visitor: one", "visitor: two"]);
  assert.deepEqual(texts(reloaded).sort(), ["visitor: one", "visitor: two"]);
});

test("a line says which advisor wrote it", () => {
  const first = side("advisor", { author: "amina", now: () => 1 });
  const visitor = side("visitor", { now: () => 2 });
  const one = channelPair();
  first.attach(one.a);
  visitor.attach(one.b);
  first.say("hello");
  visitor.loses("other");
  const next = side("advisor", { author: "yusuf", now: () => 3 });
  const two = channelPair();
  visitor.attach(two.a);
  next.attach(two.b);
  assert.deepEqual(next.lines.value.map(({ from, author, text }) => [from, author, text]), [["advisor", "amina", "hello"]]);
});

test("what is no line of this protocol is passed over", () => {
  const { visitor } = twoSides();
  const { a, b } = channelPair();
  visitor.attach(a);
  for (const data of ["", "null", "[]", "{", '{"kind":"line"}', '{"kind":"line","id":1,"from":"advisor","text":"x","at_ms":1}', '{"kind":"line","id":"1","from":"somebody","text":"x","at_ms":1}', JSON.stringify({ kind: "line", id: "1", from: "advisor", text: "x".repeat(2001), at_ms: 1 })]) {
    b.send(data);
  }
  assert.deepEqual(texts(visitor), []);
});

test("clearing leaves nothing", () => {
  const { visitor } = twoSides();
  visitor.say("secret");
  visitor.clear();
  assert.deepEqual(visitor.lines.value, []);
  assert.equal(visitor.open.value, false);
});

test("of three, everybody gets each line once", () => {
  const sides = threeSides();
  const links = [connects(sides, "visitor", "advisor"), connects(sides, "visitor", "interpreter"), connects(sides, "advisor", "interpreter")];
  sides.visitor.say("hello");
  sides.interpreter.say("translated");
  sides.advisor.say("welcome");
  const all = ["visitor: hello", "interpreter: translated", "advisor: welcome"];
  for (const each of Object.values(sides)) {
    assert.deepEqual(texts(each), all);
    assert.deepEqual(delivered(each), [true, true, true]);
  }
  const lines = links.flatMap(({ sent }) => sent.filter(({ kind }) => kind === "line"));
  assert.equal(lines.length, 6, "two others, three lines, and nothing passed on");
  assert.deepEqual(lines.map(({ from }) => from).sort(), ["advisor", "advisor", "interpreter", "interpreter", "visitor", "visitor"]);
});

test("a line is delivered when everybody now connected has it, not when one has", () => {
  const sides = threeSides();
  connects(sides, "visitor", "advisor");
  const quiet = channelPair();
  sides.visitor.attach(quiet.a, "interpreter");
  sides.visitor.say("hello");
  assert.deepEqual(delivered(sides.visitor), [false], "the interpreter's page has not answered");
  sides.interpreter.attach(quiet.b, "visitor");
  assert.deepEqual(texts(sides.interpreter), ["visitor: hello"]);
  assert.deepEqual(delivered(sides.visitor), [true]);
});

test("who goes away is not waited for; who is not there at all has nothing delivered", () => {
  const sides = threeSides();
  const toAdvisor = connects(sides, "visitor", "advisor");
  const quiet = channelPair();
  sides.visitor.attach(quiet.a, "interpreter");
  sides.visitor.say("one");
  assert.deepEqual(delivered(sides.visitor), [false]);
  sides.visitor.loses("interpreter");
  assert.deepEqual(delivered(sides.visitor), [true], "the advisor has it, and nobody else is there");
  assert.equal(sides.visitor.open.value, true);
  toAdvisor.breaks();
  sides.visitor.loses("advisor");
  assert.equal(sides.visitor.open.value, false);
  sides.visitor.say("two");
  assert.deepEqual(delivered(sides.visitor), [true, false]);
});

test("who comes later gets the lines so far, once, whoever tells them; what was delivered stays so", () => {
  const sides = threeSides();
  connects(sides, "visitor", "advisor");
  sides.visitor.say("one");
  sides.advisor.say("two");
  connects(sides, "advisor", "interpreter");
  assert.deepEqual(texts(sides.interpreter), ["visitor: one", "advisor: two"]);
  connects(sides, "visitor", "interpreter");
  assert.deepEqual(texts(sides.interpreter), ["visitor: one", "advisor: two"]);
  assert.deepEqual(delivered(sides.visitor), [true, true]);
  assert.deepEqual(sides.interpreter.lines.value.map(({ author }) => author), ["", "amina"]);
  sides.interpreter.say("three");
  assert.deepEqual(texts(sides.visitor), ["visitor: one", "advisor: two", "interpreter: three"]);
  assert.deepEqual(delivered(sides.interpreter), [true, true, true]);
});

test("a link that breaks does not keep a line from the others, and is made up for when it is back", () => {
  const sides = threeSides();
  connects(sides, "visitor", "advisor");
  connects(sides, "visitor", "interpreter").breaks();
  connects(sides, "advisor", "interpreter");
  sides.visitor.say("one");
  assert.deepEqual(texts(sides.advisor), ["visitor: one"]);
  assert.deepEqual(delivered(sides.visitor), [true]);
  assert.deepEqual(texts(sides.interpreter), [], "nobody passes on what is the visitor's to say");
  connects(sides, "visitor", "interpreter");
  assert.deepEqual(texts(sides.interpreter), ["visitor: one"]);
});

test("a side that was reloaded among three gets every line back once, its own too", () => {
  const sides = threeSides();
  const links = [connects(sides, "visitor", "advisor"), connects(sides, "visitor", "interpreter")];
  connects(sides, "advisor", "interpreter");
  sides.visitor.say("one");
  sides.interpreter.say("two");
  for (const link of links) link.breaks();
  sides.advisor.say("three");
  const reloaded = { ...sides, visitor: side("visitor") };
  connects(reloaded, "visitor", "advisor");
  connects(reloaded, "visitor", "interpreter");
  assert.deepEqual(texts(reloaded.visitor), ["visitor: one", "interpreter: two", "advisor: three"]);
  assert.deepEqual(delivered(reloaded.visitor), [true, true, true]);
});

test("what is switched off is heard from each side by itself", () => {
  const heard = [];
  const visitor = createChat({ side: "visitor", now: () => 1 });
  const advisor = createChat({ side: "advisor", now: () => 2 });
  const { a, b } = channelPair();
  const strand = advisor.join();
  visitor.join({ onSwitches: (switches) => heard.push(switches) }).attach(a);
  visitor.join({ onSwitches: () => assert.fail("of somebody else") }).attach(channelPair().a);
  strand.attach(b);
  strand.tellSwitches({ muted: true, cameraOff: false, paused: false, route: "relay" });
  assert.deepEqual(heard, [{ muted: true, cameraOff: false, paused: false, route: "relay" }]);
});

test("nobody is believed to have a line that is not here", () => {
  const { visitor } = twoSides();
  const { a, b } = channelPair();
  visitor.attach(a);
  b.send(JSON.stringify({ kind: "got", id: "x" }));
  b.send(JSON.stringify({ kind: "have", ids: ["x", 1, null], answer: true }));
  visitor.say("one");
  assert.deepEqual(delivered(visitor), [false]);
});
