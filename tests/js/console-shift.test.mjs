// The end of a shift, as it is said. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import { shiftChoices, shiftEnd } from "../../web/static/console/shift.js";

const at = (hours, minutes = 0, day = 10) => new Date(2025, 2, day, hours, minutes).getTime();

test("a time of day is today's", () => {
  assert.equal(shiftEnd("15:00", at(9)), at(15));
  assert.equal(shiftEnd("9:30", at(9)), at(9, 30));
});

test("after midnight is tomorrow's, where that is no longer than a shift", () => {
  assert.equal(shiftEnd("01:00", at(18)), at(1, 0, 11));
  assert.equal(shiftEnd("09:00", at(10)), null);
});

test("what is no time is none", () => {
  for (const text of ["", "15", "25:00", "12:75", "soon"]) assert.equal(shiftEnd(text, at(9)), null);
});

test("the next full hours are offered, none that is all but there", () => {
  assert.deepEqual(shiftChoices(at(9, 15)), [at(10), at(11), at(12), at(13)]);
  assert.deepEqual(shiftChoices(at(9, 50)), [at(11), at(12), at(13), at(14)]);
  assert.deepEqual(shiftChoices(at(21, 0)), [at(22), at(23), at(0, 0, 11), at(1, 0, 11)]);
});
