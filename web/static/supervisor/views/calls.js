// The calls: who waits, who talks.
import { html } from "shared/ui.js";
import { all } from "shared/desk.js";
import { t, waitInWords } from "shared/locale.js";
import { clock, languageName, municipalityName } from "shared/staff.js";
import { CALL_STATE } from "shared/wire.gen.js";
import { talkedMs, waitedMs } from "../model.js";
import { callStateDot, callStateWords } from "../words.js";
import { SortedTable } from "./table.js";

/** @typedef {import("shared/wire.gen.js").BoardCall} BoardCall */

/** @param {{boot: import("shared/page.js").Boot, desk: import("shared/desk.js").Desk, nowMs: number}} props */
export function Calls({ boot, desk, nowMs }) {
  const names = new Map(all(desk, "board_staff").map(({ id, name }) => [id, name]));
  const withWhom = (/** @type {BoardCall} */ { staff }) => (staff === null ? null : (names.get(staff) ?? staff));
  /** @type {import("./table.js").Column<BoardCall>[]} */
  const columns = [
    {
      key: "state",
      title: t("State"),
      head: true,
      class: "short",
      value: ({ state }) => Object.values(CALL_STATE).indexOf(state),
      cell: ({ state }) => html`<span class="state"><span class=${`dot ${callStateDot(state)}`}></span>${callStateWords(state)}</span>`,
    },
    { key: "language", title: t("Language"), value: ({ language }) => languageName(boot, language) },
    { key: "municipality", title: t("Municipality"), value: ({ municipality }) => municipalityName(boot, municipality) },
    {
      key: "waited",
      title: t("Waited"),
      value: (call) => waitedMs(call, nowMs),
      cell: (call) => waitInWords(waitedMs(call, nowMs)),
      class: "short",
    },
    {
      key: "talked",
      title: t("Talking for"),
      value: (call) => talkedMs(call, nowMs),
      cell: (call) => talkCell(talkedMs(call, nowMs)),
    },
    { key: "staff", title: t("With"), value: withWhom },
  ];
  return html`<${SortedTable}
    heading=${t("Calls")}
    id="calls-heading"
    class="part-calls"
    rows=${all(desk, "board_call")}
    columns=${columns}
    first=${{ column: "waited", ascending: false }}
    attributes=${(/** @type {BoardCall} */ { id, state }) => ({ key: id, "data-call": id, "data-state": state })}
    empty=${t("No calls now. A call appears here as soon as a visitor chooses a language at a kiosk.")}
  />`;
}

/** @param {number | null} ms */
function talkCell(ms) {
  return ms === null ? html`<span class="quiet">${t("not yet")}</span>` : html`<span class="clock">${clock(ms)}</span>`;
}
