// Languages as rows: who waits to one side, who is free to the other, on one axis.
import { html } from "shared/ui.js";
import { number, t, tn, waitInWords } from "shared/locale.js";
import { LanguageLabel } from "shared/staff-bar.js";

/** @typedef {import("../model.js").LanguageRow} LanguageRow */

/** More marks than this are not counted by eye: the last one then stands for all the rest. */
const MOST_MARKS = 6;

/** @param {{boot: import("shared/page.js").Boot, rows: LanguageRow[], nowMs: number}} props */
export function Languages({ boot, rows, nowMs }) {
  return html`<section class="part part-languages card" aria-labelledby="languages-heading">
    <h2 id="languages-heading">${t("Languages")}</h2>
    ${rows.length
      ? html`<table class="table language-table">
          <thead>
            <tr>
              <th scope="col">${t("Language")}</th>
              <th scope="col" class="language-waiting">${t("Waiting")}</th>
              <th scope="col" class="language-available">${t("Free of those on duty")}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => html`<${LanguageRowView} key=${row.language} boot=${boot} row=${row} nowMs=${nowMs} />`)}
          </tbody>
        </table>`
      : html`<p class="quiet part-empty">${t("No language is waited for, and nobody is on duty. Languages appear here when a visitor chooses one or an advisor goes available.")}</p>`}
  </section>`;
}

/** @param {{boot: import("shared/page.js").Boot, row: LanguageRow, nowMs: number}} props */
function LanguageRowView({ boot, row, nowMs }) {
  const { language, waiting, talking, available, onDuty, sinceMs } = row;
  const since = sinceMs === null ? "" : waitInWords(nowMs - sinceMs);
  return html`<tr data-language=${language}>
    <th scope="row">
      <${LanguageLabel} boot=${boot} code=${language} />
      ${talking > 0 && html`<span class="small quiet language-talking">${tn("{n} conversation", "{n} conversations", talking)}</span>`}
    </th>
    <td class="language-waiting">
      <span class="axis">
        ${waiting > 0 && html`<span class="small">${since}</span>`}
        ${waiting > 0 ? html`<b class="number">${number(waiting)}</b><${Marks} count=${waiting} kind="waiting" />` : html`<span class="quiet">${number(0)}</span>`}
      </span>
    </td>
    <td class="language-available">
      <span class="axis">
        ${available > 0 && html`<${Marks} count=${available} kind="available" />`}
        ${onDuty
          ? html`<span class=${`number ${available ? "some" : "quiet"}`}>${t("{free} of {all}", { free: available, all: onDuty })}</span>`
          : html`<b class=${waiting ? "nobody" : "quiet"}>${t("nobody")}</b>`}
      </span>
    </td>
  </tr>`;
}

/** One mark for each person. @param {{count: number, kind: "waiting" | "available"}} props */
function Marks({ count, kind }) {
  const shown = Math.min(count, MOST_MARKS);
  return html`<span class=${`marks marks-${kind}`} aria-hidden="true">
    ${Array.from({ length: shown }, (_, index) => html`<i key=${index} class=${count > MOST_MARKS && index === shown - 1 ? "mark-more" : ""}></i>`)}
  </span>`;
}
