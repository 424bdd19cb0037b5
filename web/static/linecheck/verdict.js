// What was measured, as a verdict and as what to do about it. Pure; words.js says it.

/** @typedef {import("./measure.js").PathResult} PathResult */
/** @typedef {import("./figures.js").Figures} Figures */
/** @typedef {import("./picture.js").PictureVerdict} PictureVerdict */
/** @typedef {"good" | "limits" | "bad"} Verdict */
/** @typedef {"loss" | "delay" | "jitter" | "few_frames" | "no_report"} Flaw */

/**
 * @typedef {object} Sound
 * @property {"heard" | "not_heard" | "silent" | "no_microphone" | "not_checked"} verdict
 * @property {number | null} [delay_ms]
 * @property {number | null} [level_db]
 * @property {boolean | null} [echo_left]
 * @property {boolean | null} [clipping]
 */

/**
 * @typedef {object} Found Everything that a check found.
 * @property {PathResult[]} paths
 * @property {Sound} sound
 * @property {{verdict: PictureVerdict | "no_camera" | "not_checked"}} picture
 * @property {"denied" | "no_devices" | "no_camera" | "no_microphone" | null} devices Why something could not be opened.
 */

/**
 * Up to the first number a line is good, up to the second it works with limits. Round trip: a conversation is easy up
 * to 150 ms one way and hard from 400 ms (ITU-T G.114). Loss: Opus hides a few hundredths. Jitter: browsers hold back
 * that much sound. The picture from us comes at 15 frames a second, from a camera at 15 to 30.
 */
const LIMITS = Object.freeze({ round_trip_ms: [300, 800], loss: [0.02, 0.1], jitter_ms: [40, 120] });
const FRAMES_PER_S = Object.freeze([10, 3]);

/** @param {number} value @param {readonly number[]} limits @returns {0 | 1 | 2} */
const grade = (value, [good, bearable]) => (value <= good ? 0 : value <= bearable ? 1 : 2);

const VERDICTS = /** @type {const} */ (["good", "limits", "bad"]);

/**
 * One path.
 * @param {PathResult} result @param {{camera?: boolean}} [sent] Whether there was a picture to send.
 * @returns {{verdict: Verdict, flaws: Flaw[]}}
 */
export function judgePath({ outcome, down, up }, { camera = true } = {}) {
  if (outcome !== "connected" || !down) return { verdict: "bad", flaws: [] };
  const ends = [down, ...(up ? [up] : [])];
  /** @param {(figures: Figures) => number} grading */
  const worst = (grading) => Math.max(...ends.map(grading));
  /** @type {[Flaw, number][]} */
  const grades = [
    ["loss", worst(({ loss }) => grade(loss, LIMITS.loss))],
    ["delay", grade(down.round_trip_ms ?? 0, LIMITS.round_trip_ms)],
    ["jitter", worst(({ jitter_ms }) => grade(jitter_ms, LIMITS.jitter_ms))],
    ["few_frames", Math.max(framesGrade(down), up && camera ? framesGrade(up) : 0)],
    // It is told over the same line: something did not arrive.
    ["no_report", up ? 0 : 1],
  ];
  const flaws = grades.filter(([, how]) => how > 0).map(([flaw]) => flaw);
  return { verdict: VERDICTS[Math.max(...grades.map(([, how]) => how))], flaws };
}

/** @param {Figures} figures */
function framesGrade({ frames_per_s }) {
  return grade(-frames_per_s, FRAMES_PER_S.map((frames) => -frames));
}

/**
 * @typedef {"not_running" | "busy" | "nothing_to_check" | "failed" | "udp_blocked" | "no_fallback" | "only_turn" | "loss" | "delay"
 *   | "jitter" | "few_frames" | "no_report" | "denied" | "no_devices" | "no_camera" | "no_microphone" | "black" | "dark" | "covered"
 *   | "frozen" | "silent" | "not_heard" | "echo" | "clipping" | "sound_not_checked"} Advice
 */

/**
 * The whole check: one verdict, and what to do, the most urgent first.
 * @param {Found} found @param {boolean} running Whether Gloria's end is there at all.
 * @returns {{verdict: Verdict, advice: Advice[]}}
 */
export function judge(found, running) {
  const camera = !["no_camera", "not_checked"].includes(found.picture.verdict);
  const line = running ? judgeLine(found.paths, camera) : { verdict: /** @type {Verdict} */ ("bad"), advice: [/** @type {Advice} */ ("not_running")] };
  const devices = judgeDevices(found);
  const worst = Math.max(VERDICTS.indexOf(line.verdict), VERDICTS.indexOf(devices.verdict));
  return { verdict: VERDICTS[worst], advice: [...line.advice, ...devices.advice] };
}

/** @param {PathResult[]} all @param {boolean} camera @returns {{verdict: Verdict, advice: Advice[]}} */
function judgeLine(all, camera) {
  const paths = all.filter(({ outcome }) => outcome !== "not_there");
  if (!paths.length) return { verdict: "bad", advice: ["nothing_to_check"] };
  const judged = paths.map((result) => ({ ...result, ...judgePath(result, { camera }) }));
  const open = judged.filter(({ outcome }) => outcome === "connected");
  if (!open.length) {
    if (paths.some(({ outcome }) => outcome === "busy")) return { verdict: "bad", advice: ["busy"] };
    if (paths.every(({ outcome }) => outcome === "failed")) return { verdict: "bad", advice: ["failed"] };
    return { verdict: "bad", advice: ["udp_blocked"] };
  }
  // A call takes the best path there is.
  const best = Math.min(...open.map(({ verdict }) => VERDICTS.indexOf(verdict)));
  /** @type {Advice[]} */
  const advice = [...(open.find(({ verdict }) => VERDICTS.indexOf(verdict) === best)?.flaws ?? [])];
  // Not every two networks reach each other directly: then one of the others is needed.
  const others = judged.filter(({ path }) => path !== "direct");
  const stranded = others.length > 0 && others.every(({ verdict }) => verdict === "bad");
  if (stranded) {
    const { outcome, flaws } = others[0];
    if (outcome === "no_connection") advice.push("no_fallback");
    else if (outcome === "connected") advice.push(...flaws.filter((flaw) => !advice.includes(flaw)));
    else advice.push(outcome === "busy" ? "busy" : "failed");
  }
  if (judged.length > 1 && open.every(({ path }) => path === "turn")) advice.push("only_turn");
  return { verdict: VERDICTS[Math.max(best, stranded ? 1 : 0)], advice };
}

/** @param {Found} found @returns {{verdict: Verdict, advice: Advice[]}} */
function judgeDevices({ sound, picture, devices }) {
  if (devices === "denied" || devices === "no_devices") return { verdict: "bad", advice: [devices] };
  /** @type {Advice[]} */
  const advice = [];
  if (devices) advice.push(devices);
  if (picture.verdict !== "fine" && picture.verdict !== "no_camera" && picture.verdict !== "not_checked") advice.push(picture.verdict);
  if (sound.verdict === "silent" || sound.verdict === "not_heard") advice.push(sound.verdict);
  if (sound.verdict === "not_checked") advice.push("sound_not_checked");
  if (sound.echo_left) advice.push("echo");
  if (sound.clipping) advice.push("clipping");
  return { verdict: advice.length ? "limits" : "good", advice };
}
