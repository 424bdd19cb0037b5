// The way of a call's picture and sound as this side has it: one Peer of the right generation, begun, watched, restarted
// and begun anew until it is good, and the route it takes. Nothing here knows of devices or of the desk.
import { signal } from "@preact/signals";
import { createPeer } from "./peer.js";
import { COME_ABOUT_WITHIN_MS, PATIENCE_LIMIT_MS, courseFrom, isGood, nextStep, silenceOf } from "./recovery.js";
import { routeOf, selectedPair, whyNoRoute } from "./route.js";
import { createSafetyCode } from "./safety-code.js";
import { EVENT } from "./wire.gen.js";

/** @typedef {import("./peer.js").PathState} PathState */
/** @typedef {{call: string, generation: number}} Stage Which connection of which call. */

const EARLY_LIMIT = 100;
const LOOK_EVERY_MS = 1000;
/** While an answer is missing. */
const LOOK_SOON_MS = 400;
/** The other side's wish for a restart is met by one that has just begun. */
const JUST_NOW_MS = 3000;

/**
 * @param {object} options
 * @param {boolean} options.starts Whether this side makes the first description.
 * @param {(event: string, fields: object, wanted?: () => boolean) => Promise<any>} options.command
 * @param {import("./connection.js").Connection["ask"]} options.ask
 * @param {(event: string, fields: object) => void} options.signal
 * @param {() => boolean} options.lineUp Whether both sides reach the bridge.
 * @param {(channel: RTCDataChannel) => void} options.onChannel The chat's channel is open.
 * @param {(message: object) => void} options.sayAside Send over the chat's channel what is not chat.
 */
