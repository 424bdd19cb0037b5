// A visit or a phone call at the desk: for how long, and that it is done.
import { Icon, html, useTicking } from "shared/ui.js";
import { t } from "shared/locale.js";
import { clock } from "shared/staff.js";
import { DESK_WORK, EVENT } from "shared/wire.gen.js";
import { workWords } from "../presence-words.js";
import { Language } from "./language.js";

/** @param {import("../main.js").Console} props */
export function Serving({ boot, page, now, actions }) {
  const nowMs = useTicking(now);
  const serving = page.value.self?.serving;
  if (!serving) return null;
  const busy = actions.isUnderWay(EVENT.SERVED);
  return html`<section class="calm calm-here serving" aria-labelledby="serving-heading" data-work=${serving.work}>
    <span class="calm-mark"><${Icon} name=${serving.work === DESK_WORK.PHONE ? "phone" : "user-round"} /></span>
    <h1 id="serving-heading" class="display" tabindex="-1">${workWords(serving.work)}</h1>
    ${serving.language && html`<p class="chip"><${Language} boot=${boot} code=${serving.language} /></p>`}
    <p class="serving-clock clock" role="timer" aria-label=${t("for {time}", { time: clock(nowMs - serving.since_ms) })}>
      ${clock(nowMs - serving.since_ms)}
    </p>
    <p class="lead">${t("Nothing rings here meanwhile. When you are done, say in a few touches what it was about.")}</p>
    <div class="button-row">
      <button type="button" class="button button-large" data-action="served" disabled=${busy} onClick=${actions.served}>
        <${Icon} name="check" />${t("Done")}
      </button>
    </div>
  </section>`;
}
