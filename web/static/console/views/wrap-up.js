// After a call, a chat, a visit: what it was about, what came of it, where the visitor was guided; done in twenty seconds.
import { Icon, html, useTicking } from "shared/ui.js";
import { locale, t, tn } from "shared/locale.js";
import { CALL_CHANNEL, EVENT, PRESENCE } from "shared/wire.gen.js";
import { callWords } from "../call-words.js";
import { draftOf, toggleOnward, toggleOutcome, toggleTopic, withChange } from "../draft.js";
import { SAVE_BEFORE_END_MS } from "../in-time.js";
import { goesOn, leavesAfterwards } from "../model.js";
import { afterwardsWords } from "../presence-words.js";
import { endWords, minutesLeft, onwards, outcomes, overWords, topicName } from "../words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("../draft.js").Draft} Draft */
/** @typedef {import("shared/wire.gen.js").OpenWrapUp} OpenWrapUp */

/** @param {Console} props */
export function WrapUp(props) {
  const { boot, shown, drafts, pasts, actions } = props;
  const { wrapUp } = shown.value;
  if (!wrapUp) return null;
  const { call, work } = wrapUp;
  const chosen = draftOf(drafts.value, call);
  const change = (/** @type {(draft: Draft) => Draft} */ rule) => (drafts.value = withChange(drafts.value, call, rule));
  const past = pasts.value[call];
  const which = past ? callWords(boot, past) : "";
  const how = past ? endWords(past.reason, actions.done.get(call) === "end") : "";
  return html`<section class="wrap-up card" aria-labelledby="wrap-up-heading" data-call=${call} data-work=${work ?? ""}>
    <header>
      <div>
        <h1 id="wrap-up-heading" tabindex="-1">${overWords(work, past?.channel === CALL_CHANNEL.CHAT)}${which && html`<span class="wrap-up-which">${which}</span>`}</h1>
        <p class="quiet">${how} ${t("Say in a few touches what it was about. No names, nothing of what was said.")}</p>
      </div>
      <${Time} ...${props} wrapUp=${wrapUp} />
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
    <details class="onward" onToggle=${showWhole}>
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
    <${Save} ...${props} wrapUp=${wrapUp} />
  </section>`;
}

/** What was opened does not stay below the buttons. @param {Event} event */
function showWhole({ currentTarget }) {
  const details = /** @type {HTMLDetailsElement} */ (currentTarget);
  if (details.open) details.scrollIntoView({ block: "nearest" });
}

/** Save it; where it is the last thing that is open, with what comes after it. @param {Console & {wrapUp: OpenWrapUp}} props */
function Save({ page, actions, save, wrapUp: { call } }) {
  const { self } = page.value;
  const saving = actions.isUnderWay(EVENT.WRAP_UP, call);
  const more = goesOn(page.value, call);
  const leaves = !more && leavesAfterwards(self) ? self : null;
  const words = leaves
    ? t("Save, then {what}", { what: afterwardsWords(leaves, actions.awayFor.value) })
    : more ? t("Save and go on") : t("Save and be available");
  return html`<div class="button-row wrap-up-end">
    <button type="button" class="button button-large" data-action="wrap-up" disabled=${saving} onClick=${() => save(call)}>
      <${Icon} name="check" />${saving ? t("Saving") : words}<kbd>Ctrl+Enter</kbd>
    </button>
    ${leaves &&
    html`<button type="button" class="button button-quiet button-large" data-action="wrap-up-available" disabled=${saving} onClick=${() => save(call, PRESENCE.AVAILABLE)}>
      <${Icon} name="headset" />${t("Save and be available")}
    </button>`}
    ${!more &&
    !leaves &&
    html`<button type="button" class="button button-quiet button-large" data-action="wrap-up-break" disabled=${saving} onClick=${() => save(call, PRESENCE.AWAY)}>
      <${Icon} name="coffee" />${t("Save and take a break")}
    </button>`}
  </div>`;
}

/** How much time is left, and more of it for whoever needs longer. @param {Console & {wrapUp: OpenWrapUp}} props */
function Time({ now, actions, wrapUp }) {
  const { call, until_ms, extensions } = wrapUp;
  const busy = actions.isUnderWay(EVENT.EXTEND_WRAP_UP, call);
  const none = extensions < 1;
  return html`<div class="wrap-up-time">
    <p class="quiet small" role="timer">${t("Saves itself: {time}", { time: minutesLeft(until_ms - SAVE_BEFORE_END_MS - useTicking(now)) })}</p>
    <button
      type="button"
      class="button button-quiet button-small"
      data-action="extend"
      data-extensions=${extensions}
      aria-disabled=${String(none || busy)}
      onClick=${() => !none && !busy && actions.extend(call)}
    >
      <${Icon} name="clock" />${t("I need longer")}
    </button>
    <span class="small quiet" role="status">${none ? t("cannot be extended any more") : tn("possible {n} more time", "possible {n} more times", extensions)}</span>
  </div>`;
}

/** @param {{boot: Console["boot"], chosen: Draft, toggle: (code: string) => void}} props */
function Topics({ boot, chosen, toggle }) {
  return html`<fieldset>
    <legend>${t("What was it about?")} <span class="quiet">${t("keys 1 to 9")}</span></legend>
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
