// How much picture is sent beside the sound, and how it is told to a browser.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FULL, applyParameters, createSoundKeeper, keepsSound, parametersFor } from "shared/bandwidth.js";

const EVERY_MS = 2000;

/** Plays samples and tells when what is sent changed, in seconds. */
function played(length_s, sampleAt, people = 2) {
  let keeping = FULL;
  const changes = [];
  for (let at_ms = 0; at_ms <= length_s * 1000; at_ms += EVERY_MS) {
    const before = keeping.sending;
    const sample = { available_out_kbps: 3000, loss_out_share: 0, people, ...sampleAt(before, at_ms / 1000) };
    keeping = keepsSound(keeping, { at_ms, ...sample });
    if (keeping.sending !== before) changes.push([at_ms / 1000, keeping.sending]);
  }
  return changes;
}

test("a line with room sends the full picture for ever", () => {
  assert.deepEqual(played(600, () => ({})), []);
  assert.deepEqual(played(600, () => ({ available_out_kbps: null, loss_out_share: null })), []);
});

test("one bad sample is a hiccup, two go a step down", () => {
  assert.deepEqual(played(20, (_, s) => ({ available_out_kbps: s % 4 === 0 ? 200 : 3000 })), []);
  assert.deepEqual(played(4, () => ({ available_out_kbps: 400 })), [[2, "reduced"]]);
});

test("the picture is given up before the sound is, and tried again ever more rarely", () => {
  // A line of 60 kbit/s; the estimate follows what is sent, and never speaks of room.
  const changes = played(200, (sending) => ({
    available_out_kbps: sending === "none" ? 55 : 60,
    loss_out_share: sending === "none" ? 0 : 0.15,
  }));
  assert.deepEqual(changes.slice(0, 2), [[2, "small"], [6, "none"]]);
  const tries = changes.filter(([, sending]) => sending === "small").slice(1).map(([at_s]) => at_s);
  const pauses = tries.slice(1).map((at_s, index) => at_s - tries[index]);
  assert.ok(tries[0] - 6 >= 10 && tries[0] - 6 <= 14, `first try after about ten seconds: ${tries}`);
  assert.ok(pauses.length >= 2 && pauses.every((pause, index) => index === 0 || pause > 1.5 * pauses[index - 1]), `${pauses}`);
});

test("when there is room again it goes up step by step, each held before the next", () => {
  const changes = played(90, (_, s) => (s < 14 ? { available_out_kbps: 55, loss_out_share: 0.2 } : { available_out_kbps: 800 }));
  assert.deepEqual(changes.map(([, sending]) => sending), ["small", "none", "small", "reduced", "full"]);
  const ups = changes.slice(2).map(([at_s]) => at_s);
  assert.ok(ups.every((at_s, index) => index === 0 || at_s - ups[index - 1] >= 10));
});

test("it goes down to the step the line still carries, and at once when loss and estimate agree", () => {
  assert.deepEqual(played(4, () => ({ available_out_kbps: 130 })), [[2, "small"]]);
  assert.deepEqual(played(1, () => ({ available_out_kbps: 70, loss_out_share: 0.5 })), [[0, "small"]]);
  // Where no estimate is told, one step after the other.
  const blind = played(10, () => ({ available_out_kbps: null, loss_out_share: 0.5 }));
  assert.deepEqual(blind, [[2, "reduced"], [6, "small"], [10, "none"]]);
});

test("sound that is still lost without a picture is no room for one", () => {
  const changes = played(60, (_, s) => ({ available_out_kbps: s < 2 ? 50 : 60, loss_out_share: 0.15 }));
  assert.deepEqual(changes, [[2, "small"], [6, "none"]]);
});

test("loss on a wide line is the air's; heavy loss is not", () => {
  assert.deepEqual(played(60, () => ({ loss_out_share: 0.12 })), []);
  assert.equal(played(6, () => ({ loss_out_share: 0.3 }))[0][1], "reduced");
  // A browser that tells no estimate is judged by loss alone.
  assert.equal(played(6, () => ({ available_out_kbps: null, loss_out_share: 0.12 }))[0][1], "reduced");
});

