// What the supervisor may do, and what becomes of it. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { CALL_STATE, ERROR_CODE, EVENT, LEVEL, PRESENCE, ROLE, WAITING_NOTICE } from "../../web/static/shared/wire.gen.js";
import { createActions } from "../../web/static/supervisor/actions.js";
import { ACT, callActs, canBeSet, endedBySetting, languagesToMove, staffActs, takers } from "../../web/static/supervisor/hand.js";
import { call, closed, deskOf, staff } from "./supervisor-desk.mjs";

test("a call that waits or rings can be put in front, given, moved and ended; one that is connected only ended", () => {
  const all = [ACT.RAISE, ACT.GIVE, ACT.MOVE, ACT.END];
  assert.deepEqual(callActs(call("a", CALL_STATE.WAITING, "ar", 1)), all);
  assert.deepEqual(callActs(call("a", CALL_STATE.RINGING, "ar", 1)), all);
  assert.deepEqual(callActs(call("a", CALL_STATE.WAITING, "ar", 1, { raised: true })), [ACT.GIVE, ACT.MOVE, ACT.END]);
  assert.deepEqual(callActs(call("a", CALL_STATE.CONNECTED, "ar", 1)), [ACT.END]);
  assert.deepEqual(callActs(call("a", CALL_STATE.ENDED, "ar", 1)), []);
});

test("given to: advisors on duty, who speak it first, the free before the busy, whose shift ends last", () => {
  const fluent = (id, presence, code) => staff(id, presence, [], { languages: { [code]: LEVEL.FLUENT } });
  const desk = deskOf(
    staff("olga", PRESENCE.AVAILABLE, ["ru"]),
    staff("parisa", PRESENCE.AVAILABLE, ["en"]),
    fluent("yusuf", PRESENCE.AVAILABLE, "ar"),
    staff("zahra", PRESENCE.AVAILABLE, ["ar"]),
    staff("amina", PRESENCE.IN_CALL, ["ar"]),
    staff("aaro", PRESENCE.AVAILABLE, ["ar"], { last_call: true }),
    staff("away", PRESENCE.AWAY, ["ar"]),
    staff("off", PRESENCE.OFFLINE, ["ar"]),
    staff("rung", PRESENCE.RINGING, ["ar"]),
    staff("selam", PRESENCE.AVAILABLE, ["ar"], { role: ROLE.INTERPRETER }),
    staff("helena", PRESENCE.AVAILABLE, ["ar"], { role: ROLE.SUPERVISOR }),
  );
  const found = takers(desk, call("a", CALL_STATE.RINGING, "ar", 1, { also: ["en"], staff: ["rung"] }));
  assert.deepEqual(
    found.map(({ staff: { id }, speaks, blocked }) => [id, speaks, blocked]),
    [
      ["zahra", "native", null],
      ["amina", "native", null],
      ["yusuf", "fluent", null],
      ["parisa", "also", null],
      ["olga", "none", null],
      ["aaro", "native", "last_call"],
    ],
  );
  assert.ok(!takers(desk, call("a", CALL_STATE.WAITING, "ar", 1, { named: "zahra" })).some(({ staff: { id } }) => id === "zahra"));
});

test("moved to: what the visitor speaks too, then where somebody is on duty, then with interpreters, then the rest", () => {
  const desk = deskOf(
    staff("mika", PRESENCE.IN_CALL, ["fi"]),
    staff("selam", PRESENCE.AVAILABLE, ["ti"], { role: ROLE.INTERPRETER }),
    closed("sv"),
  );
  const rows = languagesToMove(desk, call("a", CALL_STATE.WAITING, "ar", 1, { also: ["en"] }), ["sv", "ti", "fi", "ar", "th", "en"]);
  assert.deepEqual(rows.map(({ language }) => language), ["en", "fi", "ti", "sv", "th"]);
  assert.deepEqual(rows.map(({ known }) => known), [true, false, false, false, false]);
  assert.notEqual(rows[3].closedUntilMs, null);
});

