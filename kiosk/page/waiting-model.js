// The queue as the visitor meets it: who is there for a language, whom the desk looks for now, what becomes of a wish.
// Pure: times are the desk's, in milliseconds, and are passed in.
import { CALL_STATE, TIER_NAME } from "shared/wire.gen.js";

/** @typedef {import("shared/wire.gen.js").OwnCall} OwnCall */
/** @typedef {import("shared/wire.gen.js").LanguageDuty} LanguageDuty */
/** @typedef {import("shared/wire.gen.js").Notice} Notice */
/** @typedef {import("shared/page.js").LanguageEntry} LanguageEntry */

/** Whether somebody can be talked to in a language. */
export const DUTY = Object.freeze({
  NOW: "now",
  INTERPRETED: "interpreted",
  LATER: "later",
  CLOSED: "closed",
});

/** @typedef {typeof DUTY[keyof typeof DUTY]} Duty */

/** @param {LanguageDuty} entity @returns {Duty} */
export function dutyOf({ on_duty, interpreted, closed }) {
  if (closed) return DUTY.CLOSED;
  if (on_duty > 0) return DUTY.NOW;
  return interpreted ? DUTY.INTERPRETED : DUTY.LATER;
}

/** Whether a visitor who chooses it meets somebody today. @param {Duty | undefined} duty */
export function isHere(duty) {
  return duty === DUTY.NOW || duty === DUTY.INTERPRETED;
}

/**
 * The languages that a visitor may know besides their own: first those in which an advisor is there, each group in the
 * order of the tiles.
 * @param {readonly LanguageEntry[]} languages @param {string | null} own @param {ReadonlyMap<string, Duty>} duties
 * @returns {LanguageEntry[]}
 */
export function otherLanguages(languages, own, duties) {
  const others = languages.filter(({ code }) => code !== own);
  const spoken = (/** @type {LanguageEntry} */ { code }) => duties.get(code) === DUTY.NOW;
  return [...others.filter(spoken), ...others.filter((language) => !spoken(language))];
}

/** Whom the desk looks for: the tiers, a colleague by name, and nobody where nobody on duty could help. */
export const SEARCH = Object.freeze({
  ...TIER_NAME,
  NAMED: "named",
  NOBODY: "nobody",
});

/** @typedef {typeof SEARCH[keyof typeof SEARCH]} Search */

/**
 * Whom the desk looks for now: what the tier says that opened last. Tiers with nobody on duty are passed over.
 * @param {Pick<OwnCall, "steps" | "named">} call @param {number} nowMs
 * @returns {{search: Search, first: boolean} | null} `first`: there is nobody on duty in any tier before it. Null when
 *   the desk has not said.
 */
export function searchOf({ steps, named }, nowMs) {
  if (named) return { search: SEARCH.NAMED, first: true };
  if (steps.length === 0) return null;
  const staffed = steps.filter((step) => step.staffed);
  if (staffed.length === 0) return { search: SEARCH.NOBODY, first: true };
  const step = staffed.findLast(({ opens_at_ms }) => opens_at_ms <= nowMs) ?? staffed[0];
  return { search: step.tier, first: step === staffed[0] };
}

/**
 * The language in whose queue a call is, when that is not the visitor's own: after a transfer or a supervisor's move.
 * @param {Pick<OwnCall, "language" | "queue">} call
 */
export function otherQueueOf({ language, queue }) {
  return queue === language ? null : queue;
}

/**
 * Whether nobody on duty serves the queue's own language, not even with an interpreter: whoever helps does it in another
 * one, or there is nobody at all. Who waits for a colleague by name has somebody.
 * @param {Pick<OwnCall, "steps" | "named">} call
 */
export function isUnspoken({ steps, named }) {
  return !named && steps.length > 0 && steps.every(({ tier, staffed }) => !staffed || tier === TIER_NAME.OTHER_LANGUAGE);
}

/**
 * What becomes of the wish for a woman or a man while the visitor waits. Null when there is nothing to say: no wish, it
 * has been found, or a colleague is waited for by name.
 * @param {Pick<OwnCall, "state" | "wish" | "wish_until_ms" | "named">} call @param {number} nowMs
 * @returns {{wish: "woman" | "man", untilMs: number | null} | null} `untilMs` null: it is not waited for any more.
 */
export function wishOf({ state, wish, wish_until_ms, named }, nowMs) {
  if (state !== CALL_STATE.WAITING || !wish || named) return null;
  return { wish, untilMs: wish_until_ms !== null && wish_until_ms > nowMs ? wish_until_ms : null };
}

/**
 * The supervisor's messages for a language: its own before the one for all, the same one once.
 * @param {readonly Notice[]} notices @param {string | null} language @param {number} nowMs
 * @returns {Notice["notice"][]}
 */
export function noticesFor(notices, language, nowMs) {
  const due = notices.filter(({ id, until_ms }) => until_ms > nowMs && (id === language || id === "all"));
  due.sort((a, b) => Number(a.id === "all") - Number(b.id === "all"));
  return [...new Set(due.map(({ notice }) => notice))];
}
