// A sound that can be found again: a rising tone, looked for in a recording. Pure; listen.js plays and records.

/** A short sweep: long enough to stand out of noise, within what small loudspeakers and microphones carry. */
export const CHIRP = Object.freeze({ fromHz: 800, toHz: 4000, seconds: 0.4 });
const LOUDNESS = 0.3;
const FADE_S = 0.03;

/** Where a chirp is looked for: so long after it was played, at most. Wireless loudspeakers take a third of a second. */
const LATEST_S = 0.6;
const EARLIEST_S = -0.02;

/**
 * From here on a likeness (0 to 1) is no accident. Noise of the same band reaches 0.1 at most: the chirp holds 1,280
 * independent values, so likeness by chance is about 1/√1280, and the best of some thousand places four times that.
 */
const HEARD_FROM = 0.2;
/** Peaks below this are no sound at all: a microphone that is switched off. */
const SILENCE = 10 ** (-70 / 20);
const CLIPS_FROM = 0.985;
const CLIPPED_SHARE = 0.001;
/** An echo that is this much weaker than what the microphone heard has been dealt with. */
const ECHO_GONE_DB = 20;

/**
 * @typedef {object} Found
 * @property {number} at Sample at which it begins.
 * @property {number} score Likeness, 0 to 1.
 * @property {number} level_db Loudness of what was found, in dB of full scale.
 */

/**
 * @typedef {object} SoundJudgement
 * @property {"heard" | "not_heard" | "silent"} verdict
 * @property {number | null} delay_ms From playing to hearing.
 * @property {number | null} level_db
 * @property {boolean | null} echo_left Whether it is still there where the browser has taken echoes out.
 * @property {boolean} clipping
 */

/** The chirp at this many samples a second. @param {number} sampleRate */
export function makeChirp(sampleRate) {
  const { fromHz, toHz, seconds } = CHIRP;
  const samples = new Float32Array(Math.round(seconds * sampleRate));
  for (let n = 0; n < samples.length; n += 1) {
    const t = n / sampleRate;
    const phase = 2 * Math.PI * (fromHz * t + ((toHz - fromHz) / (2 * seconds)) * t * t);
    const fade = Math.min(1, t / FADE_S, (seconds - t) / FADE_S);
    samples[n] = LOUDNESS * Math.sin(phase) * Math.sin((Math.PI / 2) * fade) ** 2;
  }
  return samples;
}

/**
 * The place where a recording is most like the chirp; null when it is too short.
 * @param {Float32Array} recording @param {number} sampleRate @param {number} [from] @param {number} [to] First and last
 *   sample at which it may begin.
 * @returns {Found | null}
 */
export function findChirp(recording, sampleRate, from = 0, to = recording.length) {
  const chirp = makeChirp(sampleRate);
  const begin = Math.max(0, Math.floor(from));
  const end = Math.min(recording.length, Math.ceil(to) + chirp.length);
  const places = end - begin - chirp.length + 1;
  if (places < 1) return null;
  // Places that would run over the end are not looked at, so the shorter one needs no room beyond it.
  const size = 2 ** Math.ceil(Math.log2(end - begin));
  const heard = inBand(recording.subarray(begin, end), size, sampleRate);
  const wanted = inBand(chirp, size, sampleRate);
  const likeness = correlation(heard.spectrum, wanted.spectrum, size);
  const chirpEnergy = energyUpTo(wanted.samples)[chirp.length];
  const energy = energyUpTo(heard.samples);
  let best = { at: 0, score: 0, level_db: -Infinity };
  for (let at = 0; at < places; at += 1) {
    const here = energy[at + chirp.length] - energy[at];
    const score = here > 0 ? Math.abs(likeness[at]) / Math.sqrt(here * chirpEnergy) : 0;
    if (score > best.score) {
      const rms = (Math.abs(likeness[at]) / chirpEnergy) * Math.sqrt(chirpEnergy / chirp.length);
      best = { at: at + begin, score: Math.min(1, score), level_db: 20 * Math.log10(rms) };
    }
  }
  return best;
}

/**
 * What a microphone heard of chirps.
 * @param {object} recorded
 * @param {Float32Array} recorded.raw As the microphone gave it.
 * @param {Float32Array | null} [recorded.processed] The same time after the browser's echo cancellation.
 * @param {number} recorded.sampleRate
 * @param {number[]} recorded.playedAt Samples of the recordings at which chirps were played.
 * @returns {SoundJudgement}
 */
