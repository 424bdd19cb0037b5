// The supervisor's page: is somebody waiting too long?
import { render } from "preact";
import { useLanguage } from "shared/locale.js";
import { openDesk, readBoot } from "shared/page.js";
import { html } from "shared/ui.js";
import { App } from "./views/app.js";

/** @typedef {{boot: import("shared/page.js").Boot} & ReturnType<typeof openDesk>} Board What every view is given. */

const boot = readBoot();
const board = openDesk(boot);
// Without its texts the page works in English.
await useLanguage(boot.language).catch((error) => console.warn(error.message));
render(html`<${App} boot=${boot} ...${board} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
