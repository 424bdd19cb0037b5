// A further offer, beside the chats or the wrap-up that go on: a strip above them, so that nothing that is being written
// is covered. It does not take the focus; Alt and Enter answer it from wherever that is.
import { html, Icon, useTicking } from "shared/ui.js";
import { t, waitInWords } from "shared/locale.js";
import { CALL_CHANNEL, OFFER_KIND } from "shared/wire.gen.js";
import { besideOf, offerLanguage } from "../offer-model.js";
import { acceptedWords, alreadyInWords, offerFacts, offerWords } from "../offer-words.js";
import { placeWords } from "../words.js";
import { Language } from "./language.js";
import { Countdown, OfferButtons } from "./offer-parts.js";

/** @param {import("../main.js").Console} props */
export function OfferBanner(props) {
  const { boot, desk, page, now } = props;
  const nowMs = useTicking(now);
  const { offer, self } = page.value;
  if (!offer || !self) return null;
  const facts = [
    placeWords(boot, offer),
    offer.offer === OFFER_KIND.SERVE ? t("waited {time}", { time: waitInWords(nowMs - offer.joined_at_ms) }) : "",
    ...offerFacts(boot, offer, self, besideOf(desk.value, offer)).map(({ words }) => words),
    alreadyInWords(offer),
  ];
  return html`<section class="offer-banner card" aria-labelledby="offer-banner-heading" data-offer=${offer.id} data-offer-kind=${offer.offer}>
    <${Countdown} offer=${offer} nowMs=${nowMs} small />
    <div class="offer-banner-words">
      <h2 id="offer-banner-heading">
        <${Icon} name=${offer.channel === CALL_CHANNEL.CHAT ? "message-square" : "phone-incoming"} />${offerWords(boot, offer, self)}: <${Language} boot=${boot} code=${offerLanguage(offer, self)} />
      </h2>
      <p class="small quiet">${facts.filter(Boolean).join(" · ")}</p>
      ${offer.accepted && html`<p data-notice="accepted"><b>${acceptedWords(offer)}</b></p>`}
    </div>
    <${OfferButtons} ...${props} offer=${offer} large=${false} />
  </section>`;
}
