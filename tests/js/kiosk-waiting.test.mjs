// The queue as the visitor meets it: who is there for a language, whom the desk looks for, a wish, the supervisor's word.
import assert from "node:assert/strict";
import { test } from "node:test";
import { DUTY, SEARCH, dutyOf, isHere, isUnspoken, noticesFor, otherLanguages, otherQueueOf, searchOf, wishOf } from "../../kiosk/page/waiting-model.js";
import { GREETINGS } from "../../kiosk/page/greetings.js";
import { CALL_STATE, TIER_NAME, WAITING_NOTICE } from "../../web/static/shared/wire.gen.js";

const MINUTE_MS = 60_000;

function duty(fields = {}) {
  return { id: "ar", kind: "language", on_duty: 0, interpreted: false, closed: false, ...fields };
}

/** Steps as the desk sends them: [tier, opens after minutes, staffed]. */
function steps(...rows) {
  return rows.map(([tier, minutes, staffed]) => ({ tier, opens_at_ms: minutes * MINUTE_MS, staffed }));
}

const ALL = steps([TIER_NAME.NATIVE, 0, true], [TIER_NAME.FLUENT, 1, true], [TIER_NAME.OTHER_LANGUAGE, 3, true], [TIER_NAME.INTERPRETED, 5, true]);

function searched(given, minutes, named = null) {
  return searchOf({ steps: given, named }, minutes * MINUTE_MS);
}

test("a tile says now, now with an interpreter, not now or closed", () => {
  assert.equal(dutyOf(duty({ on_duty: 2, interpreted: true })), DUTY.NOW);
  assert.equal(dutyOf(duty({ interpreted: true })), DUTY.INTERPRETED);
  assert.equal(dutyOf(duty()), DUTY.LATER);
  assert.equal(dutyOf(duty({ on_duty: 2, interpreted: true, closed: true })), DUTY.CLOSED);
  assert.deepEqual(Object.values(DUTY).filter(isHere), [DUTY.NOW, DUTY.INTERPRETED]);
  assert.equal(isHere(undefined), false);
});

test("every language of the start page has every word", () => {
  for (const [code, words] of Object.entries(GREETINGS)) {
    for (const name of ["welcome", ...Object.values(DUTY)]) assert.ok(words[name], `${code}: ${name}`);
  }
});

test("other languages stand in the order of the tiles, those with an advisor first, without one's own", () => {
  const languages = ["fi", "sv", "en", "ru", "ar"].map((code) => ({ code }));
  const duties = new Map([["en", DUTY.NOW], ["fi", DUTY.INTERPRETED], ["ru", DUTY.NOW], ["ar", DUTY.NOW]]);
  assert.deepEqual(otherLanguages(languages, "ar", duties).map(({ code }) => code), ["en", "ru", "fi", "sv"]);
});

test("whom we look for follows the tier that opened last", () => {
  const told = [0, 0.99, 1, 2.99, 3, 5, 60].map((minutes) => searched(ALL, minutes).search);
  assert.deepEqual(told, ["native", "native", "fluent", "fluent", "other_language", "interpreted", "interpreted"]);
  assert.deepEqual(searched(ALL, 4), { search: SEARCH.OTHER_LANGUAGE, first: false });
});

test("a tier with nobody on duty is not spoken of", () => {
  const one = steps([TIER_NAME.NATIVE, 0, true], [TIER_NAME.FLUENT, 1, false], [TIER_NAME.INTERPRETED, 5, false]);
  assert.deepEqual(searched(one, 10), { search: SEARCH.NATIVE, first: true });
  const foreign = steps([TIER_NAME.NATIVE, 0, false], [TIER_NAME.FLUENT, 0, false], [TIER_NAME.OTHER_LANGUAGE, 0, true], [TIER_NAME.INTERPRETED, 5, false]);
  assert.deepEqual(searched(foreign, 0), { search: SEARCH.OTHER_LANGUAGE, first: true });
  const pair = steps([TIER_NAME.NATIVE, 0, false], [TIER_NAME.FLUENT, 0, false], [TIER_NAME.INTERPRETED, 0, true]);
  assert.deepEqual(searched(pair, 0), { search: SEARCH.INTERPRETED, first: true });
});

