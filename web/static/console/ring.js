// The sound of an offer: two soft tones, again every two seconds. The whole ringing is laid out on the audio clock at
// once, since timers of a page in the background are slowed down.
import { signal } from "@preact/signals";

const EVERY_S = 2;
const TONES = [
  { hertz: 587.33, after_s: 0 },
  { hertz: 440, after_s: 0.32 },
];
const TONE_S = 0.7;
const LOUDNESS = 0.22;

/** @typedef {ReturnType<typeof createRing>} Ring */

/** @param {() => AudioContext} [openAudio] */
export function createRing(openAudio = () => new AudioContext()) {
  /** Whether the browser keeps the page silent until somebody touches it. */
  const silenced = signal(false);
  /** @type {AudioContext | null} */
  let audio = null;
  /** @type {GainNode | null} What is ringing; taking it off ends the sound at once. */
  let ringing = null;

  function audioContext() {
    if (!audio) {
      audio = openAudio();
      audio.onstatechange = () => (silenced.value = audio?.state === "suspended");
      silenced.value = audio.state === "suspended";
    }
    return audio;
  }

  /** @param {AudioContext} context @param {AudioNode} into @param {number} at_s @param {number} hertz */
  function tone(context, into, at_s, hertz) {
    const voice = context.createOscillator();
    const envelope = context.createGain();
    voice.frequency.value = hertz;
    envelope.gain.setValueAtTime(0, at_s);
    envelope.gain.linearRampToValueAtTime(LOUDNESS, at_s + 0.03);
    envelope.gain.exponentialRampToValueAtTime(0.0001, at_s + TONE_S);
    voice.connect(envelope).connect(into);
    voice.start(at_s);
    voice.stop(at_s + TONE_S);
  }

  function stop() {
    ringing?.disconnect();
    ringing = null;
  }

  return {
    silenced,
    /** Ask for sound; to be called when somebody touches the page, and once before to learn whether that is needed. */
    wake() {
      void audioContext().resume();
    },
    /** @param {number} forMs How long the offer still rings. */
    start(forMs) {
      stop();
      const context = audioContext();
      void context.resume();
      ringing = context.createGain();
      ringing.connect(context.destination);
      for (let after_s = 0; after_s * 1000 < forMs; after_s += EVERY_S) {
        for (const { hertz, after_s: within_s } of TONES) {
          tone(context, ringing, context.currentTime + 0.02 + after_s + within_s, hertz);
        }
      }
    },
    stop,
  };
}
