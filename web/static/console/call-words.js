// The console's words for who is in a call, who is asked to come, and what has happened to it.
import { t, tn } from "shared/locale.js";
import { languageName, listed, municipalityName, presenceWords, roleWords } from "shared/staff.js";
import { ASK, CALL_CHANNEL, OFFER_KIND, PRESENCE, ROLE, TIER_NAME } from "shared/wire.gen.js";
import { inCommon, waitedFor } from "./call-model.js";
import { placeWords } from "./words.js";

/** @typedef {import("shared/page.js").Boot} Boot */
/** @typedef {import("shared/wire.gen.js").OwnOffer} OwnOffer */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("shared/wire.gen.js").Colleague} Colleague */
/** @typedef {import("shared/wire.gen.js").OwnAsk} OwnAsk */
/** @typedef {import("shared/wire.gen.js").Person} Person */
/** @typedef {import("shared/wire.gen.js").Self} Self */

/** Names one after the other. @param {readonly {name: string}[]} people */
export function names(people) {
  return listed(people.map(({ name }) => name));
}

/** Which call it is, in one line. @param {Boot} boot @param {{language: string | null, municipality: string, kiosk_name: string}} call */
export function callWords(boot, call) {
  const language = call.language ? languageName(boot, call.language) : "";
  const place = call.municipality ? placeWords(boot, call) : "";
  return [language, place].filter(Boolean).join(" · ");
}

// ---------------------------------------------------------------- an offer

/** What an offer is, in a few words. @param {Boot} boot @param {OwnOffer} offer @param {Self} self */
export function offerWords(boot, offer, self) {
  if (offer.offer === OFFER_KIND.JOIN) return joinWords(boot, offer, self);
  return offer.channel === CALL_CHANNEL.CHAT ? t("A visitor wants to write with you") : t("A visitor waits for you");
}

/** @param {Boot} boot @param {OwnOffer} offer @param {Self} self */
function joinWords(boot, { people, speak }, { role }) {
  const name = people[0]?.name ?? "";
  const language = languageName(boot, speak);
  return role === ROLE.INTERPRETER
    ? t("{name} asks you to join: interpret {language}", { name, language })
    : t("{name} asks you to join a call", { name });
}

/**
 * In which way this person would serve, in plain words; "" where it goes without saying.
 * @param {Boot} boot @param {OwnOffer} offer @param {Self} self
 */
export function tierWords(boot, offer, self) {
  if (offer.offer === OFFER_KIND.JOIN) return "";
  switch (offer.tier) {
    case TIER_NAME.NATIVE:
      return t("In your own language");
    case TIER_NAME.FLUENT:
      return t("In a language that you speak well");
    case TIER_NAME.OTHER_LANGUAGE:
      return t("The visitor chose {language} and knows this language too", { language: languageName(boot, offer.language) });
    case TIER_NAME.INTERPRETED:
      return self.role === ROLE.INTERPRETER
        ? t("You interpret; the advisor: {name}", { name: names(offer.rung) })
        : t("You and an interpreter: {name}", { name: names(offer.rung) });
    default:
      return offer.speak === offer.language || !(offer.speak in self.languages)
        ? ""
        : t("The visitor chose {language} and knows this language too", { language: languageName(boot, offer.language) });
  }
}

/** In which language the two would speak with each other; "" when it is not known. @param {Boot} boot @param {Self} self @param {Colleague | null} other @param {string} beside */
export function betweenWords(boot, self, other, beside) {
  const shared = inCommon(self, other).filter((code) => code !== beside);
  if (!other || !shared.length) return "";
  return t("With {name} you speak: {languages}", { name: other.name, languages: listed(shared.map((code) => languageName(boot, code))) });
}

/** After one's own accept: for whom it waits. @param {OwnOffer} offer */
export function acceptedWords(offer) {
  return t("You have accepted. Waiting for {name}.", { name: names(waitedFor(offer)) });
}

/** An offer in one sentence, for a screen reader. @param {Boot} boot @param {OwnOffer} offer @param {Self} self */
export function offerLine(boot, offer, self) {
  if (offer.accepted) return acceptedWords(offer);
  const what = offerWords(boot, offer, self);
  return `${what}: ${listed([languageName(boot, offer.language), placeWords(boot, offer), tierWords(boot, offer, self)].filter(Boolean))}.`;
}

/** An offer for the window's title. @param {Boot} boot @param {OwnOffer} offer */
export function offerTitle(boot, { language, municipality }) {
  return `☎ ${languageName(boot, language)} · ${municipalityName(boot, municipality)}`;
}

// ---------------------------------------------------------------- who is in a call

/** One's own part in a call. @param {import("./call-model.js").Part} part @param {AdvisorCall} call */
export function partWords(part, { people }) {
  if (part === "serves") return t("You serve the visitor");
  if (part === "interprets") return t("You interpret");
  return t("You are here to help; {name} serves the visitor", { name: people[0]?.name ?? "" });
}

/** What somebody else is in a call. @param {Person} person @param {AdvisorCall} call */
export function personWords({ id, role }, { people }) {
  if (role === ROLE.INTERPRETER) return roleWords(role);
  return people[0]?.id === id ? t("Advisor, serves the visitor") : roleWords(role);
}

