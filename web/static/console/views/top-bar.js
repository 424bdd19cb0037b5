// The bar at the top: one's own state with its menu, the shift, who waits in which language, the line, one's own menu.
import { useSignal } from "@preact/signals";
import { Icon, html, useTicking } from "shared/ui.js";
import { t, tn } from "shared/locale.js";
import { DevicePanel } from "shared/device-panel.js";
import { LineState, MeMenu, Popover } from "shared/staff-bar.js";
import { languageName, languagesSpoken, roleWords } from "shared/staff.js";
import { PRESENCE } from "shared/wire.gen.js";
import { VIEW, isIdle, leavesAfterwards, waitingByLanguage } from "../model.js";
import { noNewChatsWords, shiftWords } from "../presence-words.js";
import { PresenceMenu } from "./presence-menu.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/wire.gen.js").Self} Self */

/** @param {Console} props */
export function TopBar(props) {
  const { boot, desk, line, page } = props;
  const { self, view } = page.value;
  const stay = isIdle(page.value) ? null : t("End what you serve and its wrap-up first.");
  return html`<header class="bar">
    <span class="bar-brand">Gloria</span>
    ${self && view !== VIEW.ELSEWHERE && html`<${PresenceMenu} ...${props} self=${self} />`}
    ${self && view !== VIEW.ELSEWHERE && html`<${Shift} ...${props} self=${self} />`}
    ${self && html`<${WaitingCounts} boot=${boot} counts=${waitingByLanguage(desk.value, self)} />`}
    <div class="bar-end">
      <${LineState} line=${line.value} />
      <${DevicesMenu} ...${props} />
      <${MeMenu}
        boot=${boot}
        name=${self?.name ?? roleWords(boot.role)}
        note=${self ? languagesSpoken(boot, self.languages) : ""}
        stay=${stay}
      />
    </div>
  </header>`;
}

/** Until when one's shift lasts; that nothing new is offered shortly before, or because one has said so. @param {Console & {self: Self}} props */
function Shift({ now, self, actions }) {
  const words = shiftWords(self, useTicking(now));
  if (leavesAfterwards(self)) {
    return html`<p class="shift shift-last" data-shift="afterwards"><${Icon} name="clock" />${noNewChatsWords(self, actions.awayFor.value)}</p>`;
  }
  if (!words) return null;
  return html`<p class=${`shift ${self.last_call ? "shift-last" : "quiet"}`} data-shift=${self.last_call ? "last-call" : "on"}>
    <${Icon} name=${self.last_call ? "bell-ring" : "clock"} />
    ${self.last_call && self.presence !== PRESENCE.AVAILABLE ? t("Last call: nothing new is offered") : words}
  </p>`;
}

/** Camera, microphone and speaker, at any time. @param {Console} props */
function DevicesMenu({ conversations, conversation, boot }) {
  const open = useSignal(false);
  return html`<${Popover}
    class="devices-menu"
    action="devices"
    icon="settings-2"
    words=${t("Devices")}
    onToggle=${(/** @type {boolean} */ now) => (open.value = now)}
  >
    ${open.value &&
    html`<div class="devices-popover">
      <${DevicePanel} devices=${conversations.devices} muted=${conversation.value?.muted.value ?? false} />
      <p class="small"><a href=${`/linecheck?seat=${boot.seat}`} target="_blank" rel="noopener">${t("Check this computer and its line")}</a></p>
    </div>`}
  <//>`;
}

/** Of more languages the bar shows their codes; their names are under the mouse and for a screen reader. */
const NAMED_AT_MOST = 3;

/** @param {{boot: import("shared/page.js").Boot, counts: {language: string, count: number}[]}} props */
function WaitingCounts({ boot, counts }) {
  if (!counts.length) return html`<p class="waiting-counts quiet">${t("Nobody waits")}</p>`;
  const people = counts.reduce((sum, { count }) => sum + count, 0);
  const room = counts.length <= NAMED_AT_MOST;
  return html`<div class="waiting-counts">
    <span class="quiet" id="waiting-counts">${tn("{n} visitor waits", "{n} visitors wait", people)}</span>
    <ul aria-labelledby="waiting-counts">
      ${counts.map(
        ({ language, count }) => html`<li key=${language} title=${room ? null : languageName(boot, language)}>
          ${!room && html`<span aria-hidden="true">${language}</span>`}
          <span class=${room ? "" : "visually-hidden"}>${languageName(boot, language)}</span>
          <b class="number">${count}</b>
        </li>`,
      )}
    </ul>
  </div>`;
}
