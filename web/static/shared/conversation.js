// The talk of a call as this side has it: a link to everybody else who is in it, as the desk says; the devices, opened for
// them and sent over them; one chat for all; and the record of how it went.
import { computed, signal, untracked } from "@preact/signals";
import { VISITOR, createChat } from "./chat.js";
import { createMemory } from "./device-choice.js";
import { createDevices } from "./device-model.js";
import { createEarly } from "./early.js";
import { BOTH_ON, createLink } from "./link.js";
import { createRecord } from "./media-report.js";
import { createOwnMedia } from "./own-media.js";
import { CALL_CHANNEL, EVENT, ROLE } from "./wire.gen.js";

/** @typedef {import("./chat.js").Side} Side */
/** @typedef {import("./chat.js").Line} Line */
/** @typedef {import("./link.js").Other} Other */
/** @typedef {ReturnType<typeof createConversation>} Conversation */

/**
 * @typedef {object} Target The call that this side rings or talks in.
 * @property {string} call
 * @property {"video" | "chat"} [channel] In a chat nothing is opened and nothing sent but what people write.
 * @property {boolean} [serves] Whether this side serves the visitor, and tells how the call went.
 * @property {import("./wire.gen.js").Link[]} links In the desk's order; none while nobody is rung.
 */

/**
 * @param {object} options
 * @param {Side} options.side
 * @param {string} [options.author] The staff member's id, for the chat.
 * @param {import("./connection.js").Connection} options.connection
 * @param {() => boolean} options.lineUp Whether the bridge can be reached.
 * @param {() => number} options.now Desk time in milliseconds.
 * @param {import("./device-model.js").Devices} [options.devices] The page's, which other conversations may use too.
 * @param {boolean} [options.soundOnly] Whether the camera stays closed until it is switched on.
 */
