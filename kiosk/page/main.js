// The kiosk's page: the parts, put together.
import { createConversation } from "shared/conversation.js";
import { useLanguage } from "shared/locale.js";
import { onNetworkChange, openDesk, readBoot } from "shared/page.js";
import { html } from "shared/ui.js";
import { render } from "preact";
import { isIdle } from "./model.js";
import { App } from "./views/app.js";
import { createVisit } from "./visit.js";

/** The start page shows every script at once. */
const FONTS = ["noto-sans-thai", "noto-sans-ethiopic", "noto-sans-sc"];

for (const name of FONTS) {
  const sheet = document.createElement("link");
  sheet.rel = "stylesheet";
  sheet.href = `/static/vendor/fonts/${name}/index.css`;
  document.head.append(sheet);
}

const boot = readBoot();
const desk = openDesk(boot, {
  onSignal: (kind, message) => conversation.receive(kind, message),
  idle: () => isIdle(kiosk.stage.value),
});
const conversation = createConversation({
  side: "visitor",
  connection: desk.connection,
  lineUp: () => desk.line.peek().state === "connected",
  now: desk.now,
});
const kiosk = createVisit({ boot, desk, conversation });
onNetworkChange(() => {
  desk.connection.hurry();
  conversation.networkChanged();
});

// The page comes up in English when its own texts cannot be had.
await useLanguage(boot.language).catch(() => undefined);
render(html`<${App} kiosk=${kiosk} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
