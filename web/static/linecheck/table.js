// The figures for whoever looks after the network, to be read and to be copied.
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { t } from "shared/locale.js";
import { html } from "shared/ui.js";
import { figure, pathName, percent } from "./words.js";

/** @typedef {import("./main.js").Check} Check */
/** @typedef {import("./figures.js").Figures} LineFigures */

/** @param {{check: Check}} props */
export function Figures({ check }) {
  const copied = useSignal(/** @type {"" | "copied" | "marked"} */ (""));
  const table = useRef(/** @type {HTMLTableElement | null} */ (null));
  const measured = check.found.value.paths.filter(({ outcome }) => outcome !== "not_there");
  if (!measured.length) return null;
  const rows = measured.flatMap(({ path, setup_ms, down, up }) => [
    { path, way: t("to this device"), setup_ms, figures: down },
    { path, way: t("from this device"), setup_ms, figures: up },
  ]);
  const heads = [t("Line"), t("Direction"), t("Set-up (ms)"), t("Round trip (ms)"), t("Loss"), t("Jitter (ms)"), t("kbit/s"), t("Pictures a second")];
  const cells = rows.map(({ path, way, setup_ms, figures }) => [
    pathName(path),
    way,
    figure(setup_ms),
    figure(figures?.round_trip_ms),
    figures ? percent(figures.loss) : "–",
    figure(figures?.jitter_ms),
    figure(figures?.kbps),
    figure(figures?.frames_per_s),
  ]);

  async function copy() {
    const text = [heads, ...cells].map((row) => row.join("\t")).join("\n");
    try {
      await navigator.clipboard.writeText(`${location.host} ${new Date().toISOString()}\n${text}\n`);
      copied.value = "copied";
    } catch {
      // Not allowed here: marked, so that a key copies it.
      if (table.current) getSelection()?.selectAllChildren(table.current);
      copied.value = "marked";
    }
  }

  return html`<details class="line-details">
    <summary>${t("Figures for the people who look after the network")}</summary>
    <div class="table-wrap" tabindex="0" role="region" aria-label=${t("Figures for the people who look after the network")}>
      <table class="table" ref=${table}>
        <thead>
          <tr>
            ${heads.map((head, at) => html`<th scope="col" class=${at > 1 ? "number" : ""}>${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ({ path, figures }, row) => html`<tr data-figures=${`${path}-${row % 2 ? "up" : "down"}`} data-kbps=${figures?.kbps} data-frames=${figures?.frames_per_s}>
              <th scope="row">${cells[row][0]}</th>
              <td>${cells[row][1]}</td>
              ${cells[row].slice(2).map((cell) => html`<td class="number"><bdi>${cell}</bdi></td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <div class="button-row">
      <button class="button button-quiet button-small" type="button" data-action="copy" onClick=${copy}>${t("Copy the figures")}</button>
      <span role="status" data-copied=${copied.value}>
        ${copied.value === "copied" ? t("Copied.") : copied.value === "marked" ? t("Marked. Ctrl+C copies them.") : ""}
      </span>
    </div>
  </details>`;
}
