// Who waits, at the start of the page, and what they have been told. In a call it folds to a strip.
import { Icon, html, useTicking } from "shared/ui.js";
import { t, waitInWords } from "shared/locale.js";
import { languageName, moment, municipalityName } from "shared/staff.js";
import { CALL_CHANNEL, ROLE } from "shared/wire.gen.js";
import { VIEW, notices, queue } from "../model.js";
import { audienceWords, noticeWords } from "../presence-words.js";
import { Language } from "./language.js";

/** @typedef {import("shared/wire.gen.js").WaitingCall} WaitingCall */
/** @typedef {import("shared/page.js").Boot} Boot */

/** @param {import("../main.js").Console & {narrow: boolean}} props `narrow`: folded to a strip. */
export function Queue({ boot, desk, page, now, narrow }) {
  const nowMs = useTicking(now);
  const { self, view } = page.value;
  const { mine, others } = queue(desk.value, self);
  const interprets = boot.role === ROLE.INTERPRETER;
  const Row = narrow ? NarrowRow : WideRow;
  const list = (/** @type {WaitingCall[]} */ calls) => html`<ul class="queue-list">
    ${calls.map((call) => html`<${Row} key=${call.id} boot=${boot} call=${call} waitedMs=${nowMs - call.joined_at_ms} />`)}
  </ul>`;
  return html`<aside class=${`queue ${narrow ? "queue-narrow" : ""}`} aria-labelledby="queue-heading">
    <h2 id="queue-heading" class=${narrow ? "visually-hidden" : ""}>${t("Who waits")}</h2>
    ${mine.length > 0 &&
    html`<h3 class=${narrow ? "visually-hidden" : "queue-part"}>${interprets ? t("In the languages you interpret") : t("In your languages")}</h3>`}
    ${mine.length > 0 && list(mine)}
    ${others.length > 0 && html`<h3 class=${narrow ? "visually-hidden" : "queue-part"}>${t("In other languages")}</h3>`}
    ${others.length > 0 && list(others)}
    ${!mine.length && !others.length && view !== VIEW.CONNECTING && html`<p class=${narrow ? "visually-hidden" : "quiet"}>
      ${interprets
        ? t("Nobody waits now in a language you interpret. Visitors appear here as soon as they have chosen one at a kiosk.")
        : t("Nobody waits now. Visitors appear here as soon as they have chosen a language at a kiosk.")}
    </p>`}
    <${Notices} boot=${boot} shown=${notices(desk.value, self, nowMs)} nowMs=${nowMs} narrow=${narrow} />
  </aside>`;
}

/** @param {{boot: Boot, call: WaitingCall, waitedMs: number}} props */
function WideRow({ boot, call, waitedMs }) {
  return html`<li class="queue-row" data-waiting=${call.id} data-language=${call.language} data-channel=${call.channel}>
    <b><${Language} boot=${boot} code=${call.language} /></b>
    <span class="small">${municipalityName(boot, call.municipality)}</span>
    <span class="small quiet">${waitInWords(waitedMs)}</span>
    ${call.channel === CALL_CHANNEL.CHAT && html`<span class="queue-channel small"><${Icon} name="message-square" />${t("chat")}</span>`}
  </li>`;
}

/** @param {{boot: Boot, call: WaitingCall, waitedMs: number}} props */
function NarrowRow({ boot, call, waitedMs }) {
  const minutes = Math.max(0, Math.floor(waitedMs / 60000));
  const chat = call.channel === CALL_CHANNEL.CHAT;
  const parts = [languageName(boot, call.language), municipalityName(boot, call.municipality), waitInWords(waitedMs), chat ? t("chat") : ""];
  const words = parts.filter(Boolean).join(" · ");
  return html`<li class="queue-row" data-waiting=${call.id} data-language=${call.language} data-channel=${call.channel} title=${words}>
    <span class="visually-hidden">${words}</span>
    <b class="small" aria-hidden="true">${languageName(boot, call.language)}</b>
    <span class="small quiet" aria-hidden="true">${minutes ? t("{n} min", { n: minutes }) : t("new")}</span>
    ${chat && html`<span class="small" aria-hidden="true">${t("chat")}</span>`}
  </li>`;
}

/** What a supervisor has told those who wait. @param {{boot: Boot, shown: import("../model.js").Notice[], nowMs: number, narrow: boolean}} props */
function Notices({ boot, shown, nowMs, narrow }) {
  if (!shown.length) return null;
  return html`<section class=${narrow ? "visually-hidden" : "queue-notices"} aria-labelledby="queue-notices-heading">
    <h3 id="queue-notices-heading" class="queue-part"><${Icon} name="megaphone" />${t("What those who wait read")}</h3>
    <ul>
      ${shown.map(
        ({ id, notice, until_ms }) => html`<li key=${id} class="small" data-notice-for=${id} data-notice=${notice}>
          <span>${noticeWords(notice)}</span>
          <span class="quiet">${t("{audience}, until {time}", { audience: audienceWords(boot, id), time: moment(until_ms, nowMs) })}</span>
        </li>`,
      )}
    </ul>
  </section>`;
}
