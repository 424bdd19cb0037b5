// What several users of a page's devices need of them together, and what is opened for it; the browser is played here.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createMemory } from "shared/device-choice.js";
import { createDevices } from "shared/device-model.js";
import { WHOLE, together } from "shared/device-needs.js";
import { playBrowser } from "./fake-browser.mjs";
import { settled } from "./fake-desk.mjs";

const real = Object.getOwnPropertyDescriptor(globalThis, "navigator");
afterEach(() => {
  if (real) Object.defineProperty(globalThis, "navigator", real);
});

const made = () => createDevices({ memory: createMemory({ storage: null }) });
const open = (devices) => devices.local.value?.getTracks().map(({ label, enabled }) => `${label}${enabled ? "" : " off"}`) ?? [];

test("nobody needs anything special", () => {
  assert.deepEqual(together([]), WHOLE);
});

test("the camera is open when anybody needs it, and dark as those who need it say", () => {
  const sound = { ...WHOLE, picture: false, cameraOff: true };
  assert.deepEqual(together([sound]), { ...WHOLE, picture: false });
  assert.deepEqual(together([sound, WHOLE]), WHOLE);
  assert.equal(together([{ ...WHOLE, cameraOff: true }, WHOLE]).cameraOff, true);
});

test("who is muted is muted for everybody; the largest call decides how large the picture is", () => {
  assert.deepEqual(together([{ ...WHOLE, muted: true, people: 3 }, WHOLE, { ...WHOLE, people: 4 }]), { ...WHOLE, muted: true, people: 4 });
});

test("without a need for the camera only the microphone is opened, and that is no problem", async () => {
  const browser = playBrowser();
  const devices = made();
  await devices.open("call", { picture: false });
  assert.deepEqual([browser.asked, devices.problem.value], [["microphone"], null]);
  await devices.open("call");
  await settled();
  assert.deepEqual(open(devices), ["microphone", "camera"]);
  await devices.open("call", { picture: false });
  await settled();
  assert.deepEqual([open(devices), browser.opened(), devices.problem.value], [["microphone"], ["microphone"], null]);
  devices.release("call");
  assert.deepEqual(browser.opened(), []);
});

test("a camera that is wanted and not there is a problem, and none any more when it is not wanted", async () => {
  const browser = playBrowser({ camera: false });
  const devices = made();
  await devices.open("call", { picture: false });
  assert.equal(devices.problem.value, null);
  await devices.open("call");
  await settled();
  assert.deepEqual([devices.problem.value, open(devices)], ["no_camera", ["microphone"]]);
  await devices.open("call", { picture: false });
  await settled();
  assert.equal(devices.problem.value, null);
  devices.release("call");
  assert.deepEqual(browser.opened(), []);
});

test("a need that changes while the devices are being opened is met when they are", async () => {
  const browser = playBrowser();
  const devices = made();
  const opening = devices.open("call", { picture: false });
  void devices.open("call", { muted: true, people: 3 });
  await opening;
  await settled();
  assert.deepEqual(open(devices).sort(), ["camera", "microphone off"]);
  assert.equal(browser.tracks.find(({ kind }) => kind === "video").wanted.height.ideal, 360);
  devices.release("call");
  assert.deepEqual(browser.opened(), []);
});

test("one who lets go takes nothing from another, and leaves no switch behind", async () => {
  const browser = playBrowser();
  const devices = made();
  await devices.open("panel");
  await devices.open("call", { muted: true, cameraOff: true });
  assert.deepEqual(open(devices), ["camera off", "microphone off"]);
  devices.release("call");
  assert.deepEqual(open(devices), ["camera", "microphone"]);
  devices.release("somebody who never asked");
  assert.deepEqual(open(devices), ["camera", "microphone"]);
  devices.release("panel");
  assert.deepEqual(browser.opened(), []);
});
