// Finding a chirp in what a microphone heard: noise, distance, delay, silence, echoes taken out.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CHIRP, findChirp, judgeSound, makeChirp } from "../../web/static/linecheck/chirp.js";

const RATE = 48_000;

/** Noise that is the same in every run (a linear congruential generator). @param {number} length @param {number} loud */
function noise(length, loud, seed = 7) {
  const samples = new Float32Array(length);
  let state = seed;
  for (let n = 0; n < length; n += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    samples[n] = loud * (state / 2 ** 31 - 1);
  }
  return samples;
}

/** @param {Float32Array} recording @param {number} at Seconds. @param {number} gain @param {number} [rate] */
function withChirp(recording, at, gain, rate = RATE) {
  const begin = Math.round(at * rate);
  makeChirp(rate).forEach((value, n) => (recording[begin + n] += gain * value));
  return recording;
}

const seconds = (/** @type {number} */ s) => s * RATE;

test("a chirp is found where it is, to the sample, in noise and far off", () => {
  for (const [gain, loud] of [
    [1, 0],
    [0.05, 0.001],
    [0.1, 0.05],
    [-0.3, 0.02],
  ]) {
    const found = findChirp(withChirp(noise(seconds(2), loud), 0.731, gain), RATE);
    assert.ok(found && Math.abs(found.at - seconds(0.731)) <= 2, `gain ${gain} noise ${loud}: ${found?.at}`);
    assert.ok(found.score > 0.2, `score ${found.score}`);
  }
});

test("its loudness is told, whatever the noise around it", () => {
  const loud = /** @type {any} */ (findChirp(withChirp(noise(seconds(1), 0), 0.2, 1), RATE));
  const soft = /** @type {any} */ (findChirp(withChirp(noise(seconds(1), 0.02), 0.2, 0.1), RATE));
  assert.ok(Math.abs(loud.level_db - soft.level_db - 20) < 1, `${loud.level_db} ${soft.level_db}`);
});

test("noise, hum, other tones and a chirp that falls are not taken for it", () => {
  const falling = noise(seconds(2), 0.001);
  makeChirp(RATE).reverse().forEach((value, n) => (falling[20_000 + n] += value));
  const hum = noise(seconds(2), 0.01).map((value, n) => value + 0.5 * Math.sin((2 * Math.PI * 50 * n) / RATE));
  const beep = noise(seconds(2), 0.01).map((value, n) => value + 0.3 * Math.sin((2 * Math.PI * 1000 * n) / RATE));
  for (const [what, recording] of Object.entries({ noise: noise(seconds(2), 0.3), hum, beep, falling })) {
    assert.equal(judgeSound({ raw: recording, sampleRate: RATE, playedAt: [seconds(0.3)] }).verdict, "not_heard", what);
  }
});

test("a chirp below loud hum is found: hum lies outside its band", () => {
  const hum = noise(seconds(2), 0.002).map((value, n) => value + 0.5 * Math.sin((2 * Math.PI * 50 * n) / RATE));
  const { verdict } = judgeSound({ raw: withChirp(hum, 0.4, 0.02), sampleRate: RATE, playedAt: [seconds(0.3)] });
  assert.equal(verdict, "heard");
});

test("the delay is that of the sound, and one that comes too late is not its own", () => {
  const raw = withChirp(withChirp(noise(seconds(4), 0.01), 1 + 0.18, 0.2), 2 + 0.18, 0.2);
  const { verdict, delay_ms } = judgeSound({ raw, sampleRate: RATE, playedAt: [seconds(1), seconds(2)] });
  assert.equal(verdict, "heard");
  assert.ok(Math.abs(Number(delay_ms) - 180) < 1, String(delay_ms));
  const late = withChirp(noise(seconds(4), 0.01), 2.2, 0.2);
  assert.equal(judgeSound({ raw: late, sampleRate: RATE, playedAt: [seconds(0.5)] }).verdict, "not_heard");
});

test("no sound at all is a microphone that is off, not one that hears nothing", () => {
  const silence = new Float32Array(seconds(2));
  assert.equal(judgeSound({ raw: silence, sampleRate: RATE, playedAt: [0] }).verdict, "silent");
  assert.equal(judgeSound({ raw: new Float32Array(0), sampleRate: RATE, playedAt: [0] }).verdict, "silent");
});

test("sound that is too loud is told", () => {
  const raw = withChirp(noise(seconds(2), 0.01), 0.5, 20).map((value) => Math.max(-1, Math.min(1, value)));
  assert.equal(judgeSound({ raw, sampleRate: RATE, playedAt: [seconds(0.4)] }).clipping, true);
  const calm = withChirp(noise(seconds(2), 0.01), 0.5, 0.5);
  assert.equal(judgeSound({ raw: calm, sampleRate: RATE, playedAt: [seconds(0.4)] }).clipping, false);
});

test("an echo that the browser has taken out is gone, one that it left is told", () => {
  const playedAt = [seconds(0.3), seconds(1.2)];
  const room = (/** @type {number} */ first, /** @type {number} */ second) =>
    withChirp(withChirp(noise(seconds(3), 0.002), 0.35, first), 1.25, second);
  const raw = room(0.3, 0.3);
  const echo = (/** @type {Float32Array} */ processed) => judgeSound({ raw, processed, sampleRate: RATE, playedAt }).echo_left;
  assert.equal(echo(room(0.3, 0.3)), true);
  assert.equal(echo(room(0.3, 0)), false, "the canceller learns from the first one");
  assert.equal(echo(room(0.3, 0.01)), false, "30 dB weaker");
  assert.equal(judgeSound({ raw, sampleRate: RATE, playedAt }).echo_left, null);
});

test("other sample rates and recordings that are too short", () => {
  for (const rate of [16_000, 44_100]) {
    const raw = withChirp(noise(2 * rate, 0.01), 0.5, 0.2, rate);
    const { verdict, delay_ms } = judgeSound({ raw, sampleRate: rate, playedAt: [0.4 * rate] });
    assert.equal(verdict, "heard", String(rate));
    assert.ok(Math.abs(Number(delay_ms) - 100) < 1);
  }
  assert.equal(findChirp(new Float32Array(100), RATE), null);
  assert.equal(makeChirp(RATE).length, CHIRP.seconds * RATE);
});
