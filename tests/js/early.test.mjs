// Signals that are quicker than the fact they belong to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createEarly } from "shared/early.js";

const ids = (taken) => taken.map(({ message }) => message.id);

test("what was kept is given out once, in its order, to whom it belongs", () => {
  const early = createEarly();
  early.keep("describe", { id: 1, link: 1 });
  early.keep("candidate", { id: 2, link: 2 });
  early.keep("candidate", { id: 3, link: 1 });
  assert.deepEqual(ids(early.take(({ link }) => link === 1)), [1, 3]);
  assert.deepEqual(ids(early.take(() => true)), [2]);
  assert.deepEqual(early.take(() => true), []);
});

test("what is said again by itself is not kept", () => {
  const early = createEarly();
  early.keep("restart", { id: 1 });
  early.keep("chat", { id: 2 });
  assert.deepEqual(early.take(() => true), []);
});

test("no more is kept than fits: the oldest go", () => {
  const early = createEarly(3);
  for (let id = 1; id <= 5; id += 1) early.keep("candidate", { id });
  assert.deepEqual(ids(early.take(() => true)), [3, 4, 5]);
});
