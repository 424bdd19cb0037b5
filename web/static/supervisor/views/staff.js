// The staff: who is on duty, in which languages, doing what since when and until when; and what can be set for each.
import { Icon, html } from "shared/ui.js";
import { all } from "shared/desk.js";
import { number, t } from "shared/locale.js";
import { awayWords, languagesSpoken, moment, presenceDot, presenceWords, roleWords } from "shared/staff.js";
import { PRESENCE } from "shared/wire.gen.js";
import { canBeSet } from "../hand.js";
import { sinceOf } from "../model.js";
import { MenuButton } from "./menu.js";
import { SortedTable } from "./table.js";

/** @typedef {import("shared/wire.gen.js").BoardStaff} BoardStaff */

/** In the order in which a supervisor looks for them. @type {BoardStaff["presence"][]} */
const ORDER = [
  PRESENCE.AVAILABLE,
  PRESENCE.RINGING,
  PRESENCE.IN_CALL,
  PRESENCE.SERVING,
  PRESENCE.WRAP_UP,
  PRESENCE.AWAY,
  PRESENCE.OFFLINE,
];

/** @param {import("../main.js").Board & {known: import("shared/desk.js").Desk, nowMs: number}} props */
export function Staff({ boot, known, menu, nowMs }) {
  /** @type {import("./table.js").Column<BoardStaff>[]} */
  const columns = [
    { key: "name", title: t("Name"), head: true, value: ({ name }) => name },
    { key: "role", title: t("Role"), value: ({ role }) => roleWords(role) },
    { key: "languages", title: t("Languages"), value: ({ languages }) => languagesSpoken(boot, languages) },
    {
      key: "state",
      title: t("State"),
      value: ({ presence }) => ORDER.indexOf(presence),
      cell: (staff) => html`<${State} staff=${staff} />`,
    },
    { key: "since", title: t("Since"), value: sinceOf, cell: (staff) => since(staff, nowMs), class: "short" },
    { key: "calls", title: t("Calls now"), value: ({ calls }) => calls, cell: ({ calls }) => number(calls) },
    {
      key: "shift",
      title: t("Shift ends"),
      value: ({ shift_ends_at_ms }) => shift_ends_at_ms,
      cell: (staff) => html`<${Shift} staff=${staff} nowMs=${nowMs} />`,
    },
    {
      key: "connected",
      title: t("Connection"),
      class: "short",
      value: ({ connected }) => Number(connected),
      cell: ({ connected }) => html`<${Line} connected=${connected} />`,
    },
    {
      key: "menu",
      title: t("Change"),
      plain: true,
      class: "short",
      value: () => null,
      cell: (staff) => canBeSet(staff) && html`<${MenuButton} menu=${menu} kind="staff" id=${staff.id} what=${staff.name} />`,
    },
  ];
  return html`<${SortedTable}
    heading=${t("Staff")}
    id="staff-heading"
    class="part-staff"
    rows=${all(known, "board_staff")}
    columns=${columns}
    first=${{ column: "state", ascending: true }}
    attributes=${(/** @type {BoardStaff} */ { id, presence, connected, last_call }) => ({
      key: id,
      "data-staff": id,
      "data-state": presence,
      "data-connected": String(connected),
      "data-last-call": String(last_call),
    })}
    empty=${t("Nobody has opened the console yet. Staff appear here as soon as they do.")}
  />`;
}

/** @param {BoardStaff} staff @param {number} nowMs */
function since(staff, nowMs) {
  const sinceMs = sinceOf(staff);
  return sinceMs === null ? "" : moment(sinceMs, nowMs);
}

/** @param {{staff: BoardStaff}} props */
function State({ staff }) {
  const why = awayWords(staff.away_reason);
  return html`<span class="state">
    <span class=${`dot ${presenceDot(staff.presence)}`}></span>
    <span>${presenceWords(staff.presence)} ${why && html`<span class="quiet small">${why}</span>`}</span>
  </span>`;
}

/** @param {{staff: BoardStaff, nowMs: number}} props */
function Shift({ staff, nowMs }) {
  const { shift_ends_at_ms: endsAtMs, last_call: lastCall } = staff;
  return html`${endsAtMs === null ? html`<span class="quiet">${t("not said")}</span>` : moment(endsAtMs, nowMs)}
    ${lastCall && html`<span class="under" data-mark="last-call">${t("offered nothing new")}</span>`}`;
}

/** @param {{connected: boolean}} props */
function Line({ connected }) {
  return html`<span class=${`state ${connected ? "" : "quiet"}`}>
    <${Icon} name=${connected ? "wifi" : "wifi-off"} />${connected ? t("connected") : t("not connected")}
  </span>`;
}
