// The way of picture and sound between two people of a call as this side has it: one Peer of the right generation, begun,
// restarted and begun anew until it is good. Nothing here knows of devices or of the desk.
import { signal } from "@preact/signals";
import { createEarly } from "./early.js";
import { createPathWatch } from "./path-watch.js";
import { createPeer } from "./peer.js";
import { createSafetyCode } from "./safety-code.js";
import { EVENT } from "./wire.gen.js";

/** @typedef {{call: string, link: number, generation: number}} Stage Which try at which connection of which call. */

/**
 * @param {object} options
 * @param {string} options.call
 * @param {number} options.link
 * @param {boolean} options.starts Whether this side makes the first description.
 * @param {import("./connection.js").Connection["command"]} options.command
 * @param {import("./connection.js").Connection["ask"]} options.ask
 * @param {import("./connection.js").Connection["signal"]} options.signal
 * @param {() => boolean} options.lineUp Whether both sides reach the bridge.
 * @param {(channel: RTCDataChannel) => void} options.onChannel The chat's channel is open.
 * @param {(message: object) => void} options.sayAside Send over the chat's channel what is not chat.
 */
export function createMediaPath({ call, link, starts, command, ask, signal: sendSignal, lineUp, onChannel, sayAside }) {
  const remote = signal(/** @type {MediaStream | null} */ (null));
  const hidden = signal(false);
  /** Six digits; "mismatch" when the other side did not keep to its word; null while they are not known. */
  const code = signal(/** @type {string | null} */ (null));
  const early = createEarly();

  /** @type {Stage | null} */
  let stage = null;
  /** @type {import("./peer.js").Peer | null} */
  let peer = null;
  /** @type {ReturnType<typeof createSafetyCode> | null} */
  let safety = null;
  /** @type {MediaStream | null} */
  let outgoing = null;
  /** @type {string[]} Addresses of the relays. */
  let relays = [];
  /** The generation that a newer one was asked for. */
  let renewing = 0;
  /** Which beginning counts: asking for the servers takes a moment. */
  let turn = 0;

  const watch = createPathWatch({
    polite: !starts,
    peer: () => peer,
    relays: () => relays,
    lineUp,
    onStep: (step) => void (step === "restart" ? restart() : renew()),
  });

  function close() {
    turn += 1;
    peer?.close();
    peer = null;
    safety = null;
    remote.value = null;
    code.value = null;
    watch.end();
  }

  /** @param {Stage} which */
  const isStage = (which) => stage?.generation === which.generation;

  /** @param {Stage} mine @param {boolean} again @returns {Promise<import("./peer.js").Servers | null>} */
  async function servers(mine, again) {
    const answer = await ask(EVENT.ASK_PATHS, mine, () => isStage(mine), again);
    if (!answer) return null;
    relays = answer.relays;
    hidden.value = answer.hidden;
    return { iceServers: answer.ice_servers.map(plainServer), turnOnly: answer.turn_only };
  }

  /** @param {Stage} next */
  async function begin(next) {
    close();
    const mine = turn;
    watch.begin();
    const given = await servers(next, false);
    if (turn !== mine || !given) return;
    const begun = createPeer({
      generation: next.generation,
      starts,
      servers: given,
      renewServers: () => servers(next, true),
      send(kind, fields) {
        // A description that is lost loses the connection: it is said until it has arrived at the bridge.
        if (kind === "describe") void ask(EVENT.DESCRIBE, { ...next, ...fields }, () => isStage(next) && peer === begun);
        else sendSignal(EVENT.CANDIDATE, { ...next, ...fields });
      },
      onState(now) {
        if (peer === begun) watch.hears(now);
      },
      onStream(stream) {
        if (peer === begun) remote.value = stream;
      },
      onChannel(channel) {
        if (peer === begun) onChannel(channel);
      },
      onTampered() {
        if (peer === begun) code.value = "mismatch";
      },
    });
    peer = begun;
    safety = createSafetyCode({
      begins: starts,
      fingerprints: begun.fingerprints,
      send: sayAside,
      onCode(found) {
        // Once something was wrong with this connection, nothing makes it right.
        if (peer === begun && code.value !== "mismatch") code.value = found;
      },
    });
    begun.attach(outgoing);
    // Those of an older try are taken out too, and dropped.
    for (const { kind, message } of early.take(({ generation }) => generation <= next.generation)) {
      if (message.generation === next.generation) void begun.receive(kind, message);
    }
  }

  /**
   * Look for a new way. One side makes all descriptions: where both did, Chromium rolled one back and its picture froze
   * for good (measured in the network lab).
   */
  async function restart() {
    const mine = stage;
    if (starts) await peer?.restart();
    // The line may be as dead as the way: the question finds that out, and has a new one made.
    else if (mine && (await servers(mine, true)) && isStage(mine)) sendSignal(EVENT.RESTART, mine);
  }

  /** Ask for a new generation, once for each that is seen. */
  async function renew() {
    const mine = stage;
    if (!mine || renewing === mine.generation) return;
    renewing = mine.generation;
    watch.hasPatience();
    const answer = await command(EVENT.RENEW, mine, () => isStage(mine));
    // A refusal means that the call is over or a newer generation is on its way; the facts will say which.
    if (!answer.ok && renewing === mine.generation) renewing = 0;
  }

  return {
    remote,
    path: watch.path,
    route: watch.route,
    noRoute: watch.noRoute,
    /** Whether one of the two sides keeps its address to itself. */
    hidden,
    code,
    silenceMs: watch.silenceMs,
    get peer() {
      return peer;
    },
    /**
     * Have the connection of this generation and no other.
     * @param {number | null} generation Null ends it.
     * @param {boolean} fresh Whether it was read from a snapshot: then it may have begun without this page.
     */
    follow(generation, fresh) {
      if (generation === null) {
        stage = null;
        close();
        return;
      }
      const same = stage?.generation === generation;
      stage = { call, link, generation };
      if (!same && fresh) {
        // Another page may have begun it: this one has no part in its keys.
        close();
        watch.begin();
        void renew();
      } else if (!same) {
        void begin(stage);
      } else if (fresh && peer && watch.path.peek() !== "connected") {
        // The line is back: what waited for it is done now.
        watch.look();
      }
    },
    /** What arrived from the bridge for this link. @param {"describe" | "candidate" | "restart"} kind @param {any} message */
    receive(kind, message) {
      if (kind === "restart") {
        if (!starts || message.generation !== stage?.generation) return;
        if (watch.isAskedToRestart()) void restart();
        // Begun already, but what was said may have gone to a dead line.
        else peer?.remind();
      } else if (peer && message.generation === peer.generation) {
        void peer.receive(kind, message);
      } else if (!peer || message.generation > peer.generation) {
        early.keep(kind, message);
      }
    },
    /** Send these tracks from now on; null sends nothing. @param {MediaStream | null} stream */
    attach(stream) {
      outgoing = stream;
      peer?.attach(stream);
    },
    /** The other side listens to the chat's channel. */
    listened: () => void safety?.begin(),
    /** What came over the chat's channel and is not chat. @param {any} message */
    heardAside: (message) => void safety?.receive(message),
    look: watch.look,
    /** The network of this device changed. */
    networkChanged: watch.networkChanged,
  };
}

/** As the browser wants it: without what is not there. @param {import("./wire.gen.js").IceServer} server @returns {RTCIceServer} */
function plainServer({ urls, username, credential }) {
  return username === null || username === undefined ? { urls } : { urls, username, credential: credential ?? "" };
}
