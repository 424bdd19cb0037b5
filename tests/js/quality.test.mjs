// How good a call is said to be, from reports like those of browsers.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NOTHING_SEEN, NO_SUMMARY, estimate, figuresOf, steadied, summaryRecord, withTime } from "shared/quality.js";
import { qualityWords } from "shared/quality-words.js";

/** A report of a good call at this second; each change is by the id of an entry. */
function report(at_s, changes = {}) {
  const timestamp = at_s * 1000;
  const entries = {
    T: { type: "transport", selectedCandidatePairId: "P" },
    P: { type: "candidate-pair", currentRoundTripTime: 0.04, availableOutgoingBitrate: 2500000 },
    AI: { type: "inbound-rtp", kind: "audio", packetsReceived: 50 * at_s, packetsLost: 0, bytesReceived: 4000 * at_s, jitter: 0.004, jitterBufferDelay: 2400 * at_s, jitterBufferEmittedCount: 48000 * at_s },
    VI: { type: "inbound-rtp", kind: "video", packetsReceived: 140 * at_s, packetsLost: 0, bytesReceived: 150000 * at_s, framesDecoded: 30 * at_s, framesReceived: 30 * at_s, framesDropped: 0, totalFreezesDuration: 0, frameWidth: 1280, frameHeight: 720 },
    AO: { type: "outbound-rtp", kind: "audio", packetsSent: 50 * at_s, bytesSent: 4000 * at_s },
    VO: { type: "outbound-rtp", kind: "video", packetsSent: 140 * at_s, bytesSent: 150000 * at_s, active: true, qualityLimitationReason: "none", framesPerSecond: 30 },
    AR: { type: "remote-inbound-rtp", kind: "audio", packetsLost: 0, roundTripTime: 0.04 },
    VR: { type: "remote-inbound-rtp", kind: "video", packetsLost: 0, roundTripTime: 0.04 },
  };
  const made = new Map();
  for (const [id, entry] of Object.entries(entries)) {
    if (changes[id] !== null) made.set(id, { id, timestamp, ...entry, ...changes[id] });
  }
  return made;
}

/** What is said of a call that goes on for two seconds like this. */
function said(changes, around) {
  const { level, reason } = estimate(report(10), report(12, changes), around);
  return [level, reason];
}

test("a good call is good, and its figures are told", () => {
  const { level, reason, figures } = estimate(report(10), report(12));
  assert.deepEqual([level, reason], ["good", "none"]);
  assert.deepEqual(figures, {
    rtt_ms: 40,
    loss_share: 0,
    loss_out_share: 0,
    jitter_ms: 4,
    delay_ms: 70,
    bitrate_in_kbps: 1232,
    bitrate_out_kbps: 1232,
    fps_in: 30,
    width_in: 1280,
    height_in: 720,
    available_out_kbps: 2500,
  });
});

test("nothing is said without a way or a report before it", () => {
  assert.equal(estimate(new Map(), report(2)).level, null);
  assert.equal(estimate(report(10), report(12, { T: null, P: null })).level, null);
});

test("loss counts in both directions, by sound or picture", () => {
  assert.deepEqual(said({ AI: { packetsReceived: 595, packetsLost: 5 } }), ["fair", "loss"]);
  assert.deepEqual(said({ VI: { packetsReceived: 1640, packetsLost: 40 } }), ["poor", "loss"]);
  assert.deepEqual(said({ AR: { packetsLost: 15 } }), ["poor", "loss"]);
  assert.deepEqual(said({ VR: { packetsLost: 12 } }), ["fair", "loss"]);
  // A late packet takes a loss back.
  assert.deepEqual(estimate(report(10, { AI: { packetsLost: 3 } }), report(12, { AI: { packetsLost: 1 } })).level, "good");
});

test("silence is no loss: who is muted sends little or nothing", () => {
  const still = report(10);
  const quiet = report(12, {
    AI: { packetsReceived: 501, packetsLost: 1, bytesReceived: 40000, jitterBufferDelay: 24000, jitterBufferEmittedCount: 480000 },
    VI: { packetsReceived: 1400, bytesReceived: 1500000, framesDecoded: 300, framesReceived: 300 },
    AO: { packetsSent: 500, bytesSent: 40000 },
    VO: { packetsSent: 1400, bytesSent: 1500000, framesPerSecond: 0 },
  });
  const { level, figures } = estimate(still, quiet);
  assert.equal(level, "good");
  assert.deepEqual([figures.loss_share, figures.bitrate_in_kbps, figures.fps_in], [null, 0, 0]);
});

test("a hidden picture is no frozen one, on either side", () => {
  const frozen = { VI: { totalFreezesDuration: 1.9, framesDecoded: 302, framesReceived: 302 } };
  assert.deepEqual(said(frozen), ["poor", "bandwidth"]);
  assert.deepEqual(said(frozen, { theirCameraOff: true }), ["good", "none"]);
  const black = { VO: { qualityLimitationReason: "bandwidth", framesPerSecond: 1 }, P: { availableOutgoingBitrate: 300000 } };
  assert.deepEqual(said(black), ["poor", "bandwidth"]);
  assert.deepEqual(said(black, { cameraOff: true }), ["good", "none"]);
  assert.deepEqual(said({ VO: { qualityLimitationReason: "bandwidth", framesPerSecond: 0, active: false }, P: { availableOutgoingBitrate: 90000 } }), ["good", "none"]);
});

test("a call whose picture is paused is not called good", () => {
  assert.deepEqual(said({}, { paused: true }), ["fair", "bandwidth"]);
});

