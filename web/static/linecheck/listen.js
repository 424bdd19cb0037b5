// Plays chirps and records what the microphone hears of them, without and with the browser's echo cancellation.
import { judgeSound, makeChirp } from "./chirp.js";

/** @typedef {import("./chirp.js").SoundJudgement} SoundJudgement */

const CHIRPS_AT_S = [0.3, 1.15, 2];
const RECORD_S = 3;
/** A device that gives no sound within this time beyond the recording's own is taken to be silent. */
const PATIENCE_MS = 2000;

/** How long it takes, in seconds. */
export const LISTENING_S = RECORD_S + 0.5;

/**
 * Listen for our own loudspeaker. It sounds: call it after a touch only.
 * @param {MediaStream} stream The microphone as calls use it, echo cancellation on.
 * @returns {Promise<SoundJudgement | {verdict: "not_checked"}>} Not checked: the browser cannot, or gives no sound.
 */
export async function listen(stream) {
  const microphone = stream.getAudioTracks()[0];
  const context = new AudioContext();
  /** @type {MediaStream | null} */
  let plain = null;
  try {
    await context.audioWorklet.addModule("/static/linecheck/recorder.js");
    await context.resume();
    const { deviceId } = microphone.getSettings();
    plain = await navigator.mediaDevices.getUserMedia({
      audio: {
        echoCancellation: false,
        noiseSuppression: false,
        autoGainControl: false,
        ...(deviceId && { deviceId: { exact: deviceId } }),
      },
    });
    const raw = record(context, plain);
    const processed = record(context, new MediaStream([microphone]));
    const played = play(context);
    const ended = new Promise((resolve) => setTimeout(resolve, RECORD_S * 1000));
    await ended;
    const recordings = await Promise.all([raw.end(), processed.end()]);
    if (!recordings[0]) return { verdict: "not_checked" };
    return judgeSound({
      raw: recordings[0].samples,
      processed: recordings[1] && alignedTo(recordings[0], recordings[1]),
      sampleRate: context.sampleRate,
      playedAt: played.map((at) => at - (recordings[0]?.from ?? 0)),
    });
  } catch {
    return { verdict: "not_checked" };
  } finally {
    for (const track of plain?.getTracks() ?? []) track.stop();
    await context.close();
  }
}

/** @param {AudioContext} context @returns {number[]} Frames of the context at which chirps are played. */
function play(context) {
  const chirp = makeChirp(context.sampleRate);
  const buffer = context.createBuffer(1, chirp.length, context.sampleRate);
  buffer.copyToChannel(chirp, 0);
  const now = context.currentTime;
  return CHIRPS_AT_S.map((at) => {
    const source = context.createBufferSource();
    source.buffer = buffer;
    source.connect(context.destination);
    source.start(now + at);
    return Math.round((now + at) * context.sampleRate);
  });
}

/**
 * Record a stream from now on.
 * @param {AudioContext} context @param {MediaStream} stream
 */
function record(context, stream) {
  const source = context.createMediaStreamSource(stream);
  const node = new AudioWorkletNode(context, "recorder", { numberOfOutputs: 0 });
  /** @type {Float32Array[]} */
  const pieces = [];
  let from = 0;
  /** @type {() => void} */
  let first = () => undefined;
  const began = new Promise((resolve) => (first = () => resolve(undefined)));
  node.port.onmessage = ({ data }) => {
    if (!pieces.length) from = data.frame;
    pieces.push(data.samples);
    first();
  };
  source.connect(node);
  return {
    /** What was recorded and at which frame of the context it begins; null when nothing ever came. */
    async end() {
      await Promise.race([began, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
      source.disconnect();
      node.port.onmessage = null;
      if (!pieces.length) return null;
      const samples = new Float32Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
      pieces.reduce((at, piece) => (samples.set(piece, at), at + piece.length), 0);
      return { from, samples };
    },
  };
}

/** @typedef {{from: number, samples: Float32Array}} Recording */

/** The second recording on the first one's time. @param {Recording} first @param {Recording} second */
function alignedTo(first, second) {
  const late = second.from - first.from;
  if (late <= 0) return second.samples.subarray(-late);
  const samples = new Float32Array(late + second.samples.length);
  samples.set(second.samples, late);
  return samples;
}
