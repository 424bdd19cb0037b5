// The supervisor's page: the worst thing, the figures, the languages, then plain tables.
import { html, useTicking } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { t } from "shared/locale.js";
import { LineBanner, LineState, MeMenu } from "shared/staff-bar.js";
import { roleWords } from "shared/staff.js";
import { figures, languageRows, worst } from "../model.js";
import { Calls } from "./calls.js";
import { Kiosks } from "./kiosks.js";
import { Languages } from "./languages.js";
import { Staff } from "./staff.js";
import { Figures, Worst } from "./top.js";

/** @param {import("../main.js").Board} props */
export function App({ boot, desk, line, now }) {
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
        : html`<${Worst} boot=${boot} worst=${worst(known, nowMs)} nowMs=${nowMs} />
            <${Figures} figures=${figures(known, nowMs)} />
            <div class="board-parts">
              <${Languages} boot=${boot} rows=${languageRows(known)} nowMs=${nowMs} />
              <${Calls} boot=${boot} desk=${known} nowMs=${nowMs} />
              <${Kiosks} boot=${boot} desk=${known} nowMs=${nowMs} />
              <${Staff} boot=${boot} desk=${known} nowMs=${nowMs} />
            </div>`}
    </main>
  </div>`;
}