test("nobody staffed is said, a colleague who is waited for goes before it, and silence is no claim", () => {
  const none = ALL.map((step) => ({ ...step, staffed: false }));
  assert.deepEqual(searched(none, 10), { search: SEARCH.NOBODY, first: true });
  assert.deepEqual(searched(none, 10, "Mika"), { search: SEARCH.NAMED, first: true });
  assert.equal(searched([], 10), null);
});

test("a staffed tier that is not open yet is better than to say that nobody is there", () => {
  const late = steps([TIER_NAME.NATIVE, 0, false], [TIER_NAME.FLUENT, 1, true]);
  assert.deepEqual(searched(late, 0), { search: SEARCH.FLUENT, first: true });
});

test("the queue is named only when it is another language's", () => {
  assert.equal(otherQueueOf({ language: "ar", queue: "ar" }), null);
  assert.equal(otherQueueOf({ language: "ar", queue: "ru" }), "ru");
});

test("nobody speaks the queue's language where only another one, or nothing, is staffed", () => {
  const unspoken = (given, named = null) => isUnspoken({ steps: given, named });
  assert.equal(unspoken(ALL), false);
  assert.equal(unspoken(steps([TIER_NAME.NATIVE, 0, false], [TIER_NAME.OTHER_LANGUAGE, 0, true])), true);
  assert.equal(unspoken(steps([TIER_NAME.NATIVE, 0, false], [TIER_NAME.OTHER_LANGUAGE, 0, true], [TIER_NAME.INTERPRETED, 5, true])), false);
  assert.equal(unspoken(steps([TIER_NAME.NATIVE, 0, false])), true);
  assert.equal(unspoken(steps([TIER_NAME.NATIVE, 0, false]), "Amina"), false);
  assert.equal(unspoken([]), false, "silence is no claim");
});

test("a wish is waited for until its time, and then it is said that it was in vain", () => {
  const call = { state: CALL_STATE.WAITING, wish: "woman", wish_until_ms: 5 * MINUTE_MS, named: null };
  assert.deepEqual(wishOf(call, 0), { wish: "woman", untilMs: 5 * MINUTE_MS });
  assert.deepEqual(wishOf(call, 5 * MINUTE_MS), { wish: "woman", untilMs: null });
  assert.deepEqual(wishOf({ ...call, wish_until_ms: null }, 0), { wish: "woman", untilMs: null });
  assert.equal(wishOf({ ...call, wish: null, wish_until_ms: null }, 0), null);
  assert.equal(wishOf({ ...call, state: CALL_STATE.RINGING }, 0), null);
  assert.equal(wishOf({ ...call, named: "Mika" }, 0), null);
});

test("the supervisor's messages: the language's own first, the same one once, none that is over", () => {
  const notice = (id, code, until_ms = MINUTE_MS) => ({ id, kind: "notice", notice: code, until_ms });
  const { LONGER_WAIT, SHORT_BREAK, TECHNICAL } = WAITING_NOTICE;
  assert.deepEqual(noticesFor([notice("all", LONGER_WAIT), notice("ar", SHORT_BREAK)], "ar", 0), [SHORT_BREAK, LONGER_WAIT]);
  assert.deepEqual(noticesFor([notice("all", LONGER_WAIT), notice("ar", LONGER_WAIT)], "ar", 0), [LONGER_WAIT]);
  assert.deepEqual(noticesFor([notice("ru", TECHNICAL)], "ar", 0), []);
  assert.deepEqual(noticesFor([notice("all", TECHNICAL)], "ar", MINUTE_MS), []);
});
