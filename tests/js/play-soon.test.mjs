// Sound that a browser refuses to a page nobody has touched yet.
import assert from "node:assert/strict";
import { test } from "node:test";
import { playSoon } from "shared/devices.js";

/** An element whose first tries fail like this. @param {string[]} refusals */
function element(...refusals) {
  return {
    tries: 0,
    async play() {
      this.tries += 1;
      const refusal = refusals.shift();
      if (refusal) throw new DOMException("not now", refusal);
    },
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

for (const touch of ["click", "keydown"]) {
  test(`what was refused is played at the next ${touch}, once`, async () => {
    const sound = element("NotAllowedError");
    const page = new EventTarget();
    playSoon(sound, page);
    await settled();
    page.dispatchEvent(new Event(touch));
    page.dispatchEvent(new Event("click"));
    assert.equal(sound.tries, 2);
  });
}

test("what plays, was interrupted by a newer stream or is gone waits for no touch", async () => {
  const page = new EventTarget();
  const [plays, interrupted, gone] = [element(), element("AbortError"), element("NotAllowedError")];
  playSoon(plays, page);
  playSoon(interrupted, page);
  const leave = playSoon(gone, page);
  await settled();
  leave();
  page.dispatchEvent(new Event("click"));
  assert.deepEqual([plays.tries, interrupted.tries, gone.tries], [1, 1, 1]);
});

test("what is gone before the refusal came waits for no touch either", async () => {
  const sound = element("NotAllowedError");
  const page = new EventTarget();
  playSoon(sound, page)();
  await settled();
  page.dispatchEvent(new Event("click"));
  assert.equal(sound.tries, 1);
});
