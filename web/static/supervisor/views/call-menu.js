// What the supervisor can do with one call.
import { useSignal } from "@preact/signals";
import { all } from "shared/desk.js";
import { t, tn, waitInWords } from "shared/locale.js";
import { languageName, listed, presenceWords } from "shared/staff.js";
import { LanguageLabel } from "shared/staff-bar.js";
import { Icon, html } from "shared/ui.js";
import { CALL_STATE } from "shared/wire.gen.js";
import { ACT, callActs, languagesToMove, takers } from "../hand.js";
import { peopleOf, waitedMs } from "../model.js";
import { callStateWords, callWords, peopleWords, withWords } from "../words.js";
import { Menu, MenuAct } from "./menu.js";

/** @typedef {import("../main.js").Board} Board */
/** @typedef {import("shared/desk.js").Desk} Desk */
/** @typedef {import("shared/wire.gen.js").BoardCall} BoardCall */
/** @typedef {import("@preact/signals").Signal<string>} Step */

/** @param {Board & {known: Desk, nowMs: number}} props `known` is the desk as it is now. */
export function CallMenu(props) {
  const { boot, known, nowMs, menu } = props;
  const step = useSignal("");
  const call = all(known, "board_call").find(({ id }) => id === menu.value?.id);
  const last = useSignal(/** @type {BoardCall | undefined} */ (call));
  if (call) last.value = call;
  if (!last.value) return null;
  const acts = call ? callActs(call) : [];
  // A step that has become impossible meanwhile gives way to what is possible now.
  const shown = acts.length ? (acts.includes(step.value) ? step.value : "acts") : "over";
  const Shown = { acts: Acts, over: Over, [ACT.GIVE]: Give, [ACT.MOVE]: Move, [ACT.END]: End }[shown] ?? Acts;
  return html`<${Menu} ...${props} title=${callWords(boot, last.value)} note=${call ? noteWords(known, call, nowMs) : ""} step=${shown}>
    <${Shown} ...${props} call=${last.value} acts=${acts} step=${step} />
  <//>`;
}

/** @param {Desk} desk @param {BoardCall} call @param {number} nowMs */
function noteWords(desk, call, nowMs) {
  const waited = t("Waited: {time}", { time: waitInWords(waitedMs(call, nowMs)) });
  return [callStateWords(call.state), withWords(desk, call), waited].filter(Boolean).join(" · ");
}

/** @typedef {Board & {known: Desk, call: BoardCall, acts: string[], step: Step}} StepProps */

/** @param {Promise<boolean>} done @param {Board["menu"]} menu */
async function closeWhenDone(done, menu) {
  const opened = menu.value;
  if ((await done) && menu.value === opened) menu.value = null;
}

/** @param {StepProps} props */
function Acts({ menu, actions, call, acts, step }) {
  /** @type {Record<string, string[]>} */
  const words = {
    [ACT.RAISE]: ["arrow-up-to-line", t("Put in front"), t("The next advisor who fits takes this call before all others.")],
    [ACT.GIVE]: ["user-round", t("Give to …"), t("You choose an advisor on duty, whatever they speak. The call waits for them by name; if they take too long, others are tried.")],
    [ACT.MOVE]: ["languages", t("Move to another language"), t("You choose the language. The call waits in its queue from then on.")],
    [ACT.END]: ["phone-off", t("End this call"), t("First you are told what will happen.")],
  };
  return html`<div class="menu-acts">
    ${acts.map((act, index) => {
      const [icon, title, hint] = words[act];
      const press = () => (act === ACT.RAISE ? void closeWhenDone(actions.raise(call), menu) : (step.value = act));
      return html`<${MenuAct} key=${act} icon=${icon} words=${title} hint=${hint} action=${`${act}-call`} first=${index === 0} onClick=${press} />`;
    })}
  </div>`;
}

/** @param {StepProps} props */
function Over({ menu }) {
  return html`<p>${t("This call is over. Nothing is left to do.")}</p>
    <div class="button-row">
      <button type="button" class="button" data-first data-action="close-over" onClick=${() => (menu.value = null)}>${t("Back to the board")}</button>
    </div>`;
}

/** @param {{step: Step, words: string}} props */
function StepHead({ step, words }) {
  return html`<div class="menu-step">
    <button type="button" class="button button-quiet button-small" data-action="menu-back" onClick=${() => (step.value = "")}>
      <${Icon} name="arrow-left" />${t("Back")}
    </button>
    <h3 id="menu-step">${words}</h3>
  </div>`;
}

