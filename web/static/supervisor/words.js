// The supervisor's words for what is derived from the desk.
import { t, tn, waitInWords } from "shared/locale.js";
import { languageName, municipalityName } from "shared/staff.js";
import { CALL_STATE } from "shared/wire.gen.js";

/** @typedef {import("shared/page.js").Boot} Boot */

/** @param {import("shared/wire.gen.js").BoardCall["state"]} state */
export function callStateWords(state) {
  return {
    [CALL_STATE.WAITING]: t("Waiting"),
    [CALL_STATE.RINGING]: t("Ringing"),
    [CALL_STATE.CONNECTED]: t("In conversation"),
    [CALL_STATE.ENDED]: t("Over"),
  }[state];
}

/** The mark before a call's state. @param {import("shared/wire.gen.js").BoardCall["state"]} state */
export function callStateDot(state) {
  if (state === CALL_STATE.CONNECTED) return "dot-good";
  return state === CALL_STATE.WAITING || state === CALL_STATE.RINGING ? "dot-here" : "";
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
        sentence: t("Somebody in {municipality} has waited {time} for {language}, and nobody on duty speaks it.", callValues(boot, worst)),
        advice: t("Ask somebody who speaks it to go available."),
      };
    case "long_wait":
      return {
        sentence: t("Somebody in {municipality} has waited {time} for {language}.", callValues(boot, worst)),
        advice:
          worst.call.state === CALL_STATE.RINGING
            ? t("It is being offered to an advisor now.")
            : t("Everybody who speaks it is busy or has passed the call on."),
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

/** @param {Boot} boot @param {{call: import("shared/wire.gen.js").BoardCall, waitMs: number}} worst */
function callValues(boot, { call, waitMs }) {
  return {
    municipality: municipalityName(boot, call.municipality),
    time: waitInWords(waitMs),
    language: languageName(boot, call.language),
  };
}
