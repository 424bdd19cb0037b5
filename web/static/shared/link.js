// A call's connection to one other person, with all that goes over it: picture and sound once both are in, the chat, what
// each side has switched off, the safety code. It comes and goes without the others.
import { computed, effect, signal, untracked } from "@preact/signals";
import { createSoundKeeper } from "./bandwidth.js";
import { createChatWay } from "./chat-way.js";
import { createMediaPath } from "./media-path.js";
import { createQualityWatch } from "./quality-watch.js";
import { wholeRoute } from "./route.js";

/** @typedef {import("./chat-strand.js").Switches} Switches */
/** @typedef {import("./wire.gen.js").Link} WireLink */
/** @typedef {ReturnType<typeof createLink>} Link */
/** @typedef {Link["other"]} Other Somebody else in the call, as views see them. */

/** @type {Switches} As long as nothing else is heard. */
export const BOTH_ON = Object.freeze({ muted: false, cameraOff: false, paused: false, route: null });

/**
 * @param {object} options
 * @param {string} options.call
 * @param {WireLink} options.wire As it is when it comes.
 * @param {import("./connection.js").Connection} options.connection
 * @param {() => boolean} options.lineUp Whether the bridge can be reached.
 * @param {import("./chat.js").Chat} options.chat
 * @param {() => {muted: boolean, cameraOff: boolean}} options.ownSwitches
 * @param {() => MediaStream | null} options.outgoing What may be sent once both are in.
 * @param {() => number} options.people How many take part.
 * @param {boolean} options.written Whether people only write in this call: then no media are measured.
 * @param {(link: Link) => void} options.onFaring It fares differently now.
 */
export function createLink({ call, wire, connection, lineUp, chat, ownSwitches, outgoing, people, written, onFaring }) {
  const talking = signal(false);
  const there = signal(wire.there);
  const switches = signal(BOTH_ON);
  let generation = 0;

  const strand = chat.join({
    onSwitches: (theirs) => (switches.value = theirs),
    onListening() {
      tellSwitches();
      if (!way.byBridge.peek()) media.listened();
    },
    onAside(message) {
      // The code is made over the connection that it is of, and over nothing else.
      if (!way.byBridge.peek()) media.heardAside(message);
    },
  });
  const media = createMediaPath({
    call,
    link: wire.link,
    starts: wire.starts,
    command: connection.command,
    ask: connection.ask,
    signal: connection.signal,
    lineUp: () => lineUp() && there.peek(),
    sayAside: strand.sayAside,
    onChannel: (channel) => way.takes(channel),
  });
  const way = createChatWay({
    strand,
    path: media.path,
    signal: connection.signal,
    stage: () => (generation > 0 ? { call, link: wire.link, generation } : null),
  });
  const keeper = createSoundKeeper({ people });
  const quality = createQualityWatch(() => media.peer?.pc ?? null, {
    around: () => ({
      cameraOff: ownSwitches().cameraOff,
      theirCameraOff: switches.peek().cameraOff,
      paused: keeper.sending.peek() === "none" || switches.peek().paused,
      silent_ms: media.silenceMs(),
    }),
    onSample(sample, pc) {
      keeper.take(sample, pc);
      onFaring(link);
    },
  });
  const route = computed(() => wholeRoute(media.route.value, switches.value.route));

  /** A dark picture should not be taken for a broken one: the other side is told why. */
  function tellSwitches() {
    strand.tellSwitches({ ...ownSwitches(), paused: keeper.sending.peek() === "none", route: media.route.peek() });
  }

  /** No picture and no sound before both are in. */
  function attach() {
    media.attach(talking.peek() ? outgoing() : null);
  }

  const link = {
    other: {
      /** "visitor", or the id of a staff member. */
      id: wire.other,
      link: wire.link,
      talking,
      there,
      remote: media.remote,
      path: media.path,
      route,
      noRoute: media.noRoute,
      hidden: media.hidden,
      code: media.code,
      switches,
      /** What they get of one's own picture: "none" when the line carries the sound only. */
      sending: keeper.sending,
      byBridge: way.byBridge,
      quality: { verdict: quality.verdict, figures: quality.figures, summary: quality.summary },
    },
    /** @param {WireLink} next As it is now. @param {boolean} fresh Whether it was read from a snapshot. */
    follow(next, fresh) {
      const wasThere = there.peek();
      if (next.generation !== generation) {
        switches.value = BOTH_ON;
        way.forget();
      }
      generation = next.generation;
      talking.value = next.talking;
      there.value = next.there;
      media.follow(generation, fresh);
      if (!wasThere && next.there) media.look();
      quality.watch(next.talking && !written);
      attach();
      way.follow(next.talking);
    },
    attach,
    tellSwitches,
    /** What came from the bridge for it. @param {"describe" | "candidate" | "restart" | "chat"} kind @param {any} message */
    receive(kind, message) {
      if (kind === "chat") way.receive(message.text);
      else media.receive(kind, message);
    },
    networkChanged: media.networkChanged,
    /** @returns {import("./media-report.js").Faring} */
    faring: () => ({
      connected: media.path.peek() === "connected",
      route: route.peek(),
      own: media.route.peek(),
      noRoute: media.noRoute.peek(),
      byBridge: way.byBridge.peek(),
      quality: quality.summary(),
    }),
    /** The browser's own figures. @returns {Promise<RTCStatsReport | null>} */
    stats: async () => (media.peer ? media.peer.pc.getStats() : null),
    close() {
      for (const stop of stops) stop();
      quality.clear();
      way.end();
      chat.part(strand);
      media.follow(null, false);
    },
  };

  const stops = [
    effect(() => {
      void [keeper.sending.value, media.route.value];
      untracked(tellSwitches);
    }),
    effect(() => {
      // Any of them may be the last thing that is known of this call.
      void [media.path.value, route.value, media.noRoute.value, way.byBridge.value];
      untracked(() => onFaring(link));
    }),
  ];
  return link;
}
