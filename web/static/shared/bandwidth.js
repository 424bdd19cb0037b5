// How much picture a line can carry beside the sound. The sound is kept before the picture. The rule is pure and fed
// with every sample of the quality watch; applyParameters carries out what it says.
//
// Browsers fit the picture to the line by themselves, but they never give it up: on a very narrow line both sound and
// picture falter. (Chromium 156 on a line of 70 kbit/s: 54 to 75 % of the sound was made up by the receiver; with the
// picture given up, none.) What is added here is that end of the scale, and less movement between its steps. The estimate
// of a browser does not say when there is room again: it is bound to what is sent, and stayed under 70 kbit/s beside the
// sound alone though the line was wide again. Room is therefore found by trying: one step up, watched closely, and after
// a failure not again for twice as long. A try that fails is not heard.

import { signal } from "@preact/signals";

/** @typedef {"full" | "reduced" | "small" | "none"} Sending */
/** @typedef {{active: boolean, maxBitrate: number, maxFramerate: number, scaleResolutionDownBy: number}} Parameters */

/** Best first. @type {Sending[]} */
const STEPS = ["full", "reduced", "small", "none"];
const MOST_KBPS = { full: 1500, reduced: 500, small: 150, none: 0 };
const SCALE = { full: 1, reduced: 2, small: 4, none: 4 };
const FPS = { full: 30, reduced: 30, small: 15, none: 15 };
/** A call of three sends its picture twice, of four three times; the smallest picture stays a picture. */
const LEAST_KBPS = { full: 300, reduced: 150, small: 100, none: 0 };
/** Captured at 640x360 in calls of three or four (capFor), so that a quarter would be no face any more. */
const MOST_SCALE_OF_SEVERAL = 2;

/** Opus as browsers send it, with its headers; kept free for the sound. */
const SOUND_KBPS = 50;
/** A step is left when the line carries less than this share of its most, beside the sound. */
const ENOUGH_SHARE = 0.4;
/** From here on lost packets mean the line is full (as in Google's congestion control)… */
const LOSS_FULL = 0.1;
/** …and from here on less is sent whatever the estimate believes. */
const LOSS_HEAVY = 0.25;
/** Two samples of two seconds; one alone is a hiccup, unless both loss and estimate say the same. */
const BAD_SAMPLES = 2;
/** Room for this long before a better picture is tried. */
const ROOM_MS = 10000;
const LONGEST_WAIT_MS = 160000;
/** A step up that holds for this long has succeeded. */
const HOLDS_MS = 15000;

/**
 * @typedef {object} Keeping
 * @property {Sending} sending
 * @property {number} bad How many samples in a row were too little for it.
 * @property {number | null} room_since_ms Since when nothing spoke against more.
 * @property {number | null} tried_ms When the last step up was taken, until it has held or failed.
 * @property {number} wait_ms How long there must be room before the next step up.
 */

/** @type {Keeping} */
export const FULL = Object.freeze({ sending: "full", bad: 0, room_since_ms: null, tried_ms: null, wait_ms: ROOM_MS });

/** @param {Sending} sending @param {number} people */
function mostKbps(sending, people) {
  return Math.max(LEAST_KBPS[sending], Math.round(MOST_KBPS[sending] / Math.max(1, people - 1)));
}

/** The least a line must carry for a step, with the sound. @param {Sending} sending @param {number} people */
function neededKbps(sending, people) {
  return SOUND_KBPS + mostKbps(sending, people) * ENOUGH_SHARE;
}

/**
 * @typedef {object} Sample
 * @property {number} at_ms
 * @property {number | null} available_out_kbps Null where the browser does not tell (Firefox).
 * @property {number | null} loss_out_share Of what is sent, as the other side reports it.
 * @property {number} people How many take part.
 */

/**
 * What to send after one more sample.
 * @param {Keeping} before @param {Sample} sample @returns {Keeping}
 */
export function keepsSound(before, { at_ms, available_out_kbps, loss_out_share, people }) {
  const { sending } = before;
  const loss = loss_out_share ?? 0;
  const most = mostKbps(sending, people);
  const narrow = sending !== "none" && available_out_kbps !== null && available_out_kbps < neededKbps(sending, people);
  // Loss on a line that is believed to be wide is the air's (Wi-Fi), and sending less would not help.
  const believed = sending === "none" ? 0 : (available_out_kbps ?? 0);
  const full = loss >= LOSS_FULL && believed < SOUND_KBPS + most;
  if (narrow || full || loss >= LOSS_HEAVY) {
    const bad = before.bad + (narrow && loss >= LOSS_HEAVY ? BAD_SAMPLES : 1);
    if (bad < BAD_SAMPLES || sending === "none") return { ...before, bad, room_since_ms: null };
    return steppedDown(before, fitting(sending, available_out_kbps, people), at_ms);
  }
  const held = before.tried_ms !== null && at_ms - before.tried_ms >= HOLDS_MS;
  const calm = {
    ...before,
    bad: 0,
    room_since_ms: before.room_since_ms ?? at_ms,
    ...(held && { tried_ms: null, wait_ms: ROOM_MS }),
  };
  if (sending === "full" || at_ms - calm.room_since_ms < calm.wait_ms) return calm;
  const up = STEPS[STEPS.indexOf(sending) - 1];
  return { ...calm, sending: up, room_since_ms: null, tried_ms: at_ms };
}

