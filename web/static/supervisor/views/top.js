// What a supervisor sees from across the room: the worst thing by itself, and four figures.
import { Icon, html } from "shared/ui.js";
import { number, t, waitInWords } from "shared/locale.js";
import { callWords, worstWords } from "../words.js";
import { MenuButton } from "./menu.js";

/** @typedef {import("../model.js").Worst} WorstThing */

/** @type {Record<WorstThing["kind"], [icon: string, mood: string]>} */
const LOOKS = {
  unstaffed: ["circle-alert", "end"],
  unspoken: ["circle-alert", "end"],
  long_wait: ["circle-alert", "end"],
  kiosk: ["monitor-x", "warn"],
  waiting: ["clock", "here"],
  nobody_on_duty: ["clock", "warn"],
  calm: ["circle-check", "good"],
};

/** @param {import("../main.js").Board & {worst: WorstThing, nowMs: number}} props */
export function Worst({ boot, menu, worst, nowMs }) {
  const [icon, mood] = LOOKS[worst.kind];
  const { sentence, advice } = worstWords(boot, worst, nowMs);
  return html`<section class=${`worst worst-${mood}`} aria-label=${t("What to look at first")} data-worst=${worst.kind}>
    <${Icon} name=${icon} />
    <div role="status">
      <p class="worst-sentence">${sentence}</p>
      ${advice && html`<p>${advice}</p>`}
    </div>
    ${"call" in worst && html`<${MenuButton} menu=${menu} kind="call" id=${worst.call.id} what=${callWords(boot, worst.call)} />`}
  </section>`;
}

/** @param {{figures: ReturnType<typeof import("../model.js").figures>}} props */
export function Figures({ figures }) {
  const { waiting, longestMs, talking, onDuty } = figures;
  return html`<dl class="figures" aria-label=${t("Figures")}>
    <${Figure} name="waiting" words=${t("waiting now")} value=${number(waiting)} />
    <${Figure} name="longest" words=${t("longest wait now")} value=${longestMs === null ? t("none") : waitInWords(longestMs)} />
    <${Figure} name="talking" words=${t("in conversation now")} value=${number(talking)} />
    <${Figure} name="on-duty" words=${t("on duty")} value=${number(onDuty)} />
  </dl>`;
}

/** @param {{name: string, words: string, value: string}} props */
function Figure({ name, words, value }) {
  return html`<div class="figure card">
    <dt>${words}</dt>
    <dd class="number" data-figure=${name}>${value}</dd>
  </div>`;
}
