// The conversation as the visitor meets it: what is seen of whom, who joins and leaves, who wrote.
import assert from "node:assert/strict";
import { test } from "node:test";
import { PICTURE, comingsOf, facesOf, isCameraOff, pictureOf, smallPictureOf, spokenIn, writerOf } from "../../kiosk/page/call-model.js";
import { NOBODY } from "../../kiosk/page/model.js";

const AMINA = Object.freeze({ id: "amina", name: "Amina", role: "advisor", since_ms: 1, there: true });
const SELAM = Object.freeze({ id: "selam", name: "Selam", role: "interpreter", since_ms: 2, there: true });
const MIKA = Object.freeze({ id: "mika", name: "Mika", role: "advisor", since_ms: 3, there: true });

test("hiding the pictures keeps the camera from sending, and showing them gives back what was chosen", () => {
  assert.equal(isCameraOff({ ...NOBODY, hidden: true }), true);
  assert.equal(isCameraOff({ ...NOBODY, hidden: false }), false);
  assert.equal(isCameraOff({ ...NOBODY, cameraOff: true, hidden: false }), true);
});

test("the words over the advisor's picture are honest", () => {
  const seen = { path: "connected", moving: false, connectedBefore: true, forMs: 0 };
  assert.equal(pictureOf({ ...seen, path: "connecting", connectedBefore: false }), PICTURE.COMING);
  assert.equal(pictureOf(seen), PICTURE.COMING);
  assert.equal(pictureOf({ ...seen, moving: true }), PICTURE.LIVE);
  assert.equal(pictureOf({ ...seen, forMs: 60000 }), PICTURE.NONE);
  for (const path of ["interrupted", "connecting", "failed", "none"]) {
    assert.equal(pictureOf({ ...seen, path, moving: true }), PICTURE.BROKEN, path);
  }
});

test("somebody beside the one who serves is seen, or heard only, or is being connected", () => {
  const seen = { path: "connected", moving: true, cameraOff: false, paused: false };
  assert.equal(smallPictureOf(seen), PICTURE.LIVE);
  for (const change of [{ moving: false }, { cameraOff: true }, { paused: true }]) {
    assert.equal(smallPictureOf({ ...seen, ...change }), PICTURE.NONE, JSON.stringify(change));
  }
  for (const path of ["connecting", "interrupted", "failed", "none"]) {
    assert.equal(smallPictureOf({ ...seen, path }), PICTURE.COMING, path);
  }
});

test("the large face has its own name, whoever the desk names first", () => {
  assert.deepEqual(facesOf([AMINA, SELAM], "amina"), { large: AMINA, small: [SELAM] });
  assert.deepEqual(facesOf([AMINA, MIKA], "mika"), { large: MIKA, small: [AMINA] });
  assert.deepEqual(facesOf([AMINA, SELAM], undefined), { large: AMINA, small: [SELAM] });
  assert.deepEqual(facesOf([AMINA], "somebody who has just left"), { large: AMINA, small: [] });
  assert.deepEqual(facesOf([], "amina"), { large: null, small: [] });
});

test("who joins and who leaves is told once, and the same people twice are no news", () => {
  assert.deepEqual(comingsOf([AMINA], [AMINA, SELAM]), [{ id: "selam", name: "Selam", interpreter: true, here: true }]);
  assert.deepEqual(comingsOf([AMINA, SELAM], [{ ...AMINA, there: false }, SELAM]), []);
  assert.deepEqual(comingsOf([AMINA, SELAM], [SELAM, AMINA]), []);
  assert.deepEqual(comingsOf([AMINA, MIKA], [MIKA]), [{ id: "amina", name: "Amina", interpreter: false, here: false }]);
  assert.deepEqual(
    comingsOf([AMINA], [MIKA]).map(({ name, here }) => [name, here]),
    [["Mika", true], ["Amina", false]],
  );
});

test("the conversation's language: one's own with an interpreter, otherwise what one is served in, or unknown", () => {
  const call = { language: "ti", served_in: "en", people: [MIKA] };
  assert.equal(spokenIn(call), "en");
  assert.equal(spokenIn({ ...call, people: [MIKA, SELAM] }), "ti");
  assert.equal(spokenIn({ ...call, served_in: null }), null);
});

test("a line has the name of its writer while they are there, and only what they were afterwards", () => {
  const people = [AMINA, SELAM];
  assert.deepEqual(writerOf({ from: "visitor", author: "" }, people), { from: "visitor", name: null });
  assert.deepEqual(writerOf({ from: "advisor", author: "amina" }, people), { from: "advisor", name: "Amina" });
  assert.deepEqual(writerOf({ from: "interpreter", author: "selam" }, people), { from: "interpreter", name: "Selam" });
  assert.deepEqual(writerOf({ from: "advisor", author: "mika" }, people), { from: "advisor", name: null });
  // A visitor's line never takes an advisor's name, whatever it claims.
  assert.deepEqual(writerOf({ from: "visitor", author: "amina" }, people), { from: "visitor", name: null });
});
