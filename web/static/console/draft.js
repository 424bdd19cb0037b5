// The wrap-ups that an advisor is filling in: pure, kept in the page's memory until they are saved.

/** @typedef {import("../shared/wire.gen.js").WrapUp} WrapUp */

/**
 * @typedef {object} Draft
 * @property {string} call
 * @property {readonly string[]} topics
 * @property {readonly WrapUp["onward"][number][]} onward
 * @property {WrapUp["outcome"]} outcome
 */

/** By call. @typedef {Readonly<Record<string, Draft>>} Drafts */

/** @param {string} call @returns {Draft} */
export function emptyDraft(call) {
  return { call, topics: [], onward: [], outcome: null };
}

/** The draft of a call: what there is, else an empty one. @param {Drafts} drafts @param {string} call @returns {Draft} */
export function draftOf(drafts, call) {
  return drafts[call] ?? emptyDraft(call);
}

/**
 * The drafts with one changed. @param {Drafts} drafts @param {string} call @param {(draft: Draft) => Draft} rule
 * @returns {Drafts}
 */
export function withChange(drafts, call, rule) {
  return { ...drafts, [call]: rule(draftOf(drafts, call)) };
}

/** The drafts of the calls that are still to be wrapped up. @param {Drafts} drafts @param {readonly string[]} calls @returns {Drafts} */
export function stillOpen(drafts, calls) {
  return Object.fromEntries(Object.entries(drafts).filter(([call]) => calls.includes(call)));
}

/** @template T @param {readonly T[]} chosen @param {T} code @returns {T[]} */
function toggled(chosen, code) {
  return chosen.includes(code) ? chosen.filter((other) => other !== code) : [...chosen, code];
}

/** @param {Draft} draft @param {string} code @returns {Draft} */
export function toggleTopic(draft, code) {
  return { ...draft, topics: toggled(draft.topics, code) };
}

/** @param {Draft} draft @param {Draft["onward"][number]} code @returns {Draft} */
export function toggleOnward(draft, code) {
  return { ...draft, onward: toggled(draft.onward, code) };
}

/** One outcome at most; choosing it again takes it back. @param {Draft} draft @param {Draft["outcome"]} code @returns {Draft} */
export function toggleOutcome(draft, code) {
  return { ...draft, outcome: draft.outcome === code ? null : code };
}

/** The command's fields. @param {Draft} draft @param {WrapUp["then"]} then @returns {Omit<WrapUp, "key">} */
export function wrapUpFields({ call, topics, onward, outcome }, then) {
  return { call, topics: [...topics], onward: [...onward], outcome, then };
}
