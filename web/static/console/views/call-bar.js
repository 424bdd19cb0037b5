// The buttons of a call. They keep their places in right-to-left pages: a hand finds them without reading.
import { Icon, html } from "shared/ui.js";
import { locale, t } from "shared/locale.js";
import { CALL_CHANNEL, EVENT } from "shared/wire.gen.js";
import { steppingOut } from "../call-model.js";
import { endCallWords, stepOutWords } from "../call-words.js";

/** @typedef {import("../main.js").Console} Console */

/** @param {Console} props */
export function CallBar(props) {
  const { page, shown, actions } = props;
  const { call } = shown.value;
  const { self } = page.value;
  const talk = props.conversation.value;
  if (!call || !self) return null;
  const direction = locale.value.direction;
  const chat = call.channel === CALL_CHANNEL.CHAT;
  const { may, to } = steppingOut(call, self);
  const ending = actions.isUnderWay(EVENT.END, call.id);
  const leaving = actions.isUnderWay(EVENT.STEP_OUT, call.id);
  return html`<section class="call-bar" dir="ltr" aria-label=${chat ? t("Buttons of the chat") : t("Buttons of the call")}>
    <div class="button-row">${talk && !chat && html`<${Switches} talk=${talk} />`}</div>
    <div class="button-row call-bar-end">
      ${to && html`<p class="small quiet" id="step-out-note" dir=${direction}>${t("If you leave, {name} writes it up.", { name: to.name })}</p>`}
      ${may &&
      html`<button
        type="button"
        class=${`button button-large ${call.serves ? "button-quiet" : "button-end"}`}
        dir=${direction}
        data-action="step-out"
        aria-describedby=${to ? "step-out-note" : null}
        disabled=${leaving || ending}
        onClick=${() => actions.stepOut(call.id)}
      >
        <${Icon} name="log-out" />${stepOutWords(call.channel, to)}
      </button>`}
      ${call.serves &&
      html`<button type="button" class="button button-end button-large" dir=${direction} data-action="end" disabled=${ending || leaving} onClick=${() => actions.end(call.id)}>
        <${Icon} name=${chat ? "x" : "phone-off"} />${ending && !chat ? t("Ending the call") : endCallWords(call.channel)}
      </button>`}
    </div>
  </section>`;
}

/** Microphone and camera. @param {{talk: import("shared/conversation.js").Conversation}} props */
function Switches({ talk }) {
  const { muted, cameraOff, setMuted, setCameraOff } = talk;
  const direction = locale.value.direction;
  return html`<button
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
    </button>`;
}
