// A call on offer: language, place, how long they have waited, a ring that runs down, answer or pass on.
import { html, Icon, useTicking } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { number, t, tn } from "shared/locale.js";
import { clock, languageEntry, languageName, municipalityName, needFont, presenceWords } from "shared/staff.js";
import { EVENT } from "shared/wire.gen.js";
import { offerClock } from "../model.js";
import { deviceWords, placeWords } from "../words.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("shared/page.js").Boot} Boot */

/** An offer in one sentence. @param {Boot} boot @param {OwnOffer} offer */
export function offerLine(boot, offer) {
  const place = placeWords(boot, offer);
  return t("A visitor waits for you: {language}, {place}.", { language: languageName(boot, offer.language), place });
}

/** The window's title says the state; while it rings it says so by turns, for whoever looks at another window. @param {Console} props */
export function useOfferTitle({ boot, page }) {
  const { offer, self } = page.value;
  const plain = self ? `${presenceWords(self.presence)} · Gloria` : "Gloria";
  const ringing = offer && `☎ ${languageName(boot, offer.language)} · ${municipalityName(boot, offer.municipality)}`;
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

/** @param {Console} props */
export function Offer({ boot, page, now, actions, conversation }) {
  const nowMs = useTicking(now);
  const answer = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const offer = page.value.offer;
  useEffect(() => answer.current?.focus(), [offer?.id]);
  if (!offer) return null;
  needFont(offer.language);
  const { endonym, direction } = languageEntry(boot, offer.language);
  const name = languageName(boot, offer.language);
  const accepting = actions.underWay.value.includes(EVENT.ACCEPT);
  const busy = accepting || actions.underWay.value.includes(EVENT.DECLINE);
  const problem = deviceWords(conversation.problem.value);
  return html`<section class="offer card" aria-labelledby="offer-heading" data-offer=${offer.id}>
    <${Countdown} offer=${offer} nowMs=${nowMs} />
    <div class="offer-words">
      <p class="offer-call"><${Icon} name="phone-incoming" />${t("A visitor waits for you")}</p>
      <h1 id="offer-heading" tabindex="-1">
        <bdi class="offer-language" lang=${offer.language} dir=${direction}>${endonym}</bdi>
        ${name.toLowerCase() !== endonym.toLowerCase() && html`<span class="offer-name">${name}</span>`}
      </h1>
      <dl class="offer-facts">
        <div>
          <dt><${Icon} name="map-pin" />${t("Place")}</dt>
          <dd>
            <b>${municipalityName(boot, offer.municipality)}</b>
            <span class="quiet">${offer.kiosk_name}</span>
          </dd>
        </div>
        <div>
          <dt><${Icon} name="clock" />${t("Has waited")}</dt>
          <dd><b class="clock">${clock(nowMs - offer.joined_at_ms)}</b></dd>
        </div>
      </dl>
      ${problem && html`<p class="notice notice-warn small"><${Icon} name="video-off" /><span>${problem}</span></p>`}
      <div class="button-row">
        <button type="button" ref=${answer} class="button button-here button-large" data-action="accept" disabled=${busy} onClick=${() => actions.accept(offer.id)}>
          <${Icon} name="phone" />${accepting ? t("Answering") : t("Answer the call")}<kbd>Enter</kbd>
        </button>
        <button type="button" class="button button-quiet button-large" data-action="decline" disabled=${busy} onClick=${() => actions.decline(offer.id)}>
          <${Icon} name="x" />${t("Pass it on")}<kbd>Esc</kbd>
        </button>
      </div>
    </div>
  </section>`;
}

/** The time an offer has left: a ring that runs down, and the seconds in figures. @param {{offer: OwnOffer, nowMs: number}} props */
function Countdown({ offer, nowMs }) {
  const { leftMs, share } = offerClock(offer, nowMs);
  const seconds = Math.ceil(leftMs / 1000);
  return html`<div class="countdown" role="timer" aria-label=${tn("{n} second left to answer", "{n} seconds left to answer", seconds)}>
    <svg viewBox="0 0 120 120" aria-hidden="true" focusable="false">
      <circle class="countdown-track" cx="60" cy="60" r="54" />
      <circle class="countdown-left" cx="60" cy="60" r="54" pathLength="100" stroke-dasharray="100" stroke-dashoffset=${100 - share * 100} />
    </svg>
    <p aria-hidden="true">
      <b class="number">${number(seconds)}</b>
      <span class="small quiet">${t("seconds left")}</span>
    </p>
  </div>`;
}
