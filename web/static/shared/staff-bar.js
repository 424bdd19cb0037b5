// Parts of the bar at the top of the staff's pages: the line to the bridge, and the menu with one's own name.
import { signal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { locale, t, useLanguage } from "./locale.js";
import { Icon, html } from "./ui.js";
import { ERROR_CODE } from "./wire.gen.js";
import { languageEntry, languageName, needFont } from "./staff.js";

/** @typedef {import("./page.js").Boot} Boot */
/** @typedef {import("./page.js").LineState} LineState */

/** A language in the page's words, and under or beside it in its own. @param {{boot: Boot, code: string}} props */
export function LanguageLabel({ boot, code }) {
  needFont(code);
  const { endonym, direction } = languageEntry(boot, code);
  const name = languageName(boot, code);
  if (name.toLowerCase() === endonym.toLowerCase()) return html`<span class="language">${endonym}</span>`;
  return html`<span class="language">
    ${name} <bdi class="language-own quiet" lang=${code} dir=${direction}>${endonym}</bdi>
  </span>`;
}

/** @param {{line: {state: LineState, code: string | null}}} props */
export function LineState({ line }) {
  const connected = line.state === "connected";
  const words = {
    connecting: t("Connecting"),
    connected: t("Connected"),
    lost: t("No connection"),
    refused: t("Not connected"),
  }[line.state];
  return html`<span class=${`line-state ${connected ? "quiet" : ""}`} data-line=${line.state}>
    <${Icon} name=${connected ? "wifi" : "wifi-off"} />${words}
  </span>`;
}

/** What is wrong with the line, across the page. @param {{line: {state: LineState, code: string | null}, words: string}} props */
export function LineBanner({ line, words }) {
  if (line.state === "refused") return html`<${Refused} code=${line.code} />`;
  if (line.state !== "lost") return null;
  return html`<div class="notice notice-warn banner" role="status"><${Icon} name="wifi-off" /><p>${words}</p></div>`;
}

/** @param {{code: string | null}} props */
function Refused({ code }) {
  const signedOut = code === ERROR_CODE.NOT_SIGNED_IN || code === ERROR_CODE.NOT_ALLOWED;
  return html`<div class="notice notice-end banner" role="alert">
    <${Icon} name="circle-alert" />
    <p>
      ${signedOut
        ? t("You are signed out.")
        : t("The service did not let this page in. Load the page again; if that does not help, tell your administrator.")}
    </p>
    ${signedOut && html`<a class="button" href="/">${t("Sign in")}</a>`}
  </div>`;
}

const dark = signal(false);
const textsMissing = signal(false);

/** @param {string} code */
async function choosePageLanguage(code) {
  try {
    await useLanguage(code);
    textsMissing.value = false;
  } catch {
    textsMissing.value = true;
  }
}

/** @param {boolean} on */
function setDark(on) {
  dark.value = on;
  if (on) document.documentElement.dataset.theme = "dark";
  else delete document.documentElement.dataset.theme;
}

/**
 * One's own menu: the page's language, light or dark, sign out.
 * @param {{boot: Boot, name: string, note: string, stay?: string | null}} props `note` goes under the name; `stay`
 *   says why signing out has to wait.
 */
export function MeMenu({ boot, name, note, stay = null }) {
  return html`<${Popover} class="me" icon="user-round" words=${html`<span><b>${name}</b> <span class="me-note quiet">${note}</span></span>`}>
    <${LanguageSwitch} boot=${boot} />
    <button type="button" class="button button-quiet" aria-pressed=${String(dark.value)} data-action="theme" onClick=${() => setDark(!dark.value)}>
      <${Icon} name="sun-moon" />${t("Dark page")}
    </button>
    ${!boot.demo && html`<a class="button button-quiet button-wide" href=${`/account?seat=${boot.seat}`} data-action="account">
      <${Icon} name="user-round" />${t("Own account")}
    </a>`}
    <form method="post" action="/sign-out">
      <input type="hidden" name="seat" value=${boot.seat} />
      <button class="button button-quiet button-wide" disabled=${Boolean(stay)} data-action="sign-out">
        <${Icon} name="log-out" />${t("Sign out")}
      </button>
    </form>
    ${stay && html`<p class="small quiet">${stay}</p>`}
  <//>`;
}

/**
 * A menu that opens under its name. Escape and whatever happens outside close it.
 * @param {{class: string, icon: string, words: any, children?: any, action?: string, onToggle?: (open: boolean) => void}} props
 */
export function Popover({ class: name, icon, words, children, action, onToggle = () => {} }) {
  const menu = useRef(/** @type {HTMLDetailsElement | null} */ (null));
  useEffect(() => {
    const closeFromOutside = (/** @type {Event} */ event) => {
      const details = menu.current;
      if (details?.open && !details.contains(/** @type {Node} */ (event.target))) details.open = false;
    };
    // Escape closes the menu and means nothing else then, not even while an offer rings. The focus may be nowhere: what
    // had it in the menu may be gone.
    const closeByKey = (/** @type {KeyboardEvent} */ event) => {
      if (event.key !== "Escape" || !menu.current?.open) return;
      event.preventDefault();
      event.stopPropagation();
      menu.current.open = false;
      menu.current.querySelector("summary")?.focus();
    };
    document.addEventListener("pointerdown", closeFromOutside);
    document.addEventListener("focusin", closeFromOutside);
    document.addEventListener("keydown", closeByKey, { capture: true });
    return () => {
      document.removeEventListener("pointerdown", closeFromOutside);
      document.removeEventListener("focusin", closeFromOutside);
      document.removeEventListener("keydown", closeByKey, { capture: true });
    };
  }, []);
  return html`<details
    class=${name}
    ref=${menu}
    onToggle=${(/** @type {Event} */ { target }) => target === menu.current && onToggle(Boolean(menu.current?.open))}
  >
    <summary class="me-name" data-action=${action}>
      <${Icon} name=${icon} />
      ${typeof words === "string" ? html`<span>${words}</span>` : words}
      <${Icon} name="chevron-down" />
    </summary>
    <div class="me-menu card">${children}</div>
  </details>`;
}

/** @param {{boot: Boot}} props */
function LanguageSwitch({ boot }) {
  const complete = boot.languages.filter((entry) => entry.complete);
  return html`<fieldset class="me-languages">
    <legend class="small">${t("Language of this page")}</legend>
    ${complete.map(
      ({ code, endonym, direction }) => html`<label class="choice" key=${code}>
        <input type="radio" name="page-language" value=${code} checked=${locale.value.code === code} onChange=${() => choosePageLanguage(code)} />
        <span lang=${code} dir=${direction}>${endonym}</span>
      </label>`,
    )}
    ${textsMissing.value && html`<p class="field-error small" role="alert">${t("The texts could not be loaded. The page stays as it is.")}</p>`}
  </fieldset>`;
}
