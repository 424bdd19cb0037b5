// How good a call is, from two successive reports of the browser (RTCPeerConnection.getStats). Rules only.
import { selectedPair } from "./route.js";
import { TROUBLE } from "./wire.gen.js";

/** @typedef {"good" | "fair" | "poor"} Level */
/** @typedef {typeof TROUBLE[keyof typeof TROUBLE]} Reason */
/** @typedef {RTCStatsReport} Stats */
/** @typedef {{level: Level, reason: Reason}} Verdict */

/**
 * @typedef {object} Figures Null is what this browser does not tell, or what did not flow.
 * @property {number | null} rtt_ms
 * @property {number | null} loss_share The worst of sound and picture, in and out; 0 to 1.
 * @property {number | null} loss_out_share Of what is sent, as the other side reports it.
 * @property {number | null} jitter_ms Of the incoming sound.
 * @property {number | null} delay_ms Network one way, and waiting in the jitter buffer.
 * @property {number | null} bitrate_in_kbps
 * @property {number | null} bitrate_out_kbps
 * @property {number | null} fps_in
 * @property {number | null} width_in
 * @property {number | null} height_in
 * @property {number | null} available_out_kbps What the browser believes the way can carry.
 */

/**
 * @typedef {object} Around What the reports do not tell.
 * @property {boolean} [cameraOff]
 * @property {boolean} [theirCameraOff]
 * @property {boolean} [paused] Whether a picture, on either side, is paused to keep the sound.
 * @property {number} [silent_ms] How long the way has given no answer.
 */

// ITU-T G.1010 (Table I.1) asks for less than 3 % of lost packets in a conversation. From 10 % on, Google's congestion
// control takes loss for congestion and slows the sender down, and Opus cannot hide it any more.
export const LOSS_FAIR = 0.03;
export const LOSS_POOR = 0.1;
/** Fewer packets say nothing: one lost of ten is not ten per cent. */
export const LOSS_LEAST_PACKETS = 20;
// ITU-T G.114, from mouth to ear: up to 150 ms go unnoticed, more than 400 ms are not acceptable. Capturing, encoding
// and playing take about 50 ms besides what is measured here. Between them, 250 ms is where the E-model of ITU-T G.107
// (R about 85, falling ever faster) begins to leave the satisfied.
export const DELAY_FAIR_MS = 200;
export const DELAY_POOR_MS = 350;
/** Jitter beyond the 40 to 100 ms that a jitter buffer holds is heard as gaps. */
export const JITTER_FAIR_MS = 60;
export const JITTER_POOR_MS = 120;
/** Under this a face is a blur; it is also where bandwidth.js gives the picture up. */
export const AVAILABLE_POOR_KBPS = 100;
/** A face at 640x360 and 30 pictures a second wants about this much. Encoders call themselves limited also while they
 * start up on a wide line (measured in Chromium 156: for 25 s): the line is blamed only when it is believed to be narrow. */
export const AVAILABLE_FAIR_KBPS = 600;
/** Lips and voice part visibly under ten pictures a second. */
export const FPS_POOR = 10;
/** A picture that stands still for half of the time between two reports. */
export const FROZEN_POOR_SHARE = 0.5;
export const DROPPED_FAIR_SHARE = 0.1;
export const DROPPED_POOR_SHARE = 0.3;
/** The consent of ICE is asked for at least every 5 s (RFC 7675): when no answer comes that long, nothing does. */
export const SILENT_POOR_MS = 5000;

const WORSE = { good: 0, fair: 1, poor: 2 };

/** @param {Stats} stats @param {(report: any) => boolean} which @returns {any[]} */
function all(stats, which) {
  return [...stats.values()].filter(which);
}

/**
 * How a counter has grown over all reports of a type that are in both; null when it is in none.
 * @param {Stats} before @param {Stats} after @param {(report: any) => boolean} which @param {string} counter
 */
function grown(before, after, which, counter) {
  let sum = null;
  for (const report of after.values()) {
    if (!which(report)) continue;
    const then = before.get(report.id)?.[counter];
    if (typeof report[counter] !== "number" || typeof then !== "number") continue;
    sum = (sum ?? 0) + Math.max(0, report[counter] - then);
  }
  return sum;
}

/** @param {string} type @param {string} [kind] @returns {(report: any) => boolean} */
const are = (type, kind) => (report) => report.type === type && (!kind || (report.kind ?? report.mediaType) === kind);

/** @param {number | null} lost @param {number | null} of */
function share(lost, of) {
  return lost === null || of === null || of < LOSS_LEAST_PACKETS ? null : Math.min(1, lost / of);
}

/** @param {Stats} before @param {Stats} after @param {string} kind */
function lossIn(before, after, kind) {
  const lost = grown(before, after, are("inbound-rtp", kind), "packetsLost");
  const received = grown(before, after, are("inbound-rtp", kind), "packetsReceived");
  return share(lost, lost === null || received === null ? null : lost + received);
}

