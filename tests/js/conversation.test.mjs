// A conversation of two, three and four people; browser, bridge and desk are played here.
import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { createDevices } from "shared/device-model.js";
import { playBrowser } from "./fake-browser.mjs";
import { openCall, settled, until } from "./fake-desk.mjs";

const real = Object.getOwnPropertyDescriptor(globalThis, "navigator");
/** @type {ReturnType<typeof playBrowser>} */
let browser;
/** @type {import("./fake-desk.mjs").Call[]} */
let calls = [];

beforeEach(() => {
  browser = playBrowser();
});
afterEach(() => {
  for (const call of calls) call.closes();
  calls = [];
  mock.timers.reset();
  assert.deepEqual(browser.opened(), [], "every light is out");
  assert.deepEqual(browser.connections(), [], "every connection is closed");
  if (real) Object.defineProperty(globalThis, "navigator", real);
});

function opens(options) {
  const call = openCall(options);
  calls.push(call);
  return call;
}

/** Visitor, advisor and interpreter, all of them in. */
async function three(options) {
  const call = opens(options);
  const visitor = call.comes("kiosk", "visitor");
  const advisor = call.comes("amina", "advisor");
  const interpreter = call.comes("ivan", "interpreter");
  await settled();
  return { call, visitor, advisor, interpreter };
}

const whom = (conversation) => conversation.others.value.map(({ id }) => id);
const paths = (conversation) => conversation.others.value.map(({ path }) => path.value);
const texts = (conversation) => conversation.chat.lines.value.map(({ from, text }) => `${from}: ${text}`);
/** What is on the wire of each connection, one after the other. */
const onTheWire = () => browser.connections().map(({ transceivers }) => transceivers.map(({ sender }) => sender.track?.label ?? null));

test("two connect while it rings, and nothing is on the wire before both are in", async () => {
  const call = opens();
  const visitor = call.comes("kiosk", "visitor");
  const advisor = call.comes("amina", "advisor", { talking: false });
  await settled();
  assert.equal(visitor.path.value, "connected");
  assert.equal(visitor.chat.open.value, false);
  assert.deepEqual(onTheWire(), [[null, null], [null, null]]);
  assert.deepEqual(browser.connections().flatMap(({ replaced }) => replaced), []);
  call.accepts();
  await settled();
  assert.deepEqual(onTheWire(), [["microphone", "camera"], ["microphone", "camera"]]);
  assert.equal(advisor.main.value?.id, "visitor");
  assert.equal(visitor.main.value?.id, "amina");
  assert.ok(visitor.remote.value && advisor.remote.value);
  await until(() => visitor.code.value !== null && advisor.code.value !== null);
  assert.match(visitor.code.value ?? "", /^\d{6}$/);
  assert.equal(visitor.code.value, advisor.code.value);
  advisor.chat.say("welcome");
  await settled();
  assert.deepEqual(texts(visitor), ["advisor: welcome"]);
});

test("three are three connections: every message says which one it is of", async () => {
  const { call, visitor, advisor, interpreter } = await three();
  assert.deepEqual(whom(visitor), ["amina", "ivan"]);
  assert.deepEqual(whom(advisor), ["visitor", "ivan"]);
  assert.deepEqual(whom(interpreter), ["visitor", "amina"]);
  for (const each of [visitor, advisor, interpreter]) assert.deepEqual(paths(each), ["connected", "connected"]);
  assert.equal(browser.connections().length, 6);
  for (const { link, generation, call: of } of call.signals) assert.ok(of === "k1" && link >= 1 && link <= 3 && generation === 1);
  assert.equal(visitor.main.value?.id, "amina", "who serves comes first");
  const codes = () => [visitor, advisor, interpreter].flatMap(({ others }) => others.value.map(({ code }) => code.value));
  await until(() => codes().every((code) => code !== null));
  assert.equal(new Set(codes()).size, 3, "each pair has a code of its own, the same at both ends");
});