test("what three or four send is shared out, and stays a picture", () => {
  assert.deepEqual(parametersFor("full", 2), { active: true, maxBitrate: 1500000, maxFramerate: 30, scaleResolutionDownBy: 1 });
  assert.deepEqual(parametersFor("reduced", 2), { active: true, maxBitrate: 500000, maxFramerate: 30, scaleResolutionDownBy: 2 });
  assert.deepEqual(parametersFor("small", 2), { active: true, maxBitrate: 150000, maxFramerate: 15, scaleResolutionDownBy: 4 });
  assert.equal(parametersFor("none", 2).active, false);
  assert.equal(parametersFor("full", 3).maxBitrate, 750000);
  assert.equal(parametersFor("full", 4).maxBitrate, 500000);
  assert.deepEqual([parametersFor("small", 4).maxBitrate, parametersFor("small", 4).scaleResolutionDownBy], [100000, 2]);
});

/** A sender of a browser that refuses what it does not know. */
function sender(kind, refuses = () => false, encodings = [{}]) {
  const made = {
    track: kind && { kind },
    taken: [],
    busy: false,
    getParameters: () => ({ encodings: encodings.map((each) => ({ ...each })), transactionId: "1" }),
    async setParameters(parameters) {
      assert.equal(made.busy, false, "one after the other");
      made.busy = true;
      await Promise.resolve();
      made.busy = false;
      if (refuses(parameters)) throw new TypeError("refused");
      made.taken.push(parameters);
    },
  };
  return made;
}

test("a browser is told everything it takes", async () => {
  const video = sender("video");
  assert.equal(await applyParameters(video, "reduced"), true);
  assert.deepEqual(video.taken[0].encodings[0], {
    active: true,
    maxBitrate: 500000,
    maxFramerate: 30,
    scaleResolutionDownBy: 2,
    priority: "low",
    networkPriority: "low",
  });
  assert.equal(video.taken[0].degradationPreference, "maintain-framerate");
  const audio = sender("audio");
  await applyParameters(audio, "none");
  assert.deepEqual(audio.taken[0].encodings[0], { priority: "high", networkPriority: "high" });
});

test("what a browser refuses is left out, the least that helps is kept", async () => {
  const old = sender("video", ({ encodings: [one], degradationPreference }) => "networkPriority" in one || "maxFramerate" in one || Boolean(degradationPreference));
  assert.equal(await applyParameters(old, "none"), true);
  assert.deepEqual(Object.keys(old.taken[0].encodings[0]), ["active", "maxBitrate", "scaleResolutionDownBy"]);
  assert.equal(await applyParameters(sender("video", () => true), "none"), false);
  assert.equal(await applyParameters(sender("video", () => false, []), "none"), false);
});

test("settings that follow each other quickly are made in order", async () => {
  const video = sender(null);
  await Promise.all([applyParameters(video, "reduced"), applyParameters(video, "none"), applyParameters(video, "full")]);
  assert.deepEqual(video.taken.map(({ encodings: [one] }) => one.maxBitrate), [500000, 100000, 1500000]);
});

test("the keeper sets a connection once for each change, and a new connection anew", async () => {
  const connection = () => {
    const transceivers = ["audio", "video"].map((kind) => ({ sender: sender(null), receiver: { track: { kind } } }));
    return { getTransceivers: () => transceivers, taken: () => transceivers.map(({ sender: { taken } }) => taken.length) };
  };
  const first = connection();
  const keeper = createSoundKeeper();
  const sample = (at_ms, available_out_kbps) => ({ at_ms, figures: { available_out_kbps, loss_out_share: 0 } });
  keeper.take(sample(0, 3000), first);
  keeper.take(sample(2000, 3000), first);
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(first.taken(), [1, 1]);
  keeper.take(sample(4000, 300), first);
  keeper.take(sample(6000, 300), first);
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(first.taken(), [2, 2]);
  assert.equal(keeper.sending.value, "reduced");
  const second = connection();
  keeper.take(sample(8000, 300), second);
  await new Promise((resolve) => setTimeout(resolve, 1));
  assert.deepEqual(second.taken(), [1, 1]);
});
