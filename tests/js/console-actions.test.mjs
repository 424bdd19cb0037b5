// What the console's buttons send, and what is remembered of it. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions } from "../../web/static/console/actions.js";
import { seen } from "../../web/static/console/model.js";
import { createSaving } from "../../web/static/console/saving.js";
import { ERROR_CODE, EVENT, OFFER_KIND, PRESENCE } from "../../web/static/shared/wire.gen.js";
import { PAGE, deskOf, self, wrapUp } from "./console-desk.mjs";

/** A line to the bridge that answers when it is told to. */
function line() {
  const sent = [];
  const waiting = [];
  return {
    sent,
    answer: (answer = { ok: true }) => waiting.shift()(answer),
    command(event, fields) {
      sent.push([event, fields]);
      return new Promise((resolve) => waiting.push(resolve));
    },
  };
}

test("the same command about the same call is sent once, about another call beside it", async () => {
  const bridge = line();
  const actions = createActions(bridge);
  const first = actions.end("call-1");
  assert.equal(await actions.end("call-1"), false);
  const second = actions.end("call-2");
  assert.deepEqual([actions.isUnderWay(EVENT.END, "call-1"), actions.isUnderWay(EVENT.END, "call-3")], [true, false]);
  bridge.answer();
  bridge.answer();
  assert.deepEqual([await first, await second], [true, true]);
  assert.deepEqual(bridge.sent.map(([, { call }]) => call), ["call-1", "call-2"]);
  assert.equal(actions.isUnderWay(EVENT.END, "call-1"), false);
});

test("what is done here is known before its fact comes, and forgotten when it was refused", async () => {
  const bridge = line();
  const actions = createActions(bridge);
  const passing = actions.transfer("call-1", { language: "ru", staff: null });
  assert.equal(actions.done.get("call-1"), "transfer");
  bridge.answer({ ok: false, code: ERROR_CODE.NOT_ON_DUTY, detail: "" });
  assert.equal(await passing, false);
  assert.equal(actions.done.has("call-1"), false);
  assert.deepEqual(actions.refused.value, { event: EVENT.TRANSFER, code: ERROR_CODE.NOT_ON_DUTY });
});

test("what is known of a call's media is told before it is left", () => {
  const bridge = line();
  const told = [];
  const actions = createActions(bridge, (call) => told.push([call, bridge.sent.length]));
  void actions.stepOut("call-1");
  void actions.transfer("call-2", { language: null, staff: "mika" });
  void actions.end("call-3");
  assert.deepEqual(told, [["call-1", 0], ["call-2", 1], ["call-3", 2]]);
});

test("being away has a reason, being available has none, and a language need not be said", () => {
  const bridge = line();
  const actions = createActions(bridge);
  void actions.setPresence(PRESENCE.AWAY, "lunch");
  bridge.answer();
  void actions.serve("visit", "");
  void actions.setShift(null);
  assert.deepEqual(bridge.sent, [
    [EVENT.SET_PRESENCE, { presence: PRESENCE.AWAY, reason: "lunch" }],
    [EVENT.SERVE, { work: "visit", language: null }],
    [EVENT.SET_SHIFT, { ends_at_ms: null }],
  ]);
});

test("why one is away is kept for when one is, and as it was when that was refused", async () => {
  const bridge = line();
  const actions = createActions(bridge);
  const lunch = actions.setPresence(PRESENCE.AWAY, "lunch");
  assert.equal(actions.awayFor.value, "lunch");
  bridge.answer();
  await lunch;
  const back = actions.goAvailable();
  bridge.answer({ ok: false, code: ERROR_CODE.WRONG_STATE, detail: "" });
  await back;
  assert.equal(actions.awayFor.value, "lunch");
  void actions.leaveAsSaid(PRESENCE.AWAY);
  assert.deepEqual(bridge.sent.at(-1), [EVENT.SET_PRESENCE, { presence: PRESENCE.AWAY, reason: "lunch" }]);
  bridge.answer();
});

/** A signal, as far as it is read. */
const held = (value) => ({ peek: () => value });

/** A page with these wrap-ups and chats, and what its saving sends. */
function saving(fields, chats = []) {
  const sent = [];
  const page = held(seen(deskOf(self({ presence: PRESENCE.WRAP_UP, ...fields }), ...chats), PAGE));
  const actions = {
    wrapUp: async ({ call }, then) => sent.push(["wrap_up", call, then]) > 0,
    leaveAsSaid: async (presence) => sent.push(["leave", presence]) > 0,
  };
  return { sent, save: createSaving({ page, drafts: held({}), actions }) };
}

test("a saved wrap-up leaves one available, or away when that is chosen", async () => {
  const { sent, save } = saving({ wrap_ups: [wrapUp("a")] });
  await save("a");
  await save("a", PRESENCE.AWAY);
  assert.deepEqual(sent, [["wrap_up", "a", PRESENCE.AVAILABLE], ["wrap_up", "a", PRESENCE.AWAY]]);
});

test("what was said for after the chats is kept by saving, and taken back by saying available", async () => {
  const said = { afterwards: PRESENCE.OFFLINE };
  const several = saving({ ...said, wrap_ups: [wrapUp("a"), wrapUp("b")] });
  await several.save("a");
  assert.deepEqual(several.sent, [["wrap_up", "a", PRESENCE.AWAY]]);
  const last = saving({ ...said, wrap_ups: [wrapUp("b")] });
  await last.save("b");
  assert.deepEqual(last.sent, [["wrap_up", "b", PRESENCE.AWAY], ["leave", PRESENCE.OFFLINE]]);
  const back = saving({ ...said, wrap_ups: [wrapUp("b")] });
  await back.save("b", PRESENCE.AVAILABLE);
  assert.deepEqual(back.sent, [["wrap_up", "b", PRESENCE.AVAILABLE]]);
});

test("an offer that was declined here is said to be passed on, one whose decline was refused is not", async () => {
  const bridge = line();
  const actions = createActions(bridge);
  const first = actions.decline({ id: "offer-1", offer: OFFER_KIND.SERVE });
  bridge.answer();
  await first;
  assert.equal(actions.passedOn.value, true);
  const second = actions.decline({ id: "offer-2", offer: OFFER_KIND.SERVE });
  bridge.answer({ ok: false, code: ERROR_CODE.OFFER_OVER, detail: "" });
  await second;
  assert.equal(actions.passedOn.value, false);
  const invited = actions.decline({ id: "offer-3", offer: OFFER_KIND.JOIN });
  bridge.answer();
  await invited;
  assert.equal(actions.passedOn.value, false, "who cannot join has passed no visitor on");
});
