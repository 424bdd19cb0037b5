// The chat of one call, over a data channel: acknowledged, and brought back from the other side after a reload.
// The lines live in this page's memory and nowhere else.
import { signal } from "@preact/signals";
import { newId } from "./connection.js";

/** @typedef {"visitor" | "advisor"} Side */

/**
 * @typedef {object} Line
 * @property {string} id
 * @property {Side} from
 * @property {string} author Which advisor, by id: a call may have had another one before. Empty for the visitor.
 * @property {string} text
 * @property {number} at_ms
 * @property {boolean} delivered Whether the other side has it.
 */

/**
 * @typedef {object} Chat
 * @property {import("@preact/signals").Signal<Line[]>} lines In the order of their times.
 * @property {import("@preact/signals").Signal<boolean>} open Whether the other side can be reached now.
 * @property {(text: string) => void} say Kept and sent when the channel is open again, if it is not.
 * @property {(channel: RTCDataChannel) => void} attach
 * @property {(switches: Switches) => void} tellSwitches Say what is switched off here.
 * @property {() => void} clear
 */

/** @typedef {{muted: boolean, cameraOff: boolean}} Switches */

export const TEXT_LIMIT = 2000;

/**
 * @param {object} options
 * @param {Side} options.side
 * @param {string} [options.author] The advisor's id.
 * @param {() => number} options.now Desk time.
 * @param {(switches: Switches) => void} [options.onSwitches] The other side's microphone and camera.
 * @param {() => void} [options.onListening] The other side begins to listen.
 * @returns {Chat}
 */
export function createChat({ side, author = "", now, onSwitches, onListening }) {
  /** @type {import("@preact/signals").Signal<Line[]>} */
  const lines = signal([]);
  const open = signal(false);
  /** @type {RTCDataChannel | null} */
  let channel = null;

  /** @param {object} message */
  function send(message) {
    if (channel?.readyState === "open") channel.send(JSON.stringify(message));
  }

  /** @param {Line} line */
  function sendLine({ id, from, author: by, text, at_ms }) {
    send({ kind: "line", id, from, author: by, text, at_ms });
  }

  /** @param {Line} line */
  function keep(line) {
    if (lines.value.some((known) => known.id === line.id)) return;
    lines.value = [...lines.value, line].sort((a, b) => a.at_ms - b.at_ms || (a.id < b.id ? -1 : 1));
  }

  /** @param {string[]} ids */
  function markDelivered(ids) {
    const known = new Set(ids);
    lines.value = lines.value.map((line) => (known.has(line.id) ? { ...line, delivered: true } : line));
  }

  /** @param {any} message */
  function receive(message) {
    if (message.kind === "switches") {
      onSwitches?.({ muted: message.muted === true, cameraOff: message.cameraOff === true });
    } else if (message.kind === "have" && Array.isArray(message.ids)) {
      onListening?.();
      markDelivered(message.ids);
      const theirs = new Set(message.ids);
      for (const line of lines.value) if (!theirs.has(line.id)) sendLine(line);
      // What we said we have was lost if the other side was not listening yet: lines we lack are asked for again.
      const ours = lines.value.map((line) => line.id);
      if (message.ids.some((/** @type {string} */ id) => !ours.includes(id))) send({ kind: "have", ids: ours });
    } else if (message.kind === "line" && isLine(message)) {
      const { id, from, author: by, text, at_ms } = message;
      keep({ id, from, author: by, text, at_ms, delivered: true });
      send({ kind: "got", id: message.id });
    } else if (message.kind === "got") {
      markDelivered([message.id]);
    }
  }

  return {
    lines,
    open,
    say(text) {
      const line = { id: newId(), from: side, author, text: text.slice(0, TEXT_LIMIT), at_ms: now(), delivered: false };
      keep(line);
      sendLine(line);
    },
    attach(opened) {
      channel = opened;
      open.value = true;
      opened.onmessage = ({ data }) => {
        const message = parsed(data);
        if (message) receive(message);
      };
      opened.addEventListener("close", () => {
        if (channel === opened) open.value = false;
      });
      send({ kind: "have", ids: lines.value.map((line) => line.id) });
    },
    tellSwitches({ muted, cameraOff }) {
      send({ kind: "switches", muted, cameraOff });
    },
    clear() {
      channel = null;
      open.value = false;
      lines.value = [];
    },
  };
}

/** @param {unknown} data @returns {any} An object, or null when it is none. */
function parsed(data) {
  try {
    const message = JSON.parse(String(data));
    return typeof message === "object" ? message : null;
  } catch {
    return null;
  }
}

/** @param {any} message @returns {boolean} */
function isLine(message) {
  return (
    typeof message.id === "string" &&
    (message.from === "visitor" || message.from === "advisor") &&
    typeof message.author === "string" &&
    message.author.length <= 64 &&
    typeof message.text === "string" &&
    message.text.length <= TEXT_LIMIT &&
    Number.isFinite(message.at_ms)
  );
}
