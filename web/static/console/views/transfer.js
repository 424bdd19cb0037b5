// Passing the visitor on: to another language's queue or to a colleague, and before that the question whether to, which
// says what the visitor is told.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon, html } from "shared/ui.js";
import { t } from "shared/locale.js";
import { languageName } from "shared/staff.js";
import { EVENT } from "shared/wire.gen.js";
import { DUTY, othersIn, reachable } from "../call-model.js";
import { names, reachableWords, transferWords, writtenUpWords } from "../call-words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("./tools.js").To} To */

/** @param {Console & {call: AdvisorCall, passOn: (to: To, from: string) => void}} props */
export function PassOnToLanguage({ boot, desk, call, passOn }) {
  const id = useId();
  const language = useSignal("");
  const missing = useSignal(false);
  const found = reachable(desk.value, boot.seat);
  const nobody = language.value && !found[language.value];
  const codes = boot.languages.map(({ code }) => code).filter((code) => code !== call.language);
  const option = (/** @type {string} */ code) => html`<option key=${code} value=${code}>${languageName(boot, code)}</option>`;
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    missing.value = !language.value;
    if (language.value) passOn({ language: language.value, staff: null, name: null }, "[data-action=transfer-language]");
  };
  return html`<section class="tool" aria-labelledby=${`${id}-heading`}>
    <h2 id=${`${id}-heading`}><${Icon} name="arrow-right-left" />${t("Pass the visitor on to another language")}</h2>
    <form onSubmit=${onSubmit}>
      <div class="field">
        <label for=${`${id}-language`}>${t("Language of the queue")}</label>
        <select
          id=${`${id}-language`}
          data-field="transfer-language"
          aria-describedby=${`${id}-duty`}
          aria-invalid=${String(missing.value)}
          value=${language.value}
          onChange=${(/** @type {any} */ event) => {
            language.value = event.currentTarget.value;
            missing.value = false;
          }}
        >
          <option value="">${t("Choose a language")}</option>
          <optgroup label=${t("With an advisor on duty")}>${codes.filter((code) => found[code]?.duty === DUTY.ADVISOR).map(option)}</optgroup>
          <optgroup label=${t("With an interpreter on duty")}>${codes.filter((code) => found[code]?.duty === DUTY.INTERPRETED).map(option)}</optgroup>
          <optgroup label=${t("Nobody on duty")}>${codes.filter((code) => !found[code]).map(option)}</optgroup>
        </select>
        <span class=${missing.value ? "field-error small" : nobody ? "tool-warn small" : "field-hint"} id=${`${id}-duty`} data-nobody=${String(Boolean(nobody))}>
          ${missing.value ? t("Choose a language first.") : language.value && reachableWords(found[language.value])}
        </span>
      </div>
      <button class="button button-quiet" data-action="transfer-language"><${Icon} name="arrow-right-left" />${t("Pass on")}</button>
    </form>
  </section>`;
}

/** @param {Console & {call: AdvisorCall, to: To, leave: () => void}} props */
export function Confirm({ boot, desk, actions, call, to, leave }) {
  const heading = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => heading.current?.focus(), []);
  const busy = actions.isUnderWay(EVENT.TRANSFER, call.id);
  const others = othersIn(call, boot.seat);
  const who = to.language === null ? undefined : reachable(desk.value, boot.seat)[to.language];
  const nobody = to.language !== null && !who;
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    leave();
  };
  const passOn = async () => {
    if (!(await actions.transfer(call.id, to))) leave();
  };
  return html`<section class="tool confirm" aria-labelledby="confirm-heading" data-confirm="transfer" onKeyDown=${onKeyDown}>
    <h2 id="confirm-heading" tabindex="-1" ref=${heading}>
      ${to.name !== null
        ? t("Pass the visitor on to {name}?", { name: to.name })
        : t("Pass the visitor on to: {language}?", { language: to.language ? languageName(boot, to.language) : "" })}
    </h2>
    <p class=${nobody ? "tool-warn" : ""} data-nobody=${String(nobody)}>${transferWords(boot, to, who)}</p>
    <p>
      ${others.length
        ? t("You and {names} leave the conversation.", { names: names(others) })
        : t("You leave the conversation.")}
    </p>
    <p>${writtenUpWords(to.name)}</p>
    <div class="button-row">
      <button type="button" class="button" data-action="transfer-now" disabled=${busy} onClick=${passOn}>
        <${Icon} name="arrow-right-left" />${busy ? t("Passing on") : t("Pass the visitor on")}
      </button>
      <button type="button" class="button button-quiet" data-action="transfer-cancel" disabled=${busy} onClick=${leave}>
        <${Icon} name="x" />${t("Stay in the conversation")}
      </button>
    </div>
  </section>`;
}
