// Who is in a call, with what each is in it, how the connection to them is, and its safety code.
import { useId } from "preact/hooks";
import { Icon, html } from "shared/ui.js";
import { t } from "shared/locale.js";
import { spoken } from "shared/safety-code.js";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { partOf } from "../call-model.js";
import { partWords, personWords } from "../call-words.js";

/** @typedef {import("shared/conversation.js").Conversation} Conversation */
/** @typedef {import("shared/conversation.js").Other} Other */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */

/** @param {import("../main.js").Console & {call: AdvisorCall, talk: Conversation}} props */
export function People({ boot, call, talk }) {
  const id = useId();
  const of = (/** @type {string} */ who) => talk.others.value.find((other) => other.id === who) ?? null;
  return html`<section class="tool" aria-labelledby=${`${id}-heading`}>
    <h2 id=${`${id}-heading`}><${Icon} name="user-round" />${call.channel === CALL_CHANNEL.CHAT ? t("Who is here") : t("In this call")}</h2>
    <ul class="people">
      <li data-in-call="visitor">
        <p><b>${t("Visitor")}</b></p>
        <${State} other=${of("visitor")} there=${call.visitor_there} />
      </li>
      ${call.people.map((person) =>
        person.id === boot.seat
          ? html`<li key=${person.id} data-in-call=${person.id}><p><b>${partWords(boot, partOf(call, boot.seat), call)}</b></p></li>`
          : html`<li key=${person.id} data-in-call=${person.id}>
              <p><b>${person.name}</b> <span class="small quiet">${personWords(person, call)}</span></p>
              <${State} other=${of(person.id)} there=${person.there} />
            </li>`,
      )}
    </ul>
  </section>`;
}

/** How the connection to somebody is. @param {{other: Other | null, there: boolean}} props */
function State({ other, there }) {
  if (!there) return html`<p class="small people-trouble"><${Icon} name="wifi-off" />${t("has lost the network")}</p>`;
  if (!other || other.path.value !== "connected") return html`<p class="small quiet"><${Icon} name="wifi" />${t("Connecting")}</p>`;
  const { muted } = other.switches.value;
  return html`<p class="small quiet">
    ${muted && html`<span><${Icon} name="mic-off" />${t("muted")}</span>`}
    <${Code} code=${other.code.value} byBridge=${other.byBridge.value} />
  </p>`;
}

/** @param {{code: string | null, byBridge: boolean}} props */
function Code({ code, byBridge }) {
  if (!code || byBridge) return html`<span><${Icon} name="wifi" />${t("Connected")}</span>`;
  if (code === "mismatch") return html`<span class="people-trouble" data-code-state="mismatch"><${Icon} name="shield-alert" />${t("may be listened to")}</span>`;
  return html`<span><${Icon} name="shield-check" />${t("Safety code")} <bdi class="number" dir="ltr" data-code-of>${spoken(code)}</bdi></span>`;
}
