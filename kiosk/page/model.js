// What the kiosk's page shows, derived in one place from the visitor's touches and from what the desk says. Pure: no
// DOM, no clock, no network.
import { CALL_CHANNEL, CALL_STATE, ERROR_CODE } from "shared/wire.gen.js";
import { ENDING, endingOf } from "./ending-model.js";

/** @typedef {import("shared/wire.gen.js").OwnCall} OwnCall */
/** @typedef {import("shared/wire.gen.js").OwnKiosk} OwnKiosk */
/** @typedef {import("shared/wire.gen.js").Gone} Gone */
/** @typedef {Omit<import("shared/wire.gen.js").Join, "key">} Wanted */
/** @typedef {import("shared/wire.gen.js").Refusal["code"]} RefusalCode */
/** @typedef {import("shared/conversation.js").Target} Target */
/** @typedef {import("./ending-model.js").Ending} Ending */

/**
 * The pages of a visit.
 *
 *     OPENING ─▶ START ─▶ NOTICE ─▶ WAITING ◀─▶ CALL ─▶ THANKS ─▶ START
 *                 └─▶ MISSING ─▲        └─── leave ───────────────▶ START
 *
 * SIGNED_OUT and ELSEWHERE cover any of them while they last. The desk's word goes before a touch: a page that is
 * reloaded in mid-call comes back into the call.
 */
export const STAGE = Object.freeze({
  OPENING: "opening",
  SIGNED_OUT: "signed_out",
  ELSEWHERE: "elsewhere",
  START: "start",
  MISSING: "missing",
  NOTICE: "notice",
  WAITING: "waiting",
  CALL: "call",
  THANKS: "thanks",
});

/** @typedef {typeof STAGE[keyof typeof STAGE]} Stage */

/** How many sizes of text there are. */
export const TEXT_SIZES = 3;

/** Of the other languages that a visitor knows; the desk takes no more. */
export const ALSO_AT_MOST = 3;

/**
 * All that this page knows of a visit. It lives in memory and goes back to `NOBODY` when the visit is over.
 * @typedef {object} Visit
 * @property {string | null} language The tile that was touched.
 * @property {boolean} missing "My language is not here" was touched.
 * @property {readonly string[]} also Other languages that they know, in the order of the touches.
 * @property {"woman" | "man" | null} wish By whom they would like to be helped; null when it does not matter.
 * @property {boolean} asking A call was asked for and the desk has not shown it yet.
 * @property {RefusalCode | null} refusal Why it could not be had.
 * @property {Known | null} call The call that the desk showed last.
 * @property {string | null} left The call that the visitor ended here; the desk may not know it yet.
 * @property {{ending: Ending, language: string, written: boolean} | null} ended
 * @property {number} textSize 0 is the usual one.
 * @property {boolean} cameraOff
 * @property {boolean} hidden Both pictures are covered on this screen.
 * @property {boolean} help The help panel is open.
 */

/** @typedef {{id: string, language: string, written: boolean}} Known What is remembered of a call, for its end. */

/** @param {OwnCall} call @returns {Known} */
function knownOf({ id, language, channel }) {
  return { id, language, written: channel === CALL_CHANNEL.CHAT };
}

/** @type {Readonly<Visit>} Nobody stands at the kiosk. */
export const NOBODY = Object.freeze({
  language: null,
  missing: false,
  also: [],
  wish: null,
  asking: false,
  refusal: null,
  call: null,
  left: null,
  ended: null,
  textSize: 0,
  cameraOff: false,
  hidden: false,
  help: false,
});

/**
 * What the page knows besides the visit.
 * @typedef {object} Surroundings
 * @property {boolean} heard Whether a first snapshot has come.
 * @property {boolean} signedOut Whether the bridge refused the page's sign-in.
 * @property {OwnKiosk | null} kiosk
 * @property {OwnCall | null} call
 * @property {string} page Id of this page load.
 */

/** @param {Visit} visit @param {Surroundings} around @returns {Stage} */
export function stageOf(visit, around) {
  if (around.signedOut) return STAGE.SIGNED_OUT;
  if (!around.heard) return STAGE.OPENING;
  if (!isMine(around)) return STAGE.ELSEWHERE;
  const call = callOf(visit, around);
  if (call) return call.state === CALL_STATE.CONNECTED ? STAGE.CALL : STAGE.WAITING;
  if (visit.ended) return STAGE.THANKS;
  if (visit.language) return STAGE.NOTICE;
  if (visit.missing) return STAGE.MISSING;
  return STAGE.START;
}

/** The call that goes on as far as the visitor is concerned. @param {Visit} visit @param {Surroundings} around */
export function callOf(visit, { call }) {
  return call && call.state !== CALL_STATE.ENDED && call.id !== visit.left ? call : null;
}

/** What the conversation has to follow. @param {Visit} visit @param {Surroundings} around @returns {Target | null} */
export function targetOf(visit, around) {
  const call = callOf(visit, around);
  if (!call || !isMine(around)) return null;
  return { call: call.id, channel: call.channel, links: call.state === CALL_STATE.WAITING ? [] : call.links };
}

