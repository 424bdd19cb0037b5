// One's own state and for how long, and under it what can be said about it: available, away and why, off duty; a visit or
// a phone call at the desk; when the shift ends.
import { useSignal } from "@preact/signals";
import { useId, useRef } from "preact/hooks";
import { Icon, html, useTicking } from "shared/ui.js";
import { t, timeOfDay } from "shared/locale.js";
import { Popover } from "shared/staff-bar.js";
import { clock, languageName, ownFirst, presenceDot } from "shared/staff.js";
import { DESK_WORK, EVENT, PRESENCE, ROLE } from "shared/wire.gen.js";
import { leavesAfterwards, presenceChange } from "../model.js";
import { awayChoices, noNewChatsWords, shiftWords, stateIcon, stateWords } from "../presence-words.js";
import { shiftChoices, shiftEnd } from "../shift.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/wire.gen.js").Self} Self */

/** @param {Console & {self: Self}} props */
export function PresenceMenu(props) {
  const { page, now, line, self, actions } = props;
  const open = useSignal(false);
  const root = useRef(/** @type {HTMLElement | null} */ (null));
  const words = stateWords(page.value);
  const connected = line.value.state === "connected";
  const lastCall = self.last_call && self.presence === PRESENCE.AVAILABLE;
  const dot = !connected ? "" : lastCall ? "dot-warn" : presenceDot(self.presence);
  const pill = html`<span class="state-pill" data-state=${self.presence}>
    <span class=${`dot ${dot}`}></span>
    <b>${words}</b>
    <${StateClock} now=${now} sinceMs=${self.since_ms} />
  </span>`;
  /** Close the menu once something was chosen; the focus goes back to its name. @param {Promise<boolean>} chosen */
  const close = async (chosen) => {
    if (!(await chosen)) return;
    const details = root.current?.querySelector("details");
    if (!details) return;
    details.open = false;
    details.querySelector("summary")?.focus();
  };
  return html`<div ref=${root} class="presence">
    <${Popover}
      class="me presence-menu"
      action="presence"
      icon=${stateIcon(self, page.value.calls)}
      words=${pill}
      onToggle=${(/** @type {boolean} */ now) => (open.value = now)}
    >
      ${open.value &&
      html`<${States} page=${page} self=${self} actions=${actions} close=${close} />
        ${self.role === ROLE.ADVISOR && html`<${AtTheDesk} ...${props} close=${close} />`}
        <${ShiftEnd} now=${now} self=${self} actions=${actions} />`}
    <//>
  </div>`;
}

/** @param {{now: () => number, sinceMs: number}} props */
function StateClock({ now, sinceMs }) {
  const time = clock(useTicking(now) - sinceMs);
  return html`<span class="visually-hidden">${t("for {time}", { time })}</span>
    <span class="clock quiet" aria-hidden="true">${time}</span>`;
}

/** @typedef {(chosen: Promise<boolean>) => Promise<void>} Close */

/** What is chosen already is not sent again. */
const SAID_ALREADY = Promise.resolve(true);

/** Available, away and why, off duty: now, or in chats for when they are over. @param {{page: Console["page"], self: Self, actions: Console["actions"], close: Close}} props */
function States({ page, self, actions, close }) {
  const when = presenceChange(page.value);
  const busy = actions.isUnderWay(EVENT.SET_PRESENCE);
  const leaves = leavesAfterwards(self);
  const [presence, reason] = when === "afterwards" ? [self.afterwards ?? PRESENCE.AVAILABLE, actions.awayFor.value] : [self.presence, self.away_reason];
  const away = presence === PRESENCE.AWAY;
  const may = when !== "no";
  /** @type {(action: string, icon: string, words: string, on: boolean, choose: () => Promise<boolean>) => any} */
  const choice = (action, icon, words, on, choose) =>
    html`<button type="button" class="button button-quiet" aria-pressed=${String(may && on)} data-action=${action} disabled=${!may || busy} onClick=${() => close(may && on ? SAID_ALREADY : choose())}>
      <${Icon} name=${icon} />${words}
    </button>`;
  return html`<fieldset class="presence-part">
    <legend>${t("What you are doing")}</legend>
    ${!may && html`<p class="small quiet">${t("You can change this when what you serve and its wrap-up are done.")}</p>`}
    ${when === "afterwards" &&
    html`<p class="small quiet" role="status" data-afterwards=${self.afterwards ?? ""}>
      ${leaves ? noNewChatsWords(self, reason) : t("Away or off duty means: no new chats from now on, and you go when these are over.")}
    </p>`}
    <div class="presence-choices">
      ${choice("presence-available", "headset", t("Available"), presence === PRESENCE.AVAILABLE, actions.goAvailable)}
      ${awayChoices().map(([code, words, icon]) =>
        choice(`presence-${code}`, icon, words, away && reason === code, () => actions.setPresence(PRESENCE.AWAY, code)),
      )}
      ${choice("presence-offline", "log-out", t("Off duty"), presence === PRESENCE.OFFLINE, actions.finish)}
    </div>
  </fieldset>`;
}

