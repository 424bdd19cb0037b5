// The talk of a call as this side has it: follows what the desk says about the call, keeps one Peer of the right
// generation, opens devices, attaches tracks only once the offer is accepted, and holds the chat.
import { signal, untracked } from "@preact/signals";
import { createChat } from "./chat.js";
import { closeStream, openDevices } from "./devices.js";
import { createPeer } from "./peer.js";
import { EVENT } from "./wire.gen.js";

/** @typedef {import("./peer.js").PathState} PathState */
/** @typedef {import("./chat.js").Side} Side */

/**
 * @typedef {object} Target
 * @property {string} call
 * @property {number} generation 0 while nobody is rung.
 * @property {boolean} talking Whether the offer is accepted.
 */

const EARLY_LIMIT = 100;
const BOTH_ON = Object.freeze({ muted: false, cameraOff: false });
/** A connection that has not come about after this long is begun anew, with growing patience. */
const COME_ABOUT_WITHIN_MS = 10000;
const PATIENCE_LIMIT_MS = 60000;

/**
 * @param {object} options
 * @param {Side} options.side The advisor's side makes the first description.
 * @param {(event: string, fields: object, wanted?: () => boolean) => Promise<any>} options.command
 * @param {(event: string, fields: object) => void} options.signal
 * @param {string} [options.author] The advisor's id, for the chat.
 * @param {RTCIceServer[]} options.iceServers
 * @param {() => number} options.now Desk time in milliseconds.
 */
