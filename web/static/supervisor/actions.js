// What the supervisor's buttons do: one command each, with what is under way and what came of the last one as signals.
import { signal } from "@preact/signals";
import { EVENT } from "../shared/wire.gen.js";

/** @typedef {import("../shared/wire.gen.js").BoardCall} BoardCall */
/** @typedef {import("../shared/wire.gen.js").BoardStaff} BoardStaff */
/** @typedef {import("../shared/wire.gen.js").Refusal} Refusal */
/** @typedef {import("../shared/wire.gen.js").SetStaff} SetStaff */
/** @typedef {import("../shared/wire.gen.js").SetNotice} SetNotice */

/**
 * @typedef {object} Deed What was done, or was to be done: with whom it concerns as they were then.
 * @property {string} event
 * @property {BoardCall} [call]
 * @property {BoardStaff} [staff]
 * @property {string | null} [language]
 * @property {SetStaff["presence"]} [presence]
 * @property {boolean} [open]
 * @property {SetNotice["notice"]} [notice]
 */

/** @typedef {Deed & {refused: Refusal["code"] | null}} Told */

/** @param {Pick<import("../shared/connection.js").Connection, "command">} connection */
export function createActions(connection) {
  const underWay = signal(/** @type {readonly string[]} */ ([]));
  const told = signal(/** @type {Told | null} */ (null));

  /**
   * Send a command, unless the same one is still under way.
   * @param {Deed} deed @param {object} fields @returns {Promise<boolean>} Whether it was carried out.
   */
  async function act(deed, fields) {
    const command = JSON.stringify([deed.event, fields]);
    if (underWay.value.includes(command)) return false;
    underWay.value = [...underWay.value, command];
    told.value = null;
    const answer = await connection.command(deed.event, fields);
    underWay.value = underWay.value.filter((other) => other !== command);
    told.value = { ...deed, refused: answer.ok ? null : answer.code };
    return answer.ok;
  }

  return {
    /** The commands that wait for their answer. */
    underWay,
    /** What came of the last command, until the next one. */
    told,
    forget() {
      told.value = null;
    },
    /** @param {BoardCall} call */
    raise: (call) => act({ event: EVENT.RAISE_CALL, call }, { call: call.id }),
    /** @param {BoardCall} call @param {BoardStaff} staff */
    give: (call, staff) => act({ event: EVENT.GIVE_CALL, call, staff }, { call: call.id, staff: staff.id }),
    /** @param {BoardCall} call @param {string} language */
    move: (call, language) => act({ event: EVENT.MOVE_CALL, call, language }, { call: call.id, language }),
    /** @param {BoardCall} call */
    end: (call) => act({ event: EVENT.END_CALL, call }, { call: call.id }),
    /** @param {BoardStaff} staff @param {SetStaff["presence"]} presence */
    setStaff: (staff, presence) => act({ event: EVENT.SET_STAFF, staff, presence }, { staff: staff.id, presence }),
    /** @param {string} language */
    closeLanguage: (language) => act({ event: EVENT.SET_LANGUAGE, language, open: false }, { language, open: false }),
    /** @param {string} language */
    openLanguage: (language) => act({ event: EVENT.SET_LANGUAGE, language, open: true }, { language, open: true }),
    /** @param {string | null} language Null: to everybody. @param {SetNotice["notice"]} notice Null takes it back. */
    setNotice: (language, notice) => act({ event: EVENT.SET_NOTICE, language, notice }, { language, notice }),
  };
}
