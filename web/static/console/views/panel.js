// The end of the page in a call: its chat and its tools, one of them at a time; of a chat, which has the middle, the tools.
import { useId, useRef } from "preact/hooks";
import { Icon, html } from "shared/ui.js";
import { t, tn } from "shared/locale.js";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { Chat } from "./chat.js";
import { Tools } from "./tools.js";

/** @typedef {import("../main.js").Console} Console */

/** @param {Console} props */
export function Panel(props) {
  const { shown, panel, chats } = props;
  const { call } = shown.value;
  const talk = props.conversation.value;
  const id = useId();
  const tablist = useRef(/** @type {HTMLElement | null} */ (null));
  if (!call || !talk) return null;
  const toolsWords = call.serves ? t("Tools") : t("Who is here");
  if (call.channel === CALL_CHANNEL.CHAT) {
    return html`<aside class="panel" aria-label=${toolsWords}><div class="panel-tools"><${Tools} ...${props} call=${call} talk=${talk} /></div></aside>`;
  }
  const open = panel.value;
  const unread = open === "chat" ? 0 : chats.unreadOf(call.id);
  /** Left and right, home and end: there are two, so each goes to the other. @param {KeyboardEvent} event */
  const onKeyDown = (event) => {
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "Home") panel.value = "chat";
    else if (event.key === "End") panel.value = "tools";
    else panel.value = open === "chat" ? "tools" : "chat";
    const now = panel.value;
    requestAnimationFrame(() => /** @type {HTMLElement | null} */ (tablist.current?.querySelector(`[data-action=panel-${now}]`))?.focus());
  };
  /** @param {"chat" | "tools"} name @param {string} icon @param {any} words */
  const tab = (name, icon, words) => html`<button
    type="button"
    role="tab"
    id=${`${id}-${name}-tab`}
    aria-controls=${`${id}-${name}`}
    aria-selected=${String(open === name)}
    tabindex=${open === name ? 0 : -1}
    data-action=${`panel-${name}`}
    onClick=${() => (panel.value = name)}
  >
    <${Icon} name=${icon} />${words}
  </button>`;
  /** @param {"chat" | "tools"} name @param {any} children */
  const part = (name, children) => html`<div
    class=${`panel-${name}`}
    role="tabpanel"
    id=${`${id}-${name}`}
    aria-labelledby=${`${id}-${name}-tab`}
    hidden=${open !== name}
  >${children}</div>`;
  return html`<aside class="panel" aria-label=${t("Chat and tools")}>
    <div class="panel-tabs" role="tablist" aria-label=${t("Chat and tools")} ref=${tablist} onKeyDown=${onKeyDown}>
      ${tab("chat", "message-square", html`<span>${t("Chat")}</span>${unread > 0 && html`<span class="talk-unread small">${tn("{n} new", "{n} new", unread)}</span>`}`)}
      ${tab("tools", "users-round", html`<span>${toolsWords}</span>`)}
    </div>
    ${part("chat", html`<${Chat} ...${props} call=${call} talk=${talk} seen=${open === "chat"} />`)}
    ${part("tools", html`<${Tools} ...${props} call=${call} talk=${talk} />`)}
  </aside>`;
}
