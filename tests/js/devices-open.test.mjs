// Opening devices in a browser that has, refuses or lacks them; the browser is played here.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { createMemory } from "shared/device-choice.js";
import { openDevices } from "shared/devices.js";

const CAMERA = { kind: "videoinput", deviceId: "c1", label: "Built-in" };
const DESK = { kind: "videoinput", deviceId: "c2", label: "Desk camera" };
const MICROPHONE = { kind: "audioinput", deviceId: "m1", label: "Headset" };

const real = Object.getOwnPropertyDescriptor(globalThis, "navigator");
afterEach(() => {
  if (real) Object.defineProperty(globalThis, "navigator", real);
  delete globalThis.MediaStream;
});

class Stream {
  constructor(tracks) {
    this.tracks = tracks;
  }
  getTracks() {
    return this.tracks;
  }
}

/**
 * @param {object} world `labels`: whether they are known before anything is open; `broken`: ids that cannot be opened.
 */
function browser({ devices, labels = true, broken = [], denied = [], permission = "granted" }) {
  globalThis.MediaStream = Stream;
  let open = false;
  const asked = [];
  const tracks = [];
  const one = (kind, wanted) => {
    if (denied.includes(kind)) throw new DOMException("no", "NotAllowedError");
    const id = wanted.deviceId?.exact;
    const found = devices.find((device) => device.kind === kind && !broken.includes(device.deviceId) && (!id || device.deviceId === id));
    if (!found) throw new DOMException("none", id ? "OverconstrainedError" : "NotFoundError");
    const track = {
      kind: kind === "videoinput" ? "video" : "audio",
      label: found.label,
      wanted,
      stopped: false,
      stop: () => (track.stopped = true),
      getSettings: () => ({ deviceId: found.deviceId }),
    };
    return track;
  };
  const mediaDevices = {
    enumerateDevices: async () => devices.map((each) => (labels || open ? each : { ...each, deviceId: "", label: "" })),
    async getUserMedia({ video, audio }) {
      asked.push([video && "camera", audio && "microphone"].filter(Boolean).join("+"));
      const opened = [video && one("videoinput", video), audio && one("audioinput", audio)].filter(Boolean);
      open = true;
      tracks.push(...opened);
      return new Stream(opened);
    },
  };
  const permissions = {
    query: async ({ name }) => ({ state: denied.includes(name === "camera" ? "videoinput" : "audioinput") ? "denied" : permission }),
  };
  Object.defineProperty(globalThis, "navigator", { configurable: true, value: { mediaDevices, permissions } });
  return { asked, tracks, opened: () => tracks.filter((track) => !track.stopped).map((track) => track.label) };
}

function remembering(...labels) {
  const memory = createMemory({ storage: null });
  const choice = (label) => ({ id: "old id", label, nth: 1, name: label });
  for (const label of labels) memory.remember(label === "Headset" ? "microphone" : "camera", choice(label));
  return memory;
}

test("both are opened, with processing and within the cap", async () => {
  const world = browser({ devices: [CAMERA, MICROPHONE] });
  const { stream, problem } = await openDevices();
  assert.equal(problem, null);
  assert.equal(stream?.getTracks().length, 2);
  const [video, audio] = world.tracks.map((track) => track.wanted);
  assert.deepEqual([video.width, video.height, video.frameRate], [{ ideal: 1280 }, { ideal: 720 }, { ideal: 30, max: 30 }]);
  assert.deepEqual(audio, { echoCancellation: true, noiseSuppression: true, autoGainControl: true });
});

test("what was chosen before is opened at once where labels are known", async () => {
  const world = browser({ devices: [CAMERA, DESK, MICROPHONE] });
  await openDevices({ memory: remembering("Desk camera") });
  assert.deepEqual(world.opened(), ["Desk camera", "Headset"]);
  assert.equal(world.asked.length, 1);
});

test("where labels are known only afterwards, it takes the place of the default then, unless the browser would ask again", async () => {
  const world = browser({ devices: [CAMERA, DESK, MICROPHONE], labels: false });
  const { stream } = await openDevices({ memory: remembering("Desk camera", "Headset") });
  assert.deepEqual(world.opened().sort(), ["Desk camera", "Headset"]);
  assert.deepEqual(stream?.getTracks().map(({ label }) => label).sort(), ["Desk camera", "Headset"]);
  const asking = browser({ devices: [CAMERA, DESK, MICROPHONE], labels: false, permission: "prompt" });
  await openDevices({ memory: remembering("Desk camera") });
  assert.deepEqual(asking.opened(), ["Built-in", "Headset"]);
});

test("a remembered device that is gone or busy is no error: another one is taken", async () => {
  for (const devices of [[CAMERA, MICROPHONE], [CAMERA, DESK, MICROPHONE]]) {
    const world = browser({ devices, broken: ["c2"] });
    const { problem } = await openDevices({ memory: remembering("Desk camera") });
    assert.equal(problem, null);
    assert.deepEqual(world.opened(), ["Built-in", "Headset"]);
  }
});

test("as much is opened as there is, and what is missing is said", async () => {
  browser({ devices: [MICROPHONE] });
  assert.equal((await openDevices()).problem, "no_camera");
  browser({ devices: [CAMERA] });
  assert.equal((await openDevices()).problem, "no_microphone");
  browser({ devices: [] });
  const nothing = await openDevices();
  assert.deepEqual([nothing.stream, nothing.problem], [null, "no_devices"]);
});

test("a refusal is asked about once; what is allowed by itself is still opened", async () => {
  const both = browser({ devices: [CAMERA, MICROPHONE], denied: ["videoinput", "audioinput"] });
  assert.equal((await openDevices()).problem, "denied");
  assert.equal(both.asked.length, 1);
  const camera = browser({ devices: [CAMERA, MICROPHONE], denied: ["videoinput"] });
  assert.equal((await openDevices()).problem, "no_camera");
  assert.deepEqual(camera.opened(), ["Headset"]);
});

test("only what is wanted is opened", async () => {
  const world = browser({ devices: [] });
  const { problem } = await openDevices({ video: false });
  assert.equal(problem, "no_devices");
  assert.deepEqual(world.asked, ["microphone"]);
});
