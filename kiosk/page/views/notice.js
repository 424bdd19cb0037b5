// What the visitor should know before the call. It informs; there is nothing to agree to. Who only wants to talk touches
// the first button; whoever has wishes finds them under it.
import { t } from "shared/locale.js";
import { html, Icon, useTicking } from "shared/ui.js";
import { ERROR_CODE } from "shared/wire.gen.js";
import { DUTY } from "../waiting-model.js";
import { Endonym, Notice as Message, dutyFor, entryOf, isolated, nobodyInWords } from "./parts.js";
import { SupervisorsNotices } from "./supervisors.js";
import { Wishes } from "./wishes.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** @param {{kiosk: Kiosk}} props */
export function Notice({ kiosk }) {
  const { language, asking, refusal } = kiosk.visit.value;
  const now = useTicking(kiosk.now);
  const entry = entryOf(kiosk, language);
  const duty = dutyFor(kiosk, language);
  if (duty === DUTY.CLOSED) return html`<${Closed} kiosk=${kiosk} entry=${entry} />`;
  const points = [
    ["video", t("Your picture and sound are encrypted: only those who help you can see and hear you. Nothing is recorded.")],
    ["message-square", t("What you write to each other is forgotten when the call ends.")],
    ["shield-check", t("You need not say who you are. Only numbers are kept, for statistics; they do not tell who you were.")],
    ["headset", t("The library's staff do not hear you. There is a headset, and you can hide the picture.")],
  ];
  return html`<div class="reading before">
    <div class="reading-part">
      ${entry && html`<p class="chosen"><${Endonym} language=${entry} /></p>`}
      <h1>${t("Before we begin")}</h1>
      <ul class="card points">
        ${points.map(([icon, words]) => html`<li key=${icon}><span class="point-icon"><${Icon} name=${icon} /></span><p>${words}</p></li>`)}
      </ul>
    </div>
    <div class="reading-part">
      <${Message} icon="clock" kind="notice-warn" words=${duty === DUTY.LATER ? nobodyInWords(entry) : null} />
      <${Message}
        icon="users-round"
        name="interpreted"
        words=${duty === DUTY.INTERPRETED ? t("An advisor and an interpreter for your language will help you together.") : null}
      />
      <${SupervisorsNotices} kiosk=${kiosk} language=${language} now=${now} />
      <${Message} icon="circle-alert" kind="notice-warn" words=${refusal && refusalWords(refusal)} />
      <div class="forwards">
        <button type="button" class="button button-large forward-first" data-action="continue" aria-disabled=${asking} onClick=${kiosk.asksToTalk}>
          <span>${asking ? t("One moment, please") : t("Continue")}</span><${Icon} name="arrow-right" />
        </button>
        <div class="forward">
          <button type="button" class="button button-quiet" data-action="write-instead" aria-disabled=${asking} onClick=${kiosk.asksToWrite}>
            <${Icon} name="message-square" /><span>${t("Write instead of talking")}</span>
          </button>
          <${Back} kiosk=${kiosk} />
        </div>
      </div>
      <${Wishes} kiosk=${kiosk} />
    </div>
  </div>`;
}

/**
 * A supervisor has closed the language to new visitors.
 * @param {{kiosk: Kiosk, entry: import("shared/page.js").LanguageEntry | null}} props
 */
function Closed({ kiosk, entry }) {
  return html`<div class="reading" data-closed>
    ${entry && html`<p class="chosen"><${Endonym} language=${entry} /></p>`}
    <h1>${t("Closed now")}</h1>
    <p class="lead">
      ${t("We take no new visitors in {language} just now. Please come back another time, or choose another language that you speak.", {
        language: isolated(entry?.endonym ?? ""),
      })}
    </p>
    <div class="forward"><${Back} kiosk=${kiosk} /></div>
  </div>`;
}

/** @param {{kiosk: Kiosk}} props */
function Back({ kiosk }) {
  const { asking } = kiosk.visit.value;
  return html`<button type="button" class="button button-quiet" data-action="back" aria-disabled=${asking}
    onClick=${() => asking || kiosk.startsAgain()}>
    <${Icon} name="arrow-left" /><span>${t("Back")}</span>
  </button>`;
}

/** @param {import("../model.js").RefusalCode} code */
function refusalWords(code) {
  if (code === ERROR_CODE.LANGUAGE_CLOSED) return t("This language was closed a moment ago. We are sorry. Please come back another time.");
  if (code === ERROR_CODE.NO_SUCH_LANGUAGE) return t("This language cannot be chosen just now. Please choose another one.");
  if (code === ERROR_CODE.TOO_MANY) return t("That was too fast for us. Please wait a moment and touch Continue again.");
  return t("The service cannot be reached just now. Please try again in a moment, or ask the library's staff.");
}