export function createMediaPath({ starts, command, ask, signal: sendSignal, lineUp, onChannel, sayAside }) {
  const remote = signal(/** @type {MediaStream | null} */ (null));
  const path = signal(/** @type {PathState | "none"} */ ("none"));
  const route = signal(/** @type {import("./wire.gen.js").Report["route"]} */ (null));
  const noRoute = signal(/** @type {import("./wire.gen.js").Report["no_route"]} */ (null));
  const hidden = signal(false);
  /** Six digits; "mismatch" when the other side did not keep to its word; null while they are not known. */
  const code = signal(/** @type {string | null} */ (null));

  /** @type {Stage | null} */
  let stage = null;
  /** @type {import("./peer.js").Peer | null} */
  let peer = null;
  /** @type {ReturnType<typeof createSafetyCode> | null} */
  let safety = null;
  /** @type {MediaStream | null} */
  let outgoing = null;
  /** @type {string[]} Addresses of the relays. */
  let relays = [];
  /** @type {{kind: "describe" | "candidate", message: any}[]} Signals of a connection this side has not begun yet. */
  let early = [];
  /** The generation that a newer one was asked for. */
  let renewing = 0;
  let patienceMs = COME_ABOUT_WITHIN_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let looking;
  let course = courseFrom(0);
  /** @type {import("./recovery.js").Answers | null} */
  let answers = null;
  let silenceMs = 0;
  let networkChanged = false;
  /** @type {PathState} As ICE and DTLS say. */
  let state = "connecting";
  /** Which beginning counts: asking for the servers takes a moment. */
  let turn = 0;

  function close() {
    turn += 1;
    clearTimeout(looking);
    peer?.close();
    peer = null;
    safety = null;
    answers = null;
    silenceMs = 0;
    networkChanged = false;
    remote.value = null;
    route.value = null;
    code.value = null;
    path.value = "none";
  }

  /** @param {Stage} which */
  const isStage = (which) => stage !== null && stage.call === which.call && stage.generation === which.generation;

  /** @param {Stage} mine @param {boolean} again @returns {Promise<import("./peer.js").Servers | null>} */
  async function servers(mine, again) {
    const answer = await ask(EVENT.ASK_PATHS, mine, () => isStage(mine), again);
    if (!answer) return null;
    relays = answer.relays;
    hidden.value = answer.hidden;
    return { iceServers: answer.ice_servers.map(plainServer), turnOnly: answer.turn_only };
  }

  /** @param {Stage} next */
  async function begin(next) {
    close();
    const mine = turn;
    path.value = "connecting";
    state = "connecting";
    course = courseFrom(performance.now());
    lookLater();
    const given = await servers(next, false);
    if (turn !== mine || !given) return;
    const begun = createPeer({
      generation: next.generation,
      starts,
      servers: given,
      renewServers: () => servers(next, true),
      send(kind, fields) {
        // A description that is lost loses the connection: it is said until it has arrived at the bridge.
        if (kind === "describe") void ask(EVENT.DESCRIBE, { ...next, ...fields }, () => isStage(next) && peer === begun);
        else sendSignal(EVENT.CANDIDATE, { ...next, ...fields });
      },
      onState(now) {
        if (peer !== begun) return;
        state = now;
        void look();
      },
      onStream(stream) {
        if (peer === begun) remote.value = stream;
      },
      onChannel(channel) {
        if (peer === begun) onChannel(channel);
      },
      onTampered() {
        if (peer === begun) code.value = "mismatch";
      },
    });
    peer = begun;
    safety = createSafetyCode({
      begins: starts,
      fingerprints: begun.fingerprints,
      send: sayAside,
      onCode(found) {
        // Once something was wrong with this connection, nothing makes it right.
        if (peer === begun && code.value !== "mismatch") code.value = found;
      },
    });
    begun.attach(outgoing);
    const waiting = early.filter(({ message }) => message.call === next.call && message.generation >= next.generation);
    early = waiting.filter(({ message }) => message.generation > next.generation);
    for (const { kind, message } of waiting) {
      if (message.generation === next.generation) void begun.receive(kind, message);
    }
  }

  function lookLater() {
    clearTimeout(looking);
    looking = setTimeout(() => void look(), silenceMs > 0 || path.peek() !== "connected" ? LOOK_SOON_MS : LOOK_EVERY_MS);
  }

  /** See how the connection fares and do what is to be done. */
  async function look() {
    if (!stage) return;
    lookLater();
    const looked = peer;
    // What an error made of it for a moment is not what the connection is.
    if (looked) state = stateOf(looked.pc.connectionState, state);
    const report = looked && (await looked.pc.getStats());
    // Meanwhile it may have ended.
    if (peer !== looked || !stage) return;
    const now = performance.now();
    const pair = report && selectedPair(report);
    const heard = silenceOf(answers, pair, now);
    answers = heard.answers;
    silenceMs = heard.silenceMs;
    const seen = { state, silenceMs, lineUp: lineUp(), networkChanged, polite: !starts, patienceMs, now };
    const next = nextStep(course, seen);
    course = next.course;
    if (seen.lineUp) networkChanged = false;
    const good = isGood(seen);
    if (good) patienceMs = COME_ABOUT_WITHIN_MS;
    path.value = good ? "connected" : state === "connected" ? "interrupted" : state;
    if (report && good) {
      route.value = routeOf(report, relays);
      noRoute.value = null;
    } else if (report && next.step === "renew") {
      noRoute.value = whyNoRoute(report, { described: Boolean(looked?.pc.remoteDescription), state: looked?.pc.iceConnectionState ?? "" });
    }
    if (next.step === "restart") await restart();
    else if (next.step === "renew") void renew();
  }

  /**
   * Look for a new way. One side makes all descriptions: where both did, Chromium rolled one back and its picture froze
   * for good (measured in the network lab).
   */
  async function restart() {
    const mine = stage;
    if (starts) await peer?.restart();
    // The line may be as dead as the way: the question finds that out, and has a new one made.
    else if (mine && (await servers(mine, true)) && isStage(mine)) sendSignal(EVENT.RESTART, mine);
  }

  /** Ask for a new generation, once for each that is seen. */
  async function renew() {
    if (!stage || renewing === stage.generation) return;
    const { call, generation } = stage;
    renewing = generation;
    patienceMs = Math.min(patienceMs * 1.5, PATIENCE_LIMIT_MS);
    const answer = await command(EVENT.RENEW, { call, generation }, () => isStage({ call, generation }));
    // A refusal means that the call is over or a newer generation is on its way; the facts will say which.
    if (!answer.ok && renewing === generation) renewing = 0;
  }

  return {
    remote,
    path,
    route,
    /** Why there was no way, as far as this browser can tell. */
    noRoute,
    /** Whether one of the two sides keeps its address to itself. */
    hidden,
    code,
    /** How long the checks of the way have gone unanswered. */
    silenceMs: () => silenceMs,
    get peer() {
      return peer;
    },
    /**
     * Have this connection and no other. @param {Stage | null} next
     * @param {boolean} fresh Whether it was read from a snapshot: then it may have begun without this page.
     */
    follow(next, fresh) {
      if (stage && next?.call !== stage.call) {
        early = [];
        renewing = 0;
        patienceMs = COME_ABOUT_WITHIN_MS;
        noRoute.value = null;
      }
      const same = next !== null && isStage(next) && path.peek() !== "none";
      stage = next;
      if (!next) {
        close();
      } else if (!same && fresh) {
        // Another page may have begun it: this one has no part in its keys.
        close();
        path.value = "connecting";
        state = "connecting";
        course = courseFrom(performance.now());
        lookLater();
        void renew();
      } else if (!same) {
        void begin(next);
      } else if (fresh && peer && path.peek() !== "connected") {
        // The line is back: what waited for it is done now.
        void look();
      }
    },
    /** Send what arrived from the bridge here. @param {"describe" | "candidate" | "restart"} kind @param {any} message */
    receive(kind, message) {
      if (kind === "restart") {
        const now = performance.now();
        const soon = course.restartedAt !== null && now - course.restartedAt < JUST_NOW_MS;
        if (!starts || !stage || message.call !== stage.call || message.generation !== stage.generation) return;
        if (soon) {
          // Begun already, but what was said may have gone to a dead line.
          peer?.remind();
          return;
        }
        course = { ...course, brokenAt: course.brokenAt ?? now, restartedAt: now };
        void restart();
      } else if (peer && stage && message.call === stage.call && message.generation === peer.generation) {
        void peer.receive(kind, message);
      } else if (!peer || message.call !== stage?.call || message.generation > peer.generation) {
        early = [...early.slice(-EARLY_LIMIT), { kind, message }];
      }
    },
    /** Send these tracks from now on; null sends nothing. @param {MediaStream | null} stream */
    attach(stream) {
      outgoing = stream;
      peer?.attach(stream);
    },
    /** The other side listens to the chat's channel. */
    listened: () => void safety?.begin(),
    /** What came over the chat's channel and is not chat. @param {any} message */
    heardAside: (message) => void safety?.receive(message),
    /** See now what there is to do. */
    look: () => void look(),
    /** The network of this device changed: what is open may be dead, and nothing is gained by waiting. */
    networkChanged() {
      networkChanged = true;
      void look();
    },
  };
}

/** As the browser wants it: without what is not there. @param {import("./wire.gen.js").IceServer} server @returns {RTCIceServer} */
function plainServer({ urls, username, credential }) {
  return username === null || username === undefined ? { urls } : { urls, username, credential: credential ?? "" };
}

/** @param {RTCPeerConnectionState} connection @param {PathState} before @returns {PathState} */
function stateOf(connection, before) {
  if (connection === "connected" || connection === "failed") return connection;
  if (connection === "disconnected") return "interrupted";
  return before === "failed" ? "failed" : "connecting";
}
