// Who is in a call, what one is in it, and who could be asked to come: pure functions of the desk.
import { all } from "../shared/desk.js";
import { ASK, LEVEL, PRESENCE, ROLE } from "../shared/wire.gen.js";

/** @typedef {import("../shared/desk.js").Desk} Desk */
/** @typedef {import("../shared/wire.gen.js").Self} Self */
/** @typedef {import("../shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("../shared/wire.gen.js").Colleague} Colleague */
/** @typedef {import("../shared/wire.gen.js").OwnAsk} OwnAsk */
/** @typedef {import("../shared/wire.gen.js").Person} Person */

/** The visitor and three of the staff (bridge/domain/call.py). */
export const PEOPLE_AT_MOST = 4;

/** @typedef {"serves" | "interprets" | "helps"} Part What somebody is in a call. */

/** @param {AdvisorCall} call @param {string} id @returns {Part} */
export function partOf({ people }, id) {
  const at = people.findIndex((person) => person.id === id);
  if (people[at]?.role === ROLE.INTERPRETER) return "interprets";
  return at === 0 ? "serves" : "helps";
}

/** Everybody of the staff in it but oneself. @param {AdvisorCall} call @param {string} self @returns {Person[]} */
export function othersIn({ people }, self) {
  return people.filter(({ id }) => id !== self);
}

/** Whether nobody more fits in. @param {AdvisorCall} call */
export function isFull({ people }) {
  return people.length + 1 >= PEOPLE_AT_MOST;
}

/**
 * Who serves the visitor when this advisor leaves: who has been in it longest of the other advisors; null when there is
 * none, and leaving would end the call.
 * @param {AdvisorCall} call @param {string} self @returns {Person | null}
 */
export function leftTo(call, self) {
  const advisors = othersIn(call, self).filter(({ role }) => role === ROLE.ADVISOR);
  return advisors.reduce((/** @type {Person | null} */ first, one) => (first && first.since_ms <= one.since_ms ? first : one), null);
}

/**
 * How somebody can leave without ending the call: by leaving it to this person, simply, or not at all.
 * @param {AdvisorCall} call @param {Self} self @returns {{may: boolean, to: Person | null}}
 */
export function steppingOut(call, self) {
  const to = leftTo(call, self.id);
  if (self.role === ROLE.INTERPRETER) return { may: true, to: null };
  return { may: to !== null, to: call.serves ? to : null };
}

/** Of those who can be asked: who is free comes first. Whoever is away is not on duty. @type {readonly string[]} */
const ASKED_FIRST = [PRESENCE.AVAILABLE, PRESENCE.WRAP_UP, PRESENCE.RINGING, PRESENCE.IN_CALL, PRESENCE.SERVING];

/** Whether somebody is on duty: free now, or free again later today. @param {Colleague} colleague */
export function isOnDuty({ presence }) {
  return ASKED_FIRST.includes(presence);
}

/**
 * Everybody on duty who is not in this call: who is free first, advisors before interpreters, then by name.
 * @param {Desk} desk @param {AdvisorCall} call @returns {Colleague[]}
 */
export function colleaguesOnDuty(desk, { people }) {
  const inIt = new Set(people.map(({ id }) => id));
  return all(desk, "colleague")
    .filter((one) => isOnDuty(one) && !inIt.has(one.id))
    .sort(
      (a, b) =>
        ASKED_FIRST.indexOf(a.presence) - ASKED_FIRST.indexOf(b.presence) ||
        Number(a.role === ROLE.INTERPRETER) - Number(b.role === ROLE.INTERPRETER) ||
        a.name.localeCompare(b.name),
    );
}

/** @typedef {{onDuty: number, available: number}} Staffed */

/**
 * How many of a role are on duty for each language, this call's people left out.
 * @param {Desk} desk @param {AdvisorCall} call @param {Self["role"]} role @returns {Record<string, Staffed>}
 */
export function staffedLanguages(desk, call, role) {
  return counted(colleaguesOnDuty(desk, call).filter(({ role: theirs }) => theirs === role));
}