export function createConversation({ side, author, command, signal: sendSignal, iceServers, now }) {
  const local = signal(/** @type {MediaStream | null} */ (null));
  const remote = signal(/** @type {MediaStream | null} */ (null));
  const path = signal(/** @type {PathState | "none"} */ ("none"));
  const problem = signal(/** @type {import("./devices.js").DeviceProblem} */ (null));
  const muted = signal(false);
  const cameraOff = signal(false);
  const other = signal(/** @type {import("./chat.js").Switches} */ (BOTH_ON));
  const chat = createChat({
    side,
    author,
    now,
    onSwitches: (switches) => (other.value = switches),
    onListening: () => tellSwitches(),
  });

  /** @type {Target | null} */
  let target = null;
  /** @type {import("./peer.js").Peer | null} */
  let peer = null;
  /** @type {{kind: "describe" | "candidate", message: any}[]} Signals of a generation this side has not seen yet. */
  let early = [];
  let renewing = 0;
  let patienceMs = COME_ABOUT_WITHIN_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let watchdog;
  /** Which opening of the devices counts; 0 when none is wanted. */
  let opening = 0;
  let openings = 0;
  /** @type {RTCDataChannel | null} The chat's channel, from the warm start on; nothing is said before both agree. */
  let channel = null;

  function closePeer() {
    clearTimeout(watchdog);
    peer?.close();
    peer = null;
    channel = null;
    remote.value = null;
    path.value = "none";
    chat.open.value = false;
    other.value = BOTH_ON;
  }

  /** @param {number} generation @param {string} call */
  function openPeer(call, generation) {
    closePeer();
    path.value = "connecting";
    const opened = createPeer({
      generation,
      starts: side === "advisor",
      iceServers,
      send(kind, fields) {
        const event = kind === "describe" ? EVENT.DESCRIBE : EVENT.CANDIDATE;
        sendSignal(event, { call, generation, ...fields });
      },
      onState(state) {
        if (peer !== opened) return;
        path.value = state;
        if (state === "connected") {
          clearTimeout(watchdog);
          patienceMs = COME_ABOUT_WITHIN_MS;
        }
        if (state === "failed") watch(Math.min(1000, patienceMs));
      },
      onStream(stream) {
        if (peer === opened) remote.value = stream;
      },
      onChannel(ready) {
        if (peer !== opened) return;
        channel = ready;
        attach();
      },
    });
    peer = opened;
    watch(patienceMs);
    patienceMs = Math.min(patienceMs * 1.5, PATIENCE_LIMIT_MS);
    const waiting = early.filter(({ message }) => message.call === call && message.generation >= generation);
    early = waiting.filter(({ message }) => message.generation > generation);
    for (const { kind, message } of waiting) {
      if (message.generation === generation) void opened.receive(kind, message);
    }
    attach();
  }

  /** Begin anew if this connection has not come about by then. @param {number} afterMs */
  function watch(afterMs) {
    clearTimeout(watchdog);
    const watched = peer;
    watchdog = setTimeout(() => {
      if (peer === watched && path.value !== "connected") void renew();
    }, afterMs);
  }

  function attach() {
    if (!peer) return;
    peer.attach(target?.talking ? local.value : null);
    if (target?.talking && channel) {
      chat.attach(channel);
      channel = null;
    }
  }

  /** Ask for a new generation, once for each that is seen. */
  async function renew() {
    if (!target || target.generation === 0 || renewing === target.generation) return;
    renewing = target.generation;
    const { call, generation } = target;
    const wanted = () => target?.call === call && target.generation === generation;
    const answer = await command(EVENT.RENEW, { call, generation }, wanted);
    // A refusal means that the call is over or a newer generation is on its way; the facts will say which.
    if (!answer.ok && renewing === generation) renewing = 0;
  }

  async function prepare() {
    if (opening) return;
    const mine = (opening = ++openings);
    const opened = await openDevices();
    // Wanted no more, or wanted anew by a later call, which opens them itself: this one's light goes out.
    if (opening !== mine) {
      closeStream(opened.stream);
      return;
    }
    problem.value = opened.problem;
    local.value = opened.stream;
    applySwitches();
    attach();
  }

  function release() {
    opening = 0;
    closeStream(local.value);
    local.value = null;
    problem.value = null;
    muted.value = false;
    cameraOff.value = false;
  }

  function applySwitches() {
    for (const track of local.value?.getAudioTracks() ?? []) track.enabled = !muted.value;
    for (const track of local.value?.getVideoTracks() ?? []) track.enabled = !cameraOff.value;
    tellSwitches();
  }

  /** A dark picture should not be taken for a broken one: the other side is told why. */
  function tellSwitches() {
    chat.tellSwitches({ muted: muted.value, cameraOff: cameraOff.value });
  }

  /** @param {Target | null} next @param {boolean} fresh */
  function follow(next, fresh) {
    if (target && next?.call !== target.call) {
      closePeer();
      chat.clear();
      release();
      early = [];
      renewing = 0;
      patienceMs = COME_ABOUT_WITHIN_MS;
    }
    target = next;
    if (!next || next.generation === 0) {
      closePeer();
      return;
    }
    void prepare();
    if (peer?.generation !== next.generation) {
      if (fresh) {
        closePeer();
        path.value = "connecting";
        void renew();
      } else {
        openPeer(next.call, next.generation);
      }
    } else if (fresh && path.value !== "connected") {
      void renew();
    }
    attach();
  }

  return {
    local,
    remote,
    path,
    problem,
    muted,
    cameraOff,
    /** What the other side has switched off. */
    other,
    chat,
    /** Open camera and microphone now, before anybody is rung: the visitor sees themselves while waiting. */
    prepare,
    /** Send what arrived from the bridge here. @param {"describe" | "candidate"} kind @param {any} message */
    receive(kind, message) {
      if (peer && target && message.call === target.call && message.generation === peer.generation) {
        void peer.receive(kind, message);
      } else if (!peer || message.call !== target?.call || message.generation > peer.generation) {
        early = [...early.slice(-EARLY_LIMIT), { kind, message }];
      }
    },
    /**
     * Follow the desk. To be called with every change of it.
     * @param {Target | null} next The call this side rings or talks in, or null.
     * @param {boolean} fresh Whether it was read from a snapshot: then a connection of that generation, which
     *   this page has not got, may have begun without it, and a new one is asked for.
     */
    follow: (next, fresh) => untracked(() => follow(next, fresh)),
    /** @param {boolean} on */
    setMuted(on) {
      muted.value = on;
      applySwitches();
    },
    /** @param {boolean} on */
    setCameraOff(on) {
      cameraOff.value = on;
      applySwitches();
    },
    /** The browser's own figures, for measuring. @returns {Promise<RTCStatsReport | null>} */
    stats: async () => (peer ? peer.pc.getStats() : null),
  };
}
