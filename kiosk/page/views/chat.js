// The chat: the last lines large, and a field to write in.
import { locale, t } from "shared/locale.js";
import { TEXT_LIMIT } from "shared/chat.js";
import { html, Icon, Written } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";

/** @typedef {import("../visit.js").Kiosk} Kiosk */
/** @typedef {import("@preact/signals").Signal<string>} Draft */
/** @typedef {{current: HTMLTextAreaElement | null}} Field */

/** Say what is written, if anything is. @param {Kiosk} kiosk @param {Draft} draft */
export function sendDraft(kiosk, draft) {
  const text = draft.value.trim();
  if (!text) return;
  kiosk.conversation.chat.say(text);
  draft.value = "";
}

/**
 * @param {{kiosk: Kiosk, name: string, draft: Draft, field: Field, keys: boolean,
 *   writing: import("@preact/signals").Signal<boolean>}} props
 */
export function Chat({ kiosk, name, draft, field, writing, keys }) {
  const { lines } = kiosk.conversation.chat;
  const byBridge = kiosk.conversation.chatByBridge.value;
  const list = useRef(/** @type {HTMLDivElement | null} */ (null));
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [lines.value.length, writing.value]);

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
      <${Icon} name="shield-alert" /><span>${t("Picture and sound do not work just now. You can write. What you write goes through the service, which could read it. It is not kept.")}</span>
    </p>`}
    <div class="lines" ref=${list} role="log" aria-label=${t("What has been written")} tabindex="0">
      ${lines.value.length === 0 && html`<p class="quiet">${t("You can write to each other here.")}</p>`}
      ${lines.value.map(
        (line) =>
          html`<div key=${line.id} class="line" data-line-from=${line.from}>
            <span class="line-from"><bdi>${line.from === "visitor" ? t("You") : name}</bdi></span>
            <p dir="auto"><${Written} text=${line.text} /></p>
            ${line.from === "visitor" && !line.delivered && html`<span class="line-from">${t("Is sent when the connection is there")}</span>`}
          </div>`,
      )}
    </div>
    <div class="write">
      <label class="visually-hidden" for="chat-field">${t("Write to the advisor")}</label>
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