test("nobody is taken out of a call, nobody set to what they are, and who has no console open is not set available", () => {
  assert.deepEqual(staffActs(staff("amina", PRESENCE.IN_CALL, ["ar"])), { blocked: "in_call", presences: [] });
  assert.deepEqual(staffActs(staff("amina", PRESENCE.RINGING, ["ar"], { calls: 2 })).blocked, "in_call");
  const presences = (one) => staffActs(one).presences.map(({ presence, blocked }) => (blocked ? `${presence}: ${blocked}` : presence));
  assert.deepEqual(presences(staff("amina", PRESENCE.AVAILABLE, ["ar"])), ["away", "offline"]);
  assert.deepEqual(presences(staff("amina", PRESENCE.WRAP_UP, ["ar"])), ["available", "away", "offline"]);
  assert.deepEqual(presences(staff("amina", PRESENCE.OFFLINE, ["ar"], { connected: false })), ["available: not_connected", "away"]);
});

test("setting somebody ends what rings at them, what they serve at the desk and what they wrap up", () => {
  const ends = (presence) => endedBySetting(staff("amina", presence, ["ar"]));
  assert.deepEqual(Object.values(PRESENCE).filter(ends), [PRESENCE.RINGING, PRESENCE.SERVING, PRESENCE.WRAP_UP]);
});

test("only who serves is set", () => {
  const roles = Object.values(ROLE).filter((role) => canBeSet(staff("a", PRESENCE.AVAILABLE, [], { role })));
  assert.deepEqual(roles, [ROLE.ADVISOR, ROLE.INTERPRETER]);
});

/** A line that answers when told to. @param {object[]} answers */
function lineWith(...answers) {
  const sent = [];
  return {
    sent,
    async command(event, fields) {
      sent.push([event, fields]);
      await Promise.resolve();
      return answers.shift() ?? { ok: true };
    },
  };
}

test("each button is one command", async () => {
  const line = lineWith();
  const actions = createActions(line);
  const one = call("a", CALL_STATE.WAITING, "ar", 1);
  const amina = staff("amina", PRESENCE.AVAILABLE, ["ar"]);
  await actions.raise(one);
  await actions.give(one, amina);
  await actions.move(one, "fa");
  await actions.end(one);
  await actions.setStaff(amina, PRESENCE.AWAY);
  await actions.closeLanguage("ar");
  await actions.openLanguage("ar");
  await actions.setNotice(null, WAITING_NOTICE.TECHNICAL);
  await actions.setNotice("ar", null);
  assert.deepEqual(line.sent, [
    [EVENT.RAISE_CALL, { call: "a" }],
    [EVENT.GIVE_CALL, { call: "a", staff: "amina" }],
    [EVENT.MOVE_CALL, { call: "a", language: "fa" }],
    [EVENT.END_CALL, { call: "a" }],
    [EVENT.SET_STAFF, { staff: "amina", presence: PRESENCE.AWAY }],
    [EVENT.SET_LANGUAGE, { language: "ar", open: false }],
    [EVENT.SET_LANGUAGE, { language: "ar", open: true }],
    [EVENT.SET_NOTICE, { language: null, notice: WAITING_NOTICE.TECHNICAL }],
    [EVENT.SET_NOTICE, { language: "ar", notice: null }],
  ]);
});

test("a second press while the first is under way sends nothing; the same for another call does", async () => {
  const line = lineWith();
  const actions = createActions(line);
  const [a, b] = [call("a", CALL_STATE.WAITING, "ar", 1), call("b", CALL_STATE.WAITING, "ar", 1)];
  const presses = [actions.raise(a), actions.raise(a), actions.raise(b)];
  assert.equal(actions.underWay.value.length, 2);
  assert.deepEqual(await Promise.all(presses), [true, false, true]);
  assert.deepEqual(line.sent.map(([, fields]) => fields.call), ["a", "b"]);
  assert.deepEqual(actions.underWay.value, []);
});

test("what came of it is told with the call as it was, until the next command", async () => {
  const refusal = { ok: false, code: ERROR_CODE.CALL_OVER, detail: "" };
  const actions = createActions(lineWith(refusal));
  const one = call("a", CALL_STATE.WAITING, "ar", 1);
  assert.equal(await actions.raise(one), false);
  assert.deepEqual(actions.told.value, { event: EVENT.RAISE_CALL, call: one, refused: ERROR_CODE.CALL_OVER });
  const next = actions.end(one);
  assert.equal(actions.told.value, null);
  await next;
  assert.deepEqual(actions.told.value, { event: EVENT.END_CALL, call: one, refused: null });
  actions.forget();
  assert.equal(actions.told.value, null);
});
