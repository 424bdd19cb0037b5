// What the console makes of the desk. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { draftOf, emptyDraft, toggleOnward, toggleOutcome, toggleTopic, wrapUpFields } from "../../web/static/console/draft.js";
import {
  VIEW,
  endedCall,
  isIdle,
  keyAction,
  offerClock,
  queue,
  seen,
  target,
  topicOfKey,
  visitorLeftOffer,
  waitingByLanguage,
} from "../../web/static/console/model.js";
import { emptyDesk, fromSnapshot, withFact } from "../../web/static/shared/desk.js";
import { CALL_STATE, CONTACT_OUTCOME, END_REASON, FACT_NAME, LEVEL, ONWARD, PRESENCE, ROLE } from "../../web/static/shared/wire.gen.js";

const PAGE = "this-page";
const T0 = 1_700_000_000_000;

const self = (fields = {}) => ({
  kind: "self",
  id: "amina",
  page: PAGE,
  name: "Amina",
  role: ROLE.ADVISOR,
  languages: { ar: LEVEL.NATIVE, en: LEVEL.FLUENT },
  presence: PRESENCE.AVAILABLE,
  since_ms: T0,
  away_reason: null,
  wrap_up_call: null,
  wrap_up_until_ms: null,
  ...fields,
});
const waits = (id, language, joined_at_ms) => ({ kind: "waiting", id, language, municipality: "729", joined_at_ms });
const offer = {
  kind: "own_offer",
  id: "offer-1",
  call: "call-1",
  language: "ar",
  municipality: "729",
  kiosk_name: "Saarijärvi library",
  joined_at_ms: T0 - 60_000,
  made_at_ms: T0,
  expires_at_ms: T0 + 25_000,
  generation: 1,
};
const talk = {
  kind: "advisor_call",
  id: "call-1",
  state: CALL_STATE.CONNECTED,
  language: "ar",
  municipality: "729",
  kiosk_name: "Saarijärvi library",
  joined_at_ms: T0 - 60_000,
  accepted_at_ms: T0 + 5000,
  other_there: true,
  generation: 2,
};

const deskOf = (...entities) => fromSnapshot({ at: "1-0", now_ms: T0, version: 1, entities });
const after = (desk, put, gone = []) => withFact(desk, { at: "2-0", at_ms: T0, name: FACT_NAME.STAFF_PRESENCE, put, gone });
const key = (name, fields = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  defaultPrevented: false,
  ...fields,
});

test("a page that has heard nothing is connecting", () => {
  assert.equal(seen(emptyDesk(), PAGE).view, VIEW.CONNECTING);
  assert.equal(target(seen(emptyDesk(), PAGE)), null);
});

test("the view is the presence", () => {
  for (const presence of Object.values(PRESENCE)) {
    assert.equal(seen(deskOf(self({ presence })), PAGE).view, presence);
  }
});

test("an offer is followed without talking, a call with talking", () => {
  const ringing = seen(deskOf(self({ presence: PRESENCE.RINGING }), offer), PAGE);
  assert.deepEqual(target(ringing), { call: "call-1", generation: 1, talking: false });
  const talking = seen(deskOf(self({ presence: PRESENCE.IN_CALL }), talk), PAGE);
  assert.deepEqual(target(talking), { call: "call-1", generation: 2, talking: true, otherThere: true });
});

test("a page that another page took the desk from shows and follows nothing", () => {
  const elsewhere = seen(deskOf(self({ page: "other-page", presence: PRESENCE.IN_CALL }), talk), PAGE);
  assert.equal(elsewhere.view, VIEW.ELSEWHERE);
  assert.equal(elsewhere.call, null);
  assert.equal(target(elsewhere), null);
});

test("nothing is idle that would be lost by loading the page anew", () => {
  const idle = Object.values(PRESENCE).filter((presence) => isIdle(seen(deskOf(self({ presence })), PAGE)));
  assert.deepEqual(idle, [PRESENCE.OFFLINE, PRESENCE.AVAILABLE, PRESENCE.AWAY]);
});

test("the queue tells one's own languages from the others, longest wait first", () => {
  const desk = deskOf(self(), waits("b", "ru", T0 - 9), waits("c", "ar", T0 - 1), waits("a", "ar", T0 - 5));
  const { mine, others } = queue(desk, self());
  assert.deepEqual(mine.map(({ id }) => id), ["a", "c"]);
  assert.deepEqual(others.map(({ id }) => id), ["b"]);
  assert.deepEqual(waitingByLanguage(desk), [
    { language: "ru", count: 1 },
    { language: "ar", count: 2 },
  ]);
});

test("an offer's clock runs from whole to nothing and not beyond", () => {
  assert.deepEqual(offerClock(offer, T0), { leftMs: 25_000, share: 1 });
  assert.deepEqual(offerClock(offer, T0 + 20_000), { leftMs: 5000, share: 0.2 });
  assert.deepEqual(offerClock(offer, T0 + 99_000), { leftMs: 0, share: 0 });
  assert.equal(offerClock(offer, T0 - 3000).share, 1);
});

