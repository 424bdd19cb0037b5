// Which device is taken: what was chosen before, under whatever id and label it has now, and what when it is gone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { choices, createMemory, found, nextStep, plainLabel } from "shared/device-choice.js";

const KINDS = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
const device = (kind, deviceId, label) => ({ kind: KINDS[kind], deviceId, label });

const BUILT_IN = device("camera", "c1", "Integrated Camera (04f2:b6d9)");
const DESK = device("camera", "c2", "C920 (046d:082d)");
const HEADSET = device("microphone", "m1", "Headset");
const ROOM = device("microphone", "m2", "Room microphone");
const DEFAULT = device("microphone", "default", "Default - Room microphone");
const ALL = [BUILT_IN, DESK, DEFAULT, HEADSET, ROOM];
const remembered = (label, nth = 1) => ({ label, nth });
const using = ({ deviceId, label }) => ({ id: deviceId, label });

test("a label is compared without what changes from plug to plug", () => {
  const same = [
    ["Default - Headset", "Headset"],
    ["Communications - Headset", "Headset"],
    ["C920 (046d:082d)", "C920"],
    ["HD Webcam (2)", "HD Webcam"],
    ["USB Audio #3", "USB Audio"],
    ["Microphone (2- USB Audio Device)", "Microphone (USB Audio Device)"],
    ["Microphone (USB Audio Device)", "Microphone (USB Audio Device)"],
    ["Speakerphone 510", "Speakerphone 510"],
  ];
  for (const [label, plain] of same) assert.equal(plainLabel(label), plain);
});

test("what can be chosen leaves out the entries that stand for another, and everything before labels are known", () => {
  assert.deepEqual(choices(ALL, "microphone").map(({ id }) => id), ["m1", "m2"]);
  assert.deepEqual(choices([device("camera", "", "")], "camera"), []);
  const twins = [device("camera", "a", "Webcam"), device("camera", "b", "Webcam")];
  assert.deepEqual(choices(twins, "camera").map(({ name }) => name), ["Webcam", "Webcam (2)"]);
});

test("the remembered device is found by label, then without its number, else not at all", () => {
  const cameras = choices(ALL, "camera");
  assert.equal(found(cameras, remembered("C920 (046d:082d)"))?.id, "c2");
  assert.equal(found(cameras, remembered("C920 (046d:0892)"))?.id, "c2");
  assert.equal(found(cameras, remembered("Default - C920"))?.id, "c2");
  assert.equal(found(cameras, remembered("Document camera")), null);
  assert.equal(found(cameras, null), null);
  const twins = choices([device("camera", "a", "Webcam"), device("camera", "b", "Webcam")], "camera");
  assert.equal(found(twins, remembered("Webcam", 2))?.id, "b");
  assert.equal(found(twins.slice(0, 1), remembered("Webcam", 2))?.id, "a");
});

test("what works is kept, also when other devices come", () => {
  assert.deepEqual(nextStep({ devices: ALL, kind: "camera", using: using(BUILT_IN), remembered: null }), { do: "keep" });
  assert.deepEqual(nextStep({ devices: ALL, kind: "camera", using: using(DESK), remembered: remembered(DESK.label) }), { do: "keep" });
});

test("the default that stands for the remembered device is that device", () => {
  const step = nextStep({ devices: ALL, kind: "microphone", using: using(DEFAULT), remembered: remembered(ROOM.label) });
  assert.deepEqual(step, { do: "keep" });
});

test("a camera that vanished is followed by the next, and comes back when it is there again", () => {
  const wish = remembered(DESK.label);
  const without = ALL.filter((one) => one !== DESK);
  const next = nextStep({ devices: without, kind: "camera", using: using(DESK), remembered: wish });
  assert.equal(next.do, "open");
  assert.deepEqual([next.device?.id, next.why], ["c1", "vanished"]);
  // Plugged in elsewhere it has another id.
  const again = [...without, device("camera", "c9", DESK.label)];
  const back = nextStep({ devices: again, kind: "camera", using: using(BUILT_IN), remembered: wish });
  assert.deepEqual([back.do, back.device?.id, back.why], ["open", "c9", "came_back"]);
});

