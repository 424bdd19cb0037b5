// How loud a microphone is, and whether somebody talks while muted. Nothing measured here leaves the page.
import { computed, signal } from "@preact/signals";

const EVERY_MS = 100;
const SAMPLES = 2048;
/** A meter shows loudness as it is heard: from here (a quiet room) to full scale. */
const QUIET_DB = -60;

/** Root mean square of samples from -1 to 1: 0 is silence, 1 a full-scale square. @param {ArrayLike<number>} samples */
export function rms(samples) {
  let sum = 0;
  for (let at = 0; at < samples.length; at += 1) sum += samples[at] * samples[at];
  return samples.length ? Math.min(1, Math.sqrt(sum / samples.length)) : 0;
}

/** How much of a meter a level fills, 0 to 1, in steps of loudness (decibels). @param {number} level */
export function meterShare(level) {
  if (level <= 0) return 0;
  const db = 20 * Math.log10(level);
  return Math.min(1, Math.max(0, 1 - db / QUIET_DB));
}

/**
 * Measure a track ten times a second. It makes no sound, and ends with the track.
 * @param {MediaStreamTrack} track Its level is 0 while it is not enabled: give a clone to hear a muted one.
 * @param {object} [options]
 * @param {(level: number) => void} [options.onLevel]
 * @param {() => AudioContext} [options.openAudio]
 */
export function openLevel(track, { onLevel = () => {}, openAudio = () => new AudioContext() } = {}) {
  const level = signal(0);
  const audio = openAudio();
  const source = audio.createMediaStreamSource(new MediaStream([track]));
  const analyser = audio.createAnalyser();
  analyser.fftSize = SAMPLES;
  // Not connected to the loudspeaker: an analyser works without.
  source.connect(analyser);
  // Not waited for: a page that records may play, so this needs no touch.
  void audio.resume();
  const samples = new Float32Array(SAMPLES);
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(samples);
    level.value = rms(samples);
    onLevel(level.value);
  }, EVERY_MS);
  let closed = false;

  function close() {
    if (closed) return;
    closed = true;
    clearInterval(timer);
    track.removeEventListener("ended", close);
    source.disconnect();
    void audio.close();
    level.value = 0;
    onLevel(0);
  }

  track.addEventListener("ended", close);
  return { level, close };
}

// Talking while muted. The figures are for microphones with gain control, where speech lies at 0.03 to 0.3 and a room
// without it, after noise suppression, under 0.005.
const SPEECH_FROM = 0.025;
const SPEECH_UNTIL = 0.012;
/** Between two words it is quiet for less than this. */
const GAP_MS = 350;
/** A cough or a chair is shorter. */
const SPEECH_FOR_MS = 600;
const SHOWN_FOR_MS = 4000;
const QUIET_AFTER_MS = 10000;
/** Syllables go up and down; a fan does not. */
const LIVELINESS = 2;

/**
 * @typedef {object} Hearing
 * @property {boolean} shown Whether to say that nobody hears this.
 * @property {number | null} since_ms When the present speech began.
 * @property {number} heard_ms When it was last loud enough.
 * @property {number} loudest
 * @property {number} quietest
 * @property {number} hide_ms When what is shown goes away.
 * @property {number} again_ms Before this it is not shown again.
 */

/** @type {Hearing} */
export const HEARD_NOTHING = Object.freeze({
  shown: false,
  since_ms: null,
  heard_ms: 0,
  loudest: 0,
  quietest: 1,
  hide_ms: 0,
  again_ms: 0,
});

/**
 * What one more level makes of what was heard. To be called with every level, muted or not.
 * @param {Hearing} before @param {{muted: boolean, level: number, at_ms: number}} now @returns {Hearing}
 */
export function hears(before, { muted, level, at_ms }) {
  const again_ms = before.again_ms;
  if (!muted) return { ...HEARD_NOTHING, again_ms: before.shown ? at_ms + QUIET_AFTER_MS : again_ms };
  const shown = before.shown && at_ms < before.hide_ms;
  const speaking = before.since_ms !== null;
  const loud = level >= (speaking ? SPEECH_UNTIL : SPEECH_FROM);
  const heard_ms = loud ? at_ms : before.heard_ms;
  if (!loud && (!speaking || at_ms - heard_ms > GAP_MS)) {
    return { ...before, shown, since_ms: null, loudest: 0, quietest: 1 };
  }
  const since_ms = before.since_ms ?? at_ms;
  const loudest = Math.max(before.loudest, level);
  const quietest = Math.min(before.quietest, level);
  const now = { ...before, shown, since_ms, heard_ms, loudest, quietest };
  const speech = heard_ms - since_ms >= SPEECH_FOR_MS && loudest >= LIVELINESS * quietest;
  if (!speech || shown || at_ms < again_ms) return now;
  return { ...now, shown: true, hide_ms: at_ms + SHOWN_FOR_MS, again_ms: at_ms + SHOWN_FOR_MS + QUIET_AFTER_MS };
}

/**
 * Hears one's own microphone, muted or not, on a clone that never leaves the page: the track that is sent is silent
 * while muted. The clone ends when the listening does, so that the light of the microphone goes out.
 */
export function createEar() {
  const level = signal(0);
  const hearing = signal(HEARD_NOTHING);
  let muted = false;
  /** @type {{of: MediaStreamTrack, close: () => void} | null} */
  let listening = null;

  /** @param {number} heard */
  function onLevel(heard) {
    level.value = heard;
    hearing.value = hears(hearing.peek(), { muted, level: heard, at_ms: performance.now() });
  }

  return {
    level,
    talkingWhileMuted: computed(() => hearing.value.shown),
    /** @param {MediaStreamTrack | null} microphone Null listens no more. @param {boolean} isMuted */
    listen(microphone, isMuted) {
      muted = isMuted;
      if (!muted || !microphone) {
        hearing.value = hears(hearing.peek(), { muted: false, level: 0, at_ms: performance.now() });
      }
      if ((listening?.of ?? null) === microphone) return;
      listening?.close();
      listening = null;
      if (!microphone) return;
      const clone = microphone.clone();
      clone.enabled = true;
      const { close } = openLevel(clone, { onLevel });
      listening = { of: microphone, close: () => (close(), clone.stop()) };
    },
  };
}
