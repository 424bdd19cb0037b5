// A call of several people, and the bridge between their conversations: passes on what is sent over a link to the other end
// of it, at once or when it is told to.
import assert from "node:assert/strict";
import { createConversation } from "shared/conversation.js";

/** @typedef {ReturnType<typeof openCall>} Call */

/** What has been begun is done, timers aside. */
export async function settled(rounds = 30) {
  for (let round = 0; round < rounds; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** For what takes a moment of its own, such as making a safety code. @param {() => boolean} condition */
export async function until(condition) {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) assert.fail(`never: ${condition}`);
    await settled(1);
  }
}

/** @param {object} [options] `channel` of the call. */
export function openCall({ channel = "video", call = "k1" } = {}) {
  const sides = {};
  /** Numbers of links by "one other", and which generation each is in. */
  const links = [];
  let numbers = 0;
  const commands = [];
  const signals = [];
  const held = [];
  /** Which signals wait. @type {(signal: any) => boolean} */
  let waits = () => false;
  let joined = 0;

  function pass(from, event, fields) {
    const kind = event.replace("media.", "");
    signals.push({ from, kind, ...fields });
    const link = links.find(({ number }) => number === fields.link);
    assert.equal(fields.call, call);
    assert.ok(link?.between.includes(from), `${from} speaks of a link of its own`);
    const to = link.between.find((one) => one !== from);
    const deliver = () => sides[to]?.conversation.receive(kind, fields);
    if (waits({ kind, ...fields })) held.push(deliver);
    else queueMicrotask(deliver);
  }

  function connectionOf(name) {
    return {
      command: async (event, fields) => {
        commands.push({ from: name, event, ...fields });
        if (event === "media.renew") {
          const link = links.find(({ number }) => number === fields.link);
          if (link.generation > fields.generation) return { ok: false, code: "old_generation" };
          link.generation += 1;
          queueMicrotask(() => desk.tells());
        }
        return { ok: true };
      },
      ask: async (event, fields) => {
        if (event === "media.describe") pass(name, event, fields);
        return { ok: true, ice_servers: [], turn_only: false, hidden: false, relays: [] };
      },
      signal: (event, fields) => pass(name, event, fields),
    };
  }

  const idOf = (name) => (sides[name].role === "visitor" ? "visitor" : name);

  /** What the desk says to a side. */
  function targetOf(name, fields = {}) {
    const own = links.filter(({ between }) => between.includes(name));
    return {
      call,
      channel,
      links: own.map(({ number, between, generation, talking, starts }) => {
        const other = between.find((one) => one !== name);
        return { link: number, other: idOf(other), starts: starts === name, generation, talking, there: true };
      }),
      ...fields,
    };
  }

  const desk = {
    sides,
    commands,
    signals,
    targetOf,
    reports: () => commands.filter(({ event }) => event === "media.report"),
    renewals: () => commands.filter(({ event }) => event === "media.renew"),
    /** Everybody hears how the call is. @param {Record<string, object>} [fields] Besides, by side. */
    tells(fields = {}) {
      for (const [name, { conversation, fields: own }] of Object.entries(sides)) conversation.follow(targetOf(name, { ...own, ...fields[name] }), false);
    },
    /** Somebody comes: linked to everybody who is there. @param {"visitor" | "advisor" | "interpreter"} role */
    comes(name, role, { talking = true, fields = {}, ...options } = {}) {
      sides[name] = {
        role,
        fields,
        conversation: createConversation({
          side: role,
          author: role === "visitor" ? undefined : name,
          connection: connectionOf(name),
          lineUp: () => true,
          now: () => (joined += 1),
          ...options,
        }),
      };
      for (const other of Object.keys(sides)) {
        if (other === name) continue;
        // Whoever of the staff is there makes the descriptions, never the visitor.
        const starts = sides[other].role === "visitor" ? name : other;
        desk.links([other, name], starts, talking);
      }
      desk.tells();
      return sides[name].conversation;
    },
    /** @param {[string, string]} between @param {string} starts */
    links(between, starts, talking = true) {
      links.push({ number: (numbers += 1), between, generation: 1, talking, starts });
    },
    /** Of every link, this side makes the descriptions. @param {string} name */
    startsWith(name) {
      for (const link of links) link.starts = name;
    },
    /** Everybody who rings is in now. */
    accepts() {
      for (const link of links) link.talking = true;
      desk.tells();
    },
    /** Somebody goes: their links are gone for everybody. */
    goes(name) {
      const { conversation } = sides[name];
      delete sides[name];
      for (const link of links.filter(({ between }) => between.includes(name))) link.between = [];
      conversation.close();
      desk.tells();
    },
    /** A page is loaded anew, and reads the call from a snapshot. */
    reloads(name) {
      const { role, fields, conversation } = sides[name];
      conversation.close();
      sides[name].conversation = createConversation({
        side: role,
        author: role === "visitor" ? undefined : name,
        connection: connectionOf(name),
        lineUp: () => true,
        now: () => (joined += 1),
      });
      sides[name].conversation.follow(targetOf(name, fields), true);
      return sides[name].conversation;
    },
    /** @param {(signal: any) => boolean} which Such signals wait. */
    holds(which) {
      waits = which;
    },
    /** Signals that waited arrive, and the others as before. */
    lets() {
      waits = () => false;
      for (const deliver of held.splice(0)) deliver();
    },
    /** The same line to the bridge, for a page with several conversations. */
    connectionOf,
    closes() {
      for (const { conversation } of Object.values(sides)) conversation.close();
    },
  };
  return desk;
}
