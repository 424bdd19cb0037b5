// The buttons of a call. They keep their places in right-to-left pages: a hand finds them without reading.
import { Icon, html } from "shared/ui.js";
import { locale, t } from "shared/locale.js";
import { EVENT } from "shared/wire.gen.js";

/** @param {import("../main.js").Console} props */
export function CallBar({ page, conversation, actions }) {
  const { call } = page.value;
  const { muted, cameraOff, setMuted, setCameraOff } = conversation;
  const direction = locale.value.direction;
  const ending = actions.underWay.value.includes(EVENT.END);
  return html`<section class="call-bar" dir="ltr" aria-label=${t("Buttons of the call")}>
    <div class="button-row">
      <button
        type="button"
        class="button button-quiet button-large"
        dir=${direction}
        data-action="mute"
        data-off=${String(muted.value)}
        onClick=${() => setMuted(!muted.value)}
      >
        <${Icon} name=${muted.value ? "mic-off" : "mic"} />${muted.value ? t("Unmute microphone") : t("Mute microphone")}
      </button>
      <button
        type="button"
        class="button button-quiet button-large"
        dir=${direction}
        data-action="camera"
        data-off=${String(cameraOff.value)}
        onClick=${() => setCameraOff(!cameraOff.value)}
      >
        <${Icon} name=${cameraOff.value ? "video-off" : "video"} />${cameraOff.value ? t("Turn camera on") : t("Turn camera off")}
      </button>
    </div>
    <button
      type="button"
      class="button button-end button-large"
      dir=${direction}
      data-action="end"
      disabled=${ending}
      onClick=${() => call && actions.end(call.id)}
    >
      <${Icon} name="phone-off" />${ending ? t("Ending the call") : t("End the call")}
    </button>
  </section>`;
}
