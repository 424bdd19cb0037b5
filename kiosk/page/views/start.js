// The start page: a greeting and the languages; and the page for those whose language is not among them.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { GREETINGS } from "../greetings.js";
import { isHere } from "../waiting-model.js";
import { Both, dutyFor } from "./parts.js";
import { Tiles } from "./tiles.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

const GREETING_MS = 6000;
const TOUCHES = ["pointerdown", "keydown"];
/** How many greetings stand side by side where nothing may move. */
const STILL_GREETINGS = 5;

/** @param {{kiosk: Kiosk}} props */
export function Start({ kiosk }) {
  return html`<div class="start">
    <header class="start-head">
      <${Greeting} kiosk=${kiosk} />
      <h1><${Both} words=${t("Advice in your own language")} english="Advice in your own language" /></h1>
      <p class="start-how">
        <${Icon} name="hand" />
        <span><${Both} words=${t("Touch your language")} english="Touch your language" /></span>
      </p>
      ${[...kiosk.duties.value.values()].some(isHere)
        ? html`<p class="start-how">
            <span class="dot dot-here"></span>
            <span><${Both} words=${t("With this mark: somebody is here now")} english="With this mark: somebody is here now" /></span>
          </p>`
        : html`<p class="start-how">
            <${Icon} name="clock" />
            <span><${Both} words=${t("No advisor is here just now")} english="No advisor is here just now" /></span>
          </p>`}
    </header>
    <${Tiles} kiosk=${kiosk} languages=${kiosk.boot.languages}>
      <li class="tile-other">
        <button type="button" class="tile" data-action="missing" onClick=${kiosk.misses}>
          <${Icon} name="languages" />
          <span><${Both} words=${t("My language is not here")} english="My language is not here" /></span>
        </button>
      </li>
    <//>
  </div>`;
}

/** @param {{kiosk: Kiosk}} props */
function Greeting({ kiosk }) {
  const index = useSignal(0);
  const languages = kiosk.boot.languages.filter(({ code }) => GREETINGS[code]);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  useEffect(() => {
    if (still) return undefined;
    // Whoever touches the screen or a key is reading: from then on it stands still, until the next visit.
    const timer = setInterval(() => (index.value += 1), GREETING_MS);
    const stop = () => clearInterval(timer);
    for (const touch of TOUCHES) addEventListener(touch, stop, { once: true });
    return () => {
      stop();
      for (const touch of TOUCHES) removeEventListener(touch, stop);
    };
  }, []);
  const shown = still ? spread(languages) : [languages[index.value % languages.length]];
  return html`<p class=${still ? "greeting greeting-still" : "greeting"}>
    ${shown.map(
      ({ code, direction }) => html`<bdi key=${`${code}${index.value}`} lang=${code} dir=${direction}>${GREETINGS[code].welcome}</bdi>`,
    )}
  </p>`;
}

/** A few languages from all over the list. @template T @param {T[]} list @returns {T[]} */
function spread(list) {
  const step = Math.max(1, Math.floor(list.length / STILL_GREETINGS));
  return list.filter((_, index) => index % step === 0).slice(0, STILL_GREETINGS);
}

/** @param {{kiosk: Kiosk}} props */
export function Missing({ kiosk }) {
  const present = kiosk.boot.languages.filter(({ code }) => isHere(dutyFor(kiosk, code)));
  return html`<div class="reading missing">
    <div class="reading-part">
      <h1><${Both} words=${t("My language is not here")} english="My language is not here" /></h1>
      <p class="lead">
        <${Both}
          words=${t("We can look for help together. An advisor who speaks English or Finnish can find out how to get an interpreter.")}
          english="We can look for help together. An advisor who speaks English or Finnish can find out how to get an interpreter."
        />
      </p>
      <p class="lead">
        <${Both}
          words=${t("The library's staff can help you with this too.")}
          english="The library's staff can help you with this too."
        />
      </p>
    </div>
    <div class="reading-part">
      <h2>
        ${present.length > 0
          ? html`<${Both} words=${t("Somebody speaks these languages now")} english="Somebody speaks these languages now" />`
          : html`<${Both}
              words=${t("Nobody is on duty just now. Please ask the library's staff.")}
              english="Nobody is on duty just now. Please ask the library's staff."
            />`}
      </h2>
      ${present.length > 0 && html`<${Tiles} kiosk=${kiosk} languages=${present} />`}
      <div class="button-row">
        <button type="button" class="button button-quiet button-large" data-action="back" onClick=${kiosk.startsAgain}>
          <${Icon} name="arrow-left" /><span><${Both} words=${t("Back")} english="Back" /></span>
        </button>
      </div>
    </div>
  </div>`;
}
