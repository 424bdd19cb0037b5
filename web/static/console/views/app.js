// The console's page: bar, queue, the middle, chat and the call's buttons; keys that work anywhere; what is announced.
import { html } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { t } from "shared/locale.js";
import { LineBanner } from "shared/staff-bar.js";
import { presenceWords } from "shared/staff.js";
import { draftOf } from "../draft.js";
import { VIEW, keyAction } from "../model.js";
import { CallBar } from "./call-bar.js";
import { Chat } from "./chat.js";
import { Middle } from "./middle.js";
import { Queue } from "./queue.js";
import { TopBar } from "./top-bar.js";
import { offerLine, useOfferTitle } from "./offer.js";

/** @typedef {import("../main.js").Console} Console */

const FIELDS = "textarea, select, input:not([type=radio], [type=checkbox], [type=button]), [contenteditable]";
const CONTROLS = "button, a[href], summary, input";

/** @param {Console} props */
export function App(props) {
  const { view } = props.page.value;
  const inCall = view === VIEW.IN_CALL;
  useKeys(props);
  useLostFocus(view);
  useOfferTitle(props);
  return html`<div class="console" data-view=${view}>
    <${TopBar} ...${props} />
    <${LineBanner}
      line=${props.line.value}
      words=${t("No connection to the service. We are trying again; a call that is running goes on.")}
    />
    <div class="console-body">
      <${Queue} ...${props} narrow=${inCall} />
      <${Middle} ...${props} />
      ${inCall && html`<${Chat} chat=${props.conversation.chat} author=${props.boot.seat} byBridge=${props.conversation.chatByBridge.value} />`}
    </div>
    ${inCall && html`<${CallBar} ...${props} />`}
    <${Announcer} ...${props} />
  </div>`;
}

/** Enter, Escape and Ctrl+Enter, wherever the focus is. @param {Console} props */
function useKeys({ page, actions, draft }) {
  useEffect(() => {
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
      const on = event.target instanceof Element ? event.target : document.body;
      const { view, offer, self } = page.value;
      const where = { view, inField: Boolean(on.closest(FIELDS)), onControl: Boolean(on.closest(CONTROLS)) };
      const action = keyAction(event, where);
      if (!action) return;
      event.preventDefault();
      if (action === "accept" && offer) void actions.accept(offer.id);
      if (action === "decline" && offer) void actions.decline(offer.id);
      if (action === "save" && self?.wrap_up_call) void actions.wrapUp(draftOf(draft.value, self.wrap_up_call), "available");
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** When what had the focus is gone with its view, the new view's heading has it. @param {string} view */
function useLostFocus(view) {
  const before = useRef(view);
  useEffect(() => {
    const loading = before.current === VIEW.CONNECTING;
    before.current = view;
    if (loading || (document.activeElement && document.activeElement !== document.body)) return;
    document.querySelector("main")?.scrollIntoView({ block: "start" });
    /** @type {HTMLElement | null} */ (document.querySelector("main h1"))?.focus({ preventScroll: true });
  }, [view]);
}

/** What a screen reader says when the state changes; an offer at once. @param {Console} props */
function Announcer({ boot, page }) {
  const { view, self, offer } = page.value;
  const calm = self && view !== VIEW.RINGING && view !== VIEW.ELSEWHERE ? presenceWords(self.presence) : "";
  return html`<div class="visually-hidden">
    <p aria-live="polite">${calm}</p>
    <p aria-live="assertive">${offer ? offerLine(boot, offer) : ""}</p>
  </div>`;
}
