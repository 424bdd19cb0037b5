// What the line check shows. Everything it knows is in the check's signals.
import { locale, t, tn } from "shared/locale.js";
import { Icon, Picture, html, useTicking } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { Figures } from "./table.js";
import { judgePath } from "./verdict.js";
import { adviceWords, pathName, pathWords, pictureWords, soundWords, stepName, stepWords, verdictChip, verdictTitle, verdictWords } from "./words.js";

/** @typedef {import("./main.js").Check} Check */
/** @typedef {import("./verdict.js").Verdict} Verdict */

const ICONS = Object.freeze({ good: "circle-check", limits: "circle-alert", bad: "circle-alert" });
const CHIPS = Object.freeze({ good: "chip-good", limits: "chip-warn", bad: "chip-end" });
const NOTICES = Object.freeze({ good: "notice-good", limits: "notice-warn", bad: "notice-end" });

/** @param {{check: Check}} props */
export function App({ check }) {
  const stage = check.stage.value;
  const { step } = check.at.value;
  const name = stage === "running" ? check.steps.value[step]?.name : "";
  return html`<main class="line" data-stage=${stage} data-verdict=${stage === "done" ? check.verdict.value?.verdict : ""}>
    <${Top} check=${check} />
    ${stage === "start" && html`<${Start} check=${check} />`}
    ${stage === "running" && html`<${Running} check=${check} />`}
    ${stage === "done" && html`<${Done} check=${check} />`}
    ${(stage === "away" || stage === "no_devices_here") && html`<${Trouble} check=${check} />`}
    <p class="visually-hidden" role="status">${name ? `${stepName(name)}. ${stepWords(name)}` : ""}</p>
  </main>`;
}

/** @param {{check: Check}} props */
function Top({ check }) {
  return html`<header class="line-top">
    <img src="/static/shared/icon.svg" alt="" width="48" height="48" />
    <div class="chips" role="group" aria-label=${t("Language")}>
      ${check.boot.languages.map(
        ({ code, endonym, locale: tag }) => html`<button
          class="chip"
          type="button"
          lang=${tag}
          aria-pressed=${locale.value.code === code}
          data-language=${code}
          onClick=${() => check.setLanguage(code)}
        >
          ${endonym}
        </button>`,
      )}
    </div>
  </header>`;
}

/** @param {{check: Check}} props */
function Start({ check }) {
  const plan = check.plan.value;
  const there = plan?.paths.filter((one) => one.there).length ?? 1;
  // Opening the devices, the picture and the sound take about eight seconds.
  const seconds = Math.ceil((8 + there * ((plan?.measure_s ?? 10) + 1.5)) / 5) * 5;
  return html`<div class="line-start">
    <h1>${t("Check this device")}</h1>
    <p class="lead">${t("This page looks at the camera, listens to loudspeaker and microphone, and calls Gloria to measure the line. Nothing of it is recorded.")}</p>
    <ul class="line-what">
      <li><${Icon} name="video" /> ${t("Camera")}</li>
      <li><${Icon} name="volume-2" /> ${t("Loudspeaker and microphone")}</li>
      <li><${Icon} name="wifi" /> ${t("Line to Gloria")}</li>
    </ul>
    <p>${t("You will hear sounds. Take headphones off, and turn the volume up to where you would talk.")}</p>
    <div class="button-row line-go">
      <button class="button button-large" type="button" data-action="check" onClick=${check.run}>${t("Check this device")}</button>
      <span class="quiet">${tn("It takes about {n} second.", "It takes about {n} seconds.", seconds)}</span>
    </div>
    <${Back} check=${check} />
  </div>`;
}

/** @param {{check: Check}} props */
function Running({ check }) {
  const now = useTicking(() => performance.now());
  const steps = check.steps.value;
  const { step, since } = check.at.value;
  const elapsed = Math.max(0, now - since) / 1000;
  const total = steps.reduce((sum, { seconds }) => sum + seconds, 0);
  const before = steps.slice(0, step).reduce((sum, { seconds }) => sum + seconds, 0);
  const done = before + Math.min(elapsed, steps[step]?.seconds ?? 0);
  const late = elapsed > (steps[step]?.seconds ?? 0) + 1;
  const left = late ? t("This part takes a little longer.") : tn("About {n} second left", "About {n} seconds left", Math.max(1, Math.ceil(total - done)));
  const share = Math.round((100 * done) / total);
  const name = steps[step]?.name ?? "";
  return html`<div class="line-running">
    <div class="line-words">
      <h1>${t("Checking …")}</h1>
      <p class="lead" data-step=${name}>${name && stepWords(name)}</p>
      <div class="line-progress">
        <progress class="visually-hidden" max="100" value=${share} aria-label=${t("How far the check is")}>${share} %</progress>
        <svg class="line-bar" aria-hidden="true" preserveAspectRatio="none" viewBox="0 0 100 1">
          <rect class="line-bar-done" width=${share} height="1" />
        </svg>
        <p class="quiet number">${left}</p>
      </div>
      <ol class="line-steps">
        ${steps.map((one, at) => {
          const state = at < step ? "over" : at === step ? "now" : "later";
          return html`<li data-state=${state} aria-current=${state === "now" ? "step" : undefined}>
            <${Icon} name=${state === "over" ? "check" : "clock"} /> <span>${stepName(one.name)}</span>
            ${state === "over" && html`<span class="visually-hidden">${t("done")}</span>`}
          </li>`;
        })}
      </ol>
    </div>
    <div class="line-pictures">
      <figure>
        <div class="line-picture">
          ${check.own.value?.getVideoTracks().length
            ? html`<${Picture} stream=${check.own.value} label=${t("Your camera")} own data-picture="own" />`
            : html`<p class="line-no-picture"><${Icon} name="video-off" /> ${t("No picture")}</p>`}
        </div>
        <figcaption class="quiet small">${t("Your camera")}</figcaption>
      </figure>
      <figure>
        <div class="line-picture">
          ${check.theirs.value
            ? html`<${Picture} stream=${check.theirs.value} label=${t("What Gloria shows")} data-picture="remote" />`
            : html`<p class="line-no-picture"><${Icon} name="clock" /> ${t("Not yet")}</p>`}
        </div>
        <figcaption class="quiet small">${t("What Gloria shows")}</figcaption>
      </figure>
    </div>
  </div>`;
}

