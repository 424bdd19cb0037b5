// What the supervisor's page makes of the desk. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromSnapshot } from "../../web/static/shared/desk.js";
import { ASK, CALL_STATE, PRESENCE, ROLE, WAITING_NOTICE } from "../../web/static/shared/wire.gen.js";
import {
  LONG_WAIT_MS,
  callRows,
  emptyRow,
  figures,
  isInFront,
  languageRows,
  peopleOf,
  pressed,
  shownNotices,
  sinceOf,
  sorted,
  stateRank,
  talkedMs,
  waitedMs,
  worst,
} from "../../web/static/supervisor/model.js";
import { MINUTE_MS, NOW, call, closed, deskOf, kiosk, notice, staff } from "./supervisor-desk.mjs";

test("the figures count who waits, talks and is on duty", () => {
  const desk = deskOf(
    call("a", CALL_STATE.WAITING, "ar", 4),
    call("b", CALL_STATE.RINGING, "ru", 7, { staff: ["olga"] }),
    call("c", CALL_STATE.CONNECTED, "fa", 30, { staff: ["parisa"], accepted_at_ms: NOW - MINUTE_MS }),
    staff("olga", PRESENCE.RINGING, ["ru"]),
    staff("parisa", PRESENCE.IN_CALL, ["fa"]),
    staff("mika", PRESENCE.AWAY, ["fi"]),
    staff("yusuf", PRESENCE.OFFLINE, ["ar"]),
    staff("helena", PRESENCE.AVAILABLE, ["fi"], { role: ROLE.SUPERVISOR }),
  );
  assert.deepEqual(figures(desk, NOW), { waiting: 2, longestMs: 7 * MINUTE_MS, talking: 1, onDuty: 2 });
  assert.deepEqual(figures(deskOf(), NOW), { waiting: 0, longestMs: null, talking: 0, onDuty: 0 });
});

test("languages: the longest wait first, those nobody uses left out, interpreters apart, closed ones kept", () => {
  const desk = deskOf(
    call("a", CALL_STATE.WAITING, "ar", 2),
    call("b", CALL_STATE.WAITING, "ti", 9),
    call("c", CALL_STATE.WAITING, "ar", 1),
    staff("amina", PRESENCE.AVAILABLE, ["ar", "en"]),
    staff("yusuf", PRESENCE.IN_CALL, ["ar"]),
    staff("mika", PRESENCE.AWAY, ["sv"]),
    staff("last", PRESENCE.AVAILABLE, ["ar"], { last_call: true }),
    staff("selam", PRESENCE.AVAILABLE, ["ti"], { role: ROLE.INTERPRETER }),
    staff("sara", PRESENCE.IN_CALL, ["ti"], { role: ROLE.INTERPRETER }),
    closed("th"),
  );
  assert.deepEqual(languageRows(desk), [
    { ...emptyRow("ti"), waiting: 1, interpretersFree: 1, interpreters: 2, sinceMs: NOW - 9 * MINUTE_MS },
    { ...emptyRow("ar"), waiting: 2, available: 1, onDuty: 2, sinceMs: NOW - 2 * MINUTE_MS },
    { ...emptyRow("en"), available: 1, onDuty: 1 },
    { ...emptyRow("th"), closedUntilMs: NOW + 60 * MINUTE_MS },
  ]);
});

test("a conversation that waits for an interpreter counts for the interpreter's language", () => {
  const ask = { ask: ASK.INTERPRETER, language: "ti", staff: null, since_ms: NOW, ringing: false };
  const colleague = { ask: ASK.COLLEAGUE, language: null, staff: "olga", since_ms: NOW, ringing: true };
  const talks = { accepted_at_ms: NOW };
  const desk = deskOf(
    call("a", CALL_STATE.CONNECTED, "fi", 9, { ...talks, staff: ["mika"], ask }),
    call("b", CALL_STATE.CONNECTED, "en", 9, { ...talks, staff: ["amina"], ask: colleague }),
  );
  assert.deepEqual(languageRows(desk), [
    { ...emptyRow("en"), talking: 1 },
    { ...emptyRow("fi"), talking: 1 },
    { ...emptyRow("ti"), asks: 1 },
  ]);
});

