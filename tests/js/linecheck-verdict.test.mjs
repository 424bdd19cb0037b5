// From figures to a verdict and to what to do.
import assert from "node:assert/strict";
import { test } from "node:test";
import { counted, figures } from "../../web/static/linecheck/figures.js";
import { judge, judgePath } from "../../web/static/linecheck/verdict.js";

const GOOD = { round_trip_ms: 20, loss: 0, jitter_ms: 3, kbps: 600, frames_per_s: 15 };
const path = (/** @type {any} */ given = {}) => ({ path: "direct", outcome: "connected", setup_ms: 80, down: GOOD, up: GOOD, ...given });
const found = (/** @type {any[]} */ paths, /** @type {any} */ given = {}) =>
  /** @type {any} */ ({ paths, sound: { verdict: "heard", echo_left: false, clipping: false }, picture: { verdict: "fine" }, devices: null, ...given });
const said = (/** @type {any} */ everything, running = true) => {
  const { verdict, advice } = judge(everything, running);
  return [verdict, ...advice];
};

test("a good line with good devices needs nothing", () => {
  assert.deepEqual(said(found([path(), path({ path: "relay" })])), ["good"]);
});

test("each figure has its own advice, and the worse way counts", () => {
  for (const [flaw, bearable, bad] of /** @type {[string, any, any][]} */ ([
    ["loss", { loss: 0.05 }, { loss: 0.3 }],
    ["jitter", { jitter_ms: 60 }, { jitter_ms: 400 }],
    ["few_frames", { frames_per_s: 6 }, { frames_per_s: 0 }],
  ])) {
    for (const end of ["down", "up"]) {
      assert.deepEqual(judgePath(path({ [end]: { ...GOOD, ...bearable } })), { verdict: "limits", flaws: [flaw] });
      assert.equal(judgePath(path({ [end]: { ...GOOD, ...bad } })).verdict, "bad");
    }
  }
  assert.deepEqual(judgePath(path({ down: { ...GOOD, round_trip_ms: 500 } })), { verdict: "limits", flaws: ["delay"] });
  assert.deepEqual(judgePath(path({ up: null })), { verdict: "limits", flaws: ["no_report"] });
});

test("without a camera nobody misses its picture", () => {
  const up = { ...GOOD, frames_per_s: 0 };
  assert.equal(judgePath(path({ up }), { camera: false }).verdict, "good");
  assert.deepEqual(said(found([path({ up })], { picture: { verdict: "no_camera" }, devices: "no_camera" })), ["limits", "no_camera"]);
});

test("a call takes the best path; what is missing beside it is told", () => {
  const blocked = { outcome: "no_connection", down: null, up: null, setup_ms: null };
  assert.deepEqual(said(found([path(blocked), path({ path: "relay" })])), ["good"]);
  assert.deepEqual(said(found([path(), path({ path: "relay", ...blocked })])), ["limits", "no_fallback"]);
  assert.deepEqual(said(found([path(blocked), path({ path: "relay", ...blocked }), path({ path: "turn" })])), ["good", "only_turn"]);
  assert.deepEqual(said(found([path(blocked), path({ path: "relay", ...blocked })])), ["bad", "udp_blocked"]);
  assert.deepEqual(said(found([path(), path({ path: "relay", ...blocked, outcome: "failed" })])), ["limits", "failed"]);
  assert.deepEqual(said(found([path(), path({ path: "relay", down: { ...GOOD, loss: 0.5 } })])), ["limits", "loss"]);
  const lossy = { ...GOOD, loss: 0.05 };
  assert.deepEqual(said(found([path({ down: lossy }), path({ path: "relay" })])), ["good"]);
});

test("what could not be checked is not called blocked", () => {
  assert.deepEqual(said(found([]), false), ["bad", "not_running"]);
  assert.deepEqual(said(found([path({ outcome: "busy", down: null })])), ["bad", "busy"]);
  assert.deepEqual(said(found([path({ outcome: "failed", down: null })])), ["bad", "failed"]);
  assert.deepEqual(said(found([path({ path: "relay", outcome: "not_there", down: null })])), ["bad", "nothing_to_check"]);
});

test("devices: a refusal is bad, the rest are limits", () => {
  assert.deepEqual(said(found([path()], { devices: "denied" })), ["bad", "denied"]);
  assert.deepEqual(said(found([path()], { picture: { verdict: "black" } })), ["limits", "black"]);
  const sound = { verdict: "heard", echo_left: true, clipping: true };
  assert.deepEqual(said(found([path()], { sound })), ["limits", "echo", "clipping"]);
  assert.deepEqual(said(found([path()], { sound: { verdict: "silent" } })), ["limits", "silent"]);
  assert.deepEqual(said(found([path()], { sound: { verdict: "not_checked" } })), ["limits", "sound_not_checked"]);
});

test("figures are those of the time between, whatever came before", () => {
  const stats = (/** @type {number} */ n) => [
    { type: "inbound-rtp", kind: "audio", packetsReceived: 50 * n, packetsLost: n, bytesReceived: 4000 * n, headerBytesReceived: 0, jitter: 0.004 },
    { type: "inbound-rtp", kind: "video", packetsReceived: 100 * n, packetsLost: 0, bytesReceived: 60_000 * n, headerBytesReceived: 1000 * n, framesDecoded: 15 * n },
    { type: "candidate-pair", state: "succeeded", nominated: true, totalRoundTripTime: 0.05 * n, responsesReceived: n, currentRoundTripTime: 9 },
    { type: "candidate-pair", state: "failed", nominated: false, currentRoundTripTime: 5 },
  ];
  assert.deepEqual(figures(counted(stats(1)), counted(stats(11)), 10), {
    round_trip_ms: 50,
    loss: 0.0196,
    jitter_ms: 4,
    kbps: 520,
    frames_per_s: 15,
  });
  assert.deepEqual(figures(counted([]), counted([]), 1), { round_trip_ms: null, loss: 0, jitter_ms: 0, kbps: 0, frames_per_s: 0 });
});
