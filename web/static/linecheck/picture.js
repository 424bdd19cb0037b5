// Whether a camera shows something: judged from small pictures taken over a while. Pure; look.js takes them.

/** @typedef {"fine" | "black" | "dark" | "covered" | "frozen"} PictureVerdict */

/** Brightness from 0 to 255. */
const BLACK_BELOW = 20;
const DARK_BELOW = 45;
/** How much a picture must vary within itself (standard deviation of brightness) to show anything. */
const UNIFORM_BELOW = 6;
/** A black picture's noise stays below this. */
const BLACK_VARIES_BELOW = 10;

/**
 * Two seconds of a camera, in words. A camera that works gives noise: pictures that do not differ in one single value
 * are one picture, again and again.
 * @param {{data: Uint8ClampedArray | number[]}[]} pictures ImageData of the same size, red, green, blue and opacity.
 * @returns {PictureVerdict}
 */
export function judgePicture(pictures) {
  const lights = pictures.map(({ data }) => brightness(data));
  const mean = average(lights.map(average));
  const spread = average(lights.map(deviation));
  if (mean < BLACK_BELOW && spread < BLACK_VARIES_BELOW) return "black";
  if (spread < UNIFORM_BELOW) return "covered";
  if (pictures.length > 1 && pictures.every(({ data }) => same(data, pictures[0].data))) return "frozen";
  return mean < DARK_BELOW ? "dark" : "fine";
}

/** Luma of each pixel (ITU-R BT.601). @param {Uint8ClampedArray | number[]} data */
function brightness(data) {
  const light = new Float64Array(data.length / 4);
  for (let n = 0; n < light.length; n += 1) {
    light[n] = 0.299 * data[4 * n] + 0.587 * data[4 * n + 1] + 0.114 * data[4 * n + 2];
  }
  return light;
}

/** @param {ArrayLike<number>} values */
function average(values) {
  let sum = 0;
  for (let n = 0; n < values.length; n += 1) sum += values[n];
  return values.length ? sum / values.length : 0;
}

/** @param {Float64Array} values */
function deviation(values) {
  const mean = average(values);
  return Math.sqrt(average(values.map((value) => (value - mean) ** 2)));
}

/** @param {ArrayLike<number>} one @param {ArrayLike<number>} other */
function same(one, other) {
  for (let n = 0; n < one.length; n += 1) if (one[n] !== other[n]) return false;
  return true;
}
