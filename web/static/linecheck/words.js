// What a check says, in the page's language.
import { locale, number, t } from "shared/locale.js";

/** @typedef {import("./verdict.js").Advice} Advice */
/** @typedef {import("./verdict.js").Found} Found */
/** @typedef {import("./verdict.js").Verdict} Verdict */
/** @typedef {import("./measure.js").PathResult} PathResult */
/** @typedef {import("./measure.js").PlannedPath} PlannedPath */

/** @param {Verdict} verdict */
export function verdictTitle(verdict) {
  if (verdict === "good") return t("Everything works");
  return verdict === "limits" ? t("Calls work, with limits") : t("Calls do not work here");
}

/** @param {Verdict} verdict */
export function verdictWords(verdict) {
  if (verdict === "good") return t("Camera, microphone and line are ready for a call.");
  if (verdict === "limits") return t("A call is possible. What follows makes it better.");
  return t("Before a call is possible, something has to be done. It stands below.");
}

/** @param {Verdict} verdict */
export function verdictChip(verdict) {
  if (verdict === "good") return t("good");
  return verdict === "limits" ? t("with limits") : t("does not work");
}

/** @param {"direct" | "relay" | "turn"} path */
export function pathName(path) {
  if (path === "direct") return t("Straight line");
  return path === "relay" ? t("Line over the relay") : t("Line over TURN");
}

/** The parts of a check in the order in which they run. @param {string} step */
export function stepName(step) {
  if (step === "devices") return t("Open camera and microphone");
  if (step === "picture") return t("Camera");
  if (step === "sound") return t("Loudspeaker and microphone");
  return pathName(/** @type {"direct"} */ (step));
}

/** What happens now, for the eye and for the ear. @param {string} step */
export function stepWords(step) {
  if (step === "devices") return t("The browser may ask whether this page may use them. Allow both.");
  if (step === "picture") return t("The camera is looked at. Move a little.");
  if (step === "sound") return t("You hear three short sounds. The microphone listens for them. Please be quiet for a moment.");
  return t("Gloria is called. You see a moving pattern and hear a soft tone.");
}

/** @param {PathResult} result */
export function pathWords({ outcome, setup_ms, down }) {
  if (outcome === "busy") return t("Every line check was busy.");
  if (outcome === "not_there") return t("Not set up in this service.");
  if (outcome === "no_connection") return t("No connection came about.");
  if (outcome === "failed") return setup_ms === null ? t("Gloria did not answer.") : t("The connection broke off.");
  return t("Connected in {setup} ms, round trip {trip} ms, {loss} lost.", {
    setup: setup_ms ?? 0,
    trip: Math.round(down?.round_trip_ms ?? 0),
    loss: percent(down?.loss ?? 0),
  });
}

/** @param {Found["picture"]} picture */
export function pictureWords({ verdict }) {
  switch (verdict) {
    case "fine":
      return t("The camera shows a picture that moves.");
    case "black":
      return t("The picture is black.");
    case "dark":
      return t("The picture is very dark.");
    case "covered":
      return t("The picture has one colour only.");
    case "frozen":
      return t("The picture stands still.");
    default:
      return t("There was no picture to look at.");
  }
}

/** @param {Found["sound"]} sound */
export function soundWords({ verdict, delay_ms, echo_left }) {
  if (verdict === "heard") {
    const heard = t("The microphone heard the loudspeaker after {delay} ms.", { delay: Math.round(delay_ms ?? 0) });
    if (echo_left === null || echo_left === undefined) return heard;
    return `${heard} ${echo_left ? t("An echo is left.") : t("The browser takes the echo out.")}`;
  }
  if (verdict === "not_heard") return t("The microphone gives sound, but did not hear the loudspeaker.");
  if (verdict === "silent") return t("The microphone gives no sound at all.");
  if (verdict === "no_microphone") return t("There was no microphone to listen with.");
  return t("This browser could not play and listen at once.");
}

/**
 * What to do about something.
 * @param {Advice} advice @param {PlannedPath[]} paths
 */
