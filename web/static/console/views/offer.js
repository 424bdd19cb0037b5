// A call on offer, over the whole middle: language, place, how long they have waited, in which way one would serve, who
// else is rung, a ring that runs down, answer or pass on.
import { html, Icon, useTicking } from "shared/ui.js";
import { useEffect, useRef } from "preact/hooks";
import { t } from "shared/locale.js";
import { clock, languageEntry, languageName, municipalityName, needFont } from "shared/staff.js";
import { CALL_CHANNEL, OFFER_KIND, TIER_NAME } from "shared/wire.gen.js";
import { acceptedWords, betweenWords, offerWords, tierWords } from "../call-words.js";
import { colleague, offerLanguage } from "../call-model.js";
import { deviceWords } from "../words.js";
import { AlreadyIn, AlsoRung, Countdown, OfferButtons } from "./offer-parts.js";

/** @typedef {import("../main.js").Console} Console */
/** @typedef {import("shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("shared/wire.gen.js").Self} Self */

/** @param {Console} props */
export function Offer(props) {
  const { boot, desk, page, now, conversations } = props;
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
      <${How} ...${props} offer=${offer} self=${self} between=${pairWords(props, offer, self, desk.value)} />
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
    html`<div>
      <dt><${Icon} name="languages" />${t("Language of the call")}</dt>
      <dd><b>${languageName(boot, offer.language)}</b></dd>
    </div>`}
  </dl>`;
}

/** In which way one would serve: by name, in which tier, without sound. @param {Console & {offer: OwnOffer, self: Self, between: string}} props */
function How({ boot, offer, self, between }) {
  const tier = tierWords(boot, offer, self);
  const chat = offer.channel === CALL_CHANNEL.CHAT;
  if (!tier && !chat && !offer.named && !between) return null;
  return html`<ul class="offer-how">
    ${offer.named && html`<li data-fact="named"><${Icon} name="user-round" /><b>${t("For you by name")}</b></li>`}
    ${chat && html`<li data-fact="chat"><${Icon} name="message-square" />${t("A chat, without sound and picture")}</li>`}
    ${tier && html`<li data-fact="tier"><${Icon} name=${offer.tier === TIER_NAME.INTERPRETED ? "users-round" : "languages"} />${tier}</li>`}
    ${between && html`<li data-fact="between"><${Icon} name="languages" />${between}</li>`}
  </ul>`;
}

/** @param {Console} props @param {OwnOffer} offer @param {Self} self @param {import("shared/desk.js").Desk} desk */
function pairWords({ boot }, offer, self, desk) {
  const [other] = offer.offer === OFFER_KIND.JOIN ? offer.people : offer.rung;
  return other ? betweenWords(boot, self, colleague(desk, other.id), offer.language) : "";
}
