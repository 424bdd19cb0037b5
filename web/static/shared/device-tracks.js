// The tracks of the open camera and microphone, as one stream that is replaced whenever a track is.
import { signal } from "@preact/signals";
import { capFor, closeStream, openTrack, pictureConstraints } from "./devices.js";
import { WHOLE } from "./device-needs.js";
import { createEar } from "./levels.js";

/** @typedef {"camera" | "microphone"} Source */

const TRACK_OF = { camera: "video", microphone: "audio" };

/**
 * @param {object} options
 * @param {(source: Source, track: MediaStreamTrack) => void} options.onEnded A track in use ended, not by this page.
 */
export function createTracks({ onEnded }) {
  const local = signal(/** @type {MediaStream | null} */ (null));
  const problem = signal(/** @type {import("./devices.js").DeviceProblem} */ (null));
  const ear = createEar();
  let need = WHOLE;
  let metered = false;

  /** @param {Source} source */
  const trackOf = (source) => local.peek()?.getTracks().find((track) => track.kind === TRACK_OF[source]) ?? null;

  const cap = () => capFor(need.people);

  /** The picture is no larger than it may be now. @param {import("./devices.js").Cap} before What it was asked for with. */
  function fitPicture(before) {
    if (cap() === before) return;
    // A camera that cannot is left as it is: the sender scales the picture anyway.
    void trackOf("camera")?.applyConstraints(pictureConstraints(cap())).catch(() => undefined);
  }

  function listen() {
    ear.listen(need.muted || metered ? trackOf("microphone") : null, need.muted);
  }

  /** @param {MediaStream | null} stream */
  function applySwitches(stream) {
    for (const track of stream?.getTracks() ?? []) track.enabled = track.kind === "audio" ? !need.muted : !need.cameraOff;
  }

  /** @param {MediaStream | null} stream */
  function put(stream) {
    const before = local.peek()?.getTracks() ?? [];
    for (const track of stream?.getTracks() ?? []) {
      if (before.includes(track)) continue;
      const ended = () => trackOf(sourceOf(track)) === track && onEnded(sourceOf(track), track);
      track.addEventListener("ended", ended, { once: true });
    }
    // Whoever sends the stream on does so at once: what is off is off before.
    applySwitches(stream);
    local.value = stream;
    listen();
  }

  /** One track in the place of another, or of none. @param {Source} source @param {MediaStreamTrack | null} track */
  function swap(source, track) {
    const before = trackOf(source);
    const kept = local.peek()?.getTracks().filter((other) => other !== before) ?? [];
    const tracks = track ? [...kept, track] : kept;
    const has = (/** @type {Source} */ one) => tracks.some((other) => sourceOf(other) === one);
    if (has("microphone")) problem.value = has("camera") || !need.picture ? null : "no_camera";
    else problem.value = has("camera") ? "no_microphone" : "no_devices";
    put(tracks.length ? new MediaStream(tracks) : null);
    before?.stop();
  }

  return {
    local,
    problem,
    ear,
    trackOf,
    swap,
    cap,

    /** What was opened is there. @param {MediaStream | null} stream @param {import("./devices.js").Cap} asked For what size. */
    put(stream, asked) {
      put(stream);
      fitPicture(asked);
    },

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
        if (source === "microphone") ear.listen(null, need.muted);
        before.stop();
      }
      const asked = cap();
      const { track } = await openTrack(source, { device, cap: asked, processing });
      if (!track || !wanted()) {
        track?.stop();
        return false;
      }
      swap(source, track);
      fitPicture(asked);
      return true;
    },

    close() {
      closeStream(local.peek());
      problem.value = null;
      put(null);
    },

    /** Whether the level is wanted also while not muted. @param {boolean} on */
    setMetered(on) {
      metered = on;
      listen();
    },

    /** What is needed from now on. @param {import("./device-needs.js").Need} next */
    fit(next) {
      const before = cap();
      need = next;
      applySwitches(local.peek());
      listen();
      fitPicture(before);
    },
  };
}

/** @param {MediaStreamTrack} track @returns {Source} */
function sourceOf(track) {
  return track.kind === "video" ? "camera" : "microphone";
}
