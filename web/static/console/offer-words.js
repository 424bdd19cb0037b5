// The console's words for an offer: the same on the screen, in the strip beside chats and for a screen reader.
import { t } from "shared/locale.js";
import { languageName, listed, municipalityName } from "shared/staff.js";
import { CALL_CHANNEL, OFFER_KIND, ROLE, TIER_NAME } from "shared/wire.gen.js";
import { inCommon } from "./call-model.js";
import { names } from "./call-words.js";
import { askedAtFirst, cameBack, knowsToo, offerLanguage, spokenHere, waitedFor, whyHere, wishOf } from "./offer-model.js";
import { placeWords } from "./words.js";

/** @typedef {import("shared/page.js").Boot} Boot */
/** @typedef {import("shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("shared/wire.gen.js").Colleague} Colleague */
/** @typedef {import("shared/wire.gen.js").Self} Self */

/** What an offer is, in a few words. @param {Boot} boot @param {OwnOffer} offer @param {Self} self */
export function offerWords(boot, offer, self) {
  const chat = offer.channel === CALL_CHANNEL.CHAT;
  switch (whyHere(offer)) {
    case "join":
      return joinWords(boot, offer, self);
    case "from_colleague":
      return t("A colleague passes a visitor on to you");
    case "given":
      return chat ? t("The supervisor gives you this chat") : t("The supervisor gives you this call");
    default:
      return chat ? t("A visitor wants to write with you") : t("A visitor waits for you");
  }
}

/** @param {Boot} boot @param {OwnOffer} offer @param {Self} self */
function joinWords(boot, { people, speak, channel }, { role }) {
  const name = people[0]?.name ?? "";
  if (role === ROLE.INTERPRETER) return t("{name} asks you to join: interpret {language}", { name, language: languageName(boot, speak) });
  return channel === CALL_CHANNEL.CHAT ? t("{name} asks you to join a chat", { name }) : t("{name} asks you to join a call", { name });
}

/** @typedef {{fact: string, icon: string, words: string}} OfferFact */

/**
 * What else there is to know of it, each in a few words: how it came here, what was asked for and what is spoken, in
 * which way this person would serve, what the visitor wished.
 * @param {Boot} boot @param {OwnOffer} offer @param {Self} self @param {Colleague | null} beside Who is rung with it, or asks one to come.
 * @returns {OfferFact[]}
 */
export function offerFacts(boot, offer, self, beside) {
  const asked = askedAtFirst(offer);
  const speaks = asked ? spokenHere(offer, self) : null;
  /** @type {OfferFact[]} */
  const facts = [
    { fact: "came-back", icon: "arrow-right-left", words: cameBackWords(offer) },
    { fact: "asked", icon: "languages", words: asked ? t("Asked for at first: {language}", { language: languageName(boot, asked) }) : "" },
    { fact: "queue", icon: "users-round", words: asked ? queueWords(boot, offer) : "" },
    { fact: "speak", icon: "headset", words: speaks ? t("You speak {language}", { language: languageName(boot, speaks) }) : "" },
    { fact: "chat", icon: "message-square", words: offer.channel === CALL_CHANNEL.CHAT ? t("A chat, without sound and picture") : "" },
    { fact: "tier", icon: offer.tier === TIER_NAME.INTERPRETED ? "users-round" : "languages", words: tierWords(boot, offer, self) },
    { fact: "between", icon: "languages", words: betweenWords(boot, self, beside, offer.language) },
    { fact: "wish", icon: "user-round", words: wishWords(offer) },
  ];
  return facts.filter(({ words }) => words);
}

/** @param {OwnOffer} offer */
function cameBackWords(offer) {
  const came = cameBack(offer);
  if (came === "lost") return t("The line to their advisor broke");
  return came ? t("Passed on by a colleague") : "";
}

/** @param {Boot} boot @param {OwnOffer} offer */
function queueWords(boot, { offer, language, channel }) {
  const words = { language: languageName(boot, language) };
  if (offer === OFFER_KIND.SERVE) return t("Waits now for: {language}", words);
  return channel === CALL_CHANNEL.CHAT ? t("Language of the chat: {language}", words) : t("Language of the call: {language}", words);
}

