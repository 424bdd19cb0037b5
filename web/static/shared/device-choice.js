// Which camera, microphone and speaker: what was chosen before and is remembered, and what to do when devices come and
// go. Rules only; devices.js opens and device-model.js carries out.

/** @typedef {"camera" | "microphone" | "speaker"} Kind */
/** @typedef {{kind: string, deviceId: string, label: string}} Device As enumerateDevices tells it. */
/** @typedef {{id: string, label: string, nth: number, name: string}} Choice */
/** @typedef {{label: string, nth: number}} Remembered `nth` tells devices of one model apart. */
/** @typedef {{echoCancellation: boolean, noiseSuppression: boolean, autoGainControl: boolean}} Processing */
/** @typedef {{id: string, label: string}} Using The device of a running track. */

/**
 * @typedef {{do: "keep"}
 *   | {do: "open", device: Choice | null, why: "came_back" | "vanished" | "appeared"}
 *   | {do: "without"}} Step `device` null is the system's default.
 */

/** @type {Record<Kind, MediaDeviceKind>} */
export const KIND = { camera: "videoinput", microphone: "audioinput", speaker: "audiooutput" };
/** @type {Processing} */
export const PROCESSING = Object.freeze({ echoCancellation: true, noiseSuppression: true, autoGainControl: true });

/** Chromium lists the system's choices once more under these ids; their labels are in the browser's language. */
const STANDING_FOR_ANOTHER = ["default", "communications"];

/**
 * A label without what changes when the same device is plugged in elsewhere or becomes the default: "Default - ",
 * "(046d:0825)", "(2)", "#2", and the number Windows puts before a name in brackets.
 * @param {string} label
 */
export function plainLabel(label) {
  return label
    .replace(/^(default|communications) - /i, "")
    .replace(/\s*\(([0-9a-f]{4}:[0-9a-f]{4}|\d+)\)$/i, "")
    .replace(/\s*#\d+$/, "")
    .replace(/\((\d+)- /, "(")
    .trim();
}

/**
 * The devices that can be chosen. None as long as the browser keeps their labels to itself, before it is allowed.
 * @param {Device[]} devices @param {Kind} kind @returns {Choice[]}
 */
export function choices(devices, kind) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return devices
    .filter((device) => device.kind === KIND[kind] && device.label && !STANDING_FOR_ANOTHER.includes(device.deviceId))
    .map(({ deviceId, label }) => {
      const nth = (seen.get(label) ?? 0) + 1;
      seen.set(label, nth);
      return { id: deviceId, label, nth, name: nth > 1 ? `${label} (${nth})` : label };
    });
}

/**
 * The device that was chosen before, under whatever id it has now; null when it is not there.
 * @param {Choice[]} among @param {Remembered | null} remembered @returns {Choice | null}
 */
export function found(among, remembered) {
  if (!remembered) return null;
  const same = among.filter(({ label }) => label === remembered.label);
  const plain = plainLabel(remembered.label);
  const alike = among.find(({ label }) => plainLabel(label) === plain);
  return same.find(({ nth }) => nth === remembered.nth) ?? same[0] ?? alike ?? null;
}

/** @param {Choice} choice @param {Using} using */
function isInUse(choice, using) {
  if (choice.id === using.id) return true;
  return STANDING_FOR_ANOTHER.includes(using.id) && plainLabel(choice.label) === plainLabel(using.label);
}

/**
 * What to do about one kind of device after the list changed or a track ended: keep what works, go back to what was
 * chosen when it is back, take the next best for what is gone, and go on without when nothing is left.
 * @param {object} situation
 * @param {Device[]} situation.devices
 * @param {"camera" | "microphone"} situation.kind
 * @param {Using | null} situation.using
 * @param {Remembered | null} situation.remembered
 * @param {boolean} [situation.ended] Whether the running track has ended by itself.
 * @param {string[]} [situation.failed] Ids of devices that could not be opened and are not tried again.
 * @returns {Step}
 */
export function nextStep({ devices, kind, using, remembered, ended = false, failed = [] }) {
  const usable = choices(devices, kind).filter(({ id }) => !failed.includes(id));
  const favourite = found(usable, remembered);
  const ofKind = devices.filter((device) => device.kind === KIND[kind]);
  // Where labels are kept back, ids are too: such a list says nothing about the device in use.
  const told = ofKind.length === 0 || ofKind.some(({ label }) => label);
  const there = Boolean(using) && !ended && (!told || ofKind.some(({ deviceId }) => deviceId === using?.id));
  if (using && there) {
    if (favourite && !isInUse(favourite, using)) return { do: "open", device: favourite, why: "came_back" };
    return { do: "keep" };
  }
  const why = using ? "vanished" : "appeared";
  if (favourite) return { do: "open", device: favourite, why };
  const tryDefault = !failed.includes("default");
  if (tryDefault && ofKind.some(({ deviceId }) => deviceId === "default")) return { do: "open", device: null, why };
  // Elsewhere the first of the list is the system's default.
  if (usable.length) return { do: "open", device: usable[0], why };
  // Plugged in before anything was ever allowed: the browser asks now.
  if (!told && tryDefault) return { do: "open", device: null, why };
  return using ? { do: "without" } : { do: "keep" };
}

/** localStorage, where the browser lets the page have it. @returns {Storage | null} */
function ownStorage() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/** @typedef {ReturnType<typeof createMemory>} Memory */

/**
 * What was chosen in this browser. Where nothing may be stored it lasts as long as the page.
 * @param {object} [options]
 * @param {string} [options.page] The processing of sound is remembered for each page by itself.
 * @param {Pick<Storage, "getItem" | "setItem" | "removeItem"> | null} [options.storage]
 */
export function createMemory({ page = "page", storage = ownStorage() } = {}) {
  /** @type {Map<string, any>} */
  const here = new Map();

  /** @param {string} key @returns {any} */
  function get(key) {
    if (here.has(key)) return here.get(key);
    try {
      return JSON.parse(storage?.getItem(key) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {object | null} value */
  function set(key, value) {
    here.set(key, value);
    try {
      if (value) storage?.setItem(key, JSON.stringify(value));
      else storage?.removeItem(key);
    } catch {
      // Full or forbidden: it is kept for this page load.
    }
  }

  return {
    /** @param {Kind} kind @returns {Remembered | null} Null is the system's default. */
    remembered(kind) {
      const kept = get(`gloria.device.${kind}`);
      return typeof kept?.label === "string" ? { label: kept.label, nth: Number(kept.nth) || 1 } : null;
    },
    /** @param {Kind} kind @param {Choice | null} choice */
    remember(kind, choice) {
      set(`gloria.device.${kind}`, choice && { label: choice.label, nth: choice.nth });
    },
    /** @returns {Processing} */
    processing() {
      const kept = get(`gloria.processing.${page}`) ?? {};
      const { echoCancellation, noiseSuppression, autoGainControl } = { ...PROCESSING, ...kept };
      return {
        echoCancellation: echoCancellation !== false,
        noiseSuppression: noiseSuppression !== false,
        autoGainControl: autoGainControl !== false,
      };
    },
    /** @param {Processing} processing */
    rememberProcessing(processing) {
      set(`gloria.processing.${page}`, processing);
    },
  };
}