/** @param {StepProps} props */
function Give({ boot, known, menu, actions, call, step }) {
  const found = takers(known, call);
  return html`<${StepHead} step=${step} words=${t("Give to whom?")} />
    ${found.length
      ? html`<div class="menu-acts menu-long" role="group" aria-labelledby="menu-step">
          ${found.map(
            (taker, index) => html`<${MenuAct}
              key=${taker.staff.id}
              icon=${taker.speaks === "none" ? "user-round" : "circle-check"}
              words=${taker.staff.name}
              hint=${`${speaksWords(boot, taker, call)} · ${presenceWords(taker.staff.presence)}`}
              blocked=${taker.blocked ? t("Their shift ends soon: they are offered nothing new.") : ""}
              action="give-to"
              value=${taker.staff.id}
              first=${index === 0}
              onClick=${() => closeWhenDone(actions.give(call, taker.staff), menu)}
            />`,
          )}
        </div>`
      : html`<p>${t("No other advisor is on duty. Ask somebody to go available, or move the call to another language.")}</p>`}`;
}

/** @param {import("shared/page.js").Boot} boot @param {import("../hand.js").Taker} taker @param {BoardCall} call */
function speaksWords(boot, { staff, speaks }, call) {
  const language = languageName(boot, call.language);
  if (speaks === "native") return t("{language}: own language", { language });
  if (speaks === "fluent") return t("{language}: speaks it well", { language });
  if (speaks === "none") return t("{language}: does not speak it", { language });
  const shared = call.also.filter((code) => code in staff.languages).map((code) => languageName(boot, code));
  return t("shares with the visitor: {languages}", { languages: listed(shared) });
}

/** @param {StepProps} props */
function Move({ boot, known, menu, actions, call, step }) {
  const rows = languagesToMove(known, call, boot.languages.map(({ code }) => code));
  return html`<${StepHead} step=${step} words=${t("To which language?")} />
    <div class="menu-acts menu-long" role="group" aria-labelledby="menu-step">
      ${rows.map(
        (row, index) => html`<${MenuAct}
          key=${row.language}
          icon=${row.onDuty ? "circle-check" : "languages"}
          words=${html`<${LanguageLabel} boot=${boot} code=${row.language} />`}
          hint=${dutyWords(row)}
          action="move-to"
          value=${row.language}
          first=${index === 0}
          onClick=${() => closeWhenDone(actions.move(call, row.language), menu)}
        />`,
      )}
    </div>`;
}

/** @param {ReturnType<typeof languagesToMove>[number]} row */
function dutyWords({ known, available, onDuty, interpreters, closedUntilMs }) {
  return [
    known ? t("the visitor speaks it") : "",
    onDuty ? t("{free} of {all} on duty are free", { free: available, all: onDuty }) : t("nobody on duty"),
    interpreters ? tn("{n} interpreter", "{n} interpreters", interpreters) : "",
    closedUntilMs === null ? "" : t("closed to new visitors"),
  ]
    .filter(Boolean)
    .join(" · ");
}

/** @param {StepProps} props */
function End({ known, menu, actions, call, step }) {
  const names = peopleWords(known, peopleOf(call).people);
  return html`<${StepHead} step=${step} words=${t("End this call?")} />
    <p>${endingWords(call, names)}</p>
    <p>${t("It cannot be taken back. That you ended it is written down.")}</p>
    <div class="button-row">
      <button type="button" class="button button-quiet" data-first data-action="keep-call" onClick=${() => (step.value = "")}>${t("Let it go on")}</button>
      <button type="button" class="button button-end" data-action="confirm-end" onClick=${() => closeWhenDone(actions.end(call), menu)}>
        <${Icon} name="phone-off" />${t("End this call")}
      </button>
    </div>`;
}

/** What ending does. @param {BoardCall} call @param {string} names */
function endingWords({ state }, names) {
  if (state === CALL_STATE.CONNECTED) {
    return t("The conversation ends at once for the visitor and for everybody in it: {names}. The kiosk goes back to its start.", { names });
  }
  return t("The visitor loses their place and is served by nobody. The kiosk says that nobody could take the call, and goes back to its start.");
}
