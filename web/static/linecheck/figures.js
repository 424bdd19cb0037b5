// What getStats() tells, as the figures of a line. Pure.

/**
 * @typedef {object} Figures What one end received while it was measured (bridge/media/line_check/results.py).
 * @property {number | null} round_trip_ms
 * @property {number} loss Share of the packets that did not arrive, the worse of sound's and picture's.
 * @property {number} jitter_ms
 * @property {number} kbps
 * @property {number} frames_per_s
 */

/**
 * @typedef {object} Counts
 * @property {number} bytes
 * @property {number} frames
 * @property {[number, number]} sound Packets received and lost.
 * @property {[number, number]} picture
 * @property {number} jitter_ms
 * @property {number | null} round_trip_ms
 */

/** @param {Iterable<any>} reports Those of an RTCStatsReport. @returns {Counts} */
export function counted(reports) {
  /** @type {Counts} */
  const counts = { bytes: 0, frames: 0, sound: [0, 0], picture: [0, 0], jitter_ms: 0, round_trip_ms: null };
  for (const report of reports) {
    if (report.type === "inbound-rtp") {
      counts.bytes += (report.bytesReceived ?? 0) + (report.headerBytesReceived ?? 0);
      const packets = /** @type {[number, number]} */ ([report.packetsReceived ?? 0, report.packetsLost ?? 0]);
      if (report.kind === "audio") {
        counts.sound = packets;
        counts.jitter_ms = 1000 * (report.jitter ?? 0);
      } else {
        counts.picture = packets;
        counts.frames = report.framesDecoded ?? 0;
      }
    } else if (report.type === "candidate-pair" && (report.nominated ?? report.selected) && report.state === "succeeded") {
      const { totalRoundTripTime: total, responsesReceived: answers, currentRoundTripTime: last } = report;
      const mean = total > 0 && answers > 0 ? total / answers : last;
      if (mean !== undefined) counts.round_trip_ms = 1000 * mean;
    }
  }
  return counts;
}

/** @param {Counts} before @param {Counts} after @param {number} seconds @returns {Figures} */
export function figures(before, after, seconds) {
  const lost = (/** @type {"sound" | "picture"} */ kind) => {
    const [received, missing] = [0, 1].map((at) => Math.max(0, after[kind][at] - before[kind][at]));
    return received + missing > 0 ? missing / (received + missing) : 0;
  };
  return {
    round_trip_ms: after.round_trip_ms === null ? null : rounded(after.round_trip_ms, 1),
    loss: rounded(Math.max(lost("sound"), lost("picture")), 4),
    jitter_ms: rounded(after.jitter_ms, 1),
    kbps: rounded(((after.bytes - before.bytes) * 8) / 1000 / seconds, 0),
    frames_per_s: rounded((after.frames - before.frames) / seconds, 1),
  };
}

/** @param {number} value @param {number} digits */
function rounded(value, digits) {
  return Number(Math.max(0, value).toFixed(digits));
}