/** @param {Stats} before @param {Stats} after @param {string} kind */
function lossOut(before, after, kind) {
  const lost = grown(before, after, are("remote-inbound-rtp", kind), "packetsLost");
  return share(lost, grown(before, after, are("outbound-rtp", kind), "packetsSent"));
}

/** @param {(number | null | undefined)[]} values */
function greatest(values) {
  const known = values.filter((value) => typeof value === "number");
  return known.length ? Math.max(...known) : null;
}

/** @param {number | null | undefined} value @param {number} [by] */
const rounded = (value, by = 1) => (typeof value === "number" ? Math.round(value * by) : null);

/** @param {Stats} before @param {Stats} after @returns {Figures} */
export function figuresOf(before, after) {
  const pair = selectedPair(after);
  const pairBefore = pair && before.get(pair.id);
  const span_ms = pairBefore ? pair.timestamp - pairBefore.timestamp : 0;
  const [sound] = all(after, are("inbound-rtp", "audio"));
  const [picture] = all(after, are("inbound-rtp", "video"));
  const rtts_s = all(after, are("remote-inbound-rtp")).map((report) => report.roundTripTime);
  const rtt_s = pair?.currentRoundTripTime ?? greatest(rtts_s);
  const waited_s = grown(before, after, are("inbound-rtp", "audio"), "jitterBufferDelay");
  const played = grown(before, after, are("inbound-rtp", "audio"), "jitterBufferEmittedCount");
  const buffer_ms = waited_s !== null && played ? (waited_s / played) * 1000 : 0;
  const decoded = grown(before, after, are("inbound-rtp", "video"), "framesDecoded");
  const bitsIn = grown(before, after, are("inbound-rtp"), "bytesReceived");
  const bitsOut = grown(before, after, are("outbound-rtp"), "bytesSent");
  const loss_out_share = greatest([lossOut(before, after, "audio"), lossOut(before, after, "video")]);
  return {
    rtt_ms: rounded(rtt_s, 1000),
    loss_share: greatest([loss_out_share, lossIn(before, after, "audio"), lossIn(before, after, "video")]),
    loss_out_share,
    jitter_ms: rounded(sound?.jitter, 1000),
    delay_ms: typeof rtt_s === "number" ? Math.round(rtt_s * 500 + buffer_ms) : null,
    bitrate_in_kbps: span_ms > 0 && bitsIn !== null ? Math.round((bitsIn * 8) / span_ms) : null,
    bitrate_out_kbps: span_ms > 0 && bitsOut !== null ? Math.round((bitsOut * 8) / span_ms) : null,
    fps_in: span_ms > 0 && decoded !== null ? Math.round((decoded * 1000) / span_ms) : null,
    width_in: picture?.frameWidth ?? null,
    height_in: picture?.frameHeight ?? null,
    available_out_kbps: rounded(pair?.availableOutgoingBitrate, 0.001),
  };
}

/**
 * What one interval says. Nothing that is switched off counts: silence is not loss, and a hidden picture not a bad one.
 * @param {Stats} before @param {Stats} after @param {Around} [around]
 * @returns {{level: Level | null, reason: Reason, figures: Figures}} `level` is null while nothing can be said.
 */
export function estimate(before, after, { cameraOff = false, theirCameraOff = false, paused = false, silent_ms = 0 } = {}) {
  const figures = figuresOf(before, after);
  const pair = selectedPair(after);
  if (!pair || !before.has(pair.id)) return { level: null, reason: TROUBLE.NONE, figures };
  const span_s = (pair.timestamp - before.get(pair.id).timestamp) / 1000;
  const { loss_share, delay_ms, jitter_ms, available_out_kbps } = figures;
  const picture = are("inbound-rtp", "video");
  const frozen = theirCameraOff ? 0 : (grown(before, after, picture, "totalFreezesDuration") ?? 0) / Math.max(span_s, 0.001);
  const arrived = theirCameraOff ? 0 : (grown(before, after, picture, "framesReceived") ?? 0);
  const dropped = arrived >= 10 ? (grown(before, after, picture, "framesDropped") ?? 0) / arrived : 0;
  const sent = cameraOff ? [] : all(after, are("outbound-rtp", "video")).filter(({ active }) => active !== false);
  const limited = (/** @type {string} */ by) => sent.some(({ qualityLimitationReason }) => qualityLimitationReason === by);
  const narrow = limited("bandwidth") && (available_out_kbps ?? 0) < AVAILABLE_FAIR_KBPS;
  const slow = sent.some(({ framesPerSecond }) => typeof framesPerSecond === "number" && framesPerSecond < FPS_POOR);

  /** The cause before the effect: what is lost or late is why the rest is bad. @type {[Reason, boolean, boolean][]} */
  const troubles = [
    [TROUBLE.LOSS, (loss_share ?? 0) >= LOSS_FAIR, (loss_share ?? 0) >= LOSS_POOR || silent_ms >= SILENT_POOR_MS],
    [
      TROUBLE.DELAY,
      (delay_ms ?? 0) >= DELAY_FAIR_MS || (jitter_ms ?? 0) >= JITTER_FAIR_MS,
      (delay_ms ?? 0) >= DELAY_POOR_MS || (jitter_ms ?? 0) >= JITTER_POOR_MS,
    ],
    [TROUBLE.CPU, limited("cpu") || dropped >= DROPPED_FAIR_SHARE, (limited("cpu") && slow) || dropped >= DROPPED_POOR_SHARE],
    [
      TROUBLE.BANDWIDTH,
      narrow || paused || frozen > 0.1,
      (narrow && (slow || (available_out_kbps ?? Infinity) < AVAILABLE_POOR_KBPS)) || frozen >= FROZEN_POOR_SHARE,
    ],
  ];
  const poor = troubles.find(([, , is]) => is);
  const fair = troubles.find(([, is]) => is);
  if (poor) return { level: "poor", reason: poor[0], figures };
  if (fair) return { level: "fair", reason: fair[0], figures };
  return { level: "good", reason: TROUBLE.NONE, figures };
}

