// Choosing camera, microphone and speaker, and seeing and hearing that they work.
import { useSignal } from "@preact/signals";
import { useEffect, useId, useRef } from "preact/hooks";
import { playOn } from "./devices.js";
import { meterShare } from "./levels.js";
import { t } from "./locale.js";
import { Icon, Picture, html } from "./ui.js";

/** @typedef {import("./device-choice.js").Kind} Kind */
/** @typedef {import("./device-choice.js").Processing} Processing */
/** @typedef {import("./device-model.js").Devices} Devices */

const HOLDER = "panel";

// The sound for trying a speaker: a rising third, soft.
const TRIAL_HERTZ = [523.25, 659.26];
const TRIAL_TONE_S = 0.45;
const TRIAL_LOUDNESS = 0.3;

/**
 * While it is shown it follows the devices; what it opened for trying is closed with it.
 * @param {{devices: Devices, muted?: boolean}} props `muted` as the page's own switch says.
 */
export function DevicePanel({ devices, muted = false }) {
  useEffect(() => {
    const stopLooking = devices.look();
    return () => {
      stopLooking();
      devices.release(HOLDER);
    };
  }, [devices]);
  const { camera, microphone, speaker } = devices.offered.value;
  const stream = devices.local.value;
  return html`<div class="devices" data-devices=${stream ? "open" : "closed"}>
    <${DeviceMessages} devices=${devices} />
    <div class="devices-part">
      <${Choice} kind="camera" words=${t("Camera")} icon="video" offered=${camera} devices=${devices} />
      <div class="devices-picture on-picture">
        <${Picture} stream=${stream} own label=${t("Your own picture")} data-picture="trial" />
        ${!stream?.getVideoTracks().length && html`<p class="devices-no-picture small"><${Icon} name="video-off" />${t("No picture")}</p>`}
      </div>
      ${!stream &&
      html`<button type="button" class="button button-quiet" data-action="try-devices" onClick=${() => devices.open(HOLDER)}>
        <${Icon} name="video" />${t("Try camera and microphone")}
      </button>`}
    </div>
    <div class="devices-part">
      <${Choice} kind="microphone" words=${t("Microphone")} icon="mic" offered=${microphone} devices=${devices} />
      <${Meter} devices=${devices} />
      ${muted && stream && html`<p class="small quiet">${t("You are muted. Only you see that the microphone works.")}</p>`}
      <${ProcessingSwitches} devices=${devices} />
    </div>
    <div class="devices-part">
      ${speaker && html`<${Choice} kind="speaker" words=${t("Speaker")} icon="volume-2" offered=${speaker} devices=${devices} />`}
      <${TrialSound} devices=${devices} />
    </div>
  </div>`;
}

/** @param {{kind: Kind, words: string, icon: string, offered: {choices: import("./device-choice.js").Choice[], chosen: string}, devices: Devices}} props */
function Choice({ kind, words, icon, offered, devices }) {
  const id = useId();
  /** @param {Event} event */
  const onChange = ({ target }) => target instanceof HTMLSelectElement && void devices.choose(kind, target.value);
  return html`<div class="field">
    <label class="devices-label" for=${id}><${Icon} name=${icon} />${words}</label>
    <select id=${id} data-device=${kind} value=${offered.chosen} onChange=${onChange}>
      <option value="">${t("System default")}</option>
      ${offered.choices.map((choice) => html`<option key=${choice.id} value=${choice.id}>${choice.name}</option>`)}
    </select>
  </div>`;
}

/** How loud the microphone is, in a bar and in words. @param {{devices: Devices}} props */
function Meter({ devices }) {
  const share = meterShare(devices.level.value);
  return html`<div
    class="devices-meter"
    role="meter"
    aria-label=${t("Loudness of the microphone")}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${Math.round(share * 100)}
    aria-valuetext=${loudnessWords(share)}
    style=${{ "--share": share.toFixed(2) }}
  >
    <span class="devices-meter-fill"></span>
  </div>`;
}

/** @param {number} share */
function loudnessWords(share) {
  if (share < 0.1) return t("Silent");
  if (share < 0.4) return t("Quiet");
  return share < 0.9 ? t("Well heard") : t("Very loud");
}

/** @param {{devices: Devices}} props */
function ProcessingSwitches({ devices }) {
  /** @type {[keyof Processing, string][]} */
  const switches = [
    ["echoCancellation", t("Remove echo")],
    ["noiseSuppression", t("Reduce noise from the room")],
    ["autoGainControl", t("Even out the loudness")],
  ];
  return html`<fieldset class="devices-processing">
    <legend class="small">${t("Sound of the microphone")}</legend>
    ${switches.map(
      ([name, words]) => html`<label class="choice" key=${name}>
        <input
          type="checkbox"
          role="switch"
          data-processing=${name}
          checked=${devices.processing.value[name]}
          onChange=${(/** @type {Event} */ { target }) => void devices.setProcessing(name, target instanceof HTMLInputElement && target.checked)}
        />
        ${words}
      </label>`,
    )}
  </fieldset>`;
}