/** Whether this page is the one that takes the kiosk's calls. @param {Surroundings} around */
function isMine({ kiosk, page }) {
  return !kiosk || kiosk.page === page;
}

/** The language that the page is to speak: what was asked for, in whatever queue the call is now. @param {Visit} visit @param {Surroundings} around @param {string} usual */
export function languageOf(visit, around, usual) {
  return callOf(visit, around)?.language ?? visit.ended?.language ?? visit.language ?? usual;
}

/** Whether no visitor would notice a reload of the page. @param {Stage} stage */
export function isIdle(stage) {
  return stage !== STAGE.NOTICE && stage !== STAGE.WAITING && stage !== STAGE.CALL && stage !== STAGE.THANKS;
}

/** Whether the page goes back to its start when nobody touches it. @param {Visit} visit @param {Stage} stage */
export function isForgettable(visit, stage) {
  if (stage === STAGE.NOTICE || stage === STAGE.MISSING) return true;
  return stage === STAGE.START && (visit.help || visit.textSize > 0);
}

// ---------------------------------------------------------------- what the visitor does

/** @param {Visit} visit @param {string} language @returns {Visit} */
export function touchesLanguage(visit, language) {
  return { ...visit, language, also: [], wish: null, refusal: null, ended: null, help: false };
}

/** "I also speak …": touched again it is taken back. @param {Visit} visit @param {string} code @returns {Visit} */
export function togglesAlso(visit, code) {
  if (visit.also.includes(code)) return { ...visit, also: visit.also.filter((one) => one !== code) };
  if (code === visit.language || visit.also.length >= ALSO_AT_MOST) return visit;
  return { ...visit, also: [...visit.also, code] };
}

/** @param {Visit} visit @param {Visit["wish"]} wish @returns {Visit} */
export function wishesFor(visit, wish) {
  return { ...visit, wish };
}

/** What the desk is asked for. @param {Visit} visit @param {typeof CALL_CHANNEL[keyof typeof CALL_CHANNEL]} channel @returns {Wanted | null} */
export function wantedBy({ language, also, wish }, channel) {
  return language ? { language, also: [...also], wish, channel } : null;
}

/** @param {Visit} visit @returns {Visit} */
export function missesLanguage(visit) {
  return { ...visit, missing: true, help: false };
}

/** @param {Visit} visit @returns {Visit} */
export function asksForCall(visit) {
  return { ...visit, asking: true, refusal: null };
}

/** The desk did not give the call. @param {Visit} visit @param {RefusalCode} code @returns {Visit} */
export function isRefused(visit, code) {
  // The desk has a call of this kiosk already, so a snapshot or fact with it is on its way.
  if (code === ERROR_CODE.CALL_EXISTS) return visit;
  return { ...visit, asking: false, refusal: code };
}

/**
 * The visitor leaves: for this page the call is over at once, whatever becomes of the message to the desk.
 * @param {Visit} visit @param {OwnCall} call @returns {Visit}
 */
export function leavesCall(visit, call) {
  if (call.state !== CALL_STATE.CONNECTED) return { ...NOBODY, call: visit.call, left: call.id };
  const { language, written } = knownOf(call);
  return { ...visit, ...quiet, left: call.id, ended: { ending: ENDING.THANKS, language, written } };
}

/** The visit is over, nothing of it is left but a farewell the desk has not heard. @param {Visit} visit @returns {Visit} */
export function startsAgain(visit) {
  return { ...NOBODY, call: visit.call, left: visit.left };
}

/** @param {Visit} visit @returns {Visit} */
export function changesTextSize(visit) {
  return { ...visit, textSize: (visit.textSize + 1) % TEXT_SIZES };
}

/** What ends with a call, or is answered by it. */
const quiet = Object.freeze({
  language: null,
  missing: false,
  also: NOBODY.also,
  wish: null,
  asking: false,
  refusal: null,
  cameraOff: false,
  hidden: false,
  help: false,
});

// ---------------------------------------------------------------- what the desk says

/**
 * The visit after the desk has changed. The same change twice is the same as once.
 * @param {Visit} visit @param {OwnCall | null} call The call at the desk now. @param {readonly Gone[]} gone
 * @returns {Visit}
 */
export function hearsOfCall(visit, call, gone) {
  const before = visit.call;
  let next = visit;
  if (before && before.id !== call?.id) {
    const reason = gone.find(({ kind, id }) => kind === "own_call" && id === before.id)?.reason ?? null;
    next =
      visit.left === before.id
        ? { ...visit, call: null, left: null }
        : { ...visit, ...quiet, call: null, ended: { ending: endingOf(reason), language: before.language, written: before.written } };
  }
  if (call && call.id !== next.call?.id) {
    const known = knownOf(call);
    next = call.id === next.left ? { ...next, call: known } : { ...next, ...quiet, ended: null, call: known };
  }
  return next;
}
