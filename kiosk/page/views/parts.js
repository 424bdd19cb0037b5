// Small parts of the kiosk's pages.
import { locale, t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { ROLE } from "shared/wire.gen.js";
import { DUTY } from "../waiting-model.js";

/** @typedef {import("shared/page.js").LanguageEntry} LanguageEntry */
/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** Words in the page's language with the English ones under them. @param {{words: string, english: string}} props */
export function Both({ words, english }) {
  if (words === english || locale.value.code === "en") return html`${words}`;
  return html`${words}<span class="in-english" lang="en" dir="ltr">${english}</span>`;
}

/** A language in its own name and script; what stands in brackets is said more quietly. @param {{language: LanguageEntry}} props */
export function Endonym({ language: { code, direction, endonym } }) {
  const [, name, variety] = /^(.*?)( \(.*\))?$/.exec(endonym) ?? [null, endonym, ""];
  return html`<bdi class="endonym" lang=${code} dir=${direction}>${name}${variety && html`<span class="variety">${variety}</span>`}</bdi>`;
}

/** A name for the middle of a sentence that may run the other way. @param {string} name */
export function isolated(name) {
  return `\u2068${name}\u2069`;
}

/** @param {Kiosk} kiosk @param {string | null | undefined} code @returns {LanguageEntry | null} */
export function entryOf(kiosk, code) {
  return kiosk.boot.languages.find((one) => one.code === code) ?? null;
}

/**
 * A notice that is spoken when it comes. It is there before its words, as screen readers want it.
 * @param {{icon: string, words: string | null, kind?: string, name?: string}} props `name`: which one it is, for tests.
 */
export function Notice({ icon, words, kind = "", name }) {
  return html`<div class="notice-place" role="status">
    ${words && html`<div class=${`notice ${kind}`} data-notice=${name}><${Icon} name=${icon} /><p>${words}</p></div>`}
  </div>`;
}

/** Who is there for a language. @param {Kiosk} kiosk @param {string | null} code */
export function dutyFor(kiosk, code) {
  return kiosk.duties.value.get(code ?? "") ?? DUTY.LATER;
}

/** What somebody in the conversation does. @param {{role: string}} person */
export function roleInWords({ role }) {
  return role === ROLE.INTERPRETER ? t("Interpreter") : t("Advisor");
}

/** What is honest where nobody on duty speaks a language. @param {import("shared/page.js").LanguageEntry | null} entry */
export function nobodyInWords(entry) {
  const language = isolated(entry?.endonym ?? "");
  return t("Nobody who speaks {language} is on duty just now. Somebody may come, but we cannot promise when. You can wait here or come back another time.", { language });
}
