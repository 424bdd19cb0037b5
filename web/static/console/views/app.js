// The console's page: bar, queue, the middle, its end and the call's buttons; keys that work anywhere; what is announced.
import { html } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { t, tn } from "shared/locale.js";
import { LineBanner } from "shared/staff-bar.js";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { happeningWords } from "../call-words.js";
import { toggleTopic, withChange } from "../draft.js";
import { VIEW, keyAction, queueShown, ringsHow, topicOfKey } from "../model.js";
import { besideOf } from "../offer-model.js";
import { offerLine } from "../offer-words.js";
import { stateWords } from "../presence-words.js";
import { CallBar } from "./call-bar.js";
import { Middle } from "./middle.js";
import { useOfferTitle } from "./offer-parts.js";
import { Panel } from "./panel.js";
import { Queue } from "./queue.js";
import { TopBar } from "./top-bar.js";

/** @typedef {import("../main.js").Console} Console */

const FIELDS = "textarea, select, input:not([type=radio], [type=checkbox], [type=button]), [contenteditable]";
const CONTROLS = "button, a[href], summary, input";

/** @param {Console} props */
export function App(props) {
  const { view } = props.page.value;
  const { call, wrapUp } = props.shown.value;
  useKeys(props);
  useLostFocus(props);
  useOfferTitle(props);
  const shows = call?.channel ?? (wrapUp ? VIEW.WRAP_UP : view);
  const queue = queueShown(props.desk.value, props.page.value);
  return html`<div class="console" data-view=${view} data-shows=${shows} data-queue=${queue}>
    <${TopBar} ...${props} />
    <${LineBanner}
      line=${props.line.value}
      words=${t("No connection to the service. We are trying again; a call that is running goes on.")}
    />
    <div class="console-body">
      ${queue !== "none" && html`<${Queue} ...${props} narrow=${queue === "narrow"} />`}
      <${Middle} ...${props} />
      ${call && html`<${Panel} key=${call.id} ...${props} />`}
    </div>
    ${call && html`<${CallBar} ...${props} />`}
    <${Announcer} ...${props} />
  </div>`;
}

/** Enter, Escape, Ctrl+Enter, Alt+Enter, Alt+Backspace and the topics' numbers, wherever the focus is. @param {Console} props */
function useKeys({ boot, page, shown, actions, answer, drafts, save }) {
  useEffect(() => {
    const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
      const on = event.target instanceof Element ? event.target : document.body;
      const { offer } = page.value;
      const { wrapUp } = shown.value;
      const inField = Boolean(on.closest(FIELDS));
      const topic = wrapUp && !inField ? topicOfKey(boot.topics, event) : null;
      if (wrapUp && topic) drafts.value = withChange(drafts.value, wrapUp.call, (draft) => toggleTopic(draft, topic));
      const action = keyAction(event, {
        rings: ringsHow(page.value),
        accepted: Boolean(offer?.accepted),
        wrapUp: Boolean(wrapUp),
        inField,
        onControl: Boolean(on.closest(CONTROLS)),
      });
      if (!action) return;
      event.preventDefault();
      if (action === "accept" && offer) void answer(offer);
      if (action === "decline" && offer) void actions.decline(offer);
      if (action === "save" && wrapUp) void save(wrapUp.call);
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** When what had the focus is gone with its view, the new view's heading has it. @param {Console} props */
function useLostFocus({ page, shown }) {
  const { view, offer } = page.value;
  const { call, wrapUp } = shown.value;
  const place = [view, call?.id, wrapUp?.call, offer?.id, offer?.accepted, call?.ask?.since_ms].join(" ");
  const before = useRef(view);
  useEffect(() => {
    const loading = before.current === VIEW.CONNECTING;
    before.current = view;
    if (loading || (document.activeElement && document.activeElement !== document.body)) return;
    document.querySelector("main")?.scrollIntoView({ block: "start" });
    /** @type {HTMLElement | null} */ (document.querySelector("main h1"))?.focus({ preventScroll: true });
  }, [place]);
}

/** What a screen reader says when something changes; an offer at once. @param {Console} props */
function Announcer({ boot, desk, page, shown, happened, chats }) {
  const { view, self, offer } = page.value;
  const calm = self && view !== VIEW.RINGING && view !== VIEW.ELSEWHERE ? stateWords(page.value) : "";
  const unread = chats.unread.value;
  const chatting = shown.value.call?.channel === CALL_CHANNEL.CHAT || unread > 0;
  return html`<div class="visually-hidden">
    <p aria-live="polite" data-says="state">${calm}</p>
    <p aria-live="polite" data-says="happened">${happened.value.map((happening) => happeningWords(boot, happening)).join(" ")}</p>
    <p aria-live="polite" data-says="unread">${chatting && unread > 0 ? tn("{n} new line in your chats", "{n} new lines in your chats", unread) : ""}</p>
    <p aria-live="assertive" data-says="offer">${offer && self ? offerLine(boot, offer, self, besideOf(desk.value, offer)) : ""}</p>
  </div>`;
}
