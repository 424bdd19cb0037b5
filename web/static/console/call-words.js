// The console's words for who is in a call, who is asked to come, and what has happened to it.
import { t, tn } from "shared/locale.js";
import { clock, languageName, listed, presenceWords, roleWords } from "shared/staff.js";
import { ASK, CALL_CHANNEL, PRESENCE, ROLE } from "shared/wire.gen.js";
import { DUTY } from "./call-model.js";
import { placeWords } from "./words.js";

/** @typedef {import("shared/page.js").Boot} Boot */
/** @typedef {import("shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("shared/wire.gen.js").Colleague} Colleague */
/** @typedef {import("shared/wire.gen.js").OwnAsk} OwnAsk */
/** @typedef {import("shared/wire.gen.js").Person} Person */

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

// ---------------------------------------------------------------- who is in a call

/** One's own part in a call. @param {Boot} boot @param {import("./call-model.js").Part} part @param {AdvisorCall} call */
export function partWords(boot, part, { people, speak }) {
  if (part === "serves") return t("You serve the visitor");
  if (part === "interprets") return t("You interpret: {language}", { language: languageName(boot, speak) });
  return t("You are here to help; {name} serves the visitor", { name: people[0]?.name ?? "" });
}

/** What somebody else is in a call. @param {Person} person @param {AdvisorCall} call */
export function personWords({ id, role }, { people }) {
  if (role === ROLE.INTERPRETER) return roleWords(role);
  return people[0]?.id === id ? t("Advisor, serves the visitor") : roleWords(role);
}

/** For how long it has gone on. @param {AdvisorCall["channel"]} channel @param {number} ms */
export function goingOnWords(channel, ms) {
  const time = clock(ms);
  return channel === CALL_CHANNEL.CHAT ? t("chatting for {time}", { time }) : t("talk time {time}", { time });
}

/** To whom a line of its chat goes. @param {AdvisorCall} call */
export function writeToWords({ people, channel }) {
  if (people.length < 2) return t("Write to the visitor");
  return channel === CALL_CHANNEL.CHAT ? t("Write to everybody in the chat") : t("Write to everybody in the call");
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

/** How many of a role are on duty for a language. @param {import("./call-model.js").Staffed} staffed @param {"interpreter" | "advisor"} role */
function staffedWords({ onDuty, available }, role) {
  const free = available ? tn("{n} free now", "{n} free now", available) : t("nobody free just now");
  return role === ROLE.INTERPRETER
    ? `${tn("{n} interpreter on duty", "{n} interpreters on duty", onDuty)}, ${free}`
    : `${tn("{n} advisor on duty", "{n} advisors on duty", onDuty)}, ${free}`;
}

/**
 * Who could interpret a language in a call, or why nobody is left to be asked.
 * @param {import("./call-model.js").Staffed | undefined} staffed @param {readonly Person[]} here Interpreters for it who are in the call already.
 */
export function interpretersWords(staffed, here) {
  if (staffed) return staffedWords(staffed, ROLE.INTERPRETER);
  if (!here.length) return t("No interpreter is on duty for it");
  return t("In this conversation already: {names}. No other interpreter is on duty for it.", { names: names(here) });
}

/** Who could serve a visitor who is passed on to a language. @param {import("./call-model.js").Reachable | undefined} reachable */
export function reachableWords(reachable) {
  if (reachable?.duty === DUTY.ADVISOR) return staffedWords(reachable, ROLE.ADVISOR);
  if (reachable) return t("An advisor with an interpreter is on duty for it");
  return t("Nobody on duty speaks it now: the visitor would wait until somebody comes.");
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
 * What becomes of a visitor who is passed on.
 * @param {Boot} boot @param {{language: string | null, name: string | null}} to
 * @param {import("./call-model.js").Reachable | undefined} reachable Who could serve them in that language.
 */
export function transferWords(boot, { language: code, name }, reachable) {
  if (name !== null) {
    return t("The visitor is told that {name} will help them, and waits at the front of the queue. If {name} does not come soon, others are called too.", { name });
  }
  const language = code ? languageName(boot, code) : "";
  switch (reachable?.duty) {
    case DUTY.ADVISOR:
      return t("The visitor is told that they are passed on to somebody who speaks {language}, and waits at the front of the queue.", { language });
    case DUTY.INTERPRETED:
      return t("The visitor is told that they are passed on and waits at the front of the queue. On duty for {language}: an advisor with an interpreter.", { language });
    default:
      return reachableWords(undefined);
  }
}

/** Who writes it up, when it is not whoever goes. @param {string | null} name Who is to serve next, where it is known. */
export function writtenUpWords(name) {
  return name === null
    ? t("You have nothing to write up afterwards: whoever serves the visitor next does that.")
    : t("You have nothing to write up afterwards: {name}, or whoever serves the visitor next, does that.", { name });
}

// ---------------------------------------------------------------- what has happened

/** @param {Boot} boot @param {import("./changes.js").Happening} happening @returns {string} */
export function happeningWords(boot, { kind, name = "", ask, channel }) {
  const chat = channel === CALL_CHANNEL.CHAT;
  switch (kind) {
    case "visitor_left":
      return chat ? t("The visitor left before the chat was answered.") : t("The visitor left before the call was answered.");
    case "not_taken":
      return chat
        ? t("{name} could not take the chat. The visitor keeps the place and is offered again.", { name })
        : t("{name} could not take the call. The visitor keeps the place and is offered again.", { name });
    case "not_needed":
      return chat ? t("You are no longer needed in that chat.") : t("You are no longer needed in that call.");
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
