// One's chats and open wrap-ups, where there are several: which one is open, and what waits in the others.
import { Icon, html, useTicking } from "shared/ui.js";
import { t, tn } from "shared/locale.js";
import { languageName } from "shared/staff.js";
import { callWords } from "../call-words.js";
import { wrapUps } from "../model.js";
import { minutesLeft, overWords } from "../words.js";

/** @typedef {import("../main.js").Console} Console */

/** @param {Console} props */
export function Tabs(props) {
  const { page, shown } = props;
  const { self, calls } = page.value;
  const open = wrapUps(self);
  const here = shown.value.call?.id ?? shown.value.wrapUp?.call ?? null;
  if (!here || calls.length + open.length < 2) return null;
  return html`<nav class="talks" aria-label=${t("Your chats and wrap-ups")}>
    <ul>
      ${calls.map((call) => html`<li key=${call.id}><${ChatTab} ...${props} call=${call} here=${here === call.id} /></li>`)}
      ${open.map((wrapUp) => html`<li key=${wrapUp.call}><${WrapUpTab} ...${props} wrapUp=${wrapUp} here=${here === wrapUp.call} /></li>`)}
    </ul>
  </nav>`;
}

/** @param {Console & {call: import("shared/wire.gen.js").AdvisorCall, here: boolean}} props */
function ChatTab({ boot, chosen, chats, call, here }) {
  const unread = here ? 0 : chats.unreadOf(call.id);
  return html`<button
    type="button"
    class="talk"
    aria-current=${here ? "true" : null}
    data-action="open-chat"
    data-call=${call.id}
    data-unread=${unread}
    onClick=${() => (chosen.value = call.id)}
  >
    <${Icon} name="message-square" />
    <span class="talk-words"><b>${languageName(boot, call.language)}</b> <span class="small">${callWords(boot, { ...call, language: null })}</span></span>
    ${!call.visitor_there && html`<span class="talk-note small"><${Icon} name="wifi-off" />${t("no connection")}</span>`}
    ${unread > 0 && html`<span class="talk-unread small"><${Icon} name="mail" />${tn("{n} new", "{n} new", unread)}</span>`}
  </button>`;
}

/** @param {Console & {wrapUp: import("shared/wire.gen.js").OpenWrapUp, here: boolean}} props */
function WrapUpTab({ boot, chosen, pasts, now, wrapUp, here }) {
  const nowMs = useTicking(now);
  const past = pasts.value[wrapUp.call];
  const which = past ? callWords(boot, past) : "";
  return html`<button
    type="button"
    class="talk"
    aria-current=${here ? "true" : null}
    data-action="open-wrap-up"
    data-call=${wrapUp.call}
    onClick=${() => (chosen.value = wrapUp.call)}
  >
    <${Icon} name="check" />
    <span class="talk-words"><b>${overWords(wrapUp.work, past?.channel === "chat")}</b> ${which && html`<span class="small">${which}</span>`}</span>
    <span class="talk-note small"><${Icon} name="clock" />${minutesLeft(wrapUp.until_ms - nowMs)}</span>
  </button>`;
}