/**
 * The best step below that the line still carries. The picture is given up only from the smallest: Chromium forgets what
 * it has sent as new pictures come, and without any goes on answering requests for lost packets of the large ones, at ten
 * times of what such a line carries (measured: the sound was clear 12 s after the line narrowed, else after 18 s).
 * @param {Sending} sending @param {number | null} available_kbps @param {number} people @returns {Sending}
 */
function fitting(sending, available_kbps, people) {
  if (sending === "small") return "none";
  const below = STEPS.slice(STEPS.indexOf(sending) + 1, STEPS.indexOf("none"));
  return below.find((step) => neededKbps(step, people) <= (available_kbps ?? Infinity)) ?? "small";
}

/** @param {Keeping} before @param {Sending} sending @param {number} at_ms @returns {Keeping} */
function steppedDown(before, sending, at_ms) {
  const failed = before.tried_ms !== null && at_ms - before.tried_ms < HOLDS_MS;
  const wait_ms = failed ? Math.min(before.wait_ms * 2, LONGEST_WAIT_MS) : before.wait_ms;
  return { sending, bad: 0, room_since_ms: null, tried_ms: null, wait_ms };
}

/** @param {Sending} sending @param {number} people @returns {Parameters} For the encoding of the picture. */
export function parametersFor(sending, people) {
  return {
    active: sending !== "none",
    // An encoding that is not active keeps a rate that is allowed.
    maxBitrate: (mostKbps(sending, people) || LEAST_KBPS.small) * 1000,
    maxFramerate: FPS[sending],
    scaleResolutionDownBy: people > 2 ? Math.min(SCALE[sending], MOST_SCALE_OF_SEVERAL) : SCALE[sending],
  };
}

/**
 * Keeps the sound of a call: fed by the quality watch, it sets what the connection sends.
 * @param {object} [options]
 * @param {() => number} [options.people] How many take part.
 */
export function createSoundKeeper({ people = () => 2 } = {}) {
  /** What is sent of the picture now. */
  const sending = signal(/** @type {Sending} */ ("full"));
  let keeping = FULL;
  /** @type {{pc: RTCPeerConnection, as: string} | null} What was set last, and where. */
  let set = null;

  return {
    sending,
    /**
     * @param {{at_ms: number, figures: Pick<import("./quality.js").Figures, "available_out_kbps" | "loss_out_share">}} sample
     * @param {RTCPeerConnection} pc
     */
    take({ at_ms, figures }, pc) {
      keeping = keepsSound(keeping, { at_ms, people: people(), ...figures });
      sending.value = keeping.sending;
      const as = `${keeping.sending} ${people()}`;
      if (set?.pc === pc && set.as === as) return;
      set = { pc, as };
      for (const { sender, receiver } of pc.getTransceivers()) {
        const kind = receiver.track.kind === "audio" ? "audio" : "video";
        void applyParameters(sender, keeping.sending, { kind, people: people() });
      }
    },
    /** The call is over. */
    clear() {
      keeping = FULL;
      sending.value = "full";
      set = null;
    },
  };
}

/** setParameters must not begin before the one before it has ended. @type {WeakMap<RTCRtpSender, Promise<boolean>>} */
const underWay = new WeakMap();

/**
 * Let a sender of sound or picture send like this. Fields a browser refuses are left out.
 * @param {RTCRtpSender} sender @param {Sending} sending @param {object} [options]
 * @param {"audio" | "video"} [options.kind] Needed for a sender that has no track now.
 * @param {number} [options.people]
 * @returns {Promise<boolean>} Whether the browser took it, if only in part.
 */
export function applyParameters(sender, sending, { kind = kindOf(sender), people = 2 } = {}) {
  const before = underWay.get(sender) ?? Promise.resolve(true);
  const turn = before.then(() => apply(sender, kind, parametersFor(sending, people)));
  underWay.set(sender, turn);
  return turn;
}

/** @param {RTCRtpSender} sender */
function kindOf(sender) {
  return sender.track?.kind === "audio" ? "audio" : "video";
}

/** @param {RTCRtpSender} sender @param {"audio" | "video"} kind @param {Parameters} parameters */
async function apply(sender, kind, { active, maxBitrate, maxFramerate, scaleResolutionDownBy }) {
  /** @type {RTCPriorityType} */
  const priority = kind === "audio" ? "high" : "low";
  const ranked = { priority, networkPriority: priority };
  // Lips need the frame rate more than the resolution ("balanced" went down to 10 a second in Chromium 156).
  /** From all that is wanted to the least that helps. @type {[RTCRtpEncodingParameters, RTCDegradationPreference?][]} */
  const attempts =
    kind === "audio"
      ? [[ranked], [{ priority }]]
      : [
          [{ active, maxBitrate, maxFramerate, scaleResolutionDownBy, ...ranked }, "maintain-framerate"],
          [{ active, maxBitrate, maxFramerate, scaleResolutionDownBy }],
          [{ active, maxBitrate, scaleResolutionDownBy }],
          [{ active }],
        ];
  for (const [encoding, degradationPreference] of attempts) {
    // Asked for anew each time: a refused transaction cannot be used again.
    const parameters = sender.getParameters();
    // Before the first negotiation some browsers have nothing to set.
    if (!parameters.encodings?.length) return false;
    for (const each of parameters.encodings) Object.assign(each, encoding);
    if (degradationPreference) parameters.degradationPreference = degradationPreference;
    try {
      await sender.setParameters(parameters);
      return true;
    } catch {
      // The next attempt asks for less.
    }
  }
  return false;
}
