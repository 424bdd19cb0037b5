// The kiosks: connected or not, since when.
import { Icon, html } from "shared/ui.js";
import { all } from "shared/desk.js";
import { t } from "shared/locale.js";
import { moment, municipalityName } from "shared/staff.js";
import { SortedTable } from "./table.js";

/** @typedef {import("shared/wire.gen.js").BoardKiosk} BoardKiosk */

/** @param {{boot: import("shared/page.js").Boot, desk: import("shared/desk.js").Desk, nowMs: number}} props */
export function Kiosks({ boot, desk, nowMs }) {
  /** @type {import("./table.js").Column<BoardKiosk>[]} */
  const columns = [
    { key: "name", title: t("Kiosk"), head: true, value: ({ name }) => name },
    { key: "municipality", title: t("Municipality"), value: ({ municipality }) => municipalityName(boot, municipality) },
    {
      key: "connected",
      title: t("Connection"),
      class: "short",
      value: ({ connected }) => Number(connected),
      cell: ({ connected }) => html`<span class=${`state ${connected ? "" : "state-trouble"}`}>
        <${Icon} name=${connected ? "monitor" : "monitor-x"} />${connected ? t("connected") : t("not connected")}
      </span>`,
    },
    { key: "since", title: t("Since"), value: ({ since_ms }) => since_ms, cell: ({ since_ms }) => moment(since_ms, nowMs), class: "short" },
  ];
  return html`<${SortedTable}
    heading=${t("Kiosks")}
    id="kiosks-heading"
    class="part-kiosks"
    rows=${all(desk, "board_kiosk")}
    columns=${columns}
    first=${{ column: "connected", ascending: true }}
    attributes=${(/** @type {BoardKiosk} */ { id, connected }) => ({ key: id, "data-kiosk": id, "data-connected": String(connected) })}
    empty=${t("No kiosk has connected yet. A kiosk appears here as soon as it does.")}
  />`;
}
