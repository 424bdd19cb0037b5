// What the supervisor's page shows, as pure functions of the desk and the time. No DOM, no words.
import { all } from "../shared/desk.js";
import { CALL_STATE, PRESENCE, ROLE } from "../shared/wire.gen.js";

/** @typedef {import("../shared/desk.js").Desk} Desk */
/** @typedef {import("../shared/wire.gen.js").BoardCall} BoardCall */
/** @typedef {import("../shared/wire.gen.js").BoardStaff} BoardStaff */
/** @typedef {import("../shared/wire.gen.js").BoardKiosk} BoardKiosk */
/** @typedef {import("../shared/wire.gen.js").Notice} Notice */

/** A wait that a supervisor should look at: the service level's ten minutes. */
export const LONG_WAIT_MS = 10 * 60 * 1000;

/** @type {ReadonlySet<string>} */
const OFF_DUTY = new Set([PRESENCE.OFFLINE, PRESENCE.AWAY]);

/** Who waits, being rung included, longest wait first. @param {Desk} desk @returns {BoardCall[]} */
export function waiting(desk) {
  return all(desk, "board_call")
    .filter(({ state }) => state === CALL_STATE.WAITING || state === CALL_STATE.RINGING)
    .sort((a, b) => a.joined_at_ms - b.joined_at_ms || (a.id < b.id ? -1 : 1));
}

/** Those who serve visitors. @param {Desk} desk @returns {BoardStaff[]} */
export function servers(desk) {
  return all(desk, "board_staff").filter(({ role }) => role === ROLE.ADVISOR || role === ROLE.INTERPRETER);
}

/** Free now, or free again later today. @param {BoardStaff} staff */
export function isOnDuty({ presence }) {
  return !OFF_DUTY.has(presence);
}

/** On duty, and not so near to the end of their shift that nothing new is offered to them. @param {BoardStaff} staff */
export function takesCalls(staff) {
  return isOnDuty(staff) && !staff.last_call;
}

/** @param {BoardStaff} staff */
function isAdvisor({ role }) {
  return role === ROLE.ADVISOR;
}

/**
 * The figures at the top. `longestMs` is null while nobody waits.
 * @param {Desk} desk @param {number} nowMs
 */
export function figures(desk, nowMs) {
  const queue = waiting(desk);
  return {
    waiting: queue.length,
    longestMs: queue.length ? Math.max(0, nowMs - queue[0].joined_at_ms) : null,
    talking: all(desk, "board_call").filter(({ state }) => state === CALL_STATE.CONNECTED).length,
    onDuty: servers(desk).filter(isOnDuty).length,
  };
}

/**
 * @typedef {object} LanguageRow
 * @property {string} language
 * @property {number} waiting
 * @property {number} talking
 * @property {number} asks Conversations that wait for an interpreter for it.
 * @property {number} available Advisors who speak it and are free.
 * @property {number} onDuty Advisors who speak it and take calls, now or when they are free again.
 * @property {number} interpretersFree
 * @property {number} interpreters Interpreters for it, likewise.
 * @property {number | null} sinceMs Since when the longest wait.
 * @property {number | null} closedUntilMs When it opens by itself; null when it is open to new visitors.
 */

/** @param {string} language @returns {LanguageRow} */
export function emptyRow(language) {
  const counts = { waiting: 0, talking: 0, asks: 0, available: 0, onDuty: 0, interpretersFree: 0, interpreters: 0 };
  return { language, ...counts, sinceMs: null, closedUntilMs: null };
}

/**
 * The languages that are waited for, spoken in a call, spoken by somebody who takes calls or closed; longest wait first, then by
 * code. Interpreters are counted apart: alone they cannot take a call.
 * @param {Desk} desk @returns {LanguageRow[]}
 */