test("of three, everybody reads everybody's lines once", async () => {
  const { visitor, advisor, interpreter } = await three();
  visitor.chat.say("hello");
  interpreter.chat.say("translated");
  advisor.chat.say("welcome");
  await settled();
  for (const each of [visitor, advisor, interpreter]) {
    assert.deepEqual(texts(each), ["visitor: hello", "interpreter: translated", "advisor: welcome"]);
    assert.ok(each.chat.lines.value.every(({ delivered }) => delivered));
  }
  assert.deepEqual(visitor.chat.lines.value.map(({ author }) => author), ["", "ivan", "amina"]);
});

test("somebody who comes and goes does not touch the others' connection", async () => {
  const call = opens();
  const visitor = call.comes("kiosk", "visitor");
  const advisor = call.comes("amina", "advisor");
  await settled();
  visitor.chat.say("before you came");
  await settled();
  const [pair, stream] = [browser.connections(), visitor.remote.value];
  const before = pair.map(({ replaced }) => [...replaced]);
  const asked = browser.asked.length;
  const interpreter = call.comes("ivan", "interpreter", { talking: false });
  await settled();
  assert.equal(visitor.others.value[1].talking.value, false);
  assert.deepEqual(texts(interpreter), [], "nothing is said before they are in");
  call.accepts();
  await settled();
  assert.deepEqual(texts(interpreter), ["visitor: before you came"]);
  call.goes("ivan");
  await settled();
  assert.deepEqual(whom(visitor), ["amina"]);
  assert.deepEqual(browser.connections(), pair);
  assert.deepEqual(pair.map(({ replaced }) => replaced), before);
  assert.equal(visitor.remote.value, stream);
  assert.equal(visitor.path.value, "connected");
  assert.equal(browser.asked.length, asked + 1, "only the interpreter opened anything");
  assert.ok(pair.every(({ signalingState, localDescription }) => signalingState === "stable" && localDescription));
  assert.equal(call.signals.filter(({ kind, link }) => kind === "describe" && link === 1).length, 2);
  advisor.chat.say("and on");
  await settled();
  assert.ok(advisor.chat.lines.value.every(({ delivered }) => delivered));
});

test("a colleague comes, the first advisor goes: the visitor has the colleague before them then", async () => {
  const { call, visitor, advisor } = await three();
  advisor.chat.say("I fetch a colleague");
  const colleague = call.comes("leila", "advisor", { fields: { serves: false } });
  await settled();
  assert.equal(browser.connections().length, 12, "four people are six connections");
  assert.deepEqual(paths(visitor), ["connected", "connected", "connected"]);
  call.goes("amina");
  await settled();
  assert.deepEqual(whom(visitor), ["ivan", "leila"]);
  assert.deepEqual(texts(colleague), ["advisor: I fetch a colleague"]);
  assert.equal(colleague.main.value?.id, "visitor");
});

test("switches are told to everybody; how a picture is taken follows the number of people", async () => {
  const { call, visitor, advisor, interpreter } = await three();
  visitor.setMuted(true);
  await settled();
  assert.equal(advisor.other.value.muted, true);
  assert.equal(interpreter.other.value.muted, true);
  assert.equal(interpreter.others.value[1].switches.value.muted, false, "the advisor is not");
  const cameras = browser.tracks.filter(({ kind }) => kind === "video");
  assert.deepEqual(cameras.map(({ wanted }) => wanted.height.ideal), [360, 360]);
  call.goes("ivan");
  await settled();
  assert.deepEqual(cameras.map(({ wanted }) => wanted.height.ideal), [720, 720]);
});

test("an interpreter's camera stays closed until it is switched on, and closes when it is switched off", async () => {
  const { interpreter } = await three();
  assert.deepEqual(browser.asked, ["camera+microphone", "camera+microphone", "microphone"]);
  assert.equal(interpreter.cameraOff.value, true);
  assert.equal(interpreter.problem.value, null);
  const own = browser.connections().filter(({ replaced }) => !replaced.includes("camera"));
  assert.equal(own.length, 2, "both connections of the interpreter");
  interpreter.setCameraOff(false);
  await settled();
  for (const { transceivers, replaced } of own) {
    assert.deepEqual(transceivers.map(({ sender }) => sender.track?.label), ["microphone", "camera"]);
    assert.deepEqual(replaced, ["microphone", "camera"], "the sound was not touched");
  }
  assert.equal(browser.opened().filter((label) => label === "camera").length, 3);
  interpreter.setCameraOff(true);
  assert.deepEqual(own.map(({ transceivers }) => transceivers.map(({ sender }) => sender.track?.label ?? null)), [["microphone", null], ["microphone", null]]);
  await settled();
  assert.equal(browser.opened().filter((label) => label === "camera").length, 2);
  assert.equal(interpreter.problem.value, null);
});

