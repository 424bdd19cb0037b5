// The languages as tiles.
import { t } from "shared/locale.js";
import { html } from "shared/ui.js";
import { GREETINGS } from "../greetings.js";
import { DUTY, isHere } from "../waiting-model.js";
import { Endonym, dutyFor } from "./parts.js";

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
            <${TileFoot} kiosk=${kiosk} language=${language} />
          </button>
        </li>`,
    )}
    ${children}
  </ul>`;
}

/** The language in Finnish, and who is there for it. @param {{kiosk: Kiosk, language: LanguageEntry}} props */
export function TileFoot({ kiosk, language }) {
  return html`<span class="tile-foot">
    <span class="tile-finnish" lang="fi">${language.finnish}</span>${" "}
    <${OnDuty} language=${language} duty=${dutyFor(kiosk, language.code)} />
  </span>`;
}

/**
 * Whether somebody is there for a language, in its own word.
 * @param {{language: LanguageEntry, duty: import("../waiting-model.js").Duty}} props
 */
function OnDuty({ language: { code, direction }, duty }) {
  const own = GREETINGS[code]?.[duty];
  return html`<span class=${isHere(duty) ? "duty duty-now" : "duty"} data-duty=${duty}>
    ${isHere(duty) && html`<span class="dot dot-here"></span>`}
    ${own ? html`<bdi lang=${code} dir=${direction}>${own}</bdi>` : dutyInWords(duty)}
  </span>`;
}

/** In the page's language. @param {import("../waiting-model.js").Duty} duty */
function dutyInWords(duty) {
  switch (duty) {
    case DUTY.NOW:
      return t("now");
    case DUTY.INTERPRETED:
      return t("now, with an interpreter");
    case DUTY.CLOSED:
      return t("closed now");
    default:
      return t("not now");
  }
}