export function adviceWords(advice, paths) {
  switch (advice) {
    case "not_running":
      return t("The line check is not running. Ask the administrator of the service to start it. Camera and microphone were checked all the same.");
    case "busy":
      return t("Other devices are being checked just now. Try again in a moment.");
    case "failed":
      return t("Gloria's own end did not answer. Try again; if it stays so, tell the administrator of the service.");
    case "nothing_to_check":
      return t("The service has neither relay nor TURN, and this device may not go straight. Tell the administrator of the service.");
    case "udp_blocked":
      return blocked(paths);
    case "no_fallback":
      return `${t("Only the straight line works. Where the other side's network does not allow it, there is no call.")} ${blocked(paths)}`;
    case "only_turn":
      return t("Only the line over TURN works: the network lets no UDP through. Calls work, with a little more delay.");
    case "loss":
      return t("Sound or picture is lost on the way. Use a network cable instead of Wi-Fi, or move closer to the Wi-Fi access point.");
    case "delay":
      return t("The way is long: you will talk over each other. Use a network cable, and close whatever else uses the network.");
    case "jitter":
      return t("Sound arrives unevenly. Use a network cable instead of Wi-Fi, and close whatever else uses the network.");
    case "few_frames":
      return t("Few pictures arrive. The network is slow or the device is busy: close other programs and downloads.");
    case "no_report":
      return t("Gloria's figures did not arrive: the line breaks off at times. Use a network cable instead of Wi-Fi.");
    case "denied":
      return t("The browser was not allowed to use camera and microphone. Touch the camera in the address bar, allow both, and check again.");
    case "no_devices":
      return t("The browser finds neither camera nor microphone. See that their cables are in and that no other program uses them.");
    case "no_camera":
      return t("The browser finds no camera. See that its cable is in and that no other program uses it.");
    case "no_microphone":
      return t("The browser finds no microphone. See that its cable is in and that no other program uses it.");
    default:
      return deviceWords(advice);
  }
}

/** @param {Advice} advice */
function deviceWords(advice) {
  switch (advice) {
    case "black":
      return t("The camera's picture is black. Take away its cover or open its shutter.");
    case "covered":
      return t("Something is in front of the camera. Take it away.");
    case "dark":
      return t("It is very dark in front of the camera. Turn on a light that shines on the face.");
    case "frozen":
      return t("The camera's picture stands still. Unplug the camera and plug it in again, or restart the device.");
    case "silent":
      return t("The microphone is silent. Turn on its switch, and see that it is not muted in the settings of the device.");
    case "not_heard":
      return t("The loudspeaker was not heard. Turn up its volume. With headphones this is as it should be.");
    case "echo":
      return t("The other side will hear an echo. Turn the loudspeaker down, or move it away from the microphone.");
    case "clipping":
      return t("The microphone is too loud. Turn its level down in the settings of the device.");
    default:
      return t("Loudspeaker and microphone could not be checked. Listen whether you hear the soft tone during the check.");
  }
}

/** @param {PlannedPath[]} paths */
function blocked(paths) {
  // Each keeps its own direction in a page that runs the other way.
  const addresses = paths.filter(({ path }) => path === "relay").flatMap((one) => one.addresses.map((place) => `\u2066${place}\u2069`));
  const open = addresses.length
    ? t("Ask whoever looks after the network to let UDP out to {addresses}.", { addresses: addresses.join(", ") })
    : t("Ask whoever looks after the network to let UDP out.");
  const turn = paths.some(({ path, there }) => path === "turn" && there);
  return turn ? open : `${open} ${t("Where UDP stays closed, the service needs TURN on port 443.")}`;
}

/** @param {number} share */
export function percent(share) {
  return new Intl.NumberFormat(locale.value.locale, { style: "percent", maximumFractionDigits: 1 }).format(share);
}

/** @param {number | null | undefined} value */
export function figure(value) {
  return value === null || value === undefined ? "–" : number(value);
}
