// The on-screen keyboard without the screen: which keys a language needs, and what a key does to a text. Pure but for
// loadLayout.

/** @typedef {{default: string[], shift: string[]}} DeskLayers A desk keyboard's. */
/** @typedef {{default: string[], shift: string[], symbols: string[], latin: string[]}} Layers */

/** Files of simple-keyboard-layouts by language; the others write with the English one. */
const LAYOUTS = Object.freeze({
  ar: "arabic",
  ckb: "kurdish",
  fa: "farsi",
  fi: "swedish",
  prs: "farsi",
  ps: "farsi",
  ru: "russian",
  sv: "swedish",
  th: "thai",
  tr: "turkish",
  uk: "ukrainian",
});

/** Letters that a language has beyond its layout. Marks of tone join the vowel before them. */
const MORE_LETTERS = Object.freeze({
  ar: "أ إ آ",
  es: "á é í ó ú ü ñ",
  et: "ä ö õ ü š ž",
  fa: "آ ئ",
  fr: "à â ç é è ê ë î ï ô œ ù û",
  kmr: "ç ê î ş û",
  prs: "آ ئ",
  ps: "ځ څ ۀ ټ ډ ړ ږ ښ ګ ڼ ې ۍ",
  sq: "ç ë",
  vi: "ă â đ ê ô ơ ư \u0301 \u0300 \u0309 \u0303 \u0323",
});

/** What leads back from the symbols to the letters, by layout: the first ones of its alphabet. */
const FIRST_LETTERS = Object.freeze({
  arabic: "أ ب ج",
  farsi: "ا ب پ",
  kurdish: "ئ ا ب",
  russian: "АБВ",
  thai: "กขค",
  ukrainian: "АБВ",
});

/** Digits and signs, and the letters of addresses for those who write in another script: the same for every language. */
const SYMBOLS = Object.freeze(["1 2 3 4 5 6 7 8 9 0", "@ / : ! ? . , - _ '", "( ) \" ; & + = * # % €"]);
const LATIN = Object.freeze(["1 2 3 4 5 6 7 8 9 0", "q w e r t y u i o p å", "a s d f g h j k l ö ä", "{symbols} z x c v b n m {bksp}"]);

const LETTER = /^[\p{L}\p{M}\p{N}]/u;
/** Signs for short vowels and the stretching line: left out, nobody writes them in a chat. */
const ARABIC_SIGN = /^[\u0610-\u061a\u0640\u064b-\u065f\u0670]$/u;
const LATIN_SCRIPT = /\p{Script=Latin}/u;
const ARABIC_SCRIPT = /[\u0600-\u06ff]/u;

/** The name of a language's layout. @param {string} language */
export function layoutName(language) {
  return /** @type {Record<string, string>} */ (LAYOUTS)[language] ?? "english";
}

/** What stands on the key that leads back to a language's letters. @param {string} language */
export function firstLetters(language) {
  return /** @type {Record<string, string>} */ (FIRST_LETTERS)[layoutName(language)] ?? "ABC";
}

/** Keys that turn to a layer, and back. @type {Readonly<Record<string, keyof Layers>>} */
const TURNS = Object.freeze({ "{symbols}": "symbols", "{latin}": "latin", "{letters}": "default" });

/**
 * The layer after a key was touched: capitals are for one letter.
 * @param {keyof Layers} layer @param {string} key @returns {keyof Layers}
 */
export function layerAfter(layer, key) {
  if (key === "{shift}") return layer === "shift" ? "default" : "shift";
  if (TURNS[key]) return TURNS[key];
  return layer === "shift" && !key.startsWith("{") ? "default" : layer;
}

/** Whether a key writes or erases. @param {string} key */
export function isWriting(key) {
  return !key.startsWith("{") || key === "{space}" || key === "{bksp}";
}

/**
 * The keys of a language for fingers: a desk keyboard's letters and digits, without the keys that nobody needs here,
 * and the signs of everyday writing in a row of their own. All other signs are on a layer of their own.
 * @param {DeskLayers} desk @param {string} language @returns {Layers}
 */
export function touchLayers(desk, language) {
  const more = (/** @type {Record<string, string>} */ (MORE_LETTERS)[language] ?? "").split(" ").filter(Boolean);
  const plain = letterRows(desk.default);
  const shifted = letterRows(desk.shift);
  const digits = plain[0];
  // Where shift gives only signs instead of digits, the digits stay.
  const shiftedDigits = shifted[0].length > 5 ? shifted[0] : digits;
  const arabic = ARABIC_SCRIPT.test(plain.flat().join(""));
  const comma = arabic ? "،" : ",";
  const question = arabic ? "؟" : "?";
  const latin = LATIN_SCRIPT.test(plain.flat().join("")) ? "" : "{latin} ";
  return {
    default: rows(digits, more, plain, `{symbols} ${comma} . {space} ${arabic ? "-" : "- '"} ${question} {enter}`),
    shift: rows(
      shiftedDigits,
      more.map((letter) => letter.toLocaleUpperCase(language)),
      shifted,
      `{symbols} ! : {space} / @ {enter}`,
    ),
    symbols: [...SYMBOLS, `{letters} ${latin}{space} {bksp} {enter}`],
    latin: [...LATIN, "{letters} . @ {space} - / {enter}"],
  };
}

/** @param {string[]} layer @returns {string[][]} The four rows of letters and digits. */
function letterRows(layer) {
  return layer.slice(0, 4).map((row) => row.split(" ").filter((key) => LETTER.test(key) && !ARABIC_SIGN.test(key)));
}

/** @param {string[]} digits @param {string[]} more @param {string[][]} letters @param {string} last */
function rows(digits, more, letters, last) {
  const all = [digits, more, letters[1], letters[2], ["{shift}", ...letters[3], "{bksp}"]];
  return [...all.filter((row) => row.length > 0).map((row) => row.join(" ")), last];
}

/**
 * A text after a key was touched.
 * @param {string} text @param {number} start @param {number} end What is selected. @param {string} key
 * @returns {{text: string, caret: number}}
 */
export function typed(text, start, end, key) {
  let before = text.slice(0, start);
  const after = text.slice(end);
  if (key === "{bksp}") {
    if (start === end) before = [...before].slice(0, -1).join("");
  } else {
    before = (before + (key === "{space}" ? " " : key)).normalize("NFC");
  }
  return { text: before + after, caret: before.length };
}

/** @param {string} language @returns {Promise<Layers>} */
export async function loadLayers(language) {
  const found = await loadDeskLayout(layoutName(language)).catch(() => loadDeskLayout("english"));
  return touchLayers(found, language);
}

/** @param {string} name @returns {Promise<DeskLayers>} */
async function loadDeskLayout(name) {
  return (await import(`/static/vendor/keyboard-layouts/${name}.js`)).default.layout;
}
