// Several conversations on one page, over its one set of devices; browser and bridge are played here.
import assert from "node:assert/strict";
import { afterEach, beforeEach, test } from "node:test";
import { createConversations } from "shared/conversations.js";
import { playBrowser } from "./fake-browser.mjs";
import { openCall, settled } from "./fake-desk.mjs";

const real = Object.getOwnPropertyDescriptor(globalThis, "navigator");
/** @type {ReturnType<typeof playBrowser>} */
let browser;
/** @type {ReturnType<typeof createConversations>} */
let conversations;

beforeEach(() => {
  browser = playBrowser();
});
afterEach(() => {
  conversations.follow([], false);
  assert.deepEqual(browser.opened(), []);
  assert.deepEqual(browser.connections(), []);
  if (real) Object.defineProperty(globalThis, "navigator", real);
});

/** An advisor's page that may be in all of these calls, each with a visitor. */
function consoleOf(...calls) {
  const byCall = new Map(calls.map(([call, desk]) => [call, desk.connectionOf("amina")]));
  const ofCall = (method) => (event, fields, ...rest) => byCall.get(fields.call)[method](event, fields, ...rest);
  conversations = createConversations({
    side: "advisor",
    author: "amina",
    connection: { command: ofCall("command"), ask: ofCall("ask"), signal: ofCall("signal") },
    lineUp: () => true,
    now: () => 1,
  });
  return conversations;
}

/** The page as the side of a call: it hears of it through its list. */
const sideOf = (call) => ({ receive: (kind, message) => conversations.receive(kind, message), follow() {}, close() {}, call });

function chatCall(call, channel = "chat") {
  const desk = openCall({ call, channel });
  const visitor = desk.comes("kiosk", "visitor");
  desk.sides.amina = { role: "advisor", fields: {}, conversation: sideOf(call) };
  desk.links(["kiosk", "amina"], "amina");
  return { desk, visitor };
}

test("two chats at once keep their lines apart, and end apart", async () => {
  const one = chatCall("k1");
  const two = chatCall("k2");
  const page = consoleOf(["k1", one.desk], ["k2", two.desk]);
  page.follow([one.desk.targetOf("amina"), two.desk.targetOf("amina")], false);
  one.desk.tells();
  two.desk.tells();
  await settled();
  one.visitor.chat.say("first");
  two.visitor.chat.say("second");
  await settled();
  const texts = (call) => page.of(call)?.chat.lines.value.map(({ text }) => text);
  assert.deepEqual([texts("k1"), texts("k2")], [["first"], ["second"]]);
  const kept = page.of("k2");
  page.follow([two.desk.targetOf("amina")], false);
  assert.equal(page.of("k1"), null);
  assert.equal(page.of("k2"), kept);
  await settled();
  two.visitor.chat.say("still here?");
  await settled();
  assert.deepEqual(texts("k2"), ["second", "still here?"]);
  assert.deepEqual(browser.asked, [], "nothing was ever opened");
  one.visitor.close();
  two.visitor.close();
});

test("a call that ends takes no devices from the one that begins, and leaves it no switches", async () => {
  const one = chatCall("k1", "video");
  const two = chatCall("k2", "video");
  const page = consoleOf(["k1", one.desk], ["k2", two.desk]);
  page.follow([one.desk.targetOf("amina")], false);
  await settled();
  page.of("k1")?.setMuted(true);
  const stream = page.devices.local.value;
  assert.deepEqual(stream?.getAudioTracks().map(({ enabled }) => enabled), [false]);
  page.follow([two.desk.targetOf("amina")], false);
  await settled();
  assert.equal(page.devices.local.value, stream, "the same devices, without a break");
  assert.deepEqual(stream?.getAudioTracks().map(({ enabled }) => enabled), [true]);
  assert.equal(page.of("k2")?.muted.value, false);
  page.follow([], false);
  assert.equal(page.devices.local.value, null);
  one.visitor.close();
  two.visitor.close();
});

test("a chat that ends leaves the devices of the panel alone", async () => {
  const one = chatCall("k1");
  const page = consoleOf(["k1", one.desk]);
  await page.devices.open("panel");
  page.follow([one.desk.targetOf("amina")], false);
  await settled();
  page.of("k1")?.setMuted(true);
  page.follow([], false);
  assert.deepEqual(page.devices.local.value?.getTracks().map(({ label, enabled }) => [label, enabled]), [["camera", true], ["microphone", true]]);
  page.devices.release("panel");
  one.visitor.close();
});

test("signals of a call that this page has not heard of wait for it", async () => {
  const one = chatCall("k1");
  const page = consoleOf(["k1", one.desk]);
  // Here the visitor's side begins: its description is there before the fact.
  one.desk.startsWith("kiosk");
  one.desk.tells();
  await settled();
  assert.deepEqual(page.all.value, []);
  page.follow([one.desk.targetOf("amina")], false);
  await settled();
  assert.equal(page.of("k1")?.path.value, "connected");
  assert.equal(page.of("k1")?.call, "k1");
  one.visitor.close();
});
