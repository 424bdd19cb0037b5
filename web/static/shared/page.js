// What every live page begins with: the facts the bridge wrote into it, the desk as a signal, the line to the bridge.
import { signal } from "@preact/signals";
import { openConnection } from "./connection.js";
import { emptyDesk, fromSnapshot, withFact } from "./desk.js";
import { PROTOCOL_VERSION } from "./wire.gen.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("./connection.js").LineState} LineState */

/**
 * @typedef {object} LanguageEntry
 * @property {string} code
 * @property {string} endonym
 * @property {string} finnish
 * @property {string} english
 * @property {"ltr" | "rtl"} direction
 * @property {string} locale
 * @property {boolean} complete Whether the pages exist in it.
 */

/**
 * @typedef {object} Boot
 * @property {"kiosk" | "advisor" | "interpreter" | "supervisor"} role
 * @property {string} seat
 * @property {string} name Name of the kiosk or staff member.
 * @property {string} language Language of the page when it is loaded.
 * @property {boolean} demo
 * @property {LanguageEntry[]} languages
 * @property {{code: string, name: Record<string, string>}[]} topics
 * @property {Record<string, string>} municipalities Names by code.
 */

/** @returns {Boot} What the bridge wrote into the page. */
export function readBoot() {
  const text = document.getElementById("boot")?.textContent;
  if (!text) throw new Error("the page carries no boot data");
  return JSON.parse(text);
}

/**
 * The network of this device changed, as far as the browser tells. @param {() => void} listener
 */
export function onNetworkChange(listener) {
  addEventListener("online", listener);
  /** @type {any} */ (navigator).connection?.addEventListener?.("change", listener);
}

/**
 * Connect, and keep the desk in a signal.
 * @param {Boot} boot
 * @param {object} [options]
 * @param {(kind: "describe" | "candidate" | "restart" | "chat", message: any) => void} [options.onSignal]
 * @param {() => boolean} [options.idle] Whether the page may reload itself when the bridge speaks a newer version.
 */
export function openDesk(boot, { onSignal, idle = () => true } = {}) {
  /** @type {import("@preact/signals").Signal<Desk>} */
  const desk = signal(emptyDesk());
  const line = signal(/** @type {{state: LineState, code: string | null}} */ ({ state: "connecting", code: null }));
  let aheadMs = 0;
  /** Whether the bridge speaks another version than this page: it is loaded anew as soon as nothing is lost by it. */
  let outdated = false;
  const connection = openConnection({
    role: boot.role,
    seat: boot.seat,
    onSnapshot(snapshot) {
      aheadMs = snapshot.now_ms - Date.now();
      desk.value = fromSnapshot(snapshot);
      outdated = snapshot.version !== PROTOCOL_VERSION;
      if (outdated && idle()) location.reload();
    },
    onFact(fact) {
      aheadMs = fact.at_ms - Date.now();
      desk.value = withFact(desk.value, fact);
      if (outdated && idle()) location.reload();
    },
    onSignal,
    onState(state, code) {
      line.value = { state, code };
    },
  });
  return {
    desk,
    line,
    connection,
    /** The desk's time in milliseconds. */
    now: () => Date.now() + aheadMs,
  };
}
