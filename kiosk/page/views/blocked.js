// When the page cannot serve anybody: it says why, and what to do about it. For the library's staff as well.
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { Both } from "./parts.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** Nothing has been heard from the bridge yet. @param {{kiosk: Kiosk}} props */
export function Opening({ kiosk }) {
  const trying = kiosk.line.value.state === "lost" || kiosk.line.value.state === "refused";
  return html`<div class="reading reading-calm">
    <h1><${Both} words=${t("One moment, please")} english="One moment, please" /></h1>
    ${trying &&
    html`<p class="lead" role="status">
      <${Both} words=${t("There is no connection to the service. We keep trying.")} english="There is no connection to the service. We keep trying." />
    </p>`}
  </div>`;
}

/** @param {{kiosk: Kiosk}} props */
export function Elsewhere({ kiosk }) {
  return html`<div class="reading reading-calm">
    <span class="seal"><${Icon} name="monitor" /></span>
    <h1><${Both} words=${t("This kiosk is open in another window")} english="This kiosk is open in another window" /></h1>
    <p class="lead">
      <${Both} words=${t("Calls are taken there. They come here when you use this one.")} english="Calls are taken there. They come here when you use this one." />
    </p>
    <button type="button" class="button button-large" data-action="claim" onClick=${kiosk.claims}>
      <span><${Both} words=${t("Use this one")} english="Use this one" /></span>
    </button>
  </div>`;
}

export function SignedOut() {
  return html`<div class="reading reading-calm">
    <span class="seal"><${Icon} name="monitor-x" /></span>
    <h1><${Both} words=${t("This kiosk is not signed in")} english="This kiosk is not signed in" /></h1>
    <p class="lead">
      <${Both}
        words=${t("For the library's staff: sign the kiosk in again on the sign-in page. If that does not help, call the service's own staff.")}
        english="For the library's staff: sign the kiosk in again on the sign-in page. If that does not help, call the service's own staff."
      />
    </p>
    <button type="button" class="button button-large" data-action="reload" onClick=${() => location.reload()}>
      <span><${Both} words=${t("Try again")} english="Try again" /></span>
    </button>
  </div>`;
}
