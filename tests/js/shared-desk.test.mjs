// The reducer over snapshot and facts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { all, compareStreamIds, emptyDesk, fromSnapshot, only, withFact } from "shared/desk.js";

const waiting = (/** @type {string} */ id, joined_at_ms = 0) => ({ kind: "waiting", id, language: "ar", municipality: "729", joined_at_ms });
const snapshot = { at: "5-0", now_ms: 0, version: 1, entities: [waiting("a"), waiting("b")] };
const fact = (/** @type {string} */ at, /** @type {any[]} */ put, /** @type {any[]} */ gone = []) => ({ at, at_ms: 0, name: "x", put, gone });

test("a snapshot replaces whatever was there", () => {
  const desk = withFact(fromSnapshot(snapshot), fact("6-0", [waiting("c")]));
  assert.deepEqual(all(fromSnapshot({ ...snapshot, entities: [] }), "waiting"), []);
  assert.equal(all(desk, "waiting").length, 3);
  assert.equal(desk.via, "fact");
  assert.equal(fromSnapshot(snapshot).via, "snapshot");
});

test("a fact puts and takes away, and names what is gone", () => {
  const gone = [{ kind: "waiting", id: "a", reason: "abandoned" }];
  const desk = withFact(fromSnapshot(snapshot), fact("5-1", [waiting("b", 7)], gone));
  assert.deepEqual(all(desk, "waiting").map((call) => [call.id, call.joined_at_ms]), [["b", 7]]);
  assert.deepEqual(desk.gone, gone);
});

test("a fact that is not newer changes nothing, and comes back as the same object", () => {
  const desk = fromSnapshot(snapshot);
  assert.equal(withFact(desk, fact("5-0", [waiting("c")])), desk);
  assert.equal(withFact(desk, fact("4-9", [], [{ kind: "waiting", id: "a", reason: null }])), desk);
});

test("the same fact twice is the same as once", () => {
  const once = withFact(fromSnapshot(snapshot), fact("6-0", [waiting("c")]));
  assert.equal(withFact(once, fact("6-0", [waiting("c")])), once);
});

test("stream ids are ordered by number, not by letter", () => {
  assert.ok(compareStreamIds("10-0", "9-5") > 0);
  assert.ok(compareStreamIds("9-10", "9-9") > 0);
  assert.equal(compareStreamIds("1795300898204-0", "1795300898204-0"), 0);
});

test("only gives the one or null", () => {
  assert.equal(only(emptyDesk(), "own_call"), null);
  assert.equal(only(fromSnapshot({ ...snapshot, entities: [waiting("a")] }), "waiting")?.id, "a");
});
