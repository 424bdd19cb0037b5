// A call with picture and sound: the pictures, what is wrong with one's own devices, and what is known in one line.
import { Icon, html } from "shared/ui.js";
import { t } from "shared/locale.js";
import { toldWords } from "shared/device-panel.js";
import { deviceWords } from "../words.js";
import { AskStrip } from "./ask-strip.js";
import { CallFacts } from "./call-facts.js";
import { Stage } from "./stage.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/conversation.js").Conversation} Conversation */

/** @param {Console} props */
export function Call(props) {
  const { call } = props.shown.value;
  const conversation = props.conversation.value;
  if (!call || !conversation) return null;
  const problem = deviceWords(conversation.problem.value);
  const { devices, muted } = conversation;
  return html`<section class="call" aria-labelledby="call-heading">
    ${problem && html`<div class="notice notice-warn" role="alert" data-problem=${conversation.problem.value}><${Icon} name="circle-alert" /><p>${problem}</p></div>`}
    <${ToldOfDevices} devices=${devices} />
    <${ListenedTo} call=${call} conversation=${conversation} />
    ${muted.value &&
    devices.talkingWhileMuted.value &&
    html`<div class="notice notice-warn" role="alert" data-notice="talking-while-muted">
      <${Icon} name="mic-off" /><p>${t("You are muted: the visitor does not hear you.")}</p>
      <button type="button" class="button button-small" data-action="unmute" onClick=${() => conversation.setMuted(false)}>
        <${Icon} name="mic" />${t("Unmute microphone")}
      </button>
    </div>`}
    <${AskStrip} ...${props} call=${call} />
    <${Stage} ...${props} call=${call} talk=${conversation} />
    <${CallFacts} ...${props} call=${call} talk=${conversation} />
  </section>`;
}

/** A connection to a colleague that somebody may sit in. (The visitor's says so beside its code.) @param {{call: import("shared/wire.gen.js").AdvisorCall, conversation: Conversation}} props */
function ListenedTo({ call, conversation }) {
  const bad = conversation.others.value.filter(({ id, code }) => id !== "visitor" && code.value === "mismatch");
  return bad.map(({ id }) => {
    const name = call.people.find((person) => person.id === id)?.name ?? "";
    return html`<div key=${id} class="notice notice-end" role="alert" data-notice="mismatch">
      <${Icon} name="shield-alert" /><p>${t("The connection to {name} may be listened to. Let them leave the call and tell your administrator.", { name })}</p>
    </div>`;
  });
}

/** What happened to a device by itself. @param {{devices: Conversation["devices"]}} props */
function ToldOfDevices({ devices }) {
  const told = devices.told.value;
  if (!told) return null;
  return html`<div class="notice" role="status" data-told=${told.code}>
    <${Icon} name=${told.kind === "camera" ? "video" : "mic"} /><p>${toldWords(told)}</p>
    <button type="button" class="button button-quiet button-small" data-action="told" onClick=${() => (devices.told.value = null)}>
      <${Icon} name="x" />${t("Close this notice")}
    </button>
  </div>`;
}
