// What the console makes of the desk. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  draftOf,
  emptyDraft,
  stillOpen,
  toggleOnward,
  toggleOutcome,
  toggleTopic,
  withChange,
  wrapUpFields,
} from "../../web/static/console/draft.js";
import {
  VIEW,
  isIdle,
  goesOn,
  keyAction,
  leavesAfterwards,
  notices,
  offerClock,
  opened,
  presenceChange,
  queue,
  queueShown,
  ringsHow,
  seen,
  targets,
  topicOfKey,
  waitingByLanguage,
} from "../../web/static/console/model.js";
import { emptyDesk } from "../../web/static/shared/desk.js";
import { CALL_CHANNEL, CONTACT_OUTCOME, LEVEL, ONWARD, PRESENCE, ROLE, WAITING_NOTICE } from "../../web/static/shared/wire.gen.js";
import { PAGE, T0, deskOf, link, offer, self, talk, waits, wrapUp } from "./console-desk.mjs";

const key = (name, fields = {}) => ({
  key: name,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  defaultPrevented: false,
  ...fields,
});
const where = (fields = {}) => ({ rings: "", accepted: false, wrapUp: false, inField: false, onControl: false, ...fields });

test("a page that has heard nothing is connecting", () => {
  assert.equal(seen(emptyDesk(), PAGE).view, VIEW.CONNECTING);
  assert.deepEqual(targets(seen(emptyDesk(), PAGE)), []);
});

test("the view is the presence", () => {
  for (const presence of Object.values(PRESENCE)) {
    assert.equal(seen(deskOf(self({ presence })), PAGE).view, presence);
  }
});

test("an offer takes the middle only where nothing else is going on", () => {
  const rung = { presence: PRESENCE.RINGING };
  const alone = seen(deskOf(self(rung), offer()), PAGE);
  assert.deepEqual([alone.view, ringsHow(alone)], [VIEW.RINGING, "whole"]);
  const chatting = seen(deskOf(self(rung), offer(), talk({ id: "call-2", channel: CALL_CHANNEL.CHAT })), PAGE);
  assert.deepEqual([chatting.view, ringsHow(chatting)], [VIEW.IN_CALL, "beside"]);
  const wrapping = seen(deskOf(self({ ...rung, wrap_ups: [wrapUp("call-2")] }), offer()), PAGE);
  assert.deepEqual([wrapping.view, ringsHow(wrapping)], [VIEW.WRAP_UP, "beside"]);
  assert.equal(ringsHow(seen(deskOf(self()), PAGE)), "");
});

test("the links of every call and of the offer are followed", () => {
  const ringing = seen(deskOf(self({ presence: PRESENCE.RINGING }), offer()), PAGE);
  assert.deepEqual(targets(ringing), [
    { call: "call-1", channel: CALL_CHANNEL.VIDEO, serves: false, links: [link(1, "visitor", { talking: false })] },
  ]);
  const chats = [talk({ id: "call-2", channel: CALL_CHANNEL.CHAT, since_ms: T0 }), talk({ id: "call-3", channel: CALL_CHANNEL.CHAT, since_ms: T0 - 1 })];
  const both = seen(deskOf(self({ presence: PRESENCE.RINGING }), ...chats, offer({ channel: CALL_CHANNEL.CHAT })), PAGE);
  assert.deepEqual(targets(both).map(({ call, serves }) => [call, serves]), [
    ["call-3", true],
    ["call-2", true],
    ["call-1", false],
  ]);
});

test("a page that another page took the desk from shows and follows nothing", () => {
  const elsewhere = seen(deskOf(self({ page: "other-page", presence: PRESENCE.IN_CALL }), talk()), PAGE);
  assert.equal(elsewhere.view, VIEW.ELSEWHERE);
  assert.deepEqual(elsewhere.calls, []);
  assert.deepEqual(targets(elsewhere), []);
});

test("nothing is idle that would be lost by loading the page anew", () => {
  const idle = Object.values(PRESENCE).filter((presence) => isIdle(seen(deskOf(self({ presence })), PAGE)));
  assert.deepEqual(idle, [PRESENCE.OFFLINE, PRESENCE.AVAILABLE, PRESENCE.AWAY]);
});

test("presence is one's own to change while nothing is being served", () => {
  const may = Object.values(PRESENCE).filter((presence) => presenceChange(seen(deskOf(self({ presence })), PAGE)) === "now");
  assert.deepEqual(may, [PRESENCE.OFFLINE, PRESENCE.AVAILABLE, PRESENCE.AWAY]);
});

