// What to do about a connection that does not come about, falls silent or loses its network. Pure: no clock, no DOM.
//
//     COMING ──connected──▶ GOOD ──silence or "interrupted"──▶ BROKEN ──▶ restart of ICE ──▶ a new generation
//        └── not in time ──▶ a new generation                    └──── answers again ──▶ GOOD
//
// ICE by itself changes to another way that is known already; a restart finds new ones and does not stand in its way; a new
// generation begins with new keys, for the case that the other page was loaded anew. It takes both lines to the bridge.

/**
 * A selected pair whose checks are not answered for this long is silent. Chromium checks a pair that is well every 2.5 s,
 * and about every second once an answer is missing: one lost check is no silence.
 */
export const SILENT_AFTER_MS = 2500;
/** From silence to the restart: time for one more look. */
export const RESTART_AFTER_MS = 500;
/** The side that makes no descriptions, and can only ask for a restart, leaves the first step to the other. */
export const POLITE_MS = 500;
/** As long as a restart is given. */
export const RESTART_PATIENCE_MS = 8000;
/** After so many restarts in a row that came to nothing, a new generation. */
export const RESTARTS_IN_A_ROW = 2;
/** As long as a first connection is given; grows by half with every generation, to the limit. */
export const COME_ABOUT_WITHIN_MS = 10000;
export const PATIENCE_LIMIT_MS = 60000;
/** After this long with a connection and no picture it is no longer honest to say that one is coming. */
export const NO_PICTURE_AFTER_MS = 8000;

/**
 * @typedef {object} Course How a connection has fared.
 * @property {number} beganAt
 * @property {boolean} cameAbout Whether it was ever good.
 * @property {number | null} brokenAt
 * @property {number | null} restartedAt
 * @property {number} restarts In a row.
 * @property {boolean} hurry The network changed: nothing is gained by waiting.
 */

/**
 * @typedef {object} Seen
 * @property {import("./peer.js").PathState} state
 * @property {number} silenceMs How long checks have gone unanswered.
 * @property {boolean} lineUp Whether both sides reach the bridge.
 * @property {boolean} networkChanged Since it was last looked.
 * @property {boolean} polite
 * @property {number} patienceMs
 * @property {number} now
 */

/** @param {number} now @returns {Course} */
export function courseFrom(now) {
  return { beganAt: now, cameAbout: false, brokenAt: null, restartedAt: null, restarts: 0, hurry: false };
}

/** Whether the two can hear each other. @param {Pick<Seen, "state" | "silenceMs">} seen */
export function isGood({ state, silenceMs }) {
  return state === "connected" && silenceMs < SILENT_AFTER_MS;
}

/**
 * The course after a look, and what is to be done now.
 * @param {Course} course @param {Seen} seen
 * @returns {{course: Course, step: "restart" | "renew" | null}}
 */
export function nextStep(course, seen) {
  const { now } = seen;
  if (isGood(seen) && !seen.networkChanged) {
    if (course.hurry && course.restartedAt === null) return restartNow(course, seen);
    return { course: { ...courseFrom(course.beganAt), cameAbout: true }, step: null };
  }
  if (!course.cameAbout && !isGood(seen)) {
    const late = now - course.beganAt >= seen.patienceMs || (seen.state === "failed" && now - course.beganAt >= seen.patienceMs / 10);
    return { course, step: late && seen.lineUp ? "renew" : null };
  }
  const broken = { ...course, brokenAt: course.brokenAt ?? now, hurry: course.hurry || seen.networkChanged };
  return restartNow(broken, seen);
}

/** @param {Course} course @param {Seen} seen @returns {{course: Course, step: "restart" | "renew" | null}} */
function restartNow(course, seen) {
  const { now } = seen;
  // Whatever can be done is done as soon as the lines are back.
  if (!seen.lineUp) return { course: { ...course, hurry: true }, step: null };
  const brokenMs = now - (course.brokenAt ?? now);
  const waitMs = course.hurry || seen.state === "failed" ? 0 : RESTART_AFTER_MS + (seen.polite ? POLITE_MS : 0);
  const dueAgain = course.restartedAt === null || now - course.restartedAt >= RESTART_PATIENCE_MS;
  if (brokenMs < waitMs || !dueAgain) return { course, step: null };
  if (course.restarts >= RESTARTS_IN_A_ROW) return { course, step: "renew" };
  return { course: { ...course, restartedAt: now, restarts: course.restarts + 1, hurry: false }, step: "restart" };
}

/**
 * @typedef {object} Answers How the checks of the selected pair stood when one was last answered.
 * @property {string} pair
 * @property {number} received
 * @property {number} sent
 * @property {number} at
 */

/**
 * Follow the answers to the checks of the selected pair. Missing media are no silence: somebody may be muted.
 * @param {Answers | null} before
 * @param {{id: string, responsesReceived?: number, requestsSent?: number} | null} pair
 * @param {number} now
 * @returns {{answers: Answers | null, silenceMs: number}}
 */
export function silenceOf(before, pair, now) {
  if (!pair) return { answers: before, silenceMs: 0 };
  const received = pair.responsesReceived ?? 0;
  const sent = pair.requestsSent ?? 0;
  if (!before || before.pair !== pair.id || received !== before.received) {
    return { answers: { pair: pair.id, received, sent, at: now }, silenceMs: 0 };
  }
  // Asked and not answered. Without a question there is no silence, only rest: it is counted from the first question on.
  if (sent === before.sent) return { answers: { ...before, at: now }, silenceMs: 0 };
  return { answers: before, silenceMs: now - before.at };
}
