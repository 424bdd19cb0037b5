// Looks at a connection every two seconds while a call lasts, says how good it is, and sums up for the record.
import { signal } from "@preact/signals";
import { NOTHING_SEEN, NO_SUMMARY, estimate, steadied, summaryRecord, withTime } from "./quality.js";

/** @typedef {import("./quality.js").Figures} Figures */
/** @typedef {ReturnType<typeof estimate> & {at_ms: number}} QualitySample */
/** @typedef {ReturnType<typeof createQualityWatch>} QualityWatch */

const EVERY_MS = 2000;

/**
 * @param {() => RTCPeerConnection | null} connection The one in use now.
 * @param {object} [options]
 * @param {() => import("./quality.js").Around} [options.around] What is switched off, and how long nothing answered.
 * @param {(sample: QualitySample, pc: RTCPeerConnection) => void} [options.onSample] Each sample, as it was measured.
 * @param {number} [options.everyMs]
 */
export function createQualityWatch(connection, { around = () => ({}), onSample = () => {}, everyMs = EVERY_MS } = {}) {
  /** What to show: it does not flicker. Null before anything can be said. */
  const verdict = signal(/** @type {import("./quality.js").Verdict | null} */ (null));
  const figures = signal(/** @type {Figures | null} */ (null));
  let steady = NOTHING_SEEN;
  let summary = NO_SUMMARY;
  /** @type {{pc: RTCPeerConnection, report: RTCStatsReport, at_ms: number} | null} */
  let before = null;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let timer;
  let looking = false;

  function forget() {
    before = null;
    steady = NOTHING_SEEN;
    verdict.value = null;
    figures.value = null;
  }

  async function look() {
    const pc = connection();
    if (!pc || pc.connectionState === "closed") {
      forget();
      return;
    }
    // A report that takes longer than the interval is not overtaken by the next.
    if (looking) return;
    looking = true;
    const mine = timer;
    try {
      const report = await pc.getStats();
      if (timer !== mine || mine === undefined) return;
      const at_ms = performance.now();
      if (before?.pc === pc) {
        take({ ...estimate(before.report, report, around()), at_ms }, pc, at_ms - before.at_ms);
      }
      before = { pc, report, at_ms };
    } catch {
      // It was closed while it was asked.
      before = null;
    } finally {
      looking = false;
    }
  }

  /** @param {QualitySample} sample @param {RTCPeerConnection} pc @param {number} for_ms */
  function take(sample, pc, for_ms) {
    steady = steadied(steady, sample);
    verdict.value = steady.shown;
    figures.value = sample.figures;
    // A computer that slept was in no call meanwhile.
    if (sample.level && steady.shown) summary = withTime(summary, steady.shown, Math.min(for_ms, 2 * everyMs));
    onSample(sample, pc);
  }

  function stop() {
    clearInterval(timer);
    timer = undefined;
    forget();
  }

  return {
    verdict,
    figures,
    /** @returns {ReturnType<typeof summaryRecord> & {worst: import("./quality.js").Level | null}} Since the last clear. */
    summary: () => ({ ...summaryRecord(summary), worst: summary.worst }),
    /** Look from now on, or look no more; what was summed up stays. @param {boolean} on */
    watch(on) {
      if (on === (timer !== undefined)) return;
      if (!on) {
        stop();
        return;
      }
      timer = setInterval(() => void look(), everyMs);
      void look();
    },
    /** The call is over, and its sum is taken. */
    clear() {
      stop();
      summary = NO_SUMMARY;
    },
  };
}
