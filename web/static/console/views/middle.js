// The middle of the page: one view for each state, and above it what was refused or has just happened.
import { Icon, html } from "shared/ui.js";
import { t } from "shared/locale.js";
import { VIEW } from "../model.js";
import { refusalWords } from "../words.js";
import { Call } from "./call.js";
import { Available, Away, Connecting, Elsewhere, OffDuty } from "./idle.js";
import { Offer } from "./offer.js";
import { WrapUp } from "./wrap-up.js";

/** @type {Record<string, import("preact").ComponentType<any>>} */
const VIEWS = {
  [VIEW.CONNECTING]: Connecting,
  [VIEW.ELSEWHERE]: Elsewhere,
  [VIEW.OFFLINE]: OffDuty,
  [VIEW.AWAY]: Away,
  [VIEW.AVAILABLE]: Available,
  [VIEW.RINGING]: Offer,
  [VIEW.IN_CALL]: Call,
  [VIEW.WRAP_UP]: WrapUp,
};

/** @param {import("../main.js").Console} props */
export function Middle(props) {
  const { view, self } = props.page.value;
  const View = VIEWS[view] ?? Connecting;
  const { refused, forgetRefusal } = props.actions;
  return html`<main class="middle" data-presence=${self?.presence ?? VIEW.CONNECTING}>
    ${refused.value &&
    html`<div class="notice notice-warn" role="alert" data-refused=${refused.value.code}>
      <${Icon} name="circle-alert" />
      <p>${refusalWords(refused.value)}</p>
      <button type="button" class="button button-quiet button-small" onClick=${forgetRefusal}>
        <${Icon} name="x" />${t("Close this notice")}
      </button>
    </div>`}
    ${props.visitorLeft.value &&
    html`<div class="notice" role="status">
      <${Icon} name="phone-off" />
      <p>${t("The visitor left before the call was answered.")}</p>
    </div>`}
    <${View} ...${props} />
  </main>`;
}
