// The chat of the call, at the end of the page. Its lines live in the browsers' memory only.
import { Icon, Written, html } from "shared/ui.js";
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { TEXT_LIMIT } from "shared/chat.js";
import { locale, t, timeOfDay } from "shared/locale.js";

/** @typedef {import("shared/chat.js").Line} Line */

/** @param {{chat: import("shared/chat.js").Chat, author: string, byBridge: boolean}} props */
export function Chat({ chat, author, byBridge }) {
  return html`<aside class="chat" aria-labelledby="chat-heading">
    <h2 id="chat-heading">${t("Chat")}</h2>
    <${Lines} lines=${chat.lines.value} author=${author} />
    ${byBridge &&
    html`<p class="notice notice-warn small" role="status" data-notice="chat-by-bridge">
      <${Icon} name="shield-alert" /><span>${t("Picture and sound do not connect. You can write: it goes through the service and is not encrypted from end to end. Nothing of it is kept.")}</span>
    </p>`}
    ${!chat.open.value && html`<p class="chat-closed small quiet" role="status">
      <${Icon} name="clock" />${t("The chat is not connected at the moment. What you write is sent as soon as it is.")}
    </p>`}
    <${Writing} say=${chat.say} />
  </aside>`;
}

/** @param {{lines: Line[], author: string}} props */
function Lines({ lines, author }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  // A new line is scrolled to, unless the reader has gone back to older ones; one's own always.
  useEffect(() => {
    const newest = lines.at(-1);
    if (list.current && (atEnd.current || newest?.author === author)) {
      list.current.scrollTop = list.current.scrollHeight;
      atEnd.current = true;
    }
  }, [lines.length]);
  const onScroll = () => {
    const { scrollTop, clientHeight, scrollHeight } = /** @type {HTMLElement} */ (list.current);
    // Only a reader scrolls upwards; a list that grows below the end has not been left.
    if (scrollTop < lastTop.current) atEnd.current = false;
    if (scrollTop + clientHeight > scrollHeight - 40) atEnd.current = true;
    lastTop.current = scrollTop;
  };
  return html`<div class="chat-lines" ref=${list} onScroll=${onScroll} role="log" tabindex="0" aria-label=${t("What was written")}>
    ${!lines.length && html`<p class="quiet small">
      ${t("What you and the visitor write appears here: an address, a number, a word to spell. Nothing is kept after the call.")}
    </p>`}
    <ol>
      ${lines.map((line) => html`<${ChatLine} key=${line.id} line=${line} author=${author} />`)}
    </ol>
  </div>`;
}

/** @param {{line: Line, author: string}} props */
function ChatLine({ line, author }) {
  const own = line.from === "advisor" && line.author === author;
  const who = line.from === "visitor" ? t("Visitor") : own ? t("You") : t("The advisor before you");
  return html`<li class=${`chat-line ${own ? "chat-line-own" : ""}`} data-line-from=${line.from} data-delivered=${String(line.delivered)}>
    <span class="chat-who small">${who}</span>
    <p class="chat-text" dir="auto"><${Written} text=${line.text} /></p>
    <span class="chat-when small quiet">
      <bdi class="number">${timeOfDay(line.at_ms)}</bdi>
      ${own && html`<span class="chat-tick"><${Icon} name=${line.delivered ? "check-check" : "clock"} />${line.delivered ? t("delivered") : t("on its way")}</span>`}
    </span>
  </li>`;
}

/** @param {{say: (text: string) => void}} props */
function Writing({ say }) {
  const text = useSignal("");
  const send = () => {
    const written = text.value.trim();
    if (!written) return;
    say(written);
    text.value = "";
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    // While a word is being composed (Chinese, for one), Enter belongs to the composing.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    send();
  };
  return html`<form class="chat-writing" onSubmit=${onSubmit}>
    <label class="visually-hidden" for="chat-text">${t("Write to the visitor")}</label>
    <textarea
      id="chat-text"
      class="input"
      rows="2"
      dir=${text.value ? "auto" : locale.value.direction}
      maxlength=${TEXT_LIMIT}
      data-field="chat"
      placeholder=${t("Write to the visitor")}
      aria-describedby="chat-keys"
      value=${text.value}
      onInput=${(/** @type {any} */ event) => (text.value = event.currentTarget.value)}
      onKeyDown=${onKeyDown}
    ></textarea>
    <div class="chat-sending">
      <span id="chat-keys" class="small quiet">${t("Enter sends, Shift+Enter begins a new line")}</span>
      <button class="button" data-action="send"><${Icon} name="send" />${t("Send")}</button>
    </div>
  </form>`;
}
