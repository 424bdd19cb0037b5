// A plain table that sorts by its headings.
import { useLayoutEffect, useRef } from "preact/hooks";
import { Icon, html } from "shared/ui.js";
import { useSignal } from "@preact/signals";
import { locale } from "shared/locale.js";
import { pressed, sorted } from "../model.js";

/**
 * @template R
 * @typedef {object} Column
 * @property {string} key
 * @property {string} title
 * @property {(row: R) => string | number | null} value To sort by.
 * @property {(row: R) => any} [cell] What is shown; by default the value.
 * @property {boolean} [head] Whether it names the row.
 * @property {boolean} [plain] It holds what can be done: nothing to sort by, and its title is only heard.
 * @property {string} [class]
 */

/**
 * @template R
 * @param {{heading: string, id: string, rows: R[], columns: Column<R>[], first: import("../model.js").Order,
 *   attributes: (row: R) => Record<string, string>, empty: string, class?: string}} props
 *   `first` is the order at the beginning; `attributes` go onto each row; `empty` says what will appear.
 */
export function SortedTable({ heading, id, rows, columns, first, attributes, empty, class: name = "" }) {
  const order = useSignal(first);
  const by = columns.find(({ key }) => key === order.value.column) ?? columns[0];
  const compareTexts = new Intl.Collator(locale.value.locale, { numeric: true }).compare;
  const focus = useKeptFocus(id);
  return html`<section class=${`part card ${name}`} aria-labelledby=${id} ...${focus}>
    <h2 id=${id} tabindex="-1">${heading}</h2>
    ${rows.length
      ? html`<div class="table-wrap" tabindex="0" role="group" aria-labelledby=${id}>
          <table class="table" aria-labelledby=${id}>
            <thead>
              <tr>
                ${columns.map((column) => html`<${Heading} key=${column.key} column=${column} order=${order} />`)}
              </tr>
            </thead>
            <tbody>
              ${sorted(rows, by.value, order.value.ascending, compareTexts).map((row) => html`<${Row} ...${attributes(row)} row=${row} columns=${columns} />`)}
            </tbody>
          </table>
        </div>`
      : html`<p class="quiet part-empty">${empty}</p>`}
  </section>`;
}

/**
 * When the row that has the focus goes, the focus goes to the heading instead of getting lost.
 * @param {string} heading Its id.
 */
function useKeptFocus(heading) {
  const focused = useRef(/** @type {Element | null} */ (null));
  useLayoutEffect(() => {
    if (!focused.current || focused.current.isConnected) return;
    focused.current = null;
    if (document.activeElement === document.body) document.getElementById(heading)?.focus({ preventScroll: true });
  });
  return {
    onFocusIn: (/** @type {FocusEvent} */ { target }) => (focused.current = /** @type {Element} */ (target)),
    onFocusOut: (/** @type {FocusEvent} */ { relatedTarget }) => {
      if (relatedTarget) focused.current = null;
    },
  };
}

/** @param {{column: Column<any>, order: import("@preact/signals").Signal<import("../model.js").Order>}} props */
function Heading({ column, order }) {
  if (column.plain) return html`<th scope="col" class=${column.class}><span class="visually-hidden">${column.title}</span></th>`;
  const here = order.value.column === column.key;
  const direction = order.value.ascending ? "ascending" : "descending";
  return html`<th scope="col" aria-sort=${here ? direction : "none"} class=${column.class}>
    <button type="button" class="sort" data-sort=${column.key} onClick=${() => (order.value = pressed(order.value, column.key))}>
      ${column.title}<${Icon} name="chevron-down" />
    </button>
  </th>`;
}

/** @param {{row: any, columns: Column<any>[]} & Record<string, any>} props */
function Row({ row, columns, ...attributes }) {
  return html`<tr ...${attributes}>
    ${columns.map(({ key, value, cell = value, head, class: name }) =>
      head ? html`<th scope="row" key=${key} class=${name}>${cell(row)}</th>` : html`<td key=${key} class=${name}>${cell(row)}</td>`,
    )}
  </tr>`;
}
