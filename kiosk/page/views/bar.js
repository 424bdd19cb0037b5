// The bar that is the same on every page, and the help behind it.
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { STAGE, isIdle } from "../model.js";
import { Both } from "./parts.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** Before a language is chosen, Finnish has English under it. @param {{kiosk: Kiosk, words: string, english: string}} props */
function Words({ kiosk, words, english }) {
  return kiosk.stage.value === STAGE.START || kiosk.stage.value === STAGE.MISSING ? html`<${Both} words=${words} english=${english} />` : words;
}

/** @param {{kiosk: Kiosk}} props */
export function Bar({ kiosk }) {
  return html`<footer class="bar">
    <${TextSizeButton} kiosk=${kiosk} />
    <${HelpButton} kiosk=${kiosk} />
  </footer>`;
}

/** @param {{kiosk: Kiosk}} props */
export function TextSizeButton({ kiosk }) {
  return html`<button type="button" class="button button-quiet button-stacked bar-more" data-action="text-size" onClick=${kiosk.changesTextSize}>
    <${Icon} name="a-large-small" /><span><${Words} kiosk=${kiosk} words=${t("Text size")} english="Text size" /></span>
  </button>`;
}

/** @param {{kiosk: Kiosk}} props */
export function HelpButton({ kiosk }) {
  const open = kiosk.visit.value.help;
  return html`<button
    type="button"
    class="button button-quiet button-stacked bar-more"
    data-action="help"
    aria-expanded=${open}
    onClick=${() => kiosk.setHelp(!open)}
  >
    <${Icon} name="circle-help" /><span><${Words} kiosk=${kiosk} words=${t("Help")} english="Help" /></span>
  </button>`;
}

/** What this is, for visitors; what state it is in, for the library's staff. @param {{kiosk: Kiosk}} props */
export function Help({ kiosk }) {
  const title = useRef(/** @type {HTMLHeadingElement | null} */ (null));
  useEffect(() => {
    const before = document.activeElement;
    title.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, []);
  const own = kiosk.kiosk.value;
  return html`<section class="help card" aria-labelledby="help-title" data-panel="help"
    onKeyDown=${(/** @type {KeyboardEvent} */ event) => event.key === "Escape" && kiosk.setHelp(false)}>
    <h2 id="help-title" ref=${title} tabindex="-1"><${Words} kiosk=${kiosk} words=${t("What is this?")} english="What is this?" /></h2>
    <p><${Words} kiosk=${kiosk} words=${t("Here you can talk with an advisor in your own language about everyday matters, letters and forms. It costs nothing, and you need no appointment.")}
      english="Here you can talk with an advisor in your own language about everyday matters, letters and forms. It costs nothing, and you need no appointment." /></p>
    <p><${Words} kiosk=${kiosk} words=${t("If something does not work, please ask the library's staff.")}
      english="If something does not work, please ask the library's staff." /></p>
    <div class="help-staff">
      <h3>${t("For the library's staff")}</h3>
      <p>${own ? own.name : t("The name of this kiosk is not known yet")}</p>
      <p class="help-line">${lineInWords(kiosk.line.value.state)}</p>
      ${isIdle(kiosk.stage.value) &&
      own &&
      html`<p><a class="button button-quiet" href=${`/linecheck?seat=${own.id}`} data-action="line-check"><${Icon} name="signal" /><span>${t("Check camera, sound and line")}</span></a></p>`}
    </div>
    <button type="button" class="button button-quiet" data-action="close-help" onClick=${() => kiosk.setHelp(false)}>
      <${Icon} name="x" /><span>${t("Close the help")}</span>
    </button>
  </section>`;
}

/** @param {import("shared/page.js").LineState} state */
function lineInWords(state) {
  if (state === "connected") return html`<${Icon} name="wifi" /><span>${t("Connected to the service")}</span>`;
  if (state === "refused") return html`<${Icon} name="wifi-off" /><span>${t("The service refuses this kiosk")}</span>`;
  return html`<${Icon} name="wifi-off" /><span>${t("No connection to the service. Is the network cable in its place?")}</span>`;
}
