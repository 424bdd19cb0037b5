// The console's words for codes.
import { t, tn } from "shared/locale.js";
import { municipalityName } from "shared/staff.js";
import { CONTACT_OUTCOME, DESK_WORK, END_REASON, ERROR_CODE, EVENT, NO_ROUTE, ONWARD, ROUTE } from "shared/wire.gen.js";

/** @typedef {import("shared/wire.gen.js").Refusal} Refusal */
/** @typedef {import("shared/wire.gen.js").Gone} Gone */

/**
 * Where a kiosk is, in one line. A kiosk whose name says its municipality needs no second one.
 * @param {import("shared/page.js").Boot} boot @param {{municipality: string, kiosk_name: string}} call
 */
export function placeWords(boot, { municipality, kiosk_name }) {
  const name = municipalityName(boot, municipality);
  return kiosk_name.includes(name) ? kiosk_name : `${name}, ${kiosk_name}`;
}

/** How the connection to the visitor is. @param {string} path */
export function pathWords(path) {
  return (
    {
      connected: t("Picture and sound connected"),
      interrupted: t("Interrupted"),
      failed: t("Broken, connecting again"),
    }[path] ?? t("Connecting picture and sound")
  );
}

/** Over which way picture and sound go. @param {import("shared/wire.gen.js").Report["route"]} route @param {boolean} hidden */
export function routeWords(route, hidden) {
  switch (route) {
    case ROUTE.DIRECT:
      return t("Straight to the kiosk");
    case ROUTE.RELAY:
      return hidden ? t("Over our relay, addresses hidden") : t("Over our relay");
    case ROUTE.TURN_UDP:
      return t("Over TURN");
    case ROUTE.TURN_TCP:
      return t("Over TURN, by TCP");
    case ROUTE.TURN_TLS:
      return t("Over TURN, by TLS");
    default:
      return "";
  }
}

/** Why there is no way for picture and sound. @param {import("shared/wire.gen.js").Report["no_route"]} why */
export function noRouteWords(why) {
  switch (why) {
    case NO_ROUTE.NOTHING_HEARD:
      return t("The kiosk has not answered yet.");
    case NO_ROUTE.NO_OWN_PATH:
      return t("This computer has no network for picture and sound.");
    case NO_ROUTE.NO_TURN:
      return t("A firewall is in the way, and no TURN server could be reached.");
    case NO_ROUTE.BLOCKED:
      return t("A firewall is in the way.");
    case NO_ROUTE.NOT_SECURED:
      return t("The encrypted connection did not come about.");
    default:
      return "";
  }
}

/**
 * What is laid over the picture while there is none, or a frozen one; "" when all is well.
 * @param {string} path @param {{lineUp: boolean, otherThere: boolean}} known Whether this side and the other reach the service.
 */
export function pathTrouble(path, { lineUp, otherThere }) {
  if (path === "connected") return "";
  if (!lineUp) return t("This computer has lost its network. The call is kept while it comes back.");
  if (!otherThere) return t("The kiosk has lost its network. Your call is kept while it comes back.");
  if (path === "interrupted") return t("The connection is interrupted. Another way is being looked for; the call goes on.");
  if (path === "failed") return t("The connection broke. A new one is being made; the call goes on.");
  return t("Connecting picture and sound");
}

/** What a trouble with one's own devices means, and what to do. @param {import("shared/devices.js").DeviceProblem} problem */
export function deviceWords(problem) {
  if (!problem) return "";
  return {
    denied: t("The browser may not use your camera and microphone. Allow both beside the page's address, then load the page again; the call goes on."),
    no_devices: t("No camera and no microphone could be opened. Close other programs that use them and check the cables. Until then, write in the chat."),
    no_camera: t("No camera could be opened: the visitor hears you but does not see you. Close other programs that use it and check its cable."),
    no_microphone: t("No microphone could be opened: the visitor sees you but does not hear you. Check its cable, or write in the chat."),
  }[problem];
}

/** What is over. @param {import("shared/wire.gen.js").OpenWrapUp["work"]} work @param {boolean} chat */
export function overWords(work, chat) {
  if (work === DESK_WORK.VISIT) return t("The visit is over");
  if (work === DESK_WORK.PHONE) return t("The phone call is over");
  return chat ? t("The chat is over") : t("The call is over");
}

/** How much time is left, in words. @param {number} ms */
export function minutesLeft(ms) {
  const minutes = Math.ceil(ms / 60_000);
  return minutes > 1 ? tn("about {n} minute left", "about {n} minutes left", minutes) : t("less than a minute left");
}

/**
 * How the call ended; "" when it is not known.
 * @param {Gone["reason"]} reason @param {boolean} here Whether it was ended on this page: both sides' farewells complete a call.
 */