test("how a call ended is read from the change that ended it", () => {
  const before = deskOf(self({ presence: PRESENCE.IN_CALL }), talk);
  const now = after(before, [self({ presence: PRESENCE.WRAP_UP, wrap_up_call: "call-1" })], [
    { kind: "advisor_call", id: "call-1", reason: END_REASON.VISITOR_LEFT },
  ]);
  assert.deepEqual(endedCall(seen(before, PAGE), now), { call: "call-1", reason: END_REASON.VISITOR_LEFT });
  assert.equal(endedCall(seen(before, PAGE), after(before, [waits("x", "ru", T0)])), null);
});

test("an offer that goes with its visitor is told from one that goes on to somebody else", () => {
  const before = deskOf(self({ presence: PRESENCE.RINGING }), offer, waits("call-1", "ar", T0));
  const was = seen(before, PAGE);
  const offerGone = { kind: "own_offer", id: "offer-1", reason: null };
  const left = after(before, [self()], [offerGone, { kind: "waiting", id: "call-1", reason: END_REASON.ABANDONED }]);
  assert.equal(visitorLeftOffer(was, seen(left, PAGE), left), true);
  const goesOn = after(before, [self()], [offerGone]);
  assert.equal(visitorLeftOffer(was, seen(goesOn, PAGE), goesOn), false);
  const accepted = after(before, [self({ presence: PRESENCE.IN_CALL }), talk], [offerGone, { kind: "waiting", id: "call-1", reason: null }]);
  assert.equal(visitorLeftOffer(was, seen(accepted, PAGE), accepted), false);
});

test("Enter accepts and Escape declines while it rings, and only then", () => {
  const free = { inField: false, onControl: false };
  assert.equal(keyAction(key("Enter"), { view: VIEW.RINGING, ...free }), "accept");
  assert.equal(keyAction(key("Escape"), { view: VIEW.RINGING, ...free }), "decline");
  assert.equal(keyAction(key("Enter"), { view: VIEW.AVAILABLE, ...free }), null);
  assert.equal(keyAction(key("Escape"), { view: VIEW.IN_CALL, ...free }), null);
});

test("a field keeps its keys, a control with the focus keeps Enter, a held key does nothing", () => {
  assert.equal(keyAction(key("Enter"), { view: VIEW.RINGING, inField: true, onControl: false }), null);
  assert.equal(keyAction(key("Escape"), { view: VIEW.RINGING, inField: true, onControl: false }), null);
  assert.equal(keyAction(key("Enter"), { view: VIEW.RINGING, inField: false, onControl: true }), null);
  assert.equal(keyAction(key("Escape"), { view: VIEW.RINGING, inField: false, onControl: true }), "decline");
  assert.equal(keyAction(key("Enter", { repeat: true }), { view: VIEW.RINGING, inField: false, onControl: false }), null);
});

test("a wrap-up is saved with Ctrl and Enter", () => {
  const where = { view: VIEW.WRAP_UP, inField: false, onControl: true };
  assert.equal(keyAction(key("Enter", { ctrlKey: true }), where), "save");
  assert.equal(keyAction(key("Enter", { metaKey: true }), where), "save");
  assert.equal(keyAction(key("Enter"), where), null);
});

test("the keys 1 to 9 are the first nine topics", () => {
  const topics = "work social health housing permit study family money everyday form".split(" ").map((code) => ({ code }));
  assert.equal(topicOfKey(topics, key("1")), "work");
  assert.equal(topicOfKey(topics, key("9")), "everyday");
  assert.equal(topicOfKey(topics, key("0")), null);
  assert.equal(topicOfKey(topics.slice(0, 2), key("3")), null);
  assert.equal(topicOfKey(topics, key("1", { ctrlKey: true })), null);
});

test("a draft is filled in, taken back and saved", () => {
  let draft = emptyDraft("call-1");
  draft = toggleTopic(toggleTopic(toggleTopic(draft, "work"), "health"), "work");
  draft = toggleOnward(draft, ONWARD.KELA);
  draft = toggleOutcome(toggleOutcome(draft, CONTACT_OUTCOME.ADVISED), CONTACT_OUTCOME.GUIDED);
  assert.deepEqual(wrapUpFields(draft, PRESENCE.AWAY), {
    call: "call-1",
    topics: ["health"],
    onward: [ONWARD.KELA],
    outcome: CONTACT_OUTCOME.GUIDED,
    then: PRESENCE.AWAY,
  });
  assert.equal(toggleOutcome(draft, CONTACT_OUTCOME.GUIDED).outcome, null);
});

test("a draft belongs to its call", () => {
  const draft = toggleTopic(emptyDraft("call-1"), "work");
  assert.equal(draftOf(draft, "call-1"), draft);
  assert.deepEqual(draftOf(draft, "call-2"), emptyDraft("call-2"));
  assert.deepEqual(draftOf(null, "call-2"), emptyDraft("call-2"));
});
