// What an offer is to the person it rings: why it came here, and in which languages. Pure.
import { GENDER, OFFER_KIND, PASSED_ON, ROLE, TIER_NAME } from "../shared/wire.gen.js";
import { colleague } from "./call-model.js";

/** @typedef {import("../shared/desk.js").Desk} Desk */
/** @typedef {import("../shared/wire.gen.js").Self} Self */
/** @typedef {import("../shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("../shared/wire.gen.js").Rung} Rung */

/** @typedef {"join" | "from_colleague" | "given" | "waits"} Why Why an offer rings here. */

/**
 * Asked into a conversation, meant for this person by a colleague, given by the supervisor, or simply in turn.
 * @param {OwnOffer} offer @returns {Why}
 */
export function whyHere({ offer, named, passed_on }) {
  if (offer === OFFER_KIND.JOIN) return "join";
  if (!named) return "waits";
  return passed_on === PASSED_ON.COLLEAGUE ? "from_colleague" : "given";
}

/**
 * What somebody who has talked already went through; null where there is nothing, or the offer's title says it.
 * @param {OwnOffer} offer @returns {"passed_on" | "lost" | null}
 */
export function cameBack(offer) {
  if (!offer.passed_on || whyHere(offer) === "from_colleague") return null;
  return offer.passed_on === PASSED_ON.LOST ? "lost" : "passed_on";
}

/**
 * The language that the visitor asked for at first, where another one's queue or call is meant by now; else null.
 * @param {Pick<OwnOffer, "asked" | "language">} of
 */
export function askedAtFirst({ asked, language }) {
  return asked === language ? null : asked;
}

/**
 * The language that an advisor speaks with the visitor; null for those who are there with an interpreter or to help, and
 * do not speak it.
 * @param {Pick<OwnOffer, "speak">} of @param {Self} self
 */
export function spokenHere({ speak }, { role, languages }) {
  return role === ROLE.ADVISOR && speak in languages ? speak : null;
}

/** The same, where it is not what the visitor asked for at first. @param {Pick<OwnOffer, "asked" | "speak">} of @param {Self} self */
export function spokenInstead(of, self) {
  return of.speak === of.asked ? null : spokenHere(of, self);
}

/**
 * How the visitor comes to speak the language that this person is rung for, where it is not the queue's: they asked for
 * it, or they know it besides. Meant by name, one may be rung for a language that one does not speak. Else null.
 * @param {OwnOffer} offer @param {Self} self @returns {"asked" | "knows" | "not_spoken" | null}
 */
export function knowsToo({ asked, language, speak, tier }, { languages }) {
  if (!(speak in languages)) return "not_spoken";
  if (tier !== TIER_NAME.OTHER_LANGUAGE && speak === language) return null;
  return speak === asked ? "asked" : "knows";
}

/** By whom the visitor wished to be served. @param {OwnOffer} offer @returns {"woman" | "man" | null} */
export function wishOf({ offer, wish }) {
  if (offer === OFFER_KIND.JOIN) return null;
  return wish === GENDER.WOMAN || wish === GENDER.MAN ? wish : null;
}

/**
 * The language that is written large on an offer: the one this person is rung for; an advisor beside an interpreter
 * reads what the visitor speaks.
 * @param {OwnOffer} offer @param {Self | null} self
 */
export function offerLanguage({ tier, language, speak }, self) {
  return tier === TIER_NAME.INTERPRETED && self?.role === ROLE.ADVISOR ? language : speak;
}

/** Whom one would work with: who asks one to come, or is rung with one; as far as it is known. @param {Desk} desk @param {OwnOffer} offer */
export function besideOf(desk, { offer, people, rung }) {
  const [other] = offer === OFFER_KIND.JOIN ? people : rung;
  return other ? colleague(desk, other.id) : null;
}

/** Those who are rung with it and have not accepted yet. @param {OwnOffer} offer @returns {Rung[]} */
export function waitedFor({ rung }) {
  return rung.filter(({ accepted }) => !accepted);
}