/** @param {{check: Check}} props */
function Done({ check }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus(), []);
  const { verdict, advice } = check.verdict.value ?? { verdict: /** @type {Verdict} */ ("bad"), advice: [] };
  const { paths, sound, picture } = check.found.value;
  const camera = picture.verdict !== "no_camera";
  return html`<div class="line-done">
    <div class=${`notice line-verdict ${NOTICES[verdict]}`}>
      <${Icon} name=${ICONS[verdict]} />
      <div>
        <h1 ref=${heading} tabindex="-1">${verdictTitle(verdict)}</h1>
        <p>${verdictWords(verdict)}</p>
      </div>
    </div>
    ${advice.length > 0 &&
    html`<section aria-labelledby="do">
      <h2 id="do">${t("What to do")}</h2>
      <ul class="line-advice">
        ${advice.map((one) => html`<li data-advice=${one}><${Icon} name="arrow-right" /> <p>${adviceWords(one, check.plan.value?.paths ?? [])}</p></li>`)}
      </ul>
    </section>`}
    <section aria-labelledby="found">
      <h2 id="found">${t("What was found")}</h2>
      <ul class="line-parts card">
        <${Part} part="picture" verdict=${picture.verdict === "fine" ? "good" : "limits"} title=${t("Camera")} words=${pictureWords(picture)} />
        <${Part} part="sound" verdict=${soundVerdict(sound)} title=${t("Loudspeaker and microphone")} words=${soundWords(sound)} />
        ${paths.map(
          (one) => html`<${Part}
            key=${one.path}
            part=${one.path}
            verdict=${one.outcome === "not_there" ? null : judgePath(one, { camera }).verdict}
            title=${pathName(one.path)}
            words=${pathWords(one)}
          />`,
        )}
      </ul>
    </section>
    <${Figures} check=${check} />
    <p class="small quiet" data-kept=${check.kept.value}>
      ${check.kept.value ? t("The result is kept for the people who look after this service.") : t("The result is only shown here. It is not kept.")}
    </p>
    <div class="button-row">
      <button class="button" type="button" data-action="check" onClick=${check.run}>${t("Check again")}</button>
      <${Back} check=${check} />
    </div>
  </div>`;
}

/** @param {import("./verdict.js").Sound} sound @returns {Verdict} */
function soundVerdict({ verdict, echo_left, clipping }) {
  return verdict === "heard" && !echo_left && !clipping ? "good" : "limits";
}

/** @param {{part: string, verdict: Verdict | null, title: string, words: string}} props Null: there is nothing to judge. */
function Part({ part, verdict, title, words }) {
  return html`<li data-part=${part} data-verdict=${verdict ?? "absent"}>
    <div>
      <h3>${title}</h3>
      <p class="quiet">${words}</p>
    </div>
    ${verdict && html`<span class=${`chip ${CHIPS[verdict]}`}>${verdictChip(verdict)}</span>`}
  </li>`;
}

/** @param {{check: Check}} props */
function Trouble({ check }) {
  const away = check.stage.value === "away";
  return html`<div class="line-start">
    <div class="notice notice-end" role="alert" data-error=${check.stage.value}>
      <${Icon} name="circle-alert" />
      <p>
        ${away
          ? t("The service cannot be reached. Check the network and try again in a moment.")
          : t("On this address the browser gives no camera and no microphone. Open this page over https.")}
      </p>
    </div>
    <div class="button-row"><button class="button" type="button" data-action="check" onClick=${check.run}>${t("Check again")}</button></div>
  </div>`;
}

/** @param {{check: Check}} props */
function Back({ check }) {
  const plan = check.plan.value;
  if (!plan || plan.back === "/") return null;
  return html`<a class="button button-quiet" href=${plan.back} data-action="back"><${Icon} name="arrow-left" /> ${t("Back")}</a>`;
}
