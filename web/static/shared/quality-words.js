// The quality of a call in words: exact for staff, simple for visitors.
import { t } from "./locale.js";
import { TROUBLE } from "./wire.gen.js";

/** @typedef {"staff" | "visitor"} Audience */

/**
 * @param {import("./quality.js").Level} level @param {import("./quality.js").Reason} reason @param {Audience} [audience]
 * @returns {string}
 */
export function qualityWords(level, reason, audience = "staff") {
  if (audience === "visitor") return simpleWords(level);
  if (level === "good") return t("The connection is good");
  return level === "fair" ? fairWords(reason) : poorWords(reason);
}

/** @param {import("./quality.js").Reason} reason */
function fairWords(reason) {
  switch (reason) {
    case TROUBLE.LOSS:
      return t("A little of picture and sound gets lost on the way");
    case TROUBLE.DELAY:
      return t("Picture and sound arrive a little late");
    case TROUBLE.BANDWIDTH:
      return t("The line is narrow: the picture is less sharp");
    case TROUBLE.CPU:
      return t("A computer is busy: the picture may falter");
    default:
      return t("The connection is fair");
  }
}

/** @param {import("./quality.js").Reason} reason */
function poorWords(reason) {
  switch (reason) {
    case TROUBLE.LOSS:
      return t("Much of picture and sound gets lost on the way. Speak in short sentences, or write.");
    case TROUBLE.DELAY:
      return t("Picture and sound arrive late. Leave a pause before you answer.");
    case TROUBLE.BANDWIDTH:
      return t("The line is too narrow for the picture. Turning a camera off helps the sound.");
    case TROUBLE.CPU:
      return t("A computer is too busy for the picture. Close other programs on yours.");
    default:
      return t("The connection is poor");
  }
}

/** @param {import("./quality.js").Level} level */
function simpleWords(level) {
  if (level === "good") return t("The connection is good.");
  if (level === "fair") return t("The connection is a little weak just now.");
  return t("The connection is weak. Speak slowly, one after the other. You can also write.");
}

/**
 * Why a picture is not sent while its camera is on. @param {Audience} audience @param {"own" | "theirs"} whose
 * @returns {string}
 */
export function pausedWords(audience, whose) {
  if (whose === "own") return t("Your picture is paused to keep the sound.");
  if (audience === "staff") return t("The visitor's picture is paused to keep the sound.");
  return t("The picture is paused to keep the sound.");
}