test("a track that ended by itself counts as gone though its device is still in the list", () => {
  const step = nextStep({ devices: ALL, kind: "camera", using: using(DESK), remembered: null, ended: true, failed: ["c2"] });
  assert.deepEqual([step.do, step.device?.id], ["open", "c1"]);
});

test("for sound the system's own default is the next best, and a real device if that fails", () => {
  const gone = { devices: [DEFAULT, ROOM], kind: "microphone", using: using(HEADSET), remembered: remembered("Headset") };
  assert.deepEqual(nextStep(gone), { do: "open", device: null, why: "vanished" });
  const after = nextStep({ ...gone, failed: ["default"] });
  assert.equal(after.device?.id, "m2");
  assert.deepEqual(nextStep({ ...gone, failed: ["default", "m2"] }), { do: "without" });
});

test("nothing left goes on without; something plugged in is taken", () => {
  assert.deepEqual(nextStep({ devices: [HEADSET], kind: "camera", using: using(DESK), remembered: null }), { do: "without" });
  assert.deepEqual(nextStep({ devices: [HEADSET], kind: "camera", using: null, remembered: null }), { do: "keep" });
  const step = nextStep({ devices: [BUILT_IN], kind: "camera", using: null, remembered: null });
  assert.deepEqual([step.do, step.device?.id, step.why], ["open", "c1", "appeared"]);
});

test("a list without labels says nothing against the device in use, and is asked for once when there is none", () => {
  const hidden = [device("camera", "", "")];
  assert.deepEqual(nextStep({ devices: hidden, kind: "camera", using: using(DESK), remembered: null }), { do: "keep" });
  assert.deepEqual(nextStep({ devices: hidden, kind: "camera", using: null, remembered: null }), {
    do: "open",
    device: null,
    why: "appeared",
  });
  assert.deepEqual(nextStep({ devices: hidden, kind: "camera", using: null, remembered: null, failed: ["default"] }), { do: "keep" });
});

function shelf() {
  const kept = new Map();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
    kept,
  };
}

test("a choice is remembered in the browser; processing by page, devices for all", () => {
  const storage = shelf();
  const console_ = createMemory({ page: "console", storage });
  console_.remember("camera", choices(ALL, "camera")[1]);
  console_.rememberProcessing({ echoCancellation: true, noiseSuppression: false, autoGainControl: true });
  const later = createMemory({ page: "console", storage });
  assert.deepEqual(later.remembered("camera"), { label: DESK.label, nth: 1 });
  assert.equal(later.processing().noiseSuppression, false);
  const kiosk = createMemory({ page: "kiosk", storage });
  assert.deepEqual(kiosk.remembered("camera"), { label: DESK.label, nth: 1 });
  assert.equal(kiosk.processing().noiseSuppression, true);
  later.remember("camera", null);
  assert.equal(kiosk.remembered("camera"), null);
});

test("what is not stored, cannot be stored or was written by somebody else is no error", () => {
  const refusing = {
    getItem() {
      throw new DOMException("no", "SecurityError");
    },
    setItem() {
      throw new DOMException("no", "QuotaExceededError");
    },
    removeItem() {},
  };
  for (const storage of [null, refusing]) {
    const memory = createMemory({ storage });
    assert.equal(memory.remembered("speaker"), null);
    memory.remember("microphone", choices(ALL, "microphone")[0]);
    assert.equal(memory.remembered("microphone")?.label, "Headset");
  }
  for (const text of ["{", "7", '{"label":3}', '"x"', "null"]) {
    const storage = shelf();
    storage.kept.set("gloria.device.camera", text);
    storage.kept.set("gloria.processing.page", text);
    const memory = createMemory({ storage });
    assert.equal(memory.remembered("camera"), null);
    assert.deepEqual(memory.processing(), { echoCancellation: true, noiseSuppression: true, autoGainControl: true });
  }
});
