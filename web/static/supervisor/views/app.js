// The supervisor's page: the worst thing, the figures; calls, languages and staff; messages and kiosks.
import { html, useTicking } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { t } from "shared/locale.js";
import { LineBanner, LineState, MeMenu } from "shared/staff-bar.js";
import { roleWords } from "shared/staff.js";
import { figures, languageRows, worst } from "../model.js";
import { CallMenu } from "./call-menu.js";
import { Calls } from "./calls.js";
import { Kiosks } from "./kiosks.js";
import { LanguageMenu } from "./language-menu.js";
import { Languages } from "./languages.js";
import { Notices } from "./notices.js";
import { Said } from "./said.js";
import { Staff } from "./staff.js";
import { StaffMenu } from "./staff-menu.js";
import { Figures, Worst } from "./top.js";

/** @param {import("../main.js").Board} board */
export function App(board) {
  const { boot, desk, line, now, menu } = board;
  const nowMs = useTicking(now);
  const known = desk.value;
  const title = t("Supervisor");
  useEffect(() => {
    document.title = `${title} · Gloria`;
  }, [title]);
  return html`<div class="board">
    <header class="bar">
      <span class="bar-brand">Gloria</span>
      <h1>${t("How the service is now")}</h1>
      <div class="bar-end">
        <${LineState} line=${line.value} />
        <${MeMenu} boot=${boot} name=${boot.name} note=${roleWords(boot.role)} />
      </div>
    </header>
    <${LineBanner} line=${line.value} words=${t("No connection to the service. We are trying again; what is below is as it was when the line was lost.")} />
    <main>
      ${known.via === "nothing"
        ? html`<p class="lead board-empty" role="status">${t("Connecting to the service. Calls, staff and kiosks appear here as soon as it answers.")}</p>`
        : html`<${Worst} ...${board} worst=${worst(known, nowMs)} nowMs=${nowMs} />
            <${Figures} figures=${figures(known, nowMs)} />
            <${Calls} ...${board} known=${known} nowMs=${nowMs} />
            <${Languages} ...${board} rows=${languageRows(known)} nowMs=${nowMs} />
            <${Staff} ...${board} known=${known} nowMs=${nowMs} />
            <${Notices} ...${board} known=${known} nowMs=${nowMs} />
            <${Kiosks} boot=${boot} desk=${known} nowMs=${nowMs} />`}
      <${Said} ...${board} />
    </main>
    ${menu.value?.kind === "call" && html`<${CallMenu} key=${menu.value.id} ...${board} known=${known} nowMs=${nowMs} />`}
    ${menu.value?.kind === "language" && html`<${LanguageMenu} key=${menu.value.id} ...${board} />`}
    ${menu.value?.kind === "staff" && html`<${StaffMenu} key=${menu.value.id} ...${board} known=${known} />`}
  </div>`;
}
