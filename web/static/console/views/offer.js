// A call on offer, over the whole middle: language, place, how long they have waited, in which way one would serve, who
// else is rung, a ring that runs down, answer or pass on.
import { html, Icon, useTicking } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { t } from "shared/locale.js";
import { clock, languageEntry, languageName, municipalityName, needFont } from "shared/staff.js";
import { CALL_CHANNEL, OFFER_KIND } from "shared/wire.gen.js";
import { askedAtFirst, besideOf, offerLanguage } from "../offer-model.js";
import { acceptedWords, offerFacts, offerWords } from "../offer-words.js";
import { deviceWords } from "../words.js";
import { AlreadyIn, AlsoRung, Countdown, OfferButtons } from "./offer-parts.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("shared/wire.gen.js").Self} Self */

/** @param {Console} props */
export function Offer(props) {
  const { boot, page, now, conversations } = props;
  const nowMs = useTicking(now);
  const answer = useRef(/** @type {HTMLButtonElement | null} */ (null));
  const { offer, self } = page.value;
  useEffect(() => {
    // Whoever is writing something just now keeps the field: Enter there would answer the call.
    const on = document.activeElement;
    if (!(on instanceof HTMLTextAreaElement || on instanceof HTMLInputElement)) answer.current?.focus();
  }, [offer?.id]);
  if (!offer || !self) return null;
  const problem = offer.channel === CALL_CHANNEL.CHAT ? "" : deviceWords(conversations.devices.problem.value);
  return html`<section class="offer card" aria-labelledby="offer-heading" data-offer=${offer.id} data-offer-kind=${offer.offer} data-tier=${offer.tier ?? ""}>
    <${Countdown} offer=${offer} nowMs=${nowMs} />
    <div class="offer-words">
      <p class="offer-call"><${Icon} name=${iconOf(offer)} />${offerWords(boot, offer, self)}</p>
      <${LanguageHeading} boot=${boot} code=${offerLanguage(offer, self)} />
      <${OfferFacts} ...${props} offer=${offer} nowMs=${nowMs} />
      <${How} ...${props} offer=${offer} self=${self} />
      <${AlsoRung} offer=${offer} />
      <${AlreadyIn} offer=${offer} />
      ${problem && html`<p class="notice notice-warn small"><${Icon} name="video-off" /><span>${problem}</span></p>`}
      ${offer.accepted &&
      html`<p class="notice notice-good" data-notice="accepted"><${Icon} name="circle-check" /><b>${acceptedWords(offer)}</b></p>`}
      <${OfferButtons} ...${props} offer=${offer} large answerButton=${answer} />
    </div>
  </section>`;
}

/** @param {OwnOffer} offer */
function iconOf({ offer, channel }) {
  if (offer === OFFER_KIND.JOIN) return "users-round";
  return channel === CALL_CHANNEL.CHAT ? "message-square" : "phone-incoming";
}

/** A language as large as can be: in its own script, and under it its name. @param {{boot: Console["boot"], code: string}} props */
function LanguageHeading({ boot, code }) {
  needFont(code);
  const { endonym, direction } = languageEntry(boot, code);
  const name = languageName(boot, code);
  return html`<h1 id="offer-heading" tabindex="-1">
    <bdi class="offer-language" lang=${code} dir=${direction}>${endonym}</bdi>
    ${name.toLowerCase() !== endonym.toLowerCase() && html`<span class="offer-name">${name}</span>`}
  </h1>`;
}

/** @param {Console & {offer: OwnOffer, nowMs: number}} props */
function OfferFacts({ boot, offer, nowMs }) {
  const join = offer.offer === OFFER_KIND.JOIN;
  return html`<dl class="offer-facts">
    <div>
      <dt><${Icon} name="map-pin" />${t("Place")}</dt>
      <dd>
        <b>${municipalityName(boot, offer.municipality)}</b>
        <span class="quiet">${offer.kiosk_name}</span>
      </dd>
    </div>
    ${!join &&
    html`<div>
      <dt><${Icon} name="clock" />${t("Has waited")}</dt>
      <dd><b class="clock">${clock(nowMs - offer.joined_at_ms)}</b></dd>
    </div>`}
    ${join &&
    offer.speak !== offer.language &&
    !askedAtFirst(offer) &&
    html`<div>
      <dt><${Icon} name="languages" />${offer.channel === CALL_CHANNEL.CHAT ? t("Language of the chat") : t("Language of the call")}</dt>
      <dd><b>${languageName(boot, offer.language)}</b></dd>
    </div>`}
  </dl>`;
}

/** How it came here, in which way one would serve, what was wished. @param {Console & {offer: OwnOffer, self: Self}} props */
function How({ boot, desk, offer, self }) {
  const facts = offerFacts(boot, offer, self, besideOf(desk.value, offer));
  if (!facts.length) return null;
  return html`<ul class="offer-how">
    ${facts.map(({ fact, icon, words }) => html`<li key=${fact} data-fact=${fact}><${Icon} name=${icon} />${words}</li>`)}
  </ul>`;
}
