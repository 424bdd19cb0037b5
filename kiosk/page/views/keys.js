// The on-screen keyboard under the chat.
import { locale, t } from "shared/locale.js";
import { TEXT_LIMIT } from "shared/chat.js";
import { html } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import Keyboard from "simple-keyboard";
import { firstLetters, isWriting, layerAfter, loadLayers, typed } from "../keyboard.js";

/**
 * @param {{language: string, draft: import("./chat.js").Draft, field: import("./chat.js").Field, send: () => void}} props
 */
export function Keys({ language, draft, field, send }) {
  const place = useRef(/** @type {HTMLDivElement | null} */ (null));

  /** @param {string} key */
  function writes(key) {
    const input = field.current;
    const start = input?.selectionStart ?? draft.value.length;
    const end = input?.selectionEnd ?? draft.value.length;
    const { text, caret } = typed(draft.value, start, end, key);
    if (text.length > TEXT_LIMIT) return;
    draft.value = text;
    if (!input) return;
    // The field follows at once, so that the next key finds the caret where it belongs.
    input.value = text;
    input.setSelectionRange(caret, caret);
    input.scrollTop = input.scrollHeight;
  }

  useEffect(() => {
    /** @type {Keyboard | null} */
    let keyboard = null;
    let gone = false;
    /** @type {keyof import("../keyboard.js").Layers} */
    let layer = "default";
    /** @param {typeof layer} next */
    function turns(next) {
      if (next === layer) return;
      layer = next;
      // A layer with fewer rows has higher keys: what is above the keyboard stays where it is.
      const keys = place.current;
      if (keys) keys.style.minBlockSize = `${keys.offsetHeight}px`;
      keyboard?.setOptions({ layoutName: next });
    }
    void loadLayers(language).then((layout) => {
      if (gone || !place.current) return;
      keyboard = new Keyboard(place.current, {
        layout,
        layoutName: layer,
        theme: "keyboard",
        display: {
          "{shift}": `⇧ ${t("Shift")}`,
          "{space}": t("Space"),
          "{bksp}": `⌫ ${t("Erase")}`,
          "{enter}": t("Send"),
          "{symbols}": "?123",
          "{letters}": firstLetters(language),
          "{latin}": "abc",
        },
        mergeDisplay: true,
        useButtonTag: true,
        preventMouseDownDefault: true,
        disableCaretPositioning: true,
        onKeyPress(key) {
          if (key === "{enter}") send();
          else if (isWriting(key)) writes(key);
          turns(layerAfter(layer, key));
        },
      });
    });
    return () => {
      gone = true;
      keyboard?.destroy();
    };
  }, [language, locale.value.code]);

  return html`<div class="keys" dir="ltr"><div class="keys-place" ref=${place}></div></div>`;
}
