// What is always at hand in a call. A button says what it will do; what is switched off is marked as well.
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { HelpButton, TextSizeButton } from "./bar.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** @param {{kiosk: Kiosk}} props */
export function Controls({ kiosk }) {
  const { muted } = kiosk.conversation;
  const { cameraOff, hidden } = kiosk.visit.value;
  return html`<nav class="bar bar-call" dir="ltr" aria-label=${t("The call")}>
    <${Switch}
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
    />
    <${TextSizeButton} kiosk=${kiosk} />
    <${HelpButton} kiosk=${kiosk} />
    <button type="button" class="button button-end button-stacked" data-action="end" onClick=${kiosk.leaves}>
      <${Icon} name="phone-off" /><span>${t("End the call")}</span>
    </button>
  </nav>`;
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
