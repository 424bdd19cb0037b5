// The line check: opens the devices, runs part after part, tells what it found.
import { signal } from "@preact/signals";
import { render } from "preact";
import { closeStream, openDevices } from "shared/devices.js";
import { useLanguage } from "shared/locale.js";
import { html } from "shared/ui.js";
import { LISTENING_S, listen } from "./listen.js";
import { LOOKING_S, look } from "./look.js";
import { checkPath } from "./measure.js";
import { judge, judgePath } from "./verdict.js";
import { App } from "./views.js";

/** @typedef {import("./measure.js").PlannedPath} PlannedPath */
/** @typedef {import("./verdict.js").Found} Found */
/** @typedef {ReturnType<typeof createCheck>} Check What every view is given. */

/**
 * @typedef {object} Plan
 * @property {boolean} running Whether Gloria's end is there.
 * @property {number} measure_s
 * @property {PlannedPath[]} paths
 * @property {boolean} keeps
 * @property {string} back
 */

/** @typedef {{name: string, seconds: number}} Step */

const PLAN_WITHIN_MS = 10_000;
/** Until a connection stands and our end has said goodbye. */
const AROUND_A_CALL_S = 1.5;
const OPENING_S = 1.5;
const PICTURE = Object.freeze({ width: 640, height: 480, frameRate: 30 });

/** @type {{languages: {code: string, endonym: string, locale: string}[]}} */
const boot = JSON.parse(document.getElementById("boot")?.textContent ?? "{}");
const seat = new URLSearchParams(location.search).get("seat");
const query = seat ? `?seat=${encodeURIComponent(seat)}` : "";

/** @returns {Found} */
const nothingFound = () => ({ paths: [], sound: { verdict: "not_checked" }, picture: { verdict: "not_checked" }, devices: null });

function createCheck() {
  const check = {
    boot,
    stage: signal(/** @type {"start" | "running" | "done" | "away" | "no_devices_here"} */ ("start")),
    plan: signal(/** @type {Plan | null} */ (null)),
    steps: signal(/** @type {Step[]} */ ([])),
    /** Number of the step that runs, and since when. */
    at: signal({ step: 0, since: 0 }),
    found: signal(nothingFound()),
    own: signal(/** @type {MediaStream | null} */ (null)),
    theirs: signal(/** @type {MediaStream | null} */ (null)),
    verdict: signal(/** @type {ReturnType<typeof judge> | null} */ (null)),
    kept: signal(false),
    run,
    setLanguage: (/** @type {string} */ code) => useLanguage(code).catch(() => undefined),
  };

  async function run() {
    if (check.stage.value === "running") return;
    if (!navigator.mediaDevices) {
      check.stage.value = "no_devices_here";
      return;
    }
    check.found.value = nothingFound();
    check.kept.value = false;
    check.plan.value = await readPlan();
    if (!check.plan.value) {
      check.stage.value = "away";
      return;
    }
    const plan = check.plan.value;
    check.steps.value = stepsOf(plan);
    check.stage.value = "running";
    try {
      await everyStep(plan);
    } finally {
      closeStream(check.own.value);
      check.own.value = null;
    }
    check.verdict.value = judge(check.found.value, plan.running);
    check.stage.value = "done";
    check.kept.value = await keep(check.found.value, check.verdict.value.verdict);
  }

  /** @param {Plan} plan */
  async function everyStep(plan) {
    begin("devices");
    const { stream, problem } = await openDevices({ cap: PICTURE });
    check.own.value = stream;
    note({ devices: problem });
    begin("picture");
    const camera = stream?.getVideoTracks().length;
    note({ picture: { verdict: stream && camera ? await look(stream) : "no_camera" } });
    begin("sound");
    note({ sound: stream?.getAudioTracks().length ? await listen(stream) : { verdict: "no_microphone" } });
    for (const planned of plan.paths) {
      if (!planned.there || !plan.running) {
        note({ paths: [...check.found.value.paths, { path: planned.path, outcome: "not_there", setup_ms: null, down: null, up: null }] });
        continue;
      }
      begin(planned.path);
      const show = { onPicture: (/** @type {MediaStream | null} */ shown) => (check.theirs.value = shown), onConnected: () => begin(planned.path) };
      const result = await checkPath(planned, plan.measure_s, stream, show, query);
      note({ paths: [...check.found.value.paths, result] });
    }
  }

  /** @param {string} name */
  function begin(name) {
    check.at.value = { step: check.steps.value.findIndex((step) => step.name === name), since: performance.now() };
  }

  /** @param {Partial<Found>} found */
  function note(found) {
    check.found.value = { ...check.found.value, ...found };
  }

  return check;
}

/** @param {Plan} plan @returns {Step[]} */
function stepsOf(plan) {
  const paths = plan.running ? plan.paths.filter(({ there }) => there) : [];
  return [
    { name: "devices", seconds: OPENING_S },
    { name: "picture", seconds: LOOKING_S },
    { name: "sound", seconds: LISTENING_S },
    ...paths.map(({ path }) => ({ name: path, seconds: plan.measure_s + AROUND_A_CALL_S })),
  ];
}

/** @returns {Promise<Plan | null>} Null when Gloria cannot be reached. */
async function readPlan() {
  try {
    const answer = await fetch(`/api/line-check${query}`, { signal: AbortSignal.timeout(PLAN_WITHIN_MS) });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** Give the result to whoever looks after this device. @param {Found} found @param {string} verdict */
async function keep({ paths, sound, picture }, verdict) {
  const camera = picture.verdict !== "no_camera";
  const body = { verdict, sound, picture, paths: paths.map((one) => ({ ...one, verdict: judgePath(one, { camera }).verdict })) };
  try {
    const answer = await fetch(`/api/line-check/result${query}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(PLAN_WITHIN_MS),
    });
    return answer.ok && (await answer.json()).kept === true;
  } catch {
    return false;
  }
}

const check = createCheck();
await useLanguage(document.documentElement.lang).catch(() => undefined);
render(html`<${App} check=${check} />`, /** @type {HTMLElement} */ (document.getElementById("app")));
// How long it will take is said before the touch.
void readPlan().then((plan) => (check.plan.value ??= plan));
