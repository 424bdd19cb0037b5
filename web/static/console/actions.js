// What the console's buttons and keys do: one command each, with what is under way and what was refused as signals.
import { signal } from "@preact/signals";
import { EVENT, OFFER_KIND, PRESENCE } from "../shared/wire.gen.js";
import { wrapUpFields } from "./draft.js";

/** @typedef {import("../shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("../shared/wire.gen.js").Refusal} Refusal */
/** @typedef {import("../shared/wire.gen.js").SetPresence} SetPresence */
/** @typedef {import("../shared/wire.gen.js").WrapUp} WrapUp */
/** @typedef {ReturnType<typeof createActions>} Actions */

/**
 * @param {import("../shared/connection.js").Connection} connection
 * @param {(call: string) => void} [beforeEnd] What is to be told of a call before it is over here.
 */
export function createActions(connection, beforeEnd = () => {}) {
  const underWay = signal(/** @type {readonly string[]} */ ([]));
  const passedOn = signal(false);
  const awayFor = signal(/** @type {NonNullable<SetPresence["reason"]> | null} */ (null));
  const refused = signal(/** @type {{event: string, code: Refusal["code"]} | null} */ (null));
  /** @type {Map<string, string>} */
  const done = new Map();

  /**
   * Send a command, unless the same one is still under way.
   * @param {string} event @param {object} fields @param {string} [about] The call or offer it is about.
   * @returns {Promise<boolean>} Whether it was carried out.
   */
  async function act(event, fields, about = "") {
    const name = named(event, about);
    if (underWay.value.includes(name)) return false;
    underWay.value = [...underWay.value, name];
    refused.value = null;
    const answer = await connection.command(event, fields);
    underWay.value = underWay.value.filter((other) => other !== name);
    if (!answer.ok) refused.value = { event, code: answer.code };
    return answer.ok;
  }

  /**
   * A command about a call or an offer that changes it by one's own doing: the fact may come before the answer.
   * @param {string} doing @param {string} event @param {object} fields @param {string} about
   */
  async function own(doing, event, fields, about) {
    done.set(about, doing);
    const carriedOut = await act(event, fields, about);
    if (!carriedOut) done.delete(about);
    return carriedOut;
  }

  /** Leave a call, having told what is known of its media. @param {string} doing @param {string} event @param {{call: string} & Record<string, unknown>} fields */
  function leave(doing, event, fields) {
    beforeEnd(fields.call);
    return own(doing, event, fields, fields.call);
  }

  /** @param {SetPresence["presence"]} presence @param {SetPresence["reason"]} [reason] */
  async function setPresence(presence, reason) {
    const away = presence === PRESENCE.AWAY ? (reason ?? "break") : null;
    const before = awayFor.value;
    // The fact may come before the answer.
    awayFor.value = away;
    const carriedOut = await act(EVENT.SET_PRESENCE, { presence, ...(away && { reason: away }) });
    if (!carriedOut) awayFor.value = before;
    return carriedOut;
  }

  return {
    /** Whether this command waits for its answer. @param {string} event @param {string} [about] */
    isUnderWay: (event, about = "") => underWay.value.includes(named(event, about)),
    /** What was done here, by call or offer, since the page was loaded. */
    done: /** @type {import("./changes.js").Done} */ (done),
    /** The last command's refusal, until the next command. */
    refused,
    forgetRefusal() {
      refused.value = null;
      passedOn.value = false;
    },
    setPresence,
    goAvailable: () => setPresence(PRESENCE.AVAILABLE),
    takeBreak: () => setPresence(PRESENCE.AWAY, "break"),
    finish: () => setPresence(PRESENCE.OFFLINE),
    /** Why one said last on this page that one is away, or will be after one's chats; the desk tells that only once one is. */
    awayFor,
    /** Be what one said in one's last chats, once they are wrapped up. @param {"away" | "offline"} presence */
    leaveAsSaid: (presence) => setPresence(presence, awayFor.value),
    /** @param {number | null} ends_at_ms */
    setShift: (ends_at_ms) => act(EVENT.SET_SHIFT, { ends_at_ms }),
    /** @param {"visit" | "phone"} work @param {string} language "" when it is not said. */
    serve: (work, language) => act(EVENT.SERVE, { work, language: language || null }),
    served: () => act(EVENT.SERVED, {}),
    /** @param {string} offer */
    accept: (offer) => act(EVENT.ACCEPT, { offer }, offer),
    /** @param {{id: string, offer: OwnOffer["offer"]}} offer */
    async decline({ id, offer }) {
      const declined = await own("decline", EVENT.DECLINE, { offer: id }, id);
      passedOn.value = declined && offer === OFFER_KIND.SERVE;
    },
    /** Whether the last offer was a visitor's, passed on from here. */
    passedOn,
    /** @param {string} call */
    end: (call) => leave("end", EVENT.END, { call }),
    /** @param {string} call */
    stepOut: (call) => leave("step_out", EVENT.STEP_OUT, { call }),
    /** @param {string} call @param {{language: string | null, staff: string | null}} to One of the two. */
    transfer: (call, to) => leave("transfer", EVENT.TRANSFER, { call, language: to.language, staff: to.staff }),
    /** @param {string} call @param {string} language */
    askInterpreter: (call, language) => own("ask", EVENT.ASK_INTERPRETER, { call, language }, call),
    /** @param {string} call @param {string} staff */
    invite: (call, staff) => own("ask", EVENT.INVITE, { call, staff }, call),
    /** @param {string} call */
    cancelAsk: (call) => own("cancel_ask", EVENT.CANCEL_ASK, { call }, call),
    /** @param {import("./draft.js").Draft} draft @param {WrapUp["then"]} then */
    wrapUp: (draft, then) => act(EVENT.WRAP_UP, wrapUpFields(draft, then), draft.call),
    /** @param {string} call */
    extend: (call) => act(EVENT.EXTEND_WRAP_UP, { call }, call),
    claim: () => connection.claim(),
  };
}

/** @param {string} event @param {string} about */
function named(event, about) {
  return `${event} ${about}`;
}
