// The conversations of a page that may have several: one for each call, over the page's one set of devices.
import { signal, untracked } from "@preact/signals";
import { createConversation } from "./conversation.js";
import { createMemory } from "./device-choice.js";
import { createDevices } from "./device-model.js";
import { createEarly } from "./early.js";

/** @typedef {import("./conversation.js").Conversation} Conversation */
/** @typedef {import("./conversation.js").Target} Target */
/** @typedef {ReturnType<typeof createConversations>} Conversations */
/** @typedef {Parameters<typeof createConversation>[0]} Options */

/** @param {Options} options As each of them has it; one set of devices is made for all when none is given. */
export function createConversations(options) {
  const devices = options.devices ?? createDevices({ memory: createMemory({ page: options.side }) });
  /** In the order of their targets. */
  const all = signal(/** @type {readonly Conversation[]} */ ([]));
  const early = createEarly();

  /** @param {string} call */
  const known = (call) => all.peek().find((conversation) => conversation.call === call);

  /** @param {string} call */
  function begin(call) {
    const conversation = createConversation({ ...options, devices });
    for (const { kind, message } of early.take((message) => message.call === call)) conversation.receive(kind, message);
    return conversation;
  }

  /** @param {readonly Target[]} targets @param {boolean} fresh */
  function follow(targets, fresh) {
    const before = all.peek();
    const after = targets.map(({ call }) => known(call) ?? begin(call));
    targets.forEach((target, at) => after[at].follow(target, fresh));
    if (after.length !== before.length || after.some((conversation, at) => conversation !== before[at])) all.value = after;
    // Last, so that devices which the next call needs stay open.
    for (const gone of before.filter((conversation) => !after.includes(conversation))) gone.close();
  }

  return {
    devices,
    all,
    /** @param {string} call @returns {Conversation | null} */
    of: (call) => all.value.find((conversation) => conversation.call === call) ?? null,
    /**
     * Follow the desk. To be called with every change of it.
     * @param {readonly Target[]} targets One for each call that this side rings or talks in.
     * @param {boolean} fresh As with a conversation's own.
     */
    follow: (targets, fresh) => untracked(() => follow(targets, fresh)),
    /** What arrived from the bridge. @param {"describe" | "candidate" | "restart" | "chat"} kind @param {any} message */
    receive(kind, message) {
      const conversation = known(message.call);
      if (conversation) conversation.receive(kind, message);
      else early.keep(kind, message);
    },
    networkChanged() {
      for (const conversation of all.peek()) conversation.networkChanged();
    },
  };
}
