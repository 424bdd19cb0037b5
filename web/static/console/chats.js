// What this page keeps of the chats of its calls beside their lines: what is being typed, and how much was read. A chat
// that is not open in the middle keeps both.
import { computed, signal } from "@preact/signals";
import { othersLines, unread } from "./changes.js";

/** @typedef {ReturnType<typeof createChats>} Chats */
/** @typedef {import("../shared/conversations.js").Conversations} Conversations */

/**
 * @param {Pick<Conversations, "all" | "of">} conversations
 * @param {string} self Own id.
 */
export function createChats(conversations, self) {
  /** @type {Map<string, import("@preact/signals").Signal<string>>} */
  const typed = new Map();
  const read = signal(/** @type {Readonly<Record<string, number>>} */ ({}));

  /** Lines of a call that nobody has looked at here. @param {string} call */
  function unreadOf(call) {
    const conversation = conversations.of(call);
    return conversation ? unread(conversation.chat.lines.value, self, read.value[call] ?? 0) : 0;
  }

  return {
    unreadOf,
    /** In all chats together. */
    unread: computed(() => conversations.all.value.reduce((sum, { call }) => sum + unreadOf(call), 0)),
    /** What is being typed in a call. @param {string} call */
    typedIn(call) {
      const text = typed.get(call) ?? signal("");
      typed.set(call, text);
      return text;
    },
    /** Its chat is being looked at. @param {string} call */
    markRead(call) {
      const conversation = conversations.of(call);
      const lines = conversation ? othersLines(conversation.chat.lines.value, self) : 0;
      if (read.peek()[call] !== lines) read.value = { ...read.peek(), [call]: lines };
    },
    /** Forget the calls that are over. @param {readonly string[]} going */
    keepOnly(going) {
      for (const call of typed.keys()) if (!going.includes(call)) typed.delete(call);
      const kept = Object.entries(read.peek()).filter(([call]) => going.includes(call));
      if (kept.length !== Object.keys(read.peek()).length) read.value = Object.fromEntries(kept);
    },
  };
}
