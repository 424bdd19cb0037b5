// How a connection fares: looked at every second, sooner while something is amiss. Says the state of the path and the
// route it takes or why there is none, and which step the rules of recovery.js ask for.
import { signal } from "@preact/signals";
import { COME_ABOUT_WITHIN_MS, PATIENCE_LIMIT_MS, courseFrom, isGood, nextStep, silenceOf } from "./recovery.js";
import { routeOf, selectedPair, whyNoRoute } from "./route.js";

/** @typedef {import("./peer.js").PathState} PathState */
/** @typedef {import("./wire.gen.js").Report} Report */

const LOOK_EVERY_MS = 1000;
/** While an answer is missing. */
const LOOK_SOON_MS = 400;
/** The other side's wish for a restart is met by one that has just begun. */
const JUST_NOW_MS = 3000;

/**
 * @param {object} options
 * @param {boolean} options.polite Whether the first step is left to the other side.
 * @param {() => import("./peer.js").Peer | null} options.peer The one in use now, if there is one yet.
 * @param {() => string[]} options.relays Addresses of the relays.
 * @param {() => boolean} options.lineUp Whether both sides reach the bridge.
 * @param {(step: "restart" | "renew") => void} options.onStep
 */
export function createPathWatch({ polite, peer, relays, lineUp, onStep }) {
  const path = signal(/** @type {PathState | "none"} */ ("none"));
  const route = signal(/** @type {Report["route"]} */ (null));
  const noRoute = signal(/** @type {Report["no_route"]} */ (null));
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let looking;
  let course = courseFrom(0);
  let patienceMs = COME_ABOUT_WITHIN_MS;
  /** @type {import("./recovery.js").Answers | null} */
  let answers = null;
  let silenceMs = 0;
  let networkChanged = false;
  /** @type {PathState} As ICE and DTLS say. */
  let state = "connecting";

  function lookLater() {
    clearTimeout(looking);
    looking = setTimeout(() => void look(), silenceMs > 0 || path.peek() !== "connected" ? LOOK_SOON_MS : LOOK_EVERY_MS);
  }

  async function look() {
    if (path.peek() === "none") return;
    lookLater();
    const looked = peer();
    // What an error made of it for a moment is not what the connection is.
    if (looked) state = stateOf(looked.pc.connectionState, state);
    const report = looked && (await looked.pc.getStats());
    // Meanwhile it may have ended.
    if (peer() !== looked || path.peek() === "none") return;
    const now = performance.now();
    const heard = silenceOf(answers, report && selectedPair(report), now);
    answers = heard.answers;
    silenceMs = heard.silenceMs;
    const seen = { state, silenceMs, lineUp: lineUp(), networkChanged, polite, patienceMs, now };
    const next = nextStep(course, seen);
    course = next.course;
    if (seen.lineUp) networkChanged = false;
    const good = isGood(seen);
    if (good) patienceMs = COME_ABOUT_WITHIN_MS;
    path.value = good ? "connected" : state === "connected" ? "interrupted" : state;
    if (report && good) {
      route.value = routeOf(report, relays());
      noRoute.value = null;
    } else if (report && next.step === "renew") {
      noRoute.value = whyNoRoute(report, { described: Boolean(looked?.pc.remoteDescription), state: looked?.pc.iceConnectionState ?? "" });
    }
    if (next.step) onStep(next.step);
  }

  function end() {
    clearTimeout(looking);
    answers = null;
    silenceMs = 0;
    networkChanged = false;
    route.value = null;
    path.value = "none";
  }

  return {
    path,
    route,
    /** Why there was no way, as far as this browser can tell. */
    noRoute,
    /** How long the checks of the way have gone unanswered. */
    silenceMs: () => silenceMs,
    /** A connection begins, in the place of the one before. */
    begin() {
      end();
      path.value = "connecting";
      state = "connecting";
      course = courseFrom(performance.now());
      lookLater();
    },
    end,
    /** See now what there is to do. */
    look: () => void look(),
    /** What ICE and DTLS say. @param {PathState} now */
    hears(now) {
      state = now;
      void look();
    },
    /** What is open may be dead, and nothing is gained by waiting. */
    networkChanged() {
      networkChanged = true;
      void look();
    },
    /** The next connection is given longer to come about. */
    hasPatience() {
      patienceMs = Math.min(patienceMs * 1.5, PATIENCE_LIMIT_MS);
    },
    /** The other side wants a restart. @returns {boolean} Whether one is to be begun: none has begun just now. */
    isAskedToRestart() {
      const now = performance.now();
      if (course.restartedAt !== null && now - course.restartedAt < JUST_NOW_MS) return false;
      course = { ...course, brokenAt: course.brokenAt ?? now, restartedAt: now };
      return true;
    },
  };
}

/** @param {RTCPeerConnectionState} connection @param {PathState} before @returns {PathState} */
function stateOf(connection, before) {
  if (connection === "connected" || connection === "failed") return connection;
  if (connection === "disconnected") return "interrupted";
  return before === "failed" ? "failed" : "connecting";
}
