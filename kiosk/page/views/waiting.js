// Waiting for an advisor: the place in the queue in words, one's own picture, what to have at hand.
import { useSignal } from "@preact/signals";
import { t, tn } from "shared/locale.js";
import { html, Icon, useTicking } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { CALL_STATE } from "shared/wire.gen.js";
import { Lake } from "./lake.js";
import { OwnPicture } from "./pictures.js";
import { Endonym, Notice, entryOf, nobodyInWords } from "./parts.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */
/** @typedef {import("shared/wire.gen.js").OwnCall} OwnCall */

/** @param {{kiosk: Kiosk}} props */
export function Waiting({ kiosk }) {
  const call = kiosk.call.value;
  if (!call) return null;
  const language = entryOf(kiosk, call.language);
  const found = call.state === CALL_STATE.RINGING;
  const nobody = !found && !kiosk.onDuty.value.get(call.language) ? nobodyInWords(language) : null;
  const place = nobody ? t("Nobody is here for this language just now") : placeInWords(call.position);
  const headline = found ? t("We found an advisor") : place;
  return html`<div class=${found ? "scenic scenic-found" : "scenic"}>
    <div class="scene">
      <${Lake} />
      <figure class="scene-own">
        <${OwnPicture} kiosk=${kiosk} />
        <figcaption>${t("This is you. Nobody sees you yet.")}</figcaption>
      </figure>
    </div>
    <div class="scenic-words">
      ${language && html`<p class="chosen"><${Endonym} language=${language} /></p>`}
      <div role="status">
        <h1 class="display">${headline}</h1>
        <p class="lead">${found && t("One moment, please")}</p>
      </div>
      ${!found && html`<${Waited} kiosk=${kiosk} call=${call} />`}
      <${Notice} icon="circle-alert" words=${call.requeued && !found ? t("The connection to the advisor was lost. You are first in line for the next one.") : null} />
      <${Notice} icon="clock" kind="notice-warn" words=${nobody} />
      <${Notice}
        icon="mic-off"
        kind="notice-warn"
        words=${kiosk.conversation.problem.value === "no_microphone" ? t("There is no microphone here. You can write to the advisor.") : null}
      />
      <section class="card">
        <h2>${t("While you wait")}</h2>
        <ul class="hints">
          <li><${Icon} name="mail" /><p>${t("Have the letter or form at hand that you want to talk about.")}</p></li>
          <li><${Icon} name="headset" /><p>${t("Put the headset on if you do not want others to hear.")}</p></li>
        </ul>
      </section>
      <${Leaving} kiosk=${kiosk} />
    </div>
  </div>`;
}

/** @param {number} position From 1. */
function placeInWords(position) {
  if (position <= 1) return t("You are next");
  return tn("There is {n} person before you", "There are {n} people before you", position - 1);
}

/** @param {{kiosk: Kiosk, call: OwnCall}} props */
function Waited({ kiosk, call }) {
  const minutes = Math.floor((useTicking(kiosk.now) - call.joined_at_ms) / 60000);
  return html`<p class="lead quiet">
    ${minutes < 1
      ? t("You have waited for less than a minute.")
      : tn("You have waited for {n} minute.", "You have waited for {n} minutes.", minutes)}
  </p>`;
}

/** Leaving, and the question whether it is meant: in its place, not over the page. @param {{kiosk: Kiosk}} props */
function Leaving({ kiosk }) {
  const asking = useSignal(false);
  const first = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const touched = useRef(false);
  useEffect(() => {
    if (touched.current) first.current?.focus();
    touched.current = true;
  }, [asking.value]);
  if (!asking.value) {
    return html`<div class="button-row">
      <button type="button" ref=${first} class="button button-quiet" data-action="leave" onClick=${() => (asking.value = true)}>
        <${Icon} name="log-out" /><span>${t("Leave the queue")}</span>
      </button>
    </div>`;
  }
  return html`<div class="leaving">
    <p class="lead" id="leaving-question">${t("Do you want to leave? Your place is given to the next one.")}</p>
    <div class="button-row" role="group" aria-labelledby="leaving-question">
      <button type="button" ref=${first} class="button" data-action="stay" onClick=${() => (asking.value = false)}>
        <${Icon} name="check" /><span>${t("Stay and wait")}</span>
      </button>
      <button type="button" class="button button-end button-quiet" data-action="leave-now" onClick=${kiosk.leaves}>
        <${Icon} name="log-out" /><span>${t("Leave")}</span>
      </button>
    </div>
  </div>`;
}
