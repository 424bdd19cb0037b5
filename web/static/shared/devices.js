// Opening cameras, microphones and speakers. What was chosen is taken where it is there; what is there is taken where
// it is not. Nothing here remembers or waits: device-model.js does.
import { KIND, choices, createMemory, found } from "./device-choice.js";

/** @typedef {"no_camera" | "no_microphone" | "no_devices" | "denied" | null} DeviceProblem */
/** @typedef {import("./device-choice.js").Device} Device */
/** @typedef {import("./device-choice.js").Memory} Memory */
/** @typedef {import("./device-choice.js").Processing} Processing */
/** @typedef {{width: number, height: number, frameRate: number}} Cap The most a camera is asked for. */

/** @type {Cap} */
const CAP_OF_TWO = Object.freeze({ width: 1280, height: 720, frameRate: 30 });
/** Three or four send their picture two or three times: what the line carries is shared. @type {Cap} */
const CAP_OF_SEVERAL = Object.freeze({ width: 640, height: 360, frameRate: 30 });
/** A hub that is plugged in announces its devices one after the other. */
const SETTLED_AFTER_MS = 300;

/** @param {number} people How many take part in the call. @returns {Cap} */
export function capFor(people) {
  return people > 2 ? CAP_OF_SEVERAL : CAP_OF_TWO;
}

/** @param {Cap} cap @param {string} [device] @returns {MediaTrackConstraints} */
export function pictureConstraints({ width, height, frameRate }, device) {
  return {
    width: { ideal: width },
    height: { ideal: height },
    frameRate: { ideal: frameRate, max: frameRate },
    ...(device && { deviceId: { exact: device } }),
  };
}

/** @param {Processing} processing @param {string} [device] @returns {MediaTrackConstraints} */
export function soundConstraints(processing, device) {
  return { ...processing, ...(device && { deviceId: { exact: device } }) };
}

/** What there is; nothing where the browser does not tell. @returns {Promise<Device[]>} */
export async function listDevices() {
  try {
    return await navigator.mediaDevices.enumerateDevices();
  } catch {
    return [];
  }
}

/**
 * Whether the browser has been allowed for good, so that opening asks nobody.
 * @param {"camera" | "microphone"} kind @returns {Promise<PermissionState | "unknown">}
 */
async function permission(kind) {
  try {
    return (await navigator.permissions.query({ name: kind })).state;
  } catch {
    return "unknown";
  }
}

/** @param {unknown} error */
function isDenied(error) {
  return error instanceof DOMException && error.name === "NotAllowedError";
}

/**
 * Open camera and microphone, those chosen before where they are there, or as much of them as there is.
 * @param {object} [wanted]
 * @param {boolean} [wanted.video]
 * @param {boolean} [wanted.audio]
 * @param {Cap} [wanted.cap]
 * @param {Memory} [wanted.memory]
 * @param {Processing} [wanted.processing]
 * @returns {Promise<{stream: MediaStream | null, problem: DeviceProblem}>}
 */
export async function openDevices({
  video = true,
  audio = true,
  cap = CAP_OF_TWO,
  memory = createMemory(),
  processing = memory.processing(),
} = {}) {
  const known = await listDevices();
  const camera = found(choices(known, "camera"), memory.remembered("camera"))?.id;
  const microphone = found(choices(known, "microphone"), memory.remembered("microphone"))?.id;
  /** @type {{video: MediaTrackConstraints | false, audio: MediaTrackConstraints | false, problem: DeviceProblem}[]} */
  const attempts = [
    {
      video: video && pictureConstraints(cap, camera),
      audio: audio && soundConstraints(processing, microphone),
      problem: null,
    },
  ];
  const anyPicture = video && pictureConstraints(cap);
  const anySound = audio && soundConstraints(processing);
  if (camera || microphone) attempts.push({ video: anyPicture, audio: anySound, problem: null });
  if (video && audio) {
    attempts.push({ video: false, audio: anySound, problem: "no_camera" });
    attempts.push({ video: anyPicture, audio: false, problem: "no_microphone" });
  }
  let denied = false;
  for (const { problem, ...constraints } of attempts) {
    if (denied && !(await mayStillOpen(constraints))) continue;
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints);
      return { stream: await withFavourites(stream, { cap, memory, processing }), problem };
    } catch (error) {
      denied ||= isDenied(error);
    }
  }
  return { stream: null, problem: denied ? "denied" : "no_devices" };
}

