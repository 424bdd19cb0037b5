// The advisor's picture and one's own, with words wherever there is none.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { html, Icon, Picture, useTicking } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { PICTURE, pictureOf } from "../model.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** @param {{kiosk: Kiosk}} props */
export function OwnPicture({ kiosk }) {
  const { local, problem, cameraOff } = kiosk.conversation;
  const words = ownWords(problem.value, local.value, cameraOff.value);
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

/** The advisor. Their sound goes on while the pictures are hidden. @param {{kiosk: Kiosk, name: string}} props */
export function AdvisorPicture({ kiosk, name }) {
  const { remote, path, other } = kiosk.conversation;
  const now = useTicking(kiosk.now);
  const moving = useSignal(false);
  const connectedBefore = useSignal(false);
  const sinceMs = useSignal(now);
  useEffect(() => {
    sinceMs.value = kiosk.now();
    if (path.value === "connected") connectedBefore.value = true;
  }, [path.value]);

  /** @param {Event} event The video has, or has lost, its first picture. */
  const looks = ({ target }) => (moving.value = target instanceof HTMLVideoElement && target.videoWidth > 0);
  const picture = pictureOf({
    path: path.value,
    moving: moving.value,
    connectedBefore: connectedBefore.value,
    forMs: now - sinceMs.value,
  });
  const label = t("Picture of {name}", { name });
  const dark = picture === PICTURE.LIVE && other.value.cameraOff;
  return html`<div class="advisor" onLoadedDataCapture=${looks} onResizeCapture=${looks} onEmptiedCapture=${looks}>
    <${Picture} stream=${remote.value} label=${label} data-picture="remote" class=${picture === PICTURE.LIVE && !dark ? "" : "covered"} />
    <div class="picture-words" role="status">
      ${picture !== PICTURE.LIVE && html`<${Icon} name=${picture === PICTURE.BROKEN ? "wifi-off" : "video"} /><p>${advisorWords(picture)}</p>`}
      ${dark && html`<${Icon} name="video-off" /><p>${t("The advisor's camera is off. You hear each other and can write.")}</p>`}
    </div>
  </div>`;
}

/** @param {typeof PICTURE[keyof typeof PICTURE]} picture */
function advisorWords(picture) {
  if (picture === PICTURE.BROKEN) return t("The connection broke. We are trying again. Please stay here.");
  if (picture === PICTURE.NONE) return t("The advisor has no picture. You can talk and write.");
  return t("The picture is coming.");
}
