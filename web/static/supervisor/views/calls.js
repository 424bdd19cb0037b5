// The calls: who waits, who talks, who is asked for; and what can be done with each.
import { Icon, html } from "shared/ui.js";
import { t, waitInWords } from "shared/locale.js";
import { clock, languageName, listed } from "shared/staff.js";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { callRows, isInFront, stateRank, talkedMs, waitedMs } from "../model.js";
import { askWords, callStateDot, callStateWords, callWords, channelWords, placeWords, tierWords, wishWords, withWords } from "../words.js";
import { MenuButton } from "./menu.js";
import { SortedTable } from "./table.js";

/** @typedef {import("shared/wire.gen.js").BoardCall} BoardCall */

/** @param {import("../main.js").Board & {known: import("shared/desk.js").Desk, nowMs: number}} props */
export function Calls({ boot, known, menu, nowMs }) {
  /** @type {import("./table.js").Column<BoardCall>[]} */
  const columns = [
    {
      key: "state",
      title: t("State"),
      head: true,
      value: stateRank,
      cell: (call) => html`<${State} call=${call} ask=${askWords(boot, known, call, nowMs)} />`,
    },
    {
      key: "language",
      title: t("Language"),
      value: ({ language }) => languageName(boot, language),
      cell: ({ language, also }) => {
        const others = listed(also.map((code) => languageName(boot, code)));
        return html`${languageName(boot, language)}${others && html`<span class="under">${t("also {languages}", { languages: others })}</span>`}`;
      },
    },
    {
      key: "channel",
      title: t("Channel"),
      class: "short",
      value: ({ channel }) => channelWords(channel),
      cell: ({ channel }) => html`<span class="state"><${Icon} name=${channel === CALL_CHANNEL.CHAT ? "keyboard" : "video"} />${channelWords(channel)}</span>`,
    },
    { key: "place", title: t("Place"), value: (call) => placeWords(boot, known, call) },
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
    {
      key: "tier",
      title: t("By whom"),
      value: (call) => tierWords(call) || null,
      cell: (call) => html`${tierWords(call) || none(t("not decided yet"))}${call.wish && html`<span class="under">${wishWords(call.wish)}</span>`}`,
    },
    { key: "staff", title: t("With"), value: (call) => withWords(known, call) || null, cell: (call) => withWords(known, call) || none(t("nobody yet")) },
    {
      key: "menu",
      title: t("Change"),
      plain: true,
      class: "short",
      value: () => null,
      cell: (call) => html`<${MenuButton} menu=${menu} kind="call" id=${call.id} what=${callWords(boot, call)} />`,
    },
  ];
  return html`<${SortedTable}
    heading=${t("Calls")}
    id="call-heading"
    class="part-calls"
    rows=${callRows(known, nowMs)}
    columns=${columns}
    first=${{ column: "state", ascending: true }}
    attributes=${(/** @type {BoardCall} */ { id, state, raised, channel }) => ({
      key: id,
      "data-call": id,
      "data-state": state,
      "data-raised": String(raised),
      "data-channel": channel,
    })}
    empty=${t("No calls now. A call appears here as soon as a visitor chooses a language at a kiosk.")}
  />`;
}

/** @param {{call: BoardCall, ask: string}} props */
function State({ call, ask }) {
  const { state } = call;
  return html`<span class="state"><span class=${`dot ${callStateDot(state)}`}></span>${callStateWords(state)}</span>
    ${isInFront(call) && html`<span class="chip chip-here mark" data-mark="raised"><${Icon} name="arrow-up-to-line" />${t("put in front")}</span>`}
    ${ask && html`<span class="under ask" data-mark="ask">${ask}</span>`}`;
}

/** @param {string} words */
function none(words) {
  return html`<span class="quiet">${words}</span>`;
}

/** @param {number | null} ms */
function talkCell(ms) {
  return ms === null ? none(t("not yet")) : html`<span class="clock">${clock(ms)}</span>`;
}
