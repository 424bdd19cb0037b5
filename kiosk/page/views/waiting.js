// Waiting for an advisor: the place in the queue and whom we look for in words, one's own picture, what to have at hand.
import { useSignal } from "@preact/signals";
import { t, tn } from "shared/locale.js";
import { html, Icon, useTicking } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { CALL_CHANNEL, CALL_STATE } from "shared/wire.gen.js";
import { SEARCH, isUnspoken, otherQueueOf, searchOf, wishOf } from "../waiting-model.js";
import { Lake } from "./lake.js";
import { OwnPicture } from "./pictures.js";
import { Endonym, Notice, entryOf, isolated, nobodyInWords } from "./parts.js";
import { foundInWords, passedOnInWords, placeInWords, searchInWords, unspokenInWords, wishInWords } from "./queue-words.js";
import { SupervisorsNotices } from "./supervisors.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */
/** @typedef {import("shared/wire.gen.js").OwnCall} OwnCall */

/** @param {{kiosk: Kiosk}} props */
export function Waiting({ kiosk }) {
  const now = useTicking(kiosk.now);
  const call = kiosk.call.value;
  if (!call) return null;
  const written = call.channel === CALL_CHANNEL.CHAT;
  const found = call.state === CALL_STATE.RINGING;
  const searched = found ? null : searchOf(call, now);
  const nobody = searched?.search === SEARCH.NOBODY;
  return html`<div class=${`scenic ${found ? "scenic-found" : ""} ${written ? "scenic-written" : ""}`} data-search=${searched?.search}>
    <div class="scene">
      <${Lake} />
      ${!written &&
      html`<figure class="scene-own">
        <${OwnPicture} kiosk=${kiosk} />
        <figcaption>${t("This is you. Nobody sees you yet.")}</figcaption>
      </figure>`}
    </div>
    <div class="scenic-words">
      <${Chosen} kiosk=${kiosk} call=${call} />
      <div role="status">
        <h1 class="display">${found ? foundInWords(kiosk, call) : placeInWords(call, searched?.search)}</h1>
        <p class="lead" data-search-words>${found ? t("One moment, please") : searchInWords(kiosk, call, searched)}</p>
      </div>
      ${!found && html`<${Waited} call=${call} now=${now} />`}
      <${Notice} icon="circle-alert" name="passed-on" words=${found ? null : passedOnInWords(kiosk, call)} />
      <${Notice} icon="user-round" name="wish" words=${nobody ? null : wishInWords(wishOf(call, now))} />
      <${SupervisorsNotices} kiosk=${kiosk} language=${call.language} now=${now} shown=${!found} />
      <${Notice} icon="clock" kind="notice-warn" words=${nobodyWords(kiosk, call, searched?.search)} />
      <${Notice}
        icon="mic-off"
        kind="notice-warn"
        words=${kiosk.conversation.problem.value === "no_microphone" ? t("There is no microphone here. You can write to the advisor.") : null}
      />
      <section class="card">
        <h2>${t("While you wait")}</h2>
        <ul class="hints">
          <li><${Icon} name="mail" /><p>${t("Have the letter or form at hand that you want to talk about.")}</p></li>
          ${written
            ? html`<li><${Icon} name="message-square" /><p>${t("You will write to each other here. No camera and no microphone are used.")}</p></li>`
            : html`<li><${Icon} name="headset" /><p>${t("Put the headset on if you do not want others to hear.")}</p></li>`}
        </ul>
      </section>
      <${Leaving} kiosk=${kiosk} />
    </div>
  </div>`;
}

/** The visitor's language, and the queue where that is another one. @param {{kiosk: Kiosk, call: OwnCall}} props */
function Chosen({ kiosk, call }) {
  const language = entryOf(kiosk, call.language);
  const queue = entryOf(kiosk, otherQueueOf(call));
  return html`<p class="chosen" data-queue=${call.queue}>
    ${language && html`<${Endonym} language=${language} />`}
    ${queue && html`<span class="chosen-queue">${t("queue: {language}", { language: isolated(queue.endonym) })}</span>`}
  </p>`;
}

/** What is honest about the queue's language. @param {Kiosk} kiosk @param {OwnCall} call @param {string | undefined} search */
function nobodyWords(kiosk, call, search) {
  if (search === SEARCH.NOBODY) return nobodyInWords(entryOf(kiosk, call.queue));
  return search && isUnspoken(call) ? unspokenInWords(entryOf(kiosk, call.queue)) : null;
}

/** @param {{call: OwnCall, now: number}} props */
function Waited({ call, now }) {
  const minutes = Math.floor((now - call.waiting_since_ms) / 60000);
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
