// A call: the visitor's picture as large as can be, one's own small in a corner, and what is known in one line.
import { Icon, Picture, html, useTicking } from "shared/ui.js";
import { locale, t, waitInWords } from "shared/locale.js";
import { clock, languageName } from "shared/staff.js";
import { deviceWords, pathTrouble, pathWords, placeWords } from "../words.js";

/** @typedef {import("../main.js").Console} Console */

/** @param {Console} props */
export function Call(props) {
  const { boot, page, conversation } = props;
  const { call } = page.value;
  if (!call) return null;
  const problem = deviceWords(conversation.problem.value);
  return html`<section class="call" aria-labelledby="call-heading">
    ${problem && html`<div class="notice notice-warn" role="alert" data-problem=${conversation.problem.value}><${Icon} name="circle-alert" /><p>${problem}</p></div>`}
    <${Stage} conversation=${conversation} />
    <${CallFacts} ...${props} />
  </section>`;
}

/**
 * The pictures. Their places do not mirror in right-to-left pages; the words over them do.
 * @param {{conversation: Console["conversation"]}} props
 */
function Stage({ conversation }) {
  const { remote, local, path, muted, cameraOff, other } = conversation;
  const direction = locale.value.direction;
  const trouble = remote.value || path.value !== "connected" ? pathTrouble(path.value) : "";
  const dark = !trouble && other.value.cameraOff;
  return html`<div class="stage on-picture" dir="ltr" data-path=${path.value}>
    <${Picture} stream=${remote.value} label=${t("The visitor's picture")} class="picture-whole" data-picture="remote" />
    <p class="stage-words" dir=${direction} role="status">
      ${trouble && html`<span><${Icon} name=${remote.value ? "wifi-off" : "video"} />${trouble}</span>`}
      ${dark && html`<span><${Icon} name="video-off" />${t("The visitor has hidden the picture. You hear each other.")}</span>`}
    </p>
    <div class="stage-own">
      <${Picture} stream=${local.value} label=${t("Your own picture")} own data-picture="own" />
      <ul class="stage-own-words small" dir=${direction}>
        ${muted.value && html`<li><${Icon} name="mic-off" />${t("You are muted")}</li>`}
        ${cameraOff.value && html`<li><${Icon} name="video-off" />${t("Your camera is off")}</li>`}
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
      <li class=${connected ? "" : "call-trouble"}><${Icon} name=${connected ? "wifi" : "wifi-off"} />${pathWords(conversation.path.value)}</li>
      ${conversation.other.value.muted && html`<li class="call-trouble"><${Icon} name="mic-off" />${t("The visitor is muted")}</li>`}
    </ul>
  </div>`;
}
