// The tracks of the open camera and microphone, as one stream that is replaced whenever a track is.
import { signal } from "@preact/signals";
import { capFor, closeStream, openTrack, pictureConstraints } from "./devices.js";
import { createEar } from "./levels.js";

/** @typedef {"camera" | "microphone"} Source */

const TRACK_OF = { camera: "video", microphone: "audio" };

/**
 * @param {object} options
 * @param {(stream: MediaStream | null) => void} options.onStream Each new stream, at once.
 * @param {(source: Source, track: MediaStreamTrack) => void} options.onEnded A track in use ended, not by this page.
 */
export function createTracks({ onStream, onEnded }) {
  const local = signal(/** @type {MediaStream | null} */ (null));
  const problem = signal(/** @type {import("./devices.js").DeviceProblem} */ (null));
  const ear = createEar();
  let cap = capFor(2);
  let muted = false;
  let cameraOff = false;
  let metered = false;

  /** @param {Source} source */
  const trackOf = (source) => local.peek()?.getTracks().find((track) => track.kind === TRACK_OF[source]) ?? null;

  function listen() {
    ear.listen(muted || metered ? trackOf("microphone") : null, muted);
  }

  function applySwitches() {
    for (const track of local.peek()?.getTracks() ?? []) track.enabled = track.kind === "audio" ? !muted : !cameraOff;
    listen();
  }

  /** @param {MediaStream | null} stream */
  function put(stream) {
    const before = local.peek()?.getTracks() ?? [];
    for (const track of stream?.getTracks() ?? []) {
      if (before.includes(track)) continue;
      const ended = () => trackOf(sourceOf(track)) === track && onEnded(sourceOf(track), track);
      track.addEventListener("ended", ended, { once: true });
    }
    local.value = stream;
    applySwitches();
    onStream(stream);
  }

  /** One track in the place of another, or of none. @param {Source} source @param {MediaStreamTrack | null} track */
  function swap(source, track) {
    const before = trackOf(source);
    const kept = local.peek()?.getTracks().filter((other) => other !== before) ?? [];
    const tracks = track ? [...kept, track] : kept;
    const has = (/** @type {Source} */ one) => tracks.some((other) => sourceOf(other) === one);
    if (has("camera")) problem.value = has("microphone") ? null : "no_microphone";
    else problem.value = has("microphone") ? "no_camera" : "no_devices";
    put(tracks.length ? new MediaStream(tracks) : null);
    before?.stop();
  }

  return {
    local,
    problem,
    ear,
    trackOf,
    put,
    swap,
    cap: () => cap,

    /**
     * Open a device in the place of the one before it.
     * @param {Source} source @param {string | undefined} device Id; the system's default when there is none.
     * @param {import("./device-choice.js").Processing} processing
     * @param {() => boolean} wanted Whether it is still wanted when it is open.
     */
    async replace(source, device, processing, wanted) {
      const before = trackOf(source);
      // One device cannot be open in two ways: Chromium gives what is open already, with its old processing. So it is
      // closed first, and what listens to it as well.
      if (before && before.getSettings().deviceId === (device ?? "default")) {
        if (source === "microphone") ear.listen(null, muted);
        before.stop();
      }
      const { track } = await openTrack(source, { device, cap, processing });
      if (!track || !wanted()) {
        track?.stop();
        return false;
      }
      swap(source, track);
      return true;
    },

    close() {
      closeStream(local.peek());
      problem.value = null;
      put(null);
    },

    /** @param {{muted: boolean, cameraOff: boolean}} switches */
    setSwitches(switches) {
      ({ muted, cameraOff } = switches);
      applySwitches();
    },

    /** Whether the level is wanted also while not muted. @param {boolean} on */
    setMetered(on) {
      metered = on;
      listen();
    },

    /** How large the picture may be, as capFor says. @param {import("./devices.js").Cap} most */
    async setCap(most) {
      cap = most;
      // A camera that cannot is left as it is: the sender scales the picture anyway.
      await trackOf("camera")?.applyConstraints(pictureConstraints(most)).catch(() => undefined);
    },
  };
}

/** @param {MediaStreamTrack} track @returns {Source} */
function sourceOf(track) {
  return track.kind === "video" ? "camera" : "microphone";
}
