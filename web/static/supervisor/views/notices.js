// The message to those who wait: what is shown now, and a ready-made one to show.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { languageName, moment } from "shared/staff.js";
import { Icon, html } from "shared/ui.js";
import { WAITING_NOTICE } from "shared/wire.gen.js";
import { EVERYBODY, shownNotices } from "../model.js";
import { audienceWords, noticeWords } from "../words.js";

/** @typedef {import("../main.js").Board} Board */
/** @typedef {import("shared/wire.gen.js").Notice} Notice */

/** @param {Board & {known: import("shared/desk.js").Desk, nowMs: number}} props */
export function Notices(props) {
  const shown = shownNotices(props.known);
  return html`<section class="part part-notices card" aria-labelledby="notices-heading">
    <h2 id="notices-heading">${t("Message to those who wait")}</h2>
    ${shown.length
      ? html`<ul class="notices">
          ${shown.map((notice) => html`<${Shown} key=${notice.id} ...${props} notice=${notice} />`)}
        </ul>`
      : html`<p class="quiet">${t("No message is shown now. Everybody who waits would read it: in their own language where the page has it, otherwise in English.")}</p>`}
    <${Choice} ...${props} shown=${shown} />
  </section>`;
}

/** @param {Board & {notice: Notice, nowMs: number}} props */
function Shown({ boot, actions, notice, nowMs }) {
  const language = notice.id === EVERYBODY ? null : notice.id;
  const audience = audienceWords(boot, notice.id);
  return html`<li class="notice" data-notice=${notice.id} data-message=${notice.notice}>
    <${Icon} name="megaphone" />
    <div>
      <p class="small">${t("Shown now until {time}. {audience}:", { time: moment(notice.until_ms, nowMs), audience })}</p>
      <p><b>${noticeWords(notice.notice)}</b></p>
    </div>
    <button
      type="button"
      class="button button-quiet button-small"
      data-action="take-notice-back"
      aria-label=${`${t("Take it back")}: ${audience}`}
      onClick=${() => actions.setNotice(language, null)}
    >
      <${Icon} name="x" />${t("Take it back")}
    </button>
  </li>`;
}

/** @param {Board & {shown: Notice[]}} props */
function Choice({ boot, actions, shown }) {
  const audience = useSignal(EVERYBODY);
  const chosen = useSignal(/** @type {Notice["notice"] | null} */ (null));
  const missing = useSignal(false);
  const replaces = shown.some(({ id }) => id === audience.value);
  const show = async (/** @type {Event} */ event) => {
    event.preventDefault();
    missing.value = !chosen.value;
    if (!chosen.value) return;
    if (await actions.setNotice(audience.value === EVERYBODY ? null : audience.value, chosen.value)) chosen.value = null;
  };
  return html`<form class="notice-form" onSubmit=${show}>
    <div class="field">
      <label for="notice-audience">${t("To whom")}</label>
      <select
        id="notice-audience"
        data-field="notice-audience"
        value=${audience.value}
        onChange=${(/** @type {Event} */ { target }) => (audience.value = /** @type {HTMLSelectElement} */ (target).value)}
      >
        <option value=${EVERYBODY}>${t("Everybody who waits")}</option>
        ${boot.languages.map(({ code }) => html`<option key=${code} value=${code}>${languageName(boot, code)}</option>`)}
      </select>
    </div>
    <fieldset class="notice-choice" aria-describedby=${missing.value ? "notice-missing" : undefined}>
      <legend>${t("What they read")}</legend>
      ${Object.values(WAITING_NOTICE).map(
        (notice) => html`<label class="choice" key=${notice}>
          <input
            type="radio"
            name="notice"
            value=${notice}
            checked=${chosen.value === notice}
            onChange=${() => {
              chosen.value = notice;
              missing.value = false;
            }}
          />
          <span>${noticeWords(notice)}</span>
        </label>`,
      )}
    </fieldset>
    ${missing.value && html`<p class="field-error" id="notice-missing" role="alert">${t("Choose first what they read.")}</p>`}
    <div class="button-row">
      <button class="button" data-action="show-notice"><${Icon} name="megaphone" />${t("Show this message")}</button>
      ${replaces && html`<span class="small quiet">${t("It takes the place of the one that is shown now.")}</span>`}
    </div>
  </form>`;
}
