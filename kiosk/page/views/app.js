// The whole page: the stage that is due, the bar under it, and what every stage has in common.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { STAGE, isForgettable } from "../model.js";
import { Bar, Help } from "./bar.js";
import { Elsewhere, Opening, SignedOut } from "./blocked.js";
import { Call } from "./call.js";
import { Thanks } from "./ending.js";
import { Notice } from "./notice.js";
import { Missing, Start } from "./start.js";
import { Waiting } from "./waiting.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

const FORGET_AFTER_MS = 60000;
/** A loss shorter than this is not worth a word. */
const LOST_FOR_MS = 1500;

const VIEWS = Object.freeze({
  [STAGE.OPENING]: Opening,
  [STAGE.SIGNED_OUT]: SignedOut,
  [STAGE.ELSEWHERE]: Elsewhere,
  [STAGE.START]: Start,
  [STAGE.MISSING]: Missing,
  [STAGE.NOTICE]: Notice,
  [STAGE.WAITING]: Waiting,
  [STAGE.CALL]: Call,
  [STAGE.THANKS]: Thanks,
});

/** @param {{kiosk: Kiosk}} props */
export function App({ kiosk }) {
  const main = useRef(/** @type {HTMLElement | null} */ (null));
  const stage = kiosk.stage.value;
  const View = VIEWS[stage];
  useForgetting(kiosk, isForgettable(kiosk.visit.value, stage));
  const begun = useRef(stage);
  useEffect(() => {
    const before = begun.current;
    begun.current = stage;
    if (before === stage || before === STAGE.OPENING) return;
    // A new page is begun at its heading, by the eye and by the ear.
    main.current?.scrollTo(0, 0);
    scrollTo(0, 0);
    const heading = main.current?.querySelector("h1");
    heading?.setAttribute("tabindex", "-1");
    heading?.focus({ preventScroll: true });
  }, [stage]);
  return html`<div class="kiosk">
    <${LineBanner} kiosk=${kiosk} />
    <main data-stage=${stage} ref=${main}><${View} kiosk=${kiosk} /></main>
    ${kiosk.visit.value.help && html`<${Help} kiosk=${kiosk} />`}
    ${stage !== STAGE.CALL && html`<${Bar} kiosk=${kiosk} />`}
  </div>`;
}

/** Back to the start when nobody touches the page for a minute. @param {Kiosk} kiosk @param {boolean} due */
function useForgetting(kiosk, due) {
  useEffect(() => {
    if (!due) return undefined;
    let timer = setTimeout(kiosk.startsAgain, FORGET_AFTER_MS);
    const stay = () => {
      clearTimeout(timer);
      timer = setTimeout(kiosk.startsAgain, FORGET_AFTER_MS);
    };
    const signs = ["pointerdown", "keydown", "scroll"];
    for (const sign of signs) addEventListener(sign, stay, { passive: true });
    return () => {
      clearTimeout(timer);
      for (const sign of signs) removeEventListener(sign, stay);
    };
  }, [due]);
}

/** Words about a lost line to the bridge. @param {{kiosk: Kiosk}} props */
function LineBanner({ kiosk }) {
  const stage = kiosk.stage.value;
  const { state } = kiosk.line.value;
  const lost = (state === "lost" || state === "refused") && !UNABLE.has(stage);
  const shown = useSignal(false);
  useEffect(() => {
    if (!lost) {
      shown.value = false;
      return undefined;
    }
    const timer = setTimeout(() => (shown.value = true), LOST_FOR_MS);
    return () => clearTimeout(timer);
  }, [lost]);
  return html`<div role="status" class="banner-place">
    ${lost && shown.value && html`<div class="notice notice-warn banner" data-notice="line"><${Icon} name="wifi-off" /><p>${lostWords(stage)}</p></div>`}
  </div>`;
}

/** Stages that speak of the line themselves. */
const UNABLE = new Set(/** @type {string[]} */ ([STAGE.OPENING, STAGE.SIGNED_OUT]));

/** @param {import("../model.js").Stage} stage */
function lostWords(stage) {
  if (stage === STAGE.WAITING) return t("No connection to the service. Your place is kept. We are trying again.");
  if (stage === STAGE.CALL) return t("No connection to the service. Your call is kept. We are trying again.");
  return t("No connection to the service. We are trying again.");
}
