// An enrolment code as people type it. Pure.

/** What people put between the letters of a code. */
const GAPS = /[\s\-–—_.]/gu;

/**
 * The signs of a text that a code can hold, at most so many; ``strange`` when the text held others.
 * @param {string} text @param {string} alphabet @param {number} length
 */
export function readCode(text, alphabet, length) {
  const signs = [...text.toUpperCase().replace(GAPS, "")];
  const fitting = signs.filter((sign) => alphabet.includes(sign));
  return { code: fitting.slice(0, length).join(""), strange: fitting.length < signs.length };
}

/** As it is printed: K7QM-2XWD. @param {string} code @param {number} length Of a whole one. */
export function printedCode(code, length) {
  const half = length / 2;
  return code.length > half ? `${code.slice(0, half)}-${code.slice(half)}` : code;
}