/** By language. @param {readonly Colleague[]} people @returns {Record<string, Staffed>} */
function counted(people) {
  /** @type {Record<string, Staffed>} */
  const staffed = {};
  for (const { languages, presence } of people) {
    for (const language of Object.keys(languages)) {
      const { onDuty = 0, available = 0 } = staffed[language] ?? {};
      staffed[language] = { onDuty: onDuty + 1, available: available + Number(presence === PRESENCE.AVAILABLE) };
    }
  }
  return staffed;
}

/** Who in a call interprets a language. @param {Desk} desk @param {AdvisorCall} call @param {string} language @returns {Person[]} */
export function interpretersHere(desk, { people }, language) {
  return people.filter(({ id, role }) => role === ROLE.INTERPRETER && language in (colleague(desk, id)?.languages ?? {}));
}

/**
 * The language that an interpreter would be asked for: what the visitor asked for, or is served in; none that this
 * advisor speaks, since they would do that themselves. "" when it has to be chosen.
 * @param {AdvisorCall} call @param {Self} self
 */
export function languageToInterpret({ asked, language }, { languages }) {
  return [asked, language].find((code) => !(code in languages)) ?? "";
}

/** Who could serve a visitor in a language. */
export const DUTY = Object.freeze({ ADVISOR: "advisor", INTERPRETED: "interpreted" });

/** @typedef {Staffed & {duty: "advisor" | "interpreted"}} Reachable Of advisors how many; with an interpreter that there are some. */

/**
 * Who could serve a visitor whom this advisor passes on, by language: an advisor who speaks it, or one with an
 * interpreter whom they can talk to. The others of the call are free for it then; whoever passes on is not asked.
 * @param {Desk} desk @param {string} self @returns {Record<string, Reachable>}
 */
export function reachable(desk, self) {
  const onDuty = all(desk, "colleague").filter((one) => isOnDuty(one) && one.id !== self);
  const advisors = onDuty.filter(({ role }) => role === ROLE.ADVISOR);
  /** @type {Record<string, Reachable>} */
  const found = {};
  for (const { role, languages } of onDuty) {
    if (role !== ROLE.INTERPRETER || !advisors.some((advisor) => Object.keys(languages).some((code) => code in advisor.languages))) continue;
    for (const language of Object.keys(languages)) found[language] = { duty: DUTY.INTERPRETED, onDuty: 0, available: 0 };
  }
  for (const [language, staffed] of Object.entries(counted(advisors))) found[language] = { duty: DUTY.ADVISOR, ...staffed };
  return found;
}

/**
 * Who is being rung for what the call asks for, where the page can tell: the colleague it asks for, or the only
 * interpreter for the language whose telephone rings.
 * @param {Desk} desk @param {OwnAsk} ask @returns {Colleague | null}
 */
export function rungFor(desk, { ask, language, staff, ringing }) {
  if (!ringing) return null;
  const rung = all(desk, "colleague").filter(({ presence }) => presence === PRESENCE.RINGING);
  if (ask === ASK.COLLEAGUE) return rung.find(({ id }) => id === staff) ?? null;
  const fitting = rung.filter(({ role, languages }) => role === ROLE.INTERPRETER && language !== null && language in languages);
  return fitting.length === 1 ? fitting[0] : null;
}

/** @param {Desk} desk @param {string | null} id @returns {Colleague | null} */
export function colleague(desk, id) {
  return all(desk, "colleague").find((one) => one.id === id) ?? null;
}

/**
 * The languages that two of the staff have in common, one's own first.
 * @param {Self} self @param {Colleague | null} other @returns {string[]}
 */
export function inCommon(self, other) {
  if (!other) return [];
  const own = (/** @type {string} */ code) => Number(self.languages[code] === LEVEL.NATIVE);
  return Object.keys(self.languages)
    .filter((code) => code in other.languages)
    .sort((a, b) => own(b) - own(a));
}
