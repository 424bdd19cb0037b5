// What a visitor may say before the call and need not: other languages, and by whom they would like to be helped. Folded,
// so that it is in nobody's way.
import { useSignal } from "@preact/signals";
import { t } from "shared/locale.js";
import { html, Icon } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { ALSO_AT_MOST } from "../model.js";
import { otherLanguages } from "../waiting-model.js";
import { Endonym, entryOf } from "./parts.js";
import { TileFoot } from "./tiles.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */
/** @typedef {"also" | "wish"} Part */

/** @param {{kiosk: Kiosk}} props */
export function Wishes({ kiosk }) {
  const open = useSignal(/** @type {Part | null} */ (null));
  const { also, wish } = kiosk.visit.value;
  const folds = (/** @type {Part} */ part) => () => (open.value = open.value === part ? null : part);
  const known = also.flatMap((code) => entryOf(kiosk, code) ?? []);
  return html`<section class="wishes" aria-labelledby="wishes-title">
    <h2 id="wishes-title" class="wishes-title">${t("You can also tell us")}</h2>
    <div class="wishes-row">
      <${Fold} part="also" icon="languages" open=${open.value === "also"} onClick=${folds("also")}>
        <span>${t("I also speak …")}</span>
        ${known.length > 0 && html`<span class="wish-said">${known.map((entry) => html`<${Endonym} key=${entry.code} language=${entry} />`)}</span>`}
      <//>
      <${Fold} part="wish" icon="user-round" open=${open.value === "wish"} onClick=${folds("wish")}>
        <span>${t("A woman or a man?")}</span>
        ${wish && html`<span class="wish-said">${wishWords(wish)}</span>`}
      <//>
    </div>
    ${open.value === "also" && html`<${Also} kiosk=${kiosk} />`}
    ${open.value === "wish" && html`<${ByWhom} kiosk=${kiosk} />`}
  </section>`;
}

/** @param {{part: Part, icon: string, open: boolean, onClick: () => void, children?: any}} props */
function Fold({ part, icon, open, onClick, children }) {
  return html`<button
    type="button"
    class="button button-quiet wish-fold"
    data-action=${`open-${part}`}
    aria-expanded=${open}
    aria-controls=${open ? `wishes-${part}` : undefined}
    onClick=${onClick}
  >
    <${Icon} name=${icon} /><span class="wish-words">${children}</span><${Icon} name="chevron-down" />
  </button>`;
}

/** Brings what was just unfolded into view. @param {unknown} [said] An answer that moves it. */
function useInView(said) {
  const part = useRef(/** @type {HTMLElement | null} */ (null));
  useEffect(() => part.current?.scrollIntoView({ block: "nearest" }), [said]);
  return part;
}

/** Whether a list goes on below what is seen of it; `looks` is for its scrolling. */
function useMoreBelow() {
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  const more = useSignal(false);
  const looks = () => {
    const { scrollTop = 0, clientHeight = 0, scrollHeight = 0 } = list.current ?? {};
    more.value = scrollTop + clientHeight < scrollHeight - 4;
  };
  useEffect(() => {
    if (!list.current) return undefined;
    const watcher = new ResizeObserver(looks);
    watcher.observe(list.current);
    return () => watcher.disconnect();
  }, []);
  return { list, more, looks };
}

/** @param {{kiosk: Kiosk}} props */
function Also({ kiosk }) {
  const part = useInView();
  const { list, more, looks } = useMoreBelow();
  const { also, language } = kiosk.visit.value;
  // The order is made once: tiles do not move under a finger when somebody goes on duty.
  const languages = useRef(otherLanguages(kiosk.boot.languages, language, kiosk.duties.peek()));
  const full = also.length >= ALSO_AT_MOST;
  return html`<div id="wishes-also" ref=${part} class="wishes-part wishes-also" role="group" aria-label=${t("I also speak …")}>
    <p class="quiet" role="status">${full ? t("Three languages are enough.") : t("Touch the languages that you speak.")}</p>
    <ul class="tiles also-list" ref=${list} onScroll=${looks}>
      ${languages.current.map((entry) => {
        const said = also.includes(entry.code);
        return html`<li key=${entry.code}>
          <button
            type="button"
            class="tile tile-choice"
            data-also=${entry.code}
            aria-pressed=${said}
            aria-disabled=${full && !said}
            onClick=${() => kiosk.togglesAlso(entry.code)}
          >
            <span class="tile-head"><${Endonym} language=${entry} />${said && html`<${Icon} name="check" />`}</span>
            <${TileFoot} kiosk=${kiosk} language=${entry} />
          </button>
        </li>`;
      })}
    </ul>
    ${more.value && html`<p class="more-below" aria-hidden="true"><span><${Icon} name="chevron-down" />${t("More below")}</span></p>`}
  </div>`;
}

/** The ready-made answers, and the name that their button has for tests. */
const ANSWERS = /** @type {const} */ ([
  ["woman", "woman"],
  ["man", "man"],
  [null, "any"],
]);

/** @param {{kiosk: Kiosk}} props */
function ByWhom({ kiosk }) {
  const { wish } = kiosk.visit.value;
  const part = useInView(wish);
  return html`<div id="wishes-wish" ref=${part} class="wishes-part" role="group" aria-label=${t("A woman or a man?")}>
    <p class="quiet">${t("By whom would you like to be helped?")}</p>
    <div class="wish-answers">
      ${ANSWERS.map(
        ([answer, name]) => html`<button
          type="button"
          key=${name}
          class="button button-quiet"
          data-action=${`wish-${name}`}
          aria-pressed=${wish === answer}
          onClick=${() => kiosk.wishesFor(answer)}
        >
          ${wish === answer && html`<${Icon} name="check" />`}<span>${wishWords(answer)}</span>
        </button>`,
      )}
    </div>
  </div>`;
}

/** @param {import("../model.js").Visit["wish"]} wish */
function wishWords(wish) {
  if (wish === "woman") return t("A woman, please");
  if (wish === "man") return t("A man, please");
  return t("It does not matter");
}