export function languageRows(desk) {
  /** @type {Map<string, LanguageRow>} */
  const rows = new Map();
  const row = (/** @type {string} */ language) => {
    const known = rows.get(language) ?? emptyRow(language);
    rows.set(language, known);
    return known;
  };
  for (const { language, joined_at_ms } of waiting(desk)) {
    row(language).waiting += 1;
    row(language).sinceMs ??= joined_at_ms;
  }
  for (const { language, state, ask } of all(desk, "board_call")) {
    if (state === CALL_STATE.CONNECTED) row(language).talking += 1;
    if (ask?.language) row(ask.language).asks += 1;
  }
  for (const staff of servers(desk).filter(takesCalls)) {
    const free = Number(staff.presence === PRESENCE.AVAILABLE);
    for (const one of Object.keys(staff.languages).map(row)) {
      one[isAdvisor(staff) ? "onDuty" : "interpreters"] += 1;
      one[isAdvisor(staff) ? "available" : "interpretersFree"] += free;
    }
  }
  for (const { id, until_ms } of all(desk, "closed_language")) row(id).closedUntilMs = until_ms;
  return [...rows.values()].sort(
    (a, b) => (a.sinceMs ?? Infinity) - (b.sinceMs ?? Infinity) || (a.language < b.language ? -1 : 1),
  );
}

/**
 * Whether somebody on duty may serve this call: it rings, it is kept for them, they speak a language of the visitor's,
 * or they share a language with an interpreter for it.
 * @param {BoardCall} call @param {BoardStaff[]} staff
 */
export function canBeServed(call, staff) {
  return isSpoken(call, staff) || advisorsFor(staff).some(({ languages }) => call.also.some((code) => code in languages));
}

/**
 * The same without the visitor's other languages: whether they may be helped in the one they wait for.
 * @param {BoardCall} call @param {BoardStaff[]} staff
 */
export function isSpoken({ state, language, named }, staff) {
  const advisors = advisorsFor(staff);
  if (state === CALL_STATE.RINGING || advisors.some(({ id }) => id === named)) return true;
  if (advisors.some(({ languages }) => language in languages)) return true;
  const interpreters = staff.filter((one) => takesCalls(one) && !isAdvisor(one) && language in one.languages);
  return interpreters.some((one) => advisors.some(({ languages }) => Object.keys(one.languages).some((code) => code in languages)));
}

/** @param {BoardStaff[]} staff */
function advisorsFor(staff) {
  return staff.filter((one) => takesCalls(one) && isAdvisor(one));
}

/**
 * @typedef {{kind: "unstaffed", call: BoardCall, waitMs: number}
 *   | {kind: "long_wait", call: BoardCall, waitMs: number}
 *   | {kind: "kiosk", kiosk: BoardKiosk, count: number}
 *   | {kind: "unspoken", call: BoardCall, waitMs: number}
 *   | {kind: "waiting", count: number, longestMs: number}
 *   | {kind: "nobody_on_duty" | "calm"}} Worst
 */

/**
 * The one thing to look at first. A call that nobody on duty can serve comes before a long wait: without the supervisor
 * nothing will happen there. One that can be served only in another language comes before what goes its usual way.
 * @param {Desk} desk @param {number} nowMs @returns {Worst}
 */
export function worst(desk, nowMs) {
  const queue = waiting(desk);
  const staff = servers(desk);
  const unstaffed = queue.find((call) => !canBeServed(call, staff));
  if (unstaffed) return { kind: "unstaffed", call: unstaffed, waitMs: Math.max(0, nowMs - unstaffed.joined_at_ms) };
  const [longest] = queue;
  const unspoken = queue.find((call) => !isSpoken(call, staff));
  const aside = unspoken && { kind: /** @type {const} */ ("unspoken"), call: unspoken, waitMs: Math.max(0, nowMs - unspoken.joined_at_ms) };
  if (aside && unspoken === longest) return aside;
  const longestMs = longest ? Math.max(0, nowMs - longest.joined_at_ms) : 0;
  if (longest && longestMs > LONG_WAIT_MS) return { kind: "long_wait", call: longest, waitMs: longestMs };
  if (aside) return aside;
  const away = all(desk, "board_kiosk").filter(({ connected }) => !connected).sort((a, b) => a.since_ms - b.since_ms);
  if (away.length) return { kind: "kiosk", kiosk: away[0], count: away.length };
  if (longest) return { kind: "waiting", count: queue.length, longestMs };
  const served = all(desk, "board_kiosk").some(({ connected }) => connected);
  return served && !staff.some((one) => isAdvisor(one) && takesCalls(one)) ? { kind: "nobody_on_duty" } : { kind: "calm" };
}

