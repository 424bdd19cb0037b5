// The languages as tiles.
import { t } from "shared/locale.js";
import { html } from "shared/ui.js";
import { GREETINGS } from "../greetings.js";
import { Endonym } from "./parts.js";

/** @typedef {import("shared/page.js").LanguageEntry} LanguageEntry */
/** @typedef {import("../visit.js").Kiosk} Kiosk */

/**
 * @param {{kiosk: Kiosk, languages: LanguageEntry[], children?: any}} props `children` come after the languages.
 */
export function Tiles({ kiosk, languages, children }) {
  return html`<ul class="tiles">
    ${languages.map(
      (language) =>
        html`<li key=${language.code}>
          <button type="button" class="tile" data-language=${language.code} onClick=${() => kiosk.chooses(language.code)}>
            <${Endonym} language=${language} />
            <span class="tile-foot">
              <span class="tile-finnish" lang="fi">${language.finnish}</span>
              <${Duty} language=${language} here=${Boolean(kiosk.onDuty.value.get(language.code))} />
            </span>
          </button>
        </li>`,
    )}
    ${children}
  </ul>`;
}

/**
 * Whether somebody is there for a language, in its own word.
 * @param {{language: LanguageEntry, here: boolean}} props
 */
function Duty({ language: { code, direction }, here }) {
  const own = GREETINGS[code];
  if (!here) {
    return html`<span class="duty" data-duty="later">${own ? html`<bdi lang=${code} dir=${direction}>${own.later}</bdi>` : t("not now")}</span>`;
  }
  return html`<span class="duty duty-now" data-duty="now">
    <span class="dot dot-here"></span>
    ${own ? html`<bdi lang=${code} dir=${direction}>${own.now}</bdi>` : t("now")}
  </span>`;
}
