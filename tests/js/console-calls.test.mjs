// Who is in a call, who could come, and what a change of the desk means. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  colleaguesOnDuty,
  DUTY,
  inCommon,
  interpretersHere,
  isFull,
  languageToInterpret,
  leftTo,
  partOf,
  reachable,
  rungFor,
  staffedLanguages,
  steppingOut,
} from "../../web/static/console/call-model.js";
import { isNewState, remembered, unread, whatHappened } from "../../web/static/console/changes.js";
import { seen } from "../../web/static/console/model.js";
import {
  askedAtFirst,
  besideOf,
  cameBack,
  knowsToo,
  offerLanguage,
  spokenHere,
  spokenInstead,
  waitedFor,
  whyHere,
  wishOf,
} from "../../web/static/console/offer-model.js";
import { ASK, CALL_CHANNEL, DESK_WORK, END_REASON, LEVEL, OFFER_KIND, PASSED_ON, PRESENCE, ROLE, TIER_NAME } from "../../web/static/shared/wire.gen.js";
import { PAGE, T0, after, colleague, deskOf, offer, person, self, talk, waits, wrapUp } from "./console-desk.mjs";

const INTERPRETER = ROLE.INTERPRETER;
const selam = person("selam", INTERPRETER);
const mika = person("mika", ROLE.ADVISOR, { since_ms: T0 + 5 });
const asked = (fields = {}) => ({ ask: ASK.INTERPRETER, language: "ti", staff: null, since_ms: T0, ringing: true, ...fields });

/** What happened between two desks, the second made of the first. */
function happened(before, put, gone = [], { done = new Map(), now = T0 } = {}) {
  const desk = after(before, put, gone);
  return whatHappened(seen(before, PAGE), seen(desk, PAGE), desk, done, now);
}
const kinds = (list) => list.map(({ kind }) => kind);
const gone = (kind, id, reason = null) => ({ kind, id, reason });

// ---------------------------------------------------------------- who is in a call

test("who comes first serves, interpreters interpret, other advisors help", () => {
  const call = talk({ people: [person("amina"), selam, mika] });
  assert.deepEqual(["amina", "selam", "mika"].map((id) => partOf(call, id)), ["serves", "interprets", "helps"]);
});

test("the visitor and three of the staff are the most", () => {
  assert.equal(isFull(talk({ people: [person("amina"), selam] })), false);
  assert.equal(isFull(talk({ people: [person("amina"), selam, mika] })), true);
});

test("an advisor leaves a call to the other advisor who has been in it longest, and to nobody else", () => {
  const early = person("olena", ROLE.ADVISOR, { since_ms: T0 + 1 });
  assert.equal(leftTo(talk({ people: [person("amina"), selam] }), "amina"), null);
  assert.equal(leftTo(talk({ people: [person("amina"), mika, early] }), "amina").id, "olena");
});

test("interpreters may always leave, advisors only beside another one", () => {
  const alone = talk({ people: [person("amina"), selam] });
  assert.deepEqual(steppingOut(alone, self()), { may: false, to: null });
  assert.deepEqual(steppingOut(alone, self({ id: "selam", role: INTERPRETER })), { may: true, to: null });
  const beside = talk({ people: [person("amina"), mika] });
  assert.deepEqual(steppingOut(beside, self()), { may: true, to: mika });
  assert.deepEqual(steppingOut({ ...beside, serves: false }, self({ id: "mika" })), { may: true, to: null });
});

// ---------------------------------------------------------------- who could come

test("colleagues on duty: who is free first, advisors before interpreters, nobody who is in it or away", () => {
  const desk = deskOf(
    colleague("olena", PRESENCE.IN_CALL),
    colleague("farid", PRESENCE.AVAILABLE, { role: INTERPRETER }),
    colleague("kaisa", PRESENCE.AWAY),
    colleague("mika", PRESENCE.AVAILABLE),
    colleague("amina", PRESENCE.IN_CALL),
    colleague("sami", PRESENCE.SERVING),
  );
  assert.deepEqual(colleaguesOnDuty(desk, talk()).map(({ id }) => id), ["mika", "farid", "olena", "sami"]);
});

