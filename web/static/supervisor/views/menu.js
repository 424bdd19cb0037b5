// A small menu beside the button that opened it: a dialog, so that Escape, Tab and a press outside do what they should.
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { t } from "shared/locale.js";
import { Icon, html } from "shared/ui.js";
import { toldWords } from "../told-words.js";
import { Pending } from "./said.js";

/** @typedef {import("../main.js").OpenMenu} OpenMenu */

const MARGIN_PX = 8;

/**
 * The button that opens a menu.
 * @param {{menu: import("@preact/signals").Signal<OpenMenu | null>, kind: OpenMenu["kind"], id: string, what: string}} props
 *   `what` says of whom or what, for those who hear the page.
 */
export function MenuButton({ menu, kind, id, what }) {
  const open = (/** @type {Event} */ { currentTarget }) => {
    menu.value = { kind, id, opener: /** @type {HTMLElement} */ (currentTarget) };
  };
  return html`<button
    type="button"
    class="button button-quiet button-small menu-button"
    data-action=${`${kind}-menu`}
    aria-haspopup="dialog"
    aria-label=${t("Change: {what}", { what })}
    onClick=${open}
  >
    ${t("Change")}<${Icon} name="chevron-down" />
  </button>`;
}

/**
 * @param {import("../main.js").Board & {title: string, note: any, step: string, children?: any}} props `step` is what
 *   the menu shows: when it changes, the focus goes to what comes first there.
 */
export function Menu({ boot, menu, actions, title, note, step, children }) {
  const dialog = useRef(/** @type {HTMLDialogElement | null} */ (null));
  const opened = menu.value;
  useLayoutEffect(() => {
    const element = /** @type {HTMLDialogElement} */ (dialog.current);
    element.showModal();
    return () => {
      // This gives the focus back to the button, unless that is gone with its row.
      element.close();
      if (!opened?.opener.isConnected) document.getElementById(`${opened?.kind}-heading`)?.focus({ preventScroll: true });
    };
  }, []);
  useLayoutEffect(() => {
    const element = /** @type {HTMLDialogElement} */ (dialog.current);
    /** @type {HTMLElement | null} */ (element.querySelector("[data-first]") ?? element.querySelector("button"))?.focus();
  }, [step]);
  useEffect(() => actions.forget(), []);
  const told = actions.told.value;
  // What is said in it makes it longer, too.
  useLayoutEffect(() => {
    if (opened && dialog.current) placeBeside(dialog.current, opened.opener);
  }, [step, told]);
  const close = () => (menu.value = null);
  return html`<dialog
    class="menu"
    ref=${dialog}
    aria-labelledby="menu-title"
    data-menu=${step}
    onCancel=${(/** @type {Event} */ event) => {
      event.preventDefault();
      close();
    }}
    onPointerDown=${(/** @type {PointerEvent} */ { target, currentTarget }) => target === currentTarget && close()}
    onKeyDown=${moveByArrows}
  >
    <div class="menu-inside">
      <header class="menu-head">
        <div>
          <h2 id="menu-title">${title}</h2>
          <p class="small quiet">${note}</p>
        </div>
        <button type="button" class="button button-quiet button-small" data-action="close-menu" onClick=${close}>
          <${Icon} name="x" />${t("Close")}
        </button>
      </header>
      ${told?.refused && html`<div class="notice notice-end" role="alert" data-refused=${told.refused}>
        <${Icon} name="circle-alert" /><p>${toldWords(boot, told)}</p>
      </div>`}
      ${children}
      <${Pending} actions=${actions} />
    </div>
  </dialog>`;
}

/**
 * One thing to do, with what will happen under it; or, with `blocked`, why it cannot be done.
 * @param {{icon: string, words: any, hint?: any, action: string, first?: boolean, blocked?: string, value?: string, onClick: () => void}} props
 */
export function MenuAct({ icon, words, hint, action, first = false, blocked = "", value, onClick }) {
  return html`<button
    type="button"
    class="menu-act"
    data-action=${action}
    data-value=${value}
    data-first=${first || undefined}
    aria-disabled=${blocked ? "true" : undefined}
    onClick=${() => !blocked && onClick()}
  >
    <${Icon} name=${icon} />
    <span><b>${words}</b>${(blocked || hint) && html`<span class="small quiet">${blocked || hint}</span>`}</span>
  </button>`;
}

/** Below the button, at its end; above or beside it where there is no room. @param {HTMLElement} menu @param {HTMLElement} opener */
function placeBeside(menu, opener) {
  const { left, right, top, bottom } = opener.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const mirrored = document.documentElement.dir === "rtl";
  const within = (/** @type {number} */ at, /** @type {number} */ size, /** @type {number} */ room) =>
    Math.max(MARGIN_PX, Math.min(at, room - size - MARGIN_PX));
  const below = bottom + MARGIN_PX / 2;
  const above = top - MARGIN_PX / 2 - height;
  const fits = below + height + MARGIN_PX <= innerHeight || above < MARGIN_PX;
  menu.style.left = `${within(mirrored ? left : right - width, width, innerWidth)}px`;
  menu.style.top = `${within(fits ? below : above, height, innerHeight)}px`;
}

/** Up and down go from one thing to do to the next. @param {KeyboardEvent} event */
function moveByArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  const acts = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll(".menu-act")]);
  if (!step || !acts.length) return;
  event.preventDefault();
  const at = acts.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  acts[(at < 0 ? (step > 0 ? 0 : -1) : at + step + acts.length) % acts.length]?.focus();
}
