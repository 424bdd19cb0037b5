// The way of the chat with one other person: the data channel of their connection; through the bridge, unencrypted from end
// to end, while there is no connection.
import { effect, signal, untracked } from "@preact/signals";
import { createBridgeChannel } from "./bridge-channel.js";

/** Without a connection for this long, people can at least write to each other. */
export const CHAT_AFTER_MS = 8000;
/** Through the bridge a line can be lost with a socket: both sides compare what they have. */
const COMPARE_EVERY_MS = 3000;

/**
 * @param {object} options
 * @param {import("./chat-strand.js").Strand} options.strand
 * @param {import("@preact/signals").ReadonlySignal<import("./peer.js").PathState | "none">} options.path
 * @param {import("./connection.js").Connection["signal"]} options.signal
 * @param {() => import("./media-path.js").Stage | null} options.stage
 */
export function createChatWay({ strand, path, signal: sendSignal, stage }) {
  const byBridge = signal(false);
  let talking = false;
  /** @type {RTCDataChannel | null} From the warm start on; nothing is said before both are in. */
  let waiting = null;
  /** @type {RTCDataChannel | null} The one that was attached last. */
  let own = null;
  /** @type {ReturnType<typeof createBridgeChannel> | null} */
  let bridge = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  let comparing;

  const stopFollowing = effect(() => {
    const state = path.value;
    clearTimeout(timer);
    if (state === "connected") untracked(comeBack);
    else if (state !== "none") writeThroughBridgeLater();
  });

  function writeThroughBridgeLater() {
    clearTimeout(timer);
    timer = setTimeout(writeThroughBridge, CHAT_AFTER_MS);
  }

  /** Nothing connects the two browsers: the chat goes through the bridge until something does. */
  function writeThroughBridge() {
    if (!talking || bridge || path.peek() === "connected") return;
    bridge = createBridgeChannel(sendSignal, stage);
    byBridge.value = true;
    strand.attach(bridge);
    comparing = setInterval(strand.compare, COMPARE_EVERY_MS);
  }

  function leaveBridge() {
    clearInterval(comparing);
    bridge?.close();
    bridge = null;
    byBridge.value = false;
  }

  /** The connection is there again, and with it the channel that was not closed. */
  function comeBack() {
    if (!bridge || own?.readyState !== "open") return;
    leaveBridge();
    strand.attach(own);
  }

  function takeChannel() {
    if (!talking || !waiting) return;
    leaveBridge();
    own = waiting;
    waiting = null;
    strand.attach(own);
  }

  return {
    byBridge,
    /** The connection begins anew: channels of the one before count no more. */
    forget() {
      waiting = null;
      own = null;
    },
    /** @param {boolean} talks Whether both are in now. */
    follow(talks) {
      const begins = talks && !talking;
      talking = talks;
      takeChannel();
      if (begins && path.peek() !== "connected") writeThroughBridgeLater();
    },
    /** The connection's channel is open. @param {RTCDataChannel} channel */
    takes(channel) {
      waiting = channel;
      takeChannel();
    },
    /** What came through the bridge. @param {string} text */
    receive(text) {
      if (!talking) return;
      // The other side has given up on a connection for now: so does this one, for the chat, unless it sees one.
      writeThroughBridge();
      if (bridge) bridge.receive(text);
      else strand.hear(text);
    },
    end() {
      stopFollowing();
      clearTimeout(timer);
      talking = false;
      waiting = null;
      own = null;
      leaveBridge();
    },
  };
}
