// What is known of a call, in a few lines: which one it is, who is in it and what one is in it oneself, how long, over
// which way, how well, and the code that shows that nobody sits in the middle.
import { Icon, html, useTicking } from "shared/ui.js";
import { t, waitInWords } from "shared/locale.js";
import { languageName, listed } from "shared/staff.js";
import { qualityWords } from "shared/quality-words.js";
import { spoken } from "shared/safety-code.js";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { othersIn, partOf } from "../call-model.js";
import { goingOnWords, partWords, personWords } from "../call-words.js";
import { askedAtFirst, spokenInstead } from "../offer-model.js";
import { noRouteWords, pathWords, placeWords, routeWords } from "../words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/conversation.js").Conversation} Conversation */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */

/** @param {Console & {call: AdvisorCall, talk: Conversation}} props */
export function CallFacts(props) {
  const { boot, call, talk, now } = props;
  const nowMs = useTicking(now);
  const connected = talk.path.value === "connected";
  return html`<div class="call-facts">
    <${CallHeading} boot=${boot} call=${call} />
    <ul>
      <${Parts} ...${props} />
      <${Times} call=${call} nowMs=${nowMs} />
      ${!(connected && talk.route.value) &&
      html`<li class=${connected ? "" : "call-trouble"}><${Icon} name=${connected ? "wifi" : "wifi-off"} />${pathWords(talk.path.value)}</li>`}
      <${WayAndQuality} conversation=${talk} connected=${connected} talkMs=${nowMs - call.since_ms} />
      ${talk.other.value.muted && html`<li class="call-trouble"><${Icon} name="mic-off" />${t("The visitor is muted")}</li>`}
    </ul>
  </div>`;
}

/** The same for a chat, which has no picture and no sound. @param {Console & {call: AdvisorCall, talk: Conversation}} props */
export function ChatFacts(props) {
  const { boot, call, talk, now } = props;
  const nowMs = useTicking(now);
  const connected = talk.path.value === "connected";
  const { code, chatByBridge } = talk;
  return html`<div class="call-facts">
    <${CallHeading} boot=${boot} call=${call} />
    <ul>
      <${Parts} ...${props} />
      <${Times} call=${call} nowMs=${nowMs} />
      ${!call.visitor_there && html`<li class="call-trouble" data-fact="lost"><${Icon} name="wifi-off" />${t("The kiosk has lost its network. Your chat is kept while it comes back.")}</li>`}
      ${connected && !chatByBridge.value && (code.value || nowMs - call.since_ms > NO_CODE_AFTER_MS) && html`<${SafetyCode} code=${code.value} chat />`}
    </ul>
  </div>`;
}

/** @param {{boot: Console["boot"], call: AdvisorCall}} props */
function CallHeading({ boot, call }) {
  return html`<h1 id="call-heading" tabindex="-1"><${Icon} name="map-pin" />${languageName(boot, call.language)} · ${placeWords(boot, call)}</h1>`;
}

/** What one is in it oneself, and who else is in it. @param {Console & {call: AdvisorCall}} props */
function Parts({ boot, page, call }) {
  const part = partOf(call, boot.seat);
  const { self } = page.value;
  const asked = askedAtFirst(call);
  const also = call.also.filter((code) => code !== asked);
  const speaks = self && spokenInstead(call, self);
  return html`<li data-fact="part" data-part=${part}><${Icon} name=${part === "interprets" ? "languages" : "headset"} />${partWords(boot, part, call)}</li>
    ${speaks && html`<li data-fact="speak"><${Icon} name="languages" />${t("You speak {language}", { language: languageName(boot, speaks) })}</li>`}
    ${asked && html`<li data-fact="asked"><${Icon} name="languages" />${t("Asked for at first: {language}", { language: languageName(boot, asked) })}</li>`}
    ${othersIn(call, boot.seat).map(
      (person) => html`<li key=${person.id} data-fact="person" data-person=${person.id} class=${person.there ? "" : "call-trouble"}>
        <${Icon} name=${person.there ? "user-round" : "wifi-off"} />
        <b>${person.name}</b> <span>${personWords(person, call)}</span>${!person.there && html` <span>${t("has lost the network")}</span>`}
      </li>`,
    )}
    ${also.length > 0 &&
    html`<li data-fact="also"><${Icon} name="languages" />${t("also speaks: {languages}", { languages: listed(also.map((code) => languageName(boot, code))) })}</li>`}`;
}

/** @param {{call: AdvisorCall, nowMs: number}} props */
function Times({ call, nowMs }) {
  return html`<li><${Icon} name="clock" />${t("waited {time}", { time: waitInWords(call.accepted_at_ms - call.joined_at_ms) })}</li>
    <li>
      <${Icon} name=${call.channel === CALL_CHANNEL.CHAT ? "message-square" : "phone"} /><span class="number" role="timer">${goingOnWords(call.channel, nowMs - call.accepted_at_ms)}</span>
    </li>`;
}

/**
 * Over which way, how well, and the code.
 * @param {{conversation: Conversation, connected: boolean, talkMs: number}} props
 */
function WayAndQuality({ conversation, connected, talkMs }) {
  const { route, hidden, noRoute, quality, code, chatByBridge } = conversation;
  const verdict = quality.verdict.value;
  const way = connected ? routeWords(route.value, hidden.value) : noRouteWords(noRoute.value);
  const bad = verdict && verdict.level !== "good";
  return html`
    ${way && html`<li data-fact="way"><${Icon} name="route" />${way}</li>`}
    ${connected &&
    verdict &&
    html`<li data-fact="quality" data-quality=${verdict.level} class=${bad ? "call-trouble" : ""}>
      <${Icon} name=${bad ? "signal-low" : "signal"} />${qualityWords(verdict.level, verdict.reason)}
    </li>`}
    ${connected && !chatByBridge.value && (code.value || talkMs > NO_CODE_AFTER_MS) && html`<${SafetyCode} code=${code.value} />`}
  `;
}

/** The code is there within a second; when it is not, that is worth knowing. */
const NO_CODE_AFTER_MS = 15000;

/** @param {{code: string | null, chat?: boolean}} props */
function SafetyCode({ code, chat = false }) {
  if (!code) {
    return html`<li class="call-trouble" data-fact="code"><${Icon} name="shield-alert" />${t("The safety code could not be made")}</li>`;
  }
  if (code === "mismatch") {
    return html`<li class="call-trouble" data-fact="code" role="alert"><${Icon} name="shield-alert" />${chat
      ? t("Somebody else may read this chat. End it and tell your administrator.")
      : t("This call may be listened to. End it and tell your administrator.")}</li>`;
  }
  return html`<li data-fact="code" title=${t("The same six digits stand on the kiosk's screen when nobody sits between you.")}>
    <${Icon} name="shield-check" />${t("Safety code")} <bdi class="number" dir="ltr" data-code>${spoken(code)}</bdi>
  </li>`;
}