export function endWords(reason, here) {
  if (reason === END_REASON.COMPLETED) return here ? t("You ended it.") : t("The visitor ended it.");
  const lost = reason === END_REASON.VISITOR_LEFT || reason === END_REASON.FAILED;
  return lost ? t("The connection was lost and did not come back.") : "";
}

/** What was refused, what was kept, what to do now. @param {{event: string, code: Refusal["code"]}} refusal */
export function refusalWords({ event, code }) {
  if (event === EVENT.WRAP_UP) return t("The wrap-up was not saved. {why} What you chose is still here.", { why: whyWords(code) });
  if (event === EVENT.ACCEPT && code !== ERROR_CODE.DESK_UNAVAILABLE) {
    return t("It could not be answered: the visitor left, or the time ran out.");
  }
  if (code === ERROR_CODE.NOT_ON_DUTY) return notOnDutyWords(event);
  if (event === EVENT.EXTEND_WRAP_UP && code === ERROR_CODE.WRONG_STATE) return t("The time cannot be extended any more.");
  return whyWords(code);
}

/** @param {string} event */
function notOnDutyWords(event) {
  if (event === EVENT.ASK_INTERPRETER) return t("No interpreter for this language is on duty now. The conversation goes on as it is.");
  return t("Nobody is on duty there any more. The conversation goes on as it is.");
}

/** @param {Refusal["code"]} code */
function whyWords(code) {
  switch (code) {
    case ERROR_CODE.DESK_UNAVAILABLE:
      return t("The service did not answer. Try again in a moment.");
    case ERROR_CODE.NOT_THIS_PAGE:
      return t("Gloria is open in another window, which takes the calls now.");
    case ERROR_CODE.NOT_SIGNED_IN:
      return t("You are signed out. Sign in again.");
    case ERROR_CODE.CALL_FULL:
      return t("A conversation has room for four people.");
    case ERROR_CODE.LANGUAGE_CLOSED:
    case ERROR_CODE.NO_SUCH_LANGUAGE:
      return t("This language is closed just now. Choose another one.");
    case ERROR_CODE.TOO_MANY:
      return t("That was too much at once. Wait a moment and try again.");
    case ERROR_CODE.WRONG_STATE:
    case ERROR_CODE.CALL_OVER:
    case ERROR_CODE.NOT_YOURS:
    case ERROR_CODE.OFFER_OVER:
      return t("Things have changed in the meantime; the page shows how they are now.");
    default:
      return t("The service refused it ({code}). Load the page again; if that does not help, tell your administrator.", { code });
  }
}

/** @returns {[import("shared/wire.gen.js").WrapUp["outcome"] & string, string][]} Code and words. */
export function outcomes() {
  return [
    [CONTACT_OUTCOME.ADVISED, t("Advised")],
    [CONTACT_OUTCOME.GUIDED, t("Guided onward")],
    [CONTACT_OUTCOME.FORM_DONE, t("Form filled in")],
    [CONTACT_OUTCOME.APPOINTMENT, t("Appointment made with us")],
    [CONTACT_OUTCOME.CONTINUES, t("Continues another time")],
    [CONTACT_OUTCOME.NO_HELP, t("Could not be helped")],
    [CONTACT_OUTCOME.INTERRUPTED, t("Interrupted")],
  ];
}

/** @returns {[import("shared/wire.gen.js").WrapUp["onward"][number], string][]} Code and words. */
export function onwards() {
  return [
    [ONWARD.KELA, t("Kela")],
    [ONWARD.EMPLOYMENT, t("Employment services")],
    [ONWARD.MIGRI, t("Finnish Immigration Service")],
    [ONWARD.DVV, t("Digital and Population Data Services")],
    [ONWARD.TAX, t("Tax Administration")],
    [ONWARD.HEALTH, t("Health services")],
    [ONWARD.SOCIAL, t("Social services")],
    [ONWARD.POLICE, t("Police")],
    [ONWARD.SCHOOL, t("School or day care")],
    [ONWARD.COURSE, t("Finnish or Swedish course")],
    [ONWARD.ASSESSMENT, t("Initial assessment")],
    [ONWARD.HOUSING, t("Landlord or housing")],
    [ONWARD.LEGAL, t("Legal aid")],
    [ONWARD.CRISIS, t("Crisis help or shelter")],
    [ONWARD.NGO, t("Association")],
    [ONWARD.INTERPRETER_CENTRE, t("Interpreter centre")],
    [ONWARD.OTHER, t("Other")],
  ];
}

/** @param {import("shared/page.js").Boot["topics"][number]} topic @param {string} code The page's language. */
export function topicName({ code: topic, name }, code) {
  return name[code] ?? name.en ?? topic;
}
