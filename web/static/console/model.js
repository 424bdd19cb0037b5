// What the console shows, as pure functions of the desk, the page and the time. No DOM, no words.
import { all, only } from "../shared/desk.js";
import { CALL_CHANNEL, PRESENCE, ROLE } from "../shared/wire.gen.js";

/** @typedef {import("../shared/desk.js").Desk} Desk */
/** @typedef {import("../shared/wire.gen.js").Self} Self */
/** @typedef {import("../shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("../shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("../shared/wire.gen.js").OpenWrapUp} OpenWrapUp */
/** @typedef {import("../shared/wire.gen.js").WaitingCall} WaitingCall */
/** @typedef {import("../shared/wire.gen.js").Notice} Notice */

/** What the middle of the page shows: one view for each presence, and two for a page that has no desk. */
export const VIEW = Object.freeze({ ...PRESENCE, CONNECTING: "connecting", ELSEWHERE: "elsewhere" });

/**
 * @typedef {object} Seen
 * @property {string} view One of VIEW.
 * @property {Self | null} self
 * @property {OwnOffer | null} offer What rings here.
 * @property {AdvisorCall[]} calls The calls this page is in, the one that was entered first before the others.
 */

/** The desk as this page load may show it. @param {Desk} desk @param {string} page @returns {Seen} */
export function seen(desk, page) {
  const self = only(desk, "self");
  if (!self) return { view: VIEW.CONNECTING, self, offer: null, calls: [] };
  if (self.page !== page) return { view: VIEW.ELSEWHERE, self, offer: null, calls: [] };
  const rings = self.presence === PRESENCE.RINGING;
  const calls = rings || self.presence === PRESENCE.IN_CALL ? all(desk, "advisor_call") : [];
  calls.sort((a, b) => a.since_ms - b.since_ms || (a.id < b.id ? -1 : 1));
  return { view: viewOf(self, calls), self, offer: rings ? only(desk, "own_offer") : null, calls };
}

/** An offer takes the middle only where nothing else is going on there. @param {Self} self @param {AdvisorCall[]} calls */
function viewOf({ presence, wrap_ups }, calls) {
  if (presence !== PRESENCE.RINGING) return presence;
  if (calls.length) return VIEW.IN_CALL;
  return wrap_ups.length ? VIEW.WRAP_UP : VIEW.RINGING;
}

/** @typedef {"" | "whole" | "beside"} Rings How an offer rings here: over the whole middle, or beside what goes on. */

/** @param {Seen} now @returns {Rings} */
export function ringsHow({ view, offer }) {
  if (!offer) return "";
  return view === VIEW.RINGING ? "whole" : "beside";
}

/**
 * @typedef {object} Opened What of one's own is open in the middle: one call, one wrap-up, or neither.
 * @property {AdvisorCall | null} call
 * @property {OpenWrapUp | null} wrapUp
 */

/**
 * @param {Seen} now @param {string} chosen A call's id; of a call that is over it means its wrap-up.
 * @returns {Opened} What was chosen while it is there, else the first.
 */
export function opened({ view, self, calls }, chosen) {
  if (!self || (view !== VIEW.IN_CALL && view !== VIEW.WRAP_UP)) return { call: null, wrapUp: null };
  const open = wrapUps(self);
  const call = calls.find(({ id }) => id === chosen) ?? null;
  const wrapUp = open.find((one) => one.call === chosen) ?? null;
  if (call || wrapUp) return { call, wrapUp: call ? null : wrapUp };
  return { call: calls[0] ?? null, wrapUp: calls.length ? null : (open[0] ?? null) };
}

/** The open wrap-ups, the one that ends first before the others. @param {Self | null} self @returns {OpenWrapUp[]} */
export function wrapUps(self) {
  return [...(self?.wrap_ups ?? [])].sort((a, b) => a.until_ms - b.until_ms || (a.call < b.call ? -1 : 1));
}

/**
 * The calls whose media this page follows; none where another page took the desk.
 * @param {Seen} now @returns {import("../shared/conversation.js").Target[]}
 */
export function targets({ offer, calls }) {
  const talks = calls.map(({ id, channel, serves, links }) => ({ call: id, channel, serves, links }));
  if (!offer || calls.some(({ id }) => id === offer.call)) return talks;
  return [...talks, { call: offer.call, channel: offer.channel, serves: false, links: offer.links }];
}

/** Whether nothing would be lost if the page loaded itself anew. @param {Seen} now */
export function isIdle({ view }) {
  return view !== VIEW.RINGING && view !== VIEW.IN_CALL && view !== VIEW.WRAP_UP && view !== VIEW.SERVING;
}

/**
 * Whether somebody may say now what they are doing: at once, or for when the chats are over that they are in; in a call
 * with sound, at the desk and in wrap-up not.
 * @param {Pick<Seen, "self" | "calls">} seen @returns {"now" | "afterwards" | "no"}
 */
export function presenceChange({ self, calls }) {
  if (calls.length) return calls.every(({ channel }) => channel === CALL_CHANNEL.CHAT) ? "afterwards" : "no";
  return self && FREE.includes(self.presence) ? "now" : "no";
}

