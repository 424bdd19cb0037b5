// Languages as rows: who waits to one side, who is free to the other, on one axis; and whether new visitors may choose it.
import { Icon, html } from "shared/ui.js";
import { number, t, tn, waitInWords } from "shared/locale.js";
import { languageName, moment } from "shared/staff.js";
import { LanguageLabel } from "shared/staff-bar.js";

/** @typedef {import("../model.js").LanguageRow} LanguageRow */
/** @typedef {import("../main.js").Board} Board */

/** More marks than this are not counted by eye: the last one then stands for all the rest. */
const MOST_MARKS = 6;

/** @param {Board & {rows: LanguageRow[], nowMs: number}} props */
export function Languages(props) {
  const { rows } = props;
  return html`<section class="part part-languages card" aria-labelledby="language-heading">
    <h2 id="language-heading" tabindex="-1">${t("Languages")}</h2>
    ${rows.length
      ? html`<div class="table-wrap" tabindex="0" role="group" aria-labelledby="language-heading">
          <table class="table language-table" aria-labelledby="language-heading">
            <thead>
              <tr>
                <th scope="col">${t("Language")}</th>
                <th scope="col" class="language-waiting">${t("Waiting")}</th>
                <th scope="col" class="language-available">${t("Free of those on duty")}</th>
                <th scope="col">${t("New visitors")}</th>
              </tr>
            </thead>
            <tbody>
              ${rows.map((row) => html`<${LanguageRowView} key=${row.language} ...${props} row=${row} />`)}
            </tbody>
          </table>
        </div>`
      : html`<p class="quiet part-empty">${t("No language is waited for, and nobody is on duty. Languages appear here when a visitor chooses one or an advisor goes available.")}</p>`}
  </section>`;
}

/** @param {Board & {row: LanguageRow, nowMs: number}} props */
function LanguageRowView({ boot, menu, actions, row, nowMs }) {
  const { language, waiting, talking, asks, available, onDuty, interpretersFree, interpreters, sinceMs, closedUntilMs } = row;
  const since = sinceMs === null ? "" : waitInWords(nowMs - sinceMs);
  const opens = (/** @type {Event} */ { currentTarget }) => {
    menu.value = { kind: "language", id: language, opener: /** @type {HTMLElement} */ (currentTarget) };
  };
  return html`<tr data-language=${language} data-closed=${String(closedUntilMs !== null)}>
    <th scope="row">
      <${LanguageLabel} boot=${boot} code=${language} />
      ${talking > 0 && html`<span class="under">${tn("{n} conversation", "{n} conversations", talking)}</span>`}
      ${asks > 0 && html`<span class="under ask">${tn("{n} conversation waits for an interpreter", "{n} conversations wait for an interpreter", asks)}</span>`}
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
          : html`<b class=${waiting && !interpreters ? "nobody" : "quiet"}>${t("nobody")}</b>`}
      </span>
      ${interpreters > 0 && html`<span class="under" data-interpreters=${interpreters}>${t("interpreters: {free} of {all}", { free: interpretersFree, all: interpreters })}</span>`}
    </td>
    <td>
      ${closedUntilMs === null
        ? html`<${Switch} icon="door-closed" action="close-language" words=${t("Close to new visitors")} language=${languageName(boot, language)} asks onClick=${opens} />`
        : html`<span class="closed">${t("closed, opens by itself: {time}", { time: moment(closedUntilMs, nowMs) })}</span>
            <${Switch} icon="door-open" action="open-language" words=${t("Open again")} language=${languageName(boot, language)} onClick=${() => actions.openLanguage(language)} />`}
    </td>
  </tr>`;
}

/**
 * @param {{icon: string, action: string, words: string, language: string, asks?: boolean, onClick: (event: Event) => void}} props
 *   `asks`: it opens a question first.
 */
function Switch({ icon, action, words, language, asks = false, onClick }) {
  return html`<button
    type="button"
    class="button button-quiet button-small"
    data-action=${action}
    aria-haspopup=${asks ? "dialog" : undefined}
    aria-label=${`${words}: ${language}`}
    onClick=${onClick}
  >
    <${Icon} name=${icon} />${words}
  </button>`;
}

/** One mark for each person. @param {{count: number, kind: "waiting" | "available"}} props */
function Marks({ count, kind }) {
  const shown = Math.min(count, MOST_MARKS);
  return html`<span class=${`marks marks-${kind}`} aria-hidden="true">
    ${Array.from({ length: shown }, (_, index) => html`<i key=${index} class=${count > MOST_MARKS && index === shown - 1 ? "mark-more" : ""}></i>`)}
  </span>`;
}
