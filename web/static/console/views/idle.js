// What the middle shows while no call is there: available, away, off duty, connecting, or open in another window.
import { Icon, html } from "shared/ui.js";
import { t, timeOfDay } from "shared/locale.js";
import { moment, ownFirst } from "shared/staff.js";
import { AWAY_REASON, EVENT, ROLE } from "shared/wire.gen.js";
import { awaySince, stateIcon, workWords } from "../presence-words.js";
import { Language } from "./language.js";
import { SERVED } from "./presence-menu.js";

/** @typedef {import("../main.js").Console} Console */

/** @param {{icon: string, mood: string, heading: string, children: any}} props */
function Calm({ icon, mood, heading, children }) {
  return html`<section class=${`calm calm-${mood}`}>
    <span class="calm-mark"><${Icon} name=${icon} /></span>
    <h1 class="display" tabindex="-1">${heading}</h1>
    ${children}
  </section>`;
}

/** @param {Console} props */
function Languages({ boot, page }) {
  const codes = ownFirst(boot, page.value.self?.languages ?? {});
  return html`<ul class="chips calm-languages" aria-label=${t("Your languages")}>
    ${codes.map((code) => html`<li class="chip" key=${code}><${Language} boot=${boot} code=${code} /></li>`)}
  </ul>`;
}

/** @param {Console & {action: string, icon: string, words: string, choose: () => Promise<boolean>, main?: boolean}} props */
function State({ actions, action, icon, words, choose, main = false }) {
  return html`<button
    type="button"
    class=${`button ${main ? "button-large" : "button-quiet"}`}
    data-action=${action}
    disabled=${actions.isUnderWay(EVENT.SET_PRESENCE)}
    onClick=${choose}
  >
    <${Icon} name=${icon} />${words}
  </button>`;
}

/** @param {Console} props */
function GoAvailable(props) {
  return html`<${State} ...${props} action="go-available" icon="headset" words=${t("Go available")} choose=${props.actions.goAvailable} main />`;
}

/** @param {Console} props */
function Finish(props) {
  return html`<${State} ...${props} action="finish" icon="log-out" words=${t("Finish for now")} choose=${props.actions.finish} />`;
}

/** Somebody stands at the desk, or calls by phone: one click. @param {Console} props */
function Serve({ boot, actions }) {
  if (boot.role !== ROLE.ADVISOR) return null;
  return html`${SERVED.map(
    ([work, icon]) => html`<button
      key=${work}
      type="button"
      class="button button-quiet"
      data-action=${`begin-${work}`}
      disabled=${actions.isUnderWay(EVENT.SERVE)}
      onClick=${() => actions.serve(work, "")}
    >
      <${Icon} name=${icon} />${workWords(work)}
    </button>`,
  )}`;
}

/** @param {Console} props */
function whatRings({ boot }) {
  return boot.role === ROLE.INTERPRETER
    ? t("When an interpreter is needed for one of your languages, the call rings here and you have a moment to answer. You are heard, and seen only if you turn your camera on.")
    : t("When a visitor chooses one of your languages, the call rings here and you have a moment to answer.");
}

/** @param {Console} props */
export function Available(props) {
  const { actions, ring } = props;
  const { self } = props.page.value;
  if (self?.last_call) return html`<${LastCall} ...${props} />`;
  return html`<${Calm} icon="headset" mood="here" heading=${t("You are available")}>
    <p class="lead">
      ${props.line.value.state === "connected" ? whatRings(props) : t("Nothing can ring here until the connection is back.")}
    </p>
    ${actions.passedOn.value && html`<p class="quiet">${t("You passed a visitor on. If nobody else takes them, it rings here again in about a minute.")}</p>`}
    <${Languages} ...${props} />
    ${ring.silenced.value &&
    html`<div class="notice notice-warn calm-notice" role="status">
      <${Icon} name="volume-x" />
      <p>${t("The browser keeps this page silent until you touch it.")}</p>
      <button type="button" class="button button-quiet button-small" data-action="sound" onClick=${ring.wake}>
        <${Icon} name="volume-2" />${t("Let it ring")}
      </button>
    </div>`}
    <${FromAvailable} ...${props} />
  <//>`;
}

/** Shortly before the end of one's shift. @param {Console} props */
function LastCall(props) {
  const ends = props.page.value.self?.shift_ends_at_ms ?? null;
  return html`<${Calm} icon="bell-ring" mood="away" heading=${t("Last call")}>
    <p class="lead" data-notice="last-call">
      ${ends === null
        ? t("Nothing new is offered to you any more.")
        : t("Nothing new is offered to you before your shift ends at {time}.", { time: timeOfDay(ends) })}
    </p>
    <${FromAvailable} ...${props} />
  <//>`;
}

/** @param {Console} props */
function FromAvailable(props) {
  return html`<div class="button-row">
    <${Serve} ...${props} />
    <${State} ...${props} action="break" icon="coffee" words=${t("Take a break")} choose=${props.actions.takeBreak} />
    <${Finish} ...${props} />
  </div>`;
}

/** @param {Console} props */
export function Away(props) {
  const self = props.page.value.self;
  const reason = self?.away_reason ?? null;
  const missed = reason === AWAY_REASON.MISSED_OFFER;
  const since = self ? moment(self.since_ms, props.now()) : "";
  return html`<${Calm} icon=${missed || !self ? "bell-ring" : stateIcon(self)} mood=${missed ? "missed" : "away"} heading=${t("You are away")}>
    <p class="lead" data-away=${reason ?? ""}>${awaySince(reason, since)}</p>
    ${missed && html`<p class="quiet">${t("That was at {time}. The visitor was offered to somebody else or waits on. Nothing rings here until you are back.", { time: since })}</p>`}
    <div class="button-row">
      <${GoAvailable} ...${props} />
      <${Serve} ...${props} />
      <${Finish} ...${props} />
    </div>
  <//>`;
}

/** @param {Console} props */
export function OffDuty(props) {
  const name = props.page.value.self?.name ?? "";
  return html`<${Calm} icon="hand" mood="away" heading=${t("Hello, {name}", { name })}>
    <p class="lead">${t("You are off duty, and nothing rings here. Go available when you are ready to serve.")}</p>
    <${Languages} ...${props} />
    <div class="button-row">
      <${GoAvailable} ...${props} />
      <${Serve} ...${props} />
    </div>
  <//>`;
}

/** @param {Console} props */
export function Connecting({ line }) {
  if (line.value.state === "refused") {
    return html`<${Calm} icon="wifi-off" mood="away" heading=${t("Nothing rings here")}>
      <p class="lead">${t("This page is not connected to the service; above it says why.")}</p>
    <//>`;
  }
  return html`<${Calm} icon="wifi" mood="away" heading=${t("Connecting to the service")}>
    <p class="lead">${t("Your desk appears here as soon as the service answers. That usually takes a second.")}</p>
  <//>`;
}

/** @param {Console} props */
export function Elsewhere({ actions }) {
  return html`<${Calm} icon="monitor" mood="away" heading=${t("Gloria is open in another window")}>
    <p class="lead">${t("Calls ring in the window that was opened last. A call that is running can be moved here.")}</p>
    <div class="button-row">
      <button type="button" class="button button-large" data-action="claim" onClick=${actions.claim}>
        <${Icon} name="headset" />${t("Use it here")}
      </button>
    </div>
  <//>`;
}
