// A call: the visitor's picture as large as can be, one's own small in a corner, and what is known in one line.
import { Icon, Picture, html, useTicking } from "shared/ui.js";
import { locale, t, waitInWords } from "shared/locale.js";
import { clock, languageName } from "shared/staff.js";
import { toldWords } from "shared/device-panel.js";
import { pausedWords, qualityWords } from "shared/quality-words.js";
import { spoken } from "shared/safety-code.js";
import { deviceWords, noRouteWords, pathTrouble, pathWords, placeWords, routeWords } from "../words.js";

/** @typedef {import("../main.js").Console} Console */

/** @param {Console} props */
export function Call(props) {
  const { boot, page, conversation } = props;
  const { call } = page.value;
  if (!call) return null;
  const problem = deviceWords(conversation.problem.value);
  const { devices, muted } = conversation;
  return html`<section class="call" aria-labelledby="call-heading">
    ${problem && html`<div class="notice notice-warn" role="alert" data-problem=${conversation.problem.value}><${Icon} name="circle-alert" /><p>${problem}</p></div>`}
    <${ToldOfDevices} devices=${devices} />
    ${muted.value &&
    devices.talkingWhileMuted.value &&
    html`<div class="notice notice-warn" role="alert" data-notice="talking-while-muted">
      <${Icon} name="mic-off" /><p>${t("You are muted: the visitor does not hear you.")}</p>
      <button type="button" class="button button-small" data-action="unmute" onClick=${() => conversation.setMuted(false)}>
        <${Icon} name="mic" />${t("Unmute microphone")}
      </button>
    </div>`}
    <${Stage} conversation=${conversation} known=${{ lineUp: props.line.value.state === "connected", otherThere: call.other_there }} />
    <${CallFacts} ...${props} />
  </section>`;
}

/**
 * The pictures. Their places do not mirror in right-to-left pages; the words over them do.
 * @param {{conversation: Console["conversation"], known: {lineUp: boolean, otherThere: boolean}}} props
 */
function Stage({ conversation, known }) {
  const { remote, local, path, route, muted, cameraOff, other, sending, devices } = conversation;
  const direction = locale.value.direction;
  const trouble = remote.value || path.value !== "connected" ? pathTrouble(path.value, known) : "";
  const dark = !trouble && other.value.cameraOff;
  const paused = !trouble && !dark && other.value.paused;
  return html`<div class="stage on-picture" dir="ltr" data-path=${path.value} data-route=${route.value ?? ""}>
    <${Picture} stream=${remote.value} speaker=${devices.speaker.value} label=${t("The visitor's picture")} class="picture-whole" data-picture="remote" />
    <p class="stage-words" dir=${direction} role="status">
      ${trouble && html`<span><${Icon} name=${remote.value ? "wifi-off" : "video"} />${trouble}</span>`}
      ${dark && html`<span><${Icon} name="video-off" />${t("The visitor has hidden the picture. You hear each other.")}</span>`}
      ${paused && html`<span><${Icon} name="video-off" />${pausedWords("staff", "theirs")}</span>`}
    </p>
    <div class="stage-own">
      <${Picture} stream=${local.value} label=${t("Your own picture")} own data-picture="own" />
      <ul class="stage-own-words small" dir=${direction}>
        ${muted.value && html`<li><${Icon} name="mic-off" />${t("You are muted")}</li>`}
        ${cameraOff.value && html`<li><${Icon} name="video-off" />${t("Your camera is off")}</li>`}
        ${sending.value === "none" && html`<li><${Icon} name="video-off" />${pausedWords("staff", "own")}</li>`}
      </ul>
    </div>
  </div>`;
}

/** @param {Console} props */
function CallFacts({ boot, page, now, conversation }) {
  const nowMs = useTicking(now);
  const { call } = page.value;
  if (!call) return null;
  const connected = conversation.path.value === "connected";
  return html`<div class="call-facts">
    <h1 id="call-heading" tabindex="-1"><${Icon} name="map-pin" />${languageName(boot, call.language)} · ${placeWords(boot, call)}</h1>
    <ul>
      <li><${Icon} name="clock" />${t("waited {time}", { time: waitInWords(call.accepted_at_ms - call.joined_at_ms) })}</li>
      <li>
        <${Icon} name="phone" /><span class="number" role="timer">${t("talk time {time}", { time: clock(nowMs - call.accepted_at_ms) })}</span>
      </li>
      ${!(connected && conversation.route.value) &&
      html`<li class=${connected ? "" : "call-trouble"}><${Icon} name=${connected ? "wifi" : "wifi-off"} />${pathWords(conversation.path.value)}</li>`}
      <${WayAndQuality} conversation=${conversation} connected=${connected} talkMs=${nowMs - call.accepted_at_ms} />
      ${conversation.other.value.muted && html`<li class="call-trouble"><${Icon} name="mic-off" />${t("The visitor is muted")}</li>`}
    </ul>
  </div>`;
}

/**
 * Over which way, how well, and the code that shows that nobody sits in the middle.
 * @param {{conversation: Console["conversation"], connected: boolean, talkMs: number}} props
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

/** @param {{code: string | null}} props */
function SafetyCode({ code }) {
  if (!code) {
    return html`<li class="call-trouble" data-fact="code"><${Icon} name="shield-alert" />${t("The safety code could not be made")}</li>`;
  }
  if (code === "mismatch") {
    return html`<li class="call-trouble" data-fact="code" role="alert"><${Icon} name="shield-alert" />${t("This call may be listened to. End it and tell your administrator.")}</li>`;
  }
  return html`<li data-fact="code" title=${t("The same six digits stand on the kiosk's screen when nobody sits between you.")}>
    <${Icon} name="shield-check" />${t("Safety code")} <bdi class="number" dir="ltr" data-code>${spoken(code)}</bdi>
  </li>`;
}

/** What happened to a device by itself. @param {{devices: Console["conversation"]["devices"]}} props */
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