test("how many are on duty and free for a language, by role", () => {
  const ti = { ti: LEVEL.NATIVE, en: LEVEL.FLUENT };
  const desk = deskOf(
    colleague("selam", PRESENCE.AVAILABLE, { role: INTERPRETER, languages: ti }),
    colleague("abel", PRESENCE.IN_CALL, { role: INTERPRETER, languages: { ti: LEVEL.NATIVE } }),
    colleague("mika", PRESENCE.AVAILABLE, { languages: ti }),
  );
  assert.deepEqual(staffedLanguages(desk, talk(), INTERPRETER), { ti: { onDuty: 2, available: 1 }, en: { onDuty: 1, available: 1 } });
  assert.deepEqual(staffedLanguages(desk, talk(), ROLE.ADVISOR).ti, { onDuty: 1, available: 1 });
});

test("interpreters for a language who are in the call already are found there", () => {
  const ti = { role: INTERPRETER, languages: { ti: LEVEL.NATIVE } };
  const desk = deskOf(colleague("selam", PRESENCE.IN_CALL, ti), colleague("abel", PRESENCE.AVAILABLE, ti));
  const call = talk({ people: [person("amina"), selam] });
  assert.deepEqual(interpretersHere(desk, call, "ti"), [selam]);
  assert.deepEqual(interpretersHere(desk, call, "th"), []);
});

test("an interpreter is asked for what the visitor asked for, never for what the advisor speaks", () => {
  assert.equal(languageToInterpret(talk({ asked: "ti", language: "en" }), self()), "ti");
  assert.equal(languageToInterpret(talk({ asked: "ar", language: "ru" }), self()), "ru");
  assert.equal(languageToInterpret(talk(), self()), "");
});

test("who could serve a visitor passed on: advisors, else one with an interpreter they can talk to, never who passes on", () => {
  const fi = { fi: LEVEL.NATIVE };
  const desk = deskOf(
    colleague("amina", PRESENCE.IN_CALL, { languages: { ar: LEVEL.NATIVE, fi: LEVEL.FLUENT } }),
    colleague("mika", PRESENCE.SERVING, { languages: fi }),
    colleague("selam", PRESENCE.IN_CALL, { role: INTERPRETER, languages: { ti: LEVEL.NATIVE, ...fi } }),
    colleague("mali", PRESENCE.AVAILABLE, { role: INTERPRETER, languages: { th: LEVEL.NATIVE } }),
    colleague("olga", PRESENCE.AWAY, { languages: { ru: LEVEL.NATIVE } }),
  );
  assert.deepEqual(reachable(desk, "amina"), {
    fi: { duty: DUTY.ADVISOR, onDuty: 1, available: 0 },
    ti: { duty: DUTY.INTERPRETED, onDuty: 0, available: 0 },
  });
});

test("who is rung for an ask is named where there can be no doubt", () => {
  const ti = { role: INTERPRETER, languages: { ti: LEVEL.NATIVE } };
  const one = deskOf(colleague("selam", PRESENCE.RINGING, ti), colleague("mika", PRESENCE.RINGING));
  assert.equal(rungFor(one, asked()).id, "selam");
  assert.equal(rungFor(one, asked({ ringing: false })), null);
  assert.equal(rungFor(one, asked({ ask: ASK.COLLEAGUE, language: null, staff: "mika" })).id, "mika");
  const two = deskOf(colleague("selam", PRESENCE.RINGING, ti), colleague("abel", PRESENCE.RINGING, ti));
  assert.equal(rungFor(two, asked()), null);
});

test("the large language of an offer is the one this person is rung for, beside an interpreter the visitor's", () => {
  const other = offer({ tier: TIER_NAME.OTHER_LANGUAGE, language: "ti", speak: "en" });
  assert.equal(offerLanguage(other, self()), "en");
  assert.equal(offerLanguage(offer({ tier: TIER_NAME.INTERPRETED, language: "ti", speak: "en" }), self()), "ti");
  assert.equal(offerLanguage(offer({ offer: OFFER_KIND.JOIN, tier: null, language: "ar", speak: "ti" }), self({ role: INTERPRETER })), "ti");
});

