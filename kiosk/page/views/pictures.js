// The advisor's picture and one's own, with words wherever there is none.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { pausedWords, qualityWords } from "shared/quality-words.js";
import { html, Icon, Picture, useMoving, useTicking } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { PICTURE, pictureOf } from "../call-model.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** @param {{kiosk: Kiosk}} props */
export function OwnPicture({ kiosk }) {
  const { local, problem, cameraOff, sending } = kiosk.conversation;
  const words = ownWords(problem.value, local.value, cameraOff.value) ?? (sending.value === "none" ? pausedWords("visitor", "own") : null);
  return html`<div class="own on-picture">
    <${Picture} stream=${local.value} own label=${t("Your own picture")} data-picture="own" class=${words ? "covered" : ""} />
    ${words && html`<p class="picture-words"><${Icon} name="video-off" /><span>${words}</span></p>`}
  </div>`;
}

/**
 * @param {import("shared/devices.js").DeviceProblem} problem @param {MediaStream | null} stream @param {boolean} cameraOff
 * @returns {string | null}
 */
function ownWords(problem, stream, cameraOff) {
  switch (problem) {
    case "no_camera":
      return t("There is no camera here. The advisor can hear you.");
    case "no_devices":
      return t("There is no camera or microphone here. You can write to the advisor.");
    case "denied":
      return t("Camera and microphone are not allowed here. You can write to the advisor.");
    default:
      if (!stream) return t("The camera is being opened.");
      return cameraOff ? t("Your camera is off.") : null;
  }
}

/** What there is of the one who serves, as it has been in this call. @param {Kiosk} kiosk @param {boolean} moving */
export function useServing(kiosk, moving) {
  const { path } = kiosk.conversation;
  const now = useTicking(kiosk.now);
  const connectedBefore = useSignal(false);
  const sinceMs = useSignal(now);
  useEffect(() => {
    sinceMs.value = kiosk.now();
    if (path.value === "connected") connectedBefore.value = true;
  }, [path.value]);
  return pictureOf({ path: path.value, moving, connectedBefore: connectedBefore.value, forMs: now - sinceMs.value });
}

/** The advisor. Their sound goes on while the pictures are hidden. @param {{kiosk: Kiosk, name: string}} props */
export function AdvisorPicture({ kiosk, name }) {
  const { remote, other, quality, devices } = kiosk.conversation;
  const { moving, looks } = useMoving();
  const picture = useServing(kiosk, moving.value);
  const label = t("Picture of {name}", { name });
  const live = picture === PICTURE.LIVE;
  const dark = live && other.value.cameraOff;
  const paused = live && !dark && other.value.paused;
  const verdict = live ? quality.verdict.value : null;
  return html`<div class="advisor" onLoadedDataCapture=${looks} onResizeCapture=${looks} onEmptiedCapture=${looks}>
    <${Picture} stream=${remote.value} speaker=${devices.speaker.value} label=${label} data-picture="remote" class=${live && !dark && !paused ? "" : "covered"} />
    <div class="picture-words" role="status">
      ${!live && html`<${Icon} name=${picture === PICTURE.BROKEN ? "wifi-off" : "video"} /><p>${servingInWords(kiosk, picture)}</p>`}
      ${dark && html`<${Icon} name="video-off" /><p>${t("The advisor's camera is off. You hear each other and can write.")}</p>`}
      ${paused && html`<${Icon} name="video-off" /><p>${pausedWords("visitor", "theirs")}</p>`}
    </div>
    ${live &&
    other.value.muted &&
    html`<p class="picture-note" role="status" data-notice="advisor-muted"><${Icon} name="mic-off" /><span>${t("The advisor's microphone is off.")}</span></p>`}
    ${verdict?.level === "poor" &&
    !other.value.muted &&
    html`<p class="picture-note" role="status" data-quality="poor"><${Icon} name="signal-low" /><span>${qualityWords("poor", verdict.reason, "visitor")}</span></p>`}
  </div>`;
}

/**
 * Why there is nothing to see, or, where people only write, why nothing arrives.
 * @param {Kiosk} kiosk @param {typeof PICTURE[keyof typeof PICTURE]} picture @param {boolean} [written]
 */
export function servingInWords(kiosk, picture, written = false) {
  const { main } = kiosk.conversation;
  if (picture === PICTURE.BROKEN) {
    if (kiosk.line.value.state !== "connected") return t("The network here is down. Please stay here, we are trying again.");
    if (main.value?.there.value === false) return t("The advisor has lost the network. Please stay here, we are trying again.");
    return t("The connection broke. We are trying again. Please stay here.");
  }
  if (written) return t("The connection is being made.");
  if (picture === PICTURE.NONE) return t("The advisor has no picture. You can talk and write.");
  return t("The picture is coming.");
}
