// What the console's buttons and keys do: one command each, with what is under way and what was refused as signals.
import { signal } from "@preact/signals";
import { EVENT, PRESENCE } from "../shared/wire.gen.js";
import { wrapUpFields } from "./draft.js";

/** @typedef {import("../shared/wire.gen.js").Refusal} Refusal */
/** @typedef {import("../shared/wire.gen.js").SetPresence} SetPresence */
/** @typedef {import("../shared/wire.gen.js").WrapUp} WrapUp */

/**
 * @param {import("../shared/connection.js").Connection} connection
 * @param {() => void} [beforeEnd] What is to be told of a call before it is over.
 */
export function createActions(connection, beforeEnd = () => {}) {
  const underWay = signal(/** @type {readonly string[]} */ ([]));
  const endedHere = signal("");
  const passedOn = signal(false);
  const refused = signal(/** @type {{event: string, code: Refusal["code"]} | null} */ (null));

  /**
   * Send a command, unless the same one is still under way.
   * @param {string} event @param {object} fields @returns {Promise<boolean>} Whether it was carried out.
   */
  async function act(event, fields) {
    if (underWay.value.includes(event)) return false;
    underWay.value = [...underWay.value, event];
    refused.value = null;
    const answer = await connection.command(event, fields);
    underWay.value = underWay.value.filter((other) => other !== event);
    if (!answer.ok) refused.value = { event, code: answer.code };
    return answer.ok;
  }

  const setPresence = (/** @type {SetPresence["presence"]} */ presence) => act(EVENT.SET_PRESENCE, { presence });

  return {
    /** Events of the commands that wait for their answer. */
    underWay,
    /** The call that was last ended on this page. */
    endedHere,
    /** The last command's refusal, until the next command. */
    refused,
    forgetRefusal() {
      refused.value = null;
      passedOn.value = false;
    },
    goAvailable: () => setPresence(PRESENCE.AVAILABLE),
    takeBreak: () => setPresence(PRESENCE.AWAY),
    finish: () => setPresence(PRESENCE.OFFLINE),
    /** @param {string} offer */
    accept: (offer) => act(EVENT.ACCEPT, { offer }),
    /** @param {string} offer */
    async decline(offer) {
      passedOn.value = await act(EVENT.DECLINE, { offer });
    },
    /** Whether the last offer was passed on from here. */
    passedOn,
    /** @param {string} call */
    end(call) {
      endedHere.value = call;
      beforeEnd();
      return act(EVENT.END, { call });
    },
    /** @param {import("./draft.js").Draft} draft @param {WrapUp["then"]} then */
    wrapUp: (draft, then) => act(EVENT.WRAP_UP, wrapUpFields(draft, then)),
    claim: () => connection.claim(),
  };
}
