// Who is in the conversation and what is seen of them, as the visitor meets it. Pure: no DOM, no clock, no network.
import { NO_PICTURE_AFTER_MS } from "shared/recovery.js";
import { ROLE } from "shared/wire.gen.js";

/** @typedef {import("shared/wire.gen.js").Person} Person */
/** @typedef {import("shared/chat.js").Line} Line */
/** @typedef {import("shared/peer.js").PathState | "none"} Path */

// ---------------------------------------------------------------- pictures

/** What there is to see where somebody's picture belongs. */
export const PICTURE = Object.freeze({
  COMING: "coming",
  LIVE: "live",
  NONE: "none",
  BROKEN: "broken",
});

/** Whether the camera sends nothing. @param {import("./model.js").Visit} visit */
export function isCameraOff({ cameraOff, hidden }) {
  return cameraOff || hidden;
}

/**
 * @param {object} seen
 * @param {Path} seen.path
 * @param {boolean} seen.moving Whether pictures have come over this connection.
 * @param {boolean} seen.connectedBefore Whether there was a connection in this call.
 * @param {number} seen.forMs How long the path has been as it is.
 * @returns {typeof PICTURE[keyof typeof PICTURE]}
 */
export function pictureOf({ path, moving, connectedBefore, forMs }) {
  if (path !== "connected") return connectedBefore ? PICTURE.BROKEN : PICTURE.COMING;
  if (moving) return PICTURE.LIVE;
  return forMs < NO_PICTURE_AFTER_MS ? PICTURE.COMING : PICTURE.NONE;
}

/**
 * What there is of somebody beside the one who serves. An interpreter's camera is usually off: that is no trouble.
 * @param {{path: Path, moving: boolean, cameraOff: boolean, paused: boolean}} seen
 * @returns {typeof PICTURE[keyof typeof PICTURE]} NONE: on sound only.
 */
export function smallPictureOf({ path, moving, cameraOff, paused }) {
  if (path !== "connected") return PICTURE.COMING;
  return moving && !cameraOff && !paused ? PICTURE.LIVE : PICTURE.NONE;
}

// ---------------------------------------------------------------- people

/**
 * Whose picture is large, and who else is there. The name goes with the face: who is seen large is the one that the
 * conversation says, and the desk's first one until it does.
 * @param {readonly Person[]} people @param {string | undefined} main Id of the one whose picture is large.
 * @returns {{large: Person | null, small: Person[]}}
 */
export function facesOf(people, main) {
  const large = people.find(({ id }) => id === main) ?? people[0] ?? null;
  return { large, small: people.filter((person) => person !== large) };
}

/**
 * The language of the conversation: the visitor's own where an interpreter is in it, otherwise the one they are served in.
 * @param {Pick<import("shared/wire.gen.js").OwnCall, "language" | "served_in" | "people">} call
 * @returns {string | null} Null where it is not known how they understand each other.
 */
export function spokenIn({ language, served_in, people }) {
  return people.some(({ role }) => role === ROLE.INTERPRETER) ? language : served_in;
}

/** @typedef {{id: string, name: string, interpreter: boolean, here: boolean}} Coming `here`: joined; otherwise left. */

/**
 * Who joined and who left between two moments of a call, those who joined first.
 * @param {readonly Person[]} before @param {readonly Person[]} after @returns {Coming[]}
 */
export function comingsOf(before, after) {
  const known = new Set(before.map(({ id }) => id));
  const present = new Set(after.map(({ id }) => id));
  return [
    ...after.filter(({ id }) => !known.has(id)).map((person) => coming(person, true)),
    ...before.filter(({ id }) => !present.has(id)).map((person) => coming(person, false)),
  ];
}

/** @param {Person} person @param {boolean} here @returns {Coming} */
function coming({ id, name, role }, here) {
  return { id, name, interpreter: role === ROLE.INTERPRETER, here };
}

/**
 * Who wrote a line: the name of somebody who is there, and where they have left only what they were.
 * @param {Pick<Line, "from" | "author">} line @param {readonly Person[]} people
 * @returns {{from: Line["from"], name: string | null}}
 */
export function writerOf({ from, author }, people) {
  return { from, name: from === "visitor" ? null : (people.find(({ id }) => id === author)?.name ?? null) };
}
