// Who waits, at the start of the page. In a call it folds to a strip.
import { html, useTicking } from "shared/ui.js";
import { t, waitInWords } from "shared/locale.js";
import { LanguageLabel } from "shared/staff-bar.js";
import { languageName, municipalityName } from "shared/staff.js";
import { VIEW, queue } from "../model.js";

/** @typedef {import("shared/wire.gen.js").WaitingCall} WaitingCall */
/** @typedef {import("shared/page.js").Boot} Boot */

/** @param {import("../main.js").Console & {narrow: boolean}} props `narrow`: folded to a strip. */
export function Queue({ boot, desk, page, now, narrow }) {
  const nowMs = useTicking(now);
  const { self, view } = page.value;
  const { mine, others } = queue(desk.value, self);
  const Row = narrow ? NarrowRow : WideRow;
  const list = (/** @type {WaitingCall[]} */ calls) => html`<ul class="queue-list">
    ${calls.map((call) => html`<${Row} key=${call.id} boot=${boot} call=${call} waitedMs=${nowMs - call.joined_at_ms} />`)}
  </ul>`;
  return html`<aside class=${`queue ${narrow ? "queue-narrow" : ""}`} aria-labelledby="queue-heading">
    <h2 id="queue-heading" class=${narrow ? "visually-hidden" : ""}>${t("Who waits")}</h2>
    ${mine.length > 0 && html`<h3 class=${narrow ? "visually-hidden" : "queue-part"}>${t("In your languages")}</h3>`}
    ${mine.length > 0 && list(mine)}
    ${others.length > 0 && html`<h3 class=${narrow ? "visually-hidden" : "queue-part"}>${t("In other languages")}</h3>`}
    ${others.length > 0 && list(others)}
    ${!mine.length && !others.length && view !== VIEW.CONNECTING && html`<p class=${narrow ? "visually-hidden" : "quiet"}>
      ${t("Nobody waits now. Visitors appear here as soon as they have chosen a language at a kiosk.")}
    </p>`}
  </aside>`;
}

/** @param {{boot: Boot, call: WaitingCall, waitedMs: number}} props */
function WideRow({ boot, call, waitedMs }) {
  return html`<li class="queue-row" data-waiting=${call.id} data-language=${call.language}>
    <b><${LanguageLabel} boot=${boot} code=${call.language} /></b>
    <span class="small">${municipalityName(boot, call.municipality)}</span>
    <span class="small quiet">${waitInWords(waitedMs)}</span>
  </li>`;
}

/** @param {{boot: Boot, call: WaitingCall, waitedMs: number}} props */
function NarrowRow({ boot, call, waitedMs }) {
  const minutes = Math.max(0, Math.floor(waitedMs / 60000));
  const words = `${languageName(boot, call.language)} · ${municipalityName(boot, call.municipality)} · ${waitInWords(waitedMs)}`;
  return html`<li class="queue-row" data-waiting=${call.id} data-language=${call.language} title=${words}>
    <span class="visually-hidden">${words}</span>
    <b aria-hidden="true">${call.language}</b>
    <span class="small quiet" aria-hidden="true">${minutes ? t("{n} min", { n: minutes }) : t("new")}</span>
  </li>`;
}