/** @typedef {{shown: Verdict | null, last: Verdict[]}} Steady */

/** @type {Steady} */
export const NOTHING_SEEN = Object.freeze({ shown: null, last: [] });
const SAMPLES = 3;
const AGREEING = 2;

/**
 * What is shown, so that it does not flicker: worse when two of the last three samples are, better when two in a row
 * are, and nothing before the second sample: a connection needs its first seconds to find its speed.
 * @param {Steady} before @param {{level: Level | null, reason: Reason}} sample @returns {Steady}
 */
export function steadied({ shown, last: earlier }, { level, reason }) {
  if (level === null) return { shown, last: earlier };
  const last = [...earlier, { level, reason }].slice(-SAMPLES);
  if (last.length < AGREEING) return { shown, last };
  const worstFirst = (/** @type {Verdict} */ one, /** @type {Verdict} */ other) => WORSE[other.level] - WORSE[one.level];
  // The second worst of three is the worst that two agree on.
  const agreed = last.toSorted(worstFirst)[AGREEING - 1];
  const [best] = last.slice(-AGREEING).toSorted(worstFirst);
  const rank = shown ? WORSE[shown.level] : 0;
  if (!shown || WORSE[agreed.level] > rank) return { shown: agreed, last };
  if (WORSE[best.level] < rank) return { shown: best, last };
  // Of one level the reason is kept while it is still one of theirs.
  const same = last.filter((one) => one.level === shown.level);
  const kept = same.length < AGREEING || same.some((one) => one.reason === shown.reason);
  return { shown: kept ? shown : same[same.length - 1], last };
}

/**
 * @typedef {object} Summary What remains of a call's quality.
 * @property {number} good_ms
 * @property {number} fair_ms
 * @property {number} poor_ms
 * @property {Level | null} worst
 * @property {Partial<Record<Reason, number>>} reasons_ms Trouble by its reason; poor counts double.
 */

/** @type {Summary} */
export const NO_SUMMARY = Object.freeze({ good_ms: 0, fair_ms: 0, poor_ms: 0, worst: null, reasons_ms: {} });

/** @param {Summary} sum @param {Verdict} verdict What was shown. @param {number} for_ms @returns {Summary} */
export function withTime(sum, { level, reason }, for_ms) {
  const key = /** @type {const} */ ({ good: "good_ms", fair: "fair_ms", poor: "poor_ms" })[level];
  const worst = sum.worst && WORSE[sum.worst] >= WORSE[level] ? sum.worst : level;
  const weight = WORSE[level] * for_ms;
  const reasons_ms = { ...sum.reasons_ms };
  if (weight > 0) reasons_ms[reason] = (reasons_ms[reason] ?? 0) + weight;
  return { ...sum, [key]: sum[key] + for_ms, worst, reasons_ms };
}

/** As the contact keeps it. @param {Summary} sum @returns {{good_s: number, fair_s: number, poor_s: number, reason: Reason}} */
export function summaryRecord({ good_ms, fair_ms, poor_ms, reasons_ms }) {
  const [main] = Object.entries(reasons_ms).sort(([, one], [, other]) => other - one);
  const reason = /** @type {Reason} */ (main?.[0] ?? TROUBLE.NONE);
  const seconds = (/** @type {number} */ ms) => Math.round(ms / 1000);
  return { good_s: seconds(good_ms), fair_s: seconds(fair_ms), poor_s: seconds(poor_ms), reason };
}
