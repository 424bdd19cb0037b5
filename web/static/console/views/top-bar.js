// The bar at the top: one's own state and for how long, who waits in which language, the line, one's own menu.
import { useSignal } from "@preact/signals";
import { html, useTicking } from "shared/ui.js";
import { t, tn } from "shared/locale.js";
import { DevicePanel } from "shared/device-panel.js";
import { LineState, MeMenu, Popover } from "shared/staff-bar.js";
import { clock, languageName, languagesSpoken, presenceDot, presenceWords, roleWords } from "shared/staff.js";
import { VIEW, isIdle, waitingByLanguage } from "../model.js";

/** @typedef {import("../main.js").Console} Console */

/** @param {Console} props */
export function TopBar({ boot, desk, line, page, now, conversation }) {
  const { self, view } = page.value;
  const stay = isIdle(page.value) ? null : t("End the call and its wrap-up first.");
  return html`<header class="bar">
    <span class="bar-brand">Gloria</span>
    ${self && view !== VIEW.ELSEWHERE && html`<${StatePill} self=${self} now=${now} connected=${line.value.state === "connected"} />`}
    ${self && html`<${WaitingCounts} boot=${boot} counts=${waitingByLanguage(desk.value)} />`}
    <div class="bar-end">
      <${LineState} line=${line.value} />
      <${DevicesMenu} conversation=${conversation} seat=${boot.seat} />
      <${MeMenu}
        boot=${boot}
        name=${self?.name ?? roleWords(boot.role)}
        note=${self ? languagesSpoken(boot, self.languages) : ""}
        stay=${stay}
      />
    </div>
  </header>`;
}

/** Camera, microphone and speaker, at any time. @param {{conversation: Console["conversation"], seat: string}} props */
function DevicesMenu({ conversation, seat }) {
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
      <${DevicePanel} devices=${conversation.devices} muted=${conversation.muted.value} />
      <p class="small"><a href=${`/linecheck?seat=${seat}`} target="_blank" rel="noopener">${t("Check this computer and its line")}</a></p>
    </div>`}
  <//>`;
}

/** @param {{self: import("shared/wire.gen.js").Self, now: () => number, connected: boolean}} props */
function StatePill({ self, now, connected }) {
  const time = clock(useTicking(now) - self.since_ms);
  return html`<p class="state-pill" data-state=${self.presence}>
    <span class=${`dot ${connected ? presenceDot(self.presence) : ""}`}></span>
    <b>${presenceWords(self.presence)}</b>
    <span class="visually-hidden">${t("for {time}", { time })}</span>
    <span class="clock quiet" aria-hidden="true">${time}</span>
  </p>`;
}

/** @param {{boot: import("shared/page.js").Boot, counts: {language: string, count: number}[]}} props */
function WaitingCounts({ boot, counts }) {
  if (!counts.length) return html`<p class="waiting-counts quiet">${t("Nobody waits")}</p>`;
  const people = counts.reduce((sum, { count }) => sum + count, 0);
  return html`<div class="waiting-counts">
    <span class="quiet" id="waiting-counts">${tn("{n} visitor waits", "{n} visitors wait", people)}</span>
    <ul aria-labelledby="waiting-counts">
      ${counts.map(
        ({ language, count }) => html`<li key=${language} title=${languageName(boot, language)}>
          <span aria-hidden="true">${language}</span>
          <span class="visually-hidden">${languageName(boot, language)}</span>
          <b class="number">${count}</b>
        </li>`,
      )}
    </ul>
  </div>`;
}
