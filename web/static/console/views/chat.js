// The chat of a call, at the end of the page or in its middle. Its lines live in the browsers' memory only.
import { Icon, Written, html } from "shared/ui.js";
import { useEffect, useId, useRef } from "preact/hooks";
import { TEXT_LIMIT } from "shared/chat.js";
import { locale, t, timeOfDay } from "shared/locale.js";
import { roleWords } from "shared/staff.js";
import { CALL_CHANNEL, ROLE } from "shared/wire.gen.js";
import { colleague } from "../call-model.js";
import { writeToWords } from "../call-words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/conversation.js").Conversation} Conversation */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("shared/chat.js").Line} Line */

/** @param {Console & {call: AdvisorCall, talk: Conversation, seen: boolean}} props `seen`: whether it is looked at. */
export function Chat(props) {
  const { boot, chats, call, talk, seen, writeIn } = props;
  const lines = talk.chat.lines.value;
  useEffect(() => {
    if (seen) chats.markRead(call.id);
  }, [seen, call.id, lines.length]);
  const isChat = call.channel === CALL_CHANNEL.CHAT;
  return html`<section class="chat" aria-labelledby="chat-heading">
    <h2 id="chat-heading" class="visually-hidden">${t("Chat")}</h2>
    <${Lines} lines=${lines} author=${boot.seat} seen=${seen} isChat=${isChat} nameOf=${nameOf(props)} />
    ${talk.chatByBridge.value &&
    html`<p class="notice notice-warn small" role="status" data-notice="chat-by-bridge">
      <${Icon} name="shield-alert" /><span>${isChat
        ? t("The two browsers do not connect. You can write: it goes through the service and is not encrypted from end to end. Nothing of it is kept.")
        : t("Picture and sound do not connect. You can write: it goes through the service and is not encrypted from end to end. Nothing of it is kept.")}</span>
    </p>`}
    ${!talk.chat.open.value && html`<p class="chat-closed small quiet" role="status">
      <${Icon} name="clock" />${t("The chat is not connected at the moment. What you write is sent as soon as it is.")}
    </p>`}
    <${Writing} say=${talk.chat.say} text=${chats.typedIn(call.id)} call=${call} writeIn=${writeIn} />
  </section>`;
}

/**
 * Who wrote a line: of the staff by name, as far as it is known.
 * @param {{boot: Console["boot"], desk: Console["desk"], call: AdvisorCall}} props @returns {(line: Line) => string}
 */
function nameOf({ boot, desk, call }) {
  return ({ from, author }) => {
    if (from === ROLE.INTERPRETER || from === ROLE.ADVISOR) {
      if (author === boot.seat) return t("You");
      const name = (call.people.find(({ id }) => id === author) ?? colleague(desk.value, author))?.name;
      if (name) return `${name} · ${roleWords(from)}`;
      return from === ROLE.INTERPRETER ? roleWords(from) : t("The advisor before you");
    }
    return t("Visitor");
  };
}

/** @param {{lines: readonly Line[], author: string, seen: boolean, isChat: boolean, nameOf: (line: Line) => string}} props */
function Lines({ lines, author, seen, isChat, nameOf }) {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const atEnd = useRef(true);
  const lastTop = useRef(0);
  // A new line is scrolled to, unless the reader has gone back to older ones; one's own always.
  useEffect(() => {
    const newest = lines.at(-1);
    if (list.current && seen && (atEnd.current || newest?.author === author)) {
      list.current.scrollTop = list.current.scrollHeight;
      atEnd.current = true;
    }
  }, [lines.length, seen]);
  const onScroll = () => {
    const { scrollTop, clientHeight, scrollHeight } = /** @type {HTMLElement} */ (list.current);
    // Only a reader scrolls upwards; a list that grows below the end has not been left.
    if (scrollTop < lastTop.current) atEnd.current = false;
    if (scrollTop + clientHeight > scrollHeight - 40) atEnd.current = true;
    lastTop.current = scrollTop;
  };
  return html`<div class="chat-lines" ref=${list} onScroll=${onScroll} role="log" tabindex="0" aria-label=${t("What was written")}>
    ${!lines.length && html`<p class="quiet small">
      ${isChat
        ? t("What you and the visitor write appears here. Nothing is kept after the chat.")
        : t("What you and the visitor write appears here: an address, a number, a word to spell. Nothing is kept after the call.")}
    </p>`}
    <ol>
      ${lines.map((line) => html`<${ChatLine} key=${line.id} line=${line} author=${author} who=${nameOf(line)} />`)}
    </ol>
  </div>`;
}

/** @param {{line: Line, author: string, who: string}} props */
function ChatLine({ line, author, who }) {
  const own = line.from !== "visitor" && line.author === author;
  return html`<li class=${`chat-line ${own ? "chat-line-own" : ""}`} data-line-from=${line.from} data-author=${line.author} data-delivered=${String(line.delivered)}>
    <span class="chat-who small">${who}</span>
    <p class="chat-text" dir="auto"><${Written} text=${line.text} /></p>
    <span class="chat-when small quiet">
      <bdi class="number">${timeOfDay(line.at_ms)}</bdi>
      ${own && html`<span class="chat-tick"><${Icon} name=${line.delivered ? "check-check" : "clock"} />${line.delivered ? t("delivered") : t("on its way")}</span>`}
    </span>
  </li>`;
}

/** @param {{say: (text: string) => void, text: import("@preact/signals").Signal<string>, call: AdvisorCall, writeIn: Console["writeIn"]}} props */
function Writing({ say, text, call, writeIn }) {
  const id = useId();
  const field = useRef(/** @type {HTMLTextAreaElement | null} */ (null));
  useEffect(() => {
    if (writeIn.value !== call.id) return;
    writeIn.value = "";
    field.current?.focus();
  }, [writeIn.value, call.id]);
  const words = writeToWords(call);
  const send = () => {
    const written = text.value.trim();
    if (!written) return;
    say(written);
    text.value = "";
  };
  const onKeyDown = (/** @type {KeyboardEvent} */ event) => {
    // While a word is being composed (Chinese, for one), Enter belongs to the composing. Alt and Enter answer an offer.
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing) return;
    event.preventDefault();
    send();
  };
  const onSubmit = (/** @type {Event} */ event) => {
    event.preventDefault();
    send();
  };
  return html`<form class="chat-writing" onSubmit=${onSubmit}>
    <label class="visually-hidden" for=${`${id}-text`}>${words}</label>
    <textarea
      ref=${field}
      id=${`${id}-text`}
      class="input"
      rows="2"
      dir=${text.value ? "auto" : locale.value.direction}
      maxlength=${TEXT_LIMIT}
      data-field="chat"
      placeholder=${words}
      aria-describedby=${`${id}-keys`}
      value=${text.value}
      onInput=${(/** @type {any} */ event) => (text.value = event.currentTarget.value)}
      onKeyDown=${onKeyDown}
    ></textarea>
    <div class="chat-sending">
      <span id=${`${id}-keys`} class="small quiet">${t("Enter sends, Shift+Enter begins a new line")}</span>
      <button class="button" data-action="send"><${Icon} name="send" />${t("Send")}</button>
    </div>
  </form>`;
}
