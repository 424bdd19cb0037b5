// The middle of the page: one view for each state, and above it what rings beside it, was refused or has just happened.
import { Icon, html } from "shared/ui.js";
import { t } from "shared/locale.js";
import { CALL_CHANNEL } from "shared/wire.gen.js";
import { happeningWords } from "../call-words.js";
import { VIEW, ringsHow } from "../model.js";
import { refusalWords } from "../words.js";
import { Call } from "./call.js";
import { ChatCall } from "./chat-call.js";
import { Available, Away, Connecting, Elsewhere, OffDuty } from "./idle.js";
import { OfferBanner } from "./offer-banner.js";
import { Offer } from "./offer.js";
import { Serving } from "./serving.js";
import { Tabs } from "./tabs.js";
import { WrapUp } from "./wrap-up.js";

/** @type {Record<string, import("preact").ComponentType<any>>} */
const VIEWS = {
  [VIEW.CONNECTING]: Connecting,
  [VIEW.ELSEWHERE]: Elsewhere,
  [VIEW.OFFLINE]: OffDuty,
  [VIEW.AWAY]: Away,
  [VIEW.AVAILABLE]: Available,
  [VIEW.RINGING]: Offer,
  [VIEW.SERVING]: Serving,
};

/** @param {import("../main.js").Console} props */
export function Middle(props) {
  const { view, self } = props.page.value;
  const { call, wrapUp } = props.shown.value;
  const View = openedView(call, wrapUp) ?? VIEWS[view] ?? Connecting;
  const { refused, forgetRefusal } = props.actions;
  return html`<main class="middle" data-presence=${self?.presence ?? VIEW.CONNECTING}>
    ${ringsHow(props.page.value) === "beside" && html`<${OfferBanner} ...${props} />`}
    ${refused.value &&
    html`<div class="notice notice-warn" role="alert" data-refused=${refused.value.code}>
      <${Icon} name="circle-alert" />
      <p>${refusalWords(refused.value)}</p>
      <button type="button" class="button button-quiet button-small" data-action="close-refusal" onClick=${forgetRefusal}>
        <${Icon} name="x" />${t("Close this notice")}
      </button>
    </div>`}
    <${Happened} ...${props} />
    <${Tabs} ...${props} />
    <${View} key=${call?.id ?? wrapUp?.call ?? view} ...${props} />
  </main>`;
}

/** @param {import("../model.js").Opened["call"]} call @param {import("../model.js").Opened["wrapUp"]} wrapUp */
function openedView(call, wrapUp) {
  if (call) return call.channel === CALL_CHANNEL.CHAT ? ChatCall : Call;
  return wrapUp ? WrapUp : null;
}

/** What has just happened, until it is closed or something else goes on. A screen reader has heard it already. @param {import("../main.js").Console} props */
function Happened({ boot, notice }) {
  const happening = notice.value;
  if (!happening) return null;
  return html`<div class="notice" data-happened=${happening.kind}>
    <${Icon} name="bell-ring" />
    <p>${happeningWords(boot, happening)}</p>
    <button type="button" class="button button-quiet button-small" data-action="close-notice" onClick=${() => (notice.value = null)}>
      <${Icon} name="x" />${t("Close this notice")}
    </button>
  </div>`;
}