/** @param {AdvisorCall["channel"]} channel */
export function endCallWords(channel) {
  return channel === CALL_CHANNEL.CHAT ? t("End the chat") : t("End the call");
}

/** @param {AdvisorCall["channel"]} channel @param {Person | null} to */
export function stepOutWords(channel, to) {
  const chat = channel === CALL_CHANNEL.CHAT;
  if (to) return chat ? t("Leave the chat to {name}", { name: to.name }) : t("Leave the call to {name}", { name: to.name });
  return chat ? t("Leave the chat") : t("Leave the call");
}

// ---------------------------------------------------------------- who is asked to come

/** Whom a call asks for. @param {Boot} boot @param {OwnAsk} ask @param {Colleague | null} invited */
export function askWords(boot, { ask, language }, invited) {
  if (ask === ASK.INTERPRETER) return t("An interpreter is asked for: {language}", { language: language ? languageName(boot, language) : "" });
  return invited ? t("{name} is asked to join", { name: invited.name }) : t("A colleague is asked to join");
}

/**
 * How it stands with that. @param {OwnAsk} ask @param {Colleague | null} rung Who is rung, where it is known.
 * @param {Colleague | null} invited
 */
export function askStateWords({ ask, ringing }, rung, invited) {
  if (ringing && rung) return t("{name} is being rung.", { name: rung.name });
  if (ringing) return t("Somebody is being rung.");
  if (ask === ASK.INTERPRETER) return t("Nobody is free just now. Whoever is free first is rung.");
  if (!invited) return t("They are rung as soon as they are free.");
  return t("{name} is rung as soon as they are free. Now: {presence}", { name: invited.name, presence: presenceWords(invited.presence) });
}

/** How many could come. @param {import("./call-model.js").Staffed | undefined} staffed @param {"interpreter" | "advisor"} role */
export function staffedWords(staffed, role) {
  if (!staffed) return role === ROLE.INTERPRETER ? t("No interpreter is on duty for it") : t("No advisor is on duty for it");
  const free = staffed.available
    ? tn("{n} free now", "{n} free now", staffed.available)
    : t("nobody free just now");
  return role === ROLE.INTERPRETER
    ? `${tn("{n} interpreter on duty", "{n} interpreters on duty", staffed.onDuty)}, ${free}`
    : `${tn("{n} advisor on duty", "{n} advisors on duty", staffed.onDuty)}, ${free}`;
}

/** @param {Colleague} colleague */
export function colleagueWords({ role, presence }) {
  return `${roleWords(role)} · ${presenceWords(presence)}`;
}

/** The mark before a colleague's presence: a class of base.css. @param {Colleague["presence"]} presence */
export function colleagueDot(presence) {
  return presence === PRESENCE.AVAILABLE ? "dot-good" : "dot-here";
}

/**
 * What the visitor is told when they are passed on, and what becomes of everybody here.
 * @param {Boot} boot @param {{language: string | null, name: string | null}} to
 */
export function transferWords(boot, { language, name }) {
  return name !== null
    ? t("The visitor is told that {name} will help them, and waits at the front of the queue. If {name} does not come soon, others are called too.", { name })
    : t("The visitor is told that they are passed on to somebody who speaks {language}, and waits at the front of the queue.", {
        language: language ? languageName(boot, language) : "",
      });
}

// ---------------------------------------------------------------- what has happened

/** @param {Boot} boot @param {import("./changes.js").Happening} happening @returns {string} */
export function happeningWords(boot, { kind, name = "", ask, channel }) {
  const chat = channel === CALL_CHANNEL.CHAT;
  switch (kind) {
    case "visitor_left":
      return t("The visitor left before the call was answered.");
    case "not_taken":
      return t("{name} could not take the call. The visitor keeps the place and is offered again.", { name });
    case "not_needed":
      return t("You are no longer needed in that call.");
    case "missed":
      return t("An offer rang here and nobody answered. Nothing more is offered until your chats are over; then you are away.");
    case "over":
      return chat ? t("The chat is over.") : t("The call is over.");
    case "passed_on":
      return chat ? t("The chat is over for you: the visitor waits for somebody else.") : t("The call is over for you: the visitor waits for somebody else.");
    case "joined":
      return t("{name} has joined.", { name });
    case "left":
      return t("{name} has left.", { name });
    case "serves_now":
      return t("{name} has left. You serve the visitor now.", { name });
    case "transferred":
      return t("The visitor is passed on and waits at the front of the queue.");
    case "stepped_out":
      return chat ? t("You left the chat; it goes on without you.") : t("You left the call; it goes on without you.");
    case "nobody_came":
      return nobodyCameWords(boot, ask);
  }
}

/** @param {Boot} boot @param {OwnAsk | undefined} ask */
function nobodyCameWords(boot, ask) {
  return ask?.language
    ? t("No interpreter came for {language}. You can ask again.", { language: languageName(boot, ask.language) })
    : t("The colleague you asked did not come. You can ask again.");
}
