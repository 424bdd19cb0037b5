// What is always at hand in a call. A button says what it will do; what is switched off is marked as well.
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { HelpButton, TextSizeButton } from "./bar.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** Where people only write there is nothing to switch. @param {{kiosk: Kiosk, written: boolean}} props */
export function Controls({ kiosk, written }) {
  return html`<nav class=${written ? "bar bar-call bar-written" : "bar bar-call"} dir="ltr" aria-label=${t("The call")}>
    ${!written && html`<${Switches} kiosk=${kiosk} />`}
    <${TextSizeButton} kiosk=${kiosk} />
    <${HelpButton} kiosk=${kiosk} />
    <button type="button" class="button button-end button-stacked" data-action="end" onClick=${kiosk.leaves}>
      <${Icon} name=${written ? "log-out" : "phone-off"} /><span>${written ? t("End the conversation") : t("End the call")}</span>
    </button>
  </nav>`;
}

/** @param {{kiosk: Kiosk}} props */
function Switches({ kiosk }) {
  const { muted } = kiosk.conversation;
  const { cameraOff, hidden } = kiosk.visit.value;
  return html`<${Switch}
      action="mute"
      off=${muted.value}
      icon=${muted.value ? "mic-off" : "mic"}
      words=${muted.value ? t("Unmute") : t("Mute")}
      onClick=${() => kiosk.conversation.setMuted(!muted.value)}
    />
    <${Switch}
      action="camera"
      off=${cameraOff || hidden}
      unusable=${hidden}
      icon=${cameraOff || hidden ? "video-off" : "video"}
      words=${cameraOff || hidden ? t("Camera on") : t("Camera off")}
      onClick=${() => kiosk.setCameraOff(!cameraOff)}
    />
    <${Switch}
      action="hide"
      off=${hidden}
      icon=${hidden ? "eye" : "eye-off"}
      words=${hidden ? t("Show pictures") : t("Hide pictures")}
      onClick=${() => kiosk.setHidden(!hidden)}
    />`;
}

/** @param {{action: string, off: boolean, unusable?: boolean, icon: string, words: string, onClick: () => void}} props */
function Switch({ action, off, unusable = false, icon, words, onClick }) {
  return html`<button
    type="button"
    class="button button-quiet button-stacked"
    data-action=${action}
    data-off=${off ? "" : undefined}
    aria-disabled=${unusable}
    onClick=${() => unusable || onClick()}
  >
    <${Icon} name=${icon} /><span>${words}</span>
  </button>`;
}
