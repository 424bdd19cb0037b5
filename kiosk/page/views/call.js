// The conversation: who serves large, oneself and others small, the chat, and what is always at hand under them. A visit
// that is only written has the chat and no pictures.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { spoken } from "shared/safety-code.js";
import { html, Icon } from "shared/ui.js";
import { useRef } from "preact/hooks";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { facesOf, spokenIn } from "../call-model.js";
import { Chat, sendDraft } from "./chat.js";
import { Controls } from "./controls.js";
import { Keys } from "./keys.js";
import { Others } from "./others.js";
import { CallNews, People } from "./people.js";
import { AdvisorPicture, OwnPicture } from "./pictures.js";
import { Endonym, entryOf, roleInWords } from "./parts.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** Where the screen is large enough for keys; elsewhere the device brings its own. */
const ROOM_FOR_KEYS = "(min-width: 700px) and (min-height: 700px)";

/** @param {{kiosk: Kiosk}} props */
export function Call({ kiosk }) {
  const writing = useSignal(false);
  const draft = useSignal("");
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  const call = kiosk.call.value;
  if (!call) return null;
  const language = entryOf(kiosk, spokenIn(call));
  const { large, small } = facesOf(call.people, kiosk.conversation.main.value?.id);
  const name = large?.name ?? t("Advisor");
  const written = call.channel === CALL_CHANNEL.CHAT;
  const hidden = kiosk.visit.value.hidden;
  const keys = matchMedia(ROOM_FOR_KEYS).matches;
  return html`<div class=${written ? "call call-written" : writing.value ? "call call-writing" : "call"}>
    ${!written &&
    html`<section class=${hidden ? "faces on-picture faces-hidden" : "faces on-picture"} aria-label=${t("Pictures")}>
      <${AdvisorPicture} key=${large?.id} kiosk=${kiosk} name=${name} />
      <${OwnPicture} kiosk=${kiosk} />
      <${Others} kiosk=${kiosk} people=${call.people} />
      ${hidden && html`<${Cover} kiosk=${kiosk} />`}
      <${MutedButTalking} kiosk=${kiosk} />
    </section>`}
    <header class="about">
      <h1><bdi>${name}</bdi></h1>
      ${large && html`<p class="quiet about-role">${roleInWords(large)}</p>`}
      ${language && html`<p class="lead"><${Endonym} language=${language} /></p>`}
      <${SafetyCode} code=${codeToShow(kiosk)} />
      ${writing.value &&
      !written &&
      html`<button type="button" class="button button-quiet" data-action="close-chat" onClick=${() => (writing.value = false)}>
        <${Icon} name="chevron-down" /><span>${t("Make the picture large again")}</span>
      </button>`}
      <${People} people=${small} />
      <${CallNews} call=${call} />
    </header>
    <${Chat} kiosk=${kiosk} people=${call.people} draft=${draft} field=${field} writing=${writing} keys=${keys} written=${written} />
    ${keys &&
    (writing.value || written) &&
    html`<${Keys} language=${call.language} draft=${draft} field=${field} send=${() => sendDraft(kiosk, draft)} />`}
    <${Controls} kiosk=${kiosk} written=${written} />
  </div>`;
}

/** The code of the connection to the one who serves; a broken one of anybody goes before it. @param {Kiosk} kiosk */
function codeToShow({ conversation: { code, others } }) {
  return others.value.some((other) => other.code.value === "mismatch") ? "mismatch" : code.value;
}

/** The same six digits stand on the advisor's screen when nobody sits in the middle. @param {{code: string | null}} props */
function SafetyCode({ code }) {
  if (!code) return null;
  if (code === "mismatch") {
    return html`<p class="safety-code safety-broken" role="alert"><${Icon} name="shield-alert" /><span>${t("Somebody may be listening. Please end the call and tell the library's staff.")}</span></p>`;
  }
  return html`<p class="safety-code quiet"><${Icon} name="shield-check" /><span>${t("Safety code")}</span> <bdi class="number" dir="ltr" data-code>${spoken(code)}</bdi></p>`;
}

/** @param {{kiosk: Kiosk}} props */
function MutedButTalking({ kiosk }) {
  const { muted, devices } = kiosk.conversation;
  if (!muted.value || !devices.talkingWhileMuted.value) return null;
  return html`<div class="picture-note" role="alert" data-notice="talking-while-muted">
    <${Icon} name="mic-off" /><span>${t("The advisor does not hear you: your microphone is off.")}</span>
  </div>`;
}

/** What lies over both pictures when the visitor hides them. @param {{kiosk: Kiosk}} props */
function Cover({ kiosk }) {
  return html`<div class="cover" role="status">
    <${Icon} name="eye-off" />
    <p class="lead">${t("The pictures are hidden, and nobody sees you. The sound goes on.")}</p>
    <button type="button" class="button" data-action="show" onClick=${() => kiosk.setHidden(false)}>
      <${Icon} name="eye" /><span>${t("Show pictures")}</span>
    </button>
  </div>`;
}
