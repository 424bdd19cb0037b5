// What a camera shows: something, nothing, too little, always the same.
import assert from "node:assert/strict";
import { test } from "node:test";
import { judgePicture } from "../../web/static/linecheck/picture.js";

const WIDTH = 16;
const HEIGHT = 12;

/** Pictures of a function of column, row and time. @param {(x: number, y: number, at: number) => number} light */
function pictures(light, count = 8) {
  return Array.from({ length: count }, (_, at) => {
    const data = new Uint8ClampedArray(WIDTH * HEIGHT * 4);
    for (let n = 0; n < WIDTH * HEIGHT; n += 1) data.fill(light(n % WIDTH, Math.floor(n / WIDTH), at), 4 * n, 4 * n + 3);
    return { data };
  });
}

const noise = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ at) => (x * 7 + y * 13 + at * 29) % 4;
const room = (/** @type {number} */ x, /** @type {number} */ y) => 60 + 9 * x + 3 * y;

test("a room with somebody in it is fine, also when nobody moves", () => {
  assert.equal(judgePicture(pictures((x, y, at) => room((x + at) % WIDTH, y))), "fine");
  assert.equal(judgePicture(pictures((x, y, at) => room(x, y) + noise(x, y, at))), "fine");
});

test("black is a lid or a camera that is off, with its noise", () => {
  assert.equal(judgePicture(pictures(() => 0)), "black");
  assert.equal(judgePicture(pictures((x, y, at) => 12 + noise(x, y, at))), "black");
});

test("one colour all over is something in front of the camera", () => {
  assert.equal(judgePicture(pictures((x, y, at) => 90 + noise(x, y, at))), "covered");
  assert.equal(judgePicture(pictures(() => 255)), "covered");
});

test("the same picture again and again is frozen", () => {
  assert.equal(judgePicture(pictures((x, y) => room(x, y))), "frozen");
  assert.equal(judgePicture(pictures((x, y) => room(x, y), 1)), "fine", "one picture tells nothing");
});

test("a room without light is dark, and not black", () => {
  assert.equal(judgePicture(pictures((x, y, at) => 5 + 4 * x + noise(x, y, at))), "dark");
});

test("a single value that changes is life", () => {
  const almost = pictures((x, y, at) => room(x, y) + (x === 3 && y === 3 && at === 5 ? 1 : 0));
  assert.equal(judgePicture(almost), "fine");
});
