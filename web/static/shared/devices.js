// Camera and microphone.

/** @typedef {"no_camera" | "no_microphone" | "no_devices" | "denied" | null} DeviceProblem */

/**
 * Open camera and microphone, or as much of them as there is.
 * @param {{video?: boolean, audio?: boolean}} [wanted]
 * @returns {Promise<{stream: MediaStream | null, problem: DeviceProblem}>}
 */
export async function openDevices({ video = true, audio = true } = {}) {
  const picture = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } };
  const sound = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  /** @type {[MediaStreamConstraints, DeviceProblem][]} */
  const attempts = [
    [{ video: video && picture, audio: audio && sound }, null],
    [{ audio: sound }, "no_camera"],
    [{ video: picture }, "no_microphone"],
  ];
  let denied = false;
  for (const [constraints, problem] of attempts) {
    try {
      return { stream: await navigator.mediaDevices.getUserMedia(constraints), problem };
    } catch (error) {
      denied ||= error instanceof DOMException && error.name === "NotAllowedError";
      if (denied) break;
    }
  }
  return { stream: null, problem: denied ? "denied" : "no_devices" };
}

/** Stop every track, so that the camera's light goes out. @param {MediaStream | null} stream */
export function closeStream(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}
