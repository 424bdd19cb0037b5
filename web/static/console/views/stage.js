// The pictures of a call: the visitor's as large as can be, the others' and one's own small. Their places do not mirror in
// right-to-left pages; the words over them do.
import { Icon, Picture, html, useFor, useMoving } from "shared/ui.js";
import { locale, t } from "shared/locale.js";
import { pausedWords } from "shared/quality-words.js";
import { NO_PICTURE_AFTER_MS } from "shared/recovery.js";
import { roleWords } from "shared/staff.js";
import { ROLE } from "shared/wire.gen.js";
import { pathTrouble } from "../words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/conversation.js").Conversation} Conversation */
/** @typedef {import("shared/conversation.js").Other} Other */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("shared/wire.gen.js").Person} Person */

/** @param {Console & {call: AdvisorCall, talk: Conversation}} props */
export function Stage({ boot, line, call, talk }) {
  const { remote, path, route, other, devices } = talk;
  const direction = locale.value.direction;
  const known = { lineUp: line.value.state === "connected", otherThere: call.visitor_there };
  const trouble = remote.value || path.value !== "connected" ? pathTrouble(path.value, known) : "";
  const dark = !trouble && other.value.cameraOff;
  const paused = !trouble && !dark && other.value.paused;
  const { moving, looks } = useMoving();
  const coming = path.value === "connected" && !moving.value && !dark && !paused;
  const none = useFor(coming, NO_PICTURE_AFTER_MS);
  return html`<div class="stage on-picture" dir="ltr" data-path=${path.value} data-route=${route.value ?? ""}>
    <div class="stage-picture" onLoadedDataCapture=${looks} onResizeCapture=${looks} onEmptiedCapture=${looks}>
      <${Picture} stream=${remote.value} speaker=${devices.speaker.value} label=${t("The visitor's picture")} class="picture-whole" data-picture="remote" />
    </div>
    <p class="stage-words" dir=${direction} role="status">
      ${trouble && html`<span><${Icon} name=${remote.value ? "wifi-off" : "video"} />${trouble}</span>`}
      ${dark && html`<span><${Icon} name="video-off" />${t("The visitor has hidden the picture. You hear each other.")}</span>`}
      ${paused && html`<span><${Icon} name="video-off" />${pausedWords("staff", "theirs")}</span>`}
      ${none && html`<span data-notice="no-picture"><${Icon} name="video-off" />${t("No picture comes from the visitor. You can write in any case.")}</span>`}
    </p>
    <${Tiles} call=${call} talk=${talk} />
    <${OwnTile} talk=${talk} interprets=${boot.role === ROLE.INTERPRETER} />
  </div>`;
}

/** Everybody else of the staff who is in it. @param {{call: AdvisorCall, talk: Conversation}} props */
function Tiles({ call, talk }) {
  const others = talk.others.value.filter(({ id, talking }) => id !== "visitor" && talking.value);
  if (!others.length) return null;
  return html`<ul class="stage-tiles" aria-label=${t("Others in the call")}>
    ${others.map(
      (other) => html`<${Tile} key=${other.id} other=${other} person=${call.people.find(({ id }) => id === other.id)} speaker=${talk.devices.speaker.value} />`,
    )}
  </ul>`;
}

/**
 * One of them: with picture, or with sound only, which is a name and a microphone.
 * @param {{other: Other, person: Person | undefined, speaker: string}} props
 */
function Tile({ other, person, speaker }) {
  const direction = locale.value.direction;
  const { cameraOff, paused, muted } = other.switches.value;
  const connected = other.path.value === "connected";
  const { moving, looks } = useMoving();
  const none = useFor(connected && !moving.value, NO_PICTURE_AFTER_MS);
  const silent = !connected || cameraOff || paused || none || !other.remote.value;
  const name = person?.name ?? "";
  return html`<li class=${`stage-tile ${silent ? "stage-tile-silent" : ""}`} data-tile=${other.id} data-path=${other.path.value} data-sound-only=${String(silent)}
    onLoadedDataCapture=${looks} onResizeCapture=${looks} onEmptiedCapture=${looks}>
    <${Picture} stream=${other.remote.value} speaker=${speaker} label=${t("Picture of {name}", { name })} data-picture="colleague" />
    <p class="stage-tile-words small" dir=${direction}>
      <${Icon} name=${muted ? "mic-off" : "mic"} />
      <span><b>${name}</b> ${person && html`<span>${roleWords(person.role)}</span>`}</span>
      <span class="stage-tile-state">${tileState(connected, person, muted, silent)}</span>
    </p>
  </li>`;
}

/** @param {boolean} connected @param {Person | undefined} person @param {boolean} muted @param {boolean} silent */
function tileState(connected, person, muted, silent) {
  if (person && !person.there) return t("has lost the network");
  if (!connected) return t("Connecting");
  if (muted) return t("muted");
  return silent ? t("sound only") : "";
}

/** One's own picture; an interpreter is heard only, until they turn the camera on. @param {{talk: Conversation, interprets: boolean}} props */
function OwnTile({ talk, interprets }) {
  const { local, muted, cameraOff, sending } = talk;
  const direction = locale.value.direction;
  const heardOnly = interprets && cameraOff.value;
  return html`<div class=${`stage-own ${heardOnly ? "stage-own-heard" : ""}`}>
    <${Picture} stream=${local.value} label=${t("Your own picture")} own data-picture="own" />
    <ul class="stage-own-words small" dir=${direction}>
      ${muted.value && html`<li><${Icon} name="mic-off" />${t("You are muted")}</li>`}
      ${heardOnly && !muted.value && html`<li><${Icon} name="mic" />${t("You are heard, not seen")}</li>`}
      ${cameraOff.value && !heardOnly && html`<li><${Icon} name="video-off" />${t("Your camera is off")}</li>`}
      ${sending.value === "none" && !cameraOff.value && html`<li><${Icon} name="video-off" />${pausedWords("staff", "own")}</li>`}
    </ul>
  </div>`;
}
