// Before a language is closed to new visitors: what that means for whom, and for how long.
import { t } from "shared/locale.js";
import { languageName } from "shared/staff.js";
import { Icon, html } from "shared/ui.js";
import { Menu } from "./menu.js";

/** @param {import("../main.js").Board} board */
export function LanguageMenu(board) {
  const { boot, menu, actions } = board;
  const language = menu.value?.id ?? "";
  const close = async () => {
    const opened = menu.value;
    if ((await actions.closeLanguage(language)) && menu.value === opened) menu.value = null;
  };
  return html`<${Menu} ...${board} title=${languageName(boot, language)} note=${t("Close to new visitors?")} step="close">
    <p>${t("Whoever touches this language at a kiosk reads that it is closed now, and can choose another one. Those who wait already keep their places and are served.")}</p>
    <p>${t("It opens again by itself after 12 hours, unless your service has set another time. Once it is closed, the board says when. You can open it again at any time.")}</p>
    <div class="button-row">
      <button type="button" class="button button-quiet" data-first data-action="keep-open" onClick=${() => (menu.value = null)}>${t("Leave it open")}</button>
      <button type="button" class="button button-end" data-action="confirm-close" onClick=${close}>
        <${Icon} name="door-closed" />${t("Close to new visitors")}
      </button>
    </div>
  <//>`;
}
