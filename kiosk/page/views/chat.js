// The chat: the last lines large, and a field to write in.
import { locale, t } from "shared/locale.js";
import { TEXT_LIMIT } from "shared/chat.js";
import { html, Icon, Written } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { PICTURE, writerOf } from "../call-model.js";
import { roleInWords } from "./parts.js";
import { servingInWords, useServing } from "./pictures.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */
/** @typedef {import("@preact/signals").Signal<string>} Draft */
/** @typedef {{current: HTMLTextAreaElement | null}} Field */
/** @typedef {import("shared/wire.gen.js").Person} Person */

/** Say what is written, if anything is. @param {Kiosk} kiosk @param {Draft} draft */
export function sendDraft(kiosk, draft) {
  const text = draft.value.trim();
  if (!text) return;
  kiosk.conversation.chat.say(text);
  draft.value = "";
}

/**
 * @param {{kiosk: Kiosk, people: readonly Person[], draft: Draft, field: Field, keys: boolean, written: boolean,
 *   writing: import("@preact/signals").Signal<boolean>}} props `written`: there is nothing but the chat.
 */
export function Chat({ kiosk, people, draft, field, writing, keys, written }) {
  const { lines } = kiosk.conversation.chat;
  const byBridge = kiosk.conversation.chatByBridge.value;
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines.value.length, writing.value]);
  useEffect(() => {
    const element = list.current;
    if (!element) return undefined;
    // When the keyboard has come, the last line is still what is seen.
    const watcher = new ResizeObserver(() => (element.scrollTop = element.scrollHeight));
    watcher.observe(element);
    return () => watcher.disconnect();
  }, []);

  function sends() {
    sendDraft(kiosk, draft);
    field.current?.focus();
  }

  /** @param {KeyboardEvent} event */
  function onKeyDown(event) {
    if (event.key === "Escape") {
      writing.value = false;
      field.current?.blur();
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    sends();
  }

  return html`<section class="chat" aria-label=${t("Chat")}>
    ${byBridge &&
    html`<p class="chat-notice" role="status" data-notice="chat-by-bridge">
      <${Icon} name="shield-alert" /><span>
        ${written
          ? t("What you write now goes through the service, which could read it. It is not kept.")
          : t("Picture and sound do not work just now. You can write. What you write goes through the service, which could read it. It is not kept.")}
      </span>
    </p>`}
    ${written && !byBridge && html`<${ChatLine} kiosk=${kiosk} />`}
    <div class="lines" ref=${list} role="log" aria-label=${t("What has been written")} tabindex="0">
      ${lines.value.length === 0 && html`<p class="quiet">${t("You can write to each other here.")}</p>`}
      ${lines.value.map(
        (line) =>
          html`<div key=${line.id} class="line" data-line-from=${line.from}>
            <span class="line-from"><bdi>${writerInWords(line, people)}</bdi></span>
            <p dir="auto"><${Written} text=${line.text} /></p>
            ${line.from === "visitor" && !line.delivered && html`<span class="line-from">${t("Is sent when the connection is there")}</span>`}
          </div>`,
      )}
    </div>
    <div class="write">
      <label class="visually-hidden" for="chat-field">${people.length > 1 ? t("Write to everybody in the call") : t("Write to the advisor")}</label>
      <textarea
        id="chat-field"
        class="input"
        ref=${field}
        data-field="chat"
        rows="1"
        dir=${draft.value ? "auto" : locale.value.direction}
        maxlength=${TEXT_LIMIT}
        autocomplete="off"
        spellcheck=${false}
        inputmode=${keys ? "none" : "text"}
        placeholder=${t("Write here")}
        value=${draft.value}
        onInput=${(/** @type {any} */ event) => (draft.value = event.target.value)}
        onFocus=${() => (writing.value = true)}
        onKeyDown=${onKeyDown}
      ></textarea>
      <button type="button" class="button" data-action="send" aria-disabled=${draft.value.trim() === ""} onClick=${sends}>
        <${Icon} name="send" /><span>${t("Send")}</span>
      </button>
    </div>
  </section>`;
}

/** A name while its owner is there; afterwards what they were. @param {import("shared/chat.js").Line} line @param {readonly Person[]} people */
function writerInWords(line, people) {
  const { from, name } = writerOf(line, people);
  if (from === "visitor") return t("You");
  return name ?? roleInWords({ role: from });
}

/** Where there is no picture that would tell, words say when nothing can arrive. @param {{kiosk: Kiosk}} props */
function ChatLine({ kiosk }) {
  const picture = useServing(kiosk, true);
  return html`<div class="chat-state" role="status">
    ${picture !== PICTURE.LIVE &&
    html`<p class=${picture === PICTURE.BROKEN ? "chat-notice" : "chat-notice chat-notice-calm"} data-notice="chat-line">
      <${Icon} name=${picture === PICTURE.BROKEN ? "wifi-off" : "clock"} /><span>${servingInWords(kiosk, picture, true)}</span>
    </p>`}
  </div>`;
}
