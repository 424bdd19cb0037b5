// What the chat says over one link: lines, which of them are here, what was got; and besides the chat, what is switched off
// and how the safety code is made. Over a data channel, or through the bridge where there is none.
import { ROLE, ROUTE } from "./wire.gen.js";

/** @typedef {import("./chat.js").Line} Line */
/** @typedef {import("./bridge-channel.js").Channel | RTCDataChannel} Channel */

/**
 * How a side is doing: what it does not send (`paused`: the line is too narrow for its picture), over what it sends.
 * @typedef {{muted: boolean, cameraOff: boolean, paused: boolean, route: import("./wire.gen.js").Report["route"]}} Switches
 */

/**
 * @typedef {object} Listener What is told of one link.
 * @property {(switches: Switches) => void} [onSwitches] The other side's microphone and camera.
 * @property {() => void} [onListening] The other side begins to listen.
 * @property {(message: any) => void} [onAside] What the other side says that is not chat.
 */

/** @typedef {ReturnType<typeof createStrand>} Strand */

/** How a visitor, who has no id, is named in lines and links. */
export const VISITOR = "visitor";
export const TEXT_LIMIT = 2000;
/** Ids of lines in one message: what goes through the bridge is limited to 16,000 characters. */
const HAVE_AT_MOST = 300;

/**
 * @param {object} options
 * @param {() => Line[]} options.lines All that are here.
 * @param {(line: Line) => void} options.onLine One that came.
 * @param {() => void} options.onChange The other side has another line, or can be reached, or cannot any more.
 * @param {Listener} options.listener
 */
export function createStrand({ lines, onLine, onChange, listener }) {
  /** @type {Set<string>} Ids of lines that the other side has. */
  const has = new Set();
  /** @type {Channel | null} */
  let channel = null;
  let open = false;

  /** @param {object} message */
  function send(message) {
    if (channel?.readyState === "open") channel.send(JSON.stringify(message));
  }

  /** @param {Line} line */
  function sendLine({ id, from, author, text, at_ms }) {
    send({ kind: "line", id, from, author, text, at_ms });
  }

  /** Which lines are here: the other side sends the rest, and learns that it is heard. @param {boolean} answer */
  function tellHave(answer) {
    const ids = lines().slice(-HAVE_AT_MOST).map(({ id }) => id);
    send({ kind: "have", ids, answer });
  }

  /** @param {any} message */
  function receive(message) {
    if (message.kind === "switches") {
      listener.onSwitches?.({ muted: message.muted === true, cameraOff: message.cameraOff === true, paused: message.paused === true, route: routeIn(message) });
    } else if (message.kind === "have" && Array.isArray(message.ids)) {
      listener.onListening?.();
      const theirs = new Set(message.ids);
      for (const { id } of lines()) if (theirs.has(id)) has.add(id);
      onChange();
      for (const line of lines().slice(-HAVE_AT_MOST)) if (!theirs.has(line.id)) sendLine(line);
      // What we said we have was lost if the other side was not listening yet: it is said again, once for each question.
      if (message.answer !== true) tellHave(true);
    } else if (message.kind === "line" && isLine(message)) {
      const { id, from, author, text, at_ms } = message;
      has.add(id);
      onLine({ id, from, author, text, at_ms, delivered: true });
      send({ kind: "got", id });
    } else if (message.kind === "got" && lines().some(({ id }) => id === message.id)) {
      has.add(message.id);
      onChange();
    } else if (message.kind === "code") {
      listener.onAside?.(message);
    }
  }

  /** @param {unknown} data */
  function hear(data) {
    const message = parsed(data);
    if (message) receive(message);
  }

  return {
    isOpen: () => open,
    /** @param {string} line Its id. */
    has: (line) => has.has(line),
    /** From now on over this channel. What still comes over the one before is heard. @param {Channel} opened */
    attach(opened) {
      channel = opened;
      open = true;
      opened.onmessage = (/** @type {{data: any}} */ { data }) => hear(data);
      opened.addEventListener("close", () => {
        if (channel !== opened) return;
        open = false;
        onChange();
      });
      onChange();
      tellHave(false);
    },
    detach() {
      channel = null;
      open = false;
      onChange();
    },
    sendLine,
    /** Ask for what is missing and say what is here, in case something was lost on the way. */
    compare: () => tellHave(false),
    /** What came another way than over the channel that is attached. */
    hear,
    /** Send what is not chat, over the same channel. */
    sayAside: send,
    /** Say what is switched off here. @param {Switches} switches */
    tellSwitches: (switches) => send({ kind: "switches", ...switches }),
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
    [VISITOR, ROLE.ADVISOR, ROLE.INTERPRETER].includes(message.from) &&
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
