// What the supervisor tells those who wait, and those who are about to.
import { html } from "shared/ui.js";
import { noticesFor } from "../waiting-model.js";
import { Notice } from "./parts.js";
import { noticeInWords } from "./queue-words.js";

/** @typedef {import("../visit.js").Kiosk} Kiosk */

/** Places for a language's own message and for the one for all, so that each is spoken when it comes. */
const PLACES = [0, 1];

/** @param {{kiosk: Kiosk, language: string | null, now: number, shown?: boolean}} props */
export function SupervisorsNotices({ kiosk, language, now, shown = true }) {
  const due = shown ? noticesFor(kiosk.notices.value, language, now) : [];
  return html`${PLACES.map(
    (at) => html`<${Notice} key=${at} icon="users-round" name="supervisor" words=${due[at] ? noticeInWords(due[at]) : null} />`,
  )}`;
}
