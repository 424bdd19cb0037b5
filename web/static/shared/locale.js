// The page's language: gettext messages from the bridge, plural forms, numbers and times by the locale's rules.
import { signal } from "@preact/signals";

/**
 * @typedef {object} Catalogue
 * @property {string} code The language of config/languages.toml.
 * @property {string} locale For Intl.
 * @property {"ltr" | "rtl"} direction
 * @property {Record<string, string | string[]>} messages By their English text; plurals as lists of forms.
 */

/** @type {Catalogue} */
const ENGLISH = { code: "en", locale: "en", direction: "ltr", messages: {} };

export const locale = signal(ENGLISH);

const FETCH_WITHIN_MS = 5000;

/** @type {Map<string, Catalogue>} What was fetched once: the way back to a language needs no network. */
const fetched = new Map();

const PLURAL_ORDER = ["zero", "one", "two", "few", "many", "other"];

/**
 * Load the texts of a language and set the page's language and direction. A language whose catalogue is not complete
 * is shown in English, whose code the answer then carries.
 * @param {string} code
 */
export async function useLanguage(code) {
  let catalogue = fetched.get(code);
  if (!catalogue) {
    const response = await fetch(`/i18n/${encodeURIComponent(code)}.json`, { signal: AbortSignal.timeout(FETCH_WITHIN_MS) });
    if (!response.ok) throw new Error(`no texts for ${code}: ${response.status}`);
    catalogue = /** @type {Catalogue} */ (await response.json());
    fetched.set(code, catalogue);
  }
  locale.value = catalogue;
  document.documentElement.lang = locale.value.code;
  document.documentElement.dir = locale.value.direction;
}

/** @param {string} text @param {Record<string, string | number>} values */
function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === "number" ? number(value) : value;
  });
}

/**
 * The text in the page's language. Translators find it by its English words.
 * @param {string} text @param {Record<string, string | number>} [values] For {names} in the text.
 */
export function t(text, values = {}) {
  const message = locale.value.messages[text];
  return filled(typeof message === "string" && message ? message : text, values);
}

/** The text for a number of things; {n} stands for the number. @param {string} one @param {string} many @param {number} n */
export function tn(one, many, n) {
  const { messages, locale: name } = locale.value;
  const forms = messages[one];
  if (!Array.isArray(forms)) return filled(n === 1 ? one : many, { n });
  const rules = new Intl.PluralRules(name);
  const categories = PLURAL_ORDER.filter((category) => rules.resolvedOptions().pluralCategories.includes(/** @type {any} */ (category)));
  const index = Math.min(categories.indexOf(rules.select(n)), forms.length - 1);
  return filled(forms[index], { n });
}

/** @param {number} value */
export function number(value) {
  return new Intl.NumberFormat(locale.value.locale).format(value);
}

/** Hours and minutes of a moment. @param {number} ms */
export function timeOfDay(ms) {
  return new Intl.DateTimeFormat(locale.value.locale, { hour: "2-digit", minute: "2-digit" }).format(ms);
}

/** A running duration as minutes and seconds ("3:07"). @param {number} ms */
export function runningTime(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const digits = new Intl.NumberFormat(locale.value.locale, { minimumIntegerDigits: 2 });
  return `${number(Math.floor(seconds / 60))}:${digits.format(seconds % 60)}`;
}

/** A wait in words. @param {number} ms */
export function waitInWords(ms) {
  const minutes = Math.floor(Math.max(0, ms) / 60000);
  if (minutes < 1) return t("less than a minute");
  return tn("{n} minute", "{n} minutes", minutes);
}
