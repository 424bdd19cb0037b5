// The supervisor's words for what is derived from the desk.
import { all } from "shared/desk.js";
import { t, tn, waitInWords } from "shared/locale.js";
import { languageName, listed, municipalityName } from "shared/staff.js";
import { ASK, CALL_CHANNEL, CALL_STATE, GENDER, ROLE, TIER_NAME, WAITING_NOTICE } from "shared/wire.gen.js";
import { EVERYBODY, peopleOf } from "./model.js";

/** @typedef {import("shared/page.js").Boot} Boot */
/** @typedef {import("shared/desk.js").Desk} Desk */
/** @typedef {import("shared/wire.gen.js").BoardCall} BoardCall */
/** @typedef {import("shared/wire.gen.js").Notice} Notice */

/** @param {BoardCall["state"]} state */
export function callStateWords(state) {
  return {
    [CALL_STATE.WAITING]: t("Waiting"),
    [CALL_STATE.RINGING]: t("Ringing"),
    [CALL_STATE.CONNECTED]: t("In conversation"),
    [CALL_STATE.ENDED]: t("Over"),
  }[state];
}

/** The mark before a call's state. @param {BoardCall["state"]} state */
export function callStateDot(state) {
  if (state === CALL_STATE.CONNECTED) return "dot-good";
  return state === CALL_STATE.WAITING || state === CALL_STATE.RINGING ? "dot-here" : "";
}

/** @param {BoardCall["channel"]} channel */
export function channelWords(channel) {
  return channel === CALL_CHANNEL.CHAT ? t("Writing only") : t("Picture and sound");
}

/** By what kind of advisor a call is served or rings; "" while it waits. @param {Pick<BoardCall, "tier" | "state">} call */
export function tierWords({ tier, state }) {
  switch (tier) {
    case TIER_NAME.NATIVE:
      return t("Advisor whose own language it is");
    case TIER_NAME.FLUENT:
      return t("Advisor who speaks it well");
    case TIER_NAME.OTHER_LANGUAGE:
      return t("Advisor in another language");
    case TIER_NAME.INTERPRETED:
      return t("Advisor and interpreter");
    default:
      return state === CALL_STATE.WAITING ? "" : t("Advisor asked for by name");
  }
}

/** By whom the visitor wishes to be served; "" without a wish. @param {BoardCall["wish"]} wish */
export function wishWords(wish) {
  if (wish === GENDER.WOMAN) return t("wishes for a woman");
  return wish === GENDER.MAN ? t("wishes for a man") : "";
}

/** Where a call's kiosk is. A kiosk whose name says its municipality needs no second one. @param {Boot} boot @param {Desk} desk @param {BoardCall} call */
export function placeWords(boot, desk, { kiosk, municipality }) {
  const name = municipalityName(boot, municipality);
  const known = all(desk, "board_kiosk").find(({ id }) => id === kiosk);
  if (!known) return name;
  return known.name.includes(name) ? known.name : `${name}, ${known.name}`;
}

/** Which call it is, in a few words. @param {Boot} boot @param {BoardCall} call */
export function callWords(boot, { language, municipality }) {
  return t("{language}, {place}", { language: languageName(boot, language), place: municipalityName(boot, municipality) });
}

/** A staff member's name by their id. @param {Desk} desk @param {string} id */
export function staffName(desk, id) {
  return all(desk, "board_staff").find((staff) => staff.id === id)?.name ?? id;
}

/** The names of those in a call, who serves first; an interpreter is said to be one. @param {Desk} desk @param {readonly string[]} ids */
export function peopleWords(desk, ids) {
  const roles = new Map(all(desk, "board_staff").map(({ id, role }) => [id, role]));
  const named = (/** @type {string} */ id) =>
    roles.get(id) === ROLE.INTERPRETER ? t("{name} (interpreter)", { name: staffName(desk, id) }) : staffName(desk, id);
  return listed(ids.map(named));
}

/** Who is rung, who serves, or for whom the call is kept. @param {Desk} desk @param {BoardCall} call */
export function withWords(desk, call) {
  const { people, rung } = peopleOf(call);
  const parts = [
    people.length ? peopleWords(desk, people) : "",
    rung.length ? t("rings at: {names}", { names: peopleWords(desk, rung) }) : "",
    call.named && !rung.includes(call.named) ? t("kept for: {name}", { name: staffName(desk, call.named) }) : "",
  ];
  return parts.filter(Boolean).join(" · ");
}

