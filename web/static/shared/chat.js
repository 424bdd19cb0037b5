// The chat of one call, between everybody who is in it. Each line goes over every link, is acknowledged there, and is brought
// back from the others after a reload; who comes later gets the lines so far.
// The lines live in this page's memory and nowhere else.
import { signal } from "@preact/signals";
import { TEXT_LIMIT, createStrand } from "./chat-strand.js";
import { newId } from "./connection.js";

export { TEXT_LIMIT, VISITOR } from "./chat-strand.js";

/** @typedef {"visitor" | "advisor" | "interpreter"} Side */

/**
 * @typedef {object} Line
 * @property {string} id
 * @property {Side} from
 * @property {string} author Who of the staff, by id: a call may have had several. Empty for the visitor.
 * @property {string} text
 * @property {number} at_ms
 * @property {boolean} delivered Whether, at some moment, everybody then connected had it.
 */

/** @typedef {ReturnType<typeof createChat>} Chat */

/**
 * @param {object} options
 * @param {Side} options.side
 * @param {string} [options.author] The staff member's id.
 * @param {() => number} options.now Desk time.
 */
export function createChat({ side, author = "", now }) {
  /** @type {import("@preact/signals").Signal<Line[]>} In the order of their times. */
  const lines = signal([]);
  /** Whether anybody can be reached now. */
  const open = signal(false);
  /** @type {Set<import("./chat-strand.js").Strand>} */
  const strands = new Set();

  /** @param {Line} line */
  function keep(line) {
    if (lines.peek().some(({ id }) => id === line.id)) return;
    lines.value = [...lines.peek(), line].sort((a, b) => a.at_ms - b.at_ms || (a.id < b.id ? -1 : 1));
  }

  /** Somebody has another line, or came, or went. */
  function settle() {
    const reached = [...strands].filter((strand) => strand.isOpen());
    open.value = reached.length > 0;
    const isNews = (/** @type {Line} */ { id, delivered }) => !delivered && reached.length > 0 && reached.every((strand) => strand.has(id));
    if (!lines.peek().some(isNews)) return;
    lines.value = lines.peek().map((line) => (isNews(line) ? { ...line, delivered: true } : line));
  }

  return {
    lines,
    open,
    /** Kept, and sent to each of the others as soon as they can be reached. @param {string} text */
    say(text) {
      const line = { id: newId(), from: side, author, text: text.slice(0, TEXT_LIMIT), at_ms: now(), delivered: false };
      keep(line);
      for (const strand of strands) strand.sendLine(line);
    },
    /** The chat with one more person. @param {import("./chat-strand.js").Listener} [listener] */
    join(listener = {}) {
      const strand = createStrand({ lines: () => lines.peek(), onLine: keep, onChange: settle, listener });
      strands.add(strand);
      return strand;
    },
    /** That person is gone. @param {import("./chat-strand.js").Strand} strand */
    part(strand) {
      strands.delete(strand);
      strand.detach();
    },
    /** Nothing is left of it. */
    clear() {
      for (const strand of strands) strand.detach();
      lines.value = [];
    },
  };
}
