// What the last command came to, said where it is seen on every part of the page.
import { t } from "shared/locale.js";
import { Icon, html } from "shared/ui.js";
import { toldWords } from "../told-words.js";

/** @param {import("../main.js").Board} props */
export function Said({ boot, menu, actions }) {
  // An open menu says itself what was refused: what is behind it is out of reach.
  const told = menu.value ? null : actions.told.value;
  const refused = Boolean(told?.refused);
  return html`<div class=${`said ${told ? `notice ${refused ? "notice-end" : "notice-good"}` : ""}`} data-said=${told && (told.refused ?? "done")}>
    ${told && html`<${Icon} name=${refused ? "circle-alert" : "circle-check"} />`}
    <p role="status">${told && toldWords(boot, told)}</p>
    ${told && html`<button type="button" class="button button-quiet button-small" data-action="forget" onClick=${actions.forget}>
      <${Icon} name="x" />${t("Close this line")}
    </button>`}
    ${!menu.value && html`<${Pending} actions=${actions} />`}
  </div>`;
}

/** Seen after a second without an answer (by the style sheet). @param {{actions: ReturnType<typeof import("../actions.js").createActions>}} props */
export function Pending({ actions }) {
  if (!actions.underWay.value.length) return null;
  return html`<p class="pending quiet" role="status">${t("The service has not answered yet. One moment.")}</p>`;
}
