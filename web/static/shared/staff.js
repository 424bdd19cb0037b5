// Words that the staff's pages share: presences, roles, languages, durations.
import { locale, number, runningTime, t, timeOfDay } from "./locale.js";
import { AWAY_REASON, LEVEL, PRESENCE, ROLE } from "./wire.gen.js";

/** @typedef {import("./page.js").Boot} Boot */
/** @typedef {import("./page.js").LanguageEntry} LanguageEntry */
/** @typedef {import("./wire.gen.js").Self} Self */

/** What somebody is doing. @param {Self["presence"]} presence */
export function presenceWords(presence) {
  return {
    [PRESENCE.OFFLINE]: t("Off duty"),
    [PRESENCE.AVAILABLE]: t("Available"),
    [PRESENCE.RINGING]: t("Being rung"),
    [PRESENCE.IN_CALL]: t("In a call"),
    [PRESENCE.SERVING]: t("Serving at the desk"),
    [PRESENCE.WRAP_UP]: t("Wrapping up"),
    [PRESENCE.AWAY]: t("Away"),
  }[presence];
}

/** The mark before a presence's words: a class of base.css. @param {Self["presence"]} presence */
export function presenceDot(presence) {
  return {
    [PRESENCE.OFFLINE]: "",
    [PRESENCE.AVAILABLE]: "dot-good",
    [PRESENCE.RINGING]: "dot-here",
    [PRESENCE.IN_CALL]: "dot-here",
    [PRESENCE.SERVING]: "dot-here",
    [PRESENCE.WRAP_UP]: "dot-here",
    [PRESENCE.AWAY]: "dot-warn",
  }[presence];
}

/** Why somebody is away, in two or three words; "" when they are not. @param {Self["away_reason"]} reason */
export function awayWords(reason) {
  if (reason === null) return "";
  return {
    [AWAY_REASON.BREAK]: t("on a break"),
    [AWAY_REASON.LUNCH]: t("at lunch"),
    [AWAY_REASON.MEETING]: t("in a meeting"),
    [AWAY_REASON.OTHER_WORK]: t("other work"),
    [AWAY_REASON.MISSED_OFFER]: t("an offer went unanswered"),
    [AWAY_REASON.SUPERVISOR]: t("set by the supervisor"),
  }[reason];
}

/** @param {Self["role"]} role */
export function roleWords(role) {
  return {
    [ROLE.KIOSK]: t("Kiosk"),
    [ROLE.ADVISOR]: t("Advisor"),
    [ROLE.INTERPRETER]: t("Interpreter"),
    [ROLE.SUPERVISOR]: t("Supervisor"),
    [ROLE.ADMINISTRATOR]: t("Administrator"),
    [ROLE.MUNICIPALITY]: t("Municipality"),
  }[role];
}

/** @param {Boot} boot @param {string} code @returns {LanguageEntry} A code that is not listed stands for itself. */
export function languageEntry(boot, code) {
  const known = boot.languages.find((entry) => entry.code === code);
  return known ?? { code, endonym: code, finnish: code, english: code, direction: "ltr", locale: code, complete: false };
}

/**
 * A language's name for staff, in the language of the page.
 * @param {Boot} boot @param {string} code
 */
export function languageName(boot, code) {
  const { finnish, english } = languageEntry(boot, code);
  const page = locale.value;
  if (page.code === "fi") return finnish;
  if (page.code === "en") return english;
  return new Intl.DisplayNames([page.locale], { type: "language", fallback: "none" }).of(code) ?? english;
}

/** @param {Boot} boot @param {string} code */
export function municipalityName(boot, code) {
  return boot.municipalities[code] ?? code;
}

/** Names one after the other, as the page's language joins them. @param {string[]} names */
export function listed(names) {
  return new Intl.ListFormat(locale.value.locale, { type: "unit", style: "short" }).format(names);
}

/** The codes of the languages somebody speaks: their own first, then in the order of the kiosk's tiles. @param {Boot} boot @param {Self["languages"]} languages */
export function ownFirst(boot, languages) {
  const own = (/** @type {string} */ code) => Number(languages[code] === LEVEL.NATIVE);
  const order = boot.languages.map(({ code }) => code);
  return Object.keys(languages).sort((a, b) => own(b) - own(a) || order.indexOf(a) - order.indexOf(b));
}

/** The names of the languages somebody speaks, their own first. @param {Boot} boot @param {Self["languages"]} languages */
export function languagesSpoken(boot, languages) {
  return listed(ownFirst(boot, languages).map((code) => languageName(boot, code)));
}

/** A running time that may be hours long ("3:07", "2:03:07"). @param {number} ms */
export function clock(ms) {
  const hours = Math.floor(Math.max(0, ms) / 3_600_000);
  if (!hours) return runningTime(ms);
  const twoDigits = new Intl.NumberFormat(locale.value.locale, { minimumIntegerDigits: 2 });
  const minutes = Math.floor((ms % 3_600_000) / 60_000);
  const seconds = Math.floor((ms % 60_000) / 1000);
  return `${number(hours)}:${twoDigits.format(minutes)}:${twoDigits.format(seconds)}`;
}

/** A moment: hours and minutes when it is of today, the day otherwise. @param {number} ms @param {number} nowMs */
export function moment(ms, nowMs) {
  if (new Date(ms).toDateString() === new Date(nowMs).toDateString()) return timeOfDay(ms);
  return new Intl.DateTimeFormat(locale.value.locale, { weekday: "short", day: "numeric", month: "numeric" }).format(ms);
}

/** @type {Record<string, string>} Fonts that only some languages need, by language. */
const FONTS = { th: "noto-sans-thai", ti: "noto-sans-ethiopic", zh: "noto-sans-sc" };

/** Have the font of a language's script at hand. @param {string} code */
export function needFont(code) {
  const font = FONTS[code];
  const address = `/static/vendor/fonts/${font}/index.css`;
  if (!font || document.querySelector(`link[href="${address}"]`)) return;
  document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: address }));
}