/** Whom a conversation waits for; "" when for nobody. @param {Boot} boot @param {Desk} desk @param {BoardCall} call @param {number} nowMs */
export function askWords(boot, desk, { ask }, nowMs) {
  if (!ask) return "";
  const time = waitInWords(nowMs - ask.since_ms);
  const { language, staff } = ask;
  if (ask.ask === ASK.COLLEAGUE && staff) return t("waits for {name}, {time}", { name: staffName(desk, staff), time });
  if (language) return t("waits for an interpreter ({language}), {time}", { language: languageName(boot, language), time });
  return t("waits for an interpreter, {time}", { time });
}

/** What those who wait read: the same texts as the kiosk's. @param {Notice["notice"]} notice */
export function noticeWords(notice) {
  return {
    [WAITING_NOTICE.LONGER_WAIT]: t("The wait is longer than usual today. Thank you for your patience."),
    [WAITING_NOTICE.SHORT_BREAK]: t("There is a short break. We will go on in a moment."),
    [WAITING_NOTICE.TECHNICAL]: t("We have a technical problem. Your place is kept."),
    [WAITING_NOTICE.CLOSING_SOON]: t("We close soon. Those who wait now are still served."),
    [WAITING_NOTICE.COME_ANOTHER_DAY]: t("There are very many visitors today. If you can, please come another day."),
  }[notice];
}

/** To whom a message is. @param {Boot} boot @param {string | null} language Also the id of a Notice. */
export function audienceWords(boot, language) {
  if (language === null || language === EVERYBODY) return t("Everybody who waits");
  return t("Those who wait for: {language}", { language: languageName(boot, language) });
}

/**
 * The worst thing in a sentence, and what can be done about it.
 * @param {Boot} boot @param {import("./model.js").Worst} worst @param {number} nowMs
 * @returns {{sentence: string, advice: string}}
 */
export function worstWords(boot, worst, nowMs) {
  switch (worst.kind) {
    case "unstaffed":
      return {
        sentence: t("Somebody in {municipality} has waited {time} for {language}, and nobody on duty can serve them.", callValues(boot, worst)),
        advice: t("Ask somebody who speaks it to go available, give the call to an advisor, or move it to another language."),
      };
    case "unspoken":
      return {
        sentence: t("Somebody in {municipality} has waited {time} for {language}, and nobody on duty speaks it.", callValues(boot, worst)),
        advice: t("They can be helped only in another language that they speak: {languages}. Ask somebody who speaks {language} to go available.", {
          ...callValues(boot, worst),
          languages: listed(worst.call.also.map((code) => languageName(boot, code))),
        }),
      };
    case "long_wait":
      return {
        sentence: t("Somebody in {municipality} has waited {time} for {language}.", callValues(boot, worst)),
        advice: longWaitAdvice(worst.call),
      };
    case "kiosk":
      return {
        sentence:
          worst.count > 1
            ? tn("{n} kiosk is not connected.", "{n} kiosks are not connected.", worst.count)
            : t("The kiosk {name} is not connected.", { name: worst.kiosk.name }),
        advice: t("For {time}. If the library is open, ask its staff to look at the kiosk.", {
          time: waitInWords(nowMs - worst.kiosk.since_ms),
        }),
      };
    case "waiting":
      return {
        sentence: tn("{n} visitor waits.", "{n} visitors wait.", worst.count),
        advice: t("The longest wait so far: {time}.", { time: waitInWords(worst.longestMs) }),
      };
    case "nobody_on_duty":
      return {
        sentence: t("Nobody is on duty, and kiosks are open to visitors."),
        advice: t("Whoever touches a language now is told that nobody is here for it."),
      };
    default:
      return { sentence: t("Nobody is waiting."), advice: "" };
  }
}

/** @param {BoardCall} call */
function longWaitAdvice({ state, named }) {
  if (state === CALL_STATE.RINGING) return t("It is being offered to an advisor now.");
  if (named) return t("It is kept for one advisor by name.");
  return t("Everybody who speaks it is busy or has passed the call on.");
}

/** @param {Boot} boot @param {{call: BoardCall, waitMs: number}} worst */
function callValues(boot, { call, waitMs }) {
  return {
    municipality: municipalityName(boot, call.municipality),
    time: waitInWords(waitMs),
    language: languageName(boot, call.language),
  };
}