/**
 * After a refusal, what was allowed by itself is opened alone; nobody is asked a second time.
 * @param {{video: object | false, audio: object | false}} constraints
 */
async function mayStillOpen({ video, audio }) {
  if (Boolean(video) === Boolean(audio)) return false;
  return (await permission(video ? "camera" : "microphone")) === "granted";
}

/**
 * Labels may be known only now that something is open: what was chosen before takes the place of the default then.
 * @param {MediaStream} stream @param {{cap: Cap, memory: Memory, processing: Processing}} wanted
 */
async function withFavourites(stream, { cap, memory, processing }) {
  const kinds = /** @type {const} */ (["camera", "microphone"]).filter((kind) => memory.remembered(kind));
  if (!kinds.length) return stream;
  const known = await listDevices();
  const tracks = await Promise.all(
    stream.getTracks().map(async (track) => {
      const kind = track.kind === "video" ? "camera" : "microphone";
      const favourite = found(choices(known, kind), memory.remembered(kind));
      if (!favourite || favourite.id === track.getSettings().deviceId) return track;
      // Firefox would ask again, with the first answer hardly given: what was picked there stands.
      if ((await permission(kind)) !== "granted") return track;
      const { track: better } = await openTrack(kind, { device: favourite.id, cap, processing });
      if (better) track.stop();
      return better ?? track;
    }),
  );
  return new MediaStream(tracks);
}

/**
 * Open one device; the system's default when none is named.
 * @param {"camera" | "microphone"} kind
 * @param {{device?: string, cap: Cap, processing: Processing}} wanted
 * @returns {Promise<{track: MediaStreamTrack | null, denied: boolean}>}
 */
export async function openTrack(kind, { device, cap, processing }) {
  const wanted = kind === "camera" ? { video: pictureConstraints(cap, device) } : { audio: soundConstraints(processing, device) };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    return { track: stream.getTracks()[0] ?? null, denied: false };
  } catch (error) {
    return { track: null, denied: isDenied(error) };
  }
}

/** Stop every track, so that the camera's light goes out. @param {MediaStream | null} stream */
export function closeStream(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/**
 * Tell the list of devices whenever it has changed and come to rest.
 * @param {(devices: Device[]) => void} onChange @returns {() => void} Ends it.
 */
export function watchDevices(onChange) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let settling;
  let watching = true;
  const changed = () => {
    clearTimeout(settling);
    settling = setTimeout(async () => {
      const devices = await listDevices();
      if (watching) onChange(devices);
    }, SETTLED_AFTER_MS);
  };
  navigator.mediaDevices?.addEventListener("devicechange", changed);
  return () => {
    watching = false;
    clearTimeout(settling);
    navigator.mediaDevices?.removeEventListener("devicechange", changed);
  };
}

/** Whether this browser lets a page choose the speaker among these. @param {Device[]} devices */
export function canChooseSpeaker(devices) {
  return "setSinkId" in HTMLMediaElement.prototype && devices.some(({ kind, label }) => kind === KIND.speaker && label);
}

/**
 * Let an element sound from this speaker; "" is the system's default, which is also taken when that one is gone.
 * @param {HTMLMediaElement} element @param {string} speaker
 */
export async function playOn(element, speaker) {
  if (!("setSinkId" in element) || element.sinkId === speaker) return;
  try {
    await element.setSinkId(speaker);
  } catch {
    await element.setSinkId("").catch(() => undefined);
  }
}

/**
 * Play now, or at the next touch or key: browsers may keep a page silent that nobody has touched yet.
 * @param {HTMLMediaElement} element
 * @param {EventTarget} page Where touches and keys are noticed.
 * @returns {() => void} Waits for no touch any more.
 */
export function playSoon(element, page = globalThis) {
  const waiting = new AbortController();
  element.play().catch((error) => {
    // A play() that a newer stream interrupts is not an error.
    if (error.name !== "NotAllowedError") return;
    const again = () => {
      waiting.abort();
      element.play().catch(() => undefined);
    };
    for (const touch of ["click", "keydown"]) page.addEventListener(touch, again, { signal: waiting.signal });
  });
  return () => waiting.abort();
}