/** @param {OwnOffer} offer */
function wishWords(offer) {
  const wish = wishOf(offer);
  if (!wish) return "";
  return wish === "woman" ? t("Wished for a woman") : t("Wished for a man");
}

/** In which way this person would serve, in plain words; "" where it goes without saying. @param {Boot} boot @param {OwnOffer} offer @param {Self} self */
function tierWords(boot, offer, self) {
  if (offer.offer === OFFER_KIND.JOIN) return "";
  switch (offer.tier) {
    case TIER_NAME.NATIVE:
      return t("In your own language");
    case TIER_NAME.FLUENT:
      return t("In a language that you speak well");
    case TIER_NAME.INTERPRETED:
      return self.role === ROLE.INTERPRETER
        ? t("You interpret; the advisor: {name}", { name: names(offer.rung) })
        : t("You and an interpreter: {name}", { name: names(offer.rung) });
    default:
      return knowsTooWords(boot, offer, self);
  }
}

/** @param {Boot} boot @param {OwnOffer} offer @param {Self} self */
function knowsTooWords(boot, offer, self) {
  const knows = knowsToo(offer, self);
  if (!knows) return "";
  if (knows === "not_spoken") return t("Not one of your languages");
  if (knows === "asked") return t("The visitor asked for this language at first");
  if (askedAtFirst(offer)) return t("The visitor knows this language too");
  return t("The visitor chose {language} and knows this language too", { language: languageName(boot, offer.asked) });
}

/** In which language the two would speak with each other; "" when it is not known. @param {Boot} boot @param {Self} self @param {Colleague | null} other @param {string} beside */
function betweenWords(boot, self, other, beside) {
  const shared = inCommon(self, other).filter((code) => code !== beside);
  if (!other || !shared.length) return "";
  return t("With {name} you speak: {languages}", { name: other.name, languages: listed(shared.map((code) => languageName(boot, code))) });
}

/** Who is in the conversation already; "" for an offer to serve. @param {OwnOffer} offer */
export function alreadyInWords({ people, channel }) {
  if (!people.length) return "";
  return channel === CALL_CHANNEL.CHAT ? t("in the chat: {names}", { names: names(people) }) : t("in the call: {names}", { names: names(people) });
}

/** After one's own accept: for whom it waits. @param {OwnOffer} offer */
export function acceptedWords(offer) {
  return t("You have accepted. Waiting for {name}.", { name: names(waitedFor(offer)) });
}

/**
 * An offer for a screen reader: what the screen says, in its order.
 * @param {Boot} boot @param {OwnOffer} offer @param {Self} self @param {Colleague | null} beside
 */
export function offerLine(boot, offer, self, beside) {
  if (offer.accepted) return acceptedWords(offer);
  const language = languageName(boot, offerLanguage(offer, self));
  const facts = offerFacts(boot, offer, self, beside).map(({ words }) => words);
  const after = [placeWords(boot, offer), ...facts, alreadyInWords(offer)].filter(Boolean);
  return `${offerWords(boot, offer, self)}: ${language}. ${after.join(". ")}.`;
}

/** An offer for the window's title. @param {Boot} boot @param {OwnOffer} offer @param {Self | null} self */
export function offerTitle(boot, offer, self) {
  return `☎ ${languageName(boot, offerLanguage(offer, self))} · ${municipalityName(boot, offer.municipality)}`;
}

/** What the button that takes an offer says. @param {OwnOffer} offer */
export function answerWords({ offer, channel }) {
  if (offer === OFFER_KIND.JOIN) return channel === CALL_CHANNEL.CHAT ? t("Join the chat") : t("Join the call");
  return channel === CALL_CHANNEL.CHAT ? t("Answer the chat") : t("Answer the call");
}

/** What the button that does not says. @param {OwnOffer} offer */
export function declineWords({ offer }) {
  return offer === OFFER_KIND.JOIN ? t("I cannot join") : t("Pass it on");
}
