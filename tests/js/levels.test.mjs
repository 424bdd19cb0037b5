// Loudness, and the rule for talking while muted.
import assert from "node:assert/strict";
import { test } from "node:test";
import { HEARD_NOTHING, hears, meterShare, rms } from "shared/levels.js";

const EVERY_MS = 100;
const SPEECH = [0.09, 0.03, 0.12, 0.015, 0.07];

test("the level is the root mean square", () => {
  assert.equal(rms([]), 0);
  assert.equal(rms([0, 0, 0]), 0);
  assert.equal(rms([1, -1, 1, -1]), 1);
  assert.ok(Math.abs(rms([0.5, -0.5]) - 0.5) < 1e-9);
});

test("a meter shows decibels", () => {
  assert.equal(meterShare(0), 0);
  assert.equal(meterShare(0.0001), 0);
  assert.equal(meterShare(1), 1);
  assert.ok(Math.abs(meterShare(0.1) - 2 / 3) < 1e-9);
});

/** Plays levels and tells the spans in which the words were shown. */
function shownSpans(length_ms, levelAt, mutedAt = () => true) {
  let heard = HEARD_NOTHING;
  const spans = [];
  for (let at_ms = 0; at_ms <= length_ms; at_ms += EVERY_MS) {
    const before = heard.shown;
    heard = hears(heard, { muted: mutedAt(at_ms), level: levelAt(at_ms), at_ms });
    if (heard.shown && !before) spans.push([at_ms, Infinity]);
    if (!heard.shown && before) spans[spans.length - 1][1] = at_ms;
  }
  return spans;
}

const speaking = (at_ms) => SPEECH[(at_ms / EVERY_MS) % SPEECH.length];

test("speech of 0.6 s is told for 4 s, and not again within 10 s", () => {
  assert.deepEqual(shownSpans(19000, speaking), [[600, 4600], [14600, 18600]]);
});

test("nothing is told while not muted, and the words go when the microphone is opened", () => {
  assert.deepEqual(shownSpans(5000, speaking, () => false), []);
  assert.deepEqual(shownSpans(5000, speaking, (at_ms) => at_ms < 2000), [[600, 2000]]);
  // Muting again does not tell at once what was told just now.
  assert.deepEqual(shownSpans(8000, speaking, (at_ms) => at_ms < 2000 || at_ms > 2500), [[600, 2000]]);
});

test("a cough is no speech, and neither is a fan", () => {
  assert.deepEqual(shownSpans(5000, (at_ms) => (at_ms % 1500 < 300 ? 0.2 - at_ms / 1e5 : 0.001)), []);
  assert.deepEqual(shownSpans(5000, (at_ms) => (at_ms % 200 ? 0.05 : 0.06)), []);
  assert.deepEqual(shownSpans(5000, () => 0.01), []);
});

test("short gaps between words do not begin anew", () => {
  const words = (at_ms) => (at_ms % 600 < 300 ? speaking(at_ms) + 0.03 : 0.002);
  assert.equal(shownSpans(3000, words).length, 1);
});