test("in chats only one says what one is afterwards, also while a further one rings; in a call with sound nothing", () => {
  const chat = talk({ channel: CALL_CHANNEL.CHAT });
  const when = (presence, ...more) => presenceChange(seen(deskOf(self({ presence }), ...more), PAGE));
  assert.equal(when(PRESENCE.IN_CALL, chat), "afterwards");
  assert.equal(when(PRESENCE.RINGING, chat, offer({ call: "call-2" })), "afterwards");
  assert.equal(when(PRESENCE.IN_CALL, talk()), "no");
  assert.equal(when(PRESENCE.RINGING, offer()), "no");
});

test("somebody leaves after their chats once they have said so", () => {
  const said = (afterwards) => leavesAfterwards(self({ afterwards }));
  assert.deepEqual([null, PRESENCE.AVAILABLE, PRESENCE.AWAY, PRESENCE.OFFLINE].map(said), [false, false, true, true]);
});

test("after a wrap-up something goes on while there is a chat or another wrap-up", () => {
  const wrapping = (...calls) => self({ presence: PRESENCE.WRAP_UP, wrap_ups: calls.map((call) => wrapUp(call)) });
  assert.equal(goesOn(seen(deskOf(wrapping("a")), PAGE), "a"), false);
  assert.equal(goesOn(seen(deskOf(wrapping("a", "b")), PAGE), "a"), true);
  const chatting = deskOf(self({ presence: PRESENCE.IN_CALL, wrap_ups: [wrapUp("a")] }), talk({ channel: CALL_CHANNEL.CHAT }));
  assert.equal(goesOn(seen(chatting, PAGE), "a"), true);
});

test("in a call who waits is a strip, and nothing while nobody waits", () => {
  const shown = (...entities) => queueShown(deskOf(...entities), seen(deskOf(...entities), PAGE));
  const inCall = self({ presence: PRESENCE.IN_CALL });
  assert.equal(shown(self()), "wide");
  assert.equal(shown(inCall, talk()), "none");
  assert.equal(shown(inCall, talk(), waits("b", "ru", T0)), "narrow");
});

test("what was chosen is open, a call that is over as its wrap-up, and else what came first", () => {
  const chats = [talk({ id: "a", since_ms: T0 }), talk({ id: "b", since_ms: T0 + 1 })];
  const chatting = seen(deskOf(self({ presence: PRESENCE.IN_CALL, wrap_ups: [wrapUp("c", 9), wrapUp("d", 5)] }), ...chats), PAGE);
  assert.equal(opened(chatting, "b").call.id, "b");
  assert.equal(opened(chatting, "").call.id, "a");
  assert.equal(opened(chatting, "gone").call.id, "a");
  assert.deepEqual([opened(chatting, "c").call, opened(chatting, "c").wrapUp.call], [null, "c"]);
  const wrapping = seen(deskOf(self({ presence: PRESENCE.WRAP_UP, wrap_ups: [wrapUp("c", 9), wrapUp("d", 5)] })), PAGE);
  assert.equal(opened(wrapping, "").wrapUp.call, "d");
  assert.equal(opened(wrapping, "c").wrapUp.call, "c");
  assert.deepEqual(opened(seen(deskOf(self()), PAGE), "c"), { call: null, wrapUp: null });
});

test("the queue tells one's own languages from the others, longest wait first", () => {
  const desk = deskOf(self(), waits("b", "ru", T0 - 9), waits("c", "ar", T0 - 1), waits("a", "ar", T0 - 5));
  const { mine, others } = queue(desk, self());
  assert.deepEqual(mine.map(({ id }) => id), ["a", "c"]);
  assert.deepEqual(others.map(({ id }) => id), ["b"]);
  assert.deepEqual(waitingByLanguage(desk, self()), [
    { language: "ru", count: 1 },
    { language: "ar", count: 2 },
  ]);
});

test("an interpreter sees the calls of the languages they interpret, and no others", () => {
  const selam = self({ id: "selam", role: ROLE.INTERPRETER, languages: { ti: LEVEL.NATIVE, en: LEVEL.FLUENT } });
  const desk = deskOf(selam, waits("b", "ru", T0 - 9), waits("c", "ti", T0 - 1));
  assert.deepEqual(queue(desk, selam).mine.map(({ id }) => id), ["c"]);
  assert.deepEqual(queue(desk, selam).others, []);
  assert.deepEqual(waitingByLanguage(desk, selam), [{ language: "ti", count: 1 }]);
});

