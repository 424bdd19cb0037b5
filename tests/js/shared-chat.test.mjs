// The chat's protocol between two sides, over channels that break and come back.
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

function twoSides() {
  let time = 0;
  const now = () => (time += 1);
  return { visitor: createChat({ side: "visitor", now }), advisor: createChat({ side: "advisor", now }) };
}

/** @param {any} chat */
const texts = (chat) => chat.lines.value.map((/** @type {any} */ line) => `${line.from}: ${line.text}`);

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
  const first = createChat({ side: "advisor", author: "amina", now: () => 1 });
  const visitor = createChat({ side: "visitor", now: () => 2 });
  const one = channelPair();
  first.attach(one.a);
  visitor.attach(one.b);
  first.say("hello");
  const next = createChat({ side: "advisor", author: "yusuf", now: () => 3 });
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