test("an offer says why it rings here: asked into it, from a colleague, from the supervisor, or in turn", () => {
  assert.equal(whyHere(offer()), "waits");
  assert.equal(whyHere(offer({ offer: OFFER_KIND.JOIN, named: true })), "join");
  assert.equal(whyHere(offer({ named: true, passed_on: PASSED_ON.COLLEAGUE })), "from_colleague");
  assert.equal(whyHere(offer({ named: true })), "given");
  assert.equal(whyHere(offer({ passed_on: PASSED_ON.COLLEAGUE })), "waits");
});

test("that somebody has talked already is said once", () => {
  assert.equal(cameBack(offer()), null);
  assert.equal(cameBack(offer({ passed_on: PASSED_ON.LANGUAGE })), "passed_on");
  assert.equal(cameBack(offer({ passed_on: PASSED_ON.LOST })), "lost");
  assert.equal(cameBack(offer({ passed_on: PASSED_ON.COLLEAGUE })), "passed_on");
  assert.equal(cameBack(offer({ named: true, passed_on: PASSED_ON.COLLEAGUE })), null, "the title says it");
});

test("after a transfer the language that was asked for at first is not the queue's", () => {
  const moved = offer({ asked: "ar", language: "ru", speak: "ar", tier: TIER_NAME.OTHER_LANGUAGE });
  assert.equal(askedAtFirst(moved), "ar");
  assert.equal(askedAtFirst(offer()), null);
  assert.equal(knowsToo(moved, self()), "asked");
  assert.equal(knowsToo({ ...moved, speak: "en" }, self()), "knows");
  assert.equal(knowsToo(offer(), self()), null);
});

test("by name one may be rung for a language that one does not speak, which is said", () => {
  const named = offer({ named: true, tier: null, asked: "ru", language: "ru", speak: "ru" });
  assert.equal(knowsToo(named, self()), "not_spoken");
  assert.equal(knowsToo({ ...named, speak: "en" }, self()), "knows");
});

test("an advisor speaks what they are here for, where they speak it at all", () => {
  assert.equal(spokenHere(offer({ speak: "en" }), self()), "en");
  assert.equal(spokenHere(offer({ speak: "ti" }), self()), null, "beside an interpreter");
  assert.equal(spokenHere(offer({ speak: "en" }), self({ role: INTERPRETER })), null);
  assert.equal(spokenInstead(talk({ asked: "ti", speak: "en" }), self()), "en");
  assert.equal(spokenInstead(talk({ asked: "ar", speak: "ar" }), self()), null);
});

test("a wish is told to who would serve, not to who is asked to join", () => {
  assert.equal(wishOf(offer({ wish: "woman" })), "woman");
  assert.equal(wishOf(offer({ wish: "woman", offer: OFFER_KIND.JOIN })), null);
});

test("one works with who asks one to come, or is rung with one", () => {
  const rung = [{ id: "selam", name: "Selam", role: INTERPRETER, accepted: false }];
  const desk = deskOf(colleague("selam", PRESENCE.RINGING), colleague("mika", PRESENCE.IN_CALL));
  assert.equal(besideOf(desk, offer({ rung })).id, "selam");
  assert.equal(besideOf(desk, offer({ offer: OFFER_KIND.JOIN, people: [mika] })).id, "mika");
  assert.equal(besideOf(desk, offer()), null);
});

test("waited for are those rung who have not accepted", () => {
  const rung = [
    { id: "selam", name: "Selam", role: INTERPRETER, accepted: false },
    { id: "abel", name: "Abel", role: INTERPRETER, accepted: true },
  ];
  assert.deepEqual(waitedFor(offer({ rung })).map(({ id }) => id), ["selam"]);
});

