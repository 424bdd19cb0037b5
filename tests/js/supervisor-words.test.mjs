// The supervisor's words: every state, every deed and every refusal says something whole. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ASK, CALL_STATE, ERROR_CODE, GENDER, PRESENCE, ROLE, TIER_NAME, WAITING_NOTICE } from "../../web/static/shared/wire.gen.js";
import { createActions } from "../../web/static/supervisor/actions.js";
import { toldWords } from "../../web/static/supervisor/told-words.js";
import { askWords, audienceWords, noticeWords, placeWords, tierWords, wishWords, withWords, worstWords } from "../../web/static/supervisor/words.js";
import { MINUTE_MS, NOW, call, deskOf, kiosk, staff } from "./supervisor-desk.mjs";

const boot = {
  languages: [
    { code: "ar", finnish: "arabia", english: "Arabic" },
    { code: "ti", finnish: "tigrinja", english: "Tigrinya" },
  ],
  municipalities: { 729: "Saarijärvi" },
};
const amina = staff("amina", PRESENCE.AVAILABLE, ["ar"], { name: "Amina" });
const selam = staff("selam", PRESENCE.AVAILABLE, ["ti"], { name: "Selam", role: ROLE.INTERPRETER });
const one = call("a", CALL_STATE.WAITING, "ar", 4);

/** What every button of the board tells when the desk answers like this. @param {object} answer */
async function toldBy(answer) {
  const actions = createActions({ command: async () => answer });
  const told = [];
  for (const deed of [
    () => actions.raise(one),
    () => actions.give(one, amina),
    () => actions.move(one, "ti"),
    () => actions.end(one),
    () => actions.setStaff(amina, PRESENCE.AWAY),
    () => actions.closeLanguage("ar"),
    () => actions.openLanguage("ar"),
    () => actions.setNotice(null, WAITING_NOTICE.TECHNICAL),
    () => actions.setNotice("ar", null),
  ]) {
    await deed();
    told.push(toldWords(boot, actions.told.value));
  }
  return told;
}

test("what was done is said, each deed in words of its own", async () => {
  const told = await toldBy({ ok: true });
  assert.deepEqual(told, [
    "Put in front: Arabic, Saarijärvi.",
    "Given to Amina: Arabic, Saarijärvi. It rings there as soon as they are free.",
    "Moved to another language: Arabic, Saarijärvi. Now it waits for: Tigrinya.",
    "Ended: Arabic, Saarijärvi.",
    "Amina was set to: Away.",
    "Closed to new visitors: Arabic.",
    "Open to new visitors again: Arabic.",
    "The message is shown now. Everybody who waits.",
    "The message was taken back. Those who wait for: Arabic.",
  ]);
});

test("every refusal of every deed is said whole", async () => {
  for (const code of Object.values(ERROR_CODE)) {
    for (const words of await toldBy({ ok: false, code, detail: "" })) {
      assert.match(words, /^[^{}]+[.)]$/, code);
    }
  }
  const [, given, , , set] = await toldBy({ ok: false, code: ERROR_CODE.NOT_ON_DUTY, detail: "" });
  assert.equal(given, "Amina takes no new calls any more. The call keeps its place.");
  assert.equal(set, "Amina has no console open. Nothing was changed.");
  assert.match((await toldBy({ ok: false, code: ERROR_CODE.WRONG_STATE, detail: "" }))[4], /^Amina is in a call now\./);
});

test("a call says who is in it, who is rung, for whom it is kept and whom it waits for", () => {
  const ask = { ask: ASK.INTERPRETER, language: "ti", staff: null, since_ms: NOW - 4 * MINUTE_MS, ringing: true };
  const talks = call("b", CALL_STATE.CONNECTED, "ar", 9, { staff: ["amina", "selam"], ask });
  const desk = deskOf(amina, selam, talks);
  assert.equal(withWords(desk, talks), "Amina · rings at: Selam (interpreter)");
  assert.equal(askWords(boot, desk, talks, NOW), "waits for an interpreter (Tigrinya), 4 minutes");
  const colleague = { ...talks, ask: { ...ask, ask: ASK.COLLEAGUE, language: null, staff: "selam" } };
  assert.equal(askWords(boot, desk, colleague, NOW), "waits for Selam, 4 minutes");
  assert.equal(withWords(desk, { ...one, named: "amina" }), "kept for: Amina");
  assert.equal(withWords(desk, { ...one, named: "amina", staff: ["amina"], state: CALL_STATE.RINGING }), "rings at: Amina");
  assert.equal(withWords(desk, one), "");
  assert.equal(askWords(boot, desk, one, NOW), "");
});

test("a place is the kiosk's name, with its municipality where the name does not say it", () => {
  const named = (name) => deskOf({ ...kiosk("saarijarvi", true), name });
  assert.equal(placeWords(boot, named("Saarijärvi library"), one), "Saarijärvi library");
  assert.equal(placeWords(boot, named("Main library"), one), "Saarijärvi, Main library");
  assert.equal(placeWords(boot, deskOf(), one), "Saarijärvi");
});

test("no tier, wish or message is without words", () => {
  for (const words of [
    ...Object.values(TIER_NAME).map((tier) => tierWords({ ...one, tier })),
    ...Object.values(GENDER).map(wishWords),
    ...Object.values(WAITING_NOTICE).map(noticeWords),
  ]) {
    assert.ok(words.length > 5);
  }
  assert.equal(tierWords(one) + wishWords(null), "");
  assert.equal(tierWords({ ...one, state: CALL_STATE.RINGING }), "Advisor asked for by name");
  assert.equal(audienceWords(boot, "all"), audienceWords(boot, null));
});

test("a call that nobody on duty speaks says in which languages there is help", () => {
  const { sentence, advice } = worstWords(boot, { kind: "unspoken", call: { ...one, language: "ti", also: ["ar"] }, waitMs: 3 * MINUTE_MS }, NOW);
  assert.equal(sentence, "Somebody in Saarijärvi has waited 3 minutes for Tigrinya, and nobody on duty speaks it.");
  assert.match(advice, /another language that they speak: Arabic\./);
});

test("a long wait says whether the call rings, is kept for somebody or is passed by", () => {
  const advice = (fields) => worstWords(boot, { kind: "long_wait", call: { ...one, ...fields }, waitMs: 11 * MINUTE_MS }, NOW).advice;
  assert.equal(advice({ state: CALL_STATE.RINGING }), "It is being offered to an advisor now.");
  assert.equal(advice({ named: "amina" }), "It is kept for one advisor by name.");
  assert.equal(advice({}), "Everybody who speaks it is busy or has passed the call on.");
});
