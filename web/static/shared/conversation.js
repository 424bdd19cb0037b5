// The talk of a call as this side has it: follows what the desk says about the call, opens devices, attaches tracks only
// once the offer is accepted, holds the chat, and says how it went.
import { computed, effect, signal, untracked } from "@preact/signals";
import { createSoundKeeper } from "./bandwidth.js";
import { createBridgeChannel } from "./bridge-channel.js";
import { createChat } from "./chat.js";
import { createMemory } from "./device-choice.js";
import { createDevices } from "./device-model.js";
import { createMediaPath } from "./media-path.js";
import { createReporter, createWayLog } from "./media-report.js";
import { createQualityWatch } from "./quality-watch.js";
import { wholeRoute } from "./route.js";
import { EVENT } from "./wire.gen.js";

/** @typedef {import("./peer.js").PathState} PathState */
/** @typedef {import("./chat.js").Side} Side */
/** @typedef {ReturnType<typeof createConversation>} Conversation */

/**
 * @typedef {object} Target
 * @property {string} call
 * @property {number} generation 0 while nobody is rung.
 * @property {boolean} talking Whether the offer is accepted.
 * @property {boolean} [otherThere] Whether the other side's page reaches the bridge, as far as the desk knows.
 */

const BOTH_ON = Object.freeze({ muted: false, cameraOff: false, paused: false, route: null });
const CALL = "call";
/** Without a connection for this long, people can at least write to each other. */
export const CHAT_AFTER_MS = 8000;
/** Through the bridge a line can be lost with a socket: both sides compare what they have. */
const COMPARE_EVERY_MS = 3000;

/**
 * @param {object} options
 * @param {Side} options.side The advisor's side makes the first description.
 * @param {string} [options.author] The advisor's id, for the chat.
 * @param {import("./connection.js").Connection} options.connection
 * @param {() => boolean} options.lineUp Whether the bridge can be reached.
 * @param {() => number} options.now Desk time in milliseconds.
 */
