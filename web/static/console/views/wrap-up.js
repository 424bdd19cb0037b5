// After a call: what it was about, what came of it, where the visitor was guided; done in twenty seconds.
import { Icon, html, useTicking } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { locale, t, tn } from "shared/locale.js";
import { clock } from "shared/staff.js";
import { EVENT, PRESENCE } from "shared/wire.gen.js";
import { draftOf, toggleOnward, toggleOutcome, toggleTopic } from "../draft.js";
import { topicOfKey } from "../model.js";
import { endWords, onwards, outcomes, topicName } from "../words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("../draft.js").Draft} Draft */

/** What was chosen is saved by itself when the time is nearly over: the desk would close the wrap-up without it. */
const SAVE_BEFORE_END_MS = 4000;

/** @param {Console} props */
export function WrapUp(props) {
  const { boot, page, actions, draft, ended, now } = props;
  const call = page.value.self?.wrap_up_call ?? "";
  const untilMs = page.value.self?.wrap_up_until_ms ?? null;
  const chosen = draftOf(draft.value, call);
  const change = (/** @type {(draft: Draft) => Draft} */ rule) => (draft.value = rule(draftOf(draft.value, call)));
  const save = (/** @type {"available" | "away"} */ then) => actions.wrapUp(draftOf(draft.value, call), then);
  useEffect(() => {
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
      const topic = topicOfKey(boot.topics, event);
      if (topic) change((now) => toggleTopic(now, topic));
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [call]);
  useEffect(() => {
    if (untilMs === null) return undefined;
    const timer = setTimeout(() => void save(PRESENCE.AVAILABLE), untilMs - now() - SAVE_BEFORE_END_MS);
    return () => clearTimeout(timer);
  }, [call, untilMs]);
  if (!call) return null;
  const saving = actions.underWay.value.includes(EVENT.WRAP_UP);
  const reason = ended.value?.call === call ? endWords(ended.value.reason, actions.endedHere.value === call) : "";
  return html`<section class="wrap-up card" aria-labelledby="wrap-up-heading" data-call=${call}>
    <header>
      <div>
        <h1 id="wrap-up-heading" tabindex="-1">${t("The call is over")}</h1>
        <p class="quiet">${reason} ${t("Say in a few touches what it was about. No names, nothing of what was said.")}</p>
      </div>
      ${untilMs !== null && html`<${TimeLeft} untilMs=${untilMs} now=${now} />`}
    </header>
    <${Topics} boot=${boot} chosen=${chosen} toggle=${(/** @type {string} */ code) => change((now) => toggleTopic(now, code))} />
    <fieldset>
      <legend>${t("What came of it")} <span class="quiet">${t("(if you like)")}</span></legend>
      <div class="chips">
        ${outcomes().map(
          ([code, words]) => html`<${Chip} key=${code} on=${chosen.outcome === code} data-outcome=${code} toggle=${() => change((now) => toggleOutcome(now, code))}>${words}<//>`,
        )}
      </div>
    </fieldset>
    <details class="onward">
      <summary>
        <${Icon} name="chevron-down" />${t("Guided onward to")}
        ${chosen.onward.length
          ? html`<span class="quiet">${tn("{n} chosen", "{n} chosen", chosen.onward.length)}</span>`
          : html`<span class="quiet onward-hint">${t("(open when it applies)")}</span>`}
      </summary>
      <div class="chips">
        ${onwards().map(
          ([code, words]) => html`<${Chip} key=${code} on=${chosen.onward.includes(code)} data-onward=${code} toggle=${() => change((now) => toggleOnward(now, code))}>${words}<//>`,
        )}
      </div>
    </details>
    <div class="button-row wrap-up-end">
      <button type="button" class="button button-large" data-action="wrap-up" disabled=${saving} onClick=${() => save(PRESENCE.AVAILABLE)}>
        <${Icon} name="check" />${saving ? t("Saving") : t("Save and be available")}<kbd>Ctrl+Enter</kbd>
      </button>
      <button type="button" class="button button-quiet button-large" data-action="wrap-up-break" disabled=${saving} onClick=${() => save(PRESENCE.AWAY)}>
        <${Icon} name="coffee" />${t("Save and take a break")}
      </button>
    </div>
  </section>`;
}

/** @param {{boot: Console["boot"], chosen: Draft, toggle: (code: string) => void}} props */
function Topics({ boot, chosen, toggle }) {
  return html`<fieldset>
    <legend>${t("What it was about")} <span class="quiet">${t("keys 1 to 9")}</span></legend>
    <div class="chips topics">
      ${boot.topics.map(
        (topic, index) => html`<${Chip} key=${topic.code} on=${chosen.topics.includes(topic.code)} data-topic=${topic.code} shortcut=${index < 9 ? String(index + 1) : null} toggle=${() => toggle(topic.code)}>
          ${topicName(topic, locale.value.code)}
        <//>`,
      )}
    </div>
  </fieldset>`;
}

/** Something that can be switched on. @param {{on: boolean, toggle: () => void, shortcut?: string | null, children: any} & Record<string, any>} props */
function Chip({ on, toggle, shortcut = null, children, ...rest }) {
  return html`<button type="button" class="chip" aria-pressed=${String(on)} aria-keyshortcuts=${shortcut} onClick=${toggle} ...${rest}>
    ${on ? html`<${Icon} name="check" />` : shortcut && html`<kbd aria-hidden="true">${shortcut}</kbd>`}
    <span>${children}</span>
  </button>`;
}

/** @param {{untilMs: number, now: () => number}} props */
function TimeLeft({ untilMs, now }) {
  const time = clock(untilMs - SAVE_BEFORE_END_MS - useTicking(now));
  return html`<p class="quiet small number" role="timer">${t("Saves itself in {time}", { time })}</p>`;
}
