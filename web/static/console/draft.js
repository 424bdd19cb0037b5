// The wrap-up that an advisor is filling in: pure, kept in the page's memory until it is saved.

/** @typedef {import("../shared/wire.gen.js").WrapUp} WrapUp */

/**
 * @typedef {object} Draft
 * @property {string} call
 * @property {readonly string[]} topics
 * @property {readonly WrapUp["onward"][number][]} onward
 * @property {WrapUp["outcome"]} outcome
 */

/** @param {string} call @returns {Draft} */
export function emptyDraft(call) {
  return { call, topics: [], onward: [], outcome: null };
}

/** The draft of a call: what there is, when it is of that call. @param {Draft | null} draft @param {string} call @returns {Draft} */
export function draftOf(draft, call) {
  return draft?.call === call ? draft : emptyDraft(call);
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