export function createConversation({
  side,
  author,
  connection,
  lineUp,
  now,
  devices = createDevices({ memory: createMemory({ page: side }) }),
  soundOnly = side === ROLE.INTERPRETER,
}) {
  const others = signal(/** @type {readonly Other[]} */ ([]));
  const main = computed(() => mainOf(side, others.value));
  const people = computed(() => 1 + others.value.filter(({ talking }) => talking.value).length);
  const chat = createChat({ side, author, now });
  /** By number. @type {Map<number, import("./link.js").Link>} */
  const links = new Map();
  const early = createEarly();
  /** @type {Target | null} */
  let target = null;
  /** Of the connection to the visitor. @type {ReturnType<typeof createRecord> | null} */
  let record = null;

  /** @param {(link: import("./link.js").Link) => void} act */
  const forEach = (act) => links.forEach((link) => act(link));
  const own = createOwnMedia({
    devices,
    soundOnly,
    people,
    onTracks: () => forEach((link) => link.attach()),
    onSwitches: () => forEach((link) => link.tellSwitches()),
  });
  const isWritten = () => target?.channel === CALL_CHANNEL.CHAT;

  /** The advisor who serves tells the desk how the media travel. @param {import("./link.js").Link} link @param {boolean} [last] */
  function tellMedia(link, last = false) {
    const { id, talking } = link.other;
    if (side !== ROLE.ADVISOR || id !== VISITOR || !talking.peek() || !target) return;
    if (!record) {
      const { call } = target;
      record = createRecord((report) => connection.command(EVENT.REPORT, { call, ...report }, () => links.get(link.other.link) === link));
    }
    record.take(link.faring(), { tells: target.serves !== false, last });
  }

  /** Nothing is left of the call. @param {string} call */
  function end(call) {
    dropLinks(() => true);
    chat.clear();
    early.take((message) => message.call === call);
    own.letGo();
  }

  /** @param {(number: number) => boolean} isGone */
  function dropLinks(isGone) {
    const gone = [...links].filter(([number]) => isGone(number));
    if (gone.length > 0) others.value = others.peek().filter(({ link }) => !isGone(link));
    for (const [number, link] of gone) {
      links.delete(number);
      link.close();
      if (link.other.id === VISITOR) record = null;
    }
  }

  /** @param {string} call @param {import("./wire.gen.js").Link} wire */
  function addLink(call, wire) {
    const link = createLink({
      call,
      wire,
      connection,
      lineUp,
      chat,
      ownSwitches: own.switches,
      outgoing: own.outgoing,
      people: () => Math.max(2, people.peek()),
      written: isWritten(),
      onFaring: (one) => tellMedia(one),
    });
    links.set(wire.link, link);
    for (const { kind, message } of early.take((message) => message.call === call && message.link === wire.link)) link.receive(kind, message);
  }

  /** @param {Target | null} next @param {boolean} fresh */
  function follow(next, fresh) {
    if (target && next?.call !== target.call) end(target.call);
    target = next;
    const wires = next?.links ?? [];
    dropLinks((number) => !wires.some(({ link }) => link === number));
    if (!next || wires.length === 0) return;
    if (!isWritten()) void own.open();
    for (const wire of wires) if (!links.has(wire.link)) addLink(next.call, wire);
    const inOrder = wires.flatMap((wire) => links.get(wire.link)?.other ?? []);
    if (inOrder.some((other, at) => other !== others.peek()[at])) others.value = inOrder;
    for (const wire of wires) links.get(wire.link)?.follow(wire, fresh);
    forEach((link) => tellMedia(link));
  }

  /** @template T @param {(other: Other) => import("@preact/signals").ReadonlySignal<T>} pick @param {T} none @returns {import("@preact/signals").ReadonlySignal<T>} */
  const ofMain = (pick, none) => computed(() => (main.value ? pick(main.value).value : none));

  return {
    /** Its call's id; empty when there is none. */
    get call() {
      return target?.call ?? "";
    },
    /** Everybody else, also those who do not talk yet, in the desk's order. */
    others,
    /** Whom one has come for: for a visitor who serves, for staff the visitor. The next ten are of this connection. */
    main,
    remote: ofMain(({ remote }) => remote, null),
    path: ofMain(({ path }) => path, "none"),
    route: ofMain(({ route }) => route, null),
    noRoute: ofMain(({ noRoute }) => noRoute, null),
    hidden: ofMain(({ hidden }) => hidden, false),
    /** The safety code: six digits, the same on both screens when nobody sits in the middle. */
    code: ofMain(({ code }) => code, null),
    /** What they have switched off. */
    other: ofMain(({ switches }) => switches, BOTH_ON),
    /** What is sent of one's own picture: "none" when the line carries the sound only. */
    sending: ofMain(({ sending }) => sending, "full"),
    quality: { verdict: ofMain(({ quality }) => quality.verdict, null), figures: ofMain(({ quality }) => quality.figures, null) },
    /** The browser's own figures, for measuring. @returns {Promise<RTCStatsReport | null>} */
    stats: async () => links.get(main.peek()?.link ?? 0)?.stats() ?? null,

    devices,
    local: devices.local,
    problem: devices.problem,
    muted: own.muted,
    cameraOff: own.cameraOff,
    chat,
    /** Whether anybody of those who are in is reached through the bridge, which could read what is written. */
    chatByBridge: computed(() => others.value.some(({ talking, byBridge }) => talking.value && byBridge.value)),
    /**
     * Follow the desk. To be called with every change of it.
     * @param {Target | null} next
     * @param {boolean} fresh Whether it was read from a snapshot: then a connection of that generation, which
     *   this page has not got, may have begun without it, and a new one is asked for.
     */
    follow: (next, fresh) => untracked(() => follow(next, fresh)),
    /** What arrived from the bridge. @param {"describe" | "candidate" | "restart" | "chat"} kind @param {any} message */
    receive(kind, message) {
      const link = message.call === target?.call ? links.get(message.link) : null;
      if (link) link.receive(kind, message);
      else early.keep(kind, message);
    },
    /** Open camera and microphone now, before anybody is rung: the visitor sees themselves while waiting. */
    prepare: async () => (isWritten() ? undefined : own.open()),
    networkChanged: () => forEach((link) => link.networkChanged()),
    /** The call is about to be ended here: tell the desk the last of its media. */
    report: () => forEach((link) => tellMedia(link, true)),
    setMuted: own.setMuted,
    setCameraOff: own.setCameraOff,
    /** It is over, and this side has no other. */
    close() {
      untracked(() => follow(null, false));
      own.close();
    },
  };
}

/** @param {Side} side @param {readonly Other[]} others @returns {Other | null} */
function mainOf(side, others) {
  if (side !== VISITOR) return others.find(({ id }) => id === VISITOR) ?? null;
  return others.find(({ talking }) => talking.value) ?? others[0] ?? null;
}