test("a call that can be served only in another language comes before what goes its usual way, and after a long wait", () => {
  const amina = staff("amina", PRESENCE.IN_CALL, ["ar", "fi"]);
  const ti = call("ti", CALL_STATE.WAITING, "ti", 3, { also: ["fi"] });
  const aside = { kind: "unspoken", call: ti, waitMs: 3 * MINUTE_MS };
  assert.deepEqual(worst(deskOf(amina, ti, call("ar", CALL_STATE.WAITING, "ar", 5), kiosk("away", false)), NOW), aside);
  assert.equal(worst(deskOf(amina, ti, call("long", CALL_STATE.WAITING, "ar", 11)), NOW).kind, "long_wait");
  const long = { ...ti, joined_at_ms: NOW - 20 * MINUTE_MS };
  assert.equal(worst(deskOf(amina, long, call("ar", CALL_STATE.WAITING, "ar", 11)), NOW).kind, "unspoken");
  assert.equal(worst(deskOf(amina, ti, call("so", CALL_STATE.WAITING, "so", 1)), NOW).kind, "unstaffed");
});

test("a call can be served by a pair who share a language, by whom it rings at, by whom it is kept for", () => {
  const amina = staff("amina", PRESENCE.IN_CALL, ["ar", "fi"]);
  const selam = staff("selam", PRESENCE.AVAILABLE, ["ti", "fi"], { role: ROLE.INTERPRETER });
  const kindOf = (ti, ...people) => worst(deskOf(ti, ...people), NOW).kind;
  const ti = call("ti", CALL_STATE.WAITING, "ti", 1);
  assert.equal(kindOf(ti, amina), "unstaffed");
  assert.equal(kindOf(ti, selam), "unstaffed", "an interpreter alone serves nobody");
  assert.equal(kindOf(ti, amina, selam), "waiting");
  assert.equal(kindOf(ti, amina, { ...selam, languages: { ti: "native", sv: "fluent" } }), "unstaffed", "they share no language");
  assert.equal(kindOf(ti, amina, { ...selam, presence: PRESENCE.AWAY }), "unstaffed");
  assert.equal(kindOf({ ...ti, also: ["ar"] }, amina), "unspoken");
  assert.equal(kindOf({ ...ti, named: "amina" }, amina), "waiting");
  assert.equal(kindOf({ ...ti, named: "olga" }, amina), "unstaffed");
  assert.equal(kindOf({ ...ti, also: ["ar"] }, { ...amina, last_call: true }), "unstaffed", "they take nothing new");
  assert.equal(kindOf({ ...ti, state: CALL_STATE.RINGING, staff: ["amina"] }, amina), "waiting");
});

test("the worst: a call nobody on duty can serve, then a long wait, then a kiosk, then any wait, then calm", () => {
  const amina = staff("amina", PRESENCE.IN_CALL, ["ar"]);
  const long = call("long", CALL_STATE.WAITING, "ar", 12);
  const away = kiosk("saarijarvi", false, 3);
  assert.equal(worst(deskOf(amina, long, away, call("ti", CALL_STATE.WAITING, "ti", 1)), NOW).kind, "unstaffed");
  assert.deepEqual(worst(deskOf(amina, long, away), NOW), { kind: "long_wait", call: long, waitMs: 12 * MINUTE_MS });
  assert.deepEqual(worst(deskOf(amina, away, kiosk("viitasaari", false, 1)), NOW), { kind: "kiosk", kiosk: away, count: 2 });
  assert.deepEqual(worst(deskOf(amina, call("a", CALL_STATE.WAITING, "ar", 2)), NOW), {
    kind: "waiting",
    count: 1,
    longestMs: 2 * MINUTE_MS,
  });
  assert.deepEqual(worst(deskOf(amina, kiosk("saarijarvi", true)), NOW), { kind: "calm" });
});

test("a wait is long after ten minutes, not at ten", () => {
  const amina = staff("amina", PRESENCE.IN_CALL, ["ar"]);
  const desk = deskOf(amina, call("a", CALL_STATE.WAITING, "ar", LONG_WAIT_MS / MINUTE_MS));
  assert.equal(worst(desk, NOW).kind, "waiting");
  assert.equal(worst(desk, NOW + 1).kind, "long_wait");
});

