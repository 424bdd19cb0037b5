// The desk as this page sees it: a pure reducer over snapshot and facts. No DOM, no network.

/** @typedef {import("./wire.gen.js").Snapshot} Snapshot */
/** @typedef {import("./wire.gen.js").Fact} Fact */
/** @typedef {import("./wire.gen.js").Entity} Entity */
/** @typedef {import("./wire.gen.js").Gone} Gone */

/**
 * @typedef {object} Desk
 * @property {string} at Stream id of the last fact in it.
 * @property {"nothing" | "snapshot" | "fact"} via What it came from.
 * @property {number} version Protocol version of the bridge.
 * @property {ReadonlyMap<string, Entity>} entities By "kind:id".
 * @property {readonly Gone[]} gone What the last fact took away.
 */

/** @returns {Desk} A page that has heard nothing yet. */
export function emptyDesk() {
  return { at: "0-0", via: "nothing", version: 0, entities: new Map(), gone: [] };
}

/** @param {Snapshot} snapshot @returns {Desk} */
export function fromSnapshot(snapshot) {
  const entities = new Map(snapshot.entities.map((entity) => [`${entity.kind}:${entity.id}`, entity]));
  return { at: snapshot.at, via: "snapshot", version: snapshot.version, entities, gone: [] };
}

/**
 * The desk after a fact. A fact that is not newer than the desk changes nothing: the same object comes back.
 * @param {Desk} desk @param {Fact} fact @returns {Desk}
 */
export function withFact(desk, fact) {
  if (compareStreamIds(fact.at, desk.at) <= 0) return desk;
  const entities = new Map(desk.entities);
  for (const gone of fact.gone) entities.delete(`${gone.kind}:${gone.id}`);
  for (const entity of fact.put) entities.set(`${entity.kind}:${entity.id}`, entity);
  return { at: fact.at, via: "fact", version: desk.version, entities, gone: fact.gone };
}

/**
 * Every entity of a kind, in the order in which they came.
 * @template {Entity["kind"]} K
 * @param {Desk} desk @param {K} kind
 * @returns {Extract<Entity, {kind: K}>[]}
 */
export function all(desk, kind) {
  return /** @type {Extract<Entity, {kind: K}>[]} */ ([...desk.entities.values()].filter((entity) => entity.kind === kind));
}

/**
 * The one entity of a kind of which there is at most one, or null.
 * @template {Entity["kind"]} K
 * @param {Desk} desk @param {K} kind
 * @returns {Extract<Entity, {kind: K}> | null}
 */
export function only(desk, kind) {
  return all(desk, kind)[0] ?? null;
}

/** Order of two stream ids ("milliseconds-number"). @param {string} a @param {string} b @returns {number} */
export function compareStreamIds(a, b) {
  const [aMs, aSeq] = a.split("-").map(Number);
  const [bMs, bSeq] = b.split("-").map(Number);
  return aMs - bMs || aSeq - bSeq;
}
