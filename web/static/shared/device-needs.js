// What those who use a page's devices need of them, taken together. Pure.

/**
 * @typedef {object} Need
 * @property {boolean} picture Whether the camera is to be open at all.
 * @property {boolean} muted
 * @property {boolean} cameraOff Open, but dark.
 * @property {number} people How many take part: the more, the smaller the picture.
 */

/** @type {Need} */
export const WHOLE = Object.freeze({ picture: true, muted: false, cameraOff: false, people: 2 });

/** @param {Iterable<Need>} needs @returns {Need} */
export function together(needs) {
  const all = [...needs];
  if (all.length === 0) return WHOLE;
  const seen = all.filter(({ picture }) => picture);
  return {
    picture: seen.length > 0,
    muted: all.some(({ muted }) => muted),
    cameraOff: seen.some(({ cameraOff }) => cameraOff),
    people: Math.max(...all.map(({ people }) => people)),
  };
}