export function createConversation({ side, author, connection, lineUp, now }) {
  const muted = signal(false);
  const cameraOff = signal(false);
  const other = signal(/** @type {import("./chat.js").Switches} */ (BOTH_ON));
  /** Whether the chat goes through the bridge, unencrypted from end to end. */
  const chatByBridge = signal(false);
  /** @type {Target | null} */
  let target = null;
  /** @type {RTCDataChannel | null} The chat's channel, from the warm start on; nothing is said before both agree. */
  let waitingChannel = null;
  /** @type {RTCDataChannel | null} The one that was attached last. */
  let ownChannel = null;
  /** @type {ReturnType<typeof createBridgeChannel> | null} */
  let byBridge = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let chatTimer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let comparing;

  const devices = createDevices({ memory: createMemory({ page: side }), onStream: () => attach() });
  const chat = createChat({
    side,
    author,
    now,
    onSwitches: (switches) => (other.value = switches),
    onListening() {
      tellSwitches();
      if (!byBridge) media.listened();
    },
    onAside(message) {
      // The code is made over the connection that it is of, and over nothing else.
      if (!byBridge) media.heardAside(message);
    },
  });
  const media = createMediaPath({
    starts: side === "advisor",
    command: connection.command,
    ask: connection.ask,
    signal: connection.signal,
    lineUp: () => lineUp() && target?.otherThere !== false,
    sayAside: (message) => chat.sayAside(message),
    onChannel(channel) {
      waitingChannel = channel;
      attach();
    },
  });
  const keeper = createSoundKeeper();
  const quality = createQualityWatch(() => media.peer?.pc ?? null, {
    around: () => ({
      cameraOff: cameraOff.peek(),
      theirCameraOff: other.peek().cameraOff,
      paused: keeper.sending.peek() === "none" || other.peek().paused,
      silent_ms: media.silenceMs(),
    }),
    onSample(sample, pc) {
      keeper.take(sample, pc);
      tellMedia();
    },
  });
  const route = computed(() => wholeRoute(media.route.value, other.value.route));
  /** @type {ReturnType<typeof createWayLog> | null} */
  let way = null;
  /** @type {ReturnType<typeof createReporter> | null} */
  let reporter = null;

  effect(() => {
    void [keeper.sending.value, media.route.value];
    untracked(tellSwitches);
  });
  effect(() => {
    // Any of them may be the last thing that is known of this call.
    void [media.path.value, route.value, media.noRoute.value, chatByBridge.value];
    untracked(tellMedia);
  });
  effect(() => {
    const state = media.path.value;
    clearTimeout(chatTimer);
    if (state === "connected") comeBackFromBridge();
    if (state === "connected" || state === "none") return;
    chatTimer = setTimeout(writeThroughBridge, CHAT_AFTER_MS);
  });

  /** Tell the desk how the media travel. @param {boolean} [last] */
  function tellMedia(last = false) {
    if (!way || !target?.talking) return;
    const now = performance.now();
    const connected = media.path.peek() === "connected";
    way.see({ connected, route: route.peek(), own: media.route.peek(), noRoute: media.noRoute.peek(), now });
    const { good_s, fair_s, poor_s, reason } = quality.summary();
    reporter?.tell({ ...way.figures(chatByBridge.peek()), good_s, fair_s, poor_s, trouble: reason }, now, last);
  }

  /** From accept on, the advisor's side keeps the record. @param {string} call */
  function beginRecord(call) {
    way = createWayLog(performance.now());
    if (side !== "advisor") return;
    reporter = createReporter((report) =>
      connection.command(EVENT.REPORT, { call, ...report }, () => target?.call === call && Boolean(target.talking)),
    );
  }

  /** Nothing connects the two browsers: the chat goes through the bridge until something does. */
  function writeThroughBridge() {
    if (!target?.talking || byBridge || media.path.peek() === "connected") return;
    byBridge = createBridgeChannel(connection.signal, () =>
      target && target.generation > 0 ? { call: target.call, generation: target.generation } : null,
    );
    chatByBridge.value = true;
    chat.attach(byBridge);
    comparing = setInterval(() => chat.compare(), COMPARE_EVERY_MS);
  }

  /** The connection is there again, and with it the channel that was not closed. */
  function comeBackFromBridge() {
    if (!byBridge || ownChannel?.readyState !== "open") return;
    leaveBridge();
    chat.attach(ownChannel);
  }

  function leaveBridge() {
    clearInterval(comparing);
    byBridge?.close();
    byBridge = null;
    chatByBridge.value = false;
  }

  function attach() {
    const talking = Boolean(target?.talking);
    media.attach(talking ? devices.local.peek() : null);
    if (talking && waitingChannel) {
      leaveBridge();
      ownChannel = waitingChannel;
      chat.attach(waitingChannel);
      waitingChannel = null;
    }
  }

  function applySwitches() {
    devices.setSwitches({ muted: muted.peek(), cameraOff: cameraOff.peek() });
    tellSwitches();
  }

  /** A dark picture should not be taken for a broken one: the other side is told why. */
  function tellSwitches() {
    chat.tellSwitches({ muted: muted.peek(), cameraOff: cameraOff.peek(), paused: keeper.sending.peek() === "none", route: media.route.peek() });
  }

  /** @param {Target | null} next @param {boolean} fresh */
  function follow(next, fresh) {
    const over = target && next?.call !== target.call;
    if (over) {
      leaveBridge();
      chat.clear();
      devices.release(CALL);
      muted.value = false;
      cameraOff.value = false;
      applySwitches();
      quality.clear();
      keeper.clear();
      way = null;
      reporter = null;
      waitingChannel = null;
    }
    const before = target;
    target = next;
    if (before?.generation !== next?.generation) {
      other.value = BOTH_ON;
      waitingChannel = null;
      ownChannel = null;
    }
    if (!next || next.generation === 0) {
      media.follow(null, fresh);
      if (!byBridge) chat.open.value = false;
      return;
    }
    void devices.open(CALL);
    media.follow({ call: next.call, generation: next.generation }, fresh);
    if (before?.otherThere === false && next.otherThere) media.look();
    quality.watch(next.talking);
    if (next.talking && !way) beginRecord(next.call);
    attach();
    if (next.talking && !before?.talking && media.path.peek() !== "connected") {
      clearTimeout(chatTimer);
      chatTimer = setTimeout(writeThroughBridge, CHAT_AFTER_MS);
    }
  }

  return {
    devices,
    local: devices.local,
    problem: devices.problem,
    remote: media.remote,
    path: media.path,
    route,
    noRoute: media.noRoute,
    hidden: media.hidden,
    /** The safety code: six digits, the same on both screens when nobody sits in the middle. */
    code: media.code,
    quality,
    muted,
    cameraOff,
    /** What the other side has switched off. */
    other,
    chat,
    chatByBridge: computed(() => chatByBridge.value),
    /** Open camera and microphone now, before anybody is rung: the visitor sees themselves while waiting. */
    prepare: () => devices.open(CALL),
    /** Send what arrived from the bridge here. @param {"describe" | "candidate" | "restart" | "chat"} kind @param {any} message */
    receive(kind, message) {
      if (kind !== "chat") {
        media.receive(kind, message);
      } else if (message.call === target?.call && target?.talking) {
        // The other side has given up on a connection for now: so does this one, for the chat, unless it sees one.
        writeThroughBridge();
        if (byBridge) byBridge.receive(message.text);
        else chat.hear(message.text);
      }
    },
    /**
     * Follow the desk. To be called with every change of it.
     * @param {Target | null} next The call this side rings or talks in, or null.
     * @param {boolean} fresh Whether it was read from a snapshot: then a connection of that generation, which
     *   this page has not got, may have begun without it, and a new one is asked for.
     */
    follow: (next, fresh) => untracked(() => follow(next, fresh)),
    networkChanged: media.networkChanged,
    /** What is sent of one's own picture: "none" when the line carries the sound only. */
    sending: keeper.sending,
    /** The call is about to be ended here: tell the desk the last of its media. */
    report: () => tellMedia(true),
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
    stats: async () => (media.peer ? media.peer.pc.getStats() : null),
  };
}
