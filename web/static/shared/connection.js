// The page's line to the bridge: Socket.IO over WebSocket, snapshot and facts in, commands and signals out. No DOM.
import { ERROR_CODE, EVENT, PROTOCOL_VERSION } from "./wire.gen.js";

/** @typedef {import("./wire.gen.js").Answer} Answer */
/** @typedef {import("./wire.gen.js").Snapshot} Snapshot */
/** @typedef {import("./wire.gen.js").Fact} Fact */
/** @typedef {import("./wire.gen.js").Describe} Describe */
/** @typedef {import("./wire.gen.js").Candidate} Candidate */
/** @typedef {"connecting" | "connected" | "lost" | "refused"} LineState */

/**
 * @typedef {object} Connection
 * @property {string} page Id of this page load.
 * @property {(event: string, fields: object, wanted?: () => boolean) => Promise<Answer>} command Carried out once,
 *   however often it had to be sent. An answer always comes: "desk_unavailable" after ten seconds at the latest, or,
 *   where `wanted` is given, when that is true no more.
 * @property {(event: string, fields: object, wanted: () => boolean, impatient?: boolean) => Promise<any | null>} ask A
 *   question that changes nothing: asked until it is answered or `wanted` no more; null when it was refused or not
 *   wanted. `impatient`: the line may be dead, and a new one is better than waiting.
 * @property {(event: string, fields: object) => void} signal To the other browser; may be lost with the connection.
 * @property {() => void} hurry The network changed: try to connect now.
 * @property {() => void} claim "Use it here": this page takes calls from now on.
 * @property {() => void} close
 */

const ANSWER_WITHIN_MS = 4000;
const GIVE_UP_AFTER_MS = 10000;
const RETRY_MS = 300;
/** A question without an answer for this long, while picture and sound are silent too: the line is taken to be dead. */
const IMPATIENT_MS = 1200;

/** A random id that fits every id of the protocol. @returns {string} */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCharCode(...bytes)).replace(/[+/=]/g, (sign) => ({ "+": "-", "/": "_" })[sign] ?? "");
}

/**
 * @param {object} options
 * @param {string} options.role The namespace: kiosk, advisor, interpreter or supervisor.
 * @param {string} options.seat Whose sign-in this page has.
 * @param {(snapshot: Snapshot) => void} options.onSnapshot
 * @param {(fact: Fact) => void} options.onFact
 * @param {(kind: "describe" | "candidate" | "restart" | "chat", signal: any) => void} [options.onSignal]
 * @param {(state: LineState, code: string | null) => void} options.onState
 * @param {any} [options.io] Socket.IO's client; by default the page's.
 * @returns {Connection}
 */
export function openConnection({ role, seat, onSnapshot, onFact, onSignal, onState, io = /** @type {any} */ (globalThis).io }) {
  const page = newId();
  let claim = true;
  const socket = io(`/${role}`, {
    transports: ["websocket"],
    auth: (/** @type {(auth: object) => void} */ give) => {
      give({ seat, page, claim, version: PROTOCOL_VERSION });
    },
    reconnectionDelay: 1000,
    reconnectionDelayMax: 2000,
    timeout: 2500,
  });
  onState("connecting", null);
  socket.on("connect", () => {
    claim = false;
    onState("connected", null);
  });
  socket.on("disconnect", (/** @type {string} */ reason) => {
    onState("lost", null);
    // The bridge itself closes sockets when it stops; the library takes that for a farewell and would stay away.
    if (reason === "io server disconnect") socket.connect();
  });
  socket.on("connect_error", (/** @type {any} */ error) => {
    const code = error?.data?.code ?? null;
    onState(code ? "refused" : "lost", code);
    // A refusal is not tried again by the library. Out of the desk's own trouble comes a second chance.
    if (code === ERROR_CODE.DESK_UNAVAILABLE) setTimeout(() => socket.connect(), 1000);
  });
  socket.on(EVENT.SNAPSHOT, onSnapshot);
  socket.on(EVENT.FACT, onFact);
  socket.on(EVENT.DESCRIBE, (/** @type {Describe} */ signal) => onSignal?.("describe", signal));
  socket.on(EVENT.CANDIDATE, (/** @type {Candidate} */ signal) => onSignal?.("candidate", signal));
  socket.on(EVENT.RESTART, (/** @type {import("./wire.gen.js").Restart} */ signal) => onSignal?.("restart", signal));
  socket.on(EVENT.CHAT, (/** @type {import("./wire.gen.js").Chat} */ signal) => onSignal?.("chat", signal));

  return {
    page,
    async command(event, fields, wanted) {
      const message = { key: newId(), ...fields };
      const until = performance.now() + GIVE_UP_AFTER_MS;
      /** @type {Answer} */
      let answer = { ok: false, code: ERROR_CODE.DESK_UNAVAILABLE, detail: "no answer" };
      while (wanted ? wanted() : performance.now() < until) {
        try {
          answer = await socket.timeout(ANSWER_WITHIN_MS).emitWithAck(event, message);
          if (answer.ok || answer.code !== ERROR_CODE.DESK_UNAVAILABLE) return answer;
        } catch {
          // No answer in time: it is sent again with the same key, which makes the repetition harmless.
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      return answer;
    },
    async ask(event, fields, wanted, impatient = false) {
      while (wanted()) {
        try {
          const answer = await socket.timeout(impatient ? IMPATIENT_MS : ANSWER_WITHIN_MS).emitWithAck(event, fields);
          if (answer.ok) return answer;
          if (answer.code !== ERROR_CODE.DESK_UNAVAILABLE) return null;
        } catch {
          // No answer in time. A new line is quicker than waiting for the old one's ping to go unanswered.
          if (impatient && socket.connected) socket.disconnect().connect();
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
      return null;
    },
    signal(event, fields) {
      if (socket.connected) socket.emit(event, fields);
    },
    hurry() {
      // An attempt that began in the network before would wait for its time-out.
      if (!socket.connected) socket.disconnect().connect();
    },
    claim() {
      claim = true;
      socket.disconnect().connect();
    },
    close() {
      socket.disconnect();
    },
  };
}