test("a camera that something else has open is not sent by who has not switched it on", async () => {
  const devices = createDevices();
  await devices.open("panel");
  const call = opens();
  call.comes("kiosk", "visitor");
  const interpreter = call.comes("ivan", "interpreter", { devices });
  await settled();
  assert.deepEqual(interpreter.local.value?.getTracks().map(({ label }) => label), ["camera", "microphone"]);
  assert.deepEqual(onTheWire().sort(), [["microphone", "camera"], ["microphone", null]].sort());
  interpreter.setCameraOff(false);
  assert.deepEqual(onTheWire(), [["microphone", "camera"], ["microphone", "camera"]]);
  interpreter.setCameraOff(true);
  devices.release("panel");
  await settled();
});

test("a network that changed has each connection looked for anew by the side that describes it", async () => {
  const { call, visitor, advisor } = await three();
  visitor.networkChanged();
  await settled();
  const asked = call.signals.filter(({ kind }) => kind === "restart").map(({ from, link, generation }) => [from, link, generation]);
  assert.deepEqual(asked, [["kiosk", 1, 1], ["kiosk", 2, 1]], "the visitor only asks");
  const restarts = () => browser.connections().map((each) => each.restarts);
  assert.equal(restarts().reduce((sum, one) => sum + one), 2, "the advisor's and the interpreter's, to the visitor");
  advisor.networkChanged();
  await settled();
  assert.equal(call.signals.filter(({ kind }) => kind === "restart").length, 2);
  assert.deepEqual(call.renewals(), []);
});

test("a chat opens no device and sends nothing but what is written", async () => {
  const { visitor, advisor, interpreter } = await three({ channel: "chat" });
  await visitor.prepare();
  visitor.setMuted(false);
  advisor.setCameraOff(false);
  visitor.chat.say("hello");
  await settled();
  assert.deepEqual(browser.asked, []);
  assert.deepEqual(browser.connections().flatMap(({ replaced }) => replaced), []);
  assert.deepEqual(texts(interpreter), ["visitor: hello"]);
  assert.deepEqual(paths(advisor), ["connected", "connected"]);
});

test("signals that come before the desk has said so are kept for their own link", async () => {
  const call = opens();
  const visitor = call.comes("kiosk", "visitor");
  call.comes("amina", "advisor");
  await settled();
  const follow = visitor.follow;
  const late = [];
  visitor.follow = (...said) => late.push(said);
  const interpreter = call.comes("ivan", "interpreter");
  await settled();
  assert.deepEqual(whom(visitor), ["amina"]);
  visitor.follow = follow;
  for (const said of late) visitor.follow(...said);
  await settled();
  assert.deepEqual(paths(visitor), ["connected", "connected"]);
  assert.deepEqual(paths(interpreter), ["connected", "connected"]);
  assert.deepEqual(call.renewals(), []);
});

test("a page that is loaded anew asks for each of its connections, and gets everything back", async () => {
  const { call, visitor, advisor, interpreter } = await three();
  visitor.chat.say("hello");
  await settled();
  const before = browser.connections();
  const reloaded = call.reloads("kiosk");
  assert.deepEqual(texts(reloaded), []);
  await settled(60);
  assert.deepEqual(call.renewals().map(({ from, link, generation }) => [from, link, generation]), [["kiosk", 1, 1], ["kiosk", 2, 1]]);
  assert.deepEqual(paths(reloaded), ["connected", "connected"]);
  assert.deepEqual(texts(reloaded), ["visitor: hello"]);
  assert.equal(browser.connections().length, 6);
  assert.equal(before.filter((each) => browser.connections().includes(each)).length, 2, "what is between the others was not touched");
  assert.deepEqual([paths(advisor), paths(interpreter)], [["connected", "connected"], ["connected", "connected"]]);
});