test("delay is the way and the waiting in the buffer", () => {
  assert.deepEqual(said({ P: { currentRoundTripTime: 0.28 } }), ["good", "none"]);
  assert.deepEqual(said({ P: { currentRoundTripTime: 0.32 } }), ["fair", "delay"]);
  assert.deepEqual(said({ P: { currentRoundTripTime: 0.9 } }), ["poor", "delay"]);
  assert.deepEqual(said({ AI: { packetsReceived: 600, jitterBufferDelay: 24000 + 96000 * 0.4, jitterBufferEmittedCount: 576000 } }), ["poor", "delay"]);
  assert.deepEqual(said({ AI: { packetsReceived: 600, jitter: 0.08 } }), ["fair", "delay"]);
  // Firefox tells the round trip with the RTCP reports only.
  assert.equal(figuresOf(report(10), report(12, { P: { currentRoundTripTime: undefined } })).rtt_ms, 40);
});

test("a busy computer and a narrow line are told apart", () => {
  assert.deepEqual(said({ VO: { qualityLimitationReason: "cpu", framesPerSecond: 24 } }), ["fair", "cpu"]);
  assert.deepEqual(said({ VO: { qualityLimitationReason: "cpu", framesPerSecond: 6 } }), ["poor", "cpu"]);
  assert.deepEqual(said({ VI: { framesReceived: 360, framesDropped: 24 } }), ["poor", "cpu"]);
  const limited = { qualityLimitationReason: "bandwidth" };
  assert.deepEqual(said({ VO: limited, P: { availableOutgoingBitrate: 400000 } }), ["fair", "bandwidth"]);
  assert.deepEqual(said({ VO: limited, P: { availableOutgoingBitrate: undefined } }), ["fair", "bandwidth"]);
  // An encoder that is still starting up on a wide line.
  assert.deepEqual(said({ VO: limited }), ["good", "none"]);
  assert.deepEqual(said({ VO: { qualityLimitationReason: "bandwidth" }, P: { availableOutgoingBitrate: 80000 } }), ["poor", "bandwidth"]);
});

test("a way that does not answer is poor, whatever was counted before", () => {
  assert.deepEqual(said({}, { silent_ms: 6000 }), ["poor", "loss"]);
  assert.deepEqual(said({}, { silent_ms: 3000 }), ["good", "none"]);
});

test("counters that begin anew are not read as negative", () => {
  const { figures } = estimate(report(100), report(102, { AI: { packetsReceived: 5, bytesReceived: 10 }, VI: { bytesReceived: 5 } }));
  assert.equal(figures.bitrate_in_kbps, 0);
});

const GOOD = { level: "good", reason: "none" };
const FAIR = { level: "fair", reason: "delay" };
const POOR = { level: "poor", reason: "loss" };

/** The levels shown after each sample. */
function shown(samples) {
  let steady = NOTHING_SEEN;
  return samples.map((sample) => (steady = steadied(steady, sample)).shown?.level ?? null);
}

test("it shows worse after two of three, better after two in a row, and nothing at first", () => {
  assert.deepEqual(shown([POOR, GOOD, GOOD]), [null, "good", "good"]);
  assert.deepEqual(shown([GOOD, GOOD, POOR, GOOD, GOOD]), [null, "good", "good", "good", "good"]);
  assert.deepEqual(shown([GOOD, GOOD, POOR, POOR, GOOD, GOOD]), [null, "good", "good", "poor", "poor", "good"]);
  assert.deepEqual(shown([GOOD, GOOD, FAIR, POOR]), [null, "good", "good", "fair"]);
  assert.deepEqual(shown([POOR, POOR, FAIR, GOOD]), [null, "poor", "poor", "fair"]);
  assert.deepEqual(shown([GOOD, POOR, GOOD, POOR, GOOD, POOR, GOOD]), [null, "good", "good", "poor", "poor", "poor", "poor"]);
  assert.deepEqual(shown([{ level: null, reason: "none" }, POOR, POOR]), [null, null, "poor"]);
});

test("the reason does not flicker while the level stays, and gives way when it is no longer any of them", () => {
  let steady = NOTHING_SEEN;
  const reasons = ["delay", "loss", "delay", "loss", "cpu", "cpu", "cpu"].map(
    (reason) => (steady = steadied(steady, { level: "poor", reason })).shown?.reason,
  );
  assert.deepEqual(reasons, [undefined, "loss", "loss", "loss", "loss", "loss", "cpu"]);
});

test("the sum of a call is small, and names its main trouble", () => {
  let sum = NO_SUMMARY;
  assert.deepEqual(summaryRecord(sum), { good_s: 0, fair_s: 0, poor_s: 0, reason: "none" });
  for (let at = 0; at < 30; at += 1) sum = withTime(sum, GOOD, 2000);
  for (let at = 0; at < 3; at += 1) sum = withTime(sum, FAIR, 2000);
  for (let at = 0; at < 2; at += 1) sum = withTime(sum, POOR, 2000);
  assert.deepEqual(summaryRecord(sum), { good_s: 60, fair_s: 6, poor_s: 4, reason: "loss" });
  assert.equal(sum.worst, "poor");
});

test("every level and reason has words for staff and for visitors", () => {
  for (const level of ["good", "fair", "poor"]) {
    for (const reason of ["none", "loss", "delay", "bandwidth", "cpu"]) {
      for (const audience of ["staff", "visitor"]) assert.ok(qualityWords(level, reason, audience).length > 10);
    }
  }
});