/** A visit or a phone call at the desk. @param {Console & {self: Self, close: Close}} props */
function AtTheDesk({ boot, page, self, actions, serveLanguage, close }) {
  const id = useId();
  const may = presenceChange(page.value) === "now" && !actions.isUnderWay(EVENT.SERVE);
  const own = ownFirst(boot, self.languages);
  const others = boot.languages.map(({ code }) => code).filter((code) => !own.includes(code));
  return html`<fieldset class="presence-part">
    <legend>${t("At the desk or on the phone")}</legend>
    <div class="field">
      <label for=${id}>${t("Language")} <span class="quiet small">${t("(if you like)")}</span></label>
      <select id=${id} data-field="serve-language" value=${serveLanguage.value} onChange=${(/** @type {any} */ event) => (serveLanguage.value = event.currentTarget.value)}>
        <option value="">${t("not said")}</option>
        ${[...own, ...others].map((code) => html`<option key=${code} value=${code}>${languageName(boot, code)}</option>`)}
      </select>
    </div>
    <div class="presence-choices">
      ${SERVED.map(
        ([work, icon]) => html`<button
          key=${work}
          type="button"
          class="button button-quiet"
          data-action=${`serve-${work}`}
          disabled=${!may}
          onClick=${() => close(actions.serve(work, serveLanguage.value))}
        >
          <${Icon} name=${icon} />${work === DESK_WORK.PHONE ? t("Phone call") : t("A visitor is here")}
        </button>`,
      )}
    </div>
  </fieldset>`;
}

/** @type {["visit" | "phone", string][]} */
export const SERVED = [
  [DESK_WORK.VISIT, "user-round"],
  [DESK_WORK.PHONE, "phone"],
];

/** When the shift ends: one of the next full hours, a time of day, or not known. @param {{now: () => number, self: Self, actions: Console["actions"]}} props */
function ShiftEnd({ now, self, actions }) {
  const id = useId();
  const text = useSignal("");
  const wrong = useSignal(false);
  const nowMs = now();
  const words = shiftWords(self, nowMs);
  const busy = actions.isUnderWay(EVENT.SET_SHIFT);
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const end = shiftEnd(text.value, now());
    wrong.value = end === null;
    if (end !== null) void actions.setShift(end);
  };
  return html`<fieldset class="presence-part">
    <legend>${t("Your shift ends")}</legend>
    <p class="small quiet" role="status" data-shift-said>${words || t("No end is known. Shortly before it nothing new is offered.")}
      ${self.last_call && t("Last call: nothing new is offered")}</p>
    <div class="chips">
      ${shiftChoices(nowMs).map(
        (end) => html`<button
          key=${end}
          type="button"
          class="chip"
          aria-pressed=${String(self.shift_ends_at_ms === end)}
          data-action="shift"
          data-ends=${end}
          disabled=${busy}
          onClick=${() => actions.setShift(end)}
        ><bdi class="number">${timeOfDay(end)}</bdi></button>`,
      )}
      ${self.shift_ends_at_ms !== null &&
      html`<button type="button" class="chip" data-action="shift-none" disabled=${busy} onClick=${() => actions.setShift(null)}>
        <${Icon} name="x" />${t("No end")}
      </button>`}
    </div>
    <form class="shift-form" onSubmit=${onSubmit}>
      <div class="field">
        <label for=${id}>${t("Another time")}</label>
        <input
          id=${id}
          type="time"
          required
          data-field="shift"
          value=${text.value}
          aria-invalid=${String(wrong.value)}
          aria-describedby=${wrong.value ? `${id}-wrong` : null}
          onInput=${(/** @type {any} */ event) => (text.value = event.currentTarget.value)}
        />
      </div>
      <button class="button button-quiet" data-action="shift-set" disabled=${busy}><${Icon} name="check" />${t("Set the end")}</button>
    </form>
    ${wrong.value && html`<p class="field-error small" id=${`${id}-wrong`} role="alert">${t("That time is over already. Choose a later one.")}</p>`}
  </fieldset>`;
}