test("a wait stops when the call is accepted, and talk begins", () => {
  const waits = call("a", CALL_STATE.WAITING, "ar", 5);
  assert.equal(waitedMs(waits, NOW), 5 * MINUTE_MS);
  assert.equal(talkedMs(waits, NOW), null);
  const talks = { ...waits, state: CALL_STATE.CONNECTED, accepted_at_ms: NOW - 2 * MINUTE_MS };
  assert.equal(waitedMs(talks, NOW), 3 * MINUTE_MS);
  assert.equal(talkedMs(talks, NOW), 2 * MINUTE_MS);
});

test("in a conversation the last one is rung while it asks for somebody; before one everybody is", () => {
  const ask = { ask: ASK.INTERPRETER, language: "ti", staff: null, since_ms: NOW, ringing: true };
  const one = call("a", CALL_STATE.CONNECTED, "fi", 9, { staff: ["mika", "olga", "selam"], ask });
  assert.deepEqual(peopleOf(one), { people: ["mika", "olga"], rung: ["selam"] });
  assert.deepEqual(peopleOf({ ...one, ask: { ...ask, ringing: false } }), { people: ["mika", "olga", "selam"], rung: [] });
  assert.deepEqual(peopleOf({ ...one, state: CALL_STATE.RINGING, ask: null }), { people: [], rung: ["mika", "olga", "selam"] });
  assert.deepEqual(peopleOf(call("a", CALL_STATE.WAITING, "fi", 9)), { people: [], rung: [] });
});

test("calls stand by their wait, the longest first", () => {
  const desk = deskOf(
    call("b", CALL_STATE.WAITING, "ar", 2),
    call("c", CALL_STATE.CONNECTED, "ar", 30, { accepted_at_ms: NOW - 29 * MINUTE_MS }),
    call("a", CALL_STATE.WAITING, "ar", 2),
    call("d", CALL_STATE.WAITING, "ar", 9),
  );
  assert.deepEqual(callRows(desk, NOW).map(({ id }) => id), ["d", "a", "b", "c"]);
});

test("a call put in front stands first until it is served", () => {
  const desk = deskOf(
    call("a", CALL_STATE.WAITING, "ar", 9),
    call("b", CALL_STATE.RINGING, "ar", 2, { raised: true }),
    call("c", CALL_STATE.CONNECTED, "ar", 30, { raised: true, accepted_at_ms: NOW - 29 * MINUTE_MS }),
  );
  const rows = callRows(desk, NOW);
  assert.deepEqual(rows.map(({ id }) => id), ["b", "a", "c"]);
  assert.deepEqual(rows.map(isInFront), [true, false, false]);
  assert.deepEqual(sorted(rows, stateRank, true).map(({ id }) => id), ["b", "a", "c"]);
});

test("who has not signed in is off duty since no time of day", () => {
  assert.equal(sinceOf(staff("amina", PRESENCE.OFFLINE, ["ar"], { connected: false })), null);
  assert.equal(sinceOf(staff("amina", PRESENCE.OFFLINE, ["ar"])), NOW);
  assert.equal(sinceOf(staff("amina", PRESENCE.AWAY, ["ar"], { connected: false })), NOW);
});

test("messages: the one to everybody first, then by language", () => {
  const desk = deskOf(notice("th", WAITING_NOTICE.TECHNICAL), notice("all", WAITING_NOTICE.LONGER_WAIT), notice("ar", WAITING_NOTICE.SHORT_BREAK));
  assert.deepEqual(shownNotices(desk).map(({ id }) => id), ["all", "ar", "th"]);
});

test("tables sort either way, by number and by text, with nothing last", () => {
  const rows = [{ n: 2, s: "b" }, { n: null, s: "ä" }, { n: 10, s: "a" }];
  assert.deepEqual(sorted(rows, ({ n }) => n, true).map(({ n }) => n), [2, 10, null]);
  assert.deepEqual(sorted(rows, ({ n }) => n, false).map(({ n }) => n), [10, 2, null]);
  const finnish = new Intl.Collator("fi").compare;
  assert.deepEqual(sorted(rows, ({ s }) => s, true, finnish).map(({ s }) => s), ["a", "b", "ä"]);
});

test("a heading sorts upwards first, then the other way round", () => {
  const upwards = pressed({ column: "name", ascending: false }, "state");
  assert.deepEqual(upwards, { column: "state", ascending: true });
  assert.deepEqual(pressed(upwards, "state"), { column: "state", ascending: false });
});