/**
 * How long a call's visitor waited, or waits.
 * @param {BoardCall} call @param {number} nowMs
 */
export function waitedMs({ joined_at_ms, accepted_at_ms }, nowMs) {
  return Math.max(0, (accepted_at_ms ?? nowMs) - joined_at_ms);
}

/** How long a call is talked, or null before. @param {BoardCall} call @param {number} nowMs */
export function talkedMs({ accepted_at_ms }, nowMs) {
  return accepted_at_ms === null ? null : Math.max(0, nowMs - accepted_at_ms);
}

/**
 * Who is in a call, who serves first, and who is being rung for it: for a conversation the one it asks for, who stands last.
 * @param {BoardCall} call @returns {{people: readonly string[], rung: readonly string[]}} Staff ids.
 */
export function peopleOf({ state, staff, ask }) {
  if (state !== CALL_STATE.CONNECTED) return { people: [], rung: staff };
  return ask?.ringing ? { people: staff.slice(0, -1), rung: staff.slice(-1) } : { people: staff, rung: [] };
}

/** Whether a supervisor put a call in front of those that wait; once it is served that is over. @param {BoardCall} call */
export function isInFront({ raised, state }) {
  return raised && (state === CALL_STATE.WAITING || state === CALL_STATE.RINGING);
}

/** Where a call stands by its state: those put in front, then who waits, rings, talks. @param {BoardCall} call */
export function stateRank(call) {
  return isInFront(call) ? -1 : Object.values(CALL_STATE).indexOf(call.state);
}

/** The calls for the table: those put in front, then the longest wait first. @param {Desk} desk @param {number} nowMs @returns {BoardCall[]} */
export function callRows(desk, nowMs) {
  return all(desk, "board_call").sort(
    (a, b) => Number(isInFront(b)) - Number(isInFront(a)) || waitedMs(b, nowMs) - waitedMs(a, nowMs) || (a.id < b.id ? -1 : 1),
  );
}

/** Since when somebody does what they do; null of whoever has not signed in: for them nothing began. @param {BoardStaff} staff */
export function sinceOf({ presence, connected, since_ms }) {
  return presence === PRESENCE.OFFLINE && !connected ? null : since_ms;
}

/** `id` of a message to everybody. */
export const EVERYBODY = "all";

/** The messages that are shown now: the one to everybody first, then by language. @param {Desk} desk @returns {Notice[]} */
export function shownNotices(desk) {
  const rank = (/** @type {Notice} */ { id }) => (id === EVERYBODY ? "" : id);
  return all(desk, "notice").sort((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

/** @typedef {{column: string, ascending: boolean}} Order */

/** A press on a column's heading: the other way round, or that column upwards. @param {Order} order @param {string} column @returns {Order} */
export function pressed(order, column) {
  return { column, ascending: order.column === column ? !order.ascending : true };
}

/**
 * Rows by a value of theirs; what has no value comes last either way, and equal rows keep their order.
 * @template R
 * @param {readonly R[]} rows @param {(row: R) => string | number | null} value @param {boolean} ascending
 * @param {(a: string, b: string) => number} [compareTexts] In the page's language.
 * @returns {R[]}
 */
export function sorted(rows, value, ascending, compareTexts = (a, b) => (a < b ? -1 : Number(a > b))) {
  const sign = ascending ? 1 : -1;
  return [...rows].sort((rowA, rowB) => {
    const a = value(rowA);
    const b = value(rowB);
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : compareTexts(String(a), String(b)));
  });
}
