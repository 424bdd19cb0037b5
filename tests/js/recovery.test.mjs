// What is done about a connection that falls silent. Run by `node --test tests/js/`.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  COME_ABOUT_WITHIN_MS,
  POLITE_MS,
  RESTARTS_IN_A_ROW,
  RESTART_AFTER_MS,
  RESTART_PATIENCE_MS,
  SILENT_AFTER_MS,
  courseFrom,
  nextStep,
  silenceOf,
} from "../../web/static/shared/recovery.js";

const seen = (fields = {}) => ({
  state: "connected",
  silenceMs: 0,
  lineUp: true,
  networkChanged: false,
  polite: false,
  patienceMs: COME_ABOUT_WITHIN_MS,
  now: 0,
  ...fields,
});

/** The steps of a connection that is looked at every second, from its beginning. */
function life(looks) {
  let course = courseFrom(0);
  const steps = [];
  looks.forEach((look, second) => {
    const next = nextStep(course, seen({ now: second * 1000, ...look }));
    course = next.course;
    if (next.step) steps.push([second, next.step]);
  });
  return steps;
}

const good = (seconds) => Array.from({ length: seconds }, () => ({}));
const silent = (seconds, fields = {}) => Array.from({ length: seconds }, () => ({ silenceMs: SILENT_AFTER_MS, ...fields }));
const coming = (seconds, fields = {}) => Array.from({ length: seconds }, () => ({ state: "connecting", ...fields }));

test("a connection that is good is left alone", () => {
  assert.deepEqual(life(good(60)), []);
});

test("one that does not come about is begun anew, once its time is over", () => {
  const steps = life(coming(13));
  assert.deepEqual(steps[0], [COME_ABOUT_WITHIN_MS / 1000, "renew"]);
});

test("one that fails before it came about is begun anew at once, but not in a loop without pause", () => {
  assert.deepEqual(life(coming(2, { state: "failed" })), [[1, "renew"]]);
  const patient = { state: "failed", patienceMs: 60_000 };
  assert.deepEqual(life(coming(5, patient)), []);
});

test("without the line nothing is begun anew: nobody would hear of it", () => {
  assert.deepEqual(life(coming(30, { lineUp: false })), []);
  assert.deepEqual(life([...good(2), ...silent(30, { lineUp: false })]), []);
});

test("one look at silence is not enough, the next one restarts ICE", () => {
  assert.deepEqual(life([...good(3), ...silent(6)]), [[3 + Math.ceil(RESTART_AFTER_MS / 1000), "restart"]]);
  assert.deepEqual(life([...good(3), ...silent(1), ...good(20)]), []);
});

test("one check that is lost is no silence", () => {
  assert.deepEqual(life([...good(3), ...Array.from({ length: 9 }, () => ({ silenceMs: SILENT_AFTER_MS - 1 }))]), []);
});

test("the visitor's side leaves the first step to the other", () => {
  const [[second, step]] = life([...good(3), ...silent(9, { polite: true })]);
  assert.equal(step, "restart");
  assert.equal(second, 3 + Math.ceil((RESTART_AFTER_MS + POLITE_MS) / 1000));
});

test("a restart that comes to nothing is tried again, then a new generation is asked for", () => {
  const steps = life([...good(1), ...silent(40)]);
  const pause = RESTART_PATIENCE_MS / 1000;
  const first = 1 + Math.ceil(RESTART_AFTER_MS / 1000);
  assert.equal(RESTARTS_IN_A_ROW, 2);
  assert.deepEqual(steps.slice(0, 3), [
    [first, "restart"],
    [first + pause, "restart"],
    [first + 2 * pause, "renew"],
  ]);
});

test("a changed network is answered at once, even where the old way still seems to work", () => {
  assert.deepEqual(life([...good(3), { networkChanged: true }, ...good(5)]), [[3, "restart"]]);
});

test("a network that changed while the line was down is answered when it is back", () => {
  const looks = [...good(3), { networkChanged: true, lineUp: false, silenceMs: 0 }, ...silent(2, { lineUp: false }), ...silent(2)];
  assert.deepEqual(life(looks), [[6, "restart"]]);
});

test("what could not be done while a line was down is done at once when it is back", () => {
  const looks = [...good(3), ...silent(20, { lineUp: false }), ...silent(2, { polite: true })];
  assert.deepEqual(life(looks), [[23, "restart"]]);
});

test("after it was good again everything counts anew", () => {
  const steps = life([...good(1), ...silent(7), ...good(5), ...silent(7)]);
  assert.deepEqual(steps.map(([, step]) => step), ["restart", "restart"]);
});

test("silence is questions without answers, not a pair at rest and not another pair", () => {
  const pair = { id: "P1", requestsSent: 4, responsesReceived: 4 };
  let { answers, silenceMs } = silenceOf(null, pair, 0);
  assert.equal(silenceMs, 0);
  ({ answers, silenceMs } = silenceOf(answers, pair, 5000));
  assert.equal(silenceMs, 0, "nothing was asked");
  ({ answers, silenceMs } = silenceOf(answers, { ...pair, requestsSent: 5 }, 6000));
  assert.equal(silenceMs, 1000);
  ({ answers, silenceMs } = silenceOf(answers, { ...pair, requestsSent: 7 }, 9000));
  assert.equal(silenceMs, 4000);
  assert.equal(silenceOf(answers, { ...pair, requestsSent: 7, responsesReceived: 5 }, 9500).silenceMs, 0);
  assert.equal(silenceOf(answers, { ...pair, id: "P2", requestsSent: 9 }, 9500).silenceMs, 0);
  assert.equal(silenceOf(answers, null, 9500).silenceMs, 0);
});
