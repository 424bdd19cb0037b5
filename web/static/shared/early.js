// Signals that came before this page knows of the connection they belong to: another bridge may be quicker with them than
// its own is with the fact.

/** @typedef {"describe" | "candidate"} EarlyKind */
/** @typedef {{kind: EarlyKind, message: any}} Kept */

/** Three connections that begin at once, with all their candidates. */
const LIMIT = 200;

/** @param {number} [limit] How many are kept; the oldest go first. */
export function createEarly(limit = LIMIT) {
  /** @type {Kept[]} */
  let kept = [];
  return {
    /** @param {string} kind Other kinds are not worth keeping: who sent them says them again. @param {any} message */
    keep(kind, message) {
      if (kind === "describe" || kind === "candidate") kept = [...kept.slice(1 - limit), { kind, message }];
    },
    /** Take out what this is true of, in the order in which it came. @param {(message: any) => boolean} isOf */
    take(isOf) {
      const taken = kept.filter(({ message }) => isOf(message));
      kept = kept.filter(({ message }) => !isOf(message));
      return taken;
    },
  };
}
