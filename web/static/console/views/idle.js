// What the middle shows while no call is there: available, away, off duty, connecting, or open in another window.
import { Icon, html } from "shared/ui.js";
import { t } from "shared/locale.js";
import { LanguageLabel } from "shared/staff-bar.js";
import { moment, ownFirst } from "shared/staff.js";
import { AWAY_REASON, EVENT, ROLE } from "shared/wire.gen.js";

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
    ${codes.map((code) => html`<li class="chip" key=${code}><${LanguageLabel} boot=${boot} code=${code} /></li>`)}
  </ul>`;
}

/** @param {Console} props */
function GoAvailable({ actions }) {
  return html`<button
    type="button"
    class="button button-large"
    data-action="go-available"
    disabled=${actions.underWay.value.includes(EVENT.SET_PRESENCE)}
    onClick=${actions.goAvailable}
  >
    <${Icon} name="headset" />${t("Go available")}
  </button>`;
}

/** @param {Console} props */
function Finish({ actions }) {
  return html`<button
    type="button"
    class="button button-quiet"
    data-action="finish"
    disabled=${actions.underWay.value.includes(EVENT.SET_PRESENCE)}
    onClick=${actions.finish}
  >
    <${Icon} name="log-out" />${t("Finish for now")}
  </button>`;
}

/** @param {Console} props */
function whatRings({ boot }) {
  return boot.role === ROLE.INTERPRETER
    ? t("Calls with an interpreter are not offered yet in this version. When they are, they ring here, together with an advisor.")
    : t("When a visitor chooses one of your languages, the call rings here and you have a moment to answer.");
}

/** @param {Console} props */
export function Available(props) {
  const { actions, ring } = props;
  return html`<${Calm} icon="headset" mood="here" heading=${t("You are available")}>
    <p class="lead">
      ${props.line.value.state === "connected" ? whatRings(props) : t("Nothing can ring here until the connection is back.")}
    </p>
    ${actions.passedOn.value && html`<p class="quiet">${t("You passed a call on. If nobody else takes it, it rings here again in about a minute.")}</p>`}
    <${Languages} ...${props} />
    ${ring.silenced.value &&
    html`<div class="notice notice-warn calm-notice" role="status">
      <${Icon} name="volume-x" />
      <p>${t("The browser keeps this page silent until you touch it.")}</p>
      <button type="button" class="button button-quiet button-small" data-action="sound" onClick=${ring.wake}>
        <${Icon} name="volume-2" />${t("Let it ring")}
      </button>
    </div>`}
    <div class="button-row">
      <button
        type="button"
        class="button button-quiet"
        data-action="break"
        disabled=${actions.underWay.value.includes(EVENT.SET_PRESENCE)}
        onClick=${actions.takeBreak}
      >
        <${Icon} name="coffee" />${t("Take a break")}
      </button>
      <${Finish} ...${props} />
    </div>
  <//>`;
}

/** @param {Console} props */
export function Away(props) {
  const self = props.page.value.self;
  const missed = self?.away_reason === AWAY_REASON.MISSED_OFFER;
  const since = self ? moment(self.since_ms, props.now()) : "";
  return html`<${Calm} icon=${missed ? "bell-ring" : "coffee"} mood=${missed ? "missed" : "away"} heading=${t("You are away")}>
    <p class="lead">
      ${missed
        ? t("An offer rang here and nobody answered, so you are away.")
        : t("You are on a break since {time}. Nothing rings here until you are back.", { time: since })}
    </p>
    ${missed && html`<p class="quiet">${t("That was at {time}. The visitor was offered to somebody else or waits on. Nothing rings here until you are back.", { time: since })}</p>`}
    <div class="button-row">
      <${GoAvailable} ...${props} />
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
    <div class="button-row"><${GoAvailable} ...${props} /></div>
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
