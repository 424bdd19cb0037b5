// What the supervisor's page makes of the desk. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { fromSnapshot } from "../../web/static/shared/desk.js";
import { AWAY_REASON, CALL_STATE, LEVEL, PRESENCE, ROLE } from "../../web/static/shared/wire.gen.js";
import {
  LONG_WAIT_MS,
  figures,
  languageRows,
  pressed,
  sorted,
  talkedMs,
  waitedMs,
  worst,
} from "../../web/static/supervisor/model.js";

const NOW = 1_700_000_000_000;
const MINUTE_MS = 60_000;

const call = (id, state, language, minutes, fields = {}) => ({
  kind: "board_call",
  id,
  state,
  language,
  kiosk: "saarijarvi",
  municipality: "729",
  joined_at_ms: NOW - minutes * MINUTE_MS,
  accepted_at_ms: null,
  staff: null,
  ...fields,
});
const staff = (id, presence, languages, fields = {}) => ({
  kind: "board_staff",
  id,
  name: id,
  role: ROLE.ADVISOR,
  languages: Object.fromEntries(languages.map((code) => [code, LEVEL.NATIVE])),
  presence,
  since_ms: NOW,
  away_reason: presence === PRESENCE.AWAY ? AWAY_REASON.BREAK : null,
  connected: true,
  ...fields,
});
const kiosk = (id, connected, minutes = 0) => ({
  kind: "board_kiosk",
  id,
  name: id,
  municipality: "729",
  connected,
  since_ms: NOW - minutes * MINUTE_MS,
});
const deskOf = (...entities) => fromSnapshot({ at: "1-0", now_ms: NOW, version: 1, entities });

test("the figures count who waits, talks and is on duty", () => {
  const desk = deskOf(
    call("a", CALL_STATE.WAITING, "ar", 4),
    call("b", CALL_STATE.RINGING, "ru", 7, { staff: "olga" }),
    call("c", CALL_STATE.CONNECTED, "fa", 30, { staff: "parisa", accepted_at_ms: NOW - MINUTE_MS }),
    staff("olga", PRESENCE.RINGING, ["ru"]),
    staff("parisa", PRESENCE.IN_CALL, ["fa"]),
    staff("mika", PRESENCE.AWAY, ["fi"]),
    staff("yusuf", PRESENCE.OFFLINE, ["ar"]),
    staff("helena", PRESENCE.AVAILABLE, ["fi"], { role: ROLE.SUPERVISOR }),
  );
  assert.deepEqual(figures(desk, NOW), { waiting: 2, longestMs: 7 * MINUTE_MS, talking: 1, onDuty: 2 });
  assert.deepEqual(figures(deskOf(), NOW), { waiting: 0, longestMs: null, talking: 0, onDuty: 0 });
});

test("languages: the longest wait first, those nobody uses left out, interpreters alone not counted", () => {
  const desk = deskOf(
    call("a", CALL_STATE.WAITING, "ar", 2),
    call("b", CALL_STATE.WAITING, "ti", 9),
    call("c", CALL_STATE.WAITING, "ar", 1),
    staff("amina", PRESENCE.AVAILABLE, ["ar", "en"]),
    staff("yusuf", PRESENCE.IN_CALL, ["ar"]),
    staff("mika", PRESENCE.AWAY, ["sv"]),
    staff("selam", PRESENCE.AVAILABLE, ["ti"], { role: ROLE.INTERPRETER }),
  );
  assert.deepEqual(languageRows(desk), [
    { language: "ti", waiting: 1, talking: 0, available: 0, onDuty: 0, sinceMs: NOW - 9 * MINUTE_MS },
    { language: "ar", waiting: 2, talking: 0, available: 1, onDuty: 2, sinceMs: NOW - 2 * MINUTE_MS },
    { language: "en", waiting: 0, talking: 0, available: 1, onDuty: 1, sinceMs: null },
  ]);
});

test("the worst: a language nobody on duty speaks, then a long wait, then a kiosk, then any wait, then calm", () => {
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
