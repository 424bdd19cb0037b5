// The tools of a call: who is in it, an interpreter, a colleague, and passing the visitor on. Only who serves has more
// than the first.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { Icon, html } from "shared/ui.js";
import { t } from "shared/locale.js";
import { languageName, languagesSpoken } from "shared/staff.js";
import { EVENT, ROLE } from "shared/wire.gen.js";
import { colleaguesOnDuty, interpretersHere, isFull, languageToInterpret, staffedLanguages } from "../call-model.js";
import { colleagueDot, colleagueWords, interpretersWords } from "../call-words.js";
import { People } from "./people.js";
import { Confirm, PassOnToLanguage } from "./transfer.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/conversation.js").Conversation} Conversation */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("shared/wire.gen.js").Colleague} Colleague */
/** @typedef {{language: string | null, staff: string | null, name: string | null}} To Where the visitor would be passed on to. */

/** @param {Console & {call: AdvisorCall, talk: Conversation}} props */
export function Tools(props) {
  const { call } = props;
  /** What is to be confirmed. */
  const to = useSignal(/** @type {To | null} */ (null));
  const asking = useRef(/** @type {string} */ (""));
  useEffect(() => {
    // Back from the question, the focus is where it began.
    if (!to.value && asking.current) /** @type {HTMLElement | null} */ (document.querySelector(asking.current))?.focus();
  }, [to.value]);
  if (!call.serves) return html`<${People} ...${props} />`;
  /** @param {To} chosen @param {string} from Selector of what was pressed. */
  const passOn = (chosen, from) => {
    asking.current = from;
    to.value = chosen;
  };
  if (to.value) return html`<${Confirm} ...${props} to=${to.value} leave=${() => (to.value = null)} />`;
  return html`<${People} ...${props} />
    <${AskInterpreter} ...${props} />
    <${Colleagues} ...${props} passOn=${passOn} />
    <${PassOnToLanguage} ...${props} passOn=${passOn} />`;
}

/** Why nobody can be asked just now; "" when somebody can. @param {AdvisorCall} call */
function whyNot(call) {
  if (call.ask) return t("You have asked for somebody already: one at a time.");
  return isFull(call) ? t("A conversation has room for four people.") : "";
}

/** @param {Console & {call: AdvisorCall}} props */
function AskInterpreter({ boot, desk, page, actions, call }) {
  const id = useId();
  const { self } = page.value;
  const language = useSignal(self ? languageToInterpret(call, self) : "");
  const staffed = staffedLanguages(desk.value, call, ROLE.INTERPRETER);
  const why = whyNot(call);
  const somebody = Boolean(staffed[language.value]);
  const duty = language.value ? interpretersWords(staffed[language.value], interpretersHere(desk.value, call, language.value)) : t("Choose a language first.");
  const busy = actions.isUnderWay(EVENT.ASK_INTERPRETER, call.id);
  const codes = boot.languages.map(({ code }) => code);
  const option = (/** @type {string} */ code) => html`<option key=${code} value=${code}>${languageName(boot, code)}</option>`;
  const ask = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (!why && somebody && !busy) void actions.askInterpreter(call.id, language.value);
  };
  return html`<section class="tool" aria-labelledby=${`${id}-heading`}>
    <h2 id=${`${id}-heading`}><${Icon} name="languages" />${t("Ask for an interpreter")}</h2>
    <form onSubmit=${ask}>
      <div class="field">
        <label for=${`${id}-language`}>${t("Language to interpret")}</label>
        <select id=${`${id}-language`} data-field="interpreter-language" aria-describedby=${`${id}-duty`} value=${language.value} onChange=${(/** @type {any} */ event) => (language.value = event.currentTarget.value)}>
          <option value="">${t("Choose a language")}</option>
          <optgroup label=${t("With an interpreter on duty")}>${codes.filter((code) => staffed[code]).map(option)}</optgroup>
          <optgroup label=${t("Nobody on duty")}>${codes.filter((code) => !staffed[code]).map(option)}</optgroup>
        </select>
        <span class="field-hint" id=${`${id}-duty`}>${duty}</span>
      </div>
      <button class="button" data-action="ask-interpreter" aria-disabled=${String(Boolean(why) || !somebody || busy)} aria-describedby=${why ? `${id}-why` : `${id}-duty`}>
        <${Icon} name="user-plus" />${t("Ask to join")}
      </button>
      ${why && html`<p class="small quiet" id=${`${id}-why`}>${why}</p>`}
    </form>
  </section>`;
}

/** @param {Console & {call: AdvisorCall, passOn: (to: To, from: string) => void}} props */
function Colleagues(props) {
  const { desk, call } = props;
  const id = useId();
  const there = colleaguesOnDuty(desk.value, call);
  const why = whyNot(call);
  return html`<section class="tool" aria-labelledby=${`${id}-heading`}>
    <h2 id=${`${id}-heading`}><${Icon} name="users-round" />${t("Colleagues on duty")}</h2>
    ${!there.length && html`<p class="small quiet">${t("Nobody else is on duty now. Colleagues appear here as soon as they are.")}</p>`}
    ${there.length > 0 && why && html`<p class="small quiet" id=${`${id}-why`}>${why}</p>`}
    <ul class="colleagues">
      ${there.map((colleague) => html`<${Row} key=${colleague.id} ...${props} colleague=${colleague} why=${why ? `${id}-why` : null} />`)}
    </ul>
  </section>`;
}

/** @param {Console & {call: AdvisorCall, colleague: Colleague, why: string | null, passOn: (to: To, from: string) => void}} props */
function Row({ boot, actions, call, colleague, why, passOn }) {
  const { id, name, role, presence, languages } = colleague;
  const busy = actions.isUnderWay(EVENT.INVITE, call.id);
  return html`<li class="colleague" data-colleague=${id} data-presence-of=${presence}>
    <p>
      <b>${name}</b>
      <span class="small"><span class=${`dot ${colleagueDot(presence)}`}></span> ${colleagueWords(colleague)}</span>
      <span class="small quiet">${languagesSpoken(boot, languages)}</span>
    </p>
    <div class="button-row">
      <button
        type="button"
        class="button button-quiet button-small"
        data-action="invite"
        data-staff=${id}
        aria-label=${`${t("Ask to join")}: ${name}`}
        aria-disabled=${String(Boolean(why) || busy)}
        aria-describedby=${why}
        onClick=${() => !why && !busy && actions.invite(call.id, id)}
      >
        <${Icon} name="user-plus" />${t("Ask to join")}
      </button>
      ${role === ROLE.ADVISOR &&
      html`<button
        type="button"
        class="button button-quiet button-small"
        data-action="transfer-colleague"
        data-staff=${id}
        aria-label=${`${t("Pass on")}: ${name}`}
        onClick=${() => passOn({ language: null, staff: id, name }, `[data-action=transfer-colleague][data-staff="${id}"]`)}
      >
        <${Icon} name="arrow-right-left" />${t("Pass on")}
      </button>`}
    </div>
  </li>`;
}
