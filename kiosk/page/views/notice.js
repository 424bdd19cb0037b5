// What the visitor should know before the call. It informs; there is nothing to agree to.
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { ERROR_CODE } from "shared/wire.gen.js";
import { Endonym, Notice as Message, entryOf, nobodyInWords } from "./parts.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** @param {{kiosk: Kiosk}} props */
export function Notice({ kiosk }) {
  const { language, asking, refusal } = kiosk.visit.value;
  const entry = entryOf(kiosk, language);
  const points = [
    ["video", t("Your picture and sound are encrypted: only the advisor can see and hear you. Nothing is recorded.")],
    ["message-square", t("What you write to each other is forgotten when the call ends.")],
    ["shield-check", t("You need not say who you are. Only numbers are kept, for statistics; they do not tell who you were.")],
    ["headset", t("The library's staff do not hear you. There is a headset, and you can hide the picture.")],
  ];
  return html`<div class="reading">
    ${entry && html`<p class="chosen"><${Endonym} language=${entry} /></p>`}
    <h1>${t("Before we begin")}</h1>
    <ul class="card points">
      ${points.map(([icon, words]) => html`<li key=${icon}><span class="point-icon"><${Icon} name=${icon} /></span><p>${words}</p></li>`)}
    </ul>
    <${Message} icon="clock" kind="notice-warn" words=${language && !kiosk.onDuty.value.get(language) ? nobodyInWords(entry) : null} />
    <${Message} icon="circle-alert" kind="notice-warn" words=${refusal && refusalWords(refusal)} />
    <div class="button-row forward">
      <button type="button" class="button button-large" data-action="continue" aria-disabled=${asking} onClick=${kiosk.asks}>
        <span>${asking ? t("One moment, please") : t("Continue")}</span><${Icon} name="arrow-right" />
      </button>
      <button type="button" class="button button-quiet button-large" data-action="back" aria-disabled=${asking}
        onClick=${() => asking || kiosk.startsAgain()}>
        <${Icon} name="arrow-left" /><span>${t("Back")}</span>
      </button>
    </div>
  </div>`;
}

/** @param {import("../model.js").RefusalCode} code */
function refusalWords(code) {
  if (code === ERROR_CODE.NO_SUCH_LANGUAGE) return t("This language cannot be chosen just now. Please choose another one.");
  if (code === ERROR_CODE.TOO_MANY) return t("That was too fast for us. Please wait a moment and touch Continue again.");
  return t("The service cannot be reached just now. Please try again in a moment, or ask the library's staff.");
}
