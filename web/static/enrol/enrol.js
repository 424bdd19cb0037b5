// A kiosk's screen before it is one: a code typed with fingers, a keyboard or the address, traded for the kiosk's page.
import { printedCode, readCode } from "./code.js";

const ANSWER_WITHIN_MS = 15_000;

const form = /** @type {HTMLFormElement} */ (document.getElementById("enrol"));
const field = /** @type {HTMLInputElement} */ (document.getElementById("code"));
const go = /** @type {HTMLButtonElement} */ (form.querySelector("[data-action=enrol]"));
const trouble = /** @type {HTMLElement} */ (document.getElementById("trouble"));
const said = /** @type {HTMLElement} */ (form.querySelector("[data-said]"));
const places = /** @type {HTMLElement[]} */ ([...form.querySelectorAll("[data-place]")]);
const words = /** @type {HTMLElement} */ (document.getElementById("words")).dataset;
const alphabet = form.dataset.alphabet ?? "";
const length = Number(form.dataset.length);

/** What is typed, without the dash. */
let code = "";
let asking = false;

/** @param {string | undefined} text @param {Record<string, string>} [values] For {names} in the text. */
function filled(text = "", values = {}) {
  return text.replace(/\{(\w+)\}/gu, (whole, name) => values[name] ?? whole);
}

/** A wait in whole minutes, in words. @param {number} seconds */
function inWords(seconds) {
  const minutes = Math.max(1, Math.ceil(seconds / 60));
  const style = /** @type {const} */ ({ style: "unit", unit: "minute", unitDisplay: "long" });
  return new Intl.NumberFormat(document.documentElement.lang, style).format(minutes);
}

/** @param {string} next */
function show(next) {
  code = next;
  field.value = printedCode(code, length);
  field.setSelectionRange(field.value.length, field.value.length);
  places.forEach((place, at) => {
    place.textContent = code[at] ?? "";
    place.classList.toggle("enrol-place-next", at === code.length);
  });
}

/** @param {string} why A code for tests. @param {string} [text] */
function complain(why, text = "") {
  trouble.dataset.error = why;
  /** @type {HTMLElement} */ (trouble.querySelector("[data-trouble]")).textContent = text;
  trouble.hidden = !why;
  if (why) trouble.scrollIntoView({ block: "nearest" });
  field.setAttribute("aria-invalid", String(["short", "strange", "wrong"].includes(why)));
}

/** A letter that was touched, told to who cannot see it. @param {string} sign */
function add(sign) {
  if (asking || code.length >= length) return;
  complain("");
  show(code + sign);
  said.textContent = filled(words.typed, { sign, n: String(code.length), length: String(length) });
}

function drop() {
  if (asking || !code) return;
  complain("");
  show(code.slice(0, -1));
  said.textContent = filled(words.deleted, { n: String(code.length), length: String(length) });
}

/** @param {boolean} now */
function busy(now) {
  asking = now;
  go.setAttribute("aria-disabled", String(now));
  field.readOnly = now;
  said.textContent = now ? (words.busy ?? "") : "";
}

async function enrol() {
  if (asking) return;
  if (code.length < length) {
    complain("short", filled(words.short, { length: String(length) }));
    field.focus();
    return;
  }
  complain("");
  busy(true);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ code: printedCode(code, length) }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    if (answer.ok) {
      const { page } = await answer.json();
      location.replace(page);
      return;
    }
    if (answer.status === 429) {
      const seconds = (await answer.json().catch(() => ({}))).wait_s ?? Number(answer.headers.get("Retry-After"));
      complain("throttled", filled(words.wait, { time: inWords(seconds || 60) }));
    } else if (answer.status < 500) {
      complain("wrong", words.wrong);
    } else {
      complain("away", words.away);
    }
  } catch {
    complain("away", words.away);
  }
  busy(false);
  field.focus();
}

/** A code in the address fills the field by itself; it must not stay there. */
function readAddress() {
  let text = location.hash.slice(1);
  if (!text) return;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    text = decodeURIComponent(text);
  } catch {
    // Not an encoded text: as it is.
  }
  const { code: found } = readCode(text, alphabet, length);
  show(found);
  void enrol();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void enrol();
});

field.addEventListener("input", () => {
  const { code: typed, strange } = readCode(field.value, alphabet, length);
  show(typed);
  complain(strange ? "strange" : "", strange ? words.strange : "");
});

// The field has no caret of its own to show: signs come and go at its end.
for (const name of ["focus", "click", "keyup"]) {
  field.addEventListener(name, () => field.setSelectionRange(field.value.length, field.value.length));
}

document.addEventListener("click", (event) => {
  const key = event.target instanceof Element ? event.target.closest("button") : null;
  if (key?.dataset.key) add(key.dataset.key);
  else if (key?.dataset.action === "delete") drop();
});

// A keyboard works wherever the focus is.
document.addEventListener("keydown", (event) => {
  if (event.target === field || event.ctrlKey || event.metaKey || event.altKey) return;
  const sign = event.key.toUpperCase();
  if (sign.length === 1 && alphabet.includes(sign)) add(sign);
  else if (event.key === "Backspace") drop();
  else return;
  event.preventDefault();
});

addEventListener("hashchange", readAddress);
show("");
readAddress();