export function judgeSound({ raw, processed = null, sampleRate, playedAt }) {
  let peak = 0;
  let clipped = 0;
  for (const value of raw) {
    peak = Math.max(peak, Math.abs(value));
    if (Math.abs(value) >= CLIPS_FROM) clipped += 1;
  }
  const clipping = raw.length > 0 && clipped / raw.length > CLIPPED_SHARE;
  if (peak < SILENCE) return { verdict: "silent", delay_ms: null, level_db: null, echo_left: null, clipping };
  const heard = bestOf(raw, sampleRate, playedAt);
  if (!heard) return { verdict: "not_heard", delay_ms: null, level_db: null, echo_left: null, clipping };
  // The first one teaches the echo canceller what to take out.
  const echo = processed && bestOf(processed, sampleRate, playedAt.slice(1));
  return {
    verdict: "heard",
    delay_ms: Math.max(0, heard.delay_ms),
    level_db: heard.level_db,
    echo_left: processed && (echo ? echo.level_db > heard.level_db - ECHO_GONE_DB : false),
    clipping,
  };
}

/** @param {Float32Array} recording @param {number} sampleRate @param {number[]} playedAt */
function bestOf(recording, sampleRate, playedAt) {
  let best = null;
  for (const played of playedAt) {
    const found = findChirp(recording, sampleRate, played + EARLIEST_S * sampleRate, played + LATEST_S * sampleRate);
    if (found && found.score >= HEARD_FROM && found.score > (best?.score ?? 0)) {
      best = { ...found, delay_ms: ((found.at - played) / sampleRate) * 1000 };
    }
  }
  return best;
}

/** Energy of all samples before each place. @param {Float64Array} samples */
function energyUpTo(samples) {
  const sums = new Float64Array(samples.length + 1);
  for (let n = 0; n < samples.length; n += 1) sums[n + 1] = sums[n] + samples[n] ** 2;
  return sums;
}

/** Without what lies outside the chirp's band: hum and hiss. @param {Float32Array} samples @param {number} size @param {number} sampleRate */
function inBand(samples, size, sampleRate) {
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  re.set(samples);
  transform(re, im);
  for (let bin = 0; bin <= size / 2; bin += 1) {
    const hz = (bin * sampleRate) / size;
    if (hz >= CHIRP.fromHz * 0.9 && hz <= CHIRP.toHz * 1.1) continue;
    for (const mirrored of [bin, (size - bin) % size]) re[mirrored] = im[mirrored] = 0;
  }
  const spectrum = { re: re.slice(), im: im.slice() };
  inverse(re, im);
  return { spectrum, samples: re };
}

/** @typedef {{re: Float64Array, im: Float64Array}} Spectrum */

/** Of a signal with a shorter one, for every shift. @param {Spectrum} signal @param {Spectrum} pattern @param {number} size */
function correlation(signal, pattern, size) {
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  for (let k = 0; k < size; k += 1) {
    re[k] = signal.re[k] * pattern.re[k] + signal.im[k] * pattern.im[k];
    im[k] = signal.im[k] * pattern.re[k] - signal.re[k] * pattern.im[k];
  }
  inverse(re, im);
  return re;
}

/** @param {Float64Array} re @param {Float64Array} im */
function inverse(re, im) {
  transform(im, re);
  for (let k = 0; k < re.length; k += 1) {
    re[k] /= re.length;
    im[k] /= im.length;
  }
}

/** The discrete Fourier transform in place (Cooley and Tukey, radix 2). @param {Float64Array} re @param {Float64Array} im */
function transform(re, im) {
  const size = re.length;
  for (let n = 1, reversed = 0; n < size; n += 1) {
    let bit = size >> 1;
    for (; reversed & bit; bit >>= 1) reversed ^= bit;
    reversed ^= bit;
    if (n < reversed) {
      [re[n], re[reversed]] = [re[reversed], re[n]];
      [im[n], im[reversed]] = [im[reversed], im[n]];
    }
  }
  for (let half = 1; half < size; half *= 2) {
    for (let offset = 0; offset < half; offset += 1) {
      const angle = (-Math.PI * offset) / half;
      const cos = Math.cos(angle);
      const sin = Math.sin(angle);
      for (let top = offset; top < size; top += 2 * half) {
        const low = top + half;
        const r = re[low] * cos - im[low] * sin;
        const i = re[low] * sin + im[low] * cos;
        re[low] = re[top] - r;
        im[low] = im[top] - i;
        re[top] += r;
        im[top] += i;
      }
    }
  }
}
