// What the supervisor may do with a call and with a staff member, and in which order choices are shown. No DOM, no words.
import { CALL_STATE, LEVEL, PRESENCE, ROLE } from "../shared/wire.gen.js";
import { emptyRow, isOnDuty, languageRows, servers } from "./model.js";

/** @typedef {import("../shared/desk.js").Desk} Desk */
/** @typedef {import("../shared/wire.gen.js").BoardCall} BoardCall */
/** @typedef {import("../shared/wire.gen.js").BoardStaff} BoardStaff */
/** @typedef {import("../shared/wire.gen.js").SetStaff} SetStaff */
/** @typedef {import("./model.js").LanguageRow} LanguageRow */

/** What can be done with a call. */
export const ACT = Object.freeze({ RAISE: "raise", GIVE: "give", MOVE: "move", END: "end" });

/**
 * What can be done with a call now; once it is connected it can only be ended.
 * @param {BoardCall} call @returns {string[]} Of ACT.
 */
export function callActs({ state, raised }) {
  if (state === CALL_STATE.ENDED) return [];
  if (state === CALL_STATE.CONNECTED) return [ACT.END];
  return raised ? [ACT.GIVE, ACT.MOVE, ACT.END] : [ACT.RAISE, ACT.GIVE, ACT.MOVE, ACT.END];
}

/** @typedef {"native" | "fluent" | "also" | "none"} Speaks How an advisor speaks a visitor's language: `also` is another language they share. */

/**
 * @typedef {object} Taker
 * @property {BoardStaff} staff
 * @property {Speaks} speaks
 * @property {"last_call" | null} blocked Why the call cannot be given to them.
 */

/** @type {readonly Speaks[]} */
const SPEAKS = ["native", "fluent", "also", "none"];

/** @param {BoardCall} call @param {BoardStaff} staff @returns {Speaks} */
function speaks({ language, also }, { languages }) {
  if (language in languages) return languages[language] === LEVEL.NATIVE ? "native" : "fluent";
  return also.some((code) => code in languages) ? "also" : "none";
}

/**
 * The advisors on duty to whom a call can be given: those who speak it first, whoever is free before whoever is busy. Whom
 * it rings and for whom it is kept already are left out.
 * @param {Desk} desk @param {BoardCall} call @returns {Taker[]}
 */
export function takers(desk, call) {
  const has = (/** @type {BoardStaff} */ { id }) => call.named === id || call.staff.includes(id);
  const busy = (/** @type {Taker} */ { staff }) => Number(staff.presence !== PRESENCE.AVAILABLE);
  return servers(desk)
    .filter((staff) => staff.role === ROLE.ADVISOR && isOnDuty(staff) && !has(staff))
    .map((staff) => ({ staff, speaks: speaks(call, staff), blocked: staff.last_call ? /** @type {const} */ ("last_call") : null }))
    .sort(
      (a, b) =>
        Number(Boolean(a.blocked)) - Number(Boolean(b.blocked)) ||
        SPEAKS.indexOf(a.speaks) - SPEAKS.indexOf(b.speaks) ||
        busy(a) - busy(b) ||
        (a.staff.name < b.staff.name ? -1 : 1),
    );
}

/**
 * The languages to which a call can be moved: those the visitor speaks too, then those with somebody on duty, then the rest;
 * each group in the order of the kiosk's tiles.
 * @param {Desk} desk @param {BoardCall} call @param {readonly string[]} codes
 * @returns {(LanguageRow & {known: boolean})[]} `known`: the visitor says that they speak it.
 */
export function languagesToMove(desk, call, codes) {
  const rows = new Map(languageRows(desk).map((row) => [row.language, row]));
  const rank = (/** @type {LanguageRow & {known: boolean}} */ row) => (row.known ? 0 : row.onDuty ? 1 : row.interpreters ? 2 : 3);
  return codes
    .filter((code) => code !== call.language)
    .map((code) => ({ ...(rows.get(code) ?? emptyRow(code)), known: call.also.includes(code) }))
    .sort((a, b) => rank(a) - rank(b));
}

/**
 * @typedef {object} StaffActs
 * @property {"in_call" | null} blocked Why nothing can be set now.
 * @property {{presence: SetStaff["presence"], blocked: "not_connected" | null}[]} presences What can be set.
 */

/**
 * What a staff member can be set to. Nobody is pulled out of a call, and who has no console open would be rung nowhere.
 * @param {BoardStaff} staff @returns {StaffActs}
 */
export function staffActs({ presence, calls, connected }) {
  if (calls > 0) return { blocked: "in_call", presences: [] };
  /** @type {SetStaff["presence"][]} */
  const wishes = [PRESENCE.AVAILABLE, PRESENCE.AWAY, PRESENCE.OFFLINE];
  return {
    blocked: null,
    presences: wishes
      .filter((wish) => wish !== presence)
      .map((wish) => ({ presence: wish, blocked: wish === PRESENCE.AVAILABLE && !connected ? "not_connected" : null })),
  };
}

/**
 * What setting somebody ends, whatever they are set to: an offer that rings, a visit or phone call at the desk, a wrap-up.
 * @param {BoardStaff} staff @returns {"ringing" | "serving" | "wrap_up" | null}
 */
export function endedBySetting({ presence }) {
  return presence === PRESENCE.RINGING || presence === PRESENCE.SERVING || presence === PRESENCE.WRAP_UP ? presence : null;
}

/** Whether the supervisor sets what somebody is doing: only of those who serve. @param {BoardStaff} staff */
export function canBeSet({ role }) {
  return role === ROLE.ADVISOR || role === ROLE.INTERPRETER;
}