test("the languages two have in common, one's own first", () => {
  const other = colleague("selam", PRESENCE.AVAILABLE, { languages: { en: LEVEL.FLUENT, ar: LEVEL.FLUENT, ti: LEVEL.NATIVE } });
  assert.deepEqual(inCommon(self(), other), ["ar", "en"]);
  assert.deepEqual(inCommon(self(), null), []);
});

// ---------------------------------------------------------------- what happened

const ringing = (fields) => deskOf(self({ presence: PRESENCE.RINGING }), offer(fields), waits("call-1", "ar", T0));
const inCall = (fields) => deskOf(self({ presence: PRESENCE.IN_CALL }), talk(fields));
const offerGone = gone("own_offer", "offer-1");

test("an offer that goes with its visitor is told from one that goes on to somebody else", () => {
  const left = happened(ringing(), [self()], [offerGone, gone("waiting", "call-1", END_REASON.ABANDONED)]);
  assert.deepEqual(kinds(left), ["visitor_left"]);
  assert.deepEqual(happened(ringing(), [self()], [offerGone]), []);
  const accepted = happened(ringing(), [self({ presence: PRESENCE.IN_CALL }), talk()], [offerGone, gone("waiting", "call-1")]);
  assert.deepEqual(accepted, []);
});

test("an offer that the other one did not take names them, and one's own decline is not told", () => {
  const rung = [{ id: "selam", name: "Selam", role: INTERPRETER, accepted: false }];
  const pair = ringing({ accepted: true, rung });
  assert.deepEqual(happened(pair, [self()], [offerGone]), [{ kind: "not_taken", name: "Selam", channel: CALL_CHANNEL.VIDEO }]);
  const declined = new Map([["offer-1", "decline"]]);
  assert.deepEqual(happened(pair, [self()], [offerGone], { done: declined }), []);
});

test("a conversation that needs one no longer says so", () => {
  assert.deepEqual(kinds(happened(ringing({ offer: OFFER_KIND.JOIN }), [self()], [offerGone])), ["not_needed"]);
});

test("an offer that rang out makes away, and beside chats is told", () => {
  const missed = self({ presence: PRESENCE.AWAY });
  assert.deepEqual(happened(ringing(), [missed], [offerGone]), []);
  const chat = talk({ id: "call-2", channel: CALL_CHANNEL.CHAT });
  const beside = deskOf(self({ presence: PRESENCE.RINGING }), chat, offer(), waits("call-1", "ar", T0));
  const back = self({ presence: PRESENCE.IN_CALL });
  assert.deepEqual(kinds(happened(beside, [back], [offerGone], { now: T0 + 25_000 })), ["missed"]);
  assert.deepEqual(happened(beside, [back], [offerGone], { now: T0 + 9000 }), []);
});

test("what was said is over when something else goes on, not when somebody of the call comes or goes", () => {
  const see = (desk) => seen(desk, PAGE);
  const before = inCall();
  assert.equal(isNewState(see(before), see(after(before, [talk({ people: [person("amina"), selam] })]))), false);
  assert.equal(isNewState(see(before), see(deskOf(self()))), true);
  assert.equal(isNewState(see(deskOf(self())), see(ringing())), true);
  assert.equal(isNewState(see(ringing()), see(ringing({ accepted: true }))), true);
  const chat = talk({ id: "call-2", channel: CALL_CHANNEL.CHAT });
  assert.equal(isNewState(see(before), see(after(before, [chat]))), true);
});

test("people come and go, and the one who served may leave the call to this page", () => {
  assert.deepEqual(kinds(happened(inCall(), [talk({ people: [person("amina"), selam] })])), ["joined"]);
  assert.deepEqual(kinds(happened(inCall({ people: [person("amina"), selam] }), [talk()])), ["left"]);
  const helping = inCall({ serves: false, people: [mika, person("amina")] });
  assert.deepEqual(happened(helping, [talk()]), [{ kind: "serves_now", person: mika, name: "mika" }]);
});

test("an ask that nobody came for is told, one that was met or taken back is not", () => {
  const asking = inCall({ ask: asked() });
  assert.deepEqual(happened(asking, [talk()]), [{ kind: "nobody_came", ask: asked() }]);
  assert.deepEqual(kinds(happened(asking, [talk({ people: [person("amina"), selam] })])), ["joined"]);
  assert.deepEqual(happened(asking, [talk()], [], { done: new Map([["call-1", "cancel_ask"]]) }), []);
});

