// What a change of the desk means to whoever sits at this console: what happened to a call or an offer, and what is to
// be remembered of a call that is over. Pure.
import { CALL_CHANNEL, OFFER_KIND, PRESENCE } from "../shared/wire.gen.js";

/** @typedef {import("../shared/desk.js").Desk} Desk */
/** @typedef {import("./model.js").Seen} Seen */
/** @typedef {import("../shared/wire.gen.js").AdvisorCall} AdvisorCall */
/** @typedef {import("../shared/wire.gen.js").Gone} Gone */
/** @typedef {import("../shared/wire.gen.js").OwnAsk} OwnAsk */
/** @typedef {import("../shared/wire.gen.js").Person} Person */

/**
 * What has happened here.
 *   visitor_left: the visitor of the offer that rang. not_taken: who was rung with it did not take it. not_needed: the
 *   conversation one was asked into. missed: an offer rang out beside one's chats. over: a call that one did not serve.
 *   passed_on: a call goes on without one.
 *   joined, left: somebody of a call. serves_now: the one who served has left it to this page. nobody_came: for the ask.
 *   transferred, stepped_out: by one's own doing, carried out.
 * @typedef {object} Happening
 * @property {"visitor_left" | "not_taken" | "not_needed" | "missed" | "over" | "passed_on" | "joined" | "left" | "serves_now" | "nobody_came" | "transferred" | "stepped_out"} kind
 * @property {string} [name]
 * @property {AdvisorCall["channel"]} [channel]
 * @property {Gone["reason"]} [reason]
 * @property {Person} [person]
 * @property {OwnAsk} [ask]
 */

/** What was done on this page, by call or offer. @typedef {ReadonlyMap<string, string>} Done */

/**
 * What happened with this change, in the order in which it is told.
 * @param {Seen} before @param {Seen} after @param {Desk} desk @param {Done} done
 * @param {number} nowMs
 * @returns {Happening[]}
 */
export function whatHappened(before, after, desk, done, nowMs) {
  // After a break in the line nobody knows how things came about.
  if (desk.via !== "fact" || !after.self || after.self.page !== before.self?.page) return [];
  const happened = [...offerOver(before, after, desk, done, nowMs)];
  for (const was of before.calls) {
    const now = after.calls.find(({ id }) => id === was.id);
    happened.push(...(now ? inCall(was, now, after.self.id, done) : callOver(was, after, desk, done)));
  }
  return happened;
}

/**
 * Whether something else goes on here than before: what was said of the old state is over then.
 * @param {Seen} before @param {Seen} after
 */
export function isNewState(before, after) {
  return stateOf(before) !== stateOf(after);
}

/** @param {Seen} seen */
function stateOf({ view, offer, calls, self }) {
  const open = [...calls.map(({ id }) => id), ...(self?.wrap_ups ?? []).map(({ call }) => call)];
  return [view, offer?.id, offer?.accepted, ...open].join(" ");
}

/** @param {Seen} before @param {Seen} after @param {Desk} desk @param {Done} done @param {number} nowMs @returns {Happening[]} */
function offerOver({ offer }, after, desk, done, nowMs) {
  const taken = offer && after.calls.some(({ id }) => id === offer.call);
  if (!offer || after.offer?.id === offer.id || taken || done.get(offer.id) === "decline") return [];
  // Whoever let it ring out is told so by being away; beside chats that comes only when they are over.
  if (after.self?.presence === PRESENCE.AWAY) return [];
  if (after.calls.length && !offer.accepted && nowMs >= offer.expires_at_ms) return [{ kind: "missed" }];
  const { channel } = offer;
  if (offer.offer === OFFER_KIND.JOIN) return [{ kind: "not_needed", channel }];
  if (!desk.entities.has(`waiting:${offer.call}`)) return [{ kind: "visitor_left", channel }];
  const [other] = offer.rung;
  return other ? [{ kind: "not_taken", name: other.name, channel }] : [];
}

/** @param {AdvisorCall} was @param {Seen} after @param {Desk} desk @param {Done} done @returns {Happening[]} */
function callOver(was, { self }, desk, done) {
  if (self?.wrap_ups.some(({ call }) => call === was.id)) return [];
  if (done.get(was.id) === "transfer") return [{ kind: "transferred" }];
  if (done.get(was.id) === "step_out") return [{ kind: "stepped_out", channel: was.channel }];
  const gone = desk.gone.find(({ kind, id }) => kind === was.kind && id === was.id);
  return [{ kind: gone?.reason ? "over" : "passed_on", channel: was.channel, reason: gone?.reason ?? null }];
}

/** @param {AdvisorCall} was @param {AdvisorCall} now @param {string} self @param {Done} done @returns {Happening[]} */
function inCall(was, now, self, done) {
  /** @type {Happening[]} */
  const happened = [];
  const hasNot = (/** @type {AdvisorCall} */ { people }, /** @type {Person} */ { id }) => !people.some((one) => one.id === id);
  const left = was.people.filter((person) => person.id !== self && hasNot(now, person));
  const joined = now.people.filter((person) => person.id !== self && hasNot(was, person));
  const servesNow = now.serves && !was.serves;
  for (const person of left) {
    happened.push({ kind: servesNow && person.id === was.people[0].id ? "serves_now" : "left", person, name: person.name });
  }
  for (const person of joined) happened.push({ kind: "joined", person, name: person.name });
  if (was.ask && !now.ask && !joined.length && done.get(was.id) !== "cancel_ask") happened.push({ kind: "nobody_came", ask: was.ask });
  return happened;
}

/**
 * What is remembered of a call that is over, for its wrap-up.
 * @typedef {object} Past
 * @property {string | null} language
 * @property {string} municipality "" at one's own desk.
 * @property {string} kiosk_name
 * @property {AdvisorCall["channel"]} channel
 * @property {Gone["reason"]} reason Null while it is not over, and when this page did not see how it ended.
 */

/** @typedef {Readonly<Record<string, Past>>} Pasts By call. */

/**
 * What is remembered after this change: calls that go on or wait for their wrap-up, and nothing else.
 * @param {Pasts} pasts @param {Seen} before @param {Seen} after @param {Desk} desk @returns {Pasts}
 */
export function remembered(pasts, before, after, desk) {
  /** @type {Record<string, Past>} */
  const kept = {};
  for (const { id, language, municipality, kiosk_name, channel } of after.calls) {
    kept[id] = { language, municipality, kiosk_name, channel, reason: null };
  }
  for (const { call, work } of after.self?.wrap_ups ?? []) {
    const served = before.self?.serving;
    const past = pasts[call] ?? (work && served ? atTheDesk(served.language) : null);
    if (!past || kept[call]) continue;
    const gone = desk.gone.find(({ kind, id }) => kind === "advisor_call" && id === call);
    kept[call] = { ...past, reason: gone?.reason ?? past.reason };
  }
  return kept;
}

/** @param {string | null} language @returns {Past} */
function atTheDesk(language) {
  return { language, municipality: "", kiosk_name: "", channel: CALL_CHANNEL.VIDEO, reason: null };
}

/**
 * How many lines of the others' have not been looked at.
 * @param {readonly {from: string, author: string}[]} lines @param {string} self @param {number} read How many had been.
 */
export function unread(lines, self, read) {
  return Math.max(0, othersLines(lines, self) - read);
}

/** How many lines are not one's own. @param {readonly {from: string, author: string}[]} lines @param {string} self */
export function othersLines(lines, self) {
  return lines.filter(({ from, author }) => from === "visitor" || author !== self).length;
}