test("the advisor who serves reports, of the connection to the visitor, and nobody else does", async () => {
  const { call } = await three();
  const colleague = call.comes("leila", "advisor", { fields: { serves: false } });
  await settled();
  assert.deepEqual([...new Set(call.reports().map(({ from }) => from))], ["amina"]);
  const last = call.reports().at(-1);
  assert.deepEqual([last?.call, last?.route, last?.trouble], ["k1", "direct", "none"]);
  assert.equal("link" in last, false);
  colleague.report();
  call.goes("amina");
  call.sides.leila.fields = { serves: true };
  call.tells();
  await settled();
  assert.deepEqual([...new Set(call.reports().map(({ from }) => from))], ["amina", "leila"]);
});

test("one link without a connection falls back to the bridge by itself, and comes back from it", async () => {
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
  const call = opens();
  const visitor = call.comes("kiosk", "visitor");
  const advisor = call.comes("amina", "advisor");
  await settled();
  // Only what is written gets through between visitor and interpreter.
  call.holds(({ kind, link }) => kind !== "chat" && link === 2);
  const interpreter = call.comes("ivan", "interpreter");
  await settled();
  assert.deepEqual(paths(interpreter), ["connecting", "connected"]);
  mock.timers.tick(7999);
  visitor.chat.say("do you hear me?");
  await settled();
  assert.deepEqual(texts(interpreter), []);
  mock.timers.tick(1);
  await settled();
  assert.deepEqual(texts(interpreter), ["visitor: do you hear me?"]);
  assert.deepEqual(interpreter.others.value.map(({ byBridge }) => byBridge.value), [true, false]);
  assert.deepEqual(visitor.others.value.map(({ byBridge }) => byBridge.value), [false, true]);
  assert.deepEqual([visitor.chatByBridge.value, advisor.chatByBridge.value], [true, false]);
  assert.deepEqual([...new Set(call.signals.filter(({ kind }) => kind === "chat").map(({ link }) => link))], [2]);
  assert.equal(visitor.others.value[1].code.value, null, "the code is of a connection, and there is none");
  call.lets();
  await settled();
  assert.deepEqual(paths(interpreter), ["connected", "connected"]);
  assert.equal(visitor.chatByBridge.value, false);
  const through = call.signals.filter(({ kind }) => kind === "chat").length;
  interpreter.chat.say("now I do");
  await settled();
  assert.deepEqual(texts(visitor), ["visitor: do you hear me?", "interpreter: now I do"]);
  assert.ok(interpreter.chat.lines.value.every(({ delivered }) => delivered));
  assert.equal(call.signals.filter(({ kind }) => kind === "chat").length, through);
  await until(() => visitor.others.value[1].code.value !== null);
  assert.equal(visitor.others.value[1].code.value, interpreter.main.value?.code.value);
});

test("a visitor who is passed on keeps lines and devices, and connects to the next advisor", async () => {
  const call = opens();
  const visitor = call.comes("kiosk", "visitor");
  await visitor.prepare();
  call.comes("amina", "advisor");
  await settled();
  visitor.chat.say("my matter");
  await settled();
  const asked = browser.asked.length;
  call.goes("amina");
  await settled();
  assert.deepEqual([visitor.main.value, visitor.path.value, visitor.remote.value, visitor.chat.open.value], [null, "none", null, false]);
  assert.deepEqual(browser.opened(), ["camera", "microphone"], "the visitor goes on seeing themselves");
  const next = call.comes("yusuf", "advisor");
  await settled();
  assert.equal(visitor.main.value?.id, "yusuf");
  assert.deepEqual(texts(next), ["visitor: my matter"]);
  assert.equal(browser.asked.length, asked + 1, "the next advisor's");
  visitor.follow(null, false);
  assert.deepEqual([visitor.chat.lines.value, visitor.local.value], [[], null]);
});
