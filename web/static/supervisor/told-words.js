// What came of the supervisor's last command, in words.
import { t } from "shared/locale.js";
import { languageName, presenceWords } from "shared/staff.js";
import { ERROR_CODE, EVENT, PRESENCE } from "shared/wire.gen.js";
import { audienceWords, callWords } from "./words.js";

/** @typedef {import("shared/page.js").Boot} Boot */
/** @typedef {import("./actions.js").Deed} Deed */
/** @typedef {import("./actions.js").Told} Told */

/** @param {Boot} boot @param {Told} told */
export function toldWords(boot, told) {
  return told.refused === null ? doneWords(boot, told) : refusalWords(boot, told, told.refused);
}

/** @param {Boot} boot @param {Deed} deed */
function named(boot, { call, staff, language }) {
  return {
    call: call ? callWords(boot, call) : "",
    name: staff?.name ?? "",
    language: language ? languageName(boot, language) : "",
  };
}

/** @param {Boot} boot @param {Deed} deed */
function doneWords(boot, deed) {
  const values = named(boot, deed);
  switch (deed.event) {
    case EVENT.RAISE_CALL:
      return t("Put in front: {call}.", values);
    case EVENT.GIVE_CALL:
      return t("Given to {name}: {call}. It rings there as soon as they are free.", values);
    case EVENT.MOVE_CALL:
      return t("Moved to another language: {call}. Now it waits for: {language}.", values);
    case EVENT.END_CALL:
      return t("Ended: {call}.", values);
    case EVENT.SET_STAFF:
      return t("{name} was set to: {presence}.", { ...values, presence: presenceWords(deed.presence ?? PRESENCE.AVAILABLE) });
    case EVENT.SET_LANGUAGE:
      return deed.open ? t("Open to new visitors again: {language}.", values) : t("Closed to new visitors: {language}.", values);
    case EVENT.SET_NOTICE:
      return noticeDoneWords(boot, deed);
    default:
      return t("Done.");
  }
}

/** @param {Boot} boot @param {Deed} deed */
function noticeDoneWords(boot, { language = null, notice }) {
  const audience = audienceWords(boot, language);
  return notice ? t("The message is shown now. {audience}.", { audience }) : t("The message was taken back. {audience}.", { audience });
}

/** What was refused, and how things are. @param {Boot} boot @param {Deed} deed @param {NonNullable<Told["refused"]>} code */
function refusalWords(boot, deed, code) {
  const values = named(boot, deed);
  switch (code) {
    case ERROR_CODE.WRONG_STATE:
      if (deed.event === EVENT.SET_STAFF) return t("{name} is in a call now. Set it again when the call is over.", values);
      if (deed.call) return t("The call does not wait any more: {call}. Nothing was changed.", values);
      return t("Things have changed in the meantime; the page shows how they are now.");
    case ERROR_CODE.CALL_OVER:
      return t("The call is over already: {call}.", values);
    case ERROR_CODE.NOT_ON_DUTY:
      return deed.call
        ? t("{name} takes no new calls any more. The call keeps its place.", values)
        : t("{name} has no console open. Nothing was changed.", values);
    case ERROR_CODE.DESK_UNAVAILABLE:
      return t("The service did not answer. Try again in a moment.");
    case ERROR_CODE.NOT_SIGNED_IN:
      return t("You are signed out. Sign in again.");
    case ERROR_CODE.TOO_MANY:
      return t("That was too much at once. Wait a moment and try again.");
    default:
      return t("The service refused it ({code}). Load the page again; if that does not help, tell your administrator.", { code });
  }
}
