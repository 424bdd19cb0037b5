// What the console shows, as pure functions of the desk, the page and the time. No DOM, no words.
import { all, only } from "../shared/desk.js";
import { PRESENCE } from "../shared/wire.gen.js";

/** @typedef {import("../shared/desk.js").Desk} Desk */
/** @typedef {import("../shared/wire.gen.js").Self} Self */
/** @typedef {import("../shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("../shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("../shared/wire.gen.js").WaitingCall} WaitingCall */
/** @typedef {import("../shared/wire.gen.js").Gone} Gone */

/** What the middle of the page shows: one view for each presence, and two for a page that has no desk. */
export const VIEW = Object.freeze({ ...PRESENCE, CONNECTING: "connecting", ELSEWHERE: "elsewhere" });

/**
 * @typedef {object} Seen
 * @property {string} view One of VIEW.
 * @property {Self | null} self
 * @property {OwnOffer | null} offer What rings here; null unless the view is "ringing".
 * @property {AdvisorCall | null} call The call this page is in; null unless the view is "in_call".
 */

/** The desk as this page load may show it. @param {Desk} desk @param {string} page @returns {Seen} */
export function seen(desk, page) {
  const self = only(desk, "self");
  if (!self) return { view: VIEW.CONNECTING, self, offer: null, call: null };
  if (self.page !== page) return { view: VIEW.ELSEWHERE, self, offer: null, call: null };
  const offer = self.presence === PRESENCE.RINGING ? only(desk, "own_offer") : null;
  const call = self.presence === PRESENCE.IN_CALL ? only(desk, "advisor_call") : null;
  return { view: self.presence, self, offer, call };
}

/**
 * The call whose media this page follows, or null: another page that took the desk has them.
 * @param {Seen} now @returns {import("../shared/conversation.js").Target | null}
 */
export function target({ offer, call }) {
  if (call) return { call: call.id, generation: call.generation, talking: true, otherThere: call.other_there };
  if (offer) return { call: offer.call, generation: offer.generation, talking: false };
  return null;
}

/** Whether nothing would be lost if the page loaded itself anew. @param {Seen} now */
export function isIdle({ view }) {
  return view !== VIEW.RINGING && view !== VIEW.IN_CALL && view !== VIEW.WRAP_UP;
}

/**
 * Who waits, longest wait first: in one's own languages, and in the others.
 * @param {Desk} desk @param {Self | null} self
 * @returns {{mine: WaitingCall[], others: WaitingCall[]}}
 */
export function queue(desk, self) {
  const waiting = all(desk, "waiting").sort((a, b) => a.joined_at_ms - b.joined_at_ms || (a.id < b.id ? -1 : 1));
  const speaks = (/** @type {WaitingCall} */ call) => Boolean(self && call.language in self.languages);
  return { mine: waiting.filter(speaks), others: waiting.filter((call) => !speaks(call)) };
}

/**
 * How many wait in each language that is waited for, longest wait first.
 * @param {Desk} desk @returns {{language: string, count: number}[]}
 */
export function waitingByLanguage(desk) {
  const counts = new Map();
  const { others } = queue(desk, null);
  for (const { language } of others) counts.set(language, (counts.get(language) ?? 0) + 1);
  return [...counts].map(([language, count]) => ({ language, count }));
}

/**
 * What is left of an offer's time: in milliseconds, and as a share of the whole from 1 to 0.
 * @param {OwnOffer} offer @param {number} nowMs
 */
export function offerClock({ made_at_ms, expires_at_ms }, nowMs) {
  const wholeMs = Math.max(1, expires_at_ms - made_at_ms);
  const leftMs = Math.min(wholeMs, Math.max(0, expires_at_ms - nowMs));
  return { leftMs, share: leftMs / wholeMs };
}

/**
 * How a call of this page ended, when this change of the desk ended one.
 * @param {Seen} before @param {Desk} desk
 * @returns {{call: string, reason: Gone["reason"]} | null}
 */
export function endedCall({ call }, desk) {
  const gone = call && desk.gone.find(({ kind, id }) => kind === call.kind && id === call.id);
  return gone ? { call: gone.id, reason: gone.reason } : null;
}

/**
 * Whether this change of the desk took the offer away because its visitor left.
 * @param {Seen} before @param {Seen} after @param {Desk} desk
 */
export function visitorLeftOffer({ offer }, after, desk) {
  if (!offer || after.view !== VIEW.AVAILABLE) return false;
  const waits = desk.entities.has(`waiting:${offer.call}`);
  return desk.via === "fact" && !waits;
}

/** @typedef {"accept" | "decline" | "save" | null} KeyAction */

/**
 * What a key means. Fields keep their keys; a control that has the focus keeps Enter.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "defaultPrevented">} event
 * @param {{view: string, inField: boolean, onControl: boolean}} where
 * @returns {KeyAction}
 */
export function keyAction(event, { view, inField, onControl }) {
  if (event.repeat || event.defaultPrevented || event.altKey) return null;
  const withCommand = event.ctrlKey || event.metaKey;
  if (view === VIEW.WRAP_UP) return withCommand && event.key === "Enter" ? "save" : null;
  if (view !== VIEW.RINGING || withCommand || inField) return null;
  if (event.key === "Escape") return "decline";
  return event.key === "Enter" && !onControl ? "accept" : null;
}

/**
 * The topic of a number key: 1 to 9 are the first nine.
 * @param {readonly {code: string}[]} topics
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat">} event
 * @returns {string | null}
 */
export function topicOfKey(topics, { key, ctrlKey, metaKey, altKey, repeat }) {
  if (ctrlKey || metaKey || altKey || repeat || !/^[1-9]$/.test(key)) return null;
  return topics[Number(key) - 1]?.code ?? null;
}
