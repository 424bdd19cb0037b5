// The supervisor's page: is somebody waiting too long, and what can be done about it?
import { signal } from "@preact/signals";
import { render } from "preact";
import { useLanguage } from "shared/locale.js";
import { openDesk, readBoot } from "shared/page.js";
import { html } from "shared/ui.js";
import { createActions } from "./actions.js";
import { App } from "./views/app.js";

/** @typedef {ReturnType<typeof openBoard>} Board What every view is given. */
/** @typedef {{kind: "call" | "staff" | "language", id: string, opener: HTMLElement}} OpenMenu What the open menu is about, and from which button it was opened. */

function openBoard() {
  const boot = readBoot();
  const menu = signal(/** @type {OpenMenu | null} */ (null));
  const { desk, line, connection, now } = openDesk(boot, { idle: () => menu.value === null });
  return { boot, desk, line, now, menu, actions: createActions(connection) };
}

const board = openBoard();
// Without its texts the page works in English.
await useLanguage(board.boot.language).catch((error) => console.warn(error.message));
render(html`<${App} ...${board} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
