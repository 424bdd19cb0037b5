// Whom a call has asked for and who has not come yet: for how long, who is rung, and how to take it back.
import { Icon, html, useTicking } from "shared/ui.js";
import { t, waitInWords } from "shared/locale.js";
import { ASK, EVENT } from "shared/wire.gen.js";
import { colleague, rungFor } from "../call-model.js";
import { askStateWords, askWords } from "../call-words.js";

/** @param {import("../main.js").Console & {call: import("shared/wire.gen.js").AdvisorCall}} props */
export function AskStrip({ boot, desk, now, actions, call }) {
  const nowMs = useTicking(now);
  const { ask } = call;
  if (!ask) return null;
  const invited = colleague(desk.value, ask.staff);
  const busy = actions.isUnderWay(EVENT.CANCEL_ASK, call.id);
  return html`<div class="notice ask-strip" data-ask=${ask.ask} data-ringing=${String(ask.ringing)}>
    <${Icon} name=${ask.ask === ASK.INTERPRETER ? "languages" : "users-round"} />
    <div>
      <p><b>${askWords(boot, ask, invited)}</b></p>
      <p class="small"><span role="status">${askStateWords(ask, rungFor(desk.value, ask), invited)}</span> <span class="quiet">${t("Asked {time} ago.", { time: waitInWords(nowMs - ask.since_ms) })}</span></p>
    </div>
    ${call.serves &&
    html`<button type="button" class="button button-quiet button-small" data-action="cancel-ask" aria-disabled=${String(busy)} onClick=${() => !busy && actions.cancelAsk(call.id)}>
      <${Icon} name="x" />${t("Cancel the request")}
    </button>`}
  </div>`;
}
