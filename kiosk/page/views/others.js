// Those who are in the conversation beside the one who serves: small, with their names, and always to be heard.
import { t } from "shared/locale.js";
import { html, Icon, Picture, useMoving } from "shared/ui.js";
import { PICTURE, smallPictureOf } from "../call-model.js";
import { roleInWords } from "./parts.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */
/** @typedef {import("shared/wire.gen.js").Person} Person */
/** @typedef {import("shared/conversation.js").Other} Other */

/** @param {{kiosk: Kiosk, people: readonly Person[]}} props */
export function Others({ kiosk, people }) {
  const { others, main } = kiosk.conversation;
  // Whoever talks is heard here, also before the desk has said their name.
  const small = others.value.filter((other) => other !== main.value && other.talking.value);
  if (small.length === 0) return null;
  return html`<div class="others">
    ${small.map((other) => html`<${Small} key=${other.id} kiosk=${kiosk} other=${other} person=${people.find(({ id }) => id === other.id)} />`)}
  </div>`;
}

/** @param {{kiosk: Kiosk, other: Other, person: Person | undefined}} props */
function Small({ kiosk, other, person }) {
  const name = person?.name ?? "";
  const { moving, looks } = useMoving();
  const { muted, cameraOff, paused } = other.switches.value;
  const picture = smallPictureOf({ path: other.path.value, moving: moving.value, cameraOff, paused });
  const live = picture === PICTURE.LIVE;
  return html`<figure class="other on-picture" data-other=${other.id} data-seen=${picture}
    onLoadedDataCapture=${looks} onResizeCapture=${looks} onEmptiedCapture=${looks}>
    <${Picture}
      stream=${other.remote.value}
      speaker=${kiosk.conversation.devices.speaker.value}
      label=${t("Picture of {name}", { name })}
      data-picture="other"
      class=${live ? "" : "covered"}
    />
    <figcaption class=${live ? "other-words other-words-low" : "other-words"}>
      ${!live && html`<${Icon} name=${picture === PICTURE.COMING ? "clock" : "volume-2"} />`}
      <span><bdi class="other-name">${name}</bdi> ${person && html`<bdi class="other-role">${roleInWords(person)}</bdi>`}</span>
      ${!live && html`<span>${picture === PICTURE.COMING ? t("is being connected") : t("on sound only")}</span>`}
      ${muted && html`<span class="other-muted"><${Icon} name="mic-off" />${t("microphone off")}</span>`}
    </figcaption>
  </figure>`;
}