test("a call that one did not serve is over, or goes on without one", () => {
  const beside = inCall({ serves: false, people: [mika, person("amina")] });
  const over = happened(beside, [self()], [gone("advisor_call", "call-1", END_REASON.COMPLETED)]);
  assert.deepEqual(over, [{ kind: "over", channel: CALL_CHANNEL.VIDEO, reason: END_REASON.COMPLETED }]);
  assert.deepEqual(kinds(happened(beside, [self()], [gone("advisor_call", "call-1")])), ["passed_on"]);
});

test("what was done here is told as done", () => {
  const callGone = [gone("advisor_call", "call-1")];
  const by = (doing) => ({ done: new Map([["call-1", doing]]) });
  assert.deepEqual(kinds(happened(inCall(), [self()], callGone, by("transfer"))), ["transferred"]);
  assert.deepEqual(kinds(happened(inCall(), [self()], callGone, by("step_out"))), ["stepped_out"]);
});

test("a call with a wrap-up says by that how it ended, and a snapshot tells nothing", () => {
  const ended = [gone("advisor_call", "call-1", END_REASON.VISITOR_LEFT)];
  const wrapping = self({ presence: PRESENCE.WRAP_UP, wrap_ups: [wrapUp("call-1")] });
  assert.deepEqual(happened(inCall(), [wrapping], ended), []);
  const fresh = deskOf(self());
  assert.deepEqual(whatHappened(seen(inCall(), PAGE), seen(fresh, PAGE), fresh, new Map(), T0), []);
});

// ---------------------------------------------------------------- what is remembered

test("a call is remembered until it is wrapped up, with how it ended", () => {
  const before = inCall({ channel: CALL_CHANNEL.CHAT });
  const talking = remembered({}, seen(deskOf(self()), PAGE), seen(before, PAGE), before);
  assert.equal(talking["call-1"].reason, null);
  const ended = after(before, [self({ presence: PRESENCE.WRAP_UP, wrap_ups: [wrapUp("call-1")] })], [
    gone("advisor_call", "call-1", END_REASON.VISITOR_LEFT),
  ]);
  const over = remembered(talking, seen(before, PAGE), seen(ended, PAGE), ended);
  assert.deepEqual(over["call-1"], {
    language: "ar",
    municipality: "729",
    kiosk_name: "Saarijärvi library",
    channel: CALL_CHANNEL.CHAT,
    reason: END_REASON.VISITOR_LEFT,
  });
  const later = after(ended, [self()]);
  assert.deepEqual(remembered(over, seen(ended, PAGE), seen(later, PAGE), later), {});
});

test("of a phone call the language is remembered, of a call before the page was loaded nothing", () => {
  const serving = deskOf(self({ presence: PRESENCE.SERVING, serving: { work: DESK_WORK.PHONE, language: "ar", since_ms: T0 } }));
  const done = after(serving, [self({ presence: PRESENCE.WRAP_UP, wrap_ups: [wrapUp("desk-1", 1, { work: DESK_WORK.PHONE })] })]);
  assert.equal(remembered({}, seen(serving, PAGE), seen(done, PAGE), done)["desk-1"].language, "ar");
  const reloaded = deskOf(self({ presence: PRESENCE.WRAP_UP, wrap_ups: [wrapUp("call-9")] }));
  assert.deepEqual(remembered({}, seen(deskOf(), PAGE), seen(reloaded, PAGE), reloaded), {});
});

test("unread are the others' lines beyond those that were looked at", () => {
  const line = (from, author = "") => ({ from, author });
  const lines = [line("visitor"), line("advisor", "amina"), line("interpreter", "selam"), line("visitor")];
  assert.equal(unread(lines, "amina", 0), 3);
  assert.equal(unread(lines, "amina", 2), 1);
  assert.equal(unread(lines, "amina", 9), 0);
});
