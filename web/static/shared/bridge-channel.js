// A stand-in for the chat's data channel where the two browsers have no connection: the same lines, through the bridge.
// What goes through it is not encrypted from end to end.
import { EVENT } from "./wire.gen.js";

/**
 * The part of a data channel that the chat uses.
 * @typedef {object} Channel
 * @property {string} readyState
 * @property {(data: string) => void} send
 * @property {((event: {data: any}) => void) | null} onmessage
 * @property {(kind: "close", listener: () => void) => void} addEventListener
 */

/**
 * @param {import("./connection.js").Connection["signal"]} signal
 * @param {() => import("./media-path.js").Stage | null} stage
 * @returns {Channel & {receive: (text: string) => void, close: () => void}}
 */
export function createBridgeChannel(signal, stage) {
  /** @type {(() => void)[]} */
  const listeners = [];
  /** @type {Channel & {receive: (text: string) => void, close: () => void}} */
  const channel = {
    readyState: "open",
    onmessage: null,
    send(data) {
      const now = stage();
      if (now && channel.readyState === "open") signal(EVENT.CHAT, { ...now, text: data });
    },
    addEventListener: (_, listener) => void listeners.push(listener),
    receive(text) {
      if (channel.readyState === "open") channel.onmessage?.({ data: text });
    },
    close() {
      if (channel.readyState === "closed") return;
      channel.readyState = "closed";
      for (const listener of listeners) listener();
    },
  };
  return channel;
}
