// Takes small pictures of a camera for picture.js.
import { judgePicture } from "./picture.js";

const WIDTH = 64;
const HEIGHT = 48;
const PICTURES = 12;
const EVERY_MS = 170;
const FIRST_WITHIN_MS = 3000;

/** How long it takes, in seconds. */
export const LOOKING_S = (PICTURES * EVERY_MS) / 1000 + 0.5;

/**
 * Look at what a camera gives for two seconds.
 * @param {MediaStream} stream
 * @returns {Promise<import("./picture.js").PictureVerdict>} A camera that gives no picture at all counts as black.
 */
export async function look(stream) {
  const video = document.createElement("video");
  video.muted = true;
  video.playsInline = true;
  video.srcObject = new MediaStream(stream.getVideoTracks());
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const surface = canvas.getContext("2d", { willReadFrequently: true });
  try {
    const playing = new Promise((resolve) => (video.onplaying = () => resolve(true)));
    video.play().catch(() => undefined);
    const began = await Promise.race([playing, pause(FIRST_WITHIN_MS).then(() => false)]);
    if (!began || !surface) return "black";
    /** @type {ImageData[]} */
    const pictures = [];
    while (pictures.length < PICTURES) {
      await pause(EVERY_MS);
      surface.drawImage(video, 0, 0, WIDTH, HEIGHT);
      pictures.push(surface.getImageData(0, 0, WIDTH, HEIGHT));
    }
    // Exposure needs a moment after a camera was opened.
    return judgePicture(pictures.slice(2));
  } finally {
    video.srcObject = null;
  }
}

/** @param {number} ms */
function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
