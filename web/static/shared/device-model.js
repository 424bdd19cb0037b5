// The devices of a page as signals: opened while somebody needs them, followed when they are plugged in and out, and
// closed, lights and all, when nobody does. Rules are in device-choice.js.
import { computed, signal } from "@preact/signals";
import { choices, createMemory, found, nextStep } from "./device-choice.js";
import { WHOLE, together } from "./device-needs.js";
import { canChooseSpeaker, closeStream, listDevices, openDevices, watchDevices } from "./devices.js";
import { createTracks } from "./device-tracks.js";

/** @typedef {import("./device-choice.js").Kind} Kind */
/** @typedef {import("./device-choice.js").Processing} Processing */
/** @typedef {import("./device-needs.js").Need} Need */
/** @typedef {import("./device-tracks.js").Source} Source */
/** @typedef {{code: "came_back" | "vanished" | "appeared" | "gone" | "not_opened", kind: Source, name: string}} Told */
/** @typedef {ReturnType<typeof createDevices>} Devices */

/** @type {Source[]} */
const SOURCES = ["camera", "microphone"];

/**
 * @param {object} [options]
 * @param {import("./device-choice.js").Memory} [options.memory]
 */
export function createDevices({ memory = createMemory() } = {}) {
  const known = signal(/** @type {import("./device-choice.js").Device[]} */ ([]));
  const told = signal(/** @type {Told | null} */ (null));
  const processing = signal(memory.processing());
  /** Rises with every choice: what is remembered is no signal. */
  const chosenTimes = signal(0);
  const tracks = createTracks({ onEnded: (source, track) => void review(source, track) });
  const { local, problem, ear, trackOf } = tracks;
  /** Who needs the devices, and what of them. @type {Map<string, Need>} */
  const holders = new Map();
  /** Whether anybody needs the camera. */
  let picture = true;
  let onlookers = 0;
  /** Which opening counts. */
  let turn = 0;
  /** @type {Promise<void> | null} Kept when it is done: a refusal is not asked for again. */
  let opening = null;
  /** Changes are made one after the other. */
  let work = Promise.resolve();
  /** @type {string[]} */
  let failed = [];
  /** @type {(() => void) | null} */
  let stopWatching = null;

  /** @param {Kind} kind */
  const choicesOf = (kind) => choices(known.value, kind);

  /** @param {Kind} kind */
  const favourite = (kind) => found(choicesOf(kind), memory.remembered(kind));

  function watchWhileNeeded() {
    const needed = holders.size > 0 || onlookers > 0;
    if (needed && !stopWatching) {
      stopWatching = watchDevices((devices) => {
        known.value = devices;
        failed = failed.filter((id) => devices.some(({ deviceId }) => deviceId === id));
        for (const source of SOURCES) void review(source);
      });
    } else if (!needed) {
      stopWatching?.();
      stopWatching = null;
    }
  }

  async function begin() {
    const mine = (turn += 1);
    const cap = tracks.cap();
    const opened = await openDevices({ video: picture, cap, memory, processing: processing.peek() });
    if (turn !== mine) {
      closeStream(opened.stream);
      return;
    }
    problem.value = opened.problem;
    tracks.put(opened.stream, cap);
    const devices = await listDevices();
    if (turn === mine) known.value = devices;
  }

  /** A change of what is open now, after those before it. @param {(wanted: () => boolean) => Promise<void>} change */
  function next(change) {
    const mine = turn;
    const wanted = () => turn === mine && opening !== null;
    work = work
      .then(() => opening)
      .then(() => (wanted() ? change(wanted) : undefined))
      .catch((error) => console.warn("device not changed", error?.name));
    return work;
  }

  /** What is needed has changed. */
  function fit() {
    const before = picture;
    const need = together(holders.values());
    picture = need.picture;
    tracks.fit(need);
    if (opening && picture !== before) void fitCamera();
  }

  /** Open the camera beside what is open, or close it alone. */
  function fitCamera() {
    return next(async (wanted) => {
      const isWanted = () => wanted() && picture;
      const tries = picture && !trackOf("camera") ? new Set([favourite("camera")?.id, undefined]) : [];
      for (const device of tries) {
        if (!isWanted() || (await tracks.replace("camera", device, processing.peek(), isWanted))) return;
      }
      // Without it; that is a problem only where it is needed.
      if (wanted() && !(picture && trackOf("camera")) && problem.peek() !== "denied") tracks.swap("camera", null);
    });
  }

  /** Bring one source in step with what is plugged in. @param {Source} kind @param {MediaStreamTrack} [ended] */
  function review(kind, ended) {
    return next(async (wanted) => {
      const track = trackOf(kind);
      if (problem.peek() === "denied" || (ended && ended !== track) || (kind === "camera" && !picture)) return;
      if (ended) known.value = await listDevices();
      const using = track && { id: track.getSettings().deviceId ?? "", label: track.label };
      const remembered = memory.remembered(kind);
      const gone = Boolean(ended) || track?.readyState === "ended";
      // Each device that cannot be opened is left out of the next try.
      for (;;) {
        const step = nextStep({ devices: known.peek(), kind, using, remembered, failed, ended: gone });
        if (step.do === "keep") return;
        if (step.do === "without") break;
        if (await tracks.replace(kind, step.device?.id, processing.peek(), wanted)) {
          const name = trackOf(kind)?.label ?? "";
          // One that ended by itself and could be opened again needs no words.
          if (name !== using?.label) told.value = { code: step.why, kind, name };
          return;
        }
        if (!wanted()) return;
        failed = [...failed, step.device?.id ?? "default"];
      }
      tracks.swap(kind, null);
      told.value = { code: "gone", kind, name: using?.label ?? "" };
    });
  }

  /**
   * What could not be opened leaves the one before in use, or the next best if that had to be closed first.
   * @param {Source} kind @param {string} name
   */
  function tellNotOpened(kind, name) {
    told.value = { code: "not_opened", kind, name };
    // The list shows again what is in use.
    chosenTimes.value += 1;
    void review(kind);
  }

  return {
    local,
    problem,
    /** What happened to a device by itself; set to null when it has been read. */
    told,
    processing,
    /** Loudness of the microphone, root mean square: measured while muted or looked at. */
    level: ear.level,
    /** Whether somebody talks here while muted. */
    talkingWhileMuted: ear.talkingWhileMuted,
    /** What can be chosen, and what is: "" is the system's default. No speaker where the browser offers no choice. */
    offered: computed(() => {
      void chosenTimes.value;
      const of = (/** @type {Kind} */ kind) => ({ choices: choicesOf(kind), chosen: favourite(kind)?.id ?? "" });
      const speaker = canChooseSpeaker(known.value) ? of("speaker") : null;
      return { camera: of("camera"), microphone: of("microphone"), speaker };
    }),
    /** For playOn: "" is the system's default. */
    speaker: computed(() => (void chosenTimes.value, favourite("speaker")?.id ?? "")),

    /**
     * Open what there is, once for everybody who needs it. To be said again when the need changes.
     * @param {string} holder @param {Partial<Need>} [need]
     */
    open(holder, need) {
      holders.set(holder, { ...WHOLE, ...need });
      watchWhileNeeded();
      fit();
      opening ??= begin();
      return opening;
    },

    /** @param {string} holder The devices are closed when the last one lets them go. */
    release(holder) {
      holders.delete(holder);
      watchWhileNeeded();
      if (holders.size === 0 && opening) {
        turn += 1;
        opening = null;
        failed = [];
        told.value = null;
        tracks.close();
      }
      fit();
    },

    /** Follow the list and the level while somebody looks. @returns {() => void} Ends it. */
    look() {
      onlookers += 1;
      watchWhileNeeded();
      tracks.setMetered(true);
      void listDevices().then((devices) => (known.value = devices));
      return () => {
        onlookers -= 1;
        watchWhileNeeded();
        tracks.setMetered(onlookers > 0);
      };
    },

    /** @param {Kind} kind @param {string} id "" is the system's default. */
    choose(kind, id) {
      const choice = choicesOf(kind).find((offered) => offered.id === id) ?? null;
      const remember = () => {
        memory.remember(kind, choice);
        chosenTimes.value += 1;
      };
      if (kind === "speaker" || !opening || (kind === "camera" && !picture)) {
        remember();
        return Promise.resolve();
      }
      return next(async (wanted) => {
        failed = [];
        told.value = null;
        if (await tracks.replace(kind, choice?.id, processing.peek(), wanted)) remember();
        else if (wanted()) tellNotOpened(kind, choice?.label ?? "");
      });
    },

    /** @param {keyof Processing} name @param {boolean} on */
    setProcessing(name, on) {
      processing.value = { ...processing.peek(), [name]: on };
      memory.rememberProcessing(processing.peek());
      return next(async (wanted) => {
        const track = trackOf("microphone");
        if (!track) return;
        const same = choicesOf("microphone").find(({ id }) => id === track.getSettings().deviceId);
        if (!(await tracks.replace("microphone", same?.id, processing.peek(), wanted)) && wanted()) {
          tellNotOpened("microphone", track.label);
        }
      });
    },
  };
}