/** @type {readonly string[]} */
const FREE = [PRESENCE.AVAILABLE, PRESENCE.AWAY, PRESENCE.OFFLINE];

/** Whether somebody in chats has said that they go when these are over. @param {Self | null} self @returns {self is Self & {afterwards: "away" | "offline"}} */
export function leavesAfterwards(self) {
  return self?.afterwards === PRESENCE.AWAY || self?.afterwards === PRESENCE.OFFLINE;
}

/** Whether something else is open here besides this wrap-up. @param {Seen} seen @param {string} call */
export function goesOn({ self, calls }, call) {
  return calls.length > 0 || wrapUps(self).some((one) => one.call !== call);
}

/**
 * Who waits, longest wait first: in one's own languages, and in the others. An interpreter is not shown the others:
 * nobody rings them for those.
 * @param {Desk} desk @param {Self | null} self
 * @returns {{mine: WaitingCall[], others: WaitingCall[]}}
 */
export function queue(desk, self) {
  const waiting = all(desk, "waiting").sort((a, b) => a.joined_at_ms - b.joined_at_ms || (a.id < b.id ? -1 : 1));
  const speaks = (/** @type {WaitingCall} */ call) => Boolean(self && call.language in self.languages);
  const others = self?.role === ROLE.INTERPRETER ? [] : waiting.filter((call) => !speaks(call));
  return { mine: waiting.filter(speaks), others };
}

/**
 * How who waits is shown: folded to a strip in a call, and not at all there while nobody waits.
 * @param {Desk} desk @param {Seen} seen @returns {"wide" | "narrow" | "none"}
 */
export function queueShown(desk, { view, self }) {
  if (view !== VIEW.IN_CALL) return "wide";
  const { mine, others } = queue(desk, self);
  return mine.length + others.length ? "narrow" : "none";
}

/**
 * How many wait in each language that is waited for, longest wait first; for an interpreter those they interpret.
 * @param {Desk} desk @param {Self | null} self @returns {{language: string, count: number}[]}
 */
export function waitingByLanguage(desk, self) {
  const counts = new Map();
  const { mine, others } = queue(desk, self);
  const inOrder = [...mine, ...others].sort((a, b) => a.joined_at_ms - b.joined_at_ms || (a.id < b.id ? -1 : 1));
  for (const { language } of inOrder) counts.set(language, (counts.get(language) ?? 0) + 1);
  return [...counts].map(([language, count]) => ({ language, count }));
}

/**
 * What a supervisor has told those who wait: everybody first, then by language; an interpreter sees their own languages'.
 * @param {Desk} desk @param {Self | null} self @param {number} nowMs @returns {Notice[]}
 */
export function notices(desk, self, nowMs) {
  const concerns = (/** @type {string} */ id) => id === EVERYBODY || self?.role !== ROLE.INTERPRETER || id in self.languages;
  return all(desk, "notice")
    .filter(({ id, until_ms }) => until_ms > nowMs && concerns(id))
    .sort((a, b) => Number(b.id === EVERYBODY) - Number(a.id === EVERYBODY) || (a.id < b.id ? -1 : 1));
}

/** The id of a message for everybody, whatever they wait for. */
export const EVERYBODY = "all";

/**
 * What is left of an offer's time: in milliseconds, and as a share of the whole from 1 to 0.
 * @param {OwnOffer} offer @param {number} nowMs
 */
export function offerClock({ made_at_ms, expires_at_ms }, nowMs) {
  const wholeMs = Math.max(1, expires_at_ms - made_at_ms);
  const leftMs = Math.min(wholeMs, Math.max(0, expires_at_ms - nowMs));
  return { leftMs, share: leftMs / wholeMs };
}

/** @typedef {"accept" | "decline" | "save" | null} KeyAction */

/**
 * @typedef {object} Where
 * @property {Rings} rings
 * @property {boolean} accepted Whether the offer was accepted here and waits for the other one.
 * @property {boolean} wrapUp Whether a wrap-up is open in the middle.
 * @property {boolean} inField Whether the focus is in something that is written in.
 * @property {boolean} onControl Whether it is on something that can be pressed.
 */

/**
 * What a key means. Fields keep their keys; a control that has the focus keeps Enter. An offer that rings beside a chat
 * is answered with Alt and Enter and declined with Alt and Backspace, since whoever writes presses both all the time.
 * @param {Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "repeat" | "defaultPrevented">} event
 * @param {Where} where
 * @returns {KeyAction}
 */
export function keyAction(event, { rings, accepted, wrapUp, inField, onControl }) {
  if (event.repeat || event.defaultPrevented) return null;
  const enter = event.key === "Enter";
  const withCommand = event.ctrlKey || event.metaKey;
  if (event.altKey) {
    if (withCommand || rings !== "beside") return null;
    if (event.key === "Backspace") return "decline";
    return enter && !accepted ? "accept" : null;
  }
  if (withCommand) return enter && wrapUp ? "save" : null;
  if (rings !== "whole" || inField) return null;
  if (event.key === "Escape") return "decline";
  return enter && !onControl && !accepted ? "accept" : null;
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
