// After the call. The page goes back to its start by itself.
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { ENDING } from "../ending-model.js";
import { Lake } from "./lake.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

const THANKS_FOR_MS = 15000;

/** @param {{kiosk: Kiosk}} props */
export function Thanks({ kiosk }) {
  useEffect(() => {
    const timer = setTimeout(kiosk.startsAgain, THANKS_FOR_MS);
    return () => clearTimeout(timer);
  }, []);
  const { ending, written } = kiosk.visit.value.ended ?? { ending: ENDING.THANKS, written: false };
  const [title, ...words] = wordsOf(ending, written);
  return html`<div class=${ending === ENDING.THANKS ? "scenic scenic-found" : "scenic"} data-ending=${ending}>
    <div class="scene"><${Lake} /></div>
    <div class="scenic-words">
      <h1 class="display"><${Icon} name=${ICONS[ending]} />${title}</h1>
      ${words.map((text) => html`<p class="lead" key=${text}>${text}</p>`)}
      <div class="button-row">
        <button type="button" class="button button-large" data-action="again" onClick=${kiosk.startsAgain}>
          <span>${t("Back to the start")}</span>
        </button>
      </div>
      <p class="quiet">${t("This page closes by itself.")}</p>
    </div>
  </div>`;
}

const ICONS = Object.freeze({ thanks: "check", no_advisor: "clock", closed: "clock", ended: "circle-alert", lost: "wifi-off" });

/** @param {import("../ending-model.js").Ending} ending @param {boolean} written @returns {string[]} */
function wordsOf(ending, written) {
  switch (ending) {
    case ENDING.NO_ADVISOR:
      return [
        t("Nobody could take your call"),
        t("We are sorry. Please come back another time, or ask the library's staff."),
      ];
    case ENDING.CLOSED:
      return [t("The service is closed now"), t("We are sorry. Please come back when it is open.")];
    case ENDING.ENDED:
      return [
        written ? t("The conversation was ended") : t("The call was ended"),
        t("If you still need help, please try again."),
      ];
    case ENDING.LOST:
      return [
        t("The connection was lost"),
        t("We are sorry. Touch your language to try again. The library's staff can help you."),
      ];
    default:
      return [
        t("Thank you"),
        written
          ? t("The conversation has ended. Nothing of it is left on this screen.")
          : t("The call has ended. Nothing of it is left on this screen."),
      ];
  }
}