test("messages to those who wait: everybody's first, none that is over, to an interpreter none of other languages", () => {
  const notice = (id, until_ms) => ({ kind: "notice", id, notice: WAITING_NOTICE.LONGER_WAIT, until_ms });
  const desk = deskOf(notice("ru", T0 + 9), notice("ar", T0 + 9), notice("all", T0 + 9), notice("th", T0));
  assert.deepEqual(notices(desk, self(), T0).map(({ id }) => id), ["all", "ar", "ru"]);
  const interpreter = self({ role: ROLE.INTERPRETER, languages: { ru: LEVEL.NATIVE } });
  assert.deepEqual(notices(desk, interpreter, T0).map(({ id }) => id), ["all", "ru"]);
});

test("an offer's clock runs from whole to nothing and not beyond", () => {
  assert.deepEqual(offerClock(offer(), T0), { leftMs: 25_000, share: 1 });
  assert.deepEqual(offerClock(offer(), T0 + 20_000), { leftMs: 5000, share: 0.2 });
  assert.deepEqual(offerClock(offer(), T0 + 99_000), { leftMs: 0, share: 0 });
  assert.equal(offerClock(offer(), T0 - 3000).share, 1);
});

test("Enter accepts and Escape declines while it rings, and only then", () => {
  assert.equal(keyAction(key("Enter"), where({ rings: "whole" })), "accept");
  assert.equal(keyAction(key("Escape"), where({ rings: "whole" })), "decline");
  assert.equal(keyAction(key("Enter"), where()), null);
  assert.equal(keyAction(key("Escape"), where()), null);
});

test("what was accepted and waits for the other one can be declined, and is not accepted twice", () => {
  assert.equal(keyAction(key("Enter"), where({ rings: "whole", accepted: true })), null);
  assert.equal(keyAction(key("Escape"), where({ rings: "whole", accepted: true })), "decline");
  assert.equal(keyAction(key("Enter", { altKey: true }), where({ rings: "beside", accepted: true })), null);
});

test("a field keeps its keys, a control with the focus keeps Enter, a held key does nothing", () => {
  const ringing = where({ rings: "whole" });
  assert.equal(keyAction(key("Enter"), { ...ringing, inField: true }), null);
  assert.equal(keyAction(key("Escape"), { ...ringing, inField: true }), null);
  assert.equal(keyAction(key("Enter"), { ...ringing, onControl: true }), null);
  assert.equal(keyAction(key("Escape"), { ...ringing, onControl: true }), "decline");
  assert.equal(keyAction(key("Enter", { repeat: true }), ringing), null);
});

test("an offer beside a chat is answered with Alt and Enter alone, also from the field", () => {
  const beside = where({ rings: "beside" });
  for (const inField of [true, false]) {
    assert.equal(keyAction(key("Enter"), { ...beside, inField }), null);
    assert.equal(keyAction(key("Escape"), { ...beside, inField }), null);
    assert.equal(keyAction(key("Enter", { altKey: true }), { ...beside, inField }), "accept");
    assert.equal(keyAction(key("Backspace", { altKey: true }), { ...beside, inField }), "decline");
    assert.equal(keyAction(key("Backspace"), { ...beside, inField }), null);
  }
  assert.equal(keyAction(key("Backspace", { altKey: true }), where({ rings: "whole" })), null);
  assert.equal(keyAction(key("Enter", { altKey: true }), where()), null);
});

test("a wrap-up is saved with Ctrl and Enter", () => {
  const wrapping = where({ wrapUp: true, onControl: true });
  assert.equal(keyAction(key("Enter", { ctrlKey: true }), wrapping), "save");
  assert.equal(keyAction(key("Enter", { metaKey: true }), wrapping), "save");
  assert.equal(keyAction(key("Enter"), wrapping), null);
  assert.equal(keyAction(key("Enter", { ctrlKey: true }), where()), null);
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

test("each wrap-up has a draft of its own, which is forgotten when it is closed", () => {
  const work = (draft) => toggleTopic(draft, "work");
  const drafts = withChange(withChange({}, "call-1", work), "call-2", (draft) => toggleTopic(work(draft), "health"));
  assert.deepEqual(draftOf(drafts, "call-1").topics, ["work"]);
  assert.deepEqual(draftOf(drafts, "call-2").topics, ["work", "health"]);
  assert.deepEqual(draftOf(drafts, "call-3"), emptyDraft("call-3"));
  assert.deepEqual(Object.keys(stillOpen(drafts, ["call-2"])), ["call-2"]);
});