/** @param {{devices: Devices}} props */
function TrialSound({ devices }) {
  const playing = useSignal(false);
  const stop = useRef(/** @type {(() => void) | null} */ (null));
  useEffect(() => () => stop.current?.(), []);
  const play = async () => {
    playing.value = true;
    const sound = await playTrial(devices.speaker.peek());
    stop.current = sound.stop;
    await sound.done;
    playing.value = false;
  };
  return html`<button type="button" class="button button-quiet" data-action="try-speaker" disabled=${playing.value} onClick=${play}>
    <${Icon} name="volume-2" />${playing.value ? t("You should hear a sound now") : t("Play a sound")}
  </button>`;
}

/** Two tones from this speaker. It goes through an element, whose speaker can be chosen. @param {string} speaker */
async function playTrial(speaker) {
  const audio = new AudioContext();
  const out = audio.createMediaStreamDestination();
  const element = new Audio();
  element.srcObject = out.stream;
  await playOn(element, speaker);
  await element.play().catch(() => undefined);
  const from_s = audio.currentTime + 0.1;
  TRIAL_HERTZ.forEach((hertz, at) => {
    const tone = audio.createOscillator();
    const envelope = audio.createGain();
    const start_s = from_s + at * TRIAL_TONE_S;
    tone.frequency.value = hertz;
    envelope.gain.setValueAtTime(0, start_s);
    envelope.gain.linearRampToValueAtTime(TRIAL_LOUDNESS, start_s + 0.03);
    envelope.gain.exponentialRampToValueAtTime(0.0001, start_s + TRIAL_TONE_S);
    tone.connect(envelope).connect(out);
    tone.start(start_s);
    tone.stop(start_s + TRIAL_TONE_S);
  });
  /** @type {() => void} */
  let finish = () => {};
  const done = new Promise((resolve) => (finish = () => resolve(undefined)));
  const timer = setTimeout(() => finish(), (0.3 + TRIAL_HERTZ.length * TRIAL_TONE_S) * 1000);
  const stop = () => {
    clearTimeout(timer);
    finish();
  };
  void done.then(() => {
    element.srcObject = null;
    void audio.close();
  });
  return { done, stop };
}

/** What is wrong with the devices, and what happened to them by itself. @param {{devices: Devices}} props */
export function DeviceMessages({ devices }) {
  const problem = problemWords(devices.problem.value);
  const told = devices.told.value;
  return html`<div class="devices-messages" role="status">
    ${problem && html`<div class="notice notice-warn" data-problem=${devices.problem.value}><${Icon} name="circle-alert" /><p>${problem}</p></div>`}
    ${told &&
    html`<div class="notice" data-told=${told.code}>
      <${Icon} name=${told.kind === "camera" ? "video" : "mic"} /><p>${toldWords(told)}</p>
      <button type="button" class="button button-quiet button-small" data-action="told" onClick=${() => (devices.told.value = null)}>
        ${t("All right")}
      </button>
    </div>`}
  </div>`;
}

/** What a trouble with the devices means here, and what to do. @param {import("./devices.js").DeviceProblem} problem */
export function problemWords(problem) {
  switch (problem) {
    case "denied":
      return t("The browser may not use the camera and the microphone. Allow both beside the page's address, then load the page again.");
    case "no_devices":
      return t("No camera and no microphone were found. Plug them in, or close other programs that use them.");
    case "no_camera":
      return t("No camera was found. Plug one in, or close other programs that use it.");
    case "no_microphone":
      return t("No microphone was found. Plug one in, or close other programs that use it.");
    default:
      return "";
  }
}

/** What happened to a device by itself. @param {import("./device-model.js").Told} told */
export function toldWords({ code, kind, name: label }) {
  // Names of devices keep their own direction inside the sentence.
  const name = `\u2068${label}\u2069`;
  const camera = kind === "camera";
  switch (code) {
    case "vanished":
      return camera
        ? t("The camera was unplugged. Another one is in use now: {name}", { name })
        : t("The microphone was unplugged. Another one is in use now: {name}", { name });
    case "came_back":
      return t("Back again and in use: {name}", { name });
    case "appeared":
      return t("Plugged in and in use now: {name}", { name });
    case "gone":
      return camera
        ? t("The camera is gone. You are not seen until one is plugged in.")
        : t("The microphone is gone. You are not heard until one is plugged in.");
    default:
      return label
        ? t("Could not be opened: {name}. Another program may be using it.", { name })
        : t("The device could not be opened. Another program may be using it.");
  }
}
