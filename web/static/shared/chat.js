// The chat of one call, over a data channel (or through the bridge, where there is none): acknowledged, and brought back
// from the other side after a reload.
// The lines live in this page's memory and nowhere else.
import { signal } from "@preact/signals";
import { newId } from "./connection.js";
import { ROUTE } from "./wire.gen.js";

/** @typedef {"visitor" | "advisor"} Side */
/** @typedef {import("./bridge-channel.js").Channel | RTCDataChannel} Channel */

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
 * @property {(channel: Channel) => void} attach From now on over this channel.
 * @property {() => void} compare
 * @property {(data: unknown) => void} hear
 * @property {(message: object) => void} sayAside Send what is not chat, over the same channel.
 * @property {(switches: Switches) => void} tellSwitches Say what is switched off here.
 * @property {() => void} clear
 */

/**
 * How a side is doing: what it does not send (`paused`: the line is too narrow for its picture), over what it sends.
 * @typedef {{muted: boolean, cameraOff: boolean, paused: boolean, route: import("./wire.gen.js").Report["route"]}} Switches
 */

export const TEXT_LIMIT = 2000;
/** Ids of lines in one message: what goes through the bridge is limited to 16,000 characters. */
const HAVE_AT_MOST = 300;

/**
 * @param {object} options
 * @param {Side} options.side
 * @param {string} [options.author] The advisor's id.
 * @param {() => number} options.now Desk time.
 * @param {(switches: Switches) => void} [options.onSwitches] The other side's microphone and camera.
 * @param {() => void} [options.onListening] The other side begins to listen.
 * @param {(message: any) => void} [options.onAside] What the other side says that is not chat.
 * @returns {Chat}
 */
export function createChat({ side, author = "", now, onSwitches, onListening, onAside }) {
  /** @type {import("@preact/signals").Signal<Line[]>} */
  const lines = signal([]);
  const open = signal(false);
  /** @type {Channel | null} */
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

  /** Which lines are here: the other side sends the rest, and learns that it is heard. @param {boolean} answer */
  function tellHave(answer) {
    send({ kind: "have", ids: lines.value.slice(-HAVE_AT_MOST).map((line) => line.id), answer });
  }

  /** @param {string[]} ids */
  function markDelivered(ids) {
    const known = new Set(ids);
    lines.value = lines.value.map((line) => (known.has(line.id) ? { ...line, delivered: true } : line));
  }

  /** @param {any} message */
  function receive(message) {
    if (message.kind === "switches") {
      onSwitches?.({ muted: message.muted === true, cameraOff: message.cameraOff === true, paused: message.paused === true, route: routeIn(message) });
    } else if (message.kind === "have" && Array.isArray(message.ids)) {
      onListening?.();
      markDelivered(message.ids);
      const theirs = new Set(message.ids);
      for (const line of lines.value.slice(-HAVE_AT_MOST)) if (!theirs.has(line.id)) sendLine(line);
      // What we said we have was lost if the other side was not listening yet: it is said again, once for each question.
      if (message.answer !== true) tellHave(true);
    } else if (message.kind === "line" && isLine(message)) {
      const { id, from, author: by, text, at_ms } = message;
      keep({ id, from, author: by, text, at_ms, delivered: true });
      send({ kind: "got", id: message.id });
    } else if (message.kind === "got") {
      markDelivered([message.id]);
    } else if (message.kind === "code") {
      onAside?.(message);
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
      opened.onmessage = (/** @type {{data: any}} */ { data }) => {
        const message = parsed(data);
        if (message) receive(message);
      };
      opened.addEventListener("close", () => {
        if (channel === opened) open.value = false;
      });
      tellHave(false);
    },
    sayAside: send,
    /** Ask for what is missing and say what is here, in case something was lost on the way. */
    compare: () => tellHave(false),
    /** What came another way than over the channel that is attached. */
    hear(data) {
      const message = parsed(data);
      if (message) receive(message);
    },
    tellSwitches(switches) {
      send({ kind: "switches", ...switches });
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

/** @param {any} message @returns {Switches["route"]} */
function routeIn({ route }) {
  return Object.values(ROUTE).includes(route) ? route : null;
}
