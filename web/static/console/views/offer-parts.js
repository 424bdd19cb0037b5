// What both ways of an offer share, over the whole middle and beside chats: the ring that runs down, its two buttons,
// who else is rung; and the window's title while it rings.
import { html, Icon } from "shared/ui.js";
import { useEffect } from "preact/hooks";
import { number, t, tn } from "shared/locale.js";
import { roleWords } from "shared/staff.js";
import { CALL_CHANNEL, EVENT } from "shared/wire.gen.js";
import { offerClock } from "../model.js";
import { answerWords, declineWords, offerTitle } from "../offer-words.js";
import { stateWords } from "../presence-words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/wire.gen.js").OwnOffer} OwnOffer */

/** The window's title says the state; while it rings it says so by turns, for whoever looks at another window. @param {Console} props */
export function useOfferTitle({ boot, page }) {
  const { offer, self } = page.value;
  const plain = self ? `${stateWords(page.value)} · Gloria` : "Gloria";
  const ringing = offer && !offer.accepted ? offerTitle(boot, offer, self) : null;
  useEffect(() => {
    document.title = ringing ?? plain;
    if (!ringing) return undefined;
    let rings = true;
    const timer = setInterval(() => {
      rings = !rings;
      document.title = rings ? ringing : plain;
    }, 1000);
    return () => clearInterval(timer);
  }, [ringing, plain]);
}

/**
 * The time an offer has left: a ring that runs down, and the seconds in figures.
 * @param {{offer: OwnOffer, nowMs: number, small?: boolean}} props
 */
export function Countdown({ offer, nowMs, small = false }) {
  const { leftMs, share } = offerClock(offer, nowMs);
  const seconds = Math.ceil(leftMs / 1000);
  return html`<div
    class=${`countdown ${small ? "countdown-small" : ""}`}
    role="timer"
    aria-label=${tn("{n} second left to answer", "{n} seconds left to answer", seconds)}
  >
    <svg viewBox="0 0 120 120" aria-hidden="true" focusable="false">
      <circle class="countdown-track" cx="60" cy="60" r="54" />
      <circle class="countdown-left" cx="60" cy="60" r="54" pathLength="100" stroke-dasharray="100" stroke-dashoffset=${100 - share * 100} />
    </svg>
    <p aria-hidden="true">
      <b class="number">${number(seconds)}</b>
      ${!small && html`<span class="small quiet">${t("seconds left")}</span>`}
    </p>
  </div>`;
}

/**
 * Take it, or pass it on; once it is accepted here and waits for the other one, it can still be passed on.
 * @param {Console & {offer: OwnOffer, large: boolean, answerButton?: import("preact").RefObject<HTMLButtonElement>}} props
 */
export function OfferButtons({ actions, answer, offer, large, answerButton }) {
  const accepting = actions.isUnderWay(EVENT.ACCEPT, offer.id);
  const busy = accepting || actions.isUnderWay(EVENT.DECLINE, offer.id);
  const size = large ? "button-large" : "";
  const [acceptKey, declineKey] = large ? ["Enter", "Esc"] : ["Alt+Enter", "Alt+Backspace"];
  return html`<div class="button-row">
    ${!offer.accepted &&
    html`<button type="button" ref=${answerButton} class=${`button button-here ${size}`} data-action="accept" disabled=${busy} onClick=${() => answer(offer)}>
      <${Icon} name=${offer.channel === CALL_CHANNEL.CHAT ? "message-square" : "phone"} />${accepting ? t("Answering") : answerWords(offer)}
      <kbd>${acceptKey}</kbd>
    </button>`}
    <button type="button" class=${`button button-quiet ${size}`} data-action="decline" disabled=${busy} onClick=${() => actions.decline(offer)}>
      <${Icon} name="x" />${declineWords(offer)}<kbd>${declineKey}</kbd>
    </button>
  </div>`;
}

/** Who else is rung, and whether they have accepted. @param {{offer: OwnOffer}} props */
export function AlsoRung({ offer }) {
  if (!offer.rung.length) return null;
  return html`<ul class="also-rung" aria-label=${t("Rung with you")}>
    ${offer.rung.map(
      ({ id, name, role, accepted }) => html`<li key=${id} data-rung=${id} data-accepted=${String(accepted)}>
        <${Icon} name=${accepted ? "circle-check" : "bell-ring"} />
        <span><b>${name}</b> <span class="quiet">${roleWords(role)}</span></span>
        <span>${accepted ? t("has accepted") : t("is being rung")}</span>
      </li>`,
    )}
  </ul>`;
}

/** Who is in the conversation that one is asked to join. @param {{offer: OwnOffer}} props */
export function AlreadyIn({ offer }) {
  if (!offer.people.length) return null;
  const chat = offer.channel === CALL_CHANNEL.CHAT;
  return html`<ul class="also-rung" aria-label=${chat ? t("Already in the chat") : t("Already in the call")}>
    ${offer.people.map(
      ({ id, name, role }) => html`<li key=${id} data-person=${id}>
        <${Icon} name="user-round" />
        <span><b>${name}</b> <span class="quiet">${roleWords(role)}</span></span>
        <span>${chat ? t("is in the chat") : t("is in the call")}</span>
      </li>`,
    )}
  </ul>`;
}
