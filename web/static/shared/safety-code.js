// The safety code: six digits that are the same on both screens when nobody sits in the middle of the encrypted
// connection. It is made from the fingerprints of both certificates and from a random number of each side.
//
// The numbers are exchanged so that whoever sits in the middle has to choose theirs before they know the others'
// (commit, answer, reveal; the idea is that of ZRTP, RFC 6189, section 4.4.1): one try, one chance in a million. From
// fingerprints alone, certificates could be made by the thousand until two codes of six digits are the same.
//
//     who makes the descriptions           the other one
//        ── commit: SHA-256(own number) ──▶
//        ◀── answer: number ───────────────
//        ── reveal: number ───────────────▶   checks it against the commit

const DIGITS = 6;
const BYTES = 16;

/**
 * @typedef {object} SafetyCode
 * @property {() => Promise<void>} begin The side that begins does so once the other listens.
 * @property {(message: any) => Promise<void>} receive
 */

/**
 * @param {object} options
 * @param {boolean} options.begins Whether this is the side that makes the descriptions.
 * @param {() => string[] | null} options.fingerprints Own and other, once both are known.
 * @param {(message: object) => void} options.send Over the connection whose fingerprints they are.
 * @param {(code: string | "mismatch") => void} options.onCode Six digits, or that the other side did not keep to its word.
 * @param {(bytes: Uint8Array<ArrayBuffer>) => Uint8Array} [options.random]
 * @returns {SafetyCode}
 */
export function createSafetyCode({ begins, fingerprints, send, onCode, random = (bytes) => crypto.getRandomValues(bytes) }) {
  const own = hex(random(new Uint8Array(BYTES)));
  /** @type {string | null} */
  let commitment = null;
  /** @type {string | null} The one number of the other side that counts: a second one would be a second try. */
  let theirs = null;

  /** @param {string} other */
  async function conclude(other) {
    const known = fingerprints();
    if (known) onCode(await codeOf(known, begins ? [own, other] : [other, own], begins));
  }

  return {
    async begin() {
      if (begins) send({ kind: "code", step: "commit", value: await digest(own) });
    },
    async receive(message) {
      const value = typeof message.value === "string" && /^[0-9a-f]{1,64}$/.test(message.value) ? message.value : null;
      if (!value) return;
      if (!begins && message.step === "commit" && (commitment === null || commitment === value)) {
        // The same once more is the same question: its answer was lost. Another one would be a second try.
        commitment = value;
        send({ kind: "code", step: "answer", value: own });
      } else if (message.step === "mismatch") {
        onCode("mismatch");
      } else if (begins && message.step === "answer" && theirs === value) {
        send({ kind: "code", step: "reveal", value: own });
      } else if (begins && message.step === "answer" && theirs === null) {
        theirs = value;
        send({ kind: "code", step: "reveal", value: own });
        await conclude(value);
      } else if (!begins && message.step === "reveal" && commitment !== null && theirs === null) {
        theirs = value;
        if ((await digest(value)) === commitment) await conclude(value);
        else {
          onCode("mismatch");
          send({ kind: "code", step: "mismatch", value: "0" });
        }
      }
    },
  };
}

/**
 * @param {string[]} fingerprints Own and other. @param {string[]} numbers Of the side that begins, and of the other.
 * @param {boolean} begins Whether own is the one that begins.
 * @returns {Promise<string>} Six digits.
 */
export async function codeOf(fingerprints, numbers, begins) {
  const [own, other] = fingerprints;
  const inOrder = begins ? [own, other] : [other, own];
  const bytes = await digestBytes([...inOrder, ...numbers].join("\n"));
  // 48 bits of the digest: what the remainder favours is less than one part in a hundred million.
  const number = bytes.slice(0, 6).reduce((sum, byte) => sum * 256 + byte, 0);
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0");
}

/** In two groups, for reading aloud. Always in Western digits: the two screens may be in two languages. @param {string} code */
export function spoken(code) {
  return `${code.slice(0, DIGITS / 2)} ${code.slice(DIGITS / 2)}`;
}

/** @param {string} text @returns {Promise<string>} */
async function digest(text) {
  return hex(await digestBytes(text));
}

/** @param {string} text */
async function digestBytes(text) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/** @param {Uint8Array} bytes */
function hex(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
