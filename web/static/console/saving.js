// Saving a wrap-up, with what comes after it: what was said in the last chats for afterwards is kept, whoever saves.
import { PRESENCE } from "../shared/wire.gen.js";
import { draftOf } from "./draft.js";
import { goesOn, leavesAfterwards } from "./model.js";

/** @typedef {import("../shared/wire.gen.js").WrapUp} WrapUp */
/** @typedef {ReturnType<typeof createSaving>} Saving */

/**
 * @param {{
 *   page: import("@preact/signals").ReadonlySignal<import("./model.js").Seen>,
 *   drafts: import("@preact/signals").Signal<import("./draft.js").Drafts>,
 *   actions: Pick<import("./actions.js").Actions, "wrapUp" | "leaveAsSaid">,
 * }} console
 */
export function createSaving({ page, drafts, actions }) {
  /**
   * @param {string} call @param {WrapUp["then"] | "as_said"} then As said: what was said for afterwards, else available.
   * @returns {Promise<boolean>} Whether it was saved.
   */
  return async function save(call, then = "as_said") {
    const draft = draftOf(drafts.peek(), call);
    const seen = page.peek();
    if (then !== "as_said" || !leavesAfterwards(seen.self)) {
      return actions.wrapUp(draft, then === PRESENCE.AWAY ? PRESENCE.AWAY : PRESENCE.AVAILABLE);
    }
    const { afterwards } = seen.self;
    const last = !goesOn(seen, call);
    // To be available would take back what was said; being away keeps it while something else is open, and is put right
    // where nothing is.
    const saved = await actions.wrapUp(draft, PRESENCE.AWAY);
    if (saved && last) await actions.leaveAsSaid(afterwards);
    return saved;
  };
}
