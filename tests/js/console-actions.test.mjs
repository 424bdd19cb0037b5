// What the console's buttons send, and what is remembered of it. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createActions } from "../../web/static/console/actions.js";
import { ERROR_CODE, EVENT, PRESENCE } from "../../web/static/shared/wire.gen.js";

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

test("an offer that was declined here is said to be passed on, one whose decline was refused is not", async () => {
  const bridge = line();
  const actions = createActions(bridge);
  const first = actions.decline("offer-1");
  bridge.answer();
  await first;
  assert.equal(actions.passedOn.value, true);
  const second = actions.decline("offer-2");
  bridge.answer({ ok: false, code: ERROR_CODE.OFFER_OVER, detail: "" });
  await second;
  assert.equal(actions.passedOn.value, false);
});
