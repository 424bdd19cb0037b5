// The safety code: the same on both screens, and different when somebody sits between them.
import assert from "node:assert/strict";
import { test } from "node:test";
import { codeOf, createSafetyCode, spoken } from "../../web/static/shared/safety-code.js";

const KIOSK = "SHA-256 01:02:03";
const DESK = "SHA-256 0A:0B:0C";
const MIDDLE = "SHA-256 EE:EE:EE";

/** Two sides, and what each is shown. `toVisitor` and `toAdvisor` may change what passes. */
async function exchange({ advisorSees = [DESK, KIOSK], visitorSees = [KIOSK, DESK], toVisitor = (m) => m, toAdvisor = (m) => m } = {}) {
  const shown = { advisor: [], visitor: [] };
  const waiting = [];
  const advisor = createSafetyCode({
    begins: true,
    fingerprints: () => advisorSees,
    send: (message) => waiting.push(() => visitor.receive(toVisitor(message))),
    onCode: (code) => shown.advisor.push(code),
  });
  const visitor = createSafetyCode({
    begins: false,
    fingerprints: () => visitorSees,
    send: (message) => waiting.push(() => advisor.receive(toAdvisor(message))),
    onCode: (code) => shown.visitor.push(code),
  });
  await advisor.begin();
  while (waiting.length) await waiting.shift()();
  return { shown, advisor, visitor };
}

test("both see the same six digits", async () => {
  const { shown } = await exchange();
  assert.match(shown.advisor[0], /^\d{6}$/);
  assert.deepEqual(shown.advisor, shown.visitor);
});

test("every connection has another code", async () => {
  const codes = new Set();
  for (let n = 0; n < 20; n += 1) codes.add((await exchange()).shown.advisor[0]);
  assert.ok(codes.size > 18);
});

test("a swapped fingerprint makes the codes differ", async () => {
  let same = 0;
  for (let n = 0; n < 50; n += 1) {
    const { shown } = await exchange({ advisorSees: [DESK, MIDDLE], visitorSees: [KIOSK, MIDDLE] });
    if (shown.advisor[0] === shown.visitor[0]) same += 1;
  }
  // By chance once in a million.
  assert.equal(same, 0);
});

test("one swapped fingerprint is enough", async () => {
  const { shown } = await exchange({ advisorSees: [DESK, MIDDLE] });
  assert.notEqual(shown.advisor[0], shown.visitor[0]);
});

test("whoever does not keep to what they committed to is found out", async () => {
  const { shown } = await exchange({
    toVisitor: (message) => (message.step === "reveal" ? { ...message, value: "00".repeat(16) } : message),
  });
  assert.deepEqual(shown.visitor, ["mismatch"]);
});

test("a second commitment, answer or reveal changes nothing: nobody has a second try", async () => {
  const { shown, advisor, visitor } = await exchange();
  await visitor.receive({ kind: "code", step: "commit", value: "ab".repeat(32) });
  await visitor.receive({ kind: "code", step: "reveal", value: "cd".repeat(16) });
  await advisor.receive({ kind: "code", step: "answer", value: "ef".repeat(16) });
  assert.equal(shown.advisor.length, 1);
  assert.equal(shown.visitor.length, 1);
});

test("what is no message of the exchange is ignored", async () => {
  const { shown, visitor, advisor } = await exchange();
  for (const value of [null, 7, "zz", "", "a".repeat(65)]) {
    await visitor.receive({ step: "commit", value });
    await advisor.receive({ step: "answer", value });
  }
  assert.equal(shown.advisor.length + shown.visitor.length, 2);
});

test("the code depends on who is who, and on every part", async () => {
  const usual = await codeOf([DESK, KIOSK], ["aa", "bb"], true);
  assert.equal(await codeOf([KIOSK, DESK], ["aa", "bb"], false), usual);
  assert.notEqual(await codeOf([DESK, KIOSK], ["ab", "bb"], true), usual);
  assert.notEqual(await codeOf([DESK, KIOSK], ["aa", "bc"], true), usual);
  assert.notEqual(await codeOf([KIOSK, DESK], ["aa", "bb"], true), usual);
});

test("it is read aloud in two groups", () => {
  assert.equal(spoken("004711"), "004 711");
});
